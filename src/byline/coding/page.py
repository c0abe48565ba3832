"""The Page: a document laid open for the steps. Scratch, never stored."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Iterator, KeysView, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING

from byline import model
from byline.coding import gate, layout
from byline.gazetteer import Gazetteer
from byline.language import Cue, Language
from byline.model import Document, Event, Span
from byline.ontology import Ontology
from byline.sources import Register

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token
    from spacy.tokens import Span as Tokens

    from byline.coding.parse import Opened, Reading
    from byline.coding.reader import PageReader
    from byline.coding.sayswho import Attribution
    from byline.coding.timex import Timex
    from byline.coding.toponyms import Toponym
    from byline.coding.what import Found
    from byline.coding.when import Dated
    from byline.coding.who_people import Person


@dataclass(kw_only=True)
class Page:
    """A document with what was made of it to read it by: spaCy's Doc of the text, language, ontology, gazetteer
    and register of sources.
    `token.idx` is our offset. What the steps find on the way is kept here for the steps that follow.

    A sentence is parsed when its tokens are asked for, by `tokens`, `token_at` or a number of `doc`; `words` and
    `named` are for what characters and labels tell. `told` goes through the sentences that may tell of an event."""

    document: Document
    reading: Reading
    language: Language
    ontology: Ontology
    gazetteer: Gazetteer
    sources: Register
    gated: bool = True
    _people: dict[str, Person | None] = field(default_factory=dict)
    _said: dict[int, tuple[Attribution, ...]] = field(default_factory=dict)
    _cues: dict[int, list[tuple[Cue, list[Token]]]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The text as it is read: the document's, with letters as they would be written where all of a stretch are of
        one case. Of equal length, so offsets are the document's; evidence is always the document's own words."""
        return self.reading.text

    @property
    def words(self) -> Doc:
        """The tokens as they stand, in sentences not yet parsed without tag, lemma and head."""
        return self.reading.tokens

    @property
    def doc(self) -> Opened:
        """The tokens, a sentence parsed when one of its own is asked for; gone through from end to end, all are."""
        return self.reading.opened

    @property
    def named(self) -> Doc:
        """The tokens as they stand, with the names in the text labelled."""
        return self.reading.named

    @property
    def sentences(self) -> tuple[Span, ...]:
        """Sentences, without the white space around them, in order."""
        return self.reading.sentences

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

    def said_in(self, number: int) -> tuple[Attribution, ...]:
        """Who says what, by the words of saying in the sentence of this ordinal, in order."""
        from byline.coding.sayswho import said_in

        if number not in self._said:
            self._said[number] = said_in(self, number)
        return self._said[number]

    def said_of(self, span: Span) -> tuple[Attribution, ...]:
        """Who says what a stretch of the text stands in, in order."""
        from byline.coding.sayswho import said_of

        return said_of(self, span)

    def count(self, lemmas: frozenset[str]) -> int:
        """How many words of the text may have one of these lemmas."""
        return self.reading.count(lemmas)

    def holding(self, lemmas: frozenset[str]) -> KeysView[int]:
        """The ordinals of the sentences in which a word may have one of these lemmas; no other sentence has one."""
        return self.reading.holding(lemmas)

    @cached_property
    def telling(self) -> tuple[int, ...]:
        """The ordinals of the sentences that may tell of an event: no event is looked for in others."""
        return gate.passed(self.reading, self.language) if self.gated else tuple(range(len(self.sentences)))

    @property
    def told(self) -> Iterator[Token]:
        """The tokens of the sentences that may tell of an event, in order."""
        self.reading.read(self.telling)
        for number in self.telling:
            yield from self.tokens(self.sentences[number])

    @cached_property
    def found(self) -> dict[tuple[int, int], Found]:
        """The trigger words of the text with the sense each was taken in, by their span."""
        from byline.coding.what_read import triggers

        return {(found.span.start, found.span.end): found for found in triggers(self)}

    @cached_property
    def genre_words(self) -> dict[str, list[str]]:
        """The words of sport and of trade in the text, as often as they stand there, by genre."""
        from byline.coding.senses import genre_words

        return genre_words(self)

    @cached_property
    def proposed(self) -> tuple[Found, ...]:
        """The words that the language's lists take for triggers, in order."""
        from byline.coding.what import proposed

        return tuple(proposed(self))

    @cached_property
    def reader(self) -> PageReader:
        """What the learned reader says of the text's sentences, those read that may hold an event."""
        from byline.coding.reader import PageReader
        from byline.coding.what_read import worth

        return PageReader(self, worth(self))

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

    def cues_in(self, number: int) -> Sequence[tuple[Cue, list[Token]]]:
        """The status cues of the sentence of this ordinal, with the tokens they stand on."""
        if number not in self._cues:
            self._cues[number] = list(self._cues_of(list(self.tokens(self.sentences[number]))))
        return self._cues[number]

    def _cues_of(self, tokens: list[Token]) -> Iterator[tuple[Cue, list[Token]]]:
        first = _cues_by_word(self.language.cues)
        forms = [(token.lower_, token.lemma_.lower()) for token in tokens]
        for at, form in enumerate(forms):
            for cue in {id(one): one for word in form for one in first.get(word, ())}.values():
                words = forms[at : at + len(cue.words)]
                if len(words) == len(cue.words) and all(w in f for w, f in zip(cue.words, words, strict=True)):
                    yield cue, tokens[at : at + len(cue.words)]

    @cached_property
    def people(self) -> dict[str, list[Tokens]]:
        """The names labelled as persons', by each word, in small letters, that may belong to them."""
        from byline.coding.who_people import people

        return people(self)

    def person(self, word: str) -> Person | None:
        """The person the text introduces by a whole name of which a word, in small letters, is not the first."""
        from byline.coding.who_people import person

        if word not in self._people:
            self._people[word] = person(self, word)
        return self._people[word]

    @cached_property
    def persons(self) -> tuple[model.Person, ...]:
        """Everyone the document names, public, private or protected, in the order of their first mention."""
        from byline.coding.people import find

        return find(self)

    def person_named(self, span: Span) -> model.Person | None:
        """The person in whose name characters of the text lie; None where they lie in none."""
        at = bisect.bisect_right(self._person_spans, span.start, key=lambda one: one[0]) - 1
        if at < 0 or span.end > self._person_spans[at][1]:
            return None
        return self._person_spans[at][2]

    @cached_property
    def _person_spans(self) -> list[tuple[int, int, model.Person]]:
        spans = ((span, one) for one in self.persons for span in one.spans if span.part == "text")
        return sorted(((span.start, span.end, one) for span, one in spans), key=lambda one: one[:2])

    @cached_property
    def dead_names(self) -> frozenset[str]:
        """Names of persons whom the text calls dead."""
        from byline.coding.history import dead_names

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
        offsets = self.reading.offsets
        number = max(0, bisect.bisect_right(offsets, offset) - 1)
        token = self.words[number]
        following = offset >= token.idx + len(token) and number + 1 < len(self.words)
        return self.doc[number + 1 if following else number]

    def tokens(self, span: Span) -> Tokens:
        """The tokens that touch a span of the text."""
        offsets = self.reading.offsets
        first = max(0, bisect.bisect_right(offsets, span.start) - 1)
        last = bisect.bisect_left(offsets, span.end)
        self.reading.between(first, last)
        return self.words[first:last]


@cache
def _cues_by_word(cues: tuple[Cue, ...]) -> dict[str, list[Cue]]:
    """The status cues by their first word."""
    first: dict[str, list[Cue]] = defaultdict(list)
    for cue in cues:
        first[cue.words[0]].append(cue)
    return first
