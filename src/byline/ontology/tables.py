"""A table of a TOML file, read key by key: each value is of the kind asked for, or the error says where it is not."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable
from dataclasses import MISSING, dataclass, fields
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from byline.errors import DataError

T = TypeVar("T")

_KINDS = {
    str: "a text that is not empty",
    float: "a number",
    int: "a whole number",
    bool: "true or false",
    tuple: "a list of texts",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The keys and values of one table; `where` names the file and the way to the table, for errors."""

    values: dict[str, Any]
    where: str

    @classmethod
    def parse(cls, text: str, *, where: str) -> Table:
        """The whole of a TOML text. Raises DataError when it is not TOML."""
        try:
            return cls(values=tomllib.loads(text), where=where)
        except tomllib.TOMLDecodeError as error:
            raise DataError(f"{where} is not valid TOML: {error}") from error

    def only(self, *known: str) -> None:
        """Raises DataError for a key that is none of `known`, naming the nearest."""
        for key in self.values:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
                raise DataError(f"{self.where}: unknown key {key!r}; {hint}")

    def text(self, key: str) -> str:
        """The text at a key."""
        return str(self._of(key, str))

    def words(self, key: str) -> tuple[str, ...]:
        """The list of texts at a key."""
        return tuple(self._of(key, tuple))

    def table(self, key: str) -> Table:
        """The table at a key."""
        value = self._needed(key)
        if not isinstance(value, dict):
            raise DataError(f"{self.where}: {key} must be a table")
        return Table(values=value, where=f"{self.where}: {key}")

    def texts(self) -> dict[str, str]:
        """All keys of this table, each with a text."""
        return {key: self.text(key) for key in self.values}

    def rows(self, key: str, *, required: bool = True) -> list[Table]:
        """The tables of the array at a key, each named by its code, its name or its number."""
        values = self._needed(key) if required else self.values.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            raise DataError(f"{self.where}: {key} must be written [[{key}]]")
        return [
            Table(values=value, where=f"{self.where}: {key} {value.get('code') or value.get('name') or number}")
            for number, value in enumerate(values, start=1)
        ]

    def build(self, kind: type[T], *, aside: Iterable[str] = (), **given: object) -> T:
        """A dataclass filled from this table; keys named `aside` are read elsewhere, fields `given` are not read.

        Raises DataError for a key the dataclass does not have, one it needs and the table lacks or leaves empty, and a
        value of another kind than its field.
        """
        hints = _hints(kind)  # type: ignore[arg-type]  # a class can be hashed
        wanted = [field for field in fields(kind) if field.name not in given]  # type: ignore[arg-type]
        self.only(*(field.name for field in wanted), *aside)
        values = dict(given)
        for field in wanted:
            if field.name in self.values:
                values[field.name] = self._of(field.name, hints[field.name])
            elif field.default is MISSING and field.default_factory is MISSING:
                raise DataError(f"{self.where}: the key {field.name!r} is missing")
        return kind(**values)

    def _needed(self, key: str) -> Any:
        if key not in self.values:
            raise DataError(f"{self.where}: the key {key!r} is missing")
        return self.values[key]

    def _of(self, key: str, hint: Any) -> Any:
        """The value at a key, as the kind that a type hint asks for."""
        value = self._needed(key)
        if get_origin(hint) is Literal:
            if value not in get_args(hint):
                choices = ", ".join(map(str, get_args(hint)))
                raise DataError(f"{self.where}: {key} must be one of {choices}, not {value!r}")
            return value
        kind = _kind(hint)
        if kind is tuple and isinstance(value, list) and all(isinstance(item, str) and item for item in value):
            return tuple(value)
        if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
        if type(value) is kind and value != "":
            return value
        raise DataError(f"{self.where}: {key} must be {_KINDS[kind]}, not {value!r}")


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _kind(hint: Any) -> type:
    """What a hint asks for: the type itself, the one beside None, `tuple` for a tuple of texts."""
    if isinstance(hint, UnionType):
        return _kind(next(part for part in get_args(hint) if part is not NoneType))
    kind: type = get_origin(hint) or hint
    return kind
