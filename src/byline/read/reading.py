"""What passes between the readers and those who call them: an input, a document with its bytes, and the two hooks."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from byline.config import Config
from byline.errors import DocumentError
from byline.model import Document, Failure
from byline.read.allowance import Allowance


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A document as read, and the very bytes it was read from (a file's, a member's, or a row's)."""

    document: Document
    raw: bytes


Reading = Read | Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One run of bytes to read: plain data, but for `stream`, which never leaves the process that lists.

    `origin` is where the bytes stand, as a person named it, with "!" before a member and ":" before a row; `name` is
    what a document's id takes for want of a url, so it holds no folder; `size` is in bytes, None where it is not known
    before reading. The bytes are those of the file `path`, or `data`, or of `stream`, which is read once.
    `reader` names the reader or container that is meant. `url`, `media_type` (lower case, without parameters) and
    `charset` are what the container says of it. `within` are the containers it came out of, outermost first; `notes`
    what they tell of how they were opened, for a document's `made_by`; `read_at` is when it was listed, in UTC.
    """

    origin: str
    name: str
    size: int | None = None
    path: Path | None = None
    data: bytes | None = None
    stream: BinaryIO | None = None
    reader: str | None = None
    url: str | None = None
    media_type: str | None = None
    charset: str | None = None
    read_at: datetime | None = None
    within: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    allowance: Allowance = field(default_factory=Allowance, compare=False, repr=False)

    def open(self) -> BinaryIO:
        """The bytes from their beginning; a stream from where it stands."""
        if self.data is not None:
            return io.BytesIO(self.data)
        if self.stream is not None:
            return self.stream
        if self.path is None:
            raise DocumentError("has no bytes to read")
        return self.path.open("rb")


Looks = Callable[[bytes], bool]
"""Whether the first bytes of an input are those of a format."""


class ReadFunction(Protocol):
    """What a reader does: an input in, its documents out. A DocumentError or OSError it raises becomes a Failure."""

    def __call__(self, source: Input, /, *, config: Config) -> Iterator[Reading]:
        """The documents and failures of `source`, in its order."""


class OpenFunction(Protocol):
    """What a container does: an input in, what it holds out. A DocumentError or OSError it raises becomes a Failure."""

    def __call__(self, source: Input, /, *, config: Config) -> Iterator[Input | Failure]:
        """What `source` holds, in its order; an input that holds a stream is read before the next is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A reader of documents, as the entry point group "byline.readers" offers it: what it reads, and how.

    What it reads is told by suffix (lower case, with its dot), by media type, or by the first bytes.
    """

    suffixes: tuple[str, ...]
    function: ReadFunction
    media_types: tuple[str, ...] = ()
    looks: Looks | None = None

    def __call__(self, source: Input, /, *, config: Config) -> Iterator[Reading]:
        """The documents and failures of `source`, in its order."""
        return self.function(source, config=config)


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """Something that holds further inputs, as the entry point group "byline.readers" offers it.

    `archive`: it holds files, as a folder does, so hidden ones and those nobody reads are left out, and archives in
    archives are counted. `otherwise` names the reader of what it holds where nothing tells which (None: left out).
    """

    suffixes: tuple[str, ...]
    function: OpenFunction
    media_types: tuple[str, ...] = ()
    looks: Looks | None = None
    archive: bool = False
    otherwise: str | None = None

    def __call__(self, source: Input, /, *, config: Config) -> Iterator[Input | Failure]:
        """What `source` holds, in its order."""
        return self.function(source, config=config)


def reader(
    *suffixes: str, media_types: tuple[str, ...] = (), looks: Looks | None = None
) -> Callable[[ReadFunction], Reader]:
    """Makes a function the reader of what has one of `suffixes` or `media_types`, or `looks` like its format."""

    def make(function: ReadFunction) -> Reader:
        return Reader(suffixes=suffixes, function=function, media_types=media_types, looks=looks)

    return make


def container(
    *suffixes: str,
    media_types: tuple[str, ...] = (),
    looks: Looks | None = None,
    archive: bool = False,
    otherwise: str | None = None,
) -> Callable[[OpenFunction], Container]:
    """Makes a function the container that opens what has one of `suffixes` or `media_types`, or `looks` like it."""

    def make(function: OpenFunction) -> Container:
        return Container(
            suffixes=suffixes,
            function=function,
            media_types=media_types,
            looks=looks,
            archive=archive,
            otherwise=otherwise,
        )

    return make


def begins(*first: bytes) -> Looks:
    """Whether an input's first bytes are one of `first`."""
    return lambda head: head.startswith(first)


def take(source: Input, *, limit: int) -> bytes:
    """All bytes of an input, never holding more than `limit` + 1 of them.

    Raises DocumentError where there are more than `limit`, before reading where the size is known, and where they are
    cut off.
    """
    if source.size is not None and source.size > limit:
        raise DocumentError(too_large(f"is {source.size:,} bytes long", limit=limit))
    with source.open() as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise DocumentError(too_large(f"is over {limit:,} bytes long", limit=limit))
    if broken := source.allowance.cut_off():
        raise DocumentError(broken)
    return data


def too_large(what: str, *, limit: int) -> str:
    """The message of a document above the limit: how large, the limit, and the key that raises it."""
    return f"{what}, which is more than the limit of {limit:,}; raise max_document_bytes in byline.toml to read it"


def failed(error: str | Exception, *, origin: str) -> Failure:
    """What went wrong with an input as a row; `error` reads on from the origin ("report.txt: is empty; …")."""
    step = error.step if isinstance(error, DocumentError) else "read"
    if isinstance(error, OSError):
        error = f"cannot be read ({error.strerror or error})"
    return Failure(document_id=None, pipeline_id=None, origin=origin, step=step, error=str(error))


def broke(error: Exception) -> str:
    """The message of an input over which a reader broke: nothing is known of it but what the library said."""
    return f"cannot be read: its reader broke over it ({type(error).__name__}: {error})"
