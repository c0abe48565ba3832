"""What all engines share: the work as they see it, their limits, and the one loop that goes through a shard."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

PACKED_SECONDS = 10.0
"""A worker packs what it has done at least this often, so that no more is lost when it is killed."""

PACKED_OUTCOMES = 64
"""And at least every so many outcomes, so that what it packs stays small."""

Step = Literal["time", "memory", "worker"]
"""What an item can be lost to: it ran too long, took too much memory, or its worker died of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why there is no outcome for an item. `error` reads on from the item's origin ("report.txt: took more …")."""

    step: Step
    error: str


class Work(Protocol):
    """What is done to each item. It is pickled, so it holds settings only; what is heavy is made by `start`."""

    def start(self) -> Callable[[Any], Sequence[Any]]:
        """The function that gives the outcomes of an item; called once a worker. What it raises ends the run."""

    def lost(self, item: Any, cause: Cause) -> Sequence[Any]:
        """The outcomes of an item that could not be worked on."""

    def pack(self, outcomes: Sequence[Any]) -> Any:
        """What is handed back for a run of outcomes. Called in the worker; must be picklable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an item may take. None: as long, or as much memory, as it likes.

    `item_seconds` is for one item; `memory_mb` for a worker as a whole, in millions of bytes.
    """

    item_seconds: float | None = None
    memory_mb: int | None = None

    def too_long(self) -> Cause:
        """The cause of an item that took longer than it may."""
        return Cause(
            step="time",
            error=f"took more than {self.item_seconds:g} seconds; raise seconds_per_document in byline.toml and run "
            "again with --retry-failures",
        )

    def too_much(self) -> Cause:
        """The cause of an item that took more memory than there is."""
        most = f"more than {self.memory_mb:,} MB of memory" if self.memory_mb else "more memory than there is"
        return Cause(
            step="memory",
            error=f"took {most}; raise worker_memory_mb in byline.toml and run again with --retry-failures",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An item of a shard. `suspect`: a worker died while it was at it, so it is tried a second time, with all before it
    packed first. `cause`: it is not tried any more."""

    item: Any
    suspect: bool = False
    cause: Cause | None = None

    def after(self, cause: Cause) -> Entry:
        """The entry after `cause` befell it. Memory and a worker's life may have been lost to another's fault (a leak,
        a machine out of memory), so these are believed the second time; time is the item's own."""
        if self.suspect or cause.step == "time":
            return replace(self, cause=cause)
        return replace(self, suspect=True)


@dataclass(slots=True, kw_only=True)
class Shard:
    """Items that go to one worker together, and how far it has come. `number` is the shard's place in the run."""

    number: int
    entries: list[Entry]
    packed: int = 0
    """Entries whose outcomes have been handed back."""
    sent: int = 0
    """The first entry of what the worker was sent: it counts from there."""
    at: int | None = None
    """The entry being worked on; None between entries."""
    deaths: int = 0
    """Workers that died at it between entries, so by no item's fault."""

    @classmethod
    def of(cls, number: int, items: Sequence[Any]) -> Shard:
        """A shard as it sets out."""
        return cls(number=number, entries=[Entry(item=item) for item in items])

    def send(self) -> list[Entry]:
        """What is still to be handed back, to be sent to a worker."""
        self.sent = self.packed
        return self.entries[self.sent :]

    def blame(self, cause: Cause) -> None:
        """Puts `cause` on the entry being worked on; on none between entries, where the death is counted."""
        if self.at is None:
            self.deaths += 1
        else:
            self.entries[self.at] = self.entries[self.at].after(cause)
        self.at = None


def go_through(
    entries: Sequence[Entry],
    work: Work,
    *,
    ask: Callable[[Any], Sequence[Any]],
    begin: Callable[[int | None], None],
) -> Iterator[tuple[int, Any]]:
    """Works on the entries in order. Gives, each time it packs, how many entries are done, and what was packed of them.

    `ask` is what `work.start` gave; `begin` is told which entry is begun, and None before anything is packed.
    """
    outcomes: list[Any] = []
    since = time.monotonic()
    for number, entry in enumerate(entries):
        full = len(outcomes) >= PACKED_OUTCOMES or time.monotonic() - since >= PACKED_SECONDS
        if outcomes and (full or entry.suspect):
            begin(None)
            yield number, work.pack(outcomes)
            outcomes, since = [], time.monotonic()
        begin(number)
        outcomes += work.lost(entry.item, entry.cause) if entry.cause else ask(entry.item)
    begin(None)
    yield len(entries), work.pack(outcomes)
