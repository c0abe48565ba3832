"""Learn how likely each coded value is right: `src/byline/coding/confidence_weights.toml`.

    python training/confidence.py GOLD_FOLDER [--out confidence_weights.toml] [--plot docs/img/reliability.svg]

GOLD_FOLDER is the folder of all gold data (muc4, plover_gsr, event_place and timex are read); the sentences of
`training/sentences` are read beside it. Every value that the coder gives and the gold can judge is a case with the
levels of evidence that hold for it (`coding/confidence_levels.py`); for each field a logistic regression over its
levels is fitted. Held back: documents whose hash says so, a fifth (`bench/judged.py`). The script fits on the others,
prints figures on those held back, and writes those weights, so that `byline bench calibration` measures what ships on
documents it was not fitted on. It needs numpy and scipy, no GPU, takes some minutes, and draws nothing at random.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from levels import matrix_of, quoted
from scipy.optimize import minimize

from byline.bench.calibration import Bin, area, bins, expected_error, scored
from byline.bench.harness import Coder
from byline.bench.judged import Case, gather
from byline.bench.reliability import svg
from byline.config import Config

OUT = Path(__file__).parent.parent / "src/byline/coding/confidence_weights.toml"
# Levels that hold for fewer cases are left out.
MIN_CASES = 8
# Weight of the squared weights; "any", the level all cases share, is not held back.
PENALTY = 2.0
ITERATIONS = 300
DECIMALS = 2
# A field with fewer cases, or fewer wrong ones, learns nothing.
FEWEST, FEWEST_WRONG = 120, 20
HEAD = """\
# Weights of levels of evidence that a coded value is right, in log odds, for each field; a level that is not here
# weighs nothing. The levels are made in confidence_levels.py. Learned by training/confidence.py on values that people
# marked (see docs/models/confidence.md); not edited by hand.
"""


def fit(cases: Sequence[Case]) -> dict[str, float]:
    """The weights under which what is right and wrong is likeliest, with an L2 penalty."""
    levels, matrix = matrix_of([case.levels for case in cases], min_rows=MIN_CASES)
    right = np.array([case.right for case in cases], dtype=float)
    penalty = np.full(len(levels), PENALTY)
    penalty[levels.index("any")] = 0.0

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        odds = matrix @ weights
        chance = 1 / (1 + np.exp(-odds))
        value = float((np.logaddexp(0, odds) - right * odds).sum() + penalty / 2 @ weights**2)
        return value, matrix.T @ (chance - right) + penalty * weights

    found = minimize(loss, np.zeros(len(levels)), jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS})
    rounded = np.round(found.x, DECIMALS)
    return {level: float(weight) for level, weight in zip(levels, rounded, strict=True) if weight}


def main() -> None:
    """Fit each field, print figures of the documents held back, write the weights."""
    parser = argparse.ArgumentParser(description="Learn how likely each coded value is right.")
    parser.add_argument("gold", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--plot", type=Path, help="where to draw the reliability plot of what was held back")
    args = parser.parse_args()
    cases = gather(Coder.load(Config()), args.gold)
    table: dict[str, dict[str, float]] = {}
    drawn: dict[str, list[Bin]] = {}
    notes: dict[str, str] = {}
    for field in sorted({case.field for case in cases}):
        train = [case for case in cases if case.field == field and not case.held_out]
        held = [case for case in cases if case.field == field and case.held_out]
        if len(train) < FEWEST or sum(not case.right for case in train) < FEWEST_WRONG:
            sys.stdout.write(f"{field}: {len(train)} cases, too few to learn from\n")
            continue
        table[field] = fit(train)
        rows = scored(held, table)
        drawn[field] = bins(rows)
        notes[field] = f"ECE {expected_error(drawn[field]):.3f}, AUROC {area(rows):.3f}, n {len(rows)}"
        share = sum(case.right for case in held) / len(held)
        sys.stdout.write(
            f"{field}: {len(train)} cases, {len(table[field])} levels; held back {share:.3f} right: {notes[field]}\n"
        )
    text = HEAD
    for field, weights in table.items():
        text += f"\n[{field}]\n" + "".join(
            f"{quoted(level)} = {weight:.{DECIMALS}f}\n" for level, weight in sorted(weights.items())
        )
    args.out.write_text(text, encoding="utf-8")
    if args.plot:
        args.plot.write_text(svg(drawn, notes), encoding="utf-8")


if __name__ == "__main__":
    main()
