"""One document after the other, in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def run(items: Iterable[Item], work: Callable[[Item], Result]) -> Iterator[Result]:
    """What `work` makes of each item, in order; an item is taken only when its result is asked for."""
    return map(work, items)
