"""GeoPackage, for QGIS and R: a file with layers to draw and tables to join, written through GDAL (pyogrio).

`incidents` (`events` of that unit) has a row a dossier and a point for each of its places, `places` a row and a point a
place, `areas` the circle in which each place may be, with a style that QGIS draws it by. `reports`, `actors` and
`quantities` are tables; `parent` is the id of the row they belong to.

The bytes are the same each time by one version of GDAL and SQLite, which stand in the file's head.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from byline.errors import ExportError
from byline.export import geometry, parts
from byline.export.columns import Column, columns
from byline.export.dossier import Dossier, Dossiers, Format, Losses, Tally
from byline.export.lost import tell_lost
from byline.export.pins import drawn, pins
from byline.export.summary import summary
from byline.export.typed import TYPES, typed

ROWS_AT_A_TIME: Final = 5_000
"""Rows of a layer held in memory: each time the file is opened anew, which takes some milliseconds."""

STYLES: Final = {"MultiPolygon": "areas.qml", "MultiPoint": "points.qml", "Point": "points.qml"}
"""How QGIS draws layers of each shape, in styles/."""

CRS: Final = "EPSG:4326"
LOST: Final = ("told", "quotes", "demands")

OF_PARENT: Final = ("type", "mode", "status", "start", "end", "words")
"""What a place's row says of what happened there, so that a map can be drawn of it alone."""

LEAST_KM: Final = 0.05
"""The radius of a place that is told to be a point."""

STAMP: Final = "2000-01-01T00:00:00.000Z"
"""The time of the last change that the file tells: a fixed one, so that its bytes depend on what is in it alone."""

VERSION: Final = "1.2"
"""Of GeoPackage: what QGIS and R of 2018 read, too."""

LEAST_GDAL: Final = (3, 8)
"""GDAL takes rows from Arrow since then."""

Row = dict[str, Any]


def write(dossiers: Dossiers, out: Path) -> Losses:
    """Writes the file. Raises ExportError where pyogrio is not installed or GDAL cannot write."""
    pyogrio = _pyogrio()
    tally, unit = Tally(), dossiers.about.unit
    path = out.with_name("export.gpkg")  # GDAL warns of another ending
    layers = _layers(unit, path)
    with _steady(pyogrio):
        for layer in layers.values():
            layer.flush()  # so that they stand in this order, however many rows each has
        for dossier in dossiers:
            for name, rows in _rows(dossier).items():
                layers[f"{unit}s" if name == "dossier" else name].add(rows)
            tell_lost(dossier, tally, LOST)
            tally.write()
        for layer in layers.values():
            layer.flush()
        _styles(layers.values(), path)
    path.rename(out)
    return tally.losses()


@dataclass(slots=True, kw_only=True)
class _Layer:
    """A layer of the file: its rows are gathered, and written some at a time. `shape` None: it has no geometry."""

    name: str
    path: Path
    schema: pa.Schema
    shape: str | None = None
    rows: list[Row] = field(default_factory=list)
    there: bool = False

    def add(self, rows: Iterable[Row]) -> None:
        """Further rows."""
        self.rows += rows
        if len(self.rows) >= ROWS_AT_A_TIME:
            self.flush()

    def flush(self) -> None:
        """Writes the rows that were gathered; the first time, the layer, be there rows or not."""
        if self.there and not self.rows:
            return
        from pyogrio.errors import DataLayerError, DataSourceError, FeatureError
        from pyogrio.raw import write_arrow

        try:
            write_arrow(
                pa.Table.from_pylist(self.rows, schema=self.schema),
                self.path,
                layer=self.name,
                driver="GPKG",
                append=self.there,
                dataset_options={"VERSION": VERSION},
                crs=CRS if self.shape else None,
                geometry_name="geometry" if self.shape else None,
                geometry_type=self.shape,
            )
        except (DataLayerError, DataSourceError, FeatureError) as error:
            raise ExportError(
                f"the layer {self.name} cannot be written ({error}); check that its disk has room"
            ) from error
        self.rows.clear()
        self.there = True


def _layers(unit: str, path: Path) -> dict[str, _Layer]:
    of_parent = [column for column in columns("summary") if column.name in OF_PARENT]
    kinds: list[tuple[str, str | None, Sequence[Column]]] = [
        (f"{unit}s", "MultiPoint", columns("summary")),
        ("areas", "MultiPolygon", [*columns("places"), *of_parent]),
        ("places", "Point", [*columns("places"), *of_parent]),
        ("reports", None, columns("reports")),
        ("actors", None, columns("actors")),
        ("quantities", None, columns("quantities")),
    ]
    return {name: _Layer(name=name, path=path, shape=shape, schema=_schema(own, shape)) for name, shape, own in kinds}


def _schema(own: Sequence[Column], shape: str | None) -> pa.Schema:
    fields: dict[str, pa.Field] = {}
    for column in own:
        fields.setdefault(column.name, pa.field(column.name, TYPES[column.kind]))
    return pa.schema([*fields.values(), *([pa.field("geometry", pa.binary())] if shape else [])])


def _rows(dossier: Dossier) -> dict[str, list[Row]]:
    """The rows that a dossier makes, by layer."""
    places, parent = pins(dossier), {"parent": dossier.id}
    whole = typed(summary(dossier, places), "summary")
    around = {name: whole[name] for name in OF_PARENT}
    located, shown = [one for one in places if one.located], drawn(places)
    return {
        "dossier": [{**whole, "geometry": geometry.wkb([one.point for one in drawn(places)], many=True)}],
        "places": [
            {**parent, **typed(row, "places"), **around, "geometry": geometry.wkb([pin.point])}
            for row, pin in zip(parts.places(located), located, strict=True)
        ],
        "areas": [
            {
                **parent,
                **typed(row, "places"),
                **around,
                "geometry": geometry.circle_wkb(pin.point, pin.radius_km or LEAST_KM),
            }
            for row, pin in zip(parts.places(shown), shown, strict=True)
        ],
        "reports": [{**parent, **typed(parts.report(one.record), "reports")} for one in dossier.reports],
        "actors": [{**parent, **typed(row, "actors")} for row in parts.actors(dossier.record)],
        "quantities": [{**parent, **typed(row, "quantities")} for row in parts.quantities(dossier.record)],
    }


def _styles(layers: Iterable[_Layer], path: Path) -> None:
    """Puts the styles into the table that QGIS looks for them in."""
    from pyogrio.raw import write_arrow

    rows = [
        {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": layer.name,
            "f_geometry_column": "geom",
            "styleName": "byline",
            "styleQML": resources.files("byline.export").joinpath("styles", STYLES[layer.shape]).read_text("utf-8"),
            "styleSLD": "",
            "useAsDefault": True,
            "description": "Each place as wide as the report leaves it",
            "owner": "",
            "ui": "",
            "update_time": STAMP,
        }
        for layer in layers
        if layer.shape is not None
    ]
    kinds = {str: pa.string(), bool: pa.bool_()}
    schema = pa.schema([(name, kinds[type(value)]) for name, value in rows[0].items()])
    write_arrow(pa.Table.from_pylist(rows, schema=schema), path, layer="layer_styles", driver="GPKG", append=True)


@contextmanager
def _steady(pyogrio: Any) -> Iterator[None]:
    """Lets GDAL write a fixed time for now."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": STAMP})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _pyogrio() -> Any:
    try:
        import pyogrio
    except ImportError as error:
        raise ExportError("GeoPackage files are written by pyogrio: pip install 'byline-events[geo]'") from error
    if pyogrio.__gdal_version__ < LEAST_GDAL:
        told = ".".join(map(str, pyogrio.__gdal_version__))
        raise ExportError(
            f"GDAL {told} is too old to write GeoPackage files; pip install a pyogrio that brings its own"
        )
    return pyogrio


FORMAT = Format(
    write=write,
    says="GeoPackage for QGIS: layers of incidents, places and the areas they may be in, tables beside (extra geo)",
    unit="incident",
)
