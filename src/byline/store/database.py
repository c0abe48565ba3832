"""Opening a database: SQLite by default, PostgreSQL by URL, made on first use, brought up to date when older."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, inspect, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from byline.errors import StoreError
from byline.store import schema_teams, view_statements
from byline.store.schema import REVISIONS, metadata, version

BUSY_SECONDS = 10
"""How long a writer waits for another: a transaction is one result file of at most 64 documents, so a tenth of a second
when all is well."""

WRITERS_LOCK = 0x62796C696E65
"""PostgreSQL's number for the right to write ("byline" in ASCII): one writes at a time, as in SQLite, so two that load
the same documents in another order never wait for each other."""


def open_engine(url: URL) -> Engine:
    """An engine on an up-to-date database at `url`, which is made where it is not there.

    Raises StoreError for what is no database of Byline's, one of a newer version, a locked one, or one that cannot be
    written.
    """
    engine = _engine(url)
    try:
        with told(url):
            _update(engine, url)
    except StoreError:
        engine.dispose()
        raise
    return engine


def url_of(url_or_path: str | Path) -> URL:
    """A database URL as it is, a path as SQLite's."""
    if not isinstance(url_or_path, str) or "://" not in url_or_path:
        return URL.create("sqlite", database=str(url_or_path))
    try:
        url = make_url(url_or_path)
    except ArgumentError as error:
        raise StoreError("this is no database URL; name a file, or a URL such as postgresql://…") from error
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgresql", "postgres") else url


def write(engine: Engine) -> Any:
    """A connection in a transaction that holds the right to write from its first statement on."""
    return engine.execution_options(byline_write=True).begin()


@contextmanager
def told(url: URL) -> Iterator[None]:
    """Turns a database's own errors into a StoreError that says what to do."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"{url.database}: {_advice(str(error.orig))}") from error


def _advice(said: str) -> str:
    lower = said.lower()
    if "not a database" in lower or "malformed" in lower:
        return "is not a database, or is damaged; name another file with --db, or bring it back from a backup"
    if "locked" in lower or "busy" in lower or "lock timeout" in lower:
        return "is held by another process; wait until that has finished, then run this again"
    if "readonly" in lower or "unable to open" in lower:
        return "cannot be opened for writing; check that its folder is there and may be written to"
    if "foreign key" in lower:
        return "a coding was added before its document; add the document first"
    if "is full" in lower or "no space left" in lower:
        return "its disk is full; make room, then run this again (what was kept before is whole)"
    if "disk i/o" in lower:
        return "its disk cannot be read or written; check its space and its health, then run this again"
    if "connection" in lower and ("refused" in lower or "failed" in lower or "closed" in lower):
        return "the database server cannot be reached; check that it runs and that the address is right"
    return f"the database refused ({said})"


def _engine(url: URL) -> Engine:
    try:
        engine = create_engine(url, **({"connect_args": {"timeout": BUSY_SECONDS}} if is_sqlite(url) else {}))
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise StoreError(
            f"{url.drivername}: no driver for this database is installed ({error}); Byline works with SQLite and, "
            "after pip install 'byline-events[postgres]', with PostgreSQL"
        ) from error
    if is_sqlite(url):
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    else:
        event.listen(engine, "begin", _queue)
    return engine


def is_sqlite(url: URL) -> bool:
    """True for a database that is a file."""
    return url.get_backend_name() == "sqlite"


def _prepare(connection: Any, record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late to hold a read and a write together
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("byline_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _queue(connection: Connection) -> None:
    if connection.get_execution_options().get("byline_write", False):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{int(BUSY_SECONDS * 1000)}ms'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS_LOCK})")


def _update(engine: Engine, url: URL) -> None:
    with engine.connect() as connection:
        found = _version(connection, url)
    if found == REVISIONS[-1]:
        return
    with write(engine) as connection:
        found = _version(connection, url)  # another process may have made it since
        if found is None:
            metadata.create_all(connection)
            schema_teams.protect(connection)
            view_statements.make(connection)
            version.create(connection, checkfirst=True)
            connection.execute(insert(version).values(version_num=REVISIONS[-1]))
        elif found != REVISIONS[-1]:
            migrate(connection)


def _version(connection: Connection, url: URL) -> str | None:
    """The version of the schema; None for a database without tables."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    found = connection.scalar(select(version.c.version_num)) if version.name in tables else None
    if found is None:
        raise StoreError(f"{url.database}: is a database, but not one of Byline's; name another file with --db")
    if found not in REVISIONS:
        raise StoreError(f"{url.database}: was written by a newer Byline (schema {found}); update Byline to open it")
    return str(found)


def copy_sqlite(source: Path, target: Path) -> None:
    """Makes `target` what `source` is at one moment, whoever reads or writes in them: whole, or not at all.

    Raises StoreError where one of them cannot be read or written, or is held by another process.
    """
    since = time.monotonic()

    def progress(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() - since > BUSY_SECONDS:
            raise StoreError(f"{target}: {_advice('locked')}")

    try:
        with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
            read.backup(written, progress=progress)
    except sqlite3.Error as error:
        raise StoreError(f"{target}: {_advice(str(error))}") from error


def migrate(connection: Connection, *, to: str = "head") -> None:
    """Makes an older database, or an empty one, one of this version, or of another, by the migrations."""
    from alembic import command  # half a second to load, so only for an older database
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "byline.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, to)
