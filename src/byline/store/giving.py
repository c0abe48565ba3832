"""A SQLite file to give away: tables, views and a search index, for datasette and whatever else reads SQLite.

The same rows in the same order give the same bytes by one version of SQLite, which writes its own into the file's head.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self

from byline.errors import StoreError

Kind = Literal["TEXT", "INTEGER", "REAL"]

ROWS_AT_A_TIME: Final = 1_000
CACHE_KB: Final = 32_000
"""Memory that SQLite takes for pages, however large the file is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: its columns with their kinds, the column that names a row (None: none does), the columns that name a row
    of another table, and those that are searched by words or looked up by value."""

    name: str
    columns: Mapping[str, Kind]
    key: str | None = None
    refers: Mapping[str, str] = field(default_factory=dict)
    searched: tuple[str, ...] = ()
    indexed: tuple[str, ...] = ()


class SqliteFile:
    """A new file with tables, filled row by row; views and indexes come last. A context manager.

    `plain` makes values of some types such as SQLite takes. Raises StoreError where its disk is full.
    """

    def __init__(
        self,
        path: Path,
        tables: Sequence[Table],
        *,
        views: Mapping[str, str],
        plain: Mapping[type, Callable[[Any], Any]],
    ) -> None:
        self._tables = {table.name: table for table in tables}
        self._views = views
        self._plain = plain
        self._cells = {table.name: itemgetter(*table.columns) for table in tables}
        self._waiting: dict[str, list[Sequence[Any]]] = {table.name: [] for table in tables}
        self._connection = sqlite3.connect(path, isolation_level=None)

    def __enter__(self) -> Self:
        with _telling():
            for pragma in (
                "journal_mode = OFF",
                "synchronous = OFF",
                f"cache_size = -{CACHE_KB}",
                "encoding = 'UTF-8'",
            ):
                self._connection.execute(f"PRAGMA {pragma}")
            self._connection.execute("BEGIN")
            for table in self._tables.values():
                self._connection.execute(_created(table))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                with _telling():
                    self._finish()
        finally:
            self._connection.close()

    def add(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Further rows of a table. One whose key is there already changes nothing."""
        cells, plain = self._cells[table], self._plain
        waiting = self._waiting[table]
        for row in rows:
            waiting.append([plain[type(cell)](cell) if type(cell) in plain else cell for cell in cells(row)])
        if len(waiting) >= ROWS_AT_A_TIME:
            self._insert(table)

    def _insert(self, table: str) -> None:
        places = ", ".join("?" for _ in self._tables[table].columns)
        statement = f"INSERT OR IGNORE INTO {_quoted(table)} VALUES ({places})"
        with _telling():
            self._connection.executemany(statement, self._waiting[table])
        self._waiting[table].clear()

    def _finish(self) -> None:
        for table in self._tables.values():
            self._insert(table.name)
            for column in (*table.refers, *table.indexed):
                name = _quoted(f"{table.name}_{column}")
                self._connection.execute(f"CREATE INDEX {name} ON {_quoted(table.name)} ({_quoted(column)})")
            if table.searched:
                self._search(table)
        for name, query in self._views.items():
            self._connection.execute(f"CREATE VIEW {_quoted(name)} AS {query}")
        self._connection.execute("COMMIT")
        self._connection.execute("ANALYZE")

    def _search(self, table: Table) -> None:
        """A full-text index, under the name by which datasette finds it."""
        name, columns = _quoted(f"{table.name}_fts"), ", ".join(map(_quoted, table.searched))
        of = f"content={_quoted(table.name)}, tokenize='unicode61 remove_diacritics 2'"
        self._connection.execute(f"CREATE VIRTUAL TABLE {name} USING fts5({columns}, {of})")
        self._connection.execute(f"INSERT INTO {name}({name}) VALUES ('rebuild')")


@contextmanager
def _telling() -> Iterator[None]:
    """Says what SQLite says in words of ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"the SQLite file cannot be written ({error}); check that its disk has room") from error


def _created(table: Table) -> str:
    rows = [
        f"{_quoted(name)} {kind}{' PRIMARY KEY NOT NULL' if name == table.key else ''}"
        for name, kind in table.columns.items()
    ]
    rows += [
        f"FOREIGN KEY ({_quoted(column)}) REFERENCES {_quoted(other)} (id)" for column, other in table.refers.items()
    ]
    return f"CREATE TABLE {_quoted(table.name)} ({', '.join(rows)})"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
