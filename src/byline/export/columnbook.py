"""Writes the page of columns: `python -m byline.export.columnbook > docs/export-columns.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from byline.export import schemas
from byline.export.columns import Column, columns

_INTRODUCTION = """\
# The columns of every export

<!-- Written by `python -m byline.export.columnbook > docs/export-columns.md` from src/byline/export/columns*.toml and
src/byline/schemas/event.json: edit those. -->

What each column holds and what it is filled from. `words` are the report's own: they may hold anything, and names of
private persons in them are masked; every other value is Byline's. A `date` is written 2026-03-12. How formats differ
is in [Exports](exports.md).

## How one number is made of many

A report may tell several numbers of one thing, and reports may differ. Columns `…_low` and `…_high` hold the least
and the most that any tells. Where a format wants one number (ACLED's `fatalities`, GED's `best`, PLOVER's `size`):
of one speaker the largest is the whole, as others are parts of it; of several speakers the report's own number
stands, else the least; of several reports the one that most texts tell, of equally many the latest. Copies have no
vote, and nothing is averaged. "Dozens" is 24 and more, "hundreds" 200 and more."""

TABLES = (
    ("Events and incidents in a row", ("summary",), "csv, package, geojson, gpkg, parquet and sqlite; `byline report`"),
    ("More columns of events", ("events_more",), "csv and package"),
    ("Places", ("places",), "csv, package, geojson, gpkg, parquet and sqlite; `parent` is called `event` in csv, "
     "package and sqlite"),
    ("Actors", ("actors",), "the same"),
    ("Numbers", ("quantities",), "the same"),
    ("Reports of an incident", ("reports",), "geojson, gpkg and parquet"),
    ("Documents", ("documents",), "csv, package and sqlite"),
    ("Evidence", ("evidence",), "csv and package"),
    ("Decisions", ("decisions",), "csv and package"),
    ("ACLED", ("acled",), "acled, ACLED's 31 columns in its order"),
    ("UCDP GED", ("ged",), "ged, GED's 49 columns in its order"),
    ("PLOVER", ("plover",), "plover, the keys of its record"),
)  # fmt: skip
"""The tables of the page: title, the tables of the files columns*.toml, and which formats have them."""


def page() -> str:
    """The page as Markdown, ending in a line end."""
    parts = [_INTRODUCTION]
    for title, names, where in TABLES:
        rows = "\n".join(_row(one) for name in names for one in columns(name))
        parts.append(f"## {title}\n\nIn {where}.\n\n| column | type | what it holds |\n| --- | --- | --- |\n{rows}")
    parts.append("\n".join(_record()))
    return "\n\n".join(parts) + "\n"


def _row(one: Column) -> str:
    return f"| `{one.name}` | {one.kind} | {one.says} |"


def _record() -> Iterator[str]:
    yield "## The event record"
    yield ""
    yield "In jsonl, an object a line; `byline export jsonl --schema` prints the JSON Schema of all of it."
    yield ""
    yield "| key | what it holds |"
    yield "| --- | --- |"
    for name, told in schemas.of("event")["properties"].items():
        yield f"| `{name}` | {told['description']} |"


if __name__ == "__main__":
    sys.stdout.write(page())
