"""What was erased and how it is known again: `tombstones.jsonl` in a store's files is the record, a table the index."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from byline.errors import StoreError
from byline.model import Document, Failure, Tombstone

NAME = "tombstones.jsonl"


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
    lines = "".join(json.dumps(asdict(one), ensure_ascii=True, sort_keys=True) + "\n" for one in tombstones)
    if not lines:
        return
    path = files / NAME
    try:
        files.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            if path.stat().st_size:  # a line without an end was never acknowledged
                file.truncate(path.read_bytes().rfind(b"\n") + 1)
            file.write(lines.encode("ascii"))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StoreError(f"{path}: cannot be written ({error.strerror}); nothing was erased") from error


def parsed(line: str, *, where: str) -> Tombstone:
    """The tombstone of a line. Raises StoreError where it is none."""
    try:
        told = json.loads(line)
        values = {one.name: told[one.name] for one in fields(Tombstone)}
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{where}: is no tombstone; bring {NAME} back from a backup") from error
    if not all(isinstance(value, str) for value in values.values()):
        raise StoreError(f"{where}: is no tombstone; bring {NAME} back from a backup")
    return Tombstone(**values)


def _lines(path: Path) -> Iterator[Tombstone]:
    try:
        text = path.read_text("utf-8") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{path}: cannot be read ({error}); bring it back from a backup") from error
    for number, line in enumerate(text.split("\n")[:-1], 1):  # what stands after the last end was never acknowledged
        yield parsed(line, where=f"{path}:{number}")
