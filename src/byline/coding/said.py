"""What is said? The clause that hangs on a verb of saying, and the quotations that are its speaker's."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from byline.coding import layout
from byline.coding.syntax import children, is_verb
from byline.language import data
from byline.model import Span

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page

WORD = re.compile(r"[\w’'-]+")
FEWEST_WORDS = 2
"""Interjected stretches shorter than this between a quote and its clause belong to neither."""

_OBJECTS = ("pobj", "pcomp")
# What is alleged stands behind "of".
_OF = frozenset({"accuse"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """A verb of saying, and the noun of who speaks by it; None where no speaker is named."""

    verb: Token
    subject: Token | None


@cache
def quoting(language: str) -> frozenset[str]:
    """Lemmas of the verbs that a quotation beside them may belong to."""
    return frozenset(data(language, "saying")["verbs"])


@cache
def verbs(language: str) -> frozenset[str]:
    """Lemmas of all verbs of saying: those of `quoting`, and those that say something with a clause alone."""
    return quoting(language) | frozenset(data(language, "saying")["clause_verbs"])


@cache
def _with_object(language: str) -> frozenset[str]:
    return frozenset(data(language, "saying")["object_verbs"])


def content(page: Page, teller: Teller, quotes: Iterable[Span]) -> tuple[Span, ...]:
    """What a verb says: its clause, the quotations that are its own, else the sentence around it ("…, X said, …") or,
    of some verbs, its object ("denied the charge")."""
    verb = teller.verb
    clauses = [clause for clause in children(verb, "ccomp") if clause.i != verb.i]
    spans = [
        part for clause in clauses for part in stretches(page, clause, without=_goes_on_saying(page, verb, clause))
    ]
    spans += [quote for quote in quotes if not any(span.covers(quote) for span in spans)]
    if not spans and _interjected(teller):
        inner = frozenset(token.i for token in verb.subtree)
        spans += stretches(page, verb.head, without=inner, fewest=FEWEST_WORDS + 1)
    if not spans and verb.lemma_ in _with_object(page.language.code):
        spans += [part for target in _about(verb) for part in stretches(page, target, fewest=1)]
    return tuple(merged(spans))


def _about(verb: Token) -> list[Token]:
    """What a verb alleges or denies: of "accused him of lying" the lying."""
    charged = [target for one in children(verb, "dobj") for target in _of(one)] + _of(verb)
    return charged if charged and verb.lemma_ in _OF else children(verb, "dobj", "xcomp")


def _of(token: Token) -> list[Token]:
    return [target for prep in children(token, "prep") if prep.lower_ == "of" for target in children(prep, *_OBJECTS)]


def _goes_on_saying(page: Page, verb: Token, clause: Token) -> frozenset[int]:
    """The words of a further verb of saying that the parse hangs into what is said: "said that he would stay and warned
    …", "said the road was closed, adding …"."""
    further = [
        one
        for one in children(clause, "conj", "advcl")
        if one.lemma_.lower() in verbs(page.language.code)
        and not children(one, "nsubj", "nsubjpass", "mark", "aux")
        and ((one.dep_ == "conj" and one.tag_ == verb.tag_ != clause.tag_) or (one.dep_ == "advcl" and _set_off(one)))
    ]
    before = [
        child for child in clause.rights for one in further if child.i == one.left_edge.i - 1 and child.dep_ == "cc"
    ]
    return frozenset(token.i for one in (*further, *before) for token in one.subtree)


def _set_off(verb: Token) -> bool:
    """True for a participle behind a comma."""
    return verb.tag_ == "VBG" and verb.left_edge.i > 0 and verb.left_edge.nbor(-1).text == ","


_WHEN = frozenset({"since", "after", "before", "until", "because", "while"})


def _interjected(teller: Teller) -> bool:
    """True for "…, X said, …" and "as X said": a finite verb with its speaker, set into what is said."""
    verb = teller.verb
    set_in = verb.dep_ in ("parataxis", "ccomp", "advcl") and is_verb(verb.head) and verb.tag_ != "VBG"
    # "since the paper wrote of it, he said that …": a clause of time says nothing of the one around it.
    return set_in and teller.subject is not None and not _WHEN & {child.lower_ for child in children(verb, "mark")}


def stretches(
    page: Page, top: Token, *, without: frozenset[int] = frozenset(), fewest: int = FEWEST_WORDS
) -> list[Span]:
    """The unbroken stretches of what hangs on a token, some token numbers left out, split where the verb of saying and
    its subject stand in the middle; short ones are dropped."""
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
    return [span for span in spans if len(WORD.findall(page.document.quote(span))) >= fewest]


def _trim(block: list[Token]) -> Span:
    while len(block) > 1 and block[0].text in (",", "-", "that"):
        block = block[1:]
    while len(block) > 1 and block[-1].text in (",", "-"):
        block = block[:-1]
    return Span(start=block[0].idx, end=block[-1].idx + len(block[-1]))


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that touch made one."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if found and span.start <= found[-1].end:
            found[-1] = Span(start=found[-1].start, end=max(span.end, found[-1].end))
        else:
            found.append(span)
    return found


def quotations(page: Page, sentence: Span, tellers: Iterable[Teller]) -> dict[int, list[Span]]:
    """The quotations of each teller of a sentence, by the number of its verb: each quotation that touches the sentence
    under the one teller outside it that stands nearest, with what goes on from it."""
    able = [one for one in tellers if one.verb.lemma_.lower() in quoting(page.language.code)]
    found: dict[int, list[Span]] = {}
    for quote in _touching(page, sentence):
        # What is said within a quotation does not say the quotation.
        outside = [one for one in able if not quote.start <= one.verb.idx < quote.end]
        if outside:
            teller = min(outside, key=lambda one: _distance(one, quote))
            found.setdefault(teller.verb.i, []).extend(_run(page, quote))
    if found:
        # The speaker goes on behind "…".
        last = max(found, key=lambda number: found[number][-1].end)
        found[last] += _going_on(page, max(sentence.end, found[last][-1].end))
    return found


def after(page: Page, sentence: Span) -> list[Span]:
    """The quotations behind a sentence without any that nobody but its speaker claims."""
    return [] if next(_touching(page, sentence), None) is not None else list(_going_on(page, sentence.end))


def _touching(page: Page, stretch: Span) -> Iterator[Span]:
    """The quotations that share a character with a stretch of the text, in order."""
    first = bisect.bisect_right(page.quotes, stretch.start, key=lambda one: one.end)
    for quote in page.quotes[first:]:
        if quote.start >= stretch.end:
            return
        yield quote


def _distance(teller: Teller, quote: Span) -> tuple[bool, int]:
    """How far a quotation stands from who says it and how, those without a speaker last."""
    words = [teller.verb, *([teller.subject] if teller.subject is not None else [])]
    edges = [edge for word in words for edge in (word.idx, word.idx + len(word))]
    return teller.subject is None, min(abs(edge - end) for edge in edges for end in (quote.start, quote.end))


def _run(page: Page, quote: Span) -> list[Span]:
    """A quotation with the paragraphs that it began in and goes on in."""
    number = bisect.bisect_left(page.quotes, quote.start, key=lambda one: one.start)
    first = last = number
    while first > 0 and _continued(page, first - 1):
        first -= 1
    while last + 1 < len(page.quotes) and _continued(page, last):
        last += 1
    return list(page.quotes[first : last + 1])


def _continued(page: Page, number: int) -> bool:
    return layout.continued(page.document.text, page.quotes[number], page.quotes[number + 1])


def _going_on(page: Page, end: int) -> Iterator[Span]:
    """The quotations behind a speaker's last that nobody else claims: in the same paragraph, and in the paragraphs
    right behind that are nothing but quotation."""
    for quote in page.quotes[bisect.bisect_left(page.quotes, end, key=lambda one: one.start) :]:
        if not _alone(page, Span(start=end, end=quote.start)) or not _unclaimed(page, quote):
            return
        yield quote
        end = quote.end


def _alone(page: Page, between: Span) -> bool:
    return not WORD.search(page.document.text[between.start : between.end])


def _unclaimed(page: Page, quote: Span) -> bool:
    """True for a quotation with no word of its first and its last sentence outside quotation marks."""
    first, last = page.sentence_at(quote.start), page.sentence_at(quote.end - 1)
    before = page.document.text[first.start : quote.start]
    after = page.document.text[quote.end : max(quote.end, last.end)]
    return not WORD.search(before) and not WORD.search(after)


def around(page: Page, quote: Span) -> Span:
    """The paragraphs where the speaker of a quotation may be named: those it goes through, and before them all that are
    nothing but quotation, with the one before these."""
    run = _run(page, quote)
    first, last = page.paragraph_number(run[0].start), page.paragraph_number(run[-1].end - 1)
    while first > 0 and _only_quoted(page, page.paragraphs[first]):
        first -= 1
    return Span(start=page.paragraphs[first].start, end=page.paragraphs[last].end)


def _only_quoted(page: Page, paragraph: Span) -> bool:
    end = paragraph.start
    for quote in _touching(page, paragraph):
        if not _alone(page, Span(start=end, end=max(end, quote.start))):
            return False
        end = quote.end
    return end > paragraph.start and _alone(page, Span(start=end, end=max(end, paragraph.end)))
