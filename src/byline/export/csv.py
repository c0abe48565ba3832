"""CSV: one table where OUT ends in .csv, a row an event with what most people count; else a folder of tables that hold
all of it and refer to each other by ids."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from byline.export import tables
from byline.export.cells import TableFile
from byline.export.columns import columns
from byline.export.dossier import Dossiers, Format, Losses, Tally, Unit
from byline.export.lost import tell_lost
from byline.export.once import OnceEach

LOST = ("told", "quotes", "demands")
"""Keys of the event record that one table has no columns for."""

ONE_ROW = {
    "places": "has the names of all and the point of the first; give a folder for a table of places",
    "actors": "has the names alone; give a folder for a table of actors",
    "quantities": "has the least and the most of some things counted; give a folder for a table of numbers",
}
"""Keys of which one table has only a part, and why."""


def write(dossiers: Dossiers, out: Path) -> Losses:
    """Writes one file, or a folder of files."""
    if out.suffix.lower() == ".csv":
        return _one(dossiers, out)
    out.mkdir()
    return write_tables(dossiers, out)


def write_tables(dossiers: Dossiers, folder: Path) -> Losses:
    """Writes the tables into a folder that is there, a file each."""
    tally = Tally()
    with _files(folder, dossiers.about.unit) as files:
        for dossier in dossiers:
            before = files.rows
            for name, row in tables.rows(dossier):
                files.add(name, row)
            tally.write(rows=files.rows - before)
    return tally.losses()


class _Files:
    """The files of an export, open."""

    def __init__(self, files: dict[str, TableFile], documents: OnceEach) -> None:
        self._files = files
        self._documents = documents

    @property
    def rows(self) -> int:
        """Rows of the table of events so far."""
        return self._files["events"].rows

    def add(self, name: str, row: dict[str, Any]) -> None:
        """Another row; of one document the first."""
        if name == "documents":
            self._documents.add(row["id"], json.dumps(row) + "\n")
        else:
            self._files[name].write(row)

    def end(self) -> None:
        """Writes the documents, each once."""
        for line in self._documents:
            self._files["documents"].write(json.loads(line))


@contextmanager
def _files(folder: Path, unit: Unit) -> Iterator[_Files]:
    with ExitStack() as stack:
        documents = stack.enter_context(OnceEach(folder))
        opened = {
            one.name: stack.enter_context(TableFile(folder / f"{one.name}.csv", one.columns))
            for one in tables.tables(unit)
        }
        files = _Files(opened, documents)
        yield files
        files.end()


def _one(dossiers: Dossiers, out: Path) -> Losses:
    tally = Tally()
    with TableFile(out, (*columns("summary"), *columns("events_more"))) as file:
        for dossier in dossiers:
            file.write(tables.event(dossier))
            tally.write()
            tell_lost(dossier, tally, LOST)
            for key, reason in ONE_ROW.items():
                if dossier.record[key]:
                    tally.lose(key, reason)
    return tally.losses()


FORMAT = Format(
    write=write,
    says="CSV: one table where OUT ends in .csv, else a folder of tables for events, places, actors, numbers, evidence",
)
