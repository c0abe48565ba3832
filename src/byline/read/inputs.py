"""What a user names, a file, a folder or "-", as a row of inputs, each with the reader that reads it."""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from byline import plugins
from byline.errors import InputError
from byline.read.reading import Input, Reader

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

SNIFF_BYTES = 4_096
"""How much of an input without a suffix is looked at to tell JSON Lines from text."""

Job = tuple[Reader, Input]


@cache
def readers() -> dict[str, Reader]:
    """Readers by suffix, from the entry point group "byline.readers"."""
    known: dict[str, Reader] = {}
    for name in plugins.names("byline.readers"):
        reader: Reader = plugins.load("byline.readers", name)
        known.update(dict.fromkeys(reader.suffixes, reader))
    return known


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A file or folder inside a folder that could not be looked at, and why; the walk goes on."""

    origin: str
    error: OSError


def files(path: Path) -> Iterator[Job | Refused]:
    """The inputs of a path: the file, or the readable files of the folder and those below it, in order of name.

    Hidden files, symbolic links and files no reader reads are left out of folders. Raises InputError for a path that is
    not there, is neither file nor folder, holds nothing readable, or has a suffix that no reader has.
    """
    if path.is_dir():
        yield from _folder(path)
    elif path.is_file():
        yield _file(path)
    elif path.exists() or path.is_symlink():
        raise InputError("is neither a file nor a folder; pipe it in and name '-' to read it")
    else:
        raise InputError("is not there; check the path")


def standard_input(stream: BinaryIO) -> Job:
    """Standard input: JSON Lines where the first character is "{", else a text."""
    head = stream.read(SNIFF_BYTES)
    rest = io.BufferedReader(_After(head, stream))
    return _sniffed(head), Input(origin="-", name="-", size=None, open=lambda: rest)


def _file(path: Path) -> Job:
    suffix = path.suffix.lower()
    if not suffix:
        with path.open("rb") as stream:
            return _sniffed(stream.read(SNIFF_BYTES)), _input(path)
    if suffix not in readers():
        raise InputError(f"has a suffix Byline has no reader for ({suffix}); it reads {_suffixes()}")
    return readers()[suffix], _input(path)


def _sniffed(head: bytes) -> Reader:
    is_json = head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
    return readers()[".jsonl" if is_json else ".txt"]


def _folder(path: Path) -> Iterator[Job | Refused]:
    left_out: Counter[str] = Counter()
    found = False
    for file in _walk(path):
        if isinstance(file, Refused):
            found = True
            yield file
        elif (reader := readers().get(file.suffix.lower())) is not None:
            found = True
            yield _job(reader, file)
        else:
            left_out[file.suffix.lower() or "without suffix"] += 1
    if not found:
        held = ", ".join(f"{count} {suffix}" for suffix, count in left_out.most_common(5)) or "nothing"
        raise InputError(f"is a folder without a file that Byline reads ({_suffixes()}); it holds {held}")


def _job(reader: Reader, file: Path) -> Job | Refused:
    try:
        return reader, _input(file)
    except OSError as error:  # gone since the folder was listed
        return Refused(origin=str(file), error=error)


def _walk(folder: Path) -> Iterator[Path | Refused]:
    try:
        with os.scandir(folder) as entries:
            shown = sorted((entry for entry in entries if not entry.name.startswith(".")), key=lambda entry: entry.name)
    except OSError as error:
        yield Refused(origin=str(folder), error=error)
        return
    for entry in shown:
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(folder / entry.name)
        elif entry.is_file(follow_symlinks=False):
            yield folder / entry.name


def _input(path: Path) -> Input:
    return Input(origin=str(path), name=path.name, size=path.stat().st_size, open=lambda: path.open("rb"))


def _suffixes() -> str:
    return ", ".join(sorted(readers()))


class _After(io.RawIOBase):
    """A stream whose first bytes have been read already, put before it again."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        super().__init__()
        self._head = head
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        room = memoryview(buffer).cast("B")
        if self._head:
            data, self._head = self._head[: len(room)], self._head[len(room) :]
        else:
            data = self._stream.read(len(room))
        room[: len(data)] = data
        return len(data)
