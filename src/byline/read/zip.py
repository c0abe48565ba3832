"""ZIP archives. Members are read in the order they stand in, never written to disk."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

from byline.config import Config
from byline.errors import DocumentError
from byline.model import Failure
from byline.read.allowance import Decompressor, expanding
from byline.read.members import is_hidden, member, misplaced
from byline.read.reading import Input, begins, container, failed
from byline.read.seeking import seekable

MAX_DIRECTORY_BYTES = 24_000_000
"""The list of members is held whole: so much of it takes some 300 MB, and names 200,000 files."""

METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2})
"""Ways of packing that are unpacked. LZMA is not: its header says how much memory is to be laid out."""

ENCRYPTED = 0x1

_WRONG = (zipfile.BadZipFile, zlib.error, struct.error, ValueError, NotImplementedError, RuntimeError)


@container(
    ".zip",
    media_types=("application/zip", "application/x-zip-compressed"),
    looks=begins(b"PK\x03\x04", b"PK\x05\x06"),
    archive=True,
)
def read(source: Input, /, *, config: Config) -> Iterator[Input | Failure]:
    """The files in a ZIP archive; a Failure for each that is encrypted, packed in a rare way, misplaced or broken."""
    with seekable(source, config=config) as stream:
        _check_directory(stream)
        try:
            archive = zipfile.ZipFile(stream)
        except _WRONG as error:
            raise DocumentError(f"is a ZIP archive that is cut off or broken ({error}); get it whole") from error
        with archive:
            for one in archive.infolist():
                yield from _member(archive, one, source=source)


def _member(archive: zipfile.ZipFile, one: zipfile.ZipInfo, *, source: Input) -> Iterator[Input | Failure]:
    if one.filename.endswith("/") or (is_hidden(one.filename) and not misplaced(one.orig_filename)):
        return
    origin = f"{source.origin}!{one.filename}"
    if wrong := _refused(one):
        yield failed(wrong, origin=origin)
        return
    try:
        inner = archive.open(one)
    except (OSError, EOFError, *_WRONG) as error:
        yield failed(f"is broken in its archive ({error})", origin=origin)
        return
    with inner:
        stream = expanding(cast(Decompressor, inner), source.allowance, wrong=_WRONG)
        yield member(source, one.filename, stream=stream, size=one.file_size)
        if broken := source.allowance.cut_off():
            yield failed(broken, origin=origin)


def _refused(one: zipfile.ZipInfo) -> str | None:
    """Why a member is not read; None for one that is."""
    kind = stat.S_IFMT(one.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return "is a link or device in its archive, and what it points to is never followed"
    if one.flag_bits & ENCRYPTED:
        return "is encrypted in its archive; unpack it with its password first"
    if one.compress_type not in METHODS:
        return f"is packed in a way Byline does not unpack (method {one.compress_type}); unpack it first"
    return misplaced(one.orig_filename)


def _check_directory(stream: BinaryIO) -> None:
    """Raises DocumentError where the list of members would take too much memory.

    The library reads what lies between the list's stated beginning and its end, so its stated size is what counts.
    """
    stream.seek(0, 2)
    size = stream.tell()
    start = max(0, size - 65_557 - 20)  # the end record, the longest comment, and ZIP64's locator before it
    stream.seek(start)
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise DocumentError("is a ZIP archive that is cut off, as its list of members is missing; get it whole")
    stated = int.from_bytes(tail[at + 12 : at + 16], "little")
    if stated == 0xFFFFFFFF and at >= 20 and tail[at - 20 : at - 16] == b"PK\x06\x07":
        stream.seek(min(size, int.from_bytes(tail[at - 12 : at - 4], "little")))
        end = stream.read(56)
        stated = int.from_bytes(end[40:48], "little")
    if stated > min(size, MAX_DIRECTORY_BYTES):
        raise DocumentError(
            f"is a ZIP archive whose list of members is {stated:,} bytes long; unpack it, or pack it as tar"
        )
    stream.seek(0)
