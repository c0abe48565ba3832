"""The links of a table: pairs worth comparing that may be one happening."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from byline.linking import blocking, comparisons
from byline.linking.comparisons import Weights
from byline.linking.features import Table

LEAST_PROBABILITY: Final = 0.01
"""Pairs below are not kept: nobody would ask about them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Pairs of rows with the number of their level in each respect and the log2 odds of one happening."""

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    levels: NDArray[np.uint8]
    log_odds: NDArray[np.float32]

    @property
    def probability(self) -> NDArray[np.float32]:
        """How probable it is that each pair is one happening."""
        return comparisons.probability(self.log_odds)

    @property
    def likely(self) -> NDArray[np.bool_]:
        """The pairs that are likelier one happening than not: what `partition` takes."""
        return np.asarray(self.log_odds > 0)


def lots(
    table: Table,
    new: NDArray[np.bool_] | None = None,
    *,
    least: float = LEAST_PROBABILITY,
    weights: Weights | None = None,
) -> Iterator[Links]:
    """The links of `least` probability and more, in bounded lots; with `new` only those of a new row."""
    for left, right in blocking.pairs(table, new):
        scored = comparisons.score(table, left, right, weights)
        kept = scored.probability >= least
        yield Links(
            left=left[kept], right=right[kept], levels=scored.levels[kept], log_odds=scored.log_odds[kept]
        )  # fmt: skip


def links(
    table: Table,
    new: NDArray[np.bool_] | None = None,
    *,
    least: float = LEAST_PROBABILITY,
    weights: Weights | None = None,
) -> Links:
    """All lots in one."""
    found = list(lots(table, new, least=least, weights=weights))
    empty = np.zeros(0, np.int32)
    return Links(
        left=np.concatenate([empty, *(lot.left for lot in found)]),
        right=np.concatenate([empty, *(lot.right for lot in found)]),
        levels=np.concatenate([np.zeros((0, len(comparisons.RESPECTS)), np.uint8), *(lot.levels for lot in found)]),
        log_odds=np.concatenate([np.zeros(0, np.float32), *(lot.log_odds for lot in found)]),
    )
