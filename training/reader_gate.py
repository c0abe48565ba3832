"""Learn which sentences are worth the event reader's time: `src/byline/coding/weights/event_reader_gate.json`.

    python training/reader_gate.py GOLD_FOLDER [--out FOLDER]

A logistic regression on the words and pairs of words of a sentence. It learns from our own sentences (training part),
with and without events, and from sentences of local news (GOLD_FOLDER/toponyms/lgl.xml), taken for sentences without
events, which most of them are. It says what share of the sentences of the validation part, and of TimeBank's news,
score more than a row of thresholds. Seconds on a CPU; nothing is drawn but the news, with a fixed seed.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
from reader_data import Example, own
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from byline.coding.reader_gate import PAIR, signs

OUT = Path(__file__).parent.parent / "src/byline/coding/weights"
NEWS, SEED = 9_000, 0
# A sign that stands in fewer sentences of our own is left out. Penalties of 0.3 and 1 let 5.8 and 6.0 in 100 sentences
# of TimeBank pass where eight in ten with events do.
MIN_SENTENCES, PENALTY, ITERATIONS = 2, 0.3, 150
DECIMALS = 2
SHORTEST, LONGEST = 25, 400


def news(path: Path) -> list[str]:
    """Sentences of LGL's articles, roughly cut."""
    texts = (article.findtext("text") or "" for article in ElementTree.parse(path).getroot().iter("article"))
    cut = [one for text in texts for one in re.split(r"(?<=[.!?])\s+|\n", text)]
    return [one for one in cut if SHORTEST < len(one) < LONGEST]


def timebank(folder: Path) -> list[str]:
    """Sentences of TimeBank, roughly cut."""
    found = []
    for path in sorted(folder.glob("*")):
        match = re.search(r"<TEXT>(.*?)</TEXT>", path.read_text(encoding="utf-8"), re.S)
        text = re.sub(r"<[^>]+>", "", match[1]) if match else ""
        found += [one for one in re.split(r"(?<=[.!?])\s+|\n\n", text) if len(one) > SHORTEST]
    return found


def fit(texts: Sequence[str], wanted: Any, own_texts: int) -> dict[str, float]:
    """The weight of each sign, and that of the empty sign for all sentences."""
    held = [signs(text) for text in texts]
    counted = Counter(sign for some in held[:own_texts] for sign in some)
    names = {sign: at for at, sign in enumerate(sign for sign, count in counted.items() if count >= MIN_SENTENCES)}
    places = [(row, names[sign]) for row, some in enumerate(held) for sign in sorted(some) if sign in names]
    rows, columns = zip(*places, strict=True)
    matrix = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(held), len(names)))

    def loss(weights: Any) -> tuple[float, Any]:
        chance = 1 / (1 + np.exp(-(matrix @ weights[:-1] + weights[-1])))
        lost = -(wanted * np.log(chance + 1e-9) + (1 - wanted) * np.log(1 - chance + 1e-9)).sum()
        slope = chance - wanted
        return lost + PENALTY * (weights[:-1] ** 2).sum(), np.r_[
            matrix.T @ slope + 2 * PENALTY * weights[:-1], slope.sum()
        ]

    found = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS}).x
    weights = {sign: round(float(found[at]), DECIMALS) for sign, at in names.items()}
    return {"": round(float(found[-1]), DECIMALS), **{sign: weight for sign, weight in weights.items() if weight}}


def main() -> None:
    """Fit, say the figures, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    examples = list(own())
    train = [one for one in examples if one.part == "train"]
    quiet = news(given.gold / "toponyms/lgl.xml")
    random.Random(SEED).shuffle(quiet)
    texts = [one.text for one in train] + quiet[:NEWS]
    wanted = np.array([float(bool(one.told)) for one in train] + [0.0] * min(NEWS, len(quiet)))
    weights = fit(texts, wanted, len(train))
    _say(weights, [one for one in examples if one.part == "validation"], timebank(given.gold / "timex/timebank"))
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "event_reader_gate.json").write_text(
        json.dumps(weights, ensure_ascii=False, indent=0) + "\n", encoding="utf-8"
    )


def _say(weights: dict[str, float], checked: Sequence[Example], ordinary: Sequence[str]) -> None:
    def passing(texts: Sequence[str], least: float) -> float:
        scores = [sum(weights.get(sign, 0.0) for sign in ("", *signs(text))) for text in texts]
        return sum(score > least for score in scores) / max(1, len(scores))

    for least in (-2.0, -1.0, 0.0, 0.5, 1.0, 1.5, 2.0):
        shares = (
            passing([one.text for one in checked if one.told], least),
            passing([one.text for one in checked if not one.told], least),
            passing(ordinary, least),
        )
        sys.stdout.write("above {}: with events {:.3f}, without {:.3f}, TimeBank {:.3f}\n".format(least, *shares))
    sys.stdout.write(f"{len(weights)} signs, {sum(PAIR in sign for sign in weights)} of them pairs\n")


if __name__ == "__main__":
    main()
