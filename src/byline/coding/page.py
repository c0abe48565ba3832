"""The Page: a document laid open for the steps. Scratch, never stored."""

from __future__ import annotations

import bisect
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from byline.coding import layout
from byline.gazetteer import Gazetteer
from byline.language import Cue, Language
from byline.model import Document, Event, Span
from byline.ontology import Ontology

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token
    from spacy.tokens import Span as Tokens

    from byline.coding.sayswho import Attribution
    from byline.coding.timex import Timex
    from byline.coding.toponyms import Toponym
    from byline.coding.what import Found
    from byline.coding.when import Dated


@dataclass(kw_only=True)
class Page:
    """A document with what was made of it to read it by: spaCy's Doc of the unchanged text, language, ontology and
    gazetteer. `token.idx` is our offset. What the steps find on the way is kept here for the steps that follow."""

    document: Document
    doc: Doc
    language: Language
    ontology: Ontology
    gazetteer: Gazetteer

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """Sentences, without the white space around them, in order."""
        found = []
        for sentence in self.doc.sents:
            text = sentence.text
            start = sentence.start_char + len(text) - len(text.lstrip())
            end = sentence.start_char + len(text.rstrip())
            if start < end:
                found.append(Span(start=start, end=end))
        return tuple(found)

    @cached_property
    def paragraphs(self) -> tuple[Span, ...]:
        """Lines that hold text, in order: a line end closes a paragraph."""
        return layout.paragraphs(self.document.text)

    @cached_property
    def quotes(self) -> tuple[Span, ...]:
        """Stretches between quotation marks, marks included, in order."""
        return layout.quotes(self.document.text)

    @cached_property
    def toponyms(self) -> tuple[Toponym, ...]:
        """Every name of a place in the text, resolved where it can be, in order."""
        from byline.coding.toponyms import find

        return find(self)

    @cached_property
    def timexes(self) -> tuple[Timex, ...]:
        """Every time expression of the text with its value, in order."""
        from byline.coding.timex import find

        return find(self)

    @cached_property
    def dated(self) -> tuple[Dated, ...]:
        """Every stretch of the text that gives days, ranges joined, the header left out, in order."""
        from byline.coding.when import dated

        return dated(self)

    @cached_property
    def attributions(self) -> tuple[Attribution, ...]:
        """Who says what, over the whole text, in order."""
        from byline.coding.sayswho import attributions

        return attributions(self)

    @cached_property
    def found(self) -> dict[tuple[int, int], Found]:
        """The trigger words of the text with the sense each was taken in, by their span."""
        from byline.coding.what import triggers

        return {(found.span.start, found.span.end): found for found in triggers(self)}

    @cached_property
    def headers(self) -> tuple[Span, ...]:
        """The stretches that say who reports, from where and when: datelines up to their dash, byline and date
        lines."""
        return tuple(layout.headers(self.document))

    def in_header(self, span: Span) -> bool:
        """True for a span of the dateline, byline or date line: what dates and places the report, not an event."""
        return any(header.covers(span) for header in self.headers)

    def is_headline(self, sentence: Span) -> bool:
        """True for a paragraph of one line with no full stop: a title, a heading, a caption."""
        paragraph = self.paragraph_at(sentence.start)
        words = self.document.quote(paragraph)
        return len(words) < layout.LONGEST_HEADLINE and words[-1:] not in ".!?:,;”\"…'’)"

    def trigger(self, event: Event) -> Found:
        """How an event's trigger was read."""
        return self.found[event.trigger.start, event.trigger.end]

    @cached_property
    def cues(self) -> dict[int, list[tuple[Cue, list[Token]]]]:
        """The status cues of each sentence, by its number, with the tokens they stand on."""
        first: dict[str, list[Cue]] = defaultdict(list)
        for cue in self.language.cues:
            first[cue.words[0]].append(cue)
        found: dict[int, list[tuple[Cue, list[Token]]]] = defaultdict(list)
        for number, sentence in enumerate(self.sentences):
            tokens = list(self.tokens(sentence))
            forms = [(token.lower_, token.lemma_.lower()) for token in tokens]
            for at, form in enumerate(forms):
                for cue in {id(one): one for word in form for one in first.get(word, ())}.values():
                    words = forms[at : at + len(cue.words)]
                    if len(words) == len(cue.words) and all(w in f for w, f in zip(cue.words, words, strict=True)):
                        found[number].append((cue, tokens[at : at + len(cue.words)]))
        return found

    @cached_property
    def dead_names(self) -> frozenset[str]:
        """Names of persons whom the text calls dead."""
        from byline.coding.status import dead_names

        return dead_names(self)

    def sentence_at(self, offset: int) -> Span:
        """The sentence that a character stands in (the one before it, when it stands between two)."""
        return self.sentences[self.sentence_number(offset)]

    def paragraph_at(self, offset: int) -> Span:
        """The paragraph that a character stands in."""
        return self.paragraphs[self.paragraph_number(offset)]

    def sentence_number(self, offset: int) -> int:
        """The ordinal of the sentence a character stands in, from 0."""
        return max(0, bisect.bisect_right(self._sentence_starts, offset) - 1)

    def paragraph_number(self, offset: int) -> int:
        """The ordinal of the paragraph a character stands in, from 0."""
        return max(0, bisect.bisect_right(self._paragraph_starts, offset) - 1)

    def toponyms_in(self, span: Span) -> tuple[Toponym, ...]:
        """The toponyms that begin in a stretch of the text, in order."""
        starts = self._toponym_starts
        return self.toponyms[bisect.bisect_left(starts, span.start) : bisect.bisect_left(starts, span.end)]

    def dated_in(self, span: Span) -> tuple[Dated, ...]:
        """The stretches that give days and begin in a stretch of the text, in order."""
        starts = self._dated_starts
        return self.dated[bisect.bisect_left(starts, span.start) : bisect.bisect_left(starts, span.end)]

    def is_timed(self, span: Span) -> bool:
        """True for a stretch that shares a character with a time expression."""
        number = bisect.bisect_left(self._timex_starts, span.end) - 1
        return number >= 0 and self.timexes[number].span.end > span.start

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [span.start for span in self.sentences]

    @cached_property
    def _paragraph_starts(self) -> list[int]:
        return [span.start for span in self.paragraphs]

    @cached_property
    def _toponym_starts(self) -> list[int]:
        return [one.span.start for one in self.toponyms]

    @cached_property
    def _dated_starts(self) -> list[int]:
        return [one.span.start for one in self.dated]

    @cached_property
    def _timex_starts(self) -> list[int]:
        return [one.span.start for one in self.timexes]

    def in_quotes(self, offset: int) -> Span | None:
        """The quotation a character stands in, or None."""
        number = bisect.bisect_right(self.quotes, offset, key=lambda span: span.start) - 1
        return self.quotes[number] if number >= 0 and offset < self.quotes[number].end else None

    def token_at(self, offset: int) -> Token:
        """The token that a character stands in (the next one, when it stands on white space)."""
        number = bisect.bisect_right(self._starts, offset) - 1
        token = self.doc[max(0, number)]
        return self.doc[token.i + 1] if offset >= token.idx + len(token) and token.i + 1 < len(self.doc) else token

    def tokens(self, span: Span) -> Tokens:
        """The tokens that touch a span of the text."""
        first = bisect.bisect_right(self._starts, span.start) - 1
        last = bisect.bisect_left(self._starts, span.end)
        return self.doc[max(0, first) : last]

    @cached_property
    def _starts(self) -> list[int]:
        return [token.idx for token in self.doc]
