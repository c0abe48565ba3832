"""According to whom? Attributions of the whole text, and whose word each event rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from byline.coding import who
from byline.coding.syntax import children, grammatical_subject, is_verb, named, prepositional
from byline.language import data
from byline.model import Event, Mention, Quantity, Span, Speaker, SpeakerKind

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page

# A quotation and its "X said" stand in one paragraph; further off, the speaker is no longer plain.
_WORD = re.compile(r"[\w’'-]+")
# Interjected stretches shorter than this between a quote and its clause belong to neither.
_MIN_CONTENT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Who says what: the words that name the speaker, the words of saying, and what is said. `head` is the token number
    of the speaker's noun, or None where no speaker is named."""

    source: tuple[Span, ...]
    cue: Span | None
    content: tuple[Span, ...]
    kind: SpeakerKind
    head: int | None = None


def attributions(page: Page) -> tuple[Attribution, ...]:
    """Every attribution of the text, in the order of its cue: verbs of saying with a clause or a quotation, and
    "according to"."""
    found = [*_of_verbs(page), *_according(page)]
    return tuple(
        sorted(found, key=lambda one: (one.cue.start if one.cue else one.content[0].start, one.content[0].start))
    )


def _of_verbs(page: Page) -> Iterator[Attribution]:
    verbs = frozenset(data(page.language.code, "saying")["verbs"])
    for token in page.doc:
        if not is_verb(token) or token.lemma_.lower() not in verbs:
            continue
        subject = _speaker_token(token)
        content = _content(page, token, subject)
        if content:
            yield Attribution(
                source=(_source_span(page, subject),) if subject is not None else (),
                cue=Span(start=token.idx, end=token.idx + len(token)),
                content=content,
                kind=_kind(page, subject),
                head=subject.i if subject is not None else None,
            )


def _speaker_token(verb: Token) -> Token | None:
    subject = grammatical_subject(verb)
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
    quotes = [quote for quote in _near_quotes(page, verb) if not any(span.covers(quote) for span in spans)]
    spans += quotes
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
    own = [quote for quote in quotes if quote.overlaps(sentence)]
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


def _according(page: Page) -> Iterator[Attribution]:
    text = page.document.text
    pattern = "|".join(re.escape(words) for words in data(page.language.code, "saying")["according"])
    for match in re.finditer(rf"\b(?:{pattern})\b", text, re.IGNORECASE):
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
    named_person = token.ent_type_ in ("PERSON", "ORG") or token.pos_ == "PROPN" or bool(children(token, "appos"))
    return "anonymous source" if not named_person and token.lemma_.lower() in words["anonymous"] else "named source"


def fill(page: Page, event: Event) -> tuple[Mention, ...]:
    """Whose word an event is: the speaker whose content its trigger stands in, innermost first; else the byline, where
    the text itself carries it."""
    inside = [one for one in page.attributions if any(span.covers(event.trigger) for span in one.content)]
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
    for one in reversed([one for one in page.attributions if one.head is not None and one.head < pronoun.i]):
        assert one.head is not None
        if page.doc[one.head].pos_ != "PRON":
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
        if isinstance(mention.value, Quantity)
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
    for other in page.doc:
        same = other.lemma_.lower() == head.lemma_.lower() and other.pos_ in ("NOUN", "PROPN")
        if same and _tail(page.document.text[: other.idx + len(other)], name):
            told += [
                page.document.text[child.left_edge.idx : child.right_edge.idx + len(child.right_edge)]
                for child in children(other, "appos")
            ]
    return told


def _tail(before: str, name: str) -> bool:
    """True when the text up to a noun ends in the same last two words as a name: one thing named again."""
    return before.casefold().split()[-2:] == name.casefold().split()[-2:]


def _names_one(name: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words) is not None
