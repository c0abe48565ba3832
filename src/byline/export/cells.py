"""How does a value stand in a cell of a table, so that no spreadsheet runs it and reading back gives what it was?

A text that begins with = + - @, a tab or a carriage return gets an apostrophe before it; so does one that begins with
apostrophes and then one of these, so that one apostrophe can be taken away again. Numbers are numbers, and get none.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from byline.export.columns import Column

APOSTROPHE = "'"
_RUN = re.compile(r"'*[=+\-@\t\r]")
_STAND_IN = "\N{SYMBOL FOR NULL}"


def guarded(text: str) -> str:
    """A text as it stands in a cell. NUL, which no table reader takes, is the sign for it."""
    if "\0" in text or not text.isascii():
        text = text.replace("\0", _STAND_IN).encode("utf-8", "replace").decode("utf-8")
    return APOSTROPHE + text if _RUN.match(text) else text


def unguarded(cell: str) -> str:
    """The text that stands in a cell."""
    return cell[1:] if cell.startswith(APOSTROPHE) and _RUN.match(cell) else cell


def cell(value: Any) -> str:
    """Any plain value as it stands in a cell: None is empty, a list its members with "; " between, a mapping JSON."""
    match value:
        case None:
            return ""
        case str():
            return guarded(value)
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case date():
            return value.isoformat()
        case list() | tuple():
            return guarded("; ".join(str(one) for one in value if one is not None))
    return guarded(json.dumps(value, ensure_ascii=False))


class TableFile:
    """A CSV file with a header, written row by row: UTF-8, commas, quotes where needed, lines that end in CR LF, as RFC
    4180 has them. A context manager; `rows` counts."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self.rows = 0
        self._names = [one.name for one in columns]
        self._file = path.open("w", encoding="utf-8", newline="")
        self._csv = csv.writer(self._file)
        self._csv.writerow(self._names)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def write(self, row: Mapping[str, Any]) -> None:
        """Another row: its value for each column."""
        self._csv.writerow([cell(row[name]) for name in self._names])
        self.rows += 1


def rows(path: Path, *, delimiter: str = ",") -> Iterator[dict[str, str]]:
    """The rows of a CSV file with a header, as texts by column, guards taken away. Raises OSError, or ValueError where
    it is no such file."""
    csv.field_size_limit(2**31 - 1)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, delimiter=delimiter, strict=True)
        try:
            for row in reader:
                if None in row:
                    raise ValueError(f"line {reader.line_num} has more cells than the header")
                yield {name: unguarded(value or "") for name, value in row.items()}
        except csv.Error as error:
            raise ValueError(f"line {reader.line_num}: {error}") from error
