"""What was read and coded, kept: the only room that knows SQL.

A database holds documents, codings with their events and mentions, and failures; the folder `NAME.files/` beside
`NAME.db` holds the raw bytes by hash. Adding the same thing again changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import URL, Connection, Engine, func, select

from byline.errors import NotFoundError, StoreError
from byline.model import Coding, Document, Event, Failure, Tombstone
from byline.store import codec, current, rows, schema, tombstones
from byline.store.database import is_sqlite, open_engine, told, url_of, write
from byline.store.raw import RawFiles
from byline.store.schema import codings, documents, events, failures, mentions
from byline.store.tombstones import Erased

__all__ = ["Store"]

SHOWN_MATCHES = 3
"""How many ids an error names when a prefix fits several."""

AT_A_TIME = 100
"""Documents fetched at a time when all are asked for: some megabytes, as a report has up to 0.1."""

_ID = re.compile(r"[defin][0-9a-f]*")


class Store:
    """An open database with its files. A context manager; open it with `Store.open`."""

    def __init__(self, engine: Engine, *, files: Path) -> None:
        self.engine = engine
        self.url: URL = engine.url
        self.files = files
        self._raw = RawFiles(files / "raw")
        # Of each thread, and of each task, its own: what one has under way no other takes part in.
        self._writing: ContextVar[Connection | None] = ContextVar("writing", default=None)

    @classmethod
    def open(cls, url_or_path: str | Path, *, files: Path | None = None) -> Self:
        """The store at a path (SQLite, made where it is not there) or a database URL.

        `files` is the folder for raw bytes; default: `NAME.files` beside `NAME.db`. Raises StoreError where the file is
        no database of ours, of a newer version, locked or not to be written, or a URL of another database comes without
        `files`.
        """
        url = url_of(url_or_path)
        if files is None:
            if not is_sqlite(url) or not url.database:
                raise StoreError(f"{url.render_as_string()}: name a folder for the raw bytes with --files")
            files = Path(url.database).with_suffix(".files")
        return cls(open_engine(url), files=files)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the database."""
        self.engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is added inside is kept together, or, after an error, not at all (raw bytes apart)."""
        with self.writing():
            yield

    # Adding

    def add_document(self, document: Document, raw: bytes) -> bool:
        """Keeps a document and the bytes it was read from. False where one of its id is kept already."""
        self._raw.add(raw, sha=document.raw_sha256)
        with self.writing() as connection:
            return rows.insert_document(connection, document)

    def add_coding(self, coding: Coding, *, coded_at: str = "") -> bool:
        """Keeps a coding with its events and mentions, in one transaction; `coded_at` is when its document was read.

        False where one of that document and pipeline is kept already. Raises StoreError for a document not kept.
        """
        with self.writing() as connection:
            id = rows.insert_coding(connection, coding, coded_at=coded_at)
            if id is not None:
                current.keep(connection, [(coding, id)])
            return id is not None

    def add_failure(self, failure: Failure) -> bool:
        """Keeps a failure. False where the same step of the same pipeline has failed on the same thing before."""
        with self.writing() as connection:
            return rows.insert_failure(connection, failure)

    # Asking

    def document(self, id: str) -> Document | None:
        """The document of an id, whole; None where there is none."""
        with self.reading() as connection:
            row = connection.execute(select(documents).where(documents.c.id == id)).mappings().first()
            return codec.document(row) if row else None

    def documents(self) -> Iterator[Document]:
        """All documents, by id; a few at a time are in memory."""
        with self.reading() as connection:
            query = select(documents).order_by(documents.c.id).execution_options(yield_per=AT_A_TIME)
            for row in connection.execute(query).mappings():
                yield codec.document(row)

    def coding(self, document_id: str, pipeline_id: str) -> Coding | None:
        """What a pipeline read out of a document; None where it has not been coded by it."""
        with self.reading() as connection:
            return rows.newest_coding(
                connection, codings.c.document_id == document_id, codings.c.pipeline_id == pipeline_id
            )

    def latest_coding(self, document_id: str) -> Coding | None:
        """The coding of a document that was made last, by whichever pipeline."""
        with self.reading() as connection:
            return rows.newest_coding(connection, codings.c.document_id == document_id)

    def codings(self, document_id: str) -> tuple[tuple[Coding, str], ...]:
        """All codings of a document, the earliest first, each with when the document was read for it."""
        with self.reading() as connection:
            its = select(codings.c.id, codings.c.coded_at).where(codings.c.document_id == document_id)
            found = connection.execute(its.order_by(codings.c.coded_at, codings.c.id)).all()
            made = ((rows.newest_coding(connection, codings.c.id == row.id), row.coded_at) for row in found)
            return tuple((coding, at) for coding, at in made if coding is not None)

    def event(self, id: str) -> tuple[Document, Event, Coding] | None:
        """The event of an id as coded last, with its document and that whole coding; None where there is none."""
        with self.reading() as connection:
            with_it = select(events.c.coding_id).where(events.c.id == id)
            coding = rows.newest_coding(connection, codings.c.id.in_(with_it))
        if coding is None:
            return None
        document = self.document(coding.document_id)
        assert document is not None  # a foreign key holds it
        return document, next(event for event in coding.events if event.id == id), coding

    def find(self, prefix: str) -> str:
        """The id of the one document, event, incident, finding or decision that begins so.

        Raises NotFoundError where none does, or several do (it names some).
        """
        found = self._beginning(prefix) if _ID.fullmatch(prefix) else []
        if prefix in found or len(found) == 1:
            return prefix if prefix in found else found[0]
        if not found:
            raise NotFoundError(
                f"no document, event, incident, finding or decision has an id that begins with {prefix!r}"
            )
        more = ", …" if len(found) > SHOWN_MATCHES else ""
        some = ", ".join(found[:SHOWN_MATCHES])
        raise NotFoundError(f"several ids begin with {prefix!r} ({some}{more}); give more of it")

    def _beginning(self, prefix: str) -> list[str]:
        """Ids that begin so, in order, and no more than tell that there are too many."""
        kind, rest = prefix[0], prefix[1:]
        of_events = [(events.c.id, "e"), (schema.current_events.c.event_id, "e")]  # people make some
        columns = {
            "d": [(documents.c.id, "d")],
            "e": of_events,
            "i": [(schema.incidents.c.id, "i"), *of_events],  # an event alone is an incident named after it
            "f": [(schema.findings.c.id, "f")],
            "n": [(schema.decisions.c.id, "n")],
        }[kind]
        found = set[str]()
        with self.reading() as connection:
            for column, letter in columns:
                # Ids are hexadecimal, so all that begin with the prefix lie between it and it with a "g".
                between = (column >= letter + rest, column < letter + rest + "g")
                query = select(column).where(*between).distinct().order_by(column).limit(SHOWN_MATCHES + 1)
                found.update(kind + id[1:] for id in connection.scalars(query))
        return sorted(found)

    def failures(self) -> tuple[Failure, ...]:
        """All failures, in the order they were added."""
        columns = [failures.c[name] for name in ("document_id", "pipeline_id", "origin", "step", "error")]
        with self.reading() as connection:
            found = connection.execute(select(*columns).order_by(failures.c.id)).mappings()
            return tuple(Failure(**row) for row in found)

    def erased(self) -> Erased:
        """What is not to be read in again: asked once, before a run."""
        with self.reading() as connection:
            found = tuple(Tombstone(**row) for row in connection.execute(select(schema.tombstones)).mappings())
            texts, raws = (
                connection.scalars(
                    select(documents.c[name]).where(documents.c[name].in_(select(schema.tombstones.c[name])))
                )
                for name in ("text_sha256", "raw_sha256")
            )
            return tombstones.erased(found, texts_kept=texts, raws_kept=raws)

    def counts(self) -> dict[str, int]:
        """How many documents, codings, events, mentions and failures are kept."""
        tables = (documents, codings, events, mentions, failures)
        with self.reading() as connection:
            return {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables}

    def raw(self, sha: str) -> bytes:
        """The bytes whose SHA-256 is `sha`. Raises NotFoundError, or StoreError where what is kept was changed."""
        return self._raw.get(sha)

    # For the other files of this room

    def drop_raw(self, sha: str) -> bool:
        """Deletes the bytes whose SHA-256 is `sha`. False where none are kept."""
        return self._raw.drop(sha)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection in the transaction under way, or in one of its own."""
        under_way = self._writing.get()
        if under_way is not None:
            yield under_way
            return
        with told(self.url), write(self.engine) as connection:
            self._writing.set(connection)
            try:
                yield connection
            finally:
                self._writing.set(None)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read from: all that is read through it was there at one moment."""
        under_way = self._writing.get()
        if under_way is not None:
            yield under_way
            return
        level = {} if is_sqlite(self.url) else {"isolation_level": "REPEATABLE READ"}
        with told(self.url), self.engine.execution_options(**level).connect() as connection:
            yield connection
