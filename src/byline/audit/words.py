"""The audit's words of a language, typed from its `audit.toml`, and the patterns made of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from byline.language import data


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What a figure counts, by its words: on whom the number stands (`patient`, `state`), who does it to them
    (`active`), nouns that bear the number themselves, and nouns of a running total."""

    name: str
    patient: tuple[str, ...]
    state: tuple[str, ...]
    active: tuple[str, ...]
    nouns: tuple[str, ...]
    toll: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Words:
    """The tables of one language's `audit.toml`."""

    tables: dict[str, Any]

    def __getitem__(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.tables[name]
        return found

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """What figures may count."""
        keys = ("patient", "state", "active", "nouns", "toll")
        rows = self.tables["measure"].items()
        return tuple(Measure(name=name, **{key: tuple(row[key]) for key in keys}) for name, row in rows)

    @cache  # noqa: B019 - one Words a language lives as long as the process
    def any_of(self, *path: str) -> re.Pattern[str]:
        """A pattern of the whole words of one list, longest first: `any_of("dates", "future")`."""
        found: Any = self.tables
        for name in path:
            found = found[name]
        return re.compile(whole(found), re.IGNORECASE)

    def has(self, text: str, *path: str) -> bool:
        """True where a text holds one of the words of a list."""
        return self.any_of(*path).search(text) is not None


def whole(words: Iterable[str]) -> str:
    """A pattern that matches any of `words` as whole words, longest first, any white space between their parts."""
    parts = (r"\s+".join(map(re.escape, word.split())) for word in sorted(words, key=len, reverse=True))
    return rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)"


@cache
def words(language: str) -> Words:
    """The words of a language. Raises DataError where it has no `audit.toml`."""
    return Words(data(language, "audit"))
