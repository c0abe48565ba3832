"""Learn how much each level of a comparison weighs: `src/byline/linking/weights.toml`.

    python training/linking.py GOLD_FOLDER [--coded FILE] [--out weights.toml]

Fellegi and Sunter's model as splink fits it: a level's weight is log2(m / u), m its share of pairs that are one
happening, u of pairs that are not. Nobody marked which events of these reports are one, so m comes from
expectation-maximisation; u comes from pairs that cannot be one happening, and those are chosen hard: of one type, in
one place, on days that lie apart. So what is learned is what tells two happenings of one town from one, not what tells
news from other news.

1. u of date: pairs of one place and type, whatever their days. u of numbers, actors, targets, weapons, sentence: those
   of them that lie WEEK days apart and more. m of all, and the share of these pairs that are one: by EM over them, with
   copies perturbed as reports differ among them, since real second reports are few.
2. u of place and kind: random pairs within a fortnight. m by EM over pairs of one day, the rest held as learned in 1.
3. words: pairs of reports of ECB+ within a topic, of one happening and of two; marked, so counted; by topic, five-fold,
   for the figure.
4. prior: what makes the share of 1 come out for pairs of one place and type.

Seeded; it prints its figures, and takes minutes, most of them to code the reports (`--coded` keeps these).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from linking_data import coded
from numpy.typing import NDArray

from byline.bench.documents import document
from byline.linking import comparisons, features, words
from byline.linking.comparisons import RESPECTS
from byline.linking.features import Table

OUT = Path(__file__).parent.parent / "src/byline/linking/weights.toml"
SEED = 20261125
WEEK, FORTNIGHT = 4, 14
ITERATIONS = 60
SMOOTHING = 2.0
"""Pairs added to each level of m and u, shared as u is shared: a level that few pairs have tells little."""
MOST = 7.0
"""No level weighs more bits than this."""
COPIES = 0.02
"""Perturbed copies among the pairs of EM, as a share of them."""
RANDOM = 200_000
LONGER = {"within the other's week": 7, "within the other's month": 30, "within the other's longer time": 365}
"""Few pairs have these. A day falls into a longer time by chance as many times as often as it has days, and no date
that holds the other speaks against it: so their weights follow from that of one day."""
HEED = {"sentence": 0.3, "words": 0.3, "actors": 0.6, "targets": 0.8, "site": 1.5}
"""Words of the sentence and of the report, of doers and targets, say again what site and kind say already: their bits
count in part. Where both name a site it says most of all which of two happenings of a town is told, and few pairs
learned from do."""
SECTORED = dict.fromkeys(("actors", "targets"), ("same kind", "nothing shared"))
"""Levels that are not of words shared: they count in full."""
CAUTION = 3.0
"""Bits of doubt beside what was learned. HEED and CAUTION were chosen on three draws of planted pairs
(`byline.bench.link_planted --seed`: 20261125, 7, 31): 1 of 600 pairs of two happenings were joined and 484 of 600 of
one; with all of actors and targets 2 and 485; no more heed of sites and a bit less of caution joined 3 of 400."""
CAPS = {
    ("numbers", "within a half"): 0.0,
    ("place", "within 50 km"): 0.0,
    ("place", "within 200 km"): -1.5,
    ("place", "over 200 km apart"): -4.0,
}
"""Held down by hand: most of the reports are of small countries at war, where what is far apart and what is one matter
go together; and another figure, however near, does not speak for one happening."""
GROUNDS = -20.0
"""Not learned: pairs without a day, or a place and words, in common are never joined."""
FOLDS = 5
LOCAL = ("date", "actors", "targets", "site", "weapons", "numbers", "sentence")
WIDE = ("kind", "place")
NEAR = ("same place", "within both radii", "within 10 km of both radii", "one in the other's region", "in one country")
ORDERED = {
    "date": ("same day", "a day apart", "2 or 3 days apart", "4 to 7 days apart", "over a week apart"),
    "words": RESPECTS["words"][1:],
    "sentence": RESPECTS["sentence"][1:],
    "place": RESPECTS["place"][1:7],
    "actors": RESPECTS["actors"][1:],
    "targets": RESPECTS["targets"][1:],
    "site": RESPECTS["site"][1:],
    "weapons": RESPECTS["weapons"][1:],
    "numbers": ("equal, above two", "within a half", "farther apart"),
}
"""Levels of which a closer one never weighs less."""

Levels = NDArray[np.uint8]
Shares = dict[str, NDArray[np.float64]]


Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]


def all_pairs(table: Table) -> Pairs:
    """Each pair of rows of two documents."""
    left, right = np.triu_indices(len(table), 1)
    other = table["document"][left] != table["document"][right]
    return left[other], right[other]


def of_one_type_and_country(table: Table) -> Pairs:
    """Pairs among which are all of one type in one place."""
    left, right = all_pairs(table)
    country = table["places"]["country"][:, 0]
    kept = (table["type"][left] == table["type"][right]) & (country[left] == country[right]) & (country[left] != 0)
    return left[kept], right[kept]


def of_one_day(table: Table) -> Pairs:
    """Pairs among which are all whose days touch."""
    left, right = all_pairs(table)
    start, end, _ = features.days(table)
    start, end = start.astype(np.int64), end.astype(np.int64)
    kept = (start[left] - end[right] <= 1) & (start[right] - end[left] <= 1) & (start[left] != features.NO_DAY)
    return left[kept], right[kept]


def levels_of(table: Table, left: NDArray[np.int64], right: NDArray[np.int64]) -> Levels:
    """The levels of pairs."""
    return comparisons.score(table, left, right).levels


def at(levels: Levels, respect: str, *names: str) -> NDArray[np.bool_]:
    """The pairs that stand at one of some levels."""
    return np.isin(levels[:, list(RESPECTS).index(respect)], [RESPECTS[respect].index(name) for name in names])


def shares(levels: Levels, respects: Sequence[str], weights: NDArray[np.float64] | None = None) -> Shares:
    """How often each level of each respect is met, among pairs where both tell something, smoothed."""
    found = {}
    for respect in respects:
        counts = np.bincount(
            levels[:, list(RESPECTS).index(respect)], weights=weights, minlength=len(RESPECTS[respect])
        ).astype(float)
        counts[0] = 0
        found[respect] = (counts + SMOOTHING / (len(counts) - 1)) / (counts.sum() + SMOOTHING)
    return found


def fit(levels: Levels, u: Shares, *, held: Mapping[str, NDArray[np.float64]], start: Shares) -> tuple[Shares, float]:
    """m of the respects of `u` and the share of pairs that are one happening, by EM; `held` are bits already known."""
    share, m = COPIES, dict(start)
    known = sum(
        (bits[levels[:, list(RESPECTS).index(respect)]] for respect, bits in held.items()), np.zeros(len(levels))
    )
    for _ in range(ITERATIONS):
        odds = known + np.log2(share / (1 - share))
        for respect in u:
            bits = np.log2(m[respect] / u[respect])
            bits[0] = 0
            odds = odds + bits[levels[:, list(RESPECTS).index(respect)]]
        one = 1 / (1 + np.exp2(-np.clip(odds, -50, 50)))
        share = float(np.clip(one.mean(), 1e-5, 0.5))
        m = shares(levels, tuple(u), one)
    return m, share


def bits(m: Shares, u: Shares) -> dict[str, NDArray[np.float64]]:
    """Weights in bits, in order where levels are ordered."""
    found = {}
    for respect in u:
        weight = np.clip(np.log2(m[respect] / u[respect]), -MOST, MOST)
        names = RESPECTS[respect]
        where = [names.index(name) for name in ORDERED.get(respect, ())]
        if where:
            mass = (m[respect] + u[respect])[where]
            weight[where] = falling(weight[where], mass)
        weight[0] = 0
        found[respect] = weight
    return found


def falling(values: NDArray[np.float64], mass: NDArray[np.float64]) -> NDArray[np.float64]:
    """The nearest numbers that never rise (pool adjacent violators)."""
    blocks = [[v, w, 1] for v, w in zip(values.tolist(), mass.tolist(), strict=True)]
    i = 0
    while i + 1 < len(blocks):
        if blocks[i][0] < blocks[i + 1][0]:
            (a, p, n), (b, q, k) = blocks[i], blocks[i + 1]
            blocks[i : i + 2] = [[(a * p + b * q) / (p + q), p + q, n + k]]
            i = max(0, i - 1)
        else:
            i += 1
    return np.array([value for value, _, n in blocks for _ in range(int(n))])


def as_another_report(table: Table, rng: np.random.Generator) -> Table:
    """Rows as second reports would give them, where real ones are few: of what was told some is left out and some is
    told otherwise. Only so much is assumed; what EM learns of real pairs weighs with it."""
    other = table.copy()
    other["event"] = rng.integers(1, 1 << 62, size=len(table), dtype=np.uint64)
    other["document"] = rng.integers(1, 1 << 62, size=len(table), dtype=np.uint64)
    off = (rng.random(len(table)) < 0.08) & (table["precision"] == 0)
    other["start"][off] -= 1
    other["end"][off] -= 1
    figure = rng.random(len(table)) < 0.3
    grown = np.rint(table["low"][figure] * rng.uniform(1.05, 1.6, size=(int(figure.sum()), 1)))
    other["low"][figure], other["high"][figure] = grown, grown
    for name in ("actors", "targets", "sites", "weapons", "figures", "actor_sectors", "target_sectors"):
        field = other[name]
        field[rng.random(field.shape) < 0.5] = 0
    for name in ("sentence", "words"):
        weights = other[name]["weights"]
        weights[rng.random(weights.shape) < 0.5] = 0
    return other


def local(table: Table, rng: np.random.Generator) -> tuple[dict[str, NDArray[np.float64]], float, list[str]]:
    """Weights of the respects that tell two happenings of one type in one place apart, and the share of such pairs that
    are one happening."""
    levels = levels_of(table, *of_one_type_and_country(table))
    kept = at(levels, "place", "same place", "within both radii", "one in the other's region")
    levels = levels[kept & at(levels, "kind", "same type and mode", "same type")]
    apart = at(levels, "date", "4 to 7 days apart", "over a week apart", "apart by weeks, months or years")
    u = shares(levels, ("date",)) | shares(levels[apart], LOCAL[1:])
    copies = rng.choice(len(table), size=round(len(levels) * COPIES))
    both = np.concatenate([table[copies], as_another_report(table[copies], rng)])
    made = levels_of(both, np.arange(len(copies)), np.arange(len(copies)) + len(copies))
    m, share = fit(np.concatenate([levels, made]), u, held={}, start=shares(made, LOCAL))
    share = max(share - COPIES / (1 + COPIES), 1 / len(levels))
    told = [
        f"pairs of one type in one place: {len(levels)}, of them days apart {apart.sum()}, one happening {share:.4f}"
    ]
    weights = bits(m, u)
    for level, days in LONGER.items():
        of = RESPECTS["date"].index
        weights["date"][of(level)] = max(0.0, weights["date"][of("same day")] - np.log2(days))
    return weights, share, told


def wide(
    table: Table, known: Mapping[str, NDArray[np.float64]], rng: np.random.Generator
) -> dict[str, NDArray[np.float64]]:
    """Weights of place and kind."""
    left, right = (rng.integers(len(table), size=RANDOM) for _ in range(2))
    other = table["document"][left] != table["document"][right]
    levels = levels_of(table, left[other], right[other])
    u = shares(levels, WIDE)
    # What speaks for one place is held against pairs of one country: the world's news is not spread evenly.
    country = table["places"]["country"][:, 0]
    one = (country[left[other]] == country[right[other]]) & (country[left[other]] != 0)
    speak_for = np.isin(RESPECTS["place"], NEAR)
    u["place"] = np.where(speak_for, shares(levels[one], ("place",))["place"], u["place"])
    levels = levels_of(table, *of_one_day(table))
    levels = levels[at(levels, "date", "same day", "a day apart", "within the other's week")]
    made_of = rng.choice(len(table), size=round(len(levels) * COPIES))
    both = np.concatenate([table[made_of], as_another_report(table[made_of], rng)])
    made = levels_of(both, np.arange(len(made_of)), np.arange(len(made_of)) + len(made_of))
    m, _ = fit(np.concatenate([levels, made]), u, held=known, start=shares(made, WIDE))
    return bits(m, u)


def of_words(gold: Path) -> tuple[NDArray[np.float64], list[str]]:
    """Weights of words from pairs of one topic of ECB+, and how well they tell, by topic held out."""
    rows = [json.loads(line) for line in (gold / "linking/ecbplus_dev.jsonl").read_text(encoding="utf-8").splitlines()]
    sketches = np.concatenate([words.sketch(document(row["text"], id=row["docid"])) for row in rows])
    topics = np.array([row["topic"] for row in rows])
    happenings = np.array([row["happening"] for row in rows])
    left, right = np.triu_indices(len(rows), 1)
    one_topic = topics[left] == topics[right]
    left, right = left[one_topic], right[one_topic]
    alike = words.likeness(sketches[left], sketches[right])
    levels = np.zeros((len(left), len(RESPECTS)), np.uint8)
    levels[:, list(RESPECTS).index("words")] = 1 + (alike[:, None] < np.array(comparisons.LIKENESS)).sum(axis=1)
    same = happenings[left] == happenings[right]
    right_of = 0
    for fold in range(FOLDS):
        held = topics[left] % FOLDS == fold
        weight = word_bits(levels[~held], same[~held])
        prior = np.log2(same[~held].mean() / (1 - same[~held].mean()))
        says = weight[levels[held][:, list(RESPECTS).index("words")]] + prior > 0
        right_of += int((says == same[held]).sum())
    told = f"pairs of one topic of ECB+: {len(left)}, told rightly by words alone, by topic held out: "
    return word_bits(levels, same), [f"{told}{right_of / len(left):.3f}"]


def word_bits(levels: Levels, same: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Weights of words from marked pairs."""
    return bits(shares(levels[same], ("words",)), shares(levels[~same], ("words",)))["words"]


HEAD = """\
# Weights of the levels at which two events stand to each other (comparisons.py), in log2 of a Bayes factor; positive
# speaks for one happening. `prior` is the log2 odds before any is looked at. Learned by training/linking.py (see
# docs/models/linking.md); not edited by hand.
"""


def written(prior: float, weights: Mapping[str, NDArray[np.float64]]) -> str:
    """The table as TOML."""
    text = HEAD + f"\nprior = {prior:.2f}\n"
    for respect, names in RESPECTS.items():
        text += f"\n[{respect}]\n"
        text += "".join(f'"{name}" = {weights[respect][i]:.2f}\n' for i, name in enumerate(names) if i)
    return text


def main() -> None:
    """Learn, print, write."""
    parser = argparse.ArgumentParser(description="Learn how much each level of a comparison weighs.")
    parser.add_argument("gold", type=Path)
    parser.add_argument("--coded", type=Path, help="where the coded reports are kept from one run to the next")
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args()
    rng = np.random.default_rng(SEED)
    reports = coded(args.gold, kept=args.coded)
    table = np.concatenate([features.rows(events, report) for report, events in reports])
    near, share, told = local(table, rng)
    weight, more = of_words(args.gold)
    near["words"] = weight
    for respect, heed in HEED.items():
        by_words = np.array([respect in SECTORED and name in SECTORED[respect] for name in RESPECTS[respect]])
        near[respect][~by_words] *= heed
    far = wide(table, near, rng)
    place, kind = RESPECTS["place"].index("same place"), RESPECTS["kind"].index("same type")
    for (respect, level), most in CAPS.items():
        of = near if respect in near else far
        of[respect][RESPECTS[respect].index(level)] = min(of[respect][RESPECTS[respect].index(level)], most)
    prior = np.log2(share / (1 - share)) - CAUTION - far["place"][place] - far["kind"][kind]
    weights = {**near, **far, "grounds": np.array([0.0, GROUNDS])}
    sys.stdout.write(f"{len(reports)} reports, {len(table)} events\n" + "".join(f"{line}\n" for line in (*told, *more)))
    args.out.write_text(written(prior, weights), encoding="utf-8")


if __name__ == "__main__":
    main()
