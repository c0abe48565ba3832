"""Taking documents away for good: from the database, the result files and the raw bytes. Only a tombstone stays.

Each step may be done again, in this order, so what was broken off is finished by erasing again: the tombstone to the
disk, what people decided on its events, the rows, the raw bytes, the result files (each written anew without the lines,
then the old one deleted), and last the database's own leftovers, as a deleted row stays readable in its file. The ids
of its events stay in `incidents.jsonl`: they are hashes, as the tombstone's own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import zstandard
from sqlalchemy import Connection, delete, or_, select, text

from byline.errors import NotFoundError, StoreError
from byline.model import Tombstone
from byline.store import (
    Store,
    assignments,
    copies,
    current,
    decisions,
    findings,
    links,
    loading,
    results,
    rows,
    tombstones,
)
from byline.store.database import is_sqlite, told
from byline.store.results import Outcome, Packed, Receipt
from byline.store.schema import codings, custody, documents, events, failures, mentions, receipts
from byline.store.schema import tombstones as table
from byline.store.shown_tables import SHOWN

REFUSED = "erased"
"""The step of a failure that says a document was not read in again; it stays, as it holds nothing of the document."""

SCRUBBED = (
    "mentions", "events", "codings", "custody", "failures", "documents", "decisions", "linkable", "links",
    "current_events", "current_places", *(table.name for table in SHOWN),
)  # fmt: skip
"""Tables that PostgreSQL writes anew, so that nothing deleted is left in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What was erased. `same_text` are documents that are kept and have the same text, so that it is still there."""

    tombstone: Tombstone
    codings: int
    raw: int
    results: int
    decisions: int
    same_text: tuple[str, ...]


def erase(store: Store, document_id: str, *, reason: str) -> Erasure:
    """Erases a document with all that rests on it, leaving a tombstone; raw bytes that another rests on stay.

    Raises NotFoundError where no such document is kept or was erased, StoreError where a run is under way or what is
    left of it in the database's files cannot be cleared now.
    """
    with results.alone(store.files):
        tombstone, new = _tombstone(store, document_id, reason)
        if new:
            tombstones.append(store.files, [tombstone])
        gone = erase_all(store, [tombstone])
        same = _same_text(store, tombstone)
    return Erasure(
        tombstone=tombstone,
        codings=gone.codings,
        raw=gone.raw,
        results=gone.results,
        decisions=gone.decisions,
        same_text=same,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """How many codings, raw files and decisions were taken away, and how many result files written anew."""

    codings: int
    raw: int
    results: int
    decisions: int


def erase_all(store: Store, stones: Sequence[Tombstone]) -> Gone:
    """Takes away what is left of documents whose tombstones are on disk already. For whoever holds the files alone."""
    ids = frozenset(stone.document_id for stone in stones)
    hashes = {stone.raw_sha256 for stone in stones}
    number = 0
    holding = list(_that_hold(store.files, ids))
    its = {id for receipt in holding for id in events_told(results.read(receipt, store.files), ids)}
    with store.writing() as connection:
        # While it is still known which events were its own.
        decided = decisions.erase(store, connection, its | _coded(connection, ids) | ids)
        for stone in stones:
            hashes |= _readings(connection, stone.document_id)
            number += _delete(store, connection, stone)
    for receipt in holding:
        hashes |= _raw_of(results.read(receipt, store.files), ids)
    raw = _drop_raw(store, hashes)
    for receipt in holding:
        _rewrite(store, receipt, ids)
    scrub(store)
    return Gone(codings=number, raw=raw, results=len(holding), decisions=decided)


def without(outcomes: Sequence[Outcome], ids: Collection[str]) -> list[Outcome]:
    """The outcomes that tell nothing of these documents, but that they were not read in again."""
    return [one for one in outcomes if not _of(one, ids)]


def scrub(store: Store) -> None:
    """Makes the database anew within, so that nothing deleted can be read in its files. Raises StoreError where another
    process is reading in it."""
    with told(store.url):
        if not is_sqlite(store.url):
            with store.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                for name in SCRUBBED:
                    connection.execute(text(f"VACUUM FULL {name}"))
            return
        raw = store.engine.raw_connection()  # neither may stand in a transaction, and every other connection does
        try:
            cursor = raw.cursor()
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = bool((cursor.fetchone() or (1,))[0])
        except sqlite3.OperationalError:  # VACUUM does not wait for those who write
            busy = True
        finally:
            raw.close()
    if busy:
        raise StoreError(
            f"{store.url.database}: the document is erased, but another process reads in the database, whose log may "
            "hold its text still; end that process and erase the document again"
        )


def _tombstone(store: Store, document_id: str, reason: str) -> tuple[Tombstone, bool]:
    """The tombstone of a document, and whether it is new."""
    for stone in tombstones.read(store.files):
        if stone.document_id == document_id:
            return stone, False
    document = store.document(document_id)
    if document is None:
        raise NotFoundError(
            f"no document has the id {document_id}; give it whole, as byline show prints it, since erasing is for good"
        )
    made = Tombstone(
        document_id=document_id,
        erased_at=results.moment(),
        reason=reason,
        text_sha256=document.text_sha256,
        raw_sha256=document.raw_sha256,
    )
    return made, True


def _delete(store: Store, connection: Connection, stone: Tombstone) -> int:
    """Deletes a document's rows; the number of its codings."""
    id = stone.document_id
    its = select(codings.c.id).where(codings.c.document_id == id)
    copies.forget(store, id)
    current.forget(connection, id)
    findings.forget(connection, id)
    assignments.forget(store, id)
    links.forget(connection, id, _coded(connection, [id]))
    connection.execute(delete(mentions).where(mentions.c.coding_id.in_(its)))
    connection.execute(delete(events).where(events.c.coding_id.in_(its)))
    number = connection.execute(delete(codings).where(codings.c.document_id == id)).rowcount
    connection.execute(delete(custody).where(custody.c.document_id == id))
    connection.execute(delete(failures).where(failures.c.document_id == id, failures.c.step != REFUSED))
    connection.execute(delete(documents).where(documents.c.id == id))
    connection.execute(delete(table).where(table.c.document_id == id))  # of two laptops' the earlier one stays
    rows.insert_tombstone(connection, stone)
    return number


def events_told(outcomes: Iterable[Outcome], ids: Collection[str]) -> set[str]:
    """The ids of the events that outcomes tell of these documents."""
    coded = (one.coding for one in outcomes if one.coding is not None and _of(one, ids))
    return {event.id for coding in coded for event in coding.events}


def _coded(connection: Connection, ids: Collection[str]) -> set[str]:
    """The ids of the events that the codings of documents have."""
    of = select(events.c.id).join(codings, codings.c.id == events.c.coding_id)
    return set(connection.scalars(of.where(codings.c.document_id.in_(ids))))


def _readings(connection: Connection, document_id: str) -> set[str]:
    """The hashes of all bytes that a document was read from."""
    return set(connection.scalars(select(custody.c.raw_sha256).where(custody.c.document_id == document_id))) - {""}


def _that_hold(files: Path, ids: Collection[str]) -> Iterator[Receipt]:
    """The receipts of result files that hold lines of these documents."""
    words = [f'"{id}"'.encode() for id in ids]
    for receipt in results.receipts(files):
        try:
            content = zstandard.ZstdDecompressor().decompress((files / receipt.file).read_bytes())
        except (OSError, zstandard.ZstdError) as error:
            raise StoreError(f"{files / receipt.file}: cannot be read ({error}); byline verify says more") from error
        if any(word in content for word in words) and any(_of(one, ids) for one in results.read(receipt, files)):
            yield receipt


def _of(outcome: Outcome, ids: Collection[str]) -> bool:
    if outcome.document is not None and outcome.document.id in ids:
        return True
    failure = outcome.failure
    return failure is not None and failure.document_id in ids and failure.step != REFUSED


def _raw_of(outcomes: Sequence[Outcome], ids: Collection[str]) -> set[str]:
    """The hashes of the bytes that these documents were read from."""
    return {one.custody.raw_sha256 for one in outcomes if _of(one, ids)} - {""}


def _rewrite(store: Store, receipt: Receipt, ids: Collection[str]) -> None:
    """Writes a result file anew without these documents, and deletes it."""
    left = without(results.read(receipt, store.files), ids)
    with store.writing() as connection:
        connection.execute(delete(receipts).where(receipts.c.id == receipt.sha256))
        if left:
            loading.load(store, results.keep(packed_again(receipt, left), store.files), left)
    for path in (store.files / "receipts" / f"{receipt.sha256}.json", store.files / receipt.file):
        path.unlink(missing_ok=True)


def packed_again(receipt: Receipt, outcomes: Sequence[Outcome]) -> Packed:
    """The result file of what is left of another, in its place among the others."""
    packed = results.pack(outcomes, {}, pipeline_id=receipt.pipeline_id, place=(receipt.run, receipt.first))
    return replace(packed, receipt=replace(packed.receipt, byline=receipt.byline, made_at=receipt.made_at))


def _drop_raw(store: Store, hashes: Collection[str]) -> int:
    """Deletes the bytes that no document kept was read from; how many files."""
    dropped = 0
    with store.reading() as connection:
        for sha in sorted(hashes):
            rests = select(documents.c.id).where(documents.c.raw_sha256 == sha)
            read = select(custody.c.document_id).where(custody.c.raw_sha256 == sha)
            if connection.scalar(rests.limit(1)) is None and connection.scalar(read.limit(1)) is None:
                dropped += store.drop_raw(sha)
    return dropped


def _same_text(store: Store, stone: Tombstone) -> tuple[str, ...]:
    with store.reading() as connection:
        same = or_(documents.c.text_sha256 == stone.text_sha256, documents.c.raw_sha256 == stone.raw_sha256)
        return tuple(connection.scalars(select(documents.c.id).where(same).order_by(documents.c.id)))
