"""Where? Which of the places named are the event's, and what the discourse says where the sentence does not."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from byline.coding.syntax import clause, is_verb
from byline.coding.toponyms import Toponym
from byline.model import Event, Mention, Place, PlacePrecision, Relation, Span

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page

# Prepositions that put an event at the place they lead to, and the relation they state.
_RELATIONS: dict[str, Relation] = {
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
_PRECISION_ORDER: dict[PlacePrecision, int] = {
    "site": 0,
    "city": 1,
    "district": 2,
    "admin1": 3,
    "country": 4,
    "region": 5,
}
# What a site's own radius adds when only the town it stands near is known.
_NEAR_RADIUS_KM = 30.0
_GAP = re.compile(r"\s*(?:,|and|&|;|,\s*and|\(|\))*\s*")
_NEAR = re.compile(r",?\s+(?:near|outside|close to|not far from)\s+(?:the\s+)?")
_LIST_ITEMS = 3


def places_of(page: Page, trigger: Span) -> tuple[Toponym, ...]:
    """The toponyms of a trigger's sentence that say where it happened; demonyms never, an empty tuple is an answer."""
    token = page.token_at(trigger.start)
    found = page.found.get((trigger.start, trigger.end))
    verb = found.verb if found is not None else (token if is_verb(token) else None)
    return tuple(place for place, _ in _attached(page, token, verb))


def fill(page: Page, event: Event) -> tuple[Mention, ...]:
    """Place mentions of an event from its own sentence, each resolved where the gazetteer can."""
    found = page.trigger(event)
    return tuple(_mention(page, place, relation) for place, relation in _attached(page, found.token, found.verb))


def _candidates(page: Page, sentence: Span) -> list[Toponym]:
    """Places of a sentence that may be an event's: no demonyms, no header, no container of the place before it."""
    inside = [
        one
        for one in page.toponyms
        if sentence.covers(one.span) and one.kind != "demonym" and not page.in_header(one.span)
    ]
    parents = {parent for one in inside for parent in one.parents}
    return [one for one in inside if one.span not in parents]


def _attached(page: Page, token: Token, verb: Token | None) -> list[tuple[Toponym, Relation]]:
    candidates = _candidates(page, page.sentence_at(token.idx))
    if not candidates:
        return []
    scored: list[tuple[int, Toponym, Relation]] = []
    for place in candidates:
        link = _link(page, place, candidates)
        if link is None:
            continue
        relation, holder = link
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
            return _finest(kept + [one for one in _beside(page, kept, scored) if one not in kept])
    return []


def _beside(
    page: Page, kept: list[tuple[Toponym, Relation]], scored: list[tuple[int, Toponym, Relation]]
) -> list[tuple[Toponym, Relation]]:
    """Places that say where a chosen place is: "in Camp Liberty, near the Baghdad Airport"."""
    ends = {_end(place) for place, _ in kept}
    text = page.document.text
    return [
        (place, relation)
        for _, place, relation in scored
        if relation == "near"
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


def _link(page: Page, place: Toponym, candidates: list[Toponym]) -> tuple[Relation, Token] | None:
    """The preposition that leads to a place (through the list it stands in), and the token that holds the phrase."""
    first = _list_head(page, place, candidates)
    token = page.tokens(first.span).root
    for word in [token, *token.ancestors]:
        if word.dep_ == "pobj" and word.head.lower_ in _RELATIONS:
            if word.idx >= first.span.end and not _place_noun(word):
                # "in a Quetta market" is in Quetta; "on Syria policy" is nowhere.
                inside = token.head == word and word.head.lower_ in ("in", "at", "near", "outside", "inside")
                return (_RELATIONS[word.head.lower_], word.head.head) if inside else None
            prep = word.head
            if prep.lower_ == "of" and not _place_noun(prep.head):
                return None
            while prep.lower_ == "of":
                # "in the city of X": the place noun's own preposition says how.
                outer = prep.head
                prep = outer.head if outer.dep_ == "pobj" else outer
                if prep.dep_ != "prep":
                    return ("in", prep)
            return (_RELATIONS.get(prep.lower_, "in"), prep.head)
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
        return (_RELATIONS[match.group(1).lower()], word.head)
    if token.dep_ == "npadvmod":
        return ("in", token.head)
    return None


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
    number = candidates.index(place)
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


def _mention(page: Page, place: Toponym, relation: Relation) -> Mention:
    return Mention(role="place", span=place.span, value=value(page, place, relation))


def value(page: Page, place: Toponym, relation: Relation = "in") -> Place | None:
    """The Place a toponym stands for: the gazetteer's, or for a site it does not hold what its surroundings say. None
    when nothing is known of it."""
    entry = place.entry
    if entry is not None:
        precision: PlacePrecision = entry.precision if place.kind != "site" else "site"
        return Place(
            name=entry.name,
            precision=precision,
            geonameid=entry.geonameid,
            latitude=entry.latitude,
            longitude=entry.longitude,
            radius_km=entry.radius_km,
            country=entry.country,
            admin1=entry.admin1,
            relation=relation,
        )
    return _site(page, place, relation) if place.kind == "site" else None


def _site(page: Page, place: Toponym, relation: Relation) -> Place:
    """A site no gazetteer holds, placed by what the text says it is in or near."""
    name = " ".join(page.document.quote(place.span).split())
    anchor = place.anchor
    if anchor is None:
        return Place(name=name, precision="site", relation=relation)
    near = anchor.kind == "city"
    return Place(
        name=name,
        precision="site",
        relation=relation,
        country=anchor.country,
        admin1=anchor.admin1,
        latitude=anchor.latitude if near else None,
        longitude=anchor.longitude if near else None,
        radius_km=anchor.radius_km + _NEAR_RADIUS_KM if near else None,
    )


def refine_lists(page: Page, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Events with the places a following sentence lists for them: "These cities included A, B and C."."""
    result = list(events)
    for sentence in page.sentences:
        subject = _lists_places(page, sentence)
        if subject is None:
            continue
        places = _candidates(page, sentence)
        earlier = [
            number
            for number, event in enumerate(result)
            if event.trigger.start < sentence.start and event.status == "reported"
        ]
        if len(places) < _LIST_ITEMS or not earlier:
            continue
        last = page.sentence_number(result[earlier[-1]].trigger.start)
        same = [number for number in earlier if page.sentence_number(result[number].trigger.start) == last]
        mentions = tuple(_mention(page, place, "in") for place in places)
        result[same[0]] = replace(result[same[0]], mentions=result[same[0]].mentions + mentions)
    return tuple(result)


def _lists_places(page: Page, sentence: Span) -> Token | None:
    words = page.language.words
    for token in page.tokens(sentence):
        if token.lemma_.lower() in words["place_list_heads"] and token.dep_ == "nsubj":
            definite = any(child.lower_ in ("these", "those", "the") for child in token.lefts)
            if definite and token.head.lemma_.lower() in words["list_verbs"]:
                return token
    return None


def refine(page: Page, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Events with a place for those whose sentence names none: that of the event told before in the paragraph, else the
    one the report is about, with the basis saying so. A nationwide event is the country's."""
    result: list[Event] = []
    for event in events:
        if event.role("place"):
            result.append(event)
            continue
        mention = _nationwide(page, event) or _taken_up(page, event) or _inherited(page, event, result)
        result.append(replace(event, mentions=(*event.mentions, mention)) if mention is not None else event)
    return tuple(result)


_TAKEN_UP = re.compile(
    r"\b(?:in|across|throughout|of|inside|outside|near)\s+(the\s+(city|town|village|capital|province|country|region|district))\b",
    re.IGNORECASE,
)
_PRECISIONS = {
    "city": ("city",),
    "town": ("city",),
    "village": ("city",),
    "capital": ("city",),
    "province": ("admin1",),
    "region": ("admin1", "region"),
    "district": ("district", "admin1", "city"),
    "country": ("country",),
}


def _taken_up(page: Page, event: Event) -> Mention | None:
    """ "in the city": the place of that kind named last before."""
    match = _TAKEN_UP.search(page.document.text, event.sentence.start, event.sentence.end)
    if match is None:
        return None
    wanted = _PRECISIONS[match[2].lower()]
    before = [
        one
        for one in page.toponyms
        if one.span.end <= match.start()
        and one.entry is not None
        and one.entry.precision in wanted
        and one.kind == "place"
    ]
    if not before:
        return None
    # The city of a report is the one it names most; of two alike, the one named last.
    counts = Counter(one.entry.index for one in before if one.entry is not None)
    most = max(counts.values())
    meant = [one for one in before if one.entry is not None and counts[one.entry.index] == most][-1]
    place = value(page, meant)
    assert place is not None
    return Mention(role="place", span=Span(start=match.start(1), end=match.end(1)), value=place, antecedent=meant.span)


def _nationwide(page: Page, event: Event) -> Mention | None:
    token = page.trigger(event).token
    word = next((child for child in token.lefts if child.lower_ in ("nationwide", "national", "countrywide")), None)
    country = _country_in_focus(page)
    if word is None or country is None:
        return None
    place = value(page, country)
    assert place is not None
    return Mention(
        role="place",
        span=Span(start=word.idx, end=word.idx + len(word)),
        value=replace(place, basis="inherited"),
        also=(country.span,),
    )


def _country_in_focus(page: Page) -> Toponym | None:
    """The country most places of the text lie in, by the first toponym that names it; None where none does."""
    counts: dict[str, int] = {}
    for one in page.toponyms:
        if one.entry is not None and one.entry.country:
            counts[one.entry.country] = counts.get(one.entry.country, 0) + 1
    if not counts:
        return None
    code = max(counts, key=lambda key: counts[key])
    return next(
        (
            one
            for one in page.toponyms
            if one.entry is not None
            and one.entry.kind == "country"
            and one.entry.country == code
            and one.kind != "demonym"
        ),
        None,
    )


def _inherited(page: Page, event: Event, before: list[Event]) -> Mention | None:
    paragraph = page.paragraph_number(event.trigger.start)
    for other in reversed(before):
        near = page.paragraph_number(other.trigger.start) == paragraph
        alike = other.status == event.status or {other.status, event.status} <= {"reported", "denied", "summary"}
        if not alike or (event.status == "background" and not near):
            continue
        if not near:
            break
        places = other.role("place")
        if len(places) == 1 and isinstance(places[0].value, Place):
            return replace(places[0], value=replace(places[0].value, basis="inherited"), by="")
        break
    if event.status == "background":
        return None
    return _from_dateline(page)


def _from_dateline(page: Page) -> Mention | None:
    for one in page.toponyms:
        if page.in_header(one.span) and one.entry is not None and one.kind != "demonym":
            place = value(page, one)
            return Mention(role="place", span=one.span, value=replace(place, basis="inherited")) if place else None
    return None
