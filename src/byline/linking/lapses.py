"""Which pairs found before are to be looked at again, since blocks grew or lost rows.

Which pairs are compared depends on the rows that are there, so that any order of arrival gives the same; a great block
that grows lets go of some, and one that loses a leader compares others.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from byline.linking import blocking
from byline.linking.features import Table

Mask = NDArray[np.bool_]


def shaken(table: Table, moved: Mask) -> Mask:
    """Rows in a great block with a row that came or went: only among these are there pairs that are no longer to be
    compared since it came, or are to be since it went."""
    found, rows = blocking.keys(table)
    begins = np.flatnonzero(np.concatenate([np.ones(min(len(found), 1), np.bool_), found[1:] != found[:-1]]))
    sizes = np.diff(begins, append=len(found))
    with_moved = np.logical_or.reduceat(moved[rows], begins) if len(begins) else np.zeros(0, np.bool_)
    held = np.zeros(len(table), np.bool_)
    held[rows[np.repeat(with_moved & (sizes > blocking.COMMON), sizes)]] = True
    return held


def reopened(table: Table, gone: Table) -> Mask:
    """Rows to be compared again since the rows in `gone` are no longer there."""
    if not len(gone):
        return np.zeros(len(table), np.bool_)
    before = np.concatenate([table, gone])
    return shaken(before, np.arange(len(before)) >= len(table))[: len(table)]
