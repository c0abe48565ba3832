"""What of an event counts for linking, packed into a row of fixed size: so a million events are one array.

A row depends on the event and its document alone, so it is made once, where the event is coded, and kept.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache, lru_cache
from importlib import resources
from typing import Final
from zlib import crc32

import h3.api.basic_int as h3
import numpy as np
from numpy.typing import NDArray

from byline.language import data as language_data
from byline.language.numbers import parse_number
from byline.linking import words
from byline.model import Actor, Document, Event, Mention, Place, Quantity, Role, When
from byline.ontology import plover

METHOD = f"features 1, {words.METHOD}"
"""Names how rows are made; raised by hand when they change, so that a store makes them anew."""

Table = NDArray[np.void]
"""Rows of RECORD."""

LINKED: Final = ("reported", "background", "denied")
"""In what status an event may be joined to others. What is planned or supposed has not happened, and a summary is not
one happening; what somebody denies is the happening that others report, and stands beside their reports."""

NO_DAY: Final = int(np.iinfo(np.int32).min)
"""For a day that is not told."""

DAY_PRECISIONS: Final = ("day", "week", "month", "quarter", "season", "year", "decade", "unknown", "published")
PLACE_PRECISIONS: Final = ("site", "city", "district", "admin1", "country", "region")
FINE: Final = PLACE_PRECISIONS.index("district")
"""Places up to this precision have a point that tells where; of larger ones it is only the middle."""

COUNTED: Final = ("fatalities", "injuries", "arrests", "abductions", "participants", "targets", "displaced")

PLACES, CELLS, TERMS, SECTORS, FIGURES, SENTENCE_TERMS = 3, 6, 6, 2, 4, 12

PLACE = np.dtype(
    [
        ("latitude", "<f4"),
        ("longitude", "<f4"),
        ("radius_km", "<f4"),
        ("geonameid", "<u4"),
        ("name", "<u4"),
        ("country", "<u2"),
        ("precision", "u1"),
        ("told", "u1"),
    ]
)

SENTENCE = np.dtype([("terms", "<u4", (SENTENCE_TERMS,)), ("weights", "u1", (SENTENCE_TERMS,))])
"""The rarest words of the sentences that tell of an event, with how rare they are: in form a small sketch."""

RECORD = np.dtype(
    [
        ("event", "<u8"),
        ("document", "<u8"),
        ("type", "<u4"),
        ("mode", "<u4"),
        ("family", "u1"),
        ("status", "u1"),
        ("precision", "u1"),
        ("start", "<i4"),
        ("end", "<i4"),
        ("published", "<i4"),
        ("places", PLACE, (PLACES,)),
        ("home", "<u4"),
        ("cells", "<u4", (CELLS,)),
        ("actors", "<u4", (TERMS,)),
        ("targets", "<u4", (TERMS,)),
        ("sites", "<u4", (TERMS,)),
        ("figures", "<u4", (FIGURES,)),
        ("weapons", "<u4", (2,)),
        ("actor_sectors", "<u4", (SECTORS,)),
        ("target_sectors", "<u4", (SECTORS,)),
        ("low", "<f4", (len(COUNTED),)),
        ("high", "<f4", (len(COUNTED),)),
        ("sentence", SENTENCE),
        ("words", words.SKETCH),
    ]
)
"""An event: ids as the numbers of their 16 hex digits, days since 1970-01-01, words and codes hashed (0: none),
numbers NaN where not told and infinite where open."""

CELL_RESOLUTION = 4
"""H3 cells of 23 km from their middle to an edge: the reach of a town's news."""

REACH_KM, LARGEST_KM = 8.0, 15.0
"""How far around its point a place is looked for: REACH_KM and its radius, of that LARGEST_KM at most. Two points lie
in a common cell when they are not farther apart than both reach."""

LOOKBACK_DAYS = 7
"""An event told without a day, as news, is taken to lie so many days before its report at most."""

COMMON_RARITY = 1.2
"""A word with a lower inverse document frequency (three texts in ten have it) tells nothing of who or what."""

RARITY_UNITS = 24
"""Rarity is kept in steps of 1/24: up to 10.6, one text in 40,000."""

SHORTEST_STEM = 3
_ENDINGS = ("ations", "ation", "ings", "ing", "ions", "ion", "ers", "er", "ies", "ed", "es", "s", "y", "e")
NAMED_RARITY = 2.0
"""A word less rare (one text in seven has it: "people") does not tell one doer, target or site from another."""

_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\w+(?:[,.-]\w+)*")


def pack(event: Event, document: Document) -> Table | None:
    """One row of RECORD; None for an event that is never joined: by its status, or told without day and place."""
    table = rows((event,), document)
    return table if len(table) else None


def rows(events: Iterable[Event], document: Document) -> Table:
    """The rows of those events of one document that may be joined to others, in the order given."""
    linked = [event for event in events if event.status in LINKED]
    linked = [event for event in linked if _when(event) is not None or _located(event)]
    table = np.zeros(len(linked), RECORD)
    if not linked:
        return table
    table["words"] = words.sketch(document)
    for row, event in zip(table, linked, strict=True):
        _fill(row, event, document)
    return table


def untold(events: Sequence[int]) -> Table:
    """Rows of events, by their numbers, that tell nothing to be compared by: only a person's word joins them."""
    table = np.zeros(len(events), RECORD)
    table["event"] = table["document"] = np.array(events, np.uint64)
    table["start"] = table["end"] = table["published"] = NO_DAY
    table["precision"] = DAY_PRECISIONS.index("unknown")
    table["low"] = table["high"] = math.nan
    return table


def number(id: str) -> int:
    """An event's or a document's id as a number."""
    return int(id[1:], 16)


def event_id(number: int) -> str:
    """The id of the event that a row's number stands for."""
    return f"e{number:016x}"


def code(text: str | None) -> int:
    """A code or a word as a number, 0 for None, never 0 for another."""
    return 0 if text is None else crc32(text.encode("utf-8", "surrogatepass")) or 1


def days(table: Table) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8]]:
    """The first and last day on which each event may have happened, and by what precision: that of its date, else
    "published" for news without one. NO_DAY where nothing tells."""
    start, end, precision = table["start"].copy(), table["end"].copy(), table["precision"].copy()
    guessed = (start == NO_DAY) & (table["published"] != NO_DAY) & (table["status"] == LINKED.index("reported"))
    start[guessed] = table["published"][guessed] - LOOKBACK_DAYS
    end[guessed] = table["published"][guessed]
    precision[guessed] = DAY_PRECISIONS.index("published")
    return start, end, precision


def _fill(row: np.void, event: Event, document: Document) -> None:
    row["event"], row["document"] = number(event.id), number(event.document_id)
    row["type"], row["mode"], row["family"] = code(event.type), code(event.mode), _families().get(event.type or "", 0)
    row["status"] = LINKED.index(event.status)
    row["published"] = _day(document.published)
    when = _when(event)
    row["start"], row["end"], row["precision"] = NO_DAY, NO_DAY, DAY_PRECISIONS.index("unknown")
    if when is not None:
        first, last = when.start or when.end, when.end or when.start
        row["start"], row["end"], row["precision"] = _day(first), _day(last), DAY_PRECISIONS.index(when.precision)
        if when.basis == "published":
            row["start"], row["precision"] = _day(first) - LOOKBACK_DAYS, DAY_PRECISIONS.index("published")
    locate(row, _located(event))
    told = _sentences(event, document)
    places = {term for place in _located(event) for term, _ in _rare(place.name)}
    doers, hit = _named(event, "actor"), _named(event, "recipient")
    for field, actors in (("actors", doers), ("targets", hit)):
        # What follows a comma tells more of them, often where they are.
        named = _rarest(" ".join(actor.name.split(",")[0] for actor in actors), least=NAMED_RARITY)
        _put(row[field], (term for term in named if term not in places and term not in _generic()))
    _put(row["sites"], (term for term in _sites(told) if term not in places))
    for field, actors in (("actor_sectors", doers), ("target_sectors", hit)):
        _put(row[field], (code(f"{actor.code}/{actor.sector}") for actor in actors if actor.code or actor.sector))
    _put(row["figures"], _figures(told))
    _put(row["weapons"], _rarest(_told(event, "instrument", document)))
    row["low"], row["high"] = _numbers(event)
    _fill_sentence(row["sentence"], told, places)


@cache
def _generic() -> frozenset[int]:
    """Nouns for people of a kind ("fighters", "workers"): their sector says what they tell, and two happenings of one
    town share them as often as not."""
    nouns = language_data("en", "actors")["noun"]
    return frozenset(code(_stem(word.casefold())) for noun in nouns for word in noun["lemmas"] if " " not in word)


def _fill_sentence(slot: np.void, told: str, places: set[int]) -> None:
    kept = sorted([(term, rarity) for term, rarity in _rare(told) if term not in places][:SENTENCE_TERMS])
    slot["terms"][: len(kept)] = [term for term, _ in kept]
    slot["weights"][: len(kept)] = [min(255, round(rarity * RARITY_UNITS)) for _, rarity in kept]


def locate(row: np.void, places: Iterable[Place]) -> None:
    """Puts places into a row, the finest first, with the cells they reach."""
    kept = sorted(places, key=lambda place: PLACE_PRECISIONS.index(place.precision))[:PLACES]
    for slot, place in zip(row["places"], kept, strict=False):
        _fill_place(slot, place)
    cells = list(_cells(kept))
    row["home"] = cells[0] if cells else 0
    _put(row["cells"], cells)


def _fill_place(slot: np.void, place: Place) -> None:
    slot["told"] = 1
    slot["precision"] = PLACE_PRECISIONS.index(place.precision)
    slot["name"] = code(place.name.casefold())
    slot["geonameid"] = place.geonameid or 0
    slot["country"] = int.from_bytes(place.country.encode()[:2], "big") if place.country else 0
    slot["latitude"] = math.nan if place.latitude is None else place.latitude
    slot["longitude"] = math.nan if place.longitude is None else place.longitude
    slot["radius_km"] = place.radius_km or 0.0


def _put(field: NDArray[np.uint32], values: Iterable[int]) -> None:
    """Each value once, as many as there is room for, in order of size: so rows compare fast."""
    kept = sorted(list(dict.fromkeys(value for value in values if value))[: len(field)])
    field[: len(kept)] = kept


def _when(event: Event) -> When | None:
    """When it happened, where any day is told."""
    for mention in event.role("when"):
        if isinstance(mention.value, When) and (mention.value.start or mention.value.end):
            return mention.value
    return None


def _located(event: Event) -> list[Place]:
    """Where it happened; where something came from or went only when nothing else is told."""
    places = [mention.value for mention in event.role("place") if isinstance(mention.value, Place)]
    return [place for place in places if place.relation not in ("from", "to")] or places


def _day(day: date | None) -> int:
    return NO_DAY if day is None else day.toordinal() - date(1970, 1, 1).toordinal()


def _named(event: Event, role: Role) -> list[Actor]:
    return [mention.value for mention in event.role(role) if isinstance(mention.value, Actor)]


def _sentences(event: Event, document: Document) -> str:
    """The sentences that tell of an event, without the words that say when: their numbers count nothing."""
    told = []
    times = [span for mention in event.role("when") for span in (mention.span, *mention.also)]
    for span in (event.sentence, *event.told):
        text = document.quote(span)
        for time in times:
            if span.covers(time):
                start, end = time.start - span.start, time.end - span.start
                text = text[:start] + " " * (end - start) + text[end:]
        told.append(text)
    return " ".join(told)


def _sites(told: str) -> list[int]:
    """Words of what something was done to, or at, as sentences tell it ("at the customs office"). Names are left to
    the places, but where all is in capitals."""
    patterns = _site_patterns()
    found = [match.group(1) for match in patterns[0].finditer(told)]
    sites = found if told.isupper() else [site for site in found if site[0].islower()]
    sites += [match.group(1) for match in patterns[1].finditer(told)]
    return [term for site in sites for term in _rarest(site, least=NAMED_RARITY)[:2]]


@cache
def _site_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A thing after a preposition or a verb; and a thing told to stand in a place of some name."""
    rules = tomllib.loads(resources.files("byline.linking").joinpath("sites.toml").read_text(encoding="utf-8"))["en"]
    before, determiners, ends, inside = ("|".join(rules[key]) for key in ("before", "determiners", "ends", "inside"))
    word = rf"(?!(?:{ends})\b)[^\W\d_][\w'’-]*"
    thing = rf"({word}(?: {word}){{0,3}})"
    return (
        re.compile(rf"\b(?:{before}) (?:{determiners}) {thing}", re.IGNORECASE),
        re.compile(rf"\b(?i:{determiners}) (?=[a-z]){thing} (?:{inside}) (?=[A-Z][a-z])"),
    )


def _figures(told: str) -> list[int]:
    """The numbers of sentences, in digits or in words; years are none."""
    values = (_value(match.group()) for match in _NUMBER.finditer(told))
    return [code(f"{value:g}") for value in values if value is not None and not 1900 <= value < 2100]


@lru_cache(1 << 16)
def _value(word: str) -> float | None:
    return parse_number(word, language_data("en", "numbers"))


def _told(event: Event, role: Role, document: Document) -> str:
    def name(mention: Mention) -> str:
        return mention.value.name if isinstance(mention.value, Actor) else document.quote(mention.span)

    return " ".join(name(mention) for mention in event.role(role))


def _numbers(event: Event) -> tuple[list[float], list[float]]:
    """For each thing counted the least and the most that is told. Several counts of one thing ("two soldiers and five
    civilians", or two sides' figures) give anything from the least of them to their sum."""
    low, high = [math.nan] * len(COUNTED), [math.nan] * len(COUNTED)
    for i, what in enumerate(COUNTED):
        told = [
            mention.value
            for mention in event.role("quantity")
            if isinstance(mention.value, Quantity) and mention.value.what == what
        ]
        if told:
            low[i] = min(quantity.low or 0.0 for quantity in told)
            high[i] = sum(math.inf if quantity.high is None else quantity.high for quantity in told)
    return low, high


def _rarest(text: str, *, least: float = 0.0) -> list[int]:
    """The words of a text as numbers, the rarest first, without those less rare than `least`."""
    return [term for term, rarity in _rare(text) if rarity >= least]


def _rare(text: str) -> list[tuple[int, float]]:
    """The words of a text that are not common, as numbers, with how rare they are; the rarest first, ties as they
    come. Words that differ in their ending alone are one."""
    found = list(dict.fromkeys(match.group().casefold() for match in _WORD.finditer(text)))
    found = [word for word in found if _value(word) is None]
    if not found:
        return []
    rarity = words.rarity().of(np.array([words.hashed("word", word) for word in found], np.uint32)).tolist()
    order = sorted(range(len(found)), key=lambda i: -rarity[i])
    rare: dict[int, float] = {}
    for i in order:
        if rarity[i] >= COMMON_RARITY:
            rare.setdefault(code(_stem(found[i])), rarity[i])
    return list(rare.items())


def _stem(word: str) -> str:
    """A word without a usual ending, so that "abducted" of one report meets "abduction" of another."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def _cells(places: Iterable[Place]) -> Iterator[int]:
    """The H3 cells that a place of a known point reaches, that of its point first."""
    for place in places:
        if place.latitude is None or place.longitude is None or PLACE_PRECISIONS.index(place.precision) > FINE:
            continue
        reach = REACH_KM + min(place.radius_km or 0.0, LARGEST_KM)
        for north, east in _circle():
            latitude = max(-90.0, min(90.0, place.latitude + north * reach / 111.2))
            across = 111.2 * max(0.05, math.cos(math.radians(place.latitude)))
            cell = h3.latlng_to_cell(latitude, place.longitude + east * reach / across, CELL_RESOLUTION)
            yield code(f"{cell:x}")


@cache
def _circle() -> tuple[tuple[float, float], ...]:
    """The middle and eight points around it."""
    turns = [math.pi / 4 * i for i in range(8)]
    return ((0.0, 0.0), *((math.cos(turn), math.sin(turn)) for turn in turns))


@cache
def _families() -> dict[str, int]:
    """Types that one deed may be filed under by two coders: PLOVER's four kinds, words or deeds, for or against."""
    return {code: type.quad for code, type in plover().types.items()}
