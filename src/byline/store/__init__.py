"""What was read and coded, kept: the only room that knows SQL.

A database holds documents, codings with their events and mentions, and failures; the folder `NAME.files/` beside
`NAME.db` holds the raw bytes by hash. Adding the same thing again changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, Table, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from byline.errors import NotFoundError, StoreError
from byline.model import Coding, Document, Event, Failure, Mention, sha256
from byline.store import codec
from byline.store.database import open_engine, told, url_of, write
from byline.store.raw import RawFiles
from byline.store.schema import codings, documents, events, failures, mentions

__all__ = ["Store"]

SHOWN_MATCHES = 3
"""How many ids an error names when a prefix fits several."""

AT_A_TIME = 100
"""Documents fetched at a time when all are asked for: some megabytes, as a report has up to 0.1."""

_ID = re.compile(r"[de][0-9a-f]*")


class Store:
    """An open database with its files. A context manager; open it with `Store.open`."""

    def __init__(self, engine: Engine, *, files: Path) -> None:
        self._engine = engine
        self._url: URL = engine.url
        self._raw = RawFiles(files / "raw")
        self._writing: Connection | None = None

    @classmethod
    def open(cls, url_or_path: str | Path, *, files: Path | None = None) -> Self:
        """The store at a path (SQLite, made where it is not there) or a database URL.

        `files` is the folder for raw bytes; default: `NAME.files` beside `NAME.db`. Raises StoreError where the file is
        no database of ours, of a newer version, locked or not to be written, or a URL of another database comes without
        `files`.
        """
        url = url_of(url_or_path)
        if files is None:
            if url.get_backend_name() != "sqlite" or not url.database:
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
        self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is added inside is kept together, or, after an error, not at all (raw bytes apart)."""
        with self._write():
            yield

    # Adding

    def add_document(self, document: Document, raw: bytes) -> bool:
        """Keeps a document and the bytes it was read from. False where one of its id is kept already."""
        self._raw.add(raw, sha=document.raw_sha256)
        with self._write() as connection:
            return self._insert_new(connection, documents, codec.document_row(document))

    def add_coding(self, coding: Coding) -> bool:
        """Keeps a coding with its events and mentions, in one transaction.

        False where one of that document and pipeline is kept already. Raises StoreError for a document not kept.
        """
        head = {"document_id": coding.document_id, "pipeline_id": coding.pipeline_id}
        with self._write() as connection:
            row = head | {
                "sentences": codec.spans_list(coding.sentences),
                "people": codec.people_list(coding.people),
                "let_through": coding.let_through,
            }
            if not self._insert_new(connection, codings, row):
                return False
            coding_id = connection.scalar(select(codings.c.id).filter_by(**head))
            assert coding_id is not None
            _insert_all(connection, events, _event_rows(coding, coding_id=coding_id))
            _insert_all(connection, mentions, _mention_rows(coding, coding_id=coding_id))
        return True

    def add_failure(self, failure: Failure) -> bool:
        """Keeps a failure. False where the same step of the same pipeline has failed on the same thing before."""
        parts = (failure.document_id or "", failure.origin, failure.step, failure.pipeline_id or "")
        row = {
            "key": sha256("\x1f".join(parts)),
            "document_id": failure.document_id,
            "pipeline_id": failure.pipeline_id,
            "origin": failure.origin,
            "step": failure.step,
            "error": failure.error,
        }
        with self._write() as connection:
            return self._insert_new(connection, failures, row)

    # Asking

    def document(self, id: str) -> Document | None:
        """The document of an id, whole; None where there is none."""
        with self._read() as connection:
            row = connection.execute(select(documents).where(documents.c.id == id)).mappings().first()
            return codec.document(row) if row else None

    def documents(self) -> Iterator[Document]:
        """All documents, by id; a few at a time are in memory."""
        with self._read() as connection:
            query = select(documents).order_by(documents.c.id).execution_options(yield_per=AT_A_TIME)
            for row in connection.execute(query).mappings():
                yield codec.document(row)

    def coding(self, document_id: str, pipeline_id: str) -> Coding | None:
        """What a pipeline read out of a document; None where it has not been coded by it."""
        return self._coding(codings.c.document_id == document_id, codings.c.pipeline_id == pipeline_id)

    def latest_coding(self, document_id: str) -> Coding | None:
        """The coding of a document that was added last, by whichever pipeline."""
        return self._coding(codings.c.document_id == document_id)

    def event(self, id: str) -> tuple[Document, Event, Coding] | None:
        """The event of an id as coded last, with its document and that whole coding; None where there is none."""
        coding = self._coding(codings.c.id.in_(select(events.c.coding_id).where(events.c.id == id)))
        if coding is None:
            return None
        document = self.document(coding.document_id)
        assert document is not None  # a foreign key holds it
        return document, next(event for event in coding.events if event.id == id), coding

    def find(self, prefix: str) -> str:
        """The id of the one document or event that begins so.

        Raises NotFoundError where none does, or several do (it names some).
        """
        found: list[str] = []
        if _ID.fullmatch(prefix):
            table = documents if prefix.startswith("d") else events
            # Ids are hexadecimal, so all that begin with the prefix lie between it and it with a "g".
            between = (table.c.id >= prefix, table.c.id < prefix + "g")
            with self._read() as connection:
                query = select(table.c.id).where(*between).distinct().order_by(table.c.id).limit(SHOWN_MATCHES + 1)
                found = list(connection.scalars(query))
        if prefix in found or len(found) == 1:
            return found[0]
        if not found:
            raise NotFoundError(f"no document or event has an id that begins with {prefix!r}")
        more = ", …" if len(found) > SHOWN_MATCHES else ""
        some = ", ".join(found[:SHOWN_MATCHES])
        raise NotFoundError(f"several ids begin with {prefix!r} ({some}{more}); give more of it")

    def failures(self) -> tuple[Failure, ...]:
        """All failures, in the order they were added."""
        columns = [failures.c[name] for name in ("document_id", "pipeline_id", "origin", "step", "error")]
        with self._read() as connection:
            rows = connection.execute(select(*columns).order_by(failures.c.id)).mappings()
            return tuple(Failure(**row) for row in rows)

    def counts(self) -> dict[str, int]:
        """How many documents, codings, events, mentions and failures are kept."""
        tables = (documents, codings, events, mentions, failures)
        with self._read() as connection:
            return {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables}

    def raw(self, sha: str) -> bytes:
        """The bytes whose SHA-256 is `sha`. Raises NotFoundError, or StoreError where what is kept was changed."""
        return self._raw.get(sha)

    # Within

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        if self._writing is not None:
            yield self._writing
            return
        with told(self._url), write(self._engine) as connection:
            self._writing = connection
            try:
                yield connection
            finally:
                self._writing = None

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        if self._writing is not None:
            yield self._writing
            return
        with told(self._url), self._engine.connect() as connection:
            yield connection

    def _insert_new(self, connection: Connection, table: Table, row: dict[str, Any]) -> bool:
        """Inserts a row unless one with its key is there. True when it was inserted."""
        dialect = sqlite if self._url.get_backend_name() == "sqlite" else postgresql
        return connection.execute(dialect.insert(table).on_conflict_do_nothing(), row).rowcount > 0

    def _coding(self, *conditions: Any) -> Coding | None:
        """The coding added last of those that meet the conditions."""
        with self._read() as connection:
            newest = select(codings).where(*conditions).order_by(codings.c.id.desc()).limit(1)
            row = connection.execute(newest).mappings().first()
            if row is None:
                return None
            found = tuple(_events(connection, coding_id=row["id"], document_id=row["document_id"]))
        return Coding(
            document_id=row["document_id"],
            pipeline_id=row["pipeline_id"],
            sentences=codec.spans(row["sentences"]),
            events=found,
            people=codec.people(row["people"]),
            let_through=row["let_through"],
        )


def _events(connection: Connection, *, coding_id: int, document_id: str) -> Iterator[Event]:
    told_of = select(mentions).where(mentions.c.coding_id == coding_id)
    rows = connection.execute(told_of.order_by(mentions.c.event_position, mentions.c.position)).mappings()
    by_event: dict[int, list[Mention]] = {
        position: [codec.mention(row) for row in group]
        for position, group in groupby(rows, key=lambda row: int(row["event_position"]))
    }
    query = select(events).where(events.c.coding_id == coding_id).order_by(events.c.position)
    for row in connection.execute(query).mappings():
        yield codec.event(row, document_id=document_id, mentions=by_event.get(row["position"], ()))


def _event_rows(coding: Coding, *, coding_id: int) -> list[dict[str, Any]]:
    return [
        codec.event_row(event, coding_id=coding_id, position=position) for position, event in enumerate(coding.events)
    ]


def _mention_rows(coding: Coding, *, coding_id: int) -> list[dict[str, Any]]:
    return [
        codec.mention_row(mention, coding_id=coding_id, event_position=event_position, position=position)
        for event_position, event in enumerate(coding.events)
        for position, mention in enumerate(event.mentions)
    ]


def _insert_all(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)
