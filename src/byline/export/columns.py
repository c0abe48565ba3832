"""What do the columns of an export hold? Their names, types and meanings, out of the files columns….toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, Literal, cast, get_args

from byline.errors import DataError

FILES: Final = ("columns.toml", "columns_acled.toml", "columns_ged.toml", "columns_plover.toml", "columns_csv.toml")

Kind = Literal["text", "integer", "number", "boolean", "date", "words"]
"""`words` are the report's own: they may hold anything. A `date` is written 2026-03-12."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table: its name, what kind of value it holds, and what that means to whoever reads it."""

    name: str
    kind: Kind
    says: str


@cache
def tables() -> dict[str, tuple[Column, ...]]:
    """The columns of each table in order. Raises DataError where one of the files is wrong."""
    folder = resources.files("byline.export")
    read = [(file, tomllib.loads(folder.joinpath(file).read_text(encoding="utf-8"))) for file in FILES]
    return {
        name: tuple(_column(f"{file}: {name}", *one) for one in rows.items())
        for file, tables in read
        for name, rows in tables.items()
    }


def columns(table: str) -> tuple[Column, ...]:
    """The columns of one table: "summary", "places", "actors", "quantities", "reports", "documents", "acled", …"""
    return tables()[table]


def _column(table: str, name: str, row: dict[str, str]) -> Column:
    kind, says = row.get("type"), row.get("says")
    if kind not in get_args(Kind) or not says:
        raise DataError(f"{table}.{name} needs a type ({', '.join(get_args(Kind))}) and what it says")
    return Column(name=name, kind=cast(Kind, kind), says=says)
