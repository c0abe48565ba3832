"""What passes between the readers and those who call them: an input, a document with its bytes, and the hook."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from byline.config import Config
from byline.errors import DocumentError
from byline.model import Document, Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A document as read, and the very bytes it was read from (a file's, or a row's)."""

    document: Document
    raw: bytes


Reading = Read | Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One run of bytes to read.

    `origin` is where they stand, as a person named it; `name` is what a document's id takes for want of a url, so it
    holds no folder; `size` is in bytes, None where it is not known before reading (standard input).
    """

    origin: str
    name: str
    size: int | None
    open: Callable[[], BinaryIO]


class ReadFunction(Protocol):
    """What a reader does: an input in, its documents out. A DocumentError or OSError it raises becomes a Failure."""

    def __call__(self, source: Input, /, *, config: Config) -> Iterator[Reading]:
        """The documents and failures of `source`, in its order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A reader, as the entry point group "byline.readers" offers it: what it reads, by suffix, and how."""

    suffixes: tuple[str, ...]
    function: ReadFunction

    def __call__(self, source: Input, /, *, config: Config) -> Iterator[Reading]:
        """The documents and failures of `source`, in its order."""
        return self.function(source, config=config)


def reader(*suffixes: str) -> Callable[[ReadFunction], Reader]:
    """Makes a function the reader of files whose names end in `suffixes` (lower case, each with its dot)."""

    def make(function: ReadFunction) -> Reader:
        return Reader(suffixes=suffixes, function=function)

    return make


def take(source: Input, *, limit: int) -> bytes:
    """All bytes of an input, never holding more than `limit` + 1 of them.

    Raises DocumentError where there are more than `limit`, before reading where the size is known.
    """
    if source.size is not None and source.size > limit:
        raise DocumentError(too_large(f"is {source.size:,} bytes long", limit=limit))
    with source.open() as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise DocumentError(too_large(f"is over {limit:,} bytes long", limit=limit))
    return data


def too_large(what: str, *, limit: int) -> str:
    """The message of a document above the limit: how large, the limit, and the key that raises it."""
    return f"{what}, which is more than the limit of {limit:,}; raise max_document_bytes in byline.toml to read it"
