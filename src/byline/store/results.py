"""Result files and their receipts: what was read and coded, as files. They are the record; the database is an index.

    NAME.files/raw/ab/abcdef…                    the bytes a document was read from, by their SHA-256
    NAME.files/results/SHA256.jsonl.zst          a line an outcome, in input order; named by the hash of the file
    NAME.files/receipts/SHA256.json              says that the result file and its raw bytes are whole
    NAME.files/aside/                            what is being written; empty when nothing runs

A file is written aside, brought to the disk and renamed: raw bytes first, then results, then the receipt. So a receipt
speaks of what is there, and what has no receipt counts for nothing.
"""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TextIO, cast

import zstandard

from byline import __version__
from byline.config import LOCK
from byline.errors import StoreError
from byline.model import Coding, Custody, Document, Failure, sha256
from byline.store import codec

RESULT = ".jsonl.zst"
RECEIPT = ".json"

LEVEL = 3
"""zstd's own default: a fifth of the size, in a thousandth of the time that coding takes."""

AT_ONCE = 4
"""Files brought to the disk at a time: 64 small ones took 55 ms so and 400 one by one, as a disk brings together what
waits together; 16 at a time were slower again."""

PATIENCE_SECONDS = 1.0
"""How long a run that begins waits to be alone: workers of one that was killed end in a few milliseconds."""

DAYS = frozenset({"published", "dateline_date"})
"""Keys of a document's row that are days, ISO dates in a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one document: a line of a result file.

    With a coding: it was coded. With a failure: it could not be read (no document) or not be coded. With neither: it
    had been coded before and was met again elsewhere, so this is a line of custody.
    """

    custody: Custody
    document: Document | None = None
    coding: Coding | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """That a result file is whole, and what is in it.

    `run` and `first` say where it belongs: the run, by when it began, and the number of its first input there. In that
    order receipts are loaded. `made_at` is ISO 8601 in UTC.
    """

    sha256: str
    documents: int
    events: int
    failures: int
    pipeline_id: str
    byline: str
    made_at: str
    run: str
    first: int

    @property
    def file(self) -> str:
        """The result file, from the folder of files."""
        return f"results/{self.sha256}{RESULT}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A result file before it is written: its receipt, its bytes, and the raw bytes of its documents by their hash."""

    receipt: Receipt
    content: bytes
    raw: Mapping[str, bytes] = field(default_factory=dict)


def pack(
    outcomes: Sequence[Outcome], raw: Mapping[str, bytes], *, pipeline_id: str, place: tuple[str, int] = ("", 0)
) -> Packed:
    """The result file of some outcomes, and its receipt with its `place`: run and first input. Nothing is written."""
    lines = b"".join(line(outcome) for outcome in outcomes)
    content = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).compress(lines)
    receipt = Receipt(
        sha256=sha256(content),
        documents=sum(outcome.document is not None for outcome in outcomes),
        events=sum(len(outcome.coding.events) for outcome in outcomes if outcome.coding is not None),
        failures=sum(outcome.failure is not None for outcome in outcomes),
        pipeline_id=pipeline_id,
        byline=__version__,
        made_at=moment(),
        run=place[0],
        first=place[1],
    )
    return Packed(receipt=receipt, content=content, raw=raw)


def moment(at: datetime | None = None) -> str:
    """A moment, now where none is given, as files and tables keep it: ISO 8601 in UTC, to the second."""
    return (at or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def keep(packed: Packed, files: Path) -> Receipt:
    """Writes a result file, and before it its raw bytes, and after it its receipt. Writing it again changes nothing.

    Raises StoreError where they cannot be written, or raw bytes do not have the hash they come under.
    """
    for sha, data in packed.raw.items():
        if sha256(data) != sha:
            raise StoreError(f"raw bytes do not have the hash they are named by ({sha[:12]}…); read the document again")
    receipt = packed.receipt
    told = asdict(receipt) | {"file": receipt.file}
    try:
        with _locked(files, fcntl.LOCK_SH):
            _put({files / "raw" / sha[:2] / sha: data for sha, data in packed.raw.items()}, files)
            _put({files / receipt.file: packed.content}, files)
            _put({files / "receipts" / (receipt.sha256 + RECEIPT): json.dumps(told, indent=1).encode()}, files)
    except OSError as error:
        raise StoreError(f"{files}: results cannot be kept ({error.strerror}); check space and rights") from error
    return receipt


def names(files: Path) -> set[str]:
    """The hashes of all result files that have a receipt."""
    return {path.name.removesuffix(RECEIPT) for path in _listed(files / "receipts", RECEIPT)}


def receipt(sha: str, files: Path) -> Receipt:
    """The receipt of a result file. Raises StoreError where it is not there or cannot be read."""
    path = files / "receipts" / (sha + RECEIPT)
    try:
        told = json.loads(path.read_bytes())
        return Receipt(**{one.name: told[one.name] for one in fields(Receipt)})
    except OSError as error:
        raise StoreError(
            f"{path}: the receipt cannot be read ({error.strerror}); bring it back from a backup"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path}: the receipt is damaged; bring it back from a backup, or delete it") from error


def receipts(files: Path, *, but: Iterable[str] = ()) -> list[Receipt]:
    """All receipts but those of some hashes, in the order they are to be loaded in. Raises StoreError for a damaged
    one."""
    wanted = names(files) - set(but)
    return sorted((receipt(sha, files) for sha in wanted), key=lambda one: (one.run, one.first, one.sha256))


def read(receipt: Receipt, files: Path) -> tuple[Outcome, ...]:
    """The outcomes of a result file. Raises StoreError where it is not there, or is not what its receipt says."""
    path = files / receipt.file
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StoreError(f"{path}: results cannot be read ({error.strerror}); bring them back from a backup") from error
    if sha256(content) != receipt.sha256:
        raise StoreError(f"{path}: the results kept here were changed; bring the file back from a backup")
    return unpack(content)


def unpack(content: bytes) -> tuple[Outcome, ...]:
    """The outcomes of a result file's bytes. Raises StoreError where they are none."""
    try:
        lines = zstandard.ZstdDecompressor().decompress(content).splitlines()
        return tuple(outcome(one) for one in lines)
    except (zstandard.ZstdError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"results are damaged ({error}); bring the file back from a backup") from error


@contextmanager
def under_way(files: Path) -> Iterator[bool]:
    """Marks a run as under way in a folder; whether it was alone there as it began, so that what others left half done
    was swept. Raises StoreError where the folder cannot be written."""
    alone = False
    patience = time.monotonic() + PATIENCE_SECONDS
    try:
        while not alone:
            with _locked(files, fcntl.LOCK_EX | fcntl.LOCK_NB) as lock:
                alone = lock is not None
                if alone:
                    sweep(files)
            if time.monotonic() > patience:
                break
            time.sleep(0 if alone else PATIENCE_SECONDS / 20)
    except OSError as error:
        raise StoreError(f"{files}: results cannot be kept ({error.strerror}); check space and rights") from error
    with _locked(files, fcntl.LOCK_SH):
        yield alone


@contextmanager
def beside(files: Path) -> Iterator[None]:
    """Holds a folder while a line is added in it: runs go on, and who holds it alone is waited for. Raises StoreError
    where it cannot be written."""
    try:
        with _locked(files, fcntl.LOCK_SH):
            yield
    except OSError as error:
        raise StoreError(f"{files}: cannot be written ({error.strerror}); check space and rights") from error


@contextmanager
def alone(files: Path) -> Iterator[None]:
    """Holds a folder while files in it are changed or taken away. Raises StoreError where a run is under way in it."""
    try:
        with _locked(files, fcntl.LOCK_EX | fcntl.LOCK_NB) as lock:
            if lock is None:
                raise StoreError(f"{files}: a run is under way here; wait until it has finished, then run this again")
            _held_alone.add(files.resolve())
            try:
                yield
            finally:
                _held_alone.discard(files.resolve())
    except OSError as error:
        raise StoreError(f"{files}: cannot be written ({error.strerror}); check space and rights") from error


def sweep(files: Path) -> int:
    """Deletes what a run that was killed left half done: files written aside, and results without a receipt. How many.

    Only for whoever knows that no run is under way in this folder.
    """
    known = names(files)
    left = [path for path in _listed(files / "results", RESULT) if path.name.removesuffix(RESULT) not in known]
    left += _listed(files / "aside", "")
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


# A line


def line(outcome: Outcome) -> bytes:
    """An outcome as a line of JSON. Only ASCII, so that every text there is can be written."""
    told = {
        "document": document_json(outcome.document) if outcome.document else None,
        "coding": coding_json(outcome.coding) if outcome.coding else None,
        "failure": asdict(outcome.failure) if outcome.failure else None,
        "custody": asdict(outcome.custody),
    }
    return json.dumps(told, separators=(",", ":")).encode("ascii") + b"\n"


def outcome(line: bytes) -> Outcome:
    """The outcome of `line`."""
    told = json.loads(line)
    return Outcome(
        custody=Custody(**told["custody"]),
        document=document(told["document"]) if told["document"] else None,
        coding=coding(told["coding"]) if told["coding"] else None,
        failure=Failure(**told["failure"]) if told["failure"] else None,
    )


def document_json(document: Document) -> dict[str, Any]:
    """A document as JSON: its row, days as ISO dates."""
    return {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in codec.document_row(document).items()
    }


def document(told: Mapping[str, Any]) -> Document:
    """The document of `document_json`."""
    return codec.document(
        cast(Any, {key: date.fromisoformat(value) if key in DAYS and value else value for key, value in told.items()})
    )


def coding_json(coding: Coding) -> dict[str, Any]:
    """A coding as JSON: its events with their mentions inside."""
    return {
        "document_id": coding.document_id,
        "pipeline_id": coding.pipeline_id,
        "sentences": codec.spans_list(coding.sentences),
        "people": codec.people_list(coding.people),
        "let_through": coding.let_through,
        "events": [
            _without(codec.event_row(event, coding_id=0, position=0), "coding_id", "position")
            | {
                "mentions": [
                    _without(
                        codec.mention_row(mention, coding_id=0, event_position=0, position=0),
                        *("coding_id", "event_position", "position"),
                    )
                    for mention in event.mentions
                ]
            }
            for event in coding.events
        ],
    }


def coding(told: Mapping[str, Any]) -> Coding:
    """The coding of `coding_json`."""
    return Coding(
        document_id=told["document_id"],
        pipeline_id=told["pipeline_id"],
        sentences=codec.spans(told["sentences"]),
        people=codec.people(told["people"]),
        let_through=told["let_through"],
        events=tuple(
            codec.event(
                cast(Any, event),
                document_id=told["document_id"],
                mentions=[codec.mention(cast(Any, mention)) for mention in event["mentions"]],
            )
            for event in told["events"]
        ),
    )


def _without(row: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in keys}


# Files

_held_alone: set[Path] = set()
"""Folders that this process holds alone: a second lock of its own would wait for the first for ever."""


@contextmanager
def _locked(files: Path, how: int) -> Iterator[TextIO | None]:
    """Holds the lock of a folder: shared by all who write there, alone for who sweeps, so that nothing is swept that is
    being written. None where it cannot be had at once, and is not to be waited for, and where this process holds it
    alone already."""
    files.mkdir(parents=True, exist_ok=True)
    if files.resolve() in _held_alone:
        yield None
        return
    with (files / LOCK).open("a", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, how)
        except BlockingIOError:
            yield None
            return
        yield lock  # closing it lets go


def _listed(folder: Path, ending: str) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            yield from [folder / entry.name for entry in entries if entry.name.endswith(ending)]
    except FileNotFoundError:
        return


def _put(wanted: Mapping[Path, bytes], files: Path) -> None:
    """Writes files aside, brings all of them to the disk, then renames them: each is whole or not there.

    A file that is there with its size is left alone: its name is the hash of what is in it.
    """
    missing = {path: data for path, data in wanted.items() if not _is_there(path, len(data))}
    aside = files / "aside"
    aside.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        names = list(pool.map(lambda data: _write_aside(data, aside), missing.values()))
        for name, path in zip(names, missing, strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            Path(name).replace(path)
        for _ in pool.map(_sync_folder, {path.parent for path in missing}):
            pass  # asked for, so that an error is raised


def _write_aside(data: bytes, aside: Path) -> str:
    """Brings a new file to the disk; its name."""
    handle, name = tempfile.mkstemp(dir=aside)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    return name


def _is_there(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except FileNotFoundError:
        return False


def _sync_folder(folder: Path) -> None:
    """Brings the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
