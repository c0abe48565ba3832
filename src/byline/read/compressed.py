"""Compressed files: gzip, bzip2 and zstd. What they hold is read as its own name says, and stands where they stand."""

from __future__ import annotations

import bz2
import gzip as gzip_file
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from byline.config import Config
from byline.model import Failure
from byline.read.allowance import Decompressor, expanding
from byline.read.reading import Input, begins, container, failed

ZSTD_WINDOW = 27
"""As log2 of bytes: 128 MB, which zstd itself takes to be the most that is held without being asked."""

TARS = {".tgz": ".tar", ".tbz": ".tar", ".tbz2": ".tar", ".tzst": ".tar"}
"""Suffixes that say both what is compressed and how."""


@container(
    ".gz",
    ".tgz",
    media_types=("application/gzip", "application/x-gzip"),
    looks=begins(b"\x1f\x8b"),
    otherwise="text",
)
def gzip(source: Input, /, *, config: Config) -> Iterator[Input | Failure]:
    """What a gzip file holds, all its members in a row."""
    yield from _held(source, lambda stream: gzip_file.GzipFile(fileobj=stream), wrong=zlib.error)


@container(
    ".bz2",
    ".tbz",
    ".tbz2",
    media_types=("application/x-bzip2", "application/bzip2"),
    looks=begins(b"BZh"),
    otherwise="text",
)
def bzip2(source: Input, /, *, config: Config) -> Iterator[Input | Failure]:
    """What a bzip2 file holds, all its streams in a row."""
    yield from _held(source, bz2.BZ2File, wrong=ValueError)


@container(".zst", ".tzst", media_types=("application/zstd",), looks=begins(b"\x28\xb5\x2f\xfd"), otherwise="text")
def zstd(source: Input, /, *, config: Config) -> Iterator[Input | Failure]:
    """What a zstd file holds, all its frames in a row."""
    from backports import zstd as zstd_file

    options: dict[int, int] = {zstd_file.DecompressionParameter.window_log_max: ZSTD_WINDOW}
    yield from _held(source, lambda stream: zstd_file.ZstdFile(stream, options=options), wrong=zstd_file.ZstdError)


def _held(
    source: Input, opened: Callable[[BinaryIO], Decompressor], *, wrong: type[Exception]
) -> Iterator[Input | Failure]:
    with source.open() as stream:
        inner = expanding(opened(stream), source.allowance, wrong=(wrong,))
        yield Input(origin=source.origin, name=_name(source.name), stream=inner)
        if broken := source.allowance.cut_off():
            yield failed(broken, origin=source.origin)


def _name(name: str) -> str:
    """The name without the suffix of compression: "rows.jsonl" for rows.jsonl.gz, "a.tar" for a.tgz."""
    stem, dot, last = name.rpartition(".")
    return stem + TARS.get(dot + last.lower(), "") if stem else name
