"""tar archives, read from front to back. Members are never written to disk."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from typing import IO, BinaryIO, cast

from byline.config import Config
from byline.errors import DocumentError
from byline.model import Failure
from byline.read.allowance import checked
from byline.read.members import is_hidden, member, misplaced
from byline.read.reading import Input, container, failed

MAX_HEADER_BYTES = 16_384
"""A long name, or a table of further headings, is held whole and searched in time that grows with its square. Names
are under 4 kB."""

SKIP_BYTES = 65_536

_DIGITS = re.compile(rb"\d{1000}")  # the library searches such a run in time that grows with its square
_WRONG = (tarfile.TarError, ValueError, IndexError, KeyError, OverflowError, RecursionError)


def _looks(head: bytes) -> bool:
    return head[257:262] == b"ustar"


@container(".tar", media_types=("application/x-tar",), looks=_looks, archive=True)
def read(source: Input, /, *, config: Config) -> Iterator[Input | Failure]:
    """The files in a tar archive; a Failure for each that is a link or device, misplaced, or cut off."""
    with source.open() as stream:
        forward = Forward(stream)
        for one in _members(forward):
            origin = f"{source.origin}!{_shown(one.name)}"
            if one.isdir() or (is_hidden(one.name) and not misplaced(one.name)):
                continue
            if wrong := _refused(one):
                yield failed(wrong, origin=origin)
                continue
            body = checked(Body(forward, one.size), source.allowance)
            yield member(source, _shown(one.name), stream=body, size=one.size)
            if forward.is_cut_off:
                if broken := source.allowance.cut_off():
                    yield failed(broken, origin=origin)
                return


def _members(forward: Forward) -> Iterator[tarfile.TarInfo]:
    archive: tarfile.TarFile | None = None
    while True:
        try:
            if archive is None:
                archive = tarfile.open(fileobj=cast(IO[bytes], forward), mode="r:")  # noqa: SIM115 - forward is closed elsewhere
            one = archive.next()
        except _WRONG as error:
            raise DocumentError(f"is a tar archive that is cut off or broken ({error}); get it whole") from error
        if one is None:
            break
        archive.members = []  # type: ignore[attr-defined]  # they are kept for going back, which is never done here
        yield one
    if not forward.ends_as_it_should:
        raise DocumentError("is a tar archive that is cut off or broken after its last whole file; get it whole")


def _refused(one: tarfile.TarInfo) -> str | None:
    """Why a member is not read; None for one that is."""
    if wrong := misplaced(one.name):
        return wrong
    if not one.isreg():
        return "is a link or device in its archive, and what it points to is never followed"
    if one.issparse():
        return "is a file with holes (sparse) in its archive; unpack it first"
    if one.size < 0:
        return "has a size below nothing in its archive"
    return None


def _shown(name: str) -> str:
    """A name as text: bytes that are not UTF-8 are taken for Windows-1252, the usual cause."""
    data = name.encode("utf-8", "surrogateescape")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


class Forward:
    """A stream that the tar library may read headers from, and skip in, but not go back in or read much of at once."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._at = 0
        self._last = b""
        self.is_cut_off = False

    @property
    def ends_as_it_should(self) -> bool:
        """Whether the last block read is the empty one that ends an archive."""
        return len(self._last) == tarfile.BLOCKSIZE and not self._last.strip(b"\x00")

    def tell(self) -> int:
        """How many bytes have been read."""
        return self._at

    def seek(self, position: int) -> int:
        """Skips to a later place; short of it where the stream ends."""
        if position < self._at:
            raise tarfile.ReadError("it points back")
        while self._at < position and self.body(min(SKIP_BYTES, position - self._at)):
            pass
        return self._at

    def read(self, count: int) -> bytes:
        """The bytes of a header."""
        if count > MAX_HEADER_BYTES:
            raise tarfile.ReadError(f"it has a header of {count:,} bytes")
        self._last = self.body(count)
        if _DIGITS.search(self._last):
            raise tarfile.ReadError("it has a header that is no header")
        return self._last

    def body(self, count: int) -> bytes:
        """At most `count` bytes of what stands there."""
        data = self._stream.read(count)
        self._at += len(data)
        return data


class Body:
    """The bytes of one member, which must all be there."""

    def __init__(self, forward: Forward, size: int) -> None:
        self._forward = forward
        self._left = size

    def read1(self, size: int = -1, /) -> bytes:
        """At most `size` bytes. Raises EOFError where the archive ends before the member does."""
        wanted = self._left if size < 0 else min(size, self._left)
        data = self._forward.body(min(wanted, SKIP_BYTES))
        if wanted and not data:
            self._forward.is_cut_off = True
            raise EOFError
        self._left -= len(data)
        return data
