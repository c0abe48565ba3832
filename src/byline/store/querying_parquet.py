"""How is an exported Parquet file asked? By DuckDB in memory, which may open that file and nothing else.

The rows are those of the export: the event record, names masked, under the name `events`.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import duckdb

from byline.errors import QueryError
from byline.store import query_errors
from byline.store.querying import FETCHED, Answer, Limits, Row, check

TABLE: Final = "events"

MEMORY: Final = "2GB"
"""What a query may take; nothing is put on the disk."""

_POINTER = re.compile(r"^LINE (\d+): (.*)\n( *)\^", re.MULTILINE)
_NO_TABLE = re.compile(r"Table with name (\S+) does not exist")
_NEAR = re.compile(r'Did you mean "(.+?)"|Candidate (?:bindings|functions): (.+)')


@contextmanager
def ask(path: Path, sql: str, *, limits: Limits | None = None) -> Iterator[Answer]:
    """The answer to a query over a Parquet file, or a folder of them, while the context lasts. Raises QueryError."""
    limits = limits or Limits()
    check(sql)
    with closing(_opened(path)) as connection, _timed(connection, limits) as late:
        try:
            answer = _asked(connection, sql)
            columns = tuple(str(one[0]) for one in answer.description or ())
        except duckdb.Error as error:
            raise _said(error, sql, limits, late=late.is_set()) from error
        yield Answer(columns=columns, rows=_rows(answer, sql, limits, late))


def _opened(path: Path) -> duckdb.DuckDBPyConnection:
    if not path.exists():
        raise QueryError(f"{path} is not there; write it with byline export parquet {path}")
    whole = path.resolve()
    pattern = f"{_literal(str(whole / '**' / '*.parquet'))}, hive_partitioning => true" if whole.is_dir() else _literal(
        str(whole)
    )  # fmt: skip
    allowed = "allowed_directories" if whole.is_dir() else "allowed_paths"
    connection = duckdb.connect(
        ":memory:", config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    )
    try:
        for statement in (
            f"SET memory_limit = '{MEMORY}'",
            "SET temp_directory = ''",
            f"SET {allowed} = [{_literal(str(whole))}]",
            "SET enable_external_access = false",
            f"CREATE VIEW {TABLE} AS SELECT * FROM read_parquet({pattern})",
            "SET lock_configuration = true",
        ):
            connection.execute(statement)
    except duckdb.Error as error:
        connection.close()
        raise QueryError(f"{path} is no Parquet file that can be read; write one with byline export parquet") from error
    return connection


def _literal(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


def _asked(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyConnection:
    statements = duckdb.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise query_errors.not_a_question(sql)
    return connection.execute(statements[0])


@contextmanager
def _timed(connection: duckdb.DuckDBPyConnection, limits: Limits) -> Iterator[threading.Event]:
    """Ends what runs on a connection when its time is over, and says so."""
    late = threading.Event()
    if limits.seconds is None:
        yield late
        return

    def end() -> None:
        late.set()
        connection.interrupt()

    timer = threading.Timer(limits.seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()


def _rows(answer: Any, sql: str, limits: Limits, late: threading.Event) -> Iterator[Row]:
    while True:
        try:
            lot = answer.fetchmany(FETCHED)
        except duckdb.Error as error:
            raise _said(error, sql, limits, late=late.is_set()) from error
        if not lot:
            return
        yield from lot


def _said(error: duckdb.Error, sql: str, limits: Limits, *, late: bool) -> QueryError:
    """What DuckDB says, as a person can use it."""
    said = str(error)
    if late and limits.seconds is not None:
        return query_errors.too_long(limits.seconds)
    if isinstance(error, duckdb.PermissionException):
        return query_errors.at(sql, f"a query reads {TABLE} alone, and no file", offset=_place(sql, said))
    if isinstance(error, duckdb.OutOfMemoryException):
        return QueryError(f"the query takes more than {MEMORY} of memory; narrow it with WHERE or LIMIT")
    first = said.split("\n", 1)[0].partition(": ")[2] or said
    near = _NEAR.search(said)
    hint = f"; did you mean {(near[1] or near[2]).strip()}?" if near and not _NO_TABLE.search(said) else ""
    if _NO_TABLE.search(said):
        hint = f"; the rows of the file are the table {TABLE}"
    return query_errors.at(sql, f"{first.rstrip('!')}{hint}", offset=_place(sql, said))


def _place(sql: str, said: str) -> int | None:
    """Where DuckDB points to."""
    found = _POINTER.search(said)
    if not found:
        return None
    lines = sql.split("\n")
    number = int(found[1])
    if number > len(lines) or not lines[number - 1].startswith(found[2][:20].rstrip()):
        return None
    column = len(found[3]) - len(f"LINE {number}: ")
    return sum(len(line) + 1 for line in lines[: number - 1]) + column
