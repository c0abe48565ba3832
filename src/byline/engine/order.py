"""What shards gave, put in the order of the shards, whichever was done first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class InOrder:
    """Holds what came before its turn."""

    def __init__(self) -> None:
        self._next = 0
        self._held: dict[int, list[Any]] = {}
        self._whole: set[int] = set()

    @property
    def waiting(self) -> int:
        """Shards that are out, or done and not yet taken."""
        return len(self._held)

    def expect(self, number: int) -> None:
        """Says that a shard is out, once more where it was lost. Numbers begin at 0 and leave none out."""
        self._held.setdefault(number, [])

    def put(self, number: int, packed: Any, *, whole: bool) -> None:
        """Takes what a shard gave; `whole`: it was the last."""
        self._held[number].append(packed)
        if whole:
            self._whole.add(number)

    def take(self) -> Iterator[Any]:
        """All whose turn has come."""
        while self._next in self._held:
            held = self._held[self._next]
            while held:
                yield held.pop(0)
            if self._next not in self._whole:
                return
            self._whole.discard(self._next)
            del self._held[self._next]
            self._next += 1
