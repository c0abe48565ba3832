"""What a user names, a file, a folder or "-", as the inputs that stand there, before any of them is opened."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from byline.config import LOCK, Config
from byline.errors import InputError
from byline.model import Failure
from byline.read import kinds
from byline.read.allowance import Allowance, counted
from byline.read.reading import Input, failed


def files(path: Path, *, config: Config) -> Iterator[Input | Failure]:
    """The inputs of a path: the file, or the readable files of the folder and those below it, in order of name.

    Hidden files, symbolic links, files no reader reads and what Byline keeps beside a database are left out of folders.
    Raises InputError for a path that is not there, is neither file nor folder, holds nothing readable, or has a suffix
    that no reader has.
    """
    if path.is_dir():
        yield from _folder(path, config=config)
    elif path.is_file():
        yield _file(path, config=config)
    elif path.exists() or path.is_symlink():
        raise InputError("is neither a file nor a folder; pipe it in and name '-' to read it")
    else:
        raise InputError("is not there; check the path")


def standard_input(stream: BinaryIO, *, config: Config) -> Input:
    """Standard input, in any format that is read: its first bytes tell which, and what they don't is a text."""
    allowance = _allowance(config)
    return Input(
        origin="-", name="-", stream=counted(stream, allowance), read_at=datetime.now(UTC), allowance=allowance
    )


def _file(path: Path, *, config: Config) -> Input:
    source = _input(path, config=config)
    if kinds.named(source) is None and (suffix := kinds.suffix(path.name)):
        raise InputError(f"has a suffix Byline has no reader for ({suffix}); it reads {kinds.suffixes()}")
    return source


def _folder(path: Path, *, config: Config) -> Iterator[Input | Failure]:
    left_out: Counter[str] = Counter()
    found = False
    for file in _walk(path):
        if isinstance(file, Failure):
            found = True
            yield file
            continue
        try:
            source = _input(file, config=config)
            is_read = kinds.named(source) or (not kinds.is_telling(source) and kinds.sniffed(source)[0])
        except OSError as error:  # gone since the folder was listed, or not to be looked at
            found = True
            yield failed(error, origin=str(file))
            continue
        if is_read:
            found = True
            yield source
        else:
            left_out[kinds.suffix(file.name) or "without suffix"] += 1
    if not found:
        raise InputError(nothing_read("is a folder without a file", left_out))


def nothing_read(what: str, left_out: Counter[str]) -> str:
    """The message of a folder or archive in which nothing is read: what is read, and what it holds."""
    held = ", ".join(f"{count} {suffix}" for suffix, count in left_out.most_common(5)) or "nothing"
    return f"{what} that Byline reads ({kinds.suffixes()}); it holds {held}"


def _walk(folder: Path) -> Iterator[Path | Failure]:
    try:
        with os.scandir(folder) as entries:
            shown = sorted((entry for entry in entries if not entry.name.startswith(".")), key=lambda entry: entry.name)
    except OSError as error:
        yield failed(error, origin=str(folder))
        return
    if any(entry.name == LOCK for entry in shown):
        return  # what was read before, kept beside a database: not what a person calls reports
    for entry in shown:
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(folder / entry.name)
        elif entry.is_file(follow_symlinks=False):
            yield folder / entry.name


def _input(path: Path, *, config: Config) -> Input:
    size = path.stat().st_size
    allowance = _allowance(config, taken=size)
    return Input(origin=str(path), name=path.name, size=size, path=path, read_at=datetime.now(UTC), allowance=allowance)


def _allowance(config: Config, *, taken: int = 0) -> Allowance:
    return Allowance(
        max_bytes=config.max_expanded_bytes,
        max_ratio=config.max_expansion,
        max_members=config.max_members,
        taken=taken,
    )
