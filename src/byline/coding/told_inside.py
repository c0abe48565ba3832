"""Is it told inside another event? Slogans, what a statement is about, and what a protest demands: no events of their
own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from byline.coding.syntax import children, grammatical_subject, is_verb, prepositional
from byline.model import Span

if TYPE_CHECKING:
    from byline.coding.page import Page
    from byline.coding.what import Found

# How far behind a quotation its "the crowd chanted" stands, in characters.
_SPEAKER_REACH = 40
# How far before it its "their placards read" begins.
_LEAD_REACH = 120
# A quotation of no more words than this is a slogan or a title.
_SLOGAN_WORDS = 3
_LEADS = frozenset({"THREATEN", "REQUEST", "ACCUSE"})
_PERFORMED = frozenset({"ACCUSE", "REJECT", "REQUEST", "THREATEN"})
_NEW_CLAUSES = frozenset({"relcl", "advcl", "parataxis"})


def slogan(page: Page, found: Found) -> bool:
    """True in a quotation that is a slogan, or speech that tells of no past act of anyone's: what people call for or
    conclude, not what they report."""
    quote = page.in_quotes(found.span.start)
    if quote is None:
        return False
    words = page.document.quote(quote).strip("“”\"'` ")
    if len(words.split()) <= _SLOGAN_WORDS or after_slogan_head(page, quote):
        return True
    verb = found.verb
    if verb is None:
        return True
    finite = next((token for token in [verb, *verb.children] if token.tag_ == "VBD"), None)
    subject = grammatical_subject(verb)
    if found.sense.type in _PERFORMED:
        # "We hold the organisers responsible": saying it does it.
        return subject is None or subject.lower_ not in page.language.words["first_persons"]
    if finite is not None and subject is not None and subject.lower_ in page.language.words["first_persons"]:
        # "We never attacked the mission", someone tells of his own side.
        return not any(one.head is not None for one in page.said_of(found.span))
    general = subject is None or subject.lower_ in page.language.words["general_subjects"]
    return finite is None or general


def after_slogan_head(page: Page, quote: Span) -> bool:
    """True when the words that lead to a quotation (over quotations before it) speak of slogans or placards."""
    words = page.language.words
    chanted = words["slogan_heads"] | words["chants"]
    text = page.document.text
    start = quote.start
    for other in reversed([one for one in page.quotes if one.end <= quote.start]):
        if not re.search(r"\w{3,}", text[other.end : start].replace("and", "")):
            start = other.start
        else:
            break
    lead = text[max(0, start - _LEAD_REACH) : start]
    last = re.split(r"(?<=[.!?])\s", lead)[-1]
    before = Span(start=start - len(last), end=start)
    leads = bool(last.strip()) and _may_hold(page, before, chanted)
    if leads and not chanted.isdisjoint(token.lemma_.lower() for token in page.tokens(before)):
        return True
    end = min(page.sentence_at(quote.start).end, quote.end + _SPEAKER_REACH)
    if not page.document.text[quote.end : end].strip():
        return False
    behind = Span(start=quote.end, end=end)
    if not _may_hold(page, behind, chanted):
        return False
    return any(token.lemma_.lower() in words["chants"] for token in page.tokens(behind))


def _may_hold(page: Page, span: Span, lemmas: frozenset[str]) -> bool:
    """True where a sentence of a stretch may have one of these lemmas by its letters: spares the parse of others."""
    numbers = range(page.sentence_number(span.start), page.sentence_number(max(span.start, span.end - 1)) + 1)
    return not page.holding(lemmas).isdisjoint(numbers)


def content_of_statement(page: Page, found: Found) -> bool:
    """True for what a threat, a demand or an accusation is about: it is told with that event, not beside it."""
    carrier = found.carrier
    current = carrier
    while current.head != current:
        if current.dep_ in _NEW_CLAUSES:
            return False
        above = current.head
        other = page.found.get((above.idx, above.idx + len(above)))
        if other is not None and other.sense.type in _LEADS and other.token.i != found.token.i:
            below = current.dep_ in ("ccomp", "xcomp", "prep", "dobj", "pcomp", "advcl")
            return below
        current = above
    return False


def laid_at_a_door(page: Page, found: Found) -> bool:
    """True for the act itself that an accusation is about, where it is told as done to someone: "blamed rebels for the
    murder of a judge" takes the murder as known, whoever did it."""
    act = found.token
    if found.sense.type != "ASSAULT" or act.dep_ not in ("pobj", "pcomp", "dobj") or act.tag_ == "VB":
        return False
    lead = next(
        (page.found.get((above.idx, above.idx + len(above))) for above in act.ancestors if is_verb(above)), None
    )
    if lead is None or lead.sense.type != "ACCUSE":
        return False
    definite = any(child.dep_ == "poss" or child.lower_ in page.language.words["definite"] for child in act.lefts)
    return bool(children(act, "dobj")) or (definite and bool(prepositional(act, "of", "on", "against")))


def demanded_at_protest(page: Page, found: Found) -> bool:
    """True for a demand that a protest makes: it is the protest's, and no event beside it (PLOVER manual)."""
    verb = found.carrier
    for above in verb.ancestors:
        for token in (above, *children(above, "dobj", "prep")):
            other = page.found.get((token.idx, token.idx + len(token)))
            inner = (
                [page.found.get((one.idx, one.idx + len(one))) for one in children(token, "pobj")]
                if token.dep_ == "prep"
                else []
            )
            if any(one is not None and one.sense.type == "PROTEST" for one in [other, *inner]):
                return True
    return False
