"""Which reports have one main happening, by their words alone: for reports whose events tell no day or place.

How alike two reports of one happening are differs from happening to happening: two dispatches on a boxing match share
half their words, a headline and a long piece on one theft a tenth. So a likeness is held against how alike each of the
two is to those nearest to it (Zelnik-Manor and Perona 2004), though never less than a floor, or a report that stands
alone would be near to anything. Then average linkage, the same as for events.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from byline.linking import words
from byline.linking.grouping import Group, join

NEAREST: Final = 3
"""A report is held against the mean likeness to so many. By 1, 2, 3 and 5, B-cubed F1 was 0.923, 0.931, 0.946 and 0.938
(0.881 with no such holding), and where happenings have few reports 0.925, 0.926, 0.930 and 0.927 (0.905)."""

FLOOR: Final = 0.35
"""What that mean is taken to be at least. With 0.25 F1 was 0.005 higher where each happening has many reports, and 0.02
lower where each has one to three; with 0.5 the other way round."""

CLOSE: Final = 0.56
"""Two groups are one when their reports' average closeness is over this: what validation chose on other topics lay from
0.50 to 0.58. So two reports that are near to nothing else are joined from a likeness of 0.2 on."""

WINDOW: Final = 200
"""Reports that share a term are compared each with so many that follow it, at most: terms that more have in common are
seldom what they are on."""

_UNITS: Final = 10_000

Rows = NDArray[np.intp]


def group(ids: Sequence[str], sketches: NDArray[np.void], *, close: float = CLOSE) -> list[tuple[str, ...]]:
    """The reports `ids`, whose rows of SKETCH are `sketches`, in groups of one main happening; the same in any order.

    A report without terms stands alone.
    """
    order = sorted(range(len(ids)), key=ids.__getitem__)
    table = sketches[order]
    left, right = pairs(table)
    near = closeness(left, right, words.likeness(table[left], table[right]), len(table))
    weights = np.rint((near - close) * _UNITS).astype(np.int64)
    alone = [Group(events=[row]) for row in range(len(table))]
    groups, _ = join(alone, zip(left.tolist(), right.tolist(), weights.tolist(), strict=True), ())
    return [tuple(ids[order[row]] for row in rows) for rows in groups]


def pairs(table: NDArray[np.void]) -> tuple[Rows, Rows]:
    """The rows that share a term, each pair once, the smaller first."""
    terms = table["terms"].ravel()
    rows = np.repeat(np.arange(len(table)), table["terms"].shape[1])
    told = terms != 0
    order = np.lexsort((rows[told], terms[told]))
    terms, rows = terms[told][order], rows[told][order]
    found: list[NDArray[np.int64]] = []
    for step in range(1, min(WINDOW, len(terms))):
        same = terms[step:] == terms[:-step]
        if not same.any():
            break
        found.append(rows[:-step][same] * len(table) + rows[step:][same])
    joint = np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)
    return joint // max(1, len(table)), joint % max(1, len(table))


def closeness(left: Rows, right: Rows, alike: NDArray[np.float32], count: int) -> NDArray[np.float64]:
    """Likenesses of pairs of `count` rows, each held against how alike the nearest of both are."""
    rows, values = np.concatenate([left, right]), np.concatenate([alike, alike]).astype(np.float64)
    order = np.lexsort((-values, rows))
    rows, values = rows[order], values[order]
    rank = np.arange(len(rows)) - np.searchsorted(rows, rows)
    nearest = rank < NEAREST
    mean = np.bincount(rows[nearest], weights=values[nearest], minlength=count) / NEAREST
    held = np.maximum(mean, FLOOR)
    return np.asarray(alike / np.sqrt(held[left] * held[right]))
