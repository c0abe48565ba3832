"""How is a query held in PostgreSQL? By a read-only transaction with a time limit, after PostgreSQL has said what
the query would read and call.

The query is made a temporary view first, in a transaction that is rolled back: nothing of it runs, and the tree that
PostgreSQL keeps of a view names each relation and function by its number, whatever the query calls them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg

from byline.errors import QueryError
from byline.store import Store, query_errors
from byline.store.querying import FETCHED, Answer, Limits, Row, functions
from byline.store.surface import views

_RELATION = re.compile(r":relid (\d+)")
_CALL = re.compile(r":(?:funcid|opfuncid|aggfnoid|winfnoid|tsmhandler) (\d+)")
_NAME = "byline_asked"

_CALLED = """
SELECT p.proname, n.nspname, p.provolatile, l.lanname FROM pg_catalog.pg_proc AS p
JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang
WHERE p.oid = ANY(%s)
"""
_READ = "SELECT oid, relname FROM pg_catalog.pg_class WHERE oid = ANY(%s)"
_ALLOWED = """
SELECT oid FROM pg_catalog.pg_class
WHERE relkind = 'v' AND relnamespace = current_schema()::regnamespace AND relname = ANY(%s)
"""
_TREE = "SELECT ev_action::text FROM pg_catalog.pg_rewrite WHERE ev_class = %s::regclass"


@contextmanager
def ask(store: Store, sql: str, *, limits: Limits) -> Iterator[Answer]:
    """The answer to a query, while the context lasts. Raises QueryError."""
    asked = sql.rstrip(" \t\r\n;")
    with closing(_connected(store)) as connection:
        _check(connection, asked)
        _run(connection, "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        if limits.seconds is not None:
            _run(connection, f"SET LOCAL statement_timeout = {max(1, int(limits.seconds * 1000))}")
        with connection.cursor() as cursor:
            try:
                # A cursor of the server's: rows come as they are asked for.
                cursor.execute(f"DECLARE byline_rows NO SCROLL CURSOR FOR {asked}\n".encode(), prepare=True)
                cursor.execute(f"FETCH FORWARD {FETCHED} FROM byline_rows".encode())
            except psycopg.Error as error:
                raise _said(error, asked, limits, before=len("DECLARE byline_rows NO SCROLL CURSOR FOR ")) from error
            columns = tuple(one.name for one in cursor.description or ())
            yield Answer(columns=columns, rows=_rows(cursor, asked, limits))
        connection.rollback()


def _connected(store: Store) -> psycopg.Connection[Any]:
    url = store.url.set(drivername="postgresql").render_as_string(hide_password=False)
    # As the text form of numbers says more than float does: exact types stay what they are.
    return psycopg.connect(url, autocommit=True)


def _run(connection: psycopg.Connection[Any], statement: str) -> None:
    connection.execute(statement.encode())


def _rows(cursor: psycopg.Cursor[Any], sql: str, limits: Limits) -> Iterator[Row]:
    while lot := cursor.fetchall():
        yield from lot
        try:
            cursor.execute(f"FETCH FORWARD {FETCHED} FROM byline_rows".encode())
        except psycopg.Error as error:
            raise _said(error, sql, limits, before=0) from error


def _check(connection: psycopg.Connection[Any], sql: str) -> None:
    """Raises QueryError where the query would read or call what it is not to."""
    head = f"CREATE TEMPORARY VIEW {_NAME} AS SELECT 1 AS one FROM ("
    try:
        with connection.transaction(force_rollback=True):
            _run(connection, "SET LOCAL statement_timeout = 10000")
            connection.execute(f"{head}{sql}\n) AS asked".encode(), prepare=True)
            tree = connection.execute(_TREE, [f"pg_temp.{_NAME}"]).fetchone()
            _check_tree(connection, sql, str(tree[0] if tree else ""))
    except psycopg.Error as error:
        raise _said(error, sql, Limits(), before=len(head)) from error


def _check_tree(connection: psycopg.Connection[Any], sql: str, tree: str) -> None:
    allowed = {row[0] for row in connection.execute(_ALLOWED, [list(views())])}
    read = {int(oid) for oid in _RELATION.findall(tree)} - {0}
    own = connection.execute("SELECT %s::regclass::oid::int8", [f"pg_temp.{_NAME}"]).fetchone()
    wrong = read - allowed - {own[0] if own else 0}
    for _, name in connection.execute(_READ, [list(wrong)]).fetchall():
        raise query_errors.not_read(sql, name)
    calls = sorted({int(oid) for oid in _CALL.findall(tree)} - {0})
    for name, schema, volatile, language in connection.execute(_CALLED, [calls]).fetchall():
        if not _may_be_called(name, schema, volatile=volatile, language=language):
            raise query_errors.no_function(sql, name, known=functions()["postgresql_stable"])


def _may_be_called(name: str, schema: str, *, volatile: str, language: str) -> bool:
    """PostgreSQL's own functions that depend on their arguments alone, but for a few; of others those of a list."""
    if schema != "pg_catalog" or name in functions()["postgresql_never"]:
        return False
    return (volatile == "i" and language in ("internal", "sql")) or name in functions()["postgresql_stable"]


_QUOTED = re.compile(r'"([^"]+)"')


def _said(error: psycopg.Error, sql: str, limits: Limits, *, before: int) -> QueryError:
    """What PostgreSQL says, as a person can use it; `before` characters stood before the query."""
    said = error.diag.message_primary or str(error)
    place = int(error.diag.statement_position) - 1 - before if error.diag.statement_position else None
    name = _QUOTED.search(said)
    match error.sqlstate:
        case "57014" if limits.seconds is not None:
            return query_errors.too_long(limits.seconds)
        case "42P01" if name:
            return query_errors.no_view(sql, name[1])
        case "42703":
            told = name[1] if name else said.removeprefix("column ").removesuffix(" does not exist")
            return query_errors.no_column(sql, told, offset=place)
        case "42883":
            called = said.removeprefix("function ").partition("(")[0]
            return query_errors.no_function(sql, called, known=functions()["postgresql_stable"], offset=place)
        case "42601" if "multiple commands" in said:
            return query_errors.not_a_question(sql)
    if place is not None and not 0 <= place <= len(sql):
        return query_errors.not_a_question(sql)
    return query_errors.at(sql, f"the query cannot be answered: {said}", offset=place)
