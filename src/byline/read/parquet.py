"""Parquet: a table whose rows are each read by the reader "row". Only the columns that are wanted are read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, cast

from byline.config import Config
from byline.errors import DocumentError
from byline.model import Failure
from byline.read.reading import Input, begins, container, failed
from byline.read.seeking import seekable

VERSION = 1
"""Raised by hand when the rows this container makes change."""

MESSAGE_BYTES = 10_000
"""What a line may have beyond a row."""

ENVIRONMENT = {"ARROW_DEFAULT_MEMORY_POOL": "system", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Memory is asked for as it is needed, so that its bound holds."""


@container(".parquet", ".pq", media_types=("application/vnd.apache.parquet",), looks=begins(b"PAR1"))
def read(source: Input, /, *, config: Config) -> Iterator[Input | Failure]:
    """The rows of a table, each standing at its number, from 1. Raises DocumentError for one without the text's column,
    and where it breaks; what came before is read."""
    with seekable(source, config=config, as_file=True) as stream, _lines(stream, config=config) as lines:
        number = 0
        while line := lines.readline(config.max_document_bytes + MESSAGE_BYTES).rstrip(b"\n"):
            kind, said = line[:1], line[1:]
            if kind == b"#":
                source.allowance.foresee(int(said))
            elif kind == b".":
                return
            elif kind == b"?":
                raise DocumentError(said.decode())
            else:
                number += 1
                yield _row(kind, said, number=number, source=source)
        raise DocumentError(
            f"is Parquet that is broken, or takes too much memory or time, after row {number:,}; write it anew"
        )


@contextmanager
def _lines(stream: BinaryIO, *, config: Config) -> Iterator[IO[bytes]]:
    """What the process that reads the file writes; it ends when no more is wanted of it."""
    asked = json.dumps({"columns": dict(config.columns), "limit": config.max_document_bytes})
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "byline.read.parquet_rows", asked],
        stdin=stream,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | ENVIRONMENT,
    )
    try:
        yield cast(IO[bytes], process.stdout)
    finally:
        process.kill()
        cast(IO[bytes], process.stdout).close()
        process.wait()


def _row(kind: bytes, said: bytes, *, number: int, source: Input) -> Input | Failure:
    origin = f"{source.origin}:{number}"
    if kind != b"=":
        return failed(said.decode(), origin=origin)
    source.allowance.expand(len(said))  # a text that many rows share is written once
    return Input(
        origin=origin,
        name=f"{source.name}:{number}",
        size=len(said),
        data=said,
        reader="row",
        notes=(f"parquet {VERSION}",),
    )
