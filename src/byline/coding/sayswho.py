"""According to whom? Attributions of the whole text, and whose word each event rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from byline.coding import said, speakers, stances, syntax, who
from byline.coding.said import WORD, Teller
from byline.coding.speakers import kind, source_span, speaker_of
from byline.coding.syntax import children, is_verb, named
from byline.language import data
from byline.model import Event, Mention, Quantity, Span, Speaker, SpeakerKind

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Who says what: the words that name the speaker, the words of saying, and what is said. `head` is the token number
    of the speaker's noun, or None where no speaker is named. `asserted` is false for a stance: what is wanted, planned
    or praised is not thereby told as having happened."""

    source: tuple[Span, ...]
    cue: Span | None
    content: tuple[Span, ...]
    kind: SpeakerKind
    head: int | None = None
    asserted: bool = True


def attributions(page: Page) -> tuple[Attribution, ...]:
    """Every attribution of the text, sentence by sentence: verbs of saying with a clause or a quotation, "according
    to", and stances; a stance that is told in another's words is that other's."""
    found: list[Attribution] = []
    for number in range(len(page.sentences)):
        told = page.said_in(number)
        found += told
        found += [one for one in _stances(page, number) if not any(_within(one, other) for other in told)]
    return tuple(found)


def outermost(page: Page) -> tuple[Attribution, ...]:
    """The attributions of the text that are told in nobody else's words."""
    found = page.attributions
    return tuple(one for one in found if not any(other is not one and _inside(one, other) for other in found))


def _inside(one: Attribution, other: Attribution) -> bool:
    """True for an attribution whose words of saying and whose content another's content holds."""
    parts = [*one.content, *((one.cue,) if one.cue is not None else ())]
    return all(any(whole.covers(part) for whole in other.content) for part in parts)


def _within(one: Attribution, other: Attribution) -> bool:
    """True for an attribution with the cue of another, or a cue within its content."""
    return one.cue == other.cue or (one.cue is not None and any(part.covers(one.cue) for part in other.content))


def _stances(page: Page, number: int) -> Iterator[Attribution]:
    if number not in page.holding(stances.lemmas(page.language.code)):
        return
    for stance in stances.find(page, page.tokens(page.sentences[number]), speaker_of):
        if stance.holder is not None and _speaks_of_self(page, stance.holder):
            continue
        content = tuple(said.merged(span for top in stance.about for span in said.stretches(page, top, fewest=1)))
        if content:
            cue = syntax.span(stance.cue, stance.cue)
            yield replace(_attribution(page, stance.holder, cue=cue, content=content), asserted=False)


def said_in(page: Page, number: int) -> tuple[Attribution, ...]:
    """The attributions whose cue stands in the sentence of this ordinal, in the order of their cues."""
    found = [*_according(page, page.sentences[number]), *_headed(page, page.sentences[number])]
    if number in page.holding(said.verbs(page.language.code)):
        found += _of_verbs(page, page.sentences[number])
    return tuple(
        sorted(found, key=lambda one: (one.cue.start if one.cue else one.content[0].start, one.content[0].start))
    )


def said_of(page: Page, span: Span) -> tuple[Attribution, ...]:
    """The attributions in whose content a stretch of the text stands, in order: their cues stand in its own sentence,
    or, for words of a quotation, in the paragraphs where its speaker may be named."""
    quote = page.in_quotes(span.start)
    numbers = {page.sentence_number(span.start)}
    if quote is not None:
        around = said.around(page, quote)
        numbers |= set(range(page.sentence_number(around.start), page.sentence_number(around.end - 1) + 1))
    return tuple(
        one
        for number in sorted(numbers)
        for one in page.said_in(number)
        if any(part.covers(span) for part in one.content)
    )


def _of_verbs(page: Page, sentence: Span) -> Iterator[Attribution]:
    tellers = list(_tellers(page, sentence))
    quotes = said.quotations(page, sentence, tellers)
    for one in tellers:
        content = said.content(page, one, quotes.get(one.verb.i, ()))
        if content:
            yield _attribution(page, one.subject, cue=syntax.span(one.verb, one.verb), content=content)
    yield from _goes_on(page, sentence, tellers)


def _goes_on(page: Page, sentence: Span, tellers: Sequence[Teller]) -> Iterator[Attribution]:
    """The quotations behind a sentence that tells in its own words what someone said: theirs, by the verb that heads
    it."""
    speaking = [one for one in tellers if one.subject is not None and one.verb.head == one.verb]
    rest = tuple(said.after(page, sentence)) if speaking else ()
    if rest:
        teller = speaking[-1]
        yield _attribution(page, teller.subject, cue=syntax.span(teller.verb, teller.verb), content=rest)


def _tellers(page: Page, sentence: Span) -> Iterator[Teller]:
    verbs = said.verbs(page.language.code)
    for token in page.tokens(sentence):
        if not is_verb(token) or token.lemma_.lower() not in verbs or not stances.told(token):
            continue
        subject = speaker_of(token)
        if subject is not None and _is_deed(page, subject):
            continue
        if subject is None or not _speaks_of_self(page, subject):
            yield Teller(verb=token, subject=subject)


def _is_deed(page: Page, subject: Token) -> bool:
    """True for the noun of an attack or an arrest, which says nothing."""
    senses = page.language.noun_senses.get(subject.lemma_.lower(), ()) if subject.pos_ == "NOUN" else ()
    # "the campaign said" is no attack: the word is one only in "bombing campaign".
    return bool(senses) and all(sense.type in ("ASSAULT", "COERCE") and not sense.modifier for sense in senses)


def _attribution(page: Page, head: Token | None, *, cue: Span, content: tuple[Span, ...]) -> Attribution:
    return Attribution(
        source=(source_span(head),) if head is not None else (),
        cue=cue,
        content=content,
        kind=kind(page, head),
        head=head.i if head is not None else None,
    )


def _speaks_of_self(page: Page, subject: Token) -> bool:
    """True for "I think", "you know" within a quotation: no claim beside the quotation's own."""
    words = data(page.language.code, "saying")["within_quotes"]
    return subject.lower_ in words and page.in_quotes(subject.idx) is not None


@cache
def _according_pattern(language: str) -> re.Pattern[str]:
    words = "|".join(re.escape(words) for words in data(language, "saying")["according"])
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


def _according(page: Page, told: Span) -> Iterator[Attribution]:
    text = page.document.text
    for match in _according_pattern(page.language.code).finditer(text, told.start, told.end):
        token = page.token_at(match.end() - 1)
        target = next(iter(children(token, "pobj")), None)
        if target is None:
            continue
        source = source_span(target)
        sentence = page.sentence_at(match.start())
        before = Span(start=sentence.start, end=match.start())
        after = Span(start=source.end, end=sentence.end)
        spans = [
            trimmed
            for span in (before, after)
            if (trimmed := _stripped(text, span)) is not None
            and len(WORD.findall(text[trimmed.start : trimmed.end])) >= said.FEWEST_WORDS
        ]
        if spans:
            yield _attribution(page, target, cue=Span(start=match.start(), end=match.end()), content=tuple(spans))


# "Police: seven dead in market blast": who says it, a colon, what is said.
_HEADED = re.compile(r"(?P<source>[^\W\d][^:.,;!?\n]{1,40}): (?P<said>\S+ \S.*)")


def _headed(page: Page, sentence: Span) -> Iterator[Attribution]:
    """A headline that names its speaker before a colon; a label ("Update:", "Published:") is no speaker."""
    match = _HEADED.fullmatch(page.document.quote(sentence))
    if match is None or not page.is_headline(sentence) or page.in_header(sentence):
        return
    source = Span(start=sentence.start, end=sentence.start + match.end("source"))
    head = page.tokens(source).root
    lemma = head.lemma_.lower()
    known = data(page.language.code, "saying")
    speaks = who.sector(page, head) is not None or lemma in {*known["anonymous"], *known["document"], *known["outlet"]}
    if speaks:
        yield Attribution(
            source=(source,),
            cue=Span(start=source.end, end=source.end + 1),
            content=(Span(start=sentence.start + match.start("said"), end=sentence.end),),
            kind=kind(page, head),
            head=head.i,
        )


def _stripped(text: str, span: Span) -> Span | None:
    start, end = span.start, span.end
    while start < end and text[start] in " ,.;\n":
        start += 1
    while end > start and text[end - 1] in " ,.;\n":
        end -= 1
    return Span(start=start, end=end) if start < end else None


def fill(page: Page, event: Event) -> tuple[Mention, ...]:
    """Whose word an event is: the speaker whose content its trigger stands in, innermost first; else the byline, where
    the text itself carries it."""
    inside = page.said_of(event.trigger)
    if inside:
        best = min(inside, key=lambda one: sum(span.end - span.start for span in one.content))
        return (_speaker(page, best),)
    return _byline(page)


def _speaker(page: Page, attribution: Attribution) -> Mention:
    span = attribution.source[0] if attribution.source else attribution.cue
    assert span is not None
    sort, antecedent, actor = attribution.kind, None, None
    if attribution.head is not None:
        token = page.doc[attribution.head]
        cue = page.token_at(attribution.cue.start) if attribution.cue is not None else None
        meant = speakers.meant(page, token, cue=cue)
        actor = who.actor_of(page, meant if meant is not None else token)
        if meant is not None:
            antecedent = named(meant)
            # "The statement added" is a document still, whoever issued it.
            sort = sort if sort == "document" else kind(page, meant)
    name = actor.name if actor is not None and actor.name else " ".join(page.document.quote(span).split())
    # "(Reuters) Police": the parse takes an agency's credit for a part of the name.
    name = name.rpartition(") ")[2] if "(" not in name else name
    return Mention(role="speaker", span=span, value=Speaker(name=name, kind=sort), antecedent=antecedent)


def _byline(page: Page) -> tuple[Mention, ...]:
    byline = page.document.byline
    if not byline:
        return ()
    start = page.document.text.find(byline)
    if start < 0:
        return ()
    span = Span(start=start, end=start + len(byline))
    return (Mention(role="speaker", span=span, value=Speaker(name=byline, kind="byline")),)


def refine_values(page: Page, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Events with each number under the name of whoever gives it, where that is not the report itself: so that
    figures of two sides stay apart when they are told of one happening."""
    result = []
    for event in events:
        speaker = next(
            (
                one.value
                for one in event.role("speaker")
                if isinstance(one.value, Speaker) and one.value.kind != "byline"
            ),
            None,
        )
        if speaker is not None:
            event = replace(event, mentions=tuple(_under(mention, speaker.name) for mention in event.mentions))
        result.append(event)
    return tuple(result)


def _under(mention: Mention, name: str | None) -> Mention:
    return (
        replace(mention, value=replace(mention.value, attribution=name))
        if isinstance(mention.value, Quantity) and mention.value.attribution is None
        else mention
    )
