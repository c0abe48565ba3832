"""How much an input may grow to when it is opened: a bomb is stopped by what it becomes, not by what it says."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol

from byline.config import Config
from byline.errors import DocumentError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

FREE_BYTES = 100_000_000
"""An input may always grow to this, a second's work. News shrinks by zstd to a twentieth, a bomb to a thousandth."""

BUFFER_BYTES = 65_536


@dataclass(slots=True, kw_only=True)
class Allowance:
    """What the input a person named, with all it holds, may grow to; one for the whole tree below it.

    `taken` are the bytes of the input itself, `expanded` those that came out of compression, `members` the files that
    came out of archives. `broken` says why the stream being read ended before its time; `cut_off` takes it.
    """

    max_bytes: int = Config().max_expanded_bytes
    max_ratio: int = Config().max_expansion
    max_members: int = Config().max_members
    taken: int = 0
    expanded: int = 0
    members: int = 0
    spent: bool = False
    broken: str | None = None

    def expand(self, count: int) -> None:
        """Counts bytes that came out of compression. Raises DocumentError where they are more than is allowed."""
        self.expanded += count
        self.foresee(0)

    def foresee(self, count: int) -> None:
        """Raises DocumentError where `count` bytes more would be more than is allowed."""
        if self.expanded + count > self.max_bytes:
            self._stop(f"grows to more than {self.max_bytes:,} bytes when opened", key="max_expanded_bytes")
        if self.expanded + count > max(FREE_BYTES, self.max_ratio * self.taken):
            self._stop(f"grows to more than {self.max_ratio} times its size when opened", key="max_expansion")

    def member(self) -> None:
        """Counts a file that came out of an archive. Raises DocumentError where there are more than is allowed."""
        self.members += 1
        if self.members > self.max_members:
            self._stop(f"holds more than {self.max_members:,} files", key="max_members")

    def cut_off(self) -> str | None:
        """Why the stream that was read last ended before its time, told once; None where it was whole."""
        told, self.broken = self.broken, None
        return told

    def _stop(self, what: str, *, key: str) -> None:
        self.spent = True
        raise DocumentError(f"{what}, so nothing more of it is read; raise {key} in byline.toml if you trust it")


class Streamed(io.RawIOBase):
    """A stream that can be read once, from its first byte; what is read of it is filled as far as it goes."""

    def __init__(self, stream: BinaryIO, *, head: bytes = b"", counted: Allowance | None = None) -> None:
        super().__init__()
        self._stream = stream
        self._head = head
        self._counted = counted

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        room = memoryview(buffer).cast("B")
        if self._head:
            data, self._head = self._head[: len(room)], self._head[len(room) :]
        else:
            data = self._stream.read(len(room))
            if self._counted is not None:
                self._counted.taken += len(data)
        room[: len(data)] = data
        return len(data)


class Expanding(io.RawIOBase):
    """What comes out of a decompressor, counted against an allowance.

    Where the compressed bytes break off or are wrong, all that came before is given and the stream ends there; the
    allowance then says so in `broken`.
    """

    def __init__(
        self, inner: Decompressor, allowance: Allowance, *, wrong: tuple[type[Exception], ...], is_counted: bool = True
    ) -> None:
        super().__init__()
        self._is_counted = is_counted
        self._inner = inner
        self._allowance = allowance
        self._wrong: tuple[type[Exception], ...] = (EOFError, OSError, *wrong)
        self._given = 0
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        room = memoryview(buffer).cast("B")
        data = b"" if self._ended else self._read(len(room))
        if self._is_counted:
            self._allowance.expand(len(data))
        self._given += len(data)
        room[: len(data)] = data
        return len(data)

    def _read(self, count: int) -> bytes:
        try:
            return self._inner.read1(count)
        except self._wrong as error:
            self._ended = True
            said = "is cut off" if isinstance(error, EOFError) else f"is broken ({error})"
            self._allowance.broken = f"{said} after {self._given:,} bytes of what it holds; get it whole"
            return b""


class Decompressor(Protocol):
    """What gives decompressed bytes a piece at a time, and raises where there are no more though there should be."""

    def read1(self, size: int = -1, /) -> bytes:
        """At most `size` bytes, b"" at the end."""


def expanding(inner: Decompressor, allowance: Allowance, *, wrong: tuple[type[Exception], ...] = ()) -> BinaryIO:
    """The bytes that come out of `inner`, which raises EOFError, OSError or one of `wrong` where it breaks."""
    return io.BufferedReader(Expanding(inner, allowance, wrong=wrong), BUFFER_BYTES)


def after(head: bytes, stream: BinaryIO) -> BinaryIO:
    """`stream` with the bytes that have been read of it put before it again."""
    return io.BufferedReader(Streamed(stream, head=head), BUFFER_BYTES)


def checked(inner: Decompressor, allowance: Allowance) -> BinaryIO:
    """The bytes of `inner`, which takes them as they are and raises EOFError where there should be more."""
    return io.BufferedReader(Expanding(inner, allowance, wrong=(), is_counted=False), BUFFER_BYTES)


def counted(stream: BinaryIO, allowance: Allowance) -> BinaryIO:
    """`stream`, whose bytes are counted as those of the input itself."""
    return io.BufferedReader(Streamed(stream, counted=allowance), BUFFER_BYTES)
