"""Parquet (GeoParquet 1.1): a row an event with plain columns to count by, and lists of all it holds beside them.

A file of more than ROWS_A_FILE rows becomes a folder of files, which every reader of Parquet takes as one table.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pyarrow as pa
import pyarrow.parquet as pq

from byline.export import geometry, parts
from byline.export.columns import Column, columns
from byline.export.dossier import Dossier, Dossiers, Format, Losses, Tally
from byline.export.pins import drawn, pins
from byline.export.summary import summary
from byline.export.typed import TYPES, typed, written

ROWS_A_FILE: Final = 500_000
"""Of a file; one of more rows is a folder of such."""

ROWS_AT_A_TIME: Final = 2_000
"""Rows held in memory."""

GROUPS: Final = 5
"""So many times ROWS_AT_A_TIME make a row group: a reader of one column takes in so much at once."""

FEW: Final = frozenset(
    {
        "type", "mode", "acled_event_type", "acled_sub_event_type", "status", "when_precision", "country", "admin1",
        "precision", "source", "decided",
    }
)  # fmt: skip
"""Columns that hold few different words: kept once, as a dictionary, which pandas and polars show as categories."""

SIDES: Final = ("xmin", "ymin", "xmax", "ymax")

_TEXT, _NUMBER = pa.string(), pa.int64()
EVIDENCE: Final = pa.list_(
    pa.struct([("document", _TEXT), ("in", _TEXT), ("start", _NUMBER), ("end", _NUMBER), ("text", _TEXT)])
)
GEO: Final = {
    "version": "1.1.0",
    "primary_column": "geometry",
    "columns": {
        "geometry": {
            "encoding": "WKB",
            "geometry_types": ["MultiPoint", "Point"],
            "covering": {"bbox": {side: ["bbox", side] for side in SIDES}},
        }
    },
}
"""What GeoParquet says of the geometry. No `crs` is longitude and latitude in degrees (OGC:CRS84)."""

SAID: Final = ("told", "quotes", "demands")
"""Of each report, besides its row."""


def write(dossiers: Dossiers, out: Path) -> Losses:
    """Writes one file, or a folder of files where there are more rows than one may have."""
    tally = Tally()
    with _Files(out) as files:
        for dossier in dossiers:
            files.add(row(dossier))
            tally.write()
    return tally.losses()


def schema() -> pa.Schema:
    """The columns: those of a summary, lists of structures, then the geometry and its box."""
    said = [(name, EVIDENCE) for name in SAID]
    return pa.schema(
        [
            *(_field(one, few=one.name in FEW) for one in columns("summary")),
            ("places", _list("places")),
            ("who", _list("actors", ("evidence", EVIDENCE))),
            ("how_many", _list("quantities", ("evidence", EVIDENCE))),
            ("told_by", _list("reports", *said)),
            ("geometry", pa.binary()),
            ("bbox", pa.struct([(side, pa.float64()) for side in SIDES])),
        ],
        metadata={"geo": json.dumps(GEO)},
    )


def row(dossier: Dossier) -> dict[str, Any]:
    """The row of a dossier, as the schema has it."""
    places, record = pins(dossier), dossier.record
    points = [one.point for one in drawn(places)]
    return {
        **typed(summary(dossier, places), "summary"),
        "places": [typed(one, "places") for one in parts.places(places)],
        "who": _with_words("actors", parts.actors(record), dossier),
        "how_many": _with_words("quantities", parts.quantities(record), dossier),
        "told_by": [
            {
                **typed(parts.report(one.record), "reports"),
                **{name: _words(one.record[name], one.document.id) for name in SAID},
            }
            for one in dossier.reports
        ],
        "geometry": geometry.wkb(points),
        "bbox": dict(zip(SIDES, geometry.box(points), strict=True)) if points else None,
    }


class _Files:
    """Rows as they come, gathered into row groups and files. One file stands under the name given; of several that is
    the name of their folder."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._schema = schema()
        self._rows: list[dict[str, Any]] = []
        self._batches: list[pa.RecordBatch] = []
        self._files: list[Path] = []
        self._writer: _Writer | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._finish()
        elif self._writer is not None:
            self._writer.close()

    def add(self, row: dict[str, Any]) -> None:
        """Another row."""
        self._rows.append(row)
        if len(self._rows) == ROWS_AT_A_TIME:
            self._gather()

    def _gather(self) -> None:
        """Makes a batch of the rows, and a row group of enough batches."""
        if self._rows:
            self._batches.append(pa.RecordBatch.from_pylist(self._rows, schema=self._schema))
            self._rows = []
        if len(self._batches) == GROUPS:
            self._write()

    def _write(self) -> None:
        if self._writer is None:
            path = self._out.with_name(f"{self._out.name}-{len(self._files):05}")
            self._files.append(path)
            self._writer = _Writer(path, self._schema)
        if self._batches:
            self._writer.write(self._batches)
            self._batches = []
        if self._writer.rows >= ROWS_A_FILE:
            self._close()

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _finish(self) -> None:
        self._gather()
        if self._batches or not self._files:
            self._write()
        self._close()
        if len(self._files) == 1:
            self._files[0].rename(self._out)
            return
        self._out.mkdir()
        for number, path in enumerate(self._files):
            path.rename(self._out / f"part-{number:05}.parquet")


class _Writer:
    """One file. `rows` counts."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.rows = 0
        self._file = pq.ParquetWriter(path, schema, compression="zstd", version="2.6", write_page_index=True)

    def write(self, batches: list[pa.RecordBatch]) -> None:
        """Another row group."""
        table = pa.Table.from_batches(batches)
        self._file.write_table(table, row_group_size=table.num_rows)
        self.rows += table.num_rows

    def close(self) -> None:
        """Writes the end of the file."""
        self._file.close()


def _field(column: Column, *, few: bool = False) -> pa.Field:
    kind = TYPES[column.kind]
    return pa.field(
        column.name, pa.dictionary(pa.int32(), kind) if few else kind, metadata={"description": column.says}
    )


def _list(table: str, *more: tuple[str, pa.DataType]) -> pa.DataType:
    """A list of structures with the columns of a table."""
    own = [(one.name, TYPES[one.kind]) for one in columns(table) if one.name != "parent"]
    return pa.list_(pa.struct([*own, *more]))


def _with_words(table: str, rows: Iterable[dict[str, Any]], dossier: Dossier) -> list[dict[str, Any]]:
    return [
        {**typed(one, table), "evidence": _words(value["evidence"], dossier.lead.document.id)}
        for one, value in zip(rows, dossier.record[table], strict=True)
    ]


def _words(evidence: Iterable[Mapping[str, Any]], document: str) -> list[dict[str, Any]]:
    """Evidence with the document it stands in, where it does not say so itself."""
    return [{"document": document, **one, "text": written(one["text"])} for one in evidence]


FORMAT = Format(
    write=write,
    says="Parquet with GeoParquet's geometry, for pandas, polars, DuckDB and R: a row an event, all it holds beside it",
)
