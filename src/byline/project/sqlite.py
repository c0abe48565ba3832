"""SQLite, for datasette and all else that reads it: events and what stands behind them as tables, views to look at
first, a search by words; and in OUT.metadata.json what every table and column holds, as datasette shows it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

from byline.export import tables
from byline.export.dossier import About, Dossiers, Format, Losses, Tally, Unit
from byline.export.summary import joined
from byline.export.typed import written
from byline.export.writing import report
from byline.store import giving
from byline.store.giving import Kind, SqliteFile

KINDS: Final[Mapping[str, Kind]] = {
    "text": "TEXT",
    "words": "TEXT",
    "date": "TEXT",
    "integer": "INTEGER",
    "boolean": "INTEGER",
    "number": "REAL",
}
FACETS: Final = ("type", "status", "country")
SEARCHED: Final = ("words", "location", "actors", "recipients", "attribution")
MAIN: Final = ("incidents", "events")
"""The tables that are looked at first."""

MOST: Final = 2**63
"""Whole numbers are less in SQLite."""

ABOUT: Final = giving.Table(name="about", columns={"key": "TEXT", "value": "TEXT"}, key="key")
ABOUT_SAYS: Final = {
    "description": "What this file is, how it was made, and what it lacks.",
    "columns": {"key": "What is told.", "value": "As JSON."},
}
PLAIN: Final[Mapping[type, Callable[[Any], Any]]] = {
    str: written,
    list: joined,
    tuple: joined,
    int: lambda value: value if abs(value) < MOST else float(value),
}
"""How values that SQLite may not take come in: a whole number that is too great for it as a float."""

SAID: Final = (
    "Each row is what reports tell, which need not be so; the words it rests on stand beside it. Names of private "
    "persons are {names}."
)


def write(dossiers: Dossiers, out: Path) -> Losses:
    """Writes the file, and what datasette is to be told of it beside. Raises StoreError where the disk is full."""
    tally, about = Tally(), dossiers.about
    with SqliteFile(out, [*_tables(about.unit), ABOUT], views=_views(about.unit), plain=PLAIN) as file:
        for dossier in dossiers:
            for name, rows in groupby(tables.rows(dossier), key=itemgetter(0)):
                file.add(name, [row for _, row in rows])
            tally.write()
        told = report(tally.losses(), about)
        file.add("about", [{"key": key, "value": json.dumps(value)} for key, value in told.items()])
    metadata = json.dumps(_metadata(out, about), ensure_ascii=False, indent=2)
    out.with_name(f"{out.name}.metadata.json").write_text(metadata + "\n", encoding="utf-8")
    return tally.losses()


def _tables(unit: Unit) -> list[giving.Table]:
    return [
        giving.Table(
            name=table.name,
            columns={one.name: KINDS[one.kind] for one in table.columns},
            key=table.key,
            refers=table.refers,
            searched=SEARCHED if table.name in MAIN else (),
            indexed=(*FACETS, "start") if table.name in MAIN else (),
        )
        for table in tables.tables(unit)
    ]


@cache
def _told_views() -> dict[str, dict[str, str]]:
    text = resources.files("byline.project").joinpath("sqlite_views.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _views(unit: Unit) -> dict[str, str]:
    return {name: one["query"].strip().format(table=f"{unit}s") for name, one in _told_views().items()}


def _metadata(out: Path, about: About) -> dict[str, Any]:
    """What datasette is told: `datasette OUT -m OUT.metadata.json`."""
    told: dict[str, Any] = {
        table.name: {
            "description": table.says,
            "columns": {one.name: one.says for one in table.columns},
            **({"facets": list(FACETS), "sort_desc": "start", "label_column": "words"} if table.name in MAIN else {}),
        }
        for table in tables.tables(about.unit)
    }
    told["about"] = ABOUT_SAYS
    told |= {name: {"description": one["says"]} for name, one in _told_views().items()}
    return {
        "title": about.title,
        "description": SAID.format(names="shown" if about.masking.private_shown else "masked"),
        "license": about.licence,
        "source": f"Byline {about.byline}",
        "databases": {out.stem: {"tables": told}},
    }


FORMAT = Format(
    write=write,
    says="SQLite for datasette: tables, views and a search by words; OUT.metadata.json says what each holds",
)
