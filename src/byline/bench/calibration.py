"""Is a confidence what it says? Of the values held 0.8 likely four in five should be right.

Measured on documents that nothing was learned on (a fifth of each corpus, by a hash of its name), field by field.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from byline.bench.harness import Coder, Job, save
from byline.bench.judged import Case, gather
from byline.coding import confidence

BINS = 10
"""Bins of equal mass that values are sorted into by their confidence."""

FEWEST = 50
"""A field with fewer values held back than this is told without figures: they would say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Values of nearly the same confidence: their mean confidence, the share that is right, how many they are."""

    confidence: float
    right: float
    count: int


def bench(job: Job) -> None:
    """Print for each field the expected calibration error and the area under the ROC curve; bins with --errors."""
    coder = Coder.load(job.config)
    cases = [case for case in gather(coder, job.gold) if case.held_out]
    told = []
    for field in sorted({case.field for case in cases}):
        rows = scored([case for case in cases if case.field == field])
        if len(rows) < FEWEST:
            job.write(f"{field}: {len(rows)} values held back, too few to tell")
            continue
        right = sum(good for _, good in rows) / len(rows)
        parts = bins(rows)
        job.write(
            f"{field}: {len(rows)} values, {right:.3f} right; ECE {expected_error(parts):.3f}, AUROC {area(rows):.3f}"
        )
        if job.errors:
            for part in parts:
                job.write(f"  confidence {part.confidence:.3f}: {part.right:.3f} of {part.count} right")
        told.append({"field": field, "bins": [[part.confidence, part.right, part.count] for part in parts]})
    for line in by_corpus(cases):
        job.write(line)
    if job.predictions is not None:
        save(job.predictions, told)


def scored(cases: Sequence[Case], table: confidence.Weights | None = None) -> list[tuple[float, bool]]:
    """(confidence, right) of cases; the score a value came with where nothing was learned for its field."""
    rows = []
    for case in cases:
        found = confidence.probability(case.field, case.levels, table)
        rows.append((case.score if found is None else found, case.right))
    return rows


def bins(rows: Sequence[tuple[float, bool]], *, count: int = BINS) -> list[Bin]:
    """Values sorted by confidence and cut into bins of equal mass."""
    ordered = sorted(rows)
    found = []
    for number in range(count):
        part = ordered[number * len(ordered) // count : (number + 1) * len(ordered) // count]
        if part:
            mean = sum(score for score, _ in part) / len(part)
            found.append(Bin(confidence=mean, right=sum(good for _, good in part) / len(part), count=len(part)))
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


def by_corpus(cases: Sequence[Case]) -> Iterator[str]:
    """The same figures for each field and corpus with enough values."""
    for key in sorted({(case.field, case.corpus) for case in cases}):
        rows = scored([case for case in cases if (case.field, case.corpus) == key])
        if len(rows) >= FEWEST:
            yield (
                f"  {key[0]}, {key[1]}: {len(rows)} values, {sum(good for _, good in rows) / len(rows):.3f} right; "
                f"ECE {expected_error(bins(rows)):.3f}, AUROC {area(rows):.3f}"
            )
