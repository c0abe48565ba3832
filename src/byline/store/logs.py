"""Files that grow by lines of JSON: tombstones, decisions, incidents. Each line is on disk before it counts."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from byline.errors import StoreError

CHUNK = 1 << 16
"""Bytes looked at in one step where the end of the last whole line is looked for."""


def append(path: Path, lines: Iterable[Mapping[str, Any]], *, lost: str) -> None:
    """Adds lines, on disk before this returns; two that add at once follow one another.

    Raises StoreError, and adds nothing, where they cannot be written; it says what is `lost` then.
    """
    content = "".join(line(one) for one in lines).encode("ascii")
    if not content:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            end = _end(file)
            file.truncate(end)
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                file.truncate(end)
                raise
    except OSError as error:
        raise StoreError(f"{path}: cannot be written ({error.strerror}); {lost}") from error


def replace(path: Path, lines: Iterable[Mapping[str, Any]], *, lost: str) -> None:
    """Writes a file anew, aside and renamed. For whoever holds the folder alone. Raises StoreError as `append` does."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                for one in lines:
                    file.write(line(one).encode("ascii"))
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written ({error.strerror}); {lost}") from error


def line(told: Mapping[str, Any]) -> str:
    """A line: the same for the same content. Only ASCII, so that every text there is can be written."""
    return json.dumps(told, ensure_ascii=True, sort_keys=True) + "\n"


def read(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The lines of a file, each with where it stands. Raises StoreError where one cannot be read.

    What stands after the last end of a line was never acknowledged and is left out.
    """
    try:
        with path.open("rb") as file:
            for number, one in enumerate(file, 1):
                if one.endswith(b"\n"):
                    yield f"{path}:{number}", _told(one, where=f"{path}:{number}", name=path.name)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreError(f"{path}: cannot be read ({error.strerror}); bring it back from a backup") from error


def last(path: Path) -> dict[str, Any] | None:
    """The last whole line of a file; None where it has none. Raises StoreError as `read` does."""
    try:
        with path.open("rb") as file:
            end = _end(file)
            start = _end(file, before=end - 1) if end else 0
            file.seek(start)
            one = file.read(end - start)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"{path}: cannot be read ({error.strerror}); bring it back from a backup") from error
    return _told(one, where=str(path), name=path.name) if one else None


def damaged(where: str, name: str) -> StoreError:
    """The error of a line that is not what lines of this file are."""
    noun = name.removesuffix(".jsonl").removesuffix("s")
    return StoreError(f"{where}: is no {noun}; bring {name} back from a backup")


def _told(one: bytes, *, where: str, name: str) -> dict[str, Any]:
    try:
        told = json.loads(one)
    except ValueError as error:
        raise damaged(where, name) from error
    if not isinstance(told, dict):
        raise damaged(where, name)
    return told


def _end(file: IO[bytes], *, before: int | None = None) -> int:
    """Where the last whole line before some byte, the end of the file by default, ends."""
    upto = file.seek(0, os.SEEK_END) if before is None else before
    while upto > 0:
        start = max(0, upto - CHUNK)
        file.seek(start)
        found = file.read(upto - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        upto = start
    return 0
