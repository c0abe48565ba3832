"""The gazetteer: names and their places, transliterations, the compiled file, and the choice among places."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from byline.errors import DataError
from byline.gazetteer import Entry, Gazetteer, fold, resolve
from byline.gazetteer.build import write
from byline.gazetteer.index import ALIAS, DEMONYM, PREFERRED
from byline.gazetteer.names import skeleton
from byline.gazetteer.recognise import weights
from byline.gazetteer.row import Row


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.open()


def first(gazetteer: Gazetteer, name: str, kind: str) -> Entry:
    """The most populous place of a kind that bears the name."""
    return next(entry for entry in gazetteer.find(name) if entry.kind == kind)


def test_folding_unites_spellings() -> None:
    assert fold("Côte d’Ivoire") == fold("COTE D'IVOIRE") == "cote divoire"
    assert fold("Shahr-e  Rey") == fold("Shahr‐e Rey") == "shahr e rey"
    assert fold("Łódź") == "lodz"
    assert fold("") == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Eslamabad", "Islamabad"),
        ("Khorramabad", "Khurramabad"),
        ("Qaem Shahr", "Ghaemshahr"),
        ("Dezful", "Dezfoul"),
        ("Kazerun", "Kazeroun"),
        ("Nowshahr", "Noshahr"),
        ("Masjed Soleyman", "Masjed Soleiman"),
    ],
)
def test_transliterations_share_a_skeleton(one: str, other: str) -> None:
    assert skeleton(fold(one)) == skeleton(fold(other))


def test_ids_of_known_cities(gazetteer: Gazetteer) -> None:
    assert first(gazetteer, "Tehran", "city").geonameid == 112931
    assert first(gazetteer, "Mashhad", "city").geonameid == 124665
    assert first(gazetteer, "Karaj", "city").geonameid == 128747


def test_a_city_knows_its_state_and_country(gazetteer: Gazetteer) -> None:
    austin = first(gazetteer, "Austin", "city")
    assert (austin.country, austin.admin1, austin.precision) == ("US", "Texas", "city")
    assert 0 < austin.radius_km < 30


def test_states_counties_regions_and_seas(gazetteer: Gazetteer) -> None:
    assert first(gazetteer, "Hormozgan", "admin1").country == "IR"
    assert first(gazetteer, "Fars Province", "admin1").name == "Fars"
    assert first(gazetteer, "Khorasan Razavi", "admin1").name == "Razavi Khorasan"
    assert first(gazetteer, "Los Angeles County", "district").admin1 == "California"
    assert first(gazetteer, "Donbas", "region").country == "UA"
    assert first(gazetteer, "Middle East", "region").country is None
    assert first(gazetteer, "Red Sea", "sea").precision == "region"
    assert first(gazetteer, "Africa", "continent").geonameid == 6255146


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Ivory Coast", "CI"),
        ("Burma", "MM"),
        ("UK", "GB"),
        ("U.S.", "US"),
        ("UAE", "AE"),
        ("DRC", "CD"),
        ("Syria", "SY"),
    ],
)
def test_names_of_countries(gazetteer: Gazetteer, name: str, code: str) -> None:
    assert first(gazetteer, name, "country").country == code


def test_demonyms(gazetteer: Gazetteer) -> None:
    assert [gazetteer.demonym(word) for word in ("Syrian", "Britons", "Frenchmen")] == ["SY", "GB", "FR"]
    assert gazetteer.demonym("Kurdish") is None
    assert gazetteer.demonym("Nothingish") is None
    assert gazetteer.find("Syrian") == ()


def test_countries_by_code(gazetteer: Gazetteer) -> None:
    iran = gazetteer.country("ir")
    assert iran is not None
    assert (iran.name, iran.geonameid, iran.kind) == ("Iran", 130758, "country")
    assert gazetteer.country("ZZ") is None


def test_lenient_stays_in_the_country(gazetteer: Gazetteer) -> None:
    found = gazetteer.find_lenient("Islamabad", "IR")
    assert found
    assert {entry.country for entry in found} == {"IR"}
    assert found[0].name.startswith("Eslām")
    assert gazetteer.find_lenient("Qwrtzpl", "IR") == ()


def test_lookup_of_many_names_at_once(gazetteer: Gazetteer) -> None:
    paris, nothing, empty = gazetteer.lookup(["paris", "qwrtzpl", ""])
    assert paris is not None
    assert nothing is None
    assert empty is None
    assert list(gazetteer.population[paris.places]) == sorted(gazetteer.population[paris.places], reverse=True)
    assert gazetteer.lookup([]) == []


def test_opened_once(gazetteer: Gazetteer) -> None:
    assert Gazetteer.open() is gazetteer


def test_absent_or_damaged_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="make install"):
        Gazetteer.open(tmp_path / "absent.bin")
    for name, content in (("empty.bin", b""), ("text.bin", b"not a gazetteer"), ("other.bin", b'{"format": 0}\n')):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DataError, match="make install"):
            Gazetteer.open(tmp_path / name)


def small_world() -> list[Row]:
    """Three places: two cities of one name, and the country of one of them."""
    big = Row(name="Alba", kind="city", country="AA", latitude=1.0, longitude=1.0, radius_km=5.0, population=90_000)
    small = Row(name="Alba", kind="city", country="BB", latitude=50.0, longitude=9.0, radius_km=3.0, population=900)
    land = Row(
        name="Bebia", kind="country", country="BB", latitude=51.0, longitude=9.0, radius_km=90.0, population=9_000
    )
    for row in (big, small, land):
        row.add([row.name], PREFERRED)
    land.add(["Bebland"], ALIAS)
    land.add(["Bebian"], DEMONYM)
    return [big, small, land]


def test_a_small_file_is_written_the_same_twice_and_read_back(tmp_path: Path) -> None:
    one, two = write(small_world(), tmp_path / "one.bin"), write(small_world(), tmp_path / "two.bin")
    assert one.read_bytes() == two.read_bytes()
    world = Gazetteer.open(one)
    assert [entry.country for entry in world.find("ALBA")] == ["AA", "BB"]
    assert world.find("Bebland")[0].name == "Bebia"
    assert world.demonym("bebian") == "BB"


def test_the_country_named_after_it_decides(tmp_path: Path) -> None:
    world = Gazetteer.open(write(small_world(), tmp_path / "world.bin"))
    alba, bebia = world.lookup(["alba", "bebia"])
    assert alba is not None
    assert bebia is not None
    alone = resolve.resolve([resolve.Name(text="alba", hits=alba)], world, weights=weights("resolve"))
    assert alone[0].entry is not None
    assert alone[0].entry.country == "AA"
    chain = resolve.resolve(
        [resolve.Name(text="alba", hits=alba, parents=(1,)), resolve.Name(text="bebia", hits=bebia)],
        world,
        weights=weights("resolve"),
    )
    assert chain[0].entry is not None
    assert chain[0].entry.country == "BB"
    assert chain[0].share > 0.5
    assert any(level.startswith("share of the document in its country") for level, _ in chain[0].levels)


def test_no_candidate_good_enough_is_none() -> None:
    world = Gazetteer.open()
    (hits,) = world.lookup(["san antonio"])
    assert hits is not None
    blank = resolve.resolve([resolve.Name(text="san antonio", hits=hits)], world, weights={})
    assert blank[0].entry is None
    assert np.isclose(blank[0].share, 1 / min(hits.places.size, resolve.MAX_PLACES))
