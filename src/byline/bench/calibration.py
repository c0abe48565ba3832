"""Is a confidence what it says? Of the values held 0.8 likely four in five should be right.

Measured on documents that nothing was learned on (a fifth of each corpus, by a hash of its name), field by field.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from byline.bench.harness import Coder, Job, save
from byline.bench.judged import Case, gather
from byline.coding import confidence
from byline.deciding.calibration import Bin, area, bins, expected_error

__all__ = ["Bin", "area", "bench", "bins", "by_corpus", "expected_error", "scored"]

FEWEST = 50
"""A field with fewer values held back than this is told without figures: they would say nothing."""


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


def by_corpus(cases: Sequence[Case]) -> Iterator[str]:
    """The same figures for each field and corpus with enough values."""
    for key in sorted({(case.field, case.corpus) for case in cases}):
        rows = scored([case for case in cases if (case.field, case.corpus) == key])
        if len(rows) >= FEWEST:
            yield (
                f"  {key[0]}, {key[1]}: {len(rows)} values, {sum(good for _, good in rows) / len(rows):.3f} right; "
                f"ECE {expected_error(bins(rows)):.3f}, AUROC {area(rows):.3f}"
            )
