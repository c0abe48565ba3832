"""Formats that are read from their end (ZIP, Parquet) need bytes one can go back in."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from byline.config import Config
from byline.errors import DocumentError
from byline.read.reading import Input

MEMORY_BYTES = 32_000_000
"""A stream up to this is held in memory, a longer one in a nameless file that is gone when it is closed."""

CHUNK_BYTES = 1_048_576


@contextmanager
def seekable(source: Input, *, config: Config, as_file: bool = False) -> Iterator[BinaryIO]:
    """The bytes of `source`, from the first, in a stream that can be read in any order; `as_file`: a file of the
    system's, which another process can read."""
    if source.path is not None or (source.data is not None and not as_file):
        with source.open() as stream:
            yield stream
        return
    with tempfile.SpooledTemporaryFile(max_size=MEMORY_BYTES) as spooled, source.open() as stream:
        held = 0
        while chunk := stream.read(CHUNK_BYTES):
            held += len(chunk)
            if held > config.max_expanded_bytes:
                most = config.max_expanded_bytes
                raise DocumentError(f"is over {most:,} bytes long; raise max_expanded_bytes in byline.toml to read it")
            spooled.write(chunk)
        if as_file:
            spooled.rollover()
        spooled.seek(0)
        yield cast(BinaryIO, spooled)
