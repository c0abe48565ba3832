"""GeoJSON, GeoPackage, Parquet, FollowTheMoney and SQLite: what stands in each, of events of every kind."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import date
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from byline.errors import ExportError
from byline.export import geometry, parquet
from byline.export.columns import columns, tables
from byline.export.once import OnceEach
from byline.export.pins import drawn, pins
from byline.export.summary import summary
from byline.model import Place
from byline.project import ExportOptions, Project, exporting
from given_out import FOURTH, bombing, dossiers, export, join, keep, lines, rally
from told import KENYA, MARKET, NAKURU, NAKURU_COUNTY, Report, at, by, dead, on, report

FORMS = ("ftm", "geojson", "gpkg", "parquet", "sqlite")
FIJI = Place(
    name="Taveuni", precision="district", geonameid=1, latitude=-16.8, longitude=179.98, radius_km=20.0, country="FJ"
)
HOSTILE = 'A "bus", stop;\nin\tNakuru =1+1 🚌 \u202eورشة\u202c </script><b>\u0000'.replace("\u0000", "")


def unplaced() -> Report:
    """An invented report of an event without place or day, whose words may be taken for something else."""
    text = f"Bombed was {HOSTILE}, somebody told."
    return report(
        text, by(HOSTILE, role="recipient", kind="organization", sector="BUS"), source='"=cmd', type=None, mode=None
    )


def everywhere() -> Report:
    """An invented report of an event in a market of Nakuru, in Kenya, and beside the date line."""
    return report(
        "Bombed were Wakulima Market in Nakuru county of Kenya, and Taveuni; 1000000000000000000000000 died.",
        at("Wakulima Market", MARKET), at("Nakuru county", NAKURU_COUNTY), at("Kenya", KENYA), at("Taveuni", FIJI),
        dead("1000000000000000000000000", 10.0**24),
    )  # fmt: skip


@pytest.fixture
def one(laptop: Any) -> Project:
    """Two reports of one bombing that differ in the dead, a rally, and two events hard to write down."""
    project: Project = laptop("one")
    second = report(
        "Bombed was a stop in Nakuru on Monday; nine people died, police said.",
        at("Nakuru", NAKURU), on("Monday", FOURTH), dead("nine people", 9), source="The Lake Post",
        acled="Remote explosive/landmine/IED",
    )  # fmt: skip
    ids = keep(project, bombing(), second, rally(), unplaced(), everywhere())
    join(project, ids[0], ids[1])
    return project


def features(out: Path) -> dict[str, Any]:
    """The features of a GeoJSON file, by the first words of their sentence."""
    told = json.loads(out.read_text(encoding="utf-8"))
    assert told["type"] == "FeatureCollection"
    return {one["properties"]["words"][:10]: one for one in told["features"]}


# All of them


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("unit", ["event", "incident"])
def test_the_same_bytes_each_time(form: str, unit: Any, one: Project, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        export(one, form, tmp_path / folder / "o", unit=unit)
    first, second = ({p.name: p.read_bytes() for p in (tmp_path / folder).iterdir()} for folder in ("a", "b"))
    assert first == second
    assert "o" in first


@pytest.mark.parametrize("form", FORMS)
def test_of_no_events_there_is_a_file_all_the_same(form: str, laptop: Any, tmp_path: Path) -> None:
    said = export(laptop("none"), form, tmp_path / "o")
    assert said["written"] == 0
    assert (tmp_path / "o").is_file()


@pytest.mark.parametrize("form", FORMS)
def test_a_file_whose_name_no_encoding_can_write(form: str, laptop: Any, tmp_path: Path) -> None:
    """A name of a file may hold half a surrogate pair, where its bytes are no UTF-8."""
    project = laptop("odd")
    event, document = bombing()
    keep(project, (event, replace(document, origin="inbox/\udce9t\udce9.txt")))
    assert export(project, form, tmp_path / "o")["written"] == 1


def test_the_columns_are_those_that_are_described(one: Project) -> None:
    for dossier in dossiers(one):
        row = summary(dossier, pins(dossier))
        assert tuple(row) == tuple(column.name for column in columns("summary"))
    assert all(column.says.endswith(".") for table in tables().values() for column in table)


def test_a_disagreement_is_a_range(one: Project) -> None:
    bombed = next(each for each in dossiers(one) if len(each.reports) == 2)
    row = summary(bombed, pins(bombed))
    assert (row["fatalities_low"], row["fatalities_high"], row["differ"]) == (7, 9, "fatalities")
    assert (row["reports"], row["injuries_low"]) == (2, None)


FULL = """
import resource, signal, sys
from pathlib import Path
from byline.errors import BylineError
from byline.project import Project
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with Project(database=sys.argv[1]) as project:
    project.export("jsonl", Path("warm"))  # reads what is read once, and brings the database up
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
    for form in sys.argv[2:]:
        try:
            project.export(form, Path(f"full.{form}"))
        except BylineError as error:
            print(form, "cannot be written" in str(error))
"""


@pytest.mark.slow
def test_a_disk_that_takes_no_more(one: Project, tmp_path: Path) -> None:
    words = [sys.executable, "-c", FULL, str(one.database), *FORMS]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [f"{form} True" for form in FORMS]
    assert [path.name for path in tmp_path.iterdir() if "full" in path.name or path.name.startswith(".")] == []


# GeoJSON


def test_a_feature_an_incident_with_its_places(one: Project, tmp_path: Path) -> None:
    said = export(one, "geojson", tmp_path / "o.geojson")
    assert (said["unit"], said["written"]) == ("incident", 4)
    found = features(tmp_path / "o.geojson")
    told = json.loads((tmp_path / "o.geojson").read_text(encoding="utf-8"))["features"]
    bombed = next(one for one in told if one["properties"]["reports"] == 2)
    assert bombed["geometry"] == {"type": "Point", "coordinates": [36.072, -0.307]}
    properties = bombed["properties"]
    assert (properties["precision"], properties["radius_km"]) == ("city", 9.0)
    assert [told["sentence"][:10] for told in properties["told_by"]] == ["Bombed was", "Bombed was"]
    marched = found["Marched ha"]
    assert marched["geometry"]["type"] == "MultiPoint"
    assert [place["name"] for place in marched["properties"]["places"]] == ["Nakuru", "Kisumu"]
    assert marched["geometry"]["coordinates"] == [[36.072, -0.307], [34.762, -0.102]]


def test_no_pin_finer_than_the_source_and_none_for_what_only_lies_around(one: Project, tmp_path: Path) -> None:
    export(one, "geojson", tmp_path / "o.geojson")
    feature = features(tmp_path / "o.geojson")["Bombed wer"]
    names = [(place["name"], place["within"]) for place in feature["properties"]["places"]]
    assert names == [("Wakulima Market", False), ("Taveuni", False), ("Nakuru", True), ("Kenya", True)]
    assert feature["geometry"]["coordinates"] == [[36.07, -0.29], [179.98, -16.8]]


def test_an_event_without_a_place_has_no_geometry(one: Project, tmp_path: Path) -> None:
    export(one, "geojson", tmp_path / "o.geojson")
    feature = next(one for one in features(tmp_path / "o.geojson").values() if one["geometry"] is None)
    assert feature["properties"]["location"] is None
    assert feature["properties"]["words"].startswith('Bombed was A "bus", stop;')
    assert feature["properties"]["start"] is None


def test_a_country_alone_keeps_its_point_with_its_radius(one: Project) -> None:
    event, document = report("Bombed was Kenya.", at("Kenya", KENYA))
    keep(one, (event, document))
    alone = next(each for each in dossiers(one) if each.record["sentence"]["text"] == "Bombed was Kenya.")
    assert [(pin.precision, pin.radius_km) for pin in drawn(pins(alone))] == [("country", 500.0)]


# Shapes


@given(
    st.tuples(st.floats(-180, 180), st.floats(-89, 89)).map(lambda p: (round(p[0], 5), round(p[1], 5))),
    st.floats(0.1, 2500).map(lambda r: round(r, 2)),
)
@settings(deadline=None, max_examples=100)
def test_a_circle_stays_on_the_map_and_is_as_wide_as_it_says(centre: tuple[float, float], radius: float) -> None:
    shape = shapely.from_wkb(geometry.circle_wkb(centre, radius))
    assert shape.geom_type == "MultiPolygon"
    west, south, east, north = shape.bounds
    assert (west >= -180, south >= -90, east <= 180, north <= 90) == (True, True, True, True)
    if abs(centre[1]) + radius / 111 < 85:
        for x, y in geometry.circle(centre, radius):
            assert abs(_km(centre, (x, y)) - radius) < max(0.01 * radius, 0.01)


def _km(one: tuple[float, float], other: tuple[float, float]) -> float:
    (x, y), (u, v) = (tuple(map(radians, point)) for point in (one, other))
    return 2 * geometry.EARTH_KM * asin(sqrt(min(1.0, sin((v - y) / 2) ** 2 + cos(y) * cos(v) * sin((u - x) / 2) ** 2)))


def test_a_circle_across_the_date_line_is_in_two_pieces() -> None:
    shape = shapely.from_wkb(geometry.circle_wkb((179.98, -16.8), 20))
    assert [tuple(round(side, 1) for side in piece.bounds[::2]) for piece in shape.geoms] == [
        (179.8, 180.0),
        (-180.0, -179.8),
    ]
    assert shapely.is_valid(shape)


# GeoPackage


def test_layers_to_draw_and_tables_to_join(one: Project, tmp_path: Path) -> None:
    pyogrio = pytest.importorskip("pyogrio", reason="pyogrio is not installed (the extra geo)")
    out = tmp_path / "o.gpkg"
    export(one, "gpkg", out)
    layers = [(name, shape) for name, shape in pyogrio.list_layers(out)]
    assert layers == [
        ("incidents", "MultiPoint"), ("areas", "MultiPolygon"), ("places", "Point"), ("reports", None),
        ("actors", None), ("quantities", None), ("layer_styles", None),
    ]  # fmt: skip
    areas = pyogrio.read_dataframe(out, layer="areas")
    wide = areas[(areas["name"] == "Nakuru") & (areas["type"] == "ASSAULT")].iloc[0]
    assert 8.9 < _km((36.072, -0.307), wide.geometry.geoms[0].exterior.coords[0]) < 9.1
    assert wide["words"].startswith("Bombed was")
    assert set(areas["parent"]) <= set(pyogrio.read_dataframe(out, layer="incidents")["id"])


def test_without_pyogrio_it_is_said_what_to_install(one: Project, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "pyogrio", None)
    with pytest.raises(ExportError, match=r"pip install 'byline-events\[geo\]'"):
        export(one, "gpkg", tmp_path / "o.gpkg")
    assert not (tmp_path / "o.gpkg").exists()


# Parquet


def test_all_of_the_record_stands_in_a_row(one: Project, tmp_path: Path) -> None:
    said = export(one, "parquet", tmp_path / "o.parquet")
    assert (said["unit"], said["written"], said["lost"]) == ("event", 5, [])
    table = pq.read_table(tmp_path / "o.parquet")
    assert table.column_names == parquet.schema().names
    assert str(table.schema.field("type").type).startswith("dictionary")
    assert table.schema.field("radius_km").metadata[b"description"].startswith(b"So many kilometres")
    marched = next(row for row in table.to_pylist() if row["type"] == "PROTEST")
    assert (marched["start"], marched["end"]) == (FOURTH, date(2024, 3, 5))
    (many,) = marched["how_many"]
    assert (many["what"], many["low"], many["evidence"][0]["text"]) == ("participants", 300.0, "about 300")
    assert marched["told_by"][0]["sentence"].startswith("Marched have")


def test_the_geometry_is_told_as_geoparquet_has_it(one: Project, tmp_path: Path) -> None:
    export(one, "parquet", tmp_path / "o.parquet")
    told = pq.read_schema(tmp_path / "o.parquet").metadata[b"geo"]
    geo = json.loads(told)
    assert (geo["version"], geo["primary_column"]) == ("1.1.0", "geometry")
    column = geo["columns"]["geometry"]
    assert (column["encoding"], column["geometry_types"]) == ("WKB", ["MultiPoint", "Point"])
    assert column["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    boxes = pq.read_table(tmp_path / "o.parquet", columns=["bbox"]).column("bbox").to_pylist()
    assert {"xmin": 34.762, "ymin": -0.307, "xmax": 36.072, "ymax": -0.102} in boxes
    assert None in boxes


def test_a_large_table_is_a_folder_of_files(one: Project, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(parquet, "ROWS_AT_A_TIME", 1)
    monkeypatch.setattr(parquet, "GROUPS", 1)
    monkeypatch.setattr(parquet, "ROWS_A_FILE", 2)
    out = tmp_path / "o.parquet"
    export(one, "parquet", out)
    assert sorted(path.name for path in out.iterdir()) == [f"part-0000{number}.parquet" for number in range(3)]
    assert pq.read_table(out).num_rows == 5
    assert export(one, "parquet", out, overwrite=True)["written"] == 5


# FollowTheMoney


def test_entities_with_their_relations(one: Project, tmp_path: Path) -> None:
    ftm = pytest.importorskip("followthemoney", reason="followthemoney is not installed (the extra ftm)")
    event, document = report(
        "Arrested was the Lake Front at Nakuru on Monday by the Rift Valley Police, sparing two students.",
        at("Nakuru", NAKURU), on("Monday", FOURTH),
        by("Rift Valley Police", kind="organization", sector="COP", code="KEN"),
        by("Lake Front", role="recipient", kind="group", sector="REB"), by("two students", role="recipient"),
        type="COERCE", mode="arrest",
    )  # fmt: skip
    keep(one, (event, document))
    said = export(one, "ftm", tmp_path / "o.ftm")
    entities = {told["id"]: ftm.model.get_proxy(told) for told in lines(tmp_path / "o.ftm")}
    for entity in entities.values():
        entity.schema.validate(entity.to_dict())
    arrested = next(
        one for one in entities.values() if one.first("recordId") == f"i{event.id[1:]}" and one.schema.name == "Event"
    )
    assert arrested.caption == "COERCE · arrest, Nakuru, 2024-03-04"
    involved = {entities[id].caption: entities[id].schema.name for id in arrested.get("involved")}
    assert involved == {"Rift Valley Police": "PublicBody", "Lake Front": "LegalEntity"}
    (link,) = [one for one in entities.values() if one.schema.name == "UnknownLink"]
    ends = [entities[link.first(end)].caption for end in ("subject", "object")]
    assert ends == ["Rift Valley Police", "Lake Front"]
    assert "recipient: two students" in arrested.get("notes")
    (proof,) = arrested.get("proof")
    assert entities[proof].schema.name == "Article"
    assert {one["key"] for one in said["lost"]} == {"actors", "quantities"}
    places = [one for one in entities.values() if one.schema.name == "Address" and one.caption.startswith("Nakuru, KE")]
    assert [one.get("remarks") for one in places if one.id == "byline-place-184622"] == [["city: anywhere within 9 km"]]


def test_what_incidents_share_stands_once(one: Project, tmp_path: Path) -> None:
    pytest.importorskip("followthemoney", reason="followthemoney is not installed (the extra ftm)")
    export(one, "ftm", tmp_path / "o.ftm")
    ids = [told["id"] for told in lines(tmp_path / "o.ftm")]
    assert len(ids) == len(set(ids))


def test_without_followthemoney_it_is_said_what_to_install(one: Project, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "followthemoney", None)
    with pytest.raises(ExportError, match=r"pip install 'byline-events\[ftm\]'"):
        export(one, "ftm", tmp_path / "o.ftm")


@given(st.lists(st.text("abcdef", min_size=1, max_size=2), max_size=60))
@settings(deadline=None, max_examples=20)
def test_each_key_comes_out_once(tmp_path_factory: pytest.TempPathFactory, keys: list[str]) -> None:
    with OnceEach(tmp_path_factory.getbasetemp()) as kept:
        for number, key in enumerate(keys):
            kept.add(key, f"{key}\t{number}\n")
        came = [line.split("\t") for line in kept]
    assert {key: int(number) for key, number in came} == {key: keys.index(key) for key in keys}
    assert len(came) == len(set(keys))


# SQLite


@pytest.fixture
def opened(one: Project, tmp_path: Path) -> Any:
    export(one, "sqlite", tmp_path / "o.sqlite", unit="incident")
    with closing(sqlite3.connect(tmp_path / "o.sqlite")) as connection:
        yield lambda query: connection.execute(query).fetchall()


def test_tables_that_refer_to_each_other(opened: Any) -> None:
    assert opened("PRAGMA foreign_key_check") == []
    assert opened("PRAGMA integrity_check") == [("ok",)]
    counts = {name: opened(f"SELECT count(*) FROM {name}")[0][0] for name in ("incidents", "events", "documents")}
    assert counts == {"incidents": 4, "events": 5, "documents": 5}
    query = "SELECT name FROM places JOIN events ON events.id = places.event WHERE type = 'PROTEST'"
    assert opened(query) == [("Nakuru",), ("Kisumu",)]


def test_every_value_has_its_words(opened: Any) -> None:
    told = opened("""
        SELECT places.name, evidence.text FROM evidence JOIN (
          SELECT *, row_number() OVER (PARTITION BY event ORDER BY rowid) AS number FROM places
        ) AS places USING (event, number) WHERE evidence.of = 'places' AND event IN (
          SELECT event FROM places WHERE name = 'Taveuni')""")
    assert told == [
        ("Wakulima Market", "Wakulima Market"), ("Taveuni", "Taveuni"), ("Nakuru", "Nakuru county"), ("Kenya", "Kenya")
    ]  # fmt: skip


def test_words_are_found_and_views_count(opened: Any) -> None:
    assert len(opened("SELECT rowid FROM events_fts WHERE events_fts MATCH 'nakuru AND died'")) == 2
    assert opened("SELECT month, type, number, fatalities_low FROM by_month WHERE type = 'PROTEST'") == [
        ("2024-03", "PROTEST", 1, None)
    ]
    assert opened("SELECT name, events FROM by_place")[0] == ("Nakuru", 3)
    assert opened("SELECT high FROM quantities WHERE high > 1e20") == [(1e24,)]


def test_datasette_is_told_what_every_column_holds(opened: Any, tmp_path: Path) -> None:
    told = json.loads((tmp_path / "o.sqlite.metadata.json").read_text(encoding="utf-8"))["databases"]["o"]["tables"]
    there = [name for (name,) in opened("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
    for name in there:
        if "_fts" not in name and not name.startswith("sqlite_"):
            assert told[name]["description"]
    for name in ("incidents", "events", "places", "actors", "quantities", "evidence", "documents", "about"):
        columns = {row[1] for row in opened(f"PRAGMA table_info({name})")}
        assert set(told[name]["columns"]) == columns


def test_a_file_that_is_in_the_way_of_the_second_is_not_replaced(one: Project, tmp_path: Path) -> None:
    (tmp_path / "o.sqlite.metadata.json").write_text("mine", encoding="utf-8")
    with pytest.raises(ExportError, match=r"o\.sqlite\.metadata\.json is there already"):
        export(one, "sqlite", tmp_path / "o.sqlite")
    assert not (tmp_path / "o.sqlite").exists()
    one.export("sqlite", tmp_path / "o.sqlite", options=ExportOptions(overwrite=True))
    assert (tmp_path / "o.sqlite").exists()


def test_every_format_says_what_it_is() -> None:
    assert {name: len(form.says) > 20 for name, form in exporting.formats().items()} == dict.fromkeys(
        exporting.formats(), True
    )
