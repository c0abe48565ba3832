"""Where? Which of the places named are the event's, and what the discourse says where the sentence does not.

Which spot of the sentence it is, or none, the ranker says (`where_ranker`), by what annotators marked for verbs. Around
it stand rules, for what an event of ours wants beyond that:

- `where_rules` give the relation ("near", "from") of the place, and the place told to be near it ("in Camp Three,
  near the airport") along with it.
- What is done to a place is annotated as done there; in an event, a building that is attacked is a target, and the
  town that the sentence sets it in is the place (`_set_elsewhere`).
- Where the sentence gives none, a later list of places, the event told before or the dateline may (`refine`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from byline.coding import when, where_focus, where_ranker, where_rules
from byline.coding.spots import Spot
from byline.coding.syntax import agents, is_verb, passive
from byline.coding.toponyms import Toponym
from byline.coding.where_barred import SAID
from byline.gazetteer import Entry
from byline.gazetteer.candidates import words
from byline.model import Event, Mention, Place, PlacePrecision, Relation, Span

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page

# What a site's own radius adds when only the town it stands near is known.
_NEAR_RADIUS_KM = 30.0
_LIST_ITEMS = 3
# A town is told where its state is as likely as this: of the towns of LGL and GeoWebNews that are resolved with less,
# three in five lie more than 161 km from where they should, of the others one in thirteen. Its country is told above
# the second share, and nothing below.
_SURE_STATE, _SURE_COUNTRY = 0.7, 0.6
# A capital or a city of so many people is told above this: outside the local papers of a namesake it is what its name
# means.
_SURE_CITY = 0.4
_CITY_PEOPLE = 300_000


def places_of(page: Page, trigger: Span) -> tuple[Toponym, ...]:
    """The names in a trigger's sentence of the places where it happened; a demonym only in the name of a border ("the
    Sudanese border"), and an empty tuple is an answer."""
    token = page.token_at(trigger.start)
    found = page.found.get((trigger.start, trigger.end))
    verb = found.verb if found is not None else (token if is_verb(token) else None)
    type = found.sense.type if found is not None else None
    return tuple(spot.toponym for spot in where_ranker.choose(page, token, verb, type=type))


def fill(page: Page, event: Event) -> tuple[Mention, ...]:
    """Place mentions of an event from its own sentence, each resolved where the gazetteer can."""
    found = page.trigger(event)
    return tuple(
        _mention(page, place, relation) for place, relation in _told(page, found.token, found.verb, type=event.type)
    )


def _told(page: Page, token: Token, verb: Token | None, *, type: str | None) -> list[tuple[Toponym, Relation]]:
    """The spots the ranker chooses, each with its relation, and what the rules add to them or hold against them."""
    chosen = where_ranker.choose(page, token, verb, type=type)
    if not chosen:
        return []
    ruled = where_rules.attached(page, token, verb)
    if _set_elsewhere(page, chosen[0], ruled):
        return ruled
    relations = {place.span: relation for place, relation in ruled}
    ranked = [(spot.toponym, relations.get(spot.toponym.span) or _relation(page, spot)) for spot in chosen]
    return ranked + where_rules.beside(page, ranked, ruled)


def _relation(page: Page, spot: Spot) -> Relation:
    """What the preposition that leads to a spot says; nothing is in a border."""
    return "near" if spot.kind == "border" else where_rules.relation_of(page, spot.toponym)


def _set_elsewhere(page: Page, spot: Spot, ruled: Sequence[tuple[Toponym, Relation]]) -> bool:
    """Is a spot only what the event was done to ("In Salta, they torched Evin prison") or what a thing leads to ("the
    bridge to Cipolletti"), while the sentence says "in" what place it was?"""
    if not any(relation == "in" for place, relation in ruled if place.span != spot.toponym.span):
        return False
    if spot.toponym.span in {place.span for place, _ in ruled}:
        return False
    led_to = where_rules.relation_of(page, spot.toponym) in ("to", "from")
    placed = spot.root.dep_ == "pobj" and spot.root.head.lower_ in where_rules.RELATIONS
    return led_to or (spot.toponym.entry is None and not placed)


def _mention(page: Page, place: Toponym, relation: Relation) -> Mention:
    return Mention(role="place", span=place.span, value=value(page, place, relation))


def value(page: Page, place: Toponym, relation: Relation = "in") -> Place | None:
    """The Place a toponym stands for: the gazetteer's, its country where the town may as well be a namesake in another
    state, or for a site it does not hold what its surroundings say. None when nothing is known of it."""
    entry = place.entry
    if entry is not None and not _is_sure(page, place, entry):
        country = page.gazetteer.country(entry.country) if entry.country is not None else None
        if country is None or place.country_share < _SURE_COUNTRY:
            return None
        entry = country
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
    return _site(page, place, relation) if place.kind == "site" else _unknown(page, place, relation)


def _is_sure(page: Page, place: Toponym, entry: Entry) -> bool:
    """True for a place that is told as it was resolved: no town whose name others bear in other states as likely."""
    known = entry.population >= _CITY_PEOPLE or bool(page.gazetteer.capital[entry.index])
    least = _SURE_CITY if known else _SURE_STATE
    return entry.kind not in ("city", "district") or place.state_share >= least


def _site(page: Page, place: Toponym, relation: Relation) -> Place:
    """A site no gazetteer holds, placed by what the text says it is in or near."""
    name = " ".join(page.document.quote(place.span).split())
    anchor = place.anchor
    if anchor is None:
        return Place(name=name, precision="site", relation=relation, country=_home(page))
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


def _unknown(page: Page, place: Toponym, relation: Relation) -> Place | None:
    """A name that no gazetteer has and that a place's preposition leads to, in the country the report is of: a town
    where it says so ("the village of Ourobaré"), else no coarser than a site. None where the country is not known."""
    country = _home(page)
    if country is None or where_rules.link(page, place, [place]) is None:
        return None
    before = page.document.text[: place.span.start].lower().split()[-2:]
    settled = any(word in words(page.language.code)["settlement_words"] for word in before)
    name = " ".join(page.document.quote(place.span).split())
    return Place(name=name, precision="city" if settled else "site", relation=relation, country=country)


def _home(page: Page) -> str | None:
    """The country that names no gazetteer has are taken to lie in."""
    meant = where_focus.home(page)
    return meant.entry.country if meant is not None and meant.entry is not None else None


def refine_lists(page: Page, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Events with the places a following sentence lists for them: "These cities included A, B and C."."""
    result = list(events)
    for sentence in (page.sentences[number] for number in page.holding(page.language.words["place_list_heads"])):
        earlier = [
            number
            for number, event in enumerate(result)
            if event.trigger.start < sentence.start and event.status == "reported"
        ]
        if not earlier or len(page.toponyms_in(sentence)) < _LIST_ITEMS or _lists_places(page, sentence) is None:
            continue
        places = where_rules.candidates_of(page, sentence)
        if len(places) < _LIST_ITEMS:
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
    one the report is about, else the country where all that the report names is in one; the basis says so. A
    nationwide event is the country's."""
    result: list[Event] = []
    for event in events:
        if event.role("place"):
            result.append(event)
            continue
        mention = (
            _nationwide(page, event)
            or _taken_up(page, event)
            or _inherited(page, event, result)
            or _of_country(page, where_focus.only(page))
        )
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
    if match is None or not _hangs_on(page, event, match.start()):
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


def _hangs_on(page: Page, event: Event, offset: int) -> bool:
    """True for a preposition on an event's word or verb itself, not within what is said; of a deed also for one in its
    clause, or in a clause around it, but in none below it ("held for being in the country illegally")."""
    found = page.trigger(event)
    word = page.token_at(offset)
    if event.type in SAID:
        return word.head in (found.token, found.verb)
    for above in word.ancestors:
        if above in (found.token, found.verb):
            return True
        if is_verb(above):
            return above in (found.verb or found.token).ancestors
    return True


def _nationwide(page: Page, event: Event) -> Mention | None:
    token = page.trigger(event).token
    word = next((child for child in token.lefts if child.lower_ in ("nationwide", "national", "countrywide")), None)
    told = _of_country(page, _country_in_focus(page)) if word is not None else None
    if word is None or told is None:
        return None
    return replace(told, span=Span(start=word.idx, end=word.idx + len(word)), also=(told.span,))


def _of_country(page: Page, named: Toponym | None) -> Mention | None:
    """The country that a name lies in, or is that of, as inherited place; the name is the evidence."""
    if named is None or named.entry is None or named.entry.country is None:
        return None
    country = page.gazetteer.country(named.entry.country)
    place = value(page, replace(named, entry=country)) if country is not None else None
    return Mention(role="place", span=named.span, value=replace(place, basis="inherited")) if place else None


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
        if (other.type in SAID) != (event.type in SAID) and not _is_prosecuted(event):
            # What is said of a deed is not said where it was done, nor the deed done at court.
            continue
        places = other.role("place")
        if len(places) == 1 and isinstance(places[0].value, Place):
            if event.type in SAID and other.type not in SAID and places[0].value.precision == "site":
                # A court sits in the town, not in the street.
                continue
            return replace(places[0], value=replace(places[0].value, basis="inherited"), by="")
        break
    if event.status == "background" or (event.type in SAID and _is_known_of(page, event)):
        return None
    return _from_dateline(page, event)


def _is_known_of(page: Page, event: Event) -> bool:
    """True for what is told as known of someone ("who is accused of the raid", "men accused of theft"): nobody says it
    where the report was sent from."""
    verb = page.trigger(event).verb
    if verb is None or agents(verb):
        return False
    cut_short = verb.dep_ == "acl" and verb.tag_ == "VBN"
    return cut_short or (passive(verb) and when.is_standing(page, event))


def _is_prosecuted(event: Event) -> bool:
    """True for charges and sentences: courts sit where the deed was done, or near it."""
    return event.type == "SANCTION" or (event.type == "ACCUSE" and event.mode != "disapprove")


def _from_dateline(page: Page, event: Event) -> Mention | None:
    """The dateline's place; a deed's only where the report is mostly of the dateline's country."""
    sent = where_focus.dateline(page)
    if sent is None or (event.type not in SAID and where_focus.home(page) is None):
        return None
    if event.type not in SAID and where_focus.is_about_another(page, sent):
        # Sent from one town about another: where in the country the deed was done is not told.
        return _of_country(page, sent)
    place = value(page, sent)
    return Mention(role="place", span=sent.span, value=replace(place, basis="inherited")) if place else None
