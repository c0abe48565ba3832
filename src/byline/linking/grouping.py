"""Average linkage within one component, under what must and what must not come together."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

CLEARLY_APART_DAYS = 2
"""Two events of one type, both dated to the day, with so many days from one to the next are two: a report may be a day
off, and its reader another."""


@dataclass(slots=True, kw_only=True)
class Group:
    """Events held to be one happening so far: what bars it from another, and what speaks for each other group.

    `days` holds for each type the first last day and the last first day of events dated to the day. `foes` are events
    that a person said are not the same as one of these. `beside` maps a group to the sum of the pairs' weights and
    how many pairs.
    """

    events: list[int]
    documents: set[int] = field(default_factory=set)
    days: dict[int, tuple[int, int]] = field(default_factory=dict)
    foes: set[int] = field(default_factory=set)
    beside: dict[int, tuple[int, int]] = field(default_factory=dict)

    def barred(self, other: Group, *, decided: bool) -> bool:
        """Whether the two can't be one: by a person's word, and unless a person `decided` that they are, for two events
        of one document or days that are clearly apart."""
        few, many = sorted((self, other), key=lambda group: len(group.events))
        if not many.foes.isdisjoint(few.events) or not few.foes.isdisjoint(many.events):
            return True
        return not decided and (not many.documents.isdisjoint(few.documents) or self._apart(other))

    def _apart(self, other: Group) -> bool:
        for type, (ends, starts) in self.days.items():
            if type in other.days:
                other_ends, other_starts = other.days[type]
                if max(starts - other_ends, other_starts - ends) >= CLEARLY_APART_DAYS:
                    return True
        return False

    def take(self, other: Group) -> None:
        """Makes the other's events its own."""
        self.events += other.events
        self.documents |= other.documents
        self.foes |= other.foes
        for type, (ends, starts) in other.days.items():
            ours = self.days.get(type, (ends, starts))
            self.days[type] = (min(ours[0], ends), max(ours[1], starts))


def join(
    groups: Sequence[Group], pairs: Iterable[tuple[int, int, int]], same: Iterable[tuple[int, int]]
) -> tuple[list[list[int]], list[tuple[int, int]]]:
    """The events of each group in the end, and those pairs of `same` that could not be joined.

    Each of `groups` begins with one event: group i with event i; `pairs` are two groups and their weight, a whole
    number, positive where they are likelier one happening than not; each pair stands there once.
    """
    for one, other, weight in pairs:
        _add(groups, one, other, (weight, 1))
    into = list(range(len(groups)))
    failed = [(a, b) for a, b in same if not _joined(groups, into, a, b)]
    alive = {_find(into, i) for i in range(len(groups))}
    heap = [_entry(i, j, told) for i in alive for j, told in groups[i].beside.items() if i < j and told[0] > 0]
    heapq.heapify(heap)
    while heap:
        _, one, other, told = heapq.heappop(heap)
        if groups[one].beside.get(other) != told or groups[one].barred(groups[other], decided=False):
            continue
        left, changed = _merge(groups, into, one, other)
        for third in changed:
            now = groups[left].beside[third]
            if now[0] > 0:
                heapq.heappush(heap, _entry(min(left, third), max(left, third), now))
    kept = sorted({_find(into, i) for i in range(len(groups))})
    return [sorted(groups[i].events) for i in kept], failed


def _entry(one: int, other: int, told: tuple[int, int]) -> tuple[float, int, int, tuple[int, int]]:
    """Best average first; ties by the groups' first events."""
    return -told[0] / told[1], one, other, told


def _joined(groups: Sequence[Group], into: list[int], a: int, b: int) -> bool:
    one, other = sorted((_find(into, a), _find(into, b)))
    if one == other:
        return True
    if groups[one].barred(groups[other], decided=True):
        return False
    if other not in groups[one].beside:
        _add(groups, one, other, (0, 1))
    # A person may call two the same that are unlike: what was one happening with either is to stay so.
    for third in groups[one].beside.keys() & groups[other].beside.keys():
        best = max(groups[one].beside[third], groups[other].beside[third], key=lambda told: (told[0] / told[1], told))
        for side in (one, other):
            groups[side].beside[third] = groups[third].beside[side] = best
    _merge(groups, into, one, other)
    return True


def _merge(groups: Sequence[Group], into: list[int], one: int, other: int) -> tuple[int, list[int]]:
    """Puts the group that stands beside fewer others into the other of the two, so that a great one grows cheaply; its
    number, and those of the groups that now stand to it otherwise."""
    if len(groups[one].beside) < len(groups[other].beside):
        one, other = other, one
    groups[one].take(groups[other])
    into[other] = one
    moved = groups[other].beside
    groups[other].beside = {}
    del moved[one], groups[one].beside[other]
    for third, told in moved.items():
        del groups[third].beside[other]
        _add(groups, one, third, told)
    return one, list(moved)


def _add(groups: Sequence[Group], one: int, other: int, told: tuple[int, int]) -> None:
    before = groups[one].beside.get(other, (0, 0))
    now = (before[0] + told[0], before[1] + told[1])
    groups[one].beside[other] = groups[other].beside[one] = now


def _find(into: list[int], i: int) -> int:
    while into[i] != i:
        into[i] = into[into[i]]
        i = into[i]
    return i
