"""What can be asked with `byline query`: the views and their columns, as `query_views.toml` describes them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal, get_args

from byline.errors import DataError

ColumnKind = Literal["text", "integer", "number", "day", "list", "numbers"]
"""What a column holds: "day" is an ISO 8601 day, "list" and "numbers" are JSON arrays in text."""

FILE = "query_views.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a view: its name, what kind of value it holds, and what that says."""

    name: str
    kind: ColumnKind
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A view: its name, what a row of it is, its columns in order, and those that name a row."""

    name: str
    says: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]


@cache
def views() -> Mapping[str, View]:
    """All views by name, in the order of the file. Raises DataError where the file has not the form it states."""
    told = tomllib.loads((resources.files("byline.store") / FILE).read_text(encoding="utf-8"))
    made: dict[str, View] = {}
    for name, view in told.items():
        columns = made[view["as"]].columns if "as" in view else tuple(_columns(name, view.get("columns", {})))
        key = tuple(view.get("key", ()))
        unknown = set(key) - {column.name for column in columns}
        if not view.get("says") or not columns or not key or unknown:
            raise DataError(f"{FILE}: [{name}] must say what it is, and have columns, and a key that is one of them")
        made[name] = View(name=name, says=view["says"], columns=columns, key=key)
    return made


def _columns(view: str, told: Mapping[str, Any]) -> list[Column]:
    found = []
    for name, told_of in told.items():
        if type(told_of) is not list or len(told_of) != 2 or told_of[0] not in get_args(ColumnKind) or not told_of[1]:
            raise DataError(f"{FILE}: [{view}] {name} must be a pair of {', '.join(get_args(ColumnKind))}, and words")
        found.append(Column(name=name, kind=told_of[0], says=told_of[1]))
    return found
