"""What was erased and how it is known again: `tombstones.jsonl` in a store's files is the record, a table the index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from byline.model import Document, Failure, Tombstone
from byline.store import logs

NAME = "tombstones.jsonl"

_FIELDS = {one.name for one in fields(Tombstone)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """The documents that are not to be read in again. Small and picklable, so that it travels to workers.

    A document is known by its id, and by its text or its bytes, so that another file name or a newer reader does not
    bring it back; `texts` and `raws` leave out those that a document still kept rests on.
    """

    ids: Mapping[str, Tombstone] = field(default_factory=dict)
    texts: Mapping[str, Tombstone] = field(default_factory=dict)
    raws: Mapping[str, Tombstone] = field(default_factory=dict)

    def of(self, document: Document) -> Tombstone | None:
        """The tombstone that stands for this document; None where it may be read in."""
        return self.ids.get(document.id) or self.texts.get(document.text_sha256) or self.raws.get(document.raw_sha256)

    def failure(self, document: Document) -> Failure | None:
        """The Failure that a run records in place of a document that was erased; None where it may be read in."""
        tombstone = self.of(document)
        if tombstone is None:
            return None
        return Failure(
            document_id=document.id,
            pipeline_id=None,
            origin=document.origin,
            step="erased",
            error=f"was erased on {tombstone.erased_at[:10]} ({tombstone.reason}) and is not read in again",
        )


def erased(tombstones: Iterable[Tombstone], *, texts_kept: Iterable[str], raws_kept: Iterable[str]) -> Erased:
    """The Erased of these tombstones, where documents with these texts and bytes are kept still."""
    of = tuple(tombstones)
    texts, raws = frozenset(texts_kept), frozenset(raws_kept)
    return Erased(
        ids={one.document_id: one for one in of},
        texts={one.text_sha256: one for one in of if one.text_sha256 not in texts},
        raws={one.raw_sha256: one for one in of if one.raw_sha256 not in raws},
    )


def read(files: Path) -> tuple[Tombstone, ...]:
    """The tombstones in a folder of files, one a document, the earliest first. Raises StoreError for a damaged line."""
    path = files / NAME
    found: dict[str, Tombstone] = {}
    for one in sorted(_lines(path), key=lambda one: (one.erased_at, one.document_id, one.reason)):
        found.setdefault(one.document_id, one)
    return tuple(found.values())


def append(files: Path, tombstones: Iterable[Tombstone]) -> None:
    """Adds tombstones, on disk before this returns. Raises StoreError where they cannot be written."""
    logs.append(files / NAME, map(asdict, tombstones), lost="nothing was erased")


def _lines(path: Path) -> Iterator[Tombstone]:
    for where, told in logs.read(path):
        values = {name: value for name, value in told.items() if name in _FIELDS and isinstance(value, str)}
        if values.keys() != _FIELDS:
            raise logs.damaged(where, NAME)
        yield Tombstone(**values)
