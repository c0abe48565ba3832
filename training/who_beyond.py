"""Learn which nouns of the sentences after an attack fill a role of it: `src/byline/coding/who_beyond_weights.toml`.

    python training/who_beyond.py GOLD/muc4/roles_train.json [--check]

A noun is an example where the attack before it is of a type that the document's keys have: it fills a role where the
keys give its words as a filler of that role, in any template of the type. A logistic regression for each role, with a
quadratic penalty. With `--check` nothing is written: a fifth of the documents is held out at a time, and precision and
recall are printed for some thresholds. No random number is used; two minutes of one core.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from byline.bench import muc4
from byline.bench.harness import Coder
from byline.bench.muc4_templates import TITLES, incident_type
from byline.coding import who_beyond
from byline.coding.syntax import named
from byline.coding.who_names import name_span
from byline.config import Config
from byline.errors import DocumentError
from byline.model import Event

OUT = Path(__file__).parent.parent / "src/byline/coding/who_beyond_weights.toml"
SLOTS = {"actor": ("PerpInd", "PerpOrg"), "recipient": ("Victim", "Target"), "instrument": ("Weapon",)}
# Levels seen less often tell nothing; of penalties from 1 to 3 and bounds from 4 to 8 none was better by a point.
SELDOM, PENALTY = 5, 2.0
# A weight this small moves no decision.
SLIGHT = 0.05
FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A noun: its document, its levels, and which roles the keys give it."""

    document: str
    levels: frozenset[str]
    roles: frozenset[str]


def rows(path: Path) -> Iterator[Row]:
    """The nouns offered for attacks of every document with keys."""
    coder = Coder.load(Config())
    # What the step says itself must not be seen by it.
    steps = tuple(step for step in coder.pipeline.steps if step.name != "beyond")
    coder.pipeline = replace(coder.pipeline, steps=steps)
    for report in muc4.load(path):
        if report.templates:
            yield from _of_report(coder, report)


def _of_report(coder: Coder, report: muc4.Report) -> Iterator[Row]:
    for page in coder.ask(report.text.document, lambda page: [page]):
        try:
            events = coder.pipeline.code_page(page)
        except DocumentError:
            return
        for offer in who_beyond.offers(page, events):
            same = _same(report, offer.event, incident_type(page.document, offer.event))
            if not same:
                continue
            words = page.document.quote(name_span(page, offer.token))
            names = {words, TITLES.sub("", words), page.document.quote(named(offer.token))}
            said = {muc4.plain(name) for name in names} - {""}
            filled = {role for role, slots in SLOTS.items() if said & _names(same, slots)}
            yield Row(
                document=report.text.id,
                levels=frozenset(who_beyond.levels(page, offer)),
                roles=frozenset(filled),
            )


def _same(report: muc4.Report, event: Event, kind: str | None) -> list[muc4.Template]:
    return [one for one in report.templates if kind is not None and any(kind in name for name in one.types)]


def _names(templates: list[muc4.Template], slots: tuple[str, ...]) -> set[str]:
    return {name for one in templates for slot in slots for entity in one.roles[slot] for name in entity}


def fit(table: csr_matrix, y: NDArray[np.float64], free: int) -> NDArray[np.float64]:
    """The weights of a logistic regression; that of column `free` is hardly held back."""
    held = np.full(table.shape[1], PENALTY)
    held[free] = 0.01

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = table @ weights
        chance = 1 / (1 + np.exp(-odds))
        value = float(np.sum(np.logaddexp(0, odds) - y * odds) + 0.5 * np.sum(held * weights**2))
        return value, table.T @ (chance - y) + held * weights

    return np.asarray(minimize(loss, np.zeros(table.shape[1]), jac=True, method="L-BFGS-B").x)


def main() -> None:
    """Write the weights, or print what they are worth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    seen = list(rows(asked.gold))
    counted = Counter(level for row in seen for level in row.levels)
    columns = {level: i for i, level in enumerate(sorted(one for one, count in counted.items() if count >= SELDOM))}
    cells = [[columns[level] for level in sorted(row.levels) if level in columns] for row in seen]
    table = csr_matrix(
        (np.ones(sum(map(len, cells))), [i for row in cells for i in row], np.cumsum([0, *map(len, cells)])),
        shape=(len(seen), len(columns)),
    )
    lines = ["# Written by training/who_beyond.py: the weight of each level of evidence, in log odds, for each role."]
    for role in SLOTS:
        y = np.array([float(role in row.roles) for row in seen])
        if asked.check:
            check(role, table, y, np.array([crc32(row.document.encode()) % FOLDS for row in seen]), columns["any"])
            continue
        weights = fit(table, y, columns["any"])
        lines += ["", f"[{role}]"]
        lines += [f"{json.dumps(one)} = {weights[i]:.2f}" for one, i in columns.items() if abs(weights[i]) >= SLIGHT]
    if not asked.check:
        OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")


def check(role: str, table: csr_matrix, y: NDArray[np.float64], folds: NDArray[np.int64], free: int) -> None:
    """Print precision and recall of held-out nouns by threshold."""
    chance = np.zeros(len(y))
    for fold in range(FOLDS):
        chance[folds == fold] = 1 / (
            1 + np.exp(-(table[folds == fold] @ fit(table[folds != fold], y[folds != fold], free)))
        )
    for bound in (0.3, 0.4, 0.5, 0.6, 0.7):
        kept = chance > bound
        right = y[kept].sum()
        precision, recall = right / max(1, kept.sum()), right / max(1.0, y.sum())
        sys.stdout.write(f"{role} > {bound}: {kept.sum()}, P {precision:.2f} R {recall:.2f}\n")


if __name__ == "__main__":
    main()
