"""Places told by grammar: the preposition that leads to a place, and how closely its phrase hangs on an event."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from byline.coding.syntax import clause, is_verb
from byline.coding.toponyms import Toponym
from byline.gazetteer.candidates import words
from byline.model import Relation, Span

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page

# Prepositions that put an event at the place they lead to, and the relation they state.
RELATIONS: dict[str, Relation] = {
    "in": "in",
    "at": "in",
    "inside": "in",
    "within": "in",
    "on": "in",
    "outside": "near",
    "near": "near",
    "around": "near",
    "across": "across",
    "throughout": "across",
    "through": "in",
    "to": "to",
    "from": "from",
    "towards": "to",
    "toward": "to",
    "into": "in",
    "off": "near",
    "between": "near",
    "of": "in",
    "over": "in",
    "along": "in",
    "by": "near",
}
# Prepositions before a name that say it is one of a place, whoever else may bear it ("fired at Diaz").
LEADING = frozenset({"in", "near", "outside", "inside", "within", "across", "throughout", "around"})
_GAP = re.compile(r"\s*(?:,|and|&|;|,\s*and|\(|\))*\s*")
_NEAR = re.compile(r",?\s+(?:near|outside|close to|not far from)\s+(?:the\s+)?")


def candidates_of(page: Page, sentence: Span) -> list[Toponym]:
    """Places of a sentence that may be an event's: no demonyms, no header, no container of the place before it."""
    inside = [
        one
        for one in page.toponyms
        if sentence.covers(one.span) and one.kind != "demonym" and not page.in_header(one.span)
    ]
    parents = {parent for one in inside for parent in one.parents}
    return [one for one in inside if one.span not in parents]


def attached(page: Page, token: Token, verb: Token | None) -> list[tuple[Toponym, Relation]]:
    candidates = candidates_of(page, page.sentence_at(token.idx))
    if not candidates:
        return []
    scored: list[tuple[int, Toponym, Relation]] = []
    for place in candidates:
        led = link(page, place, candidates)
        if led is None:
            continue
        relation, holder = led
        rank = _rank(token, verb, holder)
        if rank is not None:
            scored.append((rank, place, relation))
    if not scored:
        return []
    for relations in (("in", "across"), ("near",), ("from", "to")):
        some = [one for one in scored if one[2] in relations]
        if some:
            best = min(rank for rank, _, _ in some)
            kept = [(place, relation) for rank, place, relation in some if rank == best]
            return _finest(kept + beside(page, kept, [(place, relation) for _, place, relation in scored]))
    return []


def beside(
    page: Page, kept: Sequence[tuple[Toponym, Relation]], told: Sequence[tuple[Toponym, Relation]]
) -> list[tuple[Toponym, Relation]]:
    """Places among those told that say where a kept place is: "in Camp Three, near the Basra railway station"."""
    ends = {_end(place) for place, _ in kept}
    spans = {place.span for place, _ in kept}
    text = page.document.text
    return [
        (place, relation)
        for place, relation in told
        if relation == "near"
        and place.span not in spans
        and any(end <= place.span.start and _NEAR.fullmatch(text[end : place.span.start]) for end in ends)
    ]


def _finest(kept: list[tuple[Toponym, Relation]]) -> list[tuple[Toponym, Relation]]:
    """Without the country that holds the towns or sites beside it: "in Salta, in Argentina"."""
    finer = {one.entry.country for one, _ in kept if one.entry is not None and one.entry.kind in ("city", "admin1")}
    finer |= {one.anchor.country for one, _ in kept if one.entry is None and one.anchor is not None}
    return [
        (one, relation)
        for one, relation in kept
        if not (one.entry is not None and one.entry.kind in ("country",) and one.entry.country in finer)
    ]


def link(page: Page, place: Toponym, candidates: list[Toponym]) -> tuple[Relation, Token] | None:
    """The preposition that leads to a place (through the list it stands in), and the token that holds the phrase."""
    first = _list_head(page, place, candidates)
    token = page.tokens(first.span).root
    for word in [token, *token.ancestors]:
        if word.dep_ == "pobj" and word.head.lower_ in RELATIONS:
            if word.idx >= first.span.end and not _place_noun(word):
                # "in a Quetta market" is in Quetta; "on Syria policy" is nowhere.
                inside = token.head == word and word.head.lower_ in ("in", "at", "near", "outside", "inside")
                return (RELATIONS[word.head.lower_], word.head.head) if inside else None
            prep = word.head
            if prep.lower_ == "of" and not _place_noun(prep.head):
                return None
            while prep.lower_ == "of":
                # "in the city of X": the place noun's own preposition says how.
                outer = prep.head
                prep = outer.head if outer.dep_ == "pobj" else outer
                if prep.dep_ != "prep":
                    return ("in", prep)
            return (RELATIONS.get(prep.lower_, "in"), prep.head)
        if is_verb(word) or word.dep_ in ("nsubj", "nsubjpass", "dobj", "poss"):
            break
    before = page.document.text[: first.span.start].rstrip()
    match = re.search(
        r"\b(in|at|near|across|outside|from|to)(?:\s+the)?(?:\s+(?:central|northern|southern|eastern|western|downtown))?$",
        before[-30:],
        re.IGNORECASE,
    )
    if match:
        word = page.token_at(len(before) - len(match.group(0)))
        return (RELATIONS[match.group(1).lower()], word.head)
    if token.dep_ == "npadvmod":
        return ("in", token.head)
    return None


def is_led_as_place(page: Page, place: Toponym) -> bool:
    """Do the words around a name say that it is a place's: "in Al-Dawr", "the village of Sheikh Najjar", "Diaz
    Square"?"""
    tokens, lists = page.tokens(place.span), words(page.language.code)
    if tokens.end < len(page.doc) and page.doc[tokens.end].lower_ in lists["site_nouns"]:
        return True
    head = tokens.root.head
    if tokens.root.dep_ != "pobj":
        return False
    return head.lower_ in LEADING or (head.lower_ == "of" and head.head.lower_ in lists["settlement_words"])


def relation_of(page: Page, place: Toponym) -> Relation:
    """The relation that the preposition leading to a place states; "in" where none does."""
    found = link(page, place, [place])
    return found[0] if found is not None else "in"


_PLACE_NOUNS = frozenset(
    {
        "city",
        "town",
        "village",
        "province",
        "state",
        "district",
        "region",
        "area",
        "neighborhood",
        "neighbourhood",
        "country",
        "capital",
        "suburb",
        "part",
        "outskirt",
        "center",
        "centre",
        "port",
        "department",
        "municipality",
        "island",
        "valley",
        "coast",
        "north",
        "south",
        "east",
        "west",
        "border",
        "street",
        "place",
        "square",
        "county",
        "governorate",
        "corridor",
        "camp",
        "heart",
        "edge",
        "side",
    }
)


def _place_noun(token: Token) -> bool:
    return token.lemma_.lower() in _PLACE_NOUNS


def _list_head(page: Page, place: Toponym, candidates: list[Toponym]) -> Toponym:
    """The first place of the list a place stands in: commas and "and" alone between the items."""
    text = page.document.text
    number = next(number for number, one in enumerate(candidates) if one is place)
    while number > 0:
        before = candidates[number - 1]
        gap = text[_end(before) : candidates[number].span.start]
        if not _GAP.fullmatch(gap) or not gap.strip():
            break
        number -= 1
    return candidates[number]


def _end(place: Toponym) -> int:
    return max(
        [place.span.end, *([place.qualifier.end] if place.qualifier else []), *(parent.end for parent in place.parents)]
    )


def _rank(token: Token, verb: Token | None, holder: Token) -> int | None:
    """How closely a place's phrase hangs on a trigger: 0 on it or its verb, 1 on its arguments, 2 on its clause."""
    if holder.i == token.i or (verb is not None and holder.i == verb.i):
        return 0
    heads = [holder, *holder.ancestors]
    for number, word in enumerate(heads):
        if word.i == token.i or (verb is not None and word.i == verb.i):
            return 1
        if is_verb(word) and number > 0 and word.dep_ in ("relcl", "advcl", "ccomp", "conj"):
            break
        if is_verb(word) and number == 0 and word.i != token.i:
            break
    mine = verb if verb is not None else clause(token)
    if holder.i == mine.i or clause(holder).i == mine.i:
        return 1
    # A place before the main verb sets the scene for the clauses under it: "In Salta, … rallied and blocked …".
    above = list(mine.ancestors)
    if holder in above and is_verb(holder) and mine.dep_ in ("conj", "advcl", "xcomp", "dep"):
        return 2
    return None
