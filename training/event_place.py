"""Learn the weights by which a named place is told to be an event's: `src/byline/coding/where_weights.toml`.

    python training/event_place.py GOLD_FOLDER [--out where_weights.toml] [--train-only]

GOLD_FOLDER holds `train.jsonl` (and `dev.jsonl`, on which figures are printed and nothing is chosen): verbs of
political events with the places where they happened (Halterman's event_location, MIT licence). What ships is the
weights alone, a number for each readable level, and none of the corpus's text.

Split of `train.jsonl`: by document, and a document is held out where the first byte of
sha256("event-place/{document}") is a multiple of five (a fifth). The document is the agency's story where the id names
one (its first three parts joined by "_"), else the first 60 characters of the sentence, so that sentences cut off at
different ends stay together. Settings (MIN_CASES, PENALTY, one list alone) were chosen on four parts made in the same
way. The script fits on the train part and prints figures on the held-out part, then fits on all of `train.jsonl` and
writes that (with --train-only the first fit). It needs numpy and scipy, no GPU, takes about two minutes, and draws
nothing at random: the same data, gazetteer and spaCy model give the same weights.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from levels import matrix_of, quoted
from scipy.optimize import minimize

from byline.bench.documents import overlapping
from byline.bench.event_place import Verb, figures, load
from byline.bench.harness import Coder
from byline.coding import spots, where_ranker
from byline.coding.page import Page
from byline.coding.spots import Spot
from byline.coding.syntax import is_verb
from byline.coding.where_levels import Reader
from byline.config import Config

OUT = Path(__file__).parent.parent / "src/byline/coding/where_weights.toml"
# Levels that hold in fewer rows are left out. In four-fold validation 3 and 6 gave places F1 0.833 and 0.835.
MIN_CASES = 6
# Weight of the squared weights. In the same validation 2, 4, 5, 8 and 16 gave 0.830, 0.835, 0.836, 0.835 and 0.829.
PENALTY = 5.0
ITERATIONS = 200
# Weights are written with two decimals; what rounds to nothing is left out.
DECIMALS = 2
HELD_OUT = 5
DOCUMENT_PARTS, DOCUMENT_CHARACTERS = 3, 60
HEAD = """\
# Weights of levels of evidence that an event happened at a spot, in log odds; a level that is not here weighs nothing.
# "none" and what begins with it speak for no place being given. The levels are made in where_levels.py.
# Learned by training/event_place.py on verbs with their places marked (see docs/models/event-place.md); not edited by
# hand.

[levels]
"""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A verb with the levels of each answer it may have: no place first, then each list of spots. `right` says which
    answers the gold holds."""

    verb: Verb
    answers: list[frozenset[str]]
    right: list[bool]


def document_of(verb: Verb) -> str:
    """The document a verb's sentence is from, as far as the gold says."""
    name = verb.text.id.split("@")[0]
    if "_" in name:
        return "_".join(name.split("_")[:DOCUMENT_PARTS])
    return verb.text.raw.strip()[:DOCUMENT_CHARACTERS]


def held_out(verb: Verb) -> bool:
    """Is a verb's document held out of training?"""
    return sha256(f"event-place/{document_of(verb)}".encode()).digest()[0] % HELD_OUT == 0


class Corpus:
    """Verbs, each sentence parsed once."""

    def __init__(self) -> None:
        self.coder = Coder.load(Config())
        self.pages: dict[str, Page | None] = {}

    def page(self, verb: Verb) -> Page | None:
        """The sentence laid open; None when it cannot be."""
        if verb.text.raw not in self.pages:
            found = self.coder.ask(verb.text.document, lambda page: [page])
            self.pages[verb.text.raw] = found[0] if found else None
        return self.pages[verb.text.raw]

    def case(self, verb: Verb) -> Case | None:
        """The answers a verb may have, and which are right: a list is when at least half its items are."""
        page = self.page(verb)
        if page is None:
            return None
        token = page.token_at(verb.text.forth(*verb.verb)[0])
        found = spots.find(page, page.sentence_at(token.idx))
        reader = Reader(page, token, token if is_verb(token) else None, found)
        series: dict[int, list[Spot]] = {}
        for spot in found:
            series.setdefault(spot.series, []).append(spot)
        right = []
        for items in series.values():
            spans = [verb.text.back(spot.toponym.span.start, spot.toponym.span.end) for spot in items]
            hits = sum(overlapping(*span, verb.places) is not None for span in spans)
            right.append(2 * hits >= len(items))
        answers = [reader.none(), *(reader.levels(items[0]) for items in series.values())]
        return Case(verb=verb, answers=[frozenset(one) for one in answers], right=[not any(right), *right])

    def cases(self, verbs: Sequence[Verb]) -> list[Case]:
        """The cases of verbs whose sentences can be read."""
        return [case for verb in verbs if (case := self.case(verb)) is not None]

    def told(self, verbs: Sequence[Verb], weights: dict[str, float]) -> str:
        """The figures that weights reach on verbs."""
        predictions = []
        for verb in verbs:
            places: list[list[int]] = []
            page = self.page(verb)
            if page is not None:
                token = page.token_at(verb.text.forth(*verb.verb)[0])
                chosen = where_ranker.choose(page, token, token if is_verb(token) else None, weights)
                places = [list(verb.text.back(one.toponym.span.start, one.toponym.span.end)) for one in chosen]
            predictions.append({"id": verb.text.id, "places": places})
        return "".join(figures(verbs, predictions))


def fit(cases: Sequence[Case]) -> dict[str, float]:
    """The weights under which the right answers are likeliest, with an L2 penalty."""
    answers = [answer for case in cases for answer in case.answers]
    levels, matrix = matrix_of(answers, min_rows=MIN_CASES)
    owner = np.repeat(np.arange(len(cases)), [len(case.answers) for case in cases])
    right = np.array([one for case in cases for one in case.right], dtype=float)
    turned = matrix.T.tocsr()

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = matrix @ weights
        top = np.full(len(cases), -np.inf)
        np.maximum.at(top, owner, scores)
        odds = np.exp(scores - top[owner])
        every = np.bincount(owner, odds, len(cases))
        good = np.bincount(owner, odds * right, len(cases)) + np.finfo(float).tiny
        slope = odds / every[owner] - odds * right / good[owner]
        value = float(np.log(every).sum() - np.log(good).sum() + PENALTY / 2 * weights @ weights)
        return value, turned @ slope + PENALTY * weights

    found = minimize(loss, np.zeros(len(levels)), jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS})
    rounded = np.round(found.x, DECIMALS)
    return {level: float(weight) for level, weight in zip(levels, rounded, strict=True) if weight}


def main() -> None:
    """Fit, print figures, write the weights."""
    parser = argparse.ArgumentParser(description="Learn which of the places named is an event's.")
    parser.add_argument("gold", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--train-only", action="store_true", help="write what was learned on the train part alone")
    args = parser.parse_args()
    corpus = Corpus()
    verbs = load(args.gold / "train.jsonl")
    train = [verb for verb in verbs if not held_out(verb)]
    held = [verb for verb in verbs if held_out(verb)]
    weights = fit(corpus.cases(train))
    sys.stdout.write(f"train part: {corpus.told(train, weights)}\nheld-out part: {corpus.told(held, weights)}\n")
    if not args.train_only:
        weights = fit(corpus.cases(verbs))
    if (dev := args.gold / "dev.jsonl").exists():
        sys.stdout.write(f"dev, for report only: {corpus.told(load(dev), weights)}\n")
    lines = [f"{quoted(level)} = {weight:.{DECIMALS}f}\n" for level, weight in sorted(weights.items())]
    args.out.write_text(HEAD + "".join(lines), encoding="utf-8")
    sys.stdout.write(f"{len(weights)} levels in {args.out}\n")


if __name__ == "__main__":
    main()
