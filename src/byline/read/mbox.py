"""MBOX: mails in one file, each read by the reader "eml"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from byline.config import Config
from byline.model import Failure
from byline.read.reading import Input, container, failed, too_large

LINE_BYTES = 65_536

_FROM = re.compile(
    rb"From (?:\S.*?)?\s*\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +(?:\w{3} +\d{1,2}|\d{1,2} +\w{3})\b.{0,60}\d\d:\d\d"
)
"""The line before each mail: sender and time, as C's ctime writes it. A sentence may begin with "From" too."""


def _looks(head: bytes) -> bool:
    return _FROM.match(head[:1000]) is not None


@container(".mbox", ".mbx", media_types=("application/mbox",), looks=_looks)
def read(source: Input, /, *, config: Config) -> Iterator[Input | Failure]:
    """The mails, each standing at FILE!message N, from 1; a Failure for each above the limit.

    A mail begins after a line "From …" with a time, at the beginning or after an empty line; without any, the file is
    one mail. Its bytes are given as they stand, without that line.
    """
    limit = config.max_document_bytes
    with source.open() as stream:
        for number, data in enumerate(_messages(stream, limit=limit), start=1):
            origin = f"{source.origin}!message {number}"
            if len(data) > limit:
                yield failed(too_large("is an over-long mail", limit=limit), origin=origin)
            elif source.allowance.broken and not data.endswith(b"\n"):
                return  # the last mail is not whole, and whoever unpacked it says so
            elif data.strip():
                yield Input(
                    origin=origin, name=f"{source.name}!message {number}", size=len(data), data=data, reader="eml"
                )


def _messages(stream: BinaryIO, *, limit: int) -> Iterator[bytes]:
    """The bytes of each mail, of one above the limit no more than a line above it."""
    message = bytearray()
    is_begun = False
    may_begin, is_line_begun = True, False
    while line := stream.readline(LINE_BYTES):
        if may_begin and not is_line_begun and _FROM.match(line):
            if is_begun:
                yield bytes(message)
            message.clear()
            is_begun = True
        else:
            is_begun = is_begun or bool(line.strip())
            if len(message) <= limit:
                message += line
        may_begin = not is_line_begun and line in {b"\n", b"\r\n"}
        is_line_begun = not line.endswith(b"\n")
    if is_begun:
        yield bytes(message)
