"""A row of an export with each value of its column's type, as Arrow and SQLite want it: days as dates or texts, numbers
as floats, however great, and texts that every encoding can write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any, Final

import pyarrow as pa

from byline.export.columns import columns

TYPES: Final = {
    "text": pa.string(),
    "words": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}
"""Arrow's, by the kinds of columns.toml."""

Row = dict[str, Any]


def typed(row: Mapping[str, Any], table: str, *, days: bool = True) -> Row:
    """A row of a table of columns.toml; what else it has is left as it is. Not `days`: days stay texts."""
    change = _changes(table, days)
    return {name: change[name](value) if value is not None and name in change else value for name, value in row.items()}


def written(text: str) -> str:
    """A text without what no encoding can write: half a surrogate pair, as the name of a file may hold it."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


@cache
def _changes(table: str, days: bool) -> dict[str, Callable[[Any], Any]]:
    by_kind: dict[str, Callable[[Any], Any]] = {"text": written, "words": written, "number": float}
    if days:
        by_kind["date"] = date.fromisoformat
    return {one.name: by_kind[one.kind] for one in columns(table) if one.kind in by_kind}
