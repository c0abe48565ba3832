"""Is a confidence what it says, and how surely does it tell right from wrong? Of values held 0.8 likely four in five
should be right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BINS = 10
"""Bins of equal mass that values are sorted into by their confidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Values of nearly the same confidence: their mean confidence, the share that is right, how many they are."""

    confidence: float
    right: float
    count: int


def bins(rows: Sequence[tuple[float, bool]], *, count: int = BINS) -> list[Bin]:
    """Values sorted by confidence and cut into bins of equal mass; values of one confidence are never parted, so a bin
    may have more and there may be fewer bins."""
    ordered = sorted(rows, key=lambda row: row[0])
    found: list[Bin] = []
    part: list[tuple[float, bool]] = []
    for number, row in enumerate(ordered, 1):
        part.append(row)
        full = number * count >= (len(found) + 1) * len(ordered)
        if number == len(ordered) or (full and ordered[number][0] != row[0]):
            mean = sum(score for score, _ in part) / len(part)
            found.append(Bin(confidence=mean, right=sum(good for _, good in part) / len(part), count=len(part)))
            part = []
    return found


def expected_error(parts: Sequence[Bin]) -> float:
    """The expected calibration error: how far confidence and share right lie apart, bin by bin, weighed by mass."""
    mass = sum(part.count for part in parts)
    return sum(abs(part.confidence - part.right) * part.count for part in parts) / mass if mass else 0.0


def area(rows: Sequence[tuple[float, bool]]) -> float:
    """The area under the ROC curve: how often a right value has more confidence than a wrong one, ties counted half."""
    ordered = sorted(rows)
    positives = sum(good for _, good in rows)
    if not positives or positives == len(rows):
        return 0.5
    ranks, at = 0.0, 0
    while at < len(ordered):
        end = at
        while end < len(ordered) and ordered[end][0] == ordered[at][0]:
            end += 1
        ranks += (at + end + 1) / 2 * sum(good for _, good in ordered[at:end])
        at = end
    return (ranks - positives * (positives + 1) / 2) / (positives * (len(rows) - positives))
