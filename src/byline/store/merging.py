"""A bundle of another store added to this one: in whatever order bundles come, and however often, the same comes out.

What decides is what files there are, not when they came: where a bundle speaks of documents that are here already, the
database is made anew from all files in their own order.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import zstandard
from sqlalchemy import select

from byline.errors import StoreError
from byline.model import Tombstone
from byline.store import (
    Store,
    archive,
    decisions,
    erasing,
    incident_log,
    incidents,
    loading,
    rebuilding,
    results,
    rows,
    tombstones,
)
from byline.store.archive import Head
from byline.store.backups import ASIDE, folder_in, whole
from byline.store.breaks import Break, Checked
from byline.store.checking import outcome_breaks
from byline.store.results import Outcome, Packed, Receipt
from byline.store.schema import documents, failures

LARGEST_RESULT = 1 << 30
"""Bytes a result file may have when it is opened: 64 documents of 2 MB, each letter at most six as JSON tells it."""

FRAME_HEAD = 18
"""Bytes of a zstd file that say how large it is when opened, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What a bundle brought: documents, codings, failures and decisions that were not there, how many of its result
    files were, and documents erased here because they were erased there. `head` is what the bundle says of itself."""

    head: Head
    documents: int
    codings: int
    failures: int
    decisions: int
    before: int
    erased: int


@dataclass(slots=True, kw_only=True)
class _Added:
    documents: int = 0
    codings: int = 0
    failures: int = 0
    before: int = 0
    met: bool = False
    """Something came that was here already."""


def merge(store: Store, path: Path) -> Merged:
    """Adds what a bundle, or a backup, holds to a store. What was erased on either side goes on both.

    Raises StoreError, and adds nothing, where the bundle does not hold or a run is under way.
    """
    added = _Added()
    with results.alone(store.files):
        for left in store.files.glob(f"{ASIDE}*"):  # by a merge that was killed
            shutil.rmtree(left, ignore_errors=True)
        with folder_in(store.files) as aside:
            head = archive.extract(path, aside)
            whole(_breaks(aside, known=results.names(store.files)), path, head)
            _read_logs(aside)
            stones = _new_stones(store, aside)
            tombstones.append(store.files, stones)
            erased = _kept(store, [stone.document_id for stone in stones])
            gone = frozenset(stone.document_id for stone in tombstones.read(store.files))
            for receipt in results.receipts(aside):
                _add(store, receipt, aside, erased=gone, added=added)
            decided = decisions.merge(store, aside, erased=gone | _erased_events(aside, gone))
            incident_log.append(store.files, incident_log.missing(store.files, aside))
        if stones:
            erasing.erase_all(store, stones)
        incidents.settle(store)
    if added.met:
        rebuilding.rebuild(store.url.render_as_string(hide_password=False), files=store.files)
    return Merged(
        head=head,
        documents=added.documents,
        codings=added.codings,
        failures=added.failures,
        decisions=decided,
        before=added.before,
        erased=len(erased),
    )


def _breaks(aside: Path, *, known: set[str]) -> Iterator[Break]:
    """What does not hold in a bundle that was laid down; result files that are here already are `known`."""
    checked = Checked()
    for sha in sorted(results.names(aside) - known):
        receipt = results.receipt(sha, aside)
        path = aside / receipt.file
        if receipt.sha256 != sha or not path.exists():
            yield Break(where=f"receipts/{sha}.json", what="its result file is not there", advice="")
            continue
        with path.open("rb") as file:
            size = zstandard.frame_content_size(file.read(FRAME_HEAD))
        if not 0 <= size <= LARGEST_RESULT:
            yield Break(where=receipt.file, what="is larger than results are", advice="")
            continue
        for outcome in results.read(receipt, aside):
            yield from outcome_breaks(outcome, checked)
            for raw in _raw_of(outcome):
                if not (aside / "raw" / raw[:2] / raw).exists():
                    yield Break(where=f"raw/{raw[:12]}…", what="is not there", advice="")


def _read_logs(aside: Path) -> None:
    """Raises StoreError where a line of a bundle's logs is damaged, before anything is added."""
    for decision in decisions.read(aside):
        if decision.id != decisions.made(decision):
            raise StoreError(f"{decision.id}: is no decision as it was taken; take another copy of the bundle")
    for _ in incident_log.read(aside):
        pass


def _erased_events(aside: Path, erased: frozenset[str]) -> set[str]:
    """The events that a bundle still tells of documents that were erased."""
    if not erased or next(decisions.read(aside), None) is None:
        return set()
    return {
        id for receipt in results.receipts(aside) for id in erasing.events_told(results.read(receipt, aside), erased)
    }


def _raw_of(outcome: Outcome) -> set[str]:
    if outcome.document is None:
        return set()
    return {outcome.document.raw_sha256, outcome.custody.raw_sha256} - {""}


def _new_stones(store: Store, aside: Path) -> list[Tombstone]:
    """The tombstones of a bundle that are not here, or are older than ours."""
    ours = {stone.document_id: stone for stone in tombstones.read(store.files)}
    theirs = tombstones.read(aside)
    return [
        stone
        for stone in theirs
        if (own := ours.get(stone.document_id)) is None or (stone.erased_at, stone.reason) < (own.erased_at, own.reason)
    ]


def _add(store: Store, receipt: Receipt, aside: Path, *, erased: frozenset[str], added: _Added) -> None:
    """Adds a result file of a bundle, without the documents that were erased."""
    known = results.names(store.files)
    if receipt.sha256 in known:
        added.before += 1
        return
    outcomes = results.read(receipt, aside)
    left = erasing.without(outcomes, erased)
    packed = Packed(receipt=receipt, content=(aside / receipt.file).read_bytes())
    if len(left) < len(outcomes):
        packed = erasing.packed_again(receipt, left)
    if not left or packed.receipt.sha256 in known:
        added.before += 1
        return
    hashes = {raw for outcome in left for raw in _raw_of(outcome)}
    raw = {sha: (aside / "raw" / sha[:2] / sha).read_bytes() for sha in hashes}
    ids = {one.document.id for one in left if one.document is not None}
    failed = {rows.failure_row(one.failure)["key"] for one in left if one.failure is not None}
    kept, kept_failed = _kept(store, ids), _kept_failures(store, failed)
    results.keep(Packed(receipt=packed.receipt, content=packed.content, raw=raw), store.files)
    added.codings += sum(loading.load(store, packed.receipt, left))
    added.documents += len(ids - kept)
    added.failures += len(failed - kept_failed)
    added.met |= bool(kept or failed or loading.lost(store, receipt.pipeline_id))


def _kept(store: Store, ids: Sequence[str] | set[str]) -> set[str]:
    with store.reading() as connection:
        return set(connection.scalars(select(documents.c.id).where(documents.c.id.in_(ids))))


def _kept_failures(store: Store, keys: set[str]) -> set[str]:
    with store.reading() as connection:
        return set(connection.scalars(select(failures.c.key).where(failures.c.key.in_(keys))))
