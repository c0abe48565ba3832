"""According to whom? Attributions of the whole text, and whose word each event rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from byline.coding import stances, who
from byline.coding.syntax import children, grammatical_subject, is_verb, named, prepositional
from byline.language import data
from byline.model import Event, Mention, Quantity, Span, Speaker, SpeakerKind

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page

# A quotation and its "X said" stand in one paragraph; further off, the speaker is no longer plain.
_WORD = re.compile(r"[\w’'-]+")
# Word classes of what can speak; a number stands for people ("two said").
_SPEAKING = frozenset({"NOUN", "PROPN", "PRON", "NUM", "DET"})
# Interjected stretches shorter than this between a quote and its clause belong to neither.
_MIN_CONTENT = 2


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
    to", and stances."""
    found: list[Attribution] = []
    for number in range(len(page.sentences)):
        said = page.said_in(number)
        cues = {one.cue for one in said}
        found += said
        found += [one for one in _stances(page, number) if one.cue not in cues]
    return tuple(found)


def _stances(page: Page, number: int) -> Iterator[Attribution]:
    if number not in page.holding(stances.lemmas(page.language.code)):
        return
    for stance in stances.find(page, page.tokens(page.sentences[number]), _speaker_token):
        if stance.holder is not None and _speaks_of_self(page, stance.holder):
            continue
        content = _merged(
            [span for top in stance.about for span in _stretches(page, top, without=frozenset(), fewest=1)]
        )
        if content:
            yield Attribution(
                source=(_source_span(page, stance.holder),) if stance.holder is not None else (),
                cue=Span(start=stance.cue.idx, end=stance.cue.idx + len(stance.cue)),
                content=tuple(content),
                kind=_kind(page, stance.holder),
                head=stance.holder.i if stance.holder is not None else None,
                asserted=False,
            )


def said_in(page: Page, number: int) -> tuple[Attribution, ...]:
    """The attributions whose cue stands in the sentence of this ordinal, in the order of their cues."""
    found = [*_according(page, page.sentences[number]), *_headed(page, page.sentences[number])]
    if number in page.holding(_verbs(page)):
        found += _of_verbs(page, page.sentences[number])
    return tuple(
        sorted(found, key=lambda one: (one.cue.start if one.cue else one.content[0].start, one.content[0].start))
    )


def said_of(page: Page, span: Span) -> tuple[Attribution, ...]:
    """The attributions in whose content a stretch of the text stands, in order: their cues stand in its own sentence,
    or, for words of a quotation, in the paragraphs that the quotation touches."""
    quote = page.in_quotes(span.start)
    numbers = {page.sentence_number(span.start)}
    if quote is not None:
        first, last = page.paragraph_at(quote.start), page.paragraph_at(quote.end - 1)
        numbers |= set(range(page.sentence_number(first.start), page.sentence_number(last.end - 1) + 1))
    return tuple(
        one
        for number in sorted(numbers)
        for one in page.said_in(number)
        if any(part.covers(span) for part in one.content)
    )


def _verbs(page: Page) -> frozenset[str]:
    return _verbs_of(page.language.code)


@cache
def _verbs_of(language: str) -> frozenset[str]:
    return _quoting(language) | frozenset(data(language, "saying")["clause_verbs"])


@cache
def _quoting(language: str) -> frozenset[str]:
    return frozenset(data(language, "saying")["verbs"])


def _of_verbs(page: Page, sentence: Span) -> Iterator[Attribution]:
    verbs = _verbs(page)
    for token in page.tokens(sentence):
        if not is_verb(token) or token.lemma_.lower() not in verbs or not stances.told(token):
            continue
        subject = _speaker_token(token)
        if subject is not None and _speaks_of_self(page, subject):
            continue
        content = _content(page, token, subject)
        if content:
            yield Attribution(
                source=(_source_span(page, subject),) if subject is not None else (),
                cue=Span(start=token.idx, end=token.idx + len(token)),
                content=content,
                kind=_kind(page, subject),
                head=subject.i if subject is not None else None,
            )


def _speaks_of_self(page: Page, subject: Token) -> bool:
    """True for "I think", "you know" within a quotation: no claim beside the quotation's own."""
    words = data(page.language.code, "saying")["within_quotes"]
    return subject.lower_ in words and page.in_quotes(subject.idx) is not None


def _speaker_token(verb: Token) -> Token | None:
    subject = grammatical_subject(verb)
    if subject is not None and subject.pos_ not in _SPEAKING:
        # A participle or a number that the parse took for a subject: nobody is known to speak.
        return None
    if subject is not None and any(child.dep_ == "nsubjpass" for child in verb.children):
        return next(iter(prepositional(verb, "by")), None)
    return subject


def _source_span(page: Page, token: Token) -> Span:
    """A speaker with titles, apposition and coordination, up to a relative clause."""
    first, last = token.left_edge, token
    for child in token.rights:
        if child.dep_ in ("relcl", "acl") or (child.is_punct and child.text not in (",", "(", ")")):
            break
        last = child.right_edge
    if last.is_punct and last.i > token.i:
        last = last.nbor(-1)
    return Span(start=first.idx, end=last.idx + len(last))


def _content(page: Page, verb: Token, subject: Token | None) -> tuple[Span, ...]:
    clauses = [child for child in children(verb, "ccomp") if child.i != verb.i]
    spans: list[Span] = []
    for clause in clauses:
        spans += _clause_spans(page, clause)
    if verb.lemma_.lower() in _quoting(page.language.code):
        spans += [quote for quote in _near_quotes(page, verb) if not any(span.covers(quote) for span in spans)]
    if not spans and verb.dep_ in ("parataxis", "ccomp", "advcl") and is_verb(verb.head):
        spans += _around(page, verb)
    if not spans and verb.lemma_ in ("deny", "reject", "accuse", "promise", "allege", "claim"):
        spans += [named(target) for target in children(verb, "dobj", "xcomp")]
    return tuple(_merged(spans))


def _clause_spans(page: Page, clause: Token) -> list[Span]:
    """A clause's characters, split where the verb of saying and its subject stand in the middle of it."""
    return _stretches(page, clause, without=frozenset(), fewest=_MIN_CONTENT)


def _stretches(page: Page, top: Token, *, without: frozenset[int], fewest: int) -> list[Span]:
    """The unbroken stretches of what hangs on a token, some token numbers left out; short ones are dropped."""
    spans: list[Span] = []
    block: list[Token] = []
    for token in top.subtree:
        if token.i in without or token.is_space:
            continue
        if block and token.i != block[-1].i + 1:
            spans.append(_trim(block))
            block = []
        block.append(token)
    if block:
        spans.append(_trim(block))
    return [span for span in spans if len(_WORD.findall(page.document.quote(span))) >= fewest]


def _trim(block: list[Token]) -> Span:
    while len(block) > 1 and block[0].text in (",", "-", "that"):
        block = block[1:]
    while len(block) > 1 and block[-1].text in (",", "-"):
        block = block[:-1]
    return Span(start=block[0].idx, end=block[-1].idx + len(block[-1]))


def _around(page: Page, verb: Token) -> list[Span]:
    """ "…, X said, …": the sentence less the saying clause."""
    inner = frozenset(token.i for token in verb.subtree)
    return _stretches(page, verb.head, without=inner, fewest=_MIN_CONTENT + 1)


def _near_quotes(page: Page, verb: Token) -> list[Span]:
    """Quotations of the verb's own sentence, or of the sentence that ends where the saying begins."""
    sentence = page.sentence_at(verb.idx)
    paragraph = page.paragraph_at(verb.idx)
    quotes = [quote for quote in page.quotes if quote.overlaps(paragraph)]
    # What is said within a quotation does not say the quotation.
    own = [quote for quote in quotes if quote.overlaps(sentence) and not quote.start <= verb.idx < quote.end]
    if own:
        # The speaker goes on after "…": a quotation later in the same paragraph with no other speaker is theirs too.
        later = [quote for quote in quotes if quote.start >= sentence.end]
        return own + [quote for quote in later if _unclaimed(page, quote)]
    return []


def _unclaimed(page: Page, quote: Span) -> bool:
    sentence = page.sentence_at(quote.start)
    rest = page.document.text[sentence.start : quote.start] + page.document.text[quote.end : sentence.end]
    return len(_WORD.findall(rest)) == 0


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(start=merged[-1].start, end=max(span.end, merged[-1].end))
        else:
            merged.append(span)
    return merged


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
        source = _source_span(page, target)
        sentence = page.sentence_at(match.start())
        before = Span(start=sentence.start, end=match.start())
        after = Span(start=source.end, end=sentence.end)
        spans = [
            trimmed
            for span in (before, after)
            if (trimmed := _stripped(text, span)) is not None
            and len(_WORD.findall(text[trimmed.start : trimmed.end])) >= _MIN_CONTENT
        ]
        if spans:
            yield Attribution(
                source=(source,),
                cue=Span(start=match.start(), end=match.end()),
                content=tuple(spans),
                kind=_kind(page, target),
                head=target.i,
            )


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
            kind=_kind(page, head),
            head=head.i,
        )


def _stripped(text: str, span: Span) -> Span | None:
    start, end = span.start, span.end
    while start < end and text[start] in " ,.;\n":
        start += 1
    while end > start and text[end - 1] in " ,.;\n":
        end -= 1
    return Span(start=start, end=end) if start < end else None


def _kind(page: Page, token: Token | None) -> SpeakerKind:
    if token is None:
        return "anonymous source"
    words = data(page.language.code, "saying")
    names = {token.lemma_.lower(), *(child.lower_ for child in children(token, "compound"))}
    kinds: tuple[tuple[str, SpeakerKind], ...] = (
        ("document", "document"),
        ("social_media", "social media"),
        ("outlet", "outlet"),
    )
    for key, kind in kinds:
        if names & set(words[key]):
            return kind
    if _is_outlet(page, token):
        return "outlet"
    named_person = token.ent_type_ in ("PERSON", "ORG") or token.pos_ == "PROPN" or bool(children(token, "appos"))
    return "anonymous source" if not named_person and token.lemma_.lower() in words["anonymous"] else "named source"


def _is_outlet(page: Page, token: Token) -> bool:
    """True for a name in the register of sources that is not a person's or a place's here."""
    named_so = token.pos_ == "PROPN" and token.ent_type_ not in ("PERSON", "GPE", "LOC", "NORP")
    return named_so and page.sources.is_outlet(page.document.quote(named(token)))


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
    name = None
    antecedent = None
    if attribution.head is not None:
        token = page.doc[attribution.head]
        if token.pos_ == "PRON":
            antecedent = _antecedent(page, token)
        actor = who.actor_of(page, token)
        name = " ".join(page.document.quote(antecedent).split()) if antecedent else (actor.name if actor else None)
    return Mention(
        role="speaker",
        span=span,
        value=Speaker(name=name or " ".join(page.document.quote(span).split()), kind=attribution.kind),
        antecedent=antecedent,
    )


def _antecedent(page: Page, pronoun: Token) -> Span | None:
    """The speaker named last before a pronoun that speaks."""
    if pronoun.lower_ not in ("he", "she", "they", "it"):
        return None
    for number in range(page.sentence_number(pronoun.idx), -1, -1):
        said = page.said_in(number)
        for one in reversed(said):
            if one.head is None or one.head >= pronoun.i or page.doc[one.head].pos_ == "PRON":
                continue
            if one.cue is not None and any(
                part.covers(one.cue) for other in said if other is not one for part in other.content
            ):
                # "X said that Y claimed …. He added": X goes on.
                continue
            return named(page.doc[one.head])
    return None


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


def refine(page: Page, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Events with the byline marked as a party where it names an actor of any of them: itself, by a short name the text
    gives it, or an organisation that an actor is told to belong to."""
    if not page.document.byline or not _is_party(page, page.document.byline, events):
        return events
    return tuple(
        replace(
            event,
            mentions=tuple(_as_party(mention) if mention.role == "speaker" else mention for mention in event.mentions),
        )
        for event in events
    )


def _as_party(mention: Mention) -> Mention:
    speaker = mention.value
    if isinstance(speaker, Speaker) and speaker.kind == "byline":
        return replace(mention, value=replace(speaker, interest="party"))
    return mention


def _is_party(page: Page, byline: str, events: tuple[Event, ...]) -> bool:
    names = {byline, *re.split(r"\s*/\s*", byline)}
    known = who.aliases(page)
    names |= {known[name] for name in names if name in known}
    names |= {short for short, full in known.items() if full in names}
    for event in events:
        for mention in event.role("actor"):
            told = {page.document.quote(mention.span), *_belongs(page, mention.span)}
            if any(_names_one(name, words) for name in names for words in told):
                return True
    return False


def _belongs(page: Page, span: Span) -> list[str]:
    """What the text says of an actor right behind its name: "an internal network of the …", up to the clause's end."""
    name = re.sub(r"^(?:the|an?)\s+", "", page.document.quote(span), flags=re.IGNORECASE)
    tokens = page.tokens(span)
    head = tokens.root if len(tokens) else None
    told = [name]
    if head is None:
        return told
    for other in _named_again(page, name):
        if other.lemma_.lower() == head.lemma_.lower() and other.pos_ in ("NOUN", "PROPN"):
            told += [
                page.document.text[child.left_edge.idx : child.right_edge.idx + len(child.right_edge)]
                for child in children(other, "appos")
            ]
    return told


def _named_again(page: Page, name: str) -> Iterator[Token]:
    """The tokens up to which the text ends in the same last two words as a name: one thing named again."""
    last = r"\s+".join(re.escape(word) for word in name.split()[-2:])
    for match in re.finditer(rf"(?<!\S){last}", page.document.text, re.IGNORECASE) if last else ():
        token = page.token_at(match.end() - 1)
        if token.idx + len(token) == match.end():
            yield token


def _names_one(name: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words) is not None
