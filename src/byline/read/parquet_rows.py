"""The rows of a Parquet file, read in a process of their own: run by `byline.read.parquet`, never by hand.

The library ends the process over some broken files, and lays out a page as large as the file says it is; here it takes
only this process with it. The file is standard input. A line is written for its largest piece ("#", bytes), then one
for each row ("=", JSON, or "!", what is wrong with it), then one for the end (".", or "?", why the file is broken).
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from byline.config import COLUMNS
from byline.errors import DocumentError
from byline.read.reading import too_large
from byline.read.row import bytes_of

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

BATCH_ROWS = 16
"""Rows that are laid out at a time: at the limit for one, 32 MB. Larger batches are no faster by more than a tenth."""

PAGE_BYTES = 65_536

MEMORY_BYTES = 1_000_000_000
"""What the process may hold. A page is 1 MB as a rule, and a row group is read page by page."""

BATCH_SECONDS = 30
"""How long a batch may take; one of the longest texts takes under one."""

_WRONG = (OSError, ValueError, TypeError, KeyError, OverflowError, NotImplementedError, MemoryError)
"""What the library raises; its own errors are kinds of these."""


def main() -> None:
    """Writes the rows of standard input to standard output; the argument holds the column map and a row's limit."""
    alarm = _bounded()
    asked: dict[str, Any] = json.loads(sys.argv[1])
    for line in lines(columns=asked["columns"], limit=asked["limit"], alarm=alarm):
        sys.stdout.buffer.write(line + b"\n")


def lines(*, columns: Mapping[str, str], limit: int, alarm: Callable[[int], object]) -> Iterator[bytes]:
    """The lines to be written. `alarm` is set while the library works, and off (0) while the lines are taken."""
    import pyarrow.parquet as pq

    try:
        alarm(BATCH_SECONDS)
        table = pq.ParquetFile(sys.stdin.buffer, buffer_size=PAGE_BYTES, pre_buffer=False, memory_map=False)
        names = _columns(table.schema_arrow.names, columns=columns)
        yield b"#%d" % _largest(table.metadata, names)
        for batch in table.iter_batches(batch_size=BATCH_ROWS, columns=names, use_threads=False):
            told = [_line(batch.slice(index, 1), limit=limit) for index in range(batch.num_rows)]
            alarm(0)
            yield from told
            alarm(BATCH_SECONDS)
    except DocumentError as error:
        yield b"?" + _one_line(error)
    except MemoryError:
        yield b"?takes over %d MB of memory to lay out a page; write it anew in smaller pages" % (MEMORY_BYTES // 10**6)
    except _WRONG as error:
        yield b"?is Parquet that is cut off or broken (" + _one_line(error) + b"); get it whole"
    else:
        yield b"."


def _bounded() -> Callable[[int], object]:
    """Bounds what the process may hold; gives what ends it after so many seconds, unless called again."""
    with suppress(ImportError):  # not on every system
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        from signal import alarm
    except ImportError:
        return lambda seconds: None
    return alarm


def _columns(held: list[str], *, columns: Mapping[str, str]) -> list[str]:
    """The columns of the table that stand for ours."""
    text = columns.get("text", "text")
    if text not in held:
        shown = ", ".join(name[:30] for name in held[:8]) + (", …" if len(held) > 8 else "")
        raise DocumentError(
            f'has no column "{text}" ({shown}); say which one holds the text in byline.toml, as text = "…" under '
            "[columns]"
        )
    wanted = {columns.get(column, column) for column in COLUMNS}
    return [name for name in held if name in wanted]


def _largest(metadata: pq.FileMetaData, names: list[str]) -> int:
    """The bytes of the largest piece of a column that is wanted: in the worst case it is one page, laid out whole."""
    groups = (metadata.row_group(index) for index in range(metadata.num_row_groups))
    pieces = (group.column(index) for group in groups for index in range(group.num_columns))
    wanted = (piece for piece in pieces if piece.path_in_schema.split(".")[0] in names)
    return max((piece.total_uncompressed_size for piece in wanted), default=0)


def _line(row: pa.RecordBatch, *, limit: int) -> bytes:
    try:
        if row.nbytes > 2 * limit:  # never laid out as Python's own objects
            raise DocumentError(too_large(f"is a row of {row.nbytes:,} bytes", limit=limit))
        (values,) = row.to_pylist()
        data = bytes_of({name: _plain(value, name=name) for name, value in values.items()})
        if len(data) > limit:
            raise DocumentError(too_large(f"is a row of {len(data):,} bytes", limit=limit))
    except DocumentError as error:
        return b"!" + _one_line(error)
    except (*_WRONG, RecursionError) as error:
        return b"!has a value that cannot be read (" + _one_line(error) + b")"
    return b"=" + data


def _plain(value: Any, *, name: str) -> Any:
    """A value as JSON has it: days and times in ISO form, bytes as the UTF-8 they must be, no number as null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError as error:
            raise DocumentError(f'has bytes in "{name}" that are not UTF-8, at {error.start:,}') from error
    if isinstance(value, list | tuple):
        return [_plain(one, name=name) for one in value]
    if isinstance(value, dict):
        return {str(key): _plain(one, name=name) for key, one in value.items()}
    return str(value)


def _one_line(error: Exception) -> bytes:
    return " ".join(str(error)[:300].split()).encode("utf-8", "replace")


if __name__ == "__main__":
    main()
