"""JSON Lines: a row a line, each read by the reader "row"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from byline.config import Config
from byline.errors import DocumentError
from byline.model import Failure
from byline.read.decode import MARKS
from byline.read.reading import Input, container, failed, too_large

SKIP_BYTES = 65_536
"""How much of an over-long line is held at a time while it is passed over."""


def _looks(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{") and not head.startswith(b"{\\rtf")


@container(
    ".jsonl", ".ndjson", media_types=("application/jsonl", "application/x-ndjson", "application/ndjson"), looks=_looks
)
def read(source: Input, /, *, config: Config) -> Iterator[Input | Failure]:
    """The rows in order, each standing at its line, from 1; a Failure for one above the limit.

    Blank lines are passed over. Raises DocumentError for a file that is not UTF-8 by its mark.
    """
    limit, number = config.max_document_bytes, 0
    with source.open() as stream:
        while line := stream.readline(limit + 1):
            number += 1
            origin = f"{source.origin}:{number}"
            too_long = len(line) > limit and not line.endswith(b"\n")
            if too_long:
                _skip_line(stream)
            if number == 1:
                line = _without_mark(line)
            if source.allowance.broken and not line.endswith(b"\n"):
                return  # the last row is not whole, and whoever unpacked it says so
            if too_long and line.strip():
                yield failed(too_large("is an over-long line", limit=limit), origin=origin)
            elif line.strip():
                data = line.rstrip(b"\r\n")
                yield Input(origin=origin, name=f"{source.name}:{number}", size=len(data), data=data, reader="row")


def _skip_line(stream: BinaryIO) -> None:
    while (piece := stream.readline(SKIP_BYTES)) and not piece.endswith(b"\n"):
        pass


def _without_mark(line: bytes) -> bytes:
    for mark, encoding in MARKS:
        if line.startswith(mark):
            if encoding != "utf-8":
                raise DocumentError(f"is {encoding}; JSON Lines must be UTF-8, so save it again as that")
            return line[len(mark) :]
    return line
