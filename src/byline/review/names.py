"""The sources of a store by one name each: what inputs call them, resolved in the register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from byline.model import Source
from byline.sources import Register

NO_SOURCE = "no source named"


@dataclass(frozen=True, kw_only=True)
class SourceNames:
    """`keys` are the names that documents are counted under: as their inputs give them, or hosts."""

    register: Register
    keys: tuple[str, ...]

    @cached_property
    def _resolved(self) -> dict[str, Source | None]:
        return {key: self.register.resolve(key) for key in self.keys}

    @cached_property
    def by_label(self) -> dict[str, tuple[str, ...]]:
        """The keys that each label stands for, by label."""
        found: dict[str, list[str]] = defaultdict(list)
        for key in self.keys:
            found[self.label(key)].append(key)
        return {label: tuple(found[label]) for label in sorted(found, key=str.casefold)}

    def source(self, key: str | None) -> Source | None:
        """The source in the register; None where it holds none of this name."""
        return self._resolved.get(key) if key else None

    def label(self, key: str | None) -> str:
        """What a source is called here: its name in the register, else as the input has it."""
        if key is None:
            return NO_SOURCE
        source = self.source(key)
        return source.name if source else key

    def given(self, words: str) -> tuple[str, ...]:
        """The keys of a source that a person names by its label, or by what an input calls it; none: no such source."""
        wanted = words.casefold()
        return tuple(
            key for label, keys in self.by_label.items() for key in keys if wanted in (label.casefold(), key.casefold())
        )


def names(register: Register, keys: Iterable[str]) -> SourceNames:
    """The names of these sources."""
    return SourceNames(register=register, keys=tuple(keys))
