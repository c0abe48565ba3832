"""Exports opened by the tools that people have: pandas, polars, DuckDB, GeoPandas, datasette, QGIS, R.

Frictionless and FollowTheMoney check theirs in test_export_tables.py and test_export_formats.py."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from byline.project import ExportOptions, Project
from given_out import FOURTH, bombing, join, keep, rally
from told import by, report

SYSTEM_PYTHON = "/usr/bin/python3"
"""Debian's, which has QGIS's Python where that is installed."""

SECONDS = 120


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two reports of one bombing, a rally and an event without a place, exported in every format that tools read."""
    made = tmp_path_factory.mktemp("tools")
    with Project(database=made / "byline.db") as project:
        odd = report(
            'Bombed was "a; stop",\n=1+1 in 🚌 ورشة, said Zoë.', by('"a; stop"', role="recipient"), source="Zoë"
        )
        ids = keep(project, bombing(), bombing(source="The Lake Post", day=5), rally(), odd)
        join(project, *ids[:2])
        for form, name in (
            ("parquet", "events.parquet"), ("geojson", "map.geojson"), ("gpkg", "map.gpkg"), ("acled", "acled.csv"),
            ("sqlite", "events.sqlite"), ("csv", "tables"), ("jsonl", "events.jsonl"),
            ("csv", "events.csv"),
        ):  # fmt: skip
            project.export(form, made / name, options=ExportOptions())
    return made


def csv_of(folder: Path, table: str) -> Path:
    """The CSV file of a table, wherever the format puts it."""
    return next(path for path in sorted((folder / "tables").rglob(f"{table}.csv")))


def test_pandas(folder: Path) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed (the extra frames)")
    frame = pandas.read_parquet(folder / "events.parquet")
    assert frame.groupby("type", observed=True)["fatalities_low"].sum()["ASSAULT"] == 14
    assert frame["type"].dtype.name == "category"
    assert set(frame["start"].dropna()) == {FOURTH}
    told = frame["told_by"].explode().apply(lambda one: one["document"])
    assert set(told) == set(frame["document_id"])
    table = pandas.read_csv(csv_of(folder, "events"), parse_dates=["start", "end"])
    assert (len(table), str(table["start"].dtype)[:10]) == (4, "datetime64")
    acled = pandas.read_csv(folder / "acled.csv")
    assert list(acled.columns)[:3] == ["event_id_cnty", "event_date", "year"]
    lines = pandas.read_json(folder / "events.jsonl", lines=True)
    assert set(lines["id"]) == set(frame["id"])


def test_polars(folder: Path) -> None:
    polars = pytest.importorskip("polars", reason="polars is not installed (the extra frames)")
    frame = polars.scan_parquet(folder / "events.parquet").filter(polars.col("country") == "KE")
    counted = frame.group_by("type").agg(polars.col("fatalities_low").sum()).sort("type").collect()
    assert counted.rows() == [("ASSAULT", 14.0), ("PROTEST", 0.0)]
    places = frame.explode("places").unnest("places", separator="_").select("places_name").collect()
    assert sorted(places["places_name"]) == ["Kisumu", "Nakuru", "Nakuru", "Nakuru"]


def test_duckdb(folder: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as connection:
        each = f"SELECT unnest(places) AS place FROM '{folder / 'events.parquet'}'"
        query = f"SELECT place.name, count(*) FROM ({each}) GROUP BY 1"
        assert sorted(connection.execute(query).fetchall()) == [("Kisumu", 1), ("Nakuru", 3)]
        days = f"SELECT min(start), typeof(min(start)) FROM '{folder / 'events.parquet'}'"
        assert connection.execute(days).fetchall() == [(FOURTH, "DATE")]
        rows = f"SELECT count(*) FROM read_csv('{csv_of(folder, 'events')}')"
        assert connection.execute(rows).fetchall() == [(4,)]


@pytest.mark.parametrize("name", ["events.parquet", "map.geojson", "map.gpkg"])
def test_geopandas(name: str, folder: Path) -> None:
    geopandas = pytest.importorskip("geopandas", reason="GeoPandas is not installed (the extra frames)")
    pytest.importorskip("pyogrio", reason="pyogrio is not installed (the extra geo)")
    read = geopandas.read_parquet if name.endswith("parquet") else geopandas.read_file
    frame = read(folder / name, **({"layer": "incidents"} if name == "map.gpkg" else {}))
    assert frame.crs.to_epsg() == 4326 or str(frame.crs) == "OGC:CRS84"
    assert list(frame.total_bounds) == [34.762, -0.307, 36.072, -0.102]
    assert frame.geometry.isna().sum() == 1
    assert len(frame) == (4 if name == "events.parquet" else 3)
    assert frame.set_index("status").loc["reported"].radius_km.max() == 9


def test_geopackage_layers_in_geopandas(folder: Path) -> None:
    geopandas = pytest.importorskip("geopandas", reason="GeoPandas is not installed (the extra frames)")
    areas = geopandas.read_file(folder / "map.gpkg", layer="areas").to_crs("EPSG:32736")
    widths = (areas.geometry.area / 3.14159) ** 0.5 / 1000
    assert [round(width) for width in sorted(widths)] == [8, 9, 9]


def test_datasette(folder: Path) -> None:
    app = pytest.importorskip("datasette.app", reason="datasette is not installed")
    metadata = json.loads((folder / "events.sqlite.metadata.json").read_text(encoding="utf-8"))
    datasette = app.Datasette([str(folder / "events.sqlite")], metadata=metadata)

    async def answers() -> list[Any]:
        await datasette.invoke_startup()
        found = []
        for path in (
            "/events/events.json?_search=gunmen&_shape=array", "/events/map.json?_shape=array",
            "/events/events?_facet=type", "/events/events.json?_facet=type&_shape=objects",
        ):  # fmt: skip
            answer = await datasette.client.get(path)
            assert answer.status_code == 200, path
            found.append(answer.json() if ".json" in path else answer.text)
        return found

    searched, mapped, page, faceted = asyncio.run(answers())
    assert {row["actors"] for row in searched} == {"gunmen"}
    assert [row["latitude"] for row in mapped] == [-0.307, -0.307, -0.307]
    assert "So many kilometres from the point it may have been" in page
    counts = {one["value"]: one["count"] for one in faceted["facet_results"]["type"]["results"]}
    assert counts == {"ASSAULT": 3, "PROTEST": 1}


def blocks(language: str, root: Path) -> list[str]:
    """The recipes of docs/tools.md in a language."""
    return re.findall(
        rf"^```{language}\n(.*?)^```", (root / "docs" / "tools.md").read_text(encoding="utf-8"), re.M | re.S
    )


@pytest.mark.parametrize("tool", ["pandas", "polars", "geopandas"])
def test_the_recipes_in_the_documentation(tool: str, folder: Path, root: Path, monkeypatch: Any, capsys: Any) -> None:
    pytest.importorskip(tool, reason=f"{tool} is not installed (the extra frames)")
    monkeypatch.chdir(folder)
    (recipe,) = [one for one in blocks("python", root) if one.startswith(f"import {tool}\n")]
    exec(compile(recipe, "docs/tools.md", "exec"), {})
    assert capsys.readouterr().out.strip()


def test_the_recipe_in_sql(folder: Path, root: Path, monkeypatch: Any) -> None:
    duckdb = pytest.importorskip("duckdb")
    monkeypatch.chdir(folder)
    (recipe,) = blocks("sql", root)
    with duckdb.connect() as connection:
        assert connection.execute(recipe).fetchall() == [("KE", 4)]


QGIS = """
import os, sys, json
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from qgis.core import QgsApplication, QgsVectorLayer, QgsWkbTypes
application = QgsApplication([], False)
application.initQgis()
told = {}
paths = {name: f"map.gpkg|layername={name}" for name in ("incidents", "areas", "reports")} | {"geojson": "map.geojson"}
for name, path in paths.items():
    layer = QgsVectorLayer(path, name, "ogr")
    renderer = layer.renderer()
    first = next(layer.getFeatures())
    told[name] = {
        "valid": layer.isValid(), "count": layer.featureCount(), "shape": QgsWkbTypes.displayString(layer.wkbType()),
        "crs": layer.crs().authid(), "fields": [field.name() for field in layer.fields()],
        "colour": renderer.symbol().symbolLayer(0).properties().get("color") if renderer else None,
    }
print(json.dumps(told))
sys.stdout.flush()
os._exit(0)  # QGIS of 2022 may fall over its own end without a screen
"""


@pytest.mark.slow
def test_qgis(folder: Path) -> None:
    """QGIS's own reader: layers are valid, where they should be, and drawn as wide as places are known."""
    if subprocess.run([SYSTEM_PYTHON, "-c", "import qgis.core"], capture_output=True, check=False).returncode:
        pytest.skip("QGIS's Python is not installed (Debian: apt-get install python3-qgis)")
    done = subprocess.run(
        [SYSTEM_PYTHON, "-c", QGIS], cwd=folder, capture_output=True, text=True, check=False, timeout=SECONDS
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert all(layer["valid"] for layer in told.values())
    assert (told["geojson"]["count"], told["geojson"]["crs"]) == (3, "EPSG:4326")
    assert {"radius_km", "precision", "words"} <= set(told["geojson"]["fields"])
    assert (told["incidents"]["shape"], told["incidents"]["count"]) == ("MultiPoint", 3)
    assert (told["areas"]["shape"], told["areas"]["colour"]) == ("MultiPolygon", "11,90,120,38")
    assert told["reports"]["shape"] == "NoGeometry"


R = """
events <- read.csv(commandArgs(TRUE)[1], stringsAsFactors = FALSE)
acled <- read.csv("acled.csv")
stopifnot(nrow(events) == 4, is.numeric(events$fatalities_low), sum(events$start == '2024-03-04') == 3)
stopifnot(ncol(acled) == 31, all(!is.na(as.Date(acled$event_date))), is.integer(acled$fatalities))
cat(sum(events$fatalities_low, na.rm = TRUE), "\\n")
"""

SF = """
suppressMessages(library(sf))
points <- st_read("map.geojson", quiet = TRUE)
areas <- st_read("map.gpkg", layer = "areas", quiet = TRUE)
stopifnot(nrow(points) == 3, st_crs(points)$epsg == 4326, sum(st_is_empty(points)) == 1)
wide <- sqrt(as.numeric(st_area(areas)) / pi) / 1000
cat(sort(round(wide)), "\\n")
"""


def run_r(code: str, folder: Path, *arguments: str) -> str:
    """What R prints of some code."""
    words = ["Rscript", "-e", code, *arguments]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, timeout=SECONDS)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.slow
def test_r(folder: Path) -> None:
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed (Debian: apt-get install r-base-core)")
    assert run_r(R, folder, str(csv_of(folder, "events"))) == "14"


@pytest.mark.slow
def test_the_recipes_in_r(folder: Path, root: Path) -> None:
    if shutil.which("Rscript") is None or not has_sf():
        pytest.skip("R and its sf are not installed (Debian: apt-get install r-base-core r-cran-sf)")
    table, spatial = blocks("r", root)
    assert "ASSAULT" in run_r(table, folder)
    assert "KE" in run_r(spatial, folder)


@pytest.mark.slow
def test_sf(folder: Path) -> None:
    if shutil.which("Rscript") is None or not has_sf():
        pytest.skip("R's sf is not installed (Debian: apt-get install r-cran-sf)")
    assert run_r(SF, folder) == "8 9 9"


def has_sf() -> bool:
    return not subprocess.run(["Rscript", "-e", "library(sf)"], capture_output=True, check=False).returncode
