"""Opening a database: SQLite by default, made on first use, brought up to this version when older."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, inspect, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from byline.errors import StoreError
from byline.store.schema import REVISIONS, metadata, version

BUSY_SECONDS = 10
"""How long a writer waits for another: a transaction is one document's coding, so milliseconds when all is well."""


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
        return make_url(url_or_path)
    except ArgumentError as error:
        raise StoreError(f"{url_or_path}: is no database URL; name a file, or a URL such as postgresql://…") from error


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
    if "locked" in lower or "busy" in lower:
        return "is held by another process; wait until that has finished, then run this again"
    if "readonly" in lower or "unable to open" in lower:
        return "cannot be opened for writing; check that its folder is there and may be written to"
    if "foreign key" in lower:
        return "a coding was added before its document; add the document first"
    return f"the database refused ({said})"


def _engine(url: URL) -> Engine:
    try:
        engine = create_engine(url, **({"connect_args": {"timeout": BUSY_SECONDS}} if _is_sqlite(url) else {}))
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise StoreError(f"{url.drivername}: no driver for this database is installed ({error})") from error
    if _is_sqlite(url):
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    return engine


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _prepare(connection: Any, record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late to hold a read and a write together
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("byline_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _update(engine: Engine, url: URL) -> None:
    with engine.connect() as connection:
        found = _version(connection, url)
    if found == REVISIONS[-1]:
        return
    with write(engine) as connection:
        found = _version(connection, url)  # another process may have made it since
        if found is None:
            metadata.create_all(connection)
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


def migrate(connection: Connection) -> None:
    """Makes an older database, or an empty one, one of this version, by the migrations."""
    from alembic import command  # half a second to load, so only for an older database
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "byline.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
