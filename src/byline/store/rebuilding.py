"""The database made anew from the files, and what stands in the database alone written to files first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select

from byline.errors import StoreError
from byline.model import Custody, Document, Failure
from byline.store import Store, decisions, incidents, loading, results, rows, tombstones
from byline.store.database import copy_sqlite, is_sqlite, url_of
from byline.store.results import Outcome
from byline.store.schema import codings, custody, documents, metadata
from byline.store.schema_teams import ALONE

AT_ONCE = 64
"""Outcomes of a result file that is written from the database, as in a run."""

ENDS = ("", "-wal", "-shm")
"""The files of a SQLite database, by what their names end in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What a database was made of. `written_out`: documents, codings and failures that stood in the old one alone;
    `unreadable`: where the old database is kept, that could not be read."""

    receipts: int
    written_out: int
    unreadable: Path | None


def rebuild(url_or_path: str | Path, *, files: Path | None = None) -> Rebuilt:
    """Makes a database anew from its folder of files, and puts it in place of the old one.

    What the old one alone holds (an older Byline wrote no result files) is written to files first. Raises StoreError,
    and changes nothing, where a file is damaged or a run is under way.
    """
    url = url_of(url_or_path)
    if not is_sqlite(url):
        with Store.open(url_or_path, files=files) as store, results.alone(store.files):
            written = write_out(store)
            return Rebuilt(receipts=fill_anew(store), written_out=written, unreadable=None)
    path = Path(url.database or "")
    folder = files or path.with_suffix(".files")
    if not folder.is_dir():
        raise StoreError(f"{folder} is not there, so there is nothing to make a database of; name it with --files")
    with results.alone(folder):
        written, readable = _save(path, folder)
        aside = path.with_name(f".{path.name}.rebuilding")
        _remove(aside)
        try:
            with Store.open(aside, files=folder) as store:
                number = _fill(store)
                if readable and path.exists():
                    carry(path, store)
            put(aside, path, readable=readable)
        finally:
            _remove(aside)
    kept = None if readable or not path.exists() else damaged(path)
    return Rebuilt(receipts=number, written_out=written, unreadable=kept)


def write_out(store: Store) -> int:
    """Writes to files what stands in the database alone; how many lines. For whoever holds the files alone."""
    there: set[int] = set()
    for receipt in results.receipts(store.files):
        for outcome in results.read(receipt, store.files):
            there |= set(_marks(outcome, receipt.pipeline_id))
    left = (one for one in _alone(store) if not there.issuperset(_marks(one[1], one[0])))
    number = 0
    for pipeline_id, group in groupby(left, key=lambda one: one[0]):
        outcomes = (outcome for _, outcome in group)
        while batch := list(islice(outcomes, AT_ONCE)):
            packed = results.pack(batch, {}, pipeline_id=pipeline_id, place=("", number))
            loading.load(store, results.keep(packed, store.files), batch)
            number += len(batch)
    return number + decisions.write_out(store) + incidents.write_out(store)


def damaged(path: Path) -> Path:
    """Where a database is kept that could not be read."""
    return path.with_name(f"{path.name}.damaged")


def put(aside: Path, path: Path, *, readable: bool) -> None:
    """Puts a SQLite database that was made aside in the place of another, which may be in use; of one that could not be
    read, the file is kept under another name."""
    if path.exists() and readable:
        copy_sqlite(aside, path)
        return
    if path.exists():
        path.replace(damaged(path))
    for end in ENDS[1:]:  # the old one's log must not be taken for the new one's
        Path(f"{path}{end}").unlink(missing_ok=True)
    aside.replace(path)


def _fill(store: Store) -> int:
    """Loads tombstones, all result files in their order, decisions and incidents; how many result files.

    Links and copies are found when they are next looked for."""
    with store.writing() as connection:
        for stone in tombstones.read(store.files):
            rows.insert_tombstone(connection, stone)
    receipts = results.receipts(store.files)
    for receipt in receipts:
        loading.load(store, receipt, results.read(receipt, store.files))
    decisions.synchronise(store)
    incidents.fill(store)
    return len(receipts)


def fill_anew(store: Store) -> int:
    """Empties and fills a database in one transaction: others see the old one until the new one is whole."""
    with store.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            if table not in ALONE:
                connection.execute(delete(table))
        return _fill(store)


def carry(path: Path, store: Store) -> None:
    """Takes over from a SQLite database what no file holds: accounts, who codes what, and the trail."""
    with Store.open(path, files=store.files) as old, old.reading() as read, store.writing() as written:
        for table in ALONE:
            found = [dict(row) for row in read.execute(select(table)).mappings()]
            if found:
                written.execute(insert(table), found)


def _save(path: Path, folder: Path) -> tuple[int, bool]:
    """Writes out what stands in the old database alone; how much, and whether it could be read."""
    if not path.exists():
        return 0, True
    try:
        with Store.open(path, files=folder) as store:
            return write_out(store), True
    except StoreError as error:
        if "newer Byline" in str(error) or "another process" in str(error):
            raise
        return 0, False


def _remove(path: Path) -> None:
    for end in ENDS:
        Path(f"{path}{end}").unlink(missing_ok=True)


def _marks(outcome: Outcome, pipeline_id: str) -> Iterator[int]:
    """What an outcome holds, as numbers: a document, a coding, a failure."""
    if outcome.document is not None:
        yield loading.mark("document", outcome.document.id)
    if outcome.coding is not None:
        yield loading.mark("coding", outcome.coding.document_id, pipeline_id)
    if (failure := outcome.failure) is not None:
        yield loading.mark("failure", failure.document_id, failure.origin, failure.step, failure.pipeline_id)


def _alone(store: Store) -> Iterator[tuple[str, Outcome]]:
    """Everything in a database as outcomes, with the pipeline each is of, oldest coding first, pipeline by pipeline."""
    with store.reading() as connection:
        coded = select(codings.c.pipeline_id, codings.c.document_id, codings.c.coded_at)
        for pipeline_id, id, at in connection.execute(coded.order_by(codings.c.id)).all():
            document = rows.document(connection, id)
            coding = rows.newest_coding(connection, codings.c.document_id == id, codings.c.pipeline_id == pipeline_id)
            yield pipeline_id, Outcome(custody=_custody(connection, document, at), document=document, coding=coding)
        without = select(documents.c.id).where(documents.c.id.not_in(select(codings.c.document_id)))
        for id in connection.scalars(without.order_by(documents.c.id)).all():
            document = rows.document(connection, id)
            yield "", Outcome(custody=_custody(connection, document, ""), document=document)
    for failure in store.failures():
        yield failure.pipeline_id or "", _failed(failure)


def _custody(connection: Connection, document: Document, at: str) -> Custody:
    """The reading of a document at a moment; where none is kept, what its document tells of it."""
    its = custody.c.document_id == document.id
    row = connection.execute(select(custody).where(its, custody.c.read_at == at)).mappings().first()
    return Custody(
        origin=row["origin"] if row else document.origin,
        raw_sha256=document.raw_sha256,
        read_at=at,
        byline=row["byline"] if row else "",
    )


def _failed(failure: Failure) -> Outcome:
    custody = Custody(origin=failure.origin, raw_sha256="", read_at="", byline="")
    return Outcome(custody=custody, failure=failure)
