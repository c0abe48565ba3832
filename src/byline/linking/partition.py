"""Which events are one happening: linked ones parted so that two bombings of one town never become one by a chain.

Events that hang together by links are one component; in each, average linkage joins the two groups whose events are on
average likeliest one happening, as long as that is likelier than not, and never across two events of one document, two
days clearly apart, or a person's "not the same". A group is held against all of another, so a vague report between two
clear ones joins one of them and leads nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from byline.linking import blocking, comparisons, features
from byline.linking.comparisons import Weights
from byline.linking.features import Table
from byline.linking.grouping import CLEARLY_APART_DAYS, Group, join

SMALL: Final = 64
"""In a component of up to so many events each is compared with each; in a greater one, those worth comparing, and each
with the LANDMARKS of the smallest numbers."""

LANDMARKS: Final = 24

MOST_BITS: Final = 10.0
"""How much one pair may weigh: no single likeness outweighs ten that speak against it."""

LOT: Final = 1 << 20
"""Pairs held at a time."""

_UNITS: Final = 64
"""Log odds are added up as whole numbers of 1/64 bit, so that no sum depends on its order."""

Decision = tuple[str, str, Literal["same", "not the same"]]
"""What a person decided of two event ids, the smaller first."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """`group` numbers each row's happening: rows of one number are one. `contradictions` are pairs that a person called
    the same and that are kept apart by what persons called not the same, each in order, the smaller id first."""

    group: Ints
    contradictions: tuple[tuple[str, str], ...]

    def incidents(self, table: Table) -> list[tuple[str, ...]]:
        """The event ids of each happening in order, happenings in order of their first."""
        found: dict[int, list[str]] = {}
        for number, group in sorted(zip(table["event"].tolist(), self.group.tolist(), strict=True)):
            found.setdefault(group, []).append(features.event_id(number))
        return [tuple(ids) for ids in found.values()]


@dataclass(frozen=True, slots=True, kw_only=True)
class _People:
    """What people decided, by row; each pair once and in order of the events' numbers."""

    same: tuple[tuple[int, int], ...]
    apart: tuple[tuple[int, int], ...]

    def columns(self) -> tuple[Ints, Ints]:
        """The pairs called the same, one side and the other."""
        pairs = np.array(self.same, np.int64).reshape(-1, 2)
        return pairs[:, 0], pairs[:, 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lot:
    """Some components and the pairs known of them: component c has the rows `members[starts[c] : starts[c + 1]]` and
    the pairs `bounds[c] : bounds[c + 1]` of places in `members`, with their weights; `barred` ones can't be one."""

    members: Ints
    starts: Ints
    bounds: Ints
    left: Ints
    right: Ints
    units: Ints
    barred: NDArray[np.bool_]


def partition(
    table: Table,
    left: NDArray[np.integer],
    right: NDArray[np.integer],
    *,
    decided: Iterable[Decision] = (),
    weights: Weights | None = None,
) -> Parted:
    """The happenings that rows tell of, as a number for each row.

    `left` and `right` are the rows of links that are likelier than not; a row without any is a happening of its own.
    Decisions on events that are not among the rows are passed over. What comes out depends on rows, links and
    decisions, not on their order; rows that hang together by no link don't touch one another, so each component may be
    parted by itself.
    """
    order = np.argsort(table["event"], kind="stable")
    place = np.empty(len(table), np.int64)
    place[order] = np.arange(len(table))
    table = table[order]
    people = _people(table, decided)
    sides = (np.concatenate([place[side], by]) for side, by in zip((left, right), people.columns(), strict=True))
    together = components(len(table), *sides)
    told = np.zeros(len(table), np.bool_)
    told[together[[row for pair in (*people.same, *people.apart) for row in pair]]] = True
    group = np.arange(len(table))
    failed: list[tuple[int, int]] = []
    for members, starts in _lots(together):
        failed += _part(table, group, _weighed(table, members, starts, weights), people, told)
    named = [features.event_id(number) for number in table["event"].tolist()] if failed else []
    return Parted(group=order[group[place]], contradictions=tuple((named[i], named[j]) for i, j in sorted(failed)))


def components(count: int, left: NDArray[np.integer], right: NDArray[np.integer]) -> Ints:
    """For each of `count` rows the smallest row that it hangs together with by any chain of pairs."""
    root = np.arange(count)
    while True:
        one, other = root[left], root[right]
        open_ = one != other
        if not open_.any():
            return root
        left, right, one, other = left[open_], right[open_], one[open_], other[open_]
        np.minimum.at(root, np.maximum(one, other), np.minimum(one, other))
        while True:
            onward = root[root]
            if (onward == root).all():
                break
            root = onward


def _people(table: Table, decided: Iterable[Decision]) -> _People:
    row = {number: i for i, number in enumerate(table["event"].tolist())}
    said: dict[str, set[tuple[int, int]]] = {"same": set(), "not the same": set()}
    for one, other, verdict in decided:
        a, b = row.get(features.number(one)), row.get(features.number(other))
        if a is not None and b is not None and a != b:
            said[verdict].add((min(a, b), max(a, b)))
    return _People(same=tuple(sorted(said["same"])), apart=tuple(sorted(said["not the same"])))


def _lots(together: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Components of two rows and more, some at a time, great ones alone: their rows, and where each begins."""
    order = np.argsort(together, kind="stable")
    begins = np.flatnonzero(np.diff(together[order], prepend=-1))
    sizes = np.diff(begins, append=len(order))
    for small in (True, False):
        at = np.flatnonzero((sizes > 1) & ((sizes <= SMALL) == small))
        lot = np.cumsum(sizes[at] * (sizes[at] - 1) // 2) // LOT if small else np.arange(len(at))
        for part in np.split(at, np.flatnonzero(np.diff(lot)) + 1):
            if len(part):
                starts = np.concatenate([[0], np.cumsum(sizes[part])])
                yield order[_ranges(begins[part], sizes[part])], starts


def _weighed(table: Table, members: Ints, starts: Ints, weights: Weights | None) -> _Lot:
    """The pairs of some components, compared."""
    sizes = np.diff(starts)
    if sizes.max() <= SMALL:
        pairs = [_each_with_each(starts[:-1][sizes == size], size) for size in np.unique(sizes).tolist()]
        left, right = np.concatenate([a for a, _ in pairs]), np.concatenate([b for _, b in pairs])
        order = np.lexsort((right, left))
        left, right = left[order], right[order]
    else:
        left, right = _worth_comparing(table[members])
    scored = comparisons.score(table, members[left], members[right], weights)
    units = np.rint(np.clip(scored.log_odds, -MOST_BITS, MOST_BITS) * _UNITS).astype(np.int64)
    ours, theirs = table[members[left]], table[members[right]]
    apart = (comparisons.days_apart(ours, theirs) >= CLEARLY_APART_DAYS) & (ours["type"] == theirs["type"])
    return _Lot(
        members=members,
        starts=starts,
        bounds=np.searchsorted(left, starts),
        left=left,
        right=right,
        units=units,
        barred=np.asarray((ours["document"] == theirs["document"]) | apart),
    )


def _each_with_each(begins: Ints, size: int) -> tuple[Ints, Ints]:
    one, other = np.triu_indices(size, 1)
    return (begins[:, None] + one).ravel(), (begins[:, None] + other).ravel()


def _worth_comparing(table: Table) -> tuple[Ints, Ints]:
    """Of one great component the pairs worth comparing, and those with a landmark."""
    rows = np.arange(len(table), dtype=np.int64)
    found = [*blocking.pairs(table), *((np.full(len(table), mark), rows) for mark in range(LANDMARKS))]
    one, other = np.concatenate([a for a, _ in found]), np.concatenate([b for _, b in found])
    numbers: Ints = np.unique((np.minimum(one, other).astype(np.int64) << 32) + np.maximum(one, other))
    left, right = numbers >> 32, numbers & 0xFFFFFFFF
    return left[left != right], right[left != right]


def _part(table: Table, group: Ints, lot: _Lot, people: _People, told: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Numbers the happenings of some components in `group`; the decisions that could not be obeyed."""
    sizes = np.diff(lot.starts)
    roots = lot.members[lot.starts[:-1]]
    against = np.concatenate([[0], np.cumsum((lot.units <= 0) | lot.barred)])[lot.bounds]
    plain = (np.diff(against) == 0) & (sizes <= SMALL) & ~told[roots]
    group[lot.members] = np.where(np.repeat(plain, sizes), np.repeat(roots, sizes), group[lot.members])
    failed: list[tuple[int, int]] = []
    for c in np.flatnonzero(~plain).tolist():
        failed += _part_one(table, group, lot, c, people)
    return failed


def _part_one(table: Table, group: Ints, lot: _Lot, c: int, people: _People) -> list[tuple[int, int]]:
    start, end = int(lot.starts[c]), int(lot.starts[c + 1])
    rows = lot.members[start:end]
    at = slice(int(lot.bounds[c]), int(lot.bounds[c + 1]))
    place = {row: i for i, row in enumerate(rows.tolist())}
    groups = _groups(table[rows])
    for one, other in people.apart:
        if one in place and other in place:
            groups[place[one]].foes.add(place[other])
    pairs = zip((lot.left[at] - start).tolist(), (lot.right[at] - start).tolist(), lot.units[at].tolist(), strict=True)
    same = [(place[one], place[other]) for one, other in people.same if one in place]
    parted, failed = join(groups, pairs, same)
    for events in parted:
        group[rows[events]] = rows[events[0]]
    return [(int(rows[one]), int(rows[other])) for one, other in failed]


def _groups(table: Table) -> list[Group]:
    day = features.DAY_PRECISIONS.index("day")
    columns = (table[name].tolist() for name in ("document", "type", "precision", "start", "end"))
    return [
        Group(events=[i], documents={document}, days={type: (end, start)} if precision == day else {})
        for i, (document, type, precision, start, end) in enumerate(zip(*columns, strict=True))
    ]


def _ranges(begins: Ints, sizes: Ints) -> Ints:
    """The numbers from each begin on, as many as its size."""
    return np.repeat(begins - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())
