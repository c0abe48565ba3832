"""Which pairs of events are worth comparing: those that share a key, of a place and a few days, or of a few days and a
heavy word, or of a place and a heavy word.

Keys come from a row alone. What keeps it near-linear is how blocks over COMMON rows are treated: in a great block two
rows must share a heavy word too, and in what is still a great block each row is compared with the LEADERS of the
smallest numbers only. So which pairs there are depends on the rows that are there, never on the order in which they
came; and of two rows that are no pair, more rows never make one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from byline.linking import features
from byline.linking.features import NO_DAY, Table

Keys = NDArray[np.uint64]
Rows = NDArray[np.int32]

COMMON: Final = 48
"""Rows of a block that are compared each with each."""

LEADERS: Final = 12
"""Rows of a great block with which all others of it are compared."""

BLOCK_DAYS, MARGIN_DAYS = 4, 1
"""Days of a block, and by how many each date is widened: two dates up to twice the margin apart share a block."""

LONGEST_DAYS: Final = 12
"""Longer times share no block of days: what happened in one year is not alike."""

MOST_DAYS_APART: Final = 14
"""Two events whose times lie farther apart are no pair, whatever words they share."""

DAY_WORDS, PLACE_WORDS, SPLIT_WORDS = 3, 3, 6
"""So many of a document's heaviest words make keys with its days, with its place, and part a great block."""

PAIRS: Final = 1 << 20
"""Pairs given at a time, or as many as one row has."""

_CHUNK: Final = 1 << 17


@dataclass(frozen=True, slots=True, kw_only=True)
class _Blocks:
    """Where rows stand: for each place of a row in a block the row, where the block begins in `members`, and with how
    many of the block's first rows it is compared. In order of rows; `members` by block, in each by event number."""

    members: Rows
    rows: Rows
    begins: NDArray[np.int64]
    counts: NDArray[np.int64]


def keys(table: Table) -> tuple[Keys, Rows]:
    """The keys of all rows, each with the number of its row; in no order, and none twice for one row."""
    heavy = _heavy_words(table)
    parts = [*_by_place_and_days(table), *_by_days_and_word(table, heavy), *_by_place_and_word(table, heavy)]
    found, rows = np.concatenate([key for key, _ in parts]), np.concatenate([row for _, row in parts])
    order = np.lexsort((rows, found))
    found, rows = found[order], rows[order]
    first = np.ones(len(found), np.bool_)
    first[1:] = (found[1:] != found[:-1]) | (rows[1:] != rows[:-1])
    return found[first], rows[first]


def pairs(table: Table, new: NDArray[np.bool_] | None = None) -> Iterator[tuple[Rows, Rows]]:
    """The pairs worth comparing, each once, in bounded lots; with `new` only those of which one is a new row.

    Two events of one document are never a pair. The first row of a pair is that of the greater event number.
    """
    blocks = _blocks(table, new)
    bounds = np.searchsorted(blocks.rows, np.arange(len(table) + 1))
    upto = np.concatenate([[0], np.cumsum(blocks.counts)])[bounds]
    days = features.days(table)[:2]
    start = 0
    while start < len(table):
        end = max(start + 1, int(np.searchsorted(upto, upto[start] + PAIRS, side="right")) - 1)
        part = slice(bounds[start], bounds[end])
        left, right = _expand(blocks, part)
        if len(left):
            kept = _worth(table, days, left, right)
            if new is not None:
                kept &= new[left] | new[right]
            if kept.any():
                yield left[kept], right[kept]
        start = end


def stands(table: Table, left: Rows, right: Rows) -> NDArray[np.bool_]:
    """Whether pairs found among fewer rows are still pairs among these: as blocks grow great they let go of some."""
    among = np.zeros(len(table), np.bool_)
    among[left] = True
    wanted = _number(np.minimum(left, right), np.maximum(left, right))
    held = np.zeros(len(wanted), np.bool_)
    for one, other in pairs(table, among):
        held |= np.isin(wanted, _number(np.minimum(one, other), np.maximum(one, other)))
    return held


def _blocks(table: Table, new: NDArray[np.bool_] | None) -> _Blocks:
    found, rows = keys(table)
    rank = np.empty(len(table), np.int64)
    rank[np.argsort(table["event"], kind="stable")] = np.arange(len(table))
    found, rows = _parted(table, found, rows)
    order = np.lexsort((rank[rows], found))
    found, rows = found[order], rows[order]
    begins, sizes = _runs(found)
    counts = np.arange(len(rows)) - begins
    counts = np.where(sizes > COMMON, np.minimum(counts, LEADERS), counts)
    compared = counts > 0
    if new is not None:
        ends = np.concatenate([[0], np.cumsum(new[rows])])
        compared &= ends[begins + sizes] > ends[begins]
    at = np.flatnonzero(compared)
    at = at[np.argsort(rows[at], kind="stable")]
    return _Blocks(members=rows, rows=rows[at], begins=begins[at], counts=counts[at])


def _parted(table: Table, found: Keys, rows: Rows) -> tuple[Keys, Rows]:
    """Keys with those of great blocks parted by the heavy words of their rows."""
    _, sizes = _runs(found)
    great = sizes > COMMON
    at = rows[great]
    heavy = _heavy_words(table[np.unique(at)], SPLIT_WORDS)
    heavy = heavy[np.searchsorted(np.unique(at), at)]
    parts = [(found[~great], rows[~great])]
    for i in range(SPLIT_WORDS):
        told = (heavy[:, i] != 0) if i else np.ones(len(at), np.bool_)
        parts.append((_mix(found[great][told], heavy[told, i]), at[told]))
    return np.concatenate([key for key, _ in parts]), np.concatenate([row for _, row in parts])


def _expand(blocks: _Blocks, part: slice) -> tuple[Rows, Rows]:
    """The pairs of the rows in a part of the blocks, each once."""
    counts = blocks.counts[part]
    at = np.repeat(blocks.begins[part] - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts) + np.arange(
        counts.sum()
    )
    numbers = np.unique(_number(np.repeat(blocks.rows[part], counts), blocks.members[at]))
    return (numbers >> np.uint64(32)).astype(np.int32), (numbers & np.uint64(0xFFFFFFFF)).astype(np.int32)


def _worth(
    table: Table, days: tuple[NDArray[np.int32], NDArray[np.int32]], left: Rows, right: Rows
) -> NDArray[np.bool_]:
    """Pairs of two documents whose times do not lie far apart."""
    start, end = days
    s, e, other_s, other_e = (side.astype(np.int64) for side in (start[left], end[left], start[right], end[right]))
    gap = np.maximum(s - other_e, other_s - e)
    told = (s != NO_DAY) & (other_s != NO_DAY)
    return np.asarray((table["document"][left] != table["document"][right]) & ~(told & (gap > MOST_DAYS_APART)))


def _by_place_and_days(table: Table) -> Iterator[tuple[Keys, Rows]]:
    for days, at in _day_blocks(table):
        for i in range(features.CELLS):
            cells = table["cells"][at, i]
            there = cells != 0
            yield _mix(_mix(days[there], cells[there]), table["family"][at[there]]), at[there]


def _by_days_and_word(table: Table, heavy: NDArray[np.uint32]) -> Iterator[tuple[Keys, Rows]]:
    for days, at in _day_blocks(table):
        for i in range(DAY_WORDS):
            told = heavy[at, i] != 0
            yield _mix(days[told] + np.uint64(1 << 40), heavy[at[told], i]), at[told]


def _by_place_and_word(table: Table, heavy: NDArray[np.uint32]) -> Iterator[tuple[Keys, Rows]]:
    for i in range(PLACE_WORDS):
        at = np.flatnonzero((table["home"] != 0) & (heavy[:, i] != 0)).astype(np.int32)
        yield _mix(table["home"][at].astype(np.uint64) + np.uint64(1 << 41), heavy[at, i]), at


def _day_blocks(table: Table) -> Iterator[tuple[Keys, Rows]]:
    """Blocks of days that rows reach, with the rows: first all rows' first block, then their second, and so on."""
    start, end, _ = features.days(table)
    length = end.astype(np.int64) - start
    told = (start != NO_DAY) & (length >= 0) & (length <= LONGEST_DAYS)
    first, last = (
        (start.astype(np.int64) - MARGIN_DAYS) // BLOCK_DAYS,
        (end.astype(np.int64) + MARGIN_DAYS) // BLOCK_DAYS,
    )
    for i in range((LONGEST_DAYS + 2 * MARGIN_DAYS) // BLOCK_DAYS + 2):
        at = np.flatnonzero(told & (first + i <= last)).astype(np.int32)
        if not len(at):
            return
        yield (first[at] + i + (1 << 32)).astype(np.uint64), at


def _heavy_words(table: Table, count: int = max(DAY_WORDS, PLACE_WORDS)) -> NDArray[np.uint32]:
    """The heaviest words of each row's document, heaviest first, 0 where there are fewer."""
    out = np.zeros((len(table), count), np.uint32)
    for start in range(0, len(table), _CHUNK):
        part = table["words"][start : start + _CHUNK]
        terms, weights = part["terms"], part["weights"]
        # Ties are broken by the term, so that two rows of one document have the same words.
        order = np.argsort(-(weights.astype(np.int64) << 32) - terms, axis=1, kind="stable")[:, :count]
        rows = np.arange(len(part))[:, None]
        out[start : start + _CHUNK] = np.where(weights[rows, order] > 0, terms[rows, order], 0)
    return out


def _runs(found: Keys) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each of some keys in order, where the run of its like begins and how long it is."""
    edge = np.ones(len(found), np.bool_)
    edge[1:] = found[1:] != found[:-1]
    starts = np.flatnonzero(edge)
    sizes = np.diff(np.append(starts, len(found)))
    return np.repeat(starts, sizes), np.repeat(sizes, sizes)


def _number(left: Rows, right: Rows) -> NDArray[np.uint64]:
    return np.asarray((left.astype(np.uint64) << np.uint64(32)) | right.astype(np.uint64))


def _mix(keys: NDArray[np.unsignedinteger], more: NDArray[np.unsignedinteger]) -> Keys:
    """Two numbers as one of 64 bits (splitmix64's finish), so that keys of different parts hardly ever meet."""
    mixed = keys.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + more.astype(np.uint64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))
