"""Files in archives: how they are named, and which of them are not where a file may be."""

from __future__ import annotations

import re
from typing import BinaryIO

from byline.read.reading import Input

_DRIVE = re.compile(r"[A-Za-z]:")


def member(source: Input, name: str, *, stream: BinaryIO, size: int) -> Input:
    """A file in an archive, as an input: it stands at ARCHIVE!NAME."""
    return Input(origin=f"{source.origin}!{name}", name=name.rsplit("/", 1)[-1], size=size, stream=stream)


def is_hidden(name: str) -> bool:
    """Whether a file, or a folder it lies in, is hidden, or of what a Mac puts beside files ("__MACOSX")."""
    parts = name.split("/")
    return parts[0] == "__MACOSX" or any(part.startswith(".") and part not in {".", ".."} for part in parts)


def misplaced(name: str) -> str | None:
    """Why a member's name is none that a file in an archive may have; None for one that may be.

    Nothing is ever written, so such a name does no harm here; but an archive that holds one was made to do some.
    """
    if not name:
        return "has no name in its archive"
    if "\x00" in name:
        return "has a NUL in its name"
    if name.startswith(("/", "\\")) or _DRIVE.match(name):
        return "names an absolute path in its archive, so it is not trusted and not read"
    if ".." in re.split(r"[/\\]", name):
        return "climbs out of its archive (..), so it is not trusted and not read"
    return None
