"""Count how rare words, names and numbers are in news: `src/byline/linking/words.npz`.

    python training/link_words.py GOLD_FOLDER [--out words.npz]
    python training/link_words.py GOLD_FOLDER --validate

GOLD_FOLDER holds `toponyms/`, `timex/` and `muc4/`, whose texts are counted, and `linking/`, on which `--validate` says
how well reports are grouped. What ships is hashes of terms and in how many texts each stands, none of the texts. No
text of ECB+ is counted: its rarities would be those of the matters we measure on.

Validation is over topics: they are dealt into FOLDS parts, by DEALS draws with a seed, each part is grouped by itself,
and the closeness over which groups are one is chosen on the other parts. It is chosen on the reports as they are and on
thin ones, in which most happenings keep one to three reports, as in a store; both figures are printed.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from byline.bench import linking, muc4, timex, toponyms
from byline.linking import stories
from byline.linking.words import hashed, sketch, terms

OUT = Path(__file__).parent.parent / "src/byline/linking/words.npz"
# A term of one text alone counts as one never met.
LEAST_TEXTS = 2
FOLDS, DEALS = 4, 3
CLOSENESS = np.arange(0.46, 0.741, 0.02)
# A thin happening keeps as many reports as one of these says.
THIN = (1, 1, 2, 3, 5, 10)


def main() -> None:
    """Count, and write; or validate."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("gold", type=Path)
    asked.add_argument("--out", type=Path, default=OUT)
    asked.add_argument("--validate", action="store_true")
    given = asked.parse_args()
    lines = validated(linking.load(given.gold / "linking")) if given.validate else counted(given.gold, given.out)
    for line in lines:
        sys.stdout.write(line + "\n")


def counted(gold: Path, out: Path) -> Iterator[str]:
    """Count the terms of the public texts, write them, and say how many there were."""
    counts: Counter[int] = Counter()
    read = texts(gold)
    for text in read:
        counts.update({hashed(kind, term) for kind, found in terms(text).items() for term in found})
    kept = sorted(term for term, number in counts.items() if number >= LEAST_TEXTS)
    np.savez_compressed(
        out,
        terms=np.array(kept, np.uint32),
        counts=np.array([counts[term] for term in kept], np.uint16),
        documents=np.array(len(read), np.uint32),
    )
    yield f"{len(read):,} texts, {len(kept):,} terms, {out.stat().st_size:,} bytes"


def texts(gold: Path) -> list[str]:
    """The news texts that are counted."""
    found = [one.text.raw for name in ("lgl.xml", "GWN.xml") for one in toponyms.load(gold / "toponyms" / name)]
    found += [one.text.raw for name in ("timebank", "aquaint") for one in timex.load(gold / "timex" / name)]
    return found + [one.text.raw for one in muc4.load(gold / "muc4" / "roles_train.json")]


def validated(reports: Sequence[linking.Report]) -> Iterator[str]:
    """B-cubed F1 on topics on which nothing was chosen."""
    topics = sorted({report.topic for report in reports})
    sketches = np.concatenate([sketch(report.text.document) for report in reports])
    figures: list[tuple[float, float, float]] = []
    for deal in range(DEALS):
        draw = random.Random(deal)
        draw.shuffle(topics)
        thin = _thin(reports, draw)
        parts = [set(topics[i::FOLDS]) for i in range(FOLDS)]
        whole, few = ([_curve(reports, sketches, part, kept=kept) for part in parts] for kept in (None, thin))
        for i in range(FOLDS):
            best = _best(sum(whole[j] + few[j] for j in range(FOLDS) if j != i))
            figures.append((float(whole[i][best]), float(few[i][best]), float(CLOSENESS[best])))
    table = np.array(figures)
    for name, column in zip(("as they are", "thin"), table.T[:2], strict=True):
        yield f"reports {name}: B-cubed F1 {column.mean():.3f}, from {column.min():.3f} to {column.max():.3f}"
    yield f"closeness chosen {table[:, 2].mean():.3f}, from {table[:, 2].min():.2f} to {table[:, 2].max():.2f}"


def _thin(reports: Sequence[linking.Report], draw: random.Random) -> set[str]:
    kept: set[str] = set()
    for happening in sorted({report.happening for report in reports}):
        told = [report.text.id for report in reports if report.happening == happening]
        kept.update(draw.sample(told, min(len(told), draw.choice(THIN))))
    return kept


def _curve(
    reports: Sequence[linking.Report], sketches: NDArray[np.void], topics: set[str], *, kept: set[str] | None
) -> NDArray[np.float64]:
    """F1 of the reports of some topics at each closeness."""
    rows = [i for i, one in enumerate(reports) if one.topic in topics and (kept is None or one.text.id in kept)]
    ids = [reports[i].text.id for i in rows]
    happenings = [reports[i].happening for i in rows]
    out = []
    for close in CLOSENESS.tolist():
        of = {id: group[0] for group in stories.group(ids, sketches[rows], close=close) for id in group}
        out.append(linking.b_cubed(happenings, [of[id] for id in ids])[2])
    return np.array(out)


def _best(curve: NDArray[np.float64]) -> int:
    """Where a curve, evened over three places, is highest."""
    evened = np.convolve(np.pad(curve, 1, "edge"), np.ones(3) / 3, "valid")
    return int(evened.argmax())


if __name__ == "__main__":
    main()
