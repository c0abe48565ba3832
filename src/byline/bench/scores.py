"""Figures that several benches share: precision, recall, F1, one-to-one pairing, distance on the globe."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from byline.errors import BylineError

P = TypeVar("P")
G = TypeVar("G")

EARTH_DIAMETER_KM = 12742.0
"""Twice the mean radius of the earth, as geocoding benchmarks take it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Precision and recall as shares from 0 to 1; 0 where there is nothing to divide by."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 0 when both are."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __str__(self) -> str:
        return f"P {self.precision:.3f} R {self.recall:.3f} F1 {self.f1:.3f}"


def share(part: float, whole: float) -> float:
    """`part` of `whole`, from 0 to 1; 0 when `whole` is 0."""
    return part / whole if whole else 0.0


def score(right: float, predicted: float, gold: float, *, found: float | None = None) -> Score:
    """A Score from counts: `right` of the `predicted`, and `found` (default: as many as are right) of the `gold`."""
    return Score(precision=share(right, predicted), recall=share(right if found is None else found, gold))


def assign(predicted: Sequence[P], gold: Sequence[G], value: Callable[[P, G], float]) -> list[tuple[int, int, float]]:
    """Pairs (index in `predicted`, index in `gold`, value), one to one, with the largest total value.

    Pairs of value 0 or less are left out. Raises BylineError where scipy is not installed.
    """
    if not predicted or not gold:
        return []
    try:
        from scipy.optimize import linear_sum_assignment
    except ImportError as error:
        raise BylineError(
            "this bench pairs things with scipy, which is not installed: pip install 'byline-events[bench]'"
        ) from error
    table = [[value(p, g) for g in gold] for p in predicted]
    rows, columns = linear_sum_assignment(table, maximize=True)
    pairs = [(int(i), int(j), table[int(i)][int(j)]) for i, j in zip(rows, columns, strict=True)]
    return [pair for pair in pairs if pair[2] > 0]


def kilometres(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """The great-circle distance in km between two points given in degrees."""
    a, b = math.radians(latitude), math.radians(other_latitude)
    turn = math.radians(other_longitude - longitude)
    half = 0.5 - math.cos(b - a) / 2 + math.cos(a) * math.cos(b) * (1 - math.cos(turn)) / 2
    return EARTH_DIAMETER_KM * math.asin(math.sqrt(min(1.0, half)))
