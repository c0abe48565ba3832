"""What is there? Read-only SQL over the documented views, held by the database itself.

SQLite asks an authorizer of ours before each thing it does: the views, the tables of shown rows under them, and a list
of functions pass, nothing else; the file is opened for reading. PostgreSQL and Parquet have files of their own.
"""

from __future__ import annotations

import re
import sqlite3
import time
import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from byline.errors import QueryError
from byline.store import Store, query_errors
from byline.store.database import is_sqlite
from byline.store.shown_tables import SHOWN
from byline.store.surface import views

FETCHED: Final = 1_000
"""Rows fetched at a time."""

LONGEST_SQL: Final = 100_000
"""Characters of a query."""

LARGEST_CELL: Final = 20_000_000
"""Bytes of one value: a text has at most a tenth of that."""

PLAIN_TABLES: Final = ("incident_events", "incidents", "copies")
"""Tables without words that views are made of."""

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a query may take, in seconds; None: as long as it takes."""

    seconds: float | None = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The names of an answer's columns, and its rows, to be gone through once."""

    columns: tuple[str, ...]
    rows: Iterator[Row]


@contextmanager
def ask(store: Store, sql: str, *, limits: Limits | None = None) -> Iterator[Answer]:
    """The answer to a query, while the context lasts. Raises QueryError, at once or while rows are fetched, for what is
    no SELECT, asks for what is not there or not to be read, or takes too long."""
    limits = limits or Limits()
    check(sql)
    if is_sqlite(store.url):
        with _sqlite(Path(store.url.database or ""), sql, limits) as answer:
            yield answer
    else:
        from byline.store import querying_postgres

        with querying_postgres.ask(store, sql, limits=limits) as answer:
            yield answer


def check(sql: str) -> None:
    """Raises QueryError for a query that is empty, or longer than any can be."""
    if not sql.strip(" \t\r\n;"):
        raise QueryError("there is no query; give one, such as: SELECT type, count(*) FROM v_events GROUP BY type")
    if len(sql) > LONGEST_SQL:
        raise QueryError(f"a query has at most {LONGEST_SQL:,} characters, not {len(sql):,}")
    if "\0" in sql:
        raise query_errors.at(sql.replace("\0", "¿"), "a query holds no NUL character", offset=sql.index("\0"))


@cache
def functions() -> dict[str, frozenset[str]]:
    """Which functions may be called, by database."""
    told = tomllib.loads((resources.files("byline.store") / "query_functions.toml").read_text(encoding="utf-8"))
    return {name: frozenset(names) for name, names in told.items()}


# SQLite


@contextmanager
def _sqlite(path: Path, sql: str, limits: Limits) -> Iterator[Answer]:
    address = f"file:{quote(str(path.resolve()))}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, isolation_level=None, timeout=10)) as connection:
        guard = _Guard(sql, seconds=limits.seconds)
        _prepare(connection, guard)
        try:
            cursor = connection.execute(sql)
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise _said(error, sql, guard) from error
        if cursor.description is None:
            raise query_errors.not_a_question(sql)
        yield Answer(columns=tuple(one[0] for one in cursor.description), rows=_rows(cursor, sql, guard))


def _rows(cursor: sqlite3.Cursor, sql: str, guard: _Guard) -> Iterator[Row]:
    while True:
        try:
            lot = cursor.fetchmany(FETCHED)
        except sqlite3.Error as error:
            raise _said(error, sql, guard) from error
        if not lot:
            return
        yield from lot


def _prepare(connection: sqlite3.Connection, guard: _Guard) -> None:
    # An answer is text wherever it may be; what is none comes out as it can.
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    for pragma in ("query_only=ON", "trusted_schema=OFF", "cell_size_check=ON"):
        connection.execute(f"PRAGMA {pragma}")
    for limit, most in (
        (sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_CELL),
        (sqlite3.SQLITE_LIMIT_SQL_LENGTH, 4 * LONGEST_SQL),
        (sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 200),
        (sqlite3.SQLITE_LIMIT_COMPOUND_SELECT, 100),
        (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
        (sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1_000),
        (sqlite3.SQLITE_LIMIT_WORKER_THREADS, 0),
    ):
        connection.setlimit(limit, most)
    # These two are made when first used, by what looks like a change of the database.
    connection.execute("SELECT 1 FROM json_each('[]'), json_tree('[]')")
    guard.tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.set_progress_handler(guard.progress, 10_000)
    connection.set_authorizer(guard.authorize)


@cache
def _readable() -> frozenset[str]:
    tables = {table.name for table in SHOWN}
    return frozenset({*views(), *tables, *PLAIN_TABLES, "json_each", "json_tree"})


class _Guard:
    """What SQLite asks while it prepares and runs a query; it keeps what was refused, and whether time ran out."""

    def __init__(self, sql: str, *, seconds: float | None) -> None:
        self.sql = sql
        self.tables: set[str] = set()
        self.seconds = seconds
        self.until = None if seconds is None else time.monotonic() + seconds
        self.refused: list[tuple[int, str]] = []
        self.late = False

    def authorize(
        self, action: int, first: str | None, second: str | None, base: str | None, inside: str | None
    ) -> int:
        """Whether a thing may be done: a SELECT, reading of what is shown, a call of a function of the list."""
        if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE):
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ and self._may_be_read(first or "", second or "", base=base):
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in functions()["sqlite"]:
            return sqlite3.SQLITE_OK
        name = second if action == sqlite3.SQLITE_FUNCTION else first
        self.refused.append((action, name or ""))
        return sqlite3.SQLITE_DENY

    def _may_be_read(self, name: str, column: str, *, base: str | None) -> bool:
        """Whether a column may be read. What comes without a column and a database is the rows of a table being
        counted, or of a WITH, which may bear a table's name."""
        if name in _readable():
            return base in ("main", None)
        if base is not None or column:
            return False
        return name not in self.tables or _named_in_with(self.sql, name)

    def progress(self) -> int:
        """Whether to go on: 0, or 1 where the time is over."""
        self.late = self.until is not None and time.monotonic() > self.until
        return int(self.late)


def _named_in_with(sql: str, name: str) -> bool:
    return (
        re.search(rf"\b{re.escape(name)}\b\s*(\([^()]*\)\s*)?as\s+(not\s+)?(materialized\s*)?\(", sql, re.I) is not None
    )


_NO_TABLE = re.compile(r"no such table: (.+)")
_AMBIGUOUS = re.compile(r"ambiguous column name: (.+)")
_NO_COLUMN = re.compile(r"no such column: (.+)")
_NO_FUNCTION = re.compile(r"no such function: (.+)")
_NEAR = re.compile(r"near \"(.+)\": syntax error", re.DOTALL)


def _said(error: Exception, sql: str, guard: _Guard) -> QueryError:
    """What SQLite says, as a person can use it."""
    said = str(error)
    if guard.late and guard.seconds is not None:
        return query_errors.too_long(guard.seconds)
    if guard.refused:
        action, name = guard.refused[0]
        if action == sqlite3.SQLITE_FUNCTION:
            return query_errors.no_function(sql, name, known=functions()["sqlite"])
        return query_errors.not_read(sql, name) if action == sqlite3.SQLITE_READ else query_errors.not_a_question(sql)
    if found := _NO_TABLE.match(said):
        return query_errors.no_view(sql, found[1].removeprefix("main."))
    if found := _NO_COLUMN.match(said):
        return query_errors.no_column(sql, found[1])
    if found := _NO_FUNCTION.match(said):
        return query_errors.no_function(sql, found[1], known=functions()["sqlite"])
    if found := _NEAR.match(said):
        return query_errors.at(sql, f"this is no SQL near {found[1]!r}", offset=query_errors.place_of(sql, found[1]))
    if found := _AMBIGUOUS.match(said):
        return query_errors.at(
            sql, f"several views here have a column named {found[1]}; put the view's name before it",
            offset=query_errors.place_of(sql, found[1]),
        )  # fmt: skip
    if "one statement" in said or "cannot modify" in said:
        return query_errors.not_a_question(sql)
    if "too big" in said:
        return QueryError(f"a value of the answer is larger than {LARGEST_CELL // 1_000_000} MB; ask for less of it")
    return QueryError(f"the query cannot be answered: {said}")
