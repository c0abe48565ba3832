"""Planted pairs of reports: two happenings of one kind in one town in one week, of which none may be joined, and two
reports of one happening that differ in words, figures and day.

    python -m byline.bench.link_planted [--pairs 200] [--seed 20261125] [--errors]

The reports are put together from `planted.toml` by a seeded draw, coded, and linked all at once, so that a report may
also be joined to one of another pair. Two happenings are reported in the same forms of words, one is reported in two:
so words alone tell less than they do in news.
"""

from __future__ import annotations

import argparse
import random
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from itertools import combinations
from typing import Any

import numpy as np

from byline.bench.documents import document
from byline.bench.harness import Coder
from byline.config import Config
from byline.linking import features, links, partition
from byline.model import Document

SEED = 20261125
PAIRS = 200

_DESKS = ("Harbour Wire", "Inland Press Service")

_SMALL = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What happened: a kind of `planted.toml`, filled."""

    kind: dict[str, Any]
    town: str
    day: date
    target: str
    count: int
    cause: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two reports, and whether they tell of one happening."""

    same: bool
    kind: str
    reports: tuple[Document, Document]


def pairs(count: int, seed: int) -> Iterator[Pair]:
    """`count` pairs of two happenings of one kind in one town in one week, then as many of one happening."""
    data = tomllib.loads(resources.files("byline.bench").joinpath("planted.toml").read_text(encoding="utf-8"))
    rng = random.Random(seed)
    for i in range(2 * count):
        kind, town = data["kind"][i % len(data["kind"])], rng.choice(data["towns"])
        day = date(2019, 1, 1) + timedelta(days=rng.randrange(1500))
        targets = rng.sample(kind["targets"], 2)
        facts, doers = rng.sample(kind["facts"], 6), rng.sample(kind["doers"], 2)
        one = _happening(kind, town, day, target=targets[0], facts=[*facts[:3], doers[:1]], rng=rng)
        same = i >= count
        other = one
        if not same:
            later, facts = day + timedelta(days=rng.randrange(7)), [*facts[3:], doers[1:]]
            other = _happening(kind, town, later, target=targets[1], facts=facts, rng=rng)
        first = _report(one, data["sources"], way=0, name=f"planted/{i}/a", rng=rng)
        second = _report(other, data["sources"], way=int(same), name=f"planted/{i}/b", rng=rng)
        yield Pair(same=same, kind=kind["name"], reports=(first, second))


def _happening(
    kind: dict[str, Any], town: str, day: date, *, target: str, facts: Sequence[list[str]], rng: random.Random
) -> Happening:
    return Happening(
        kind=kind,
        town=town,
        day=day,
        target=target,
        count=rng.randint(2, 12),
        cause=rng.choice(kind.get("causes", [""])),
        facts=tuple((fact[0], fact[-1]) for fact in facts),
    )


def _report(what: Happening, sources: Sequence[str], *, way: int, name: str, rng: random.Random) -> Document:
    """One report: the first way as it was first told; the second by another desk, which has another figure in two of
    five cases, another day in one of ten, and one of the three facts not."""
    count, day = what.count, what.day
    if way:
        count += rng.choice([0, 0, 0, 1, 2])
        day += timedelta(days=rng.choice([0] * 9 + [-1]))
    published = what.day + timedelta(days=rng.choice([0, 1, 1, 2]))
    fill = {
        "town": what.town,
        "target": what.target,
        "Target": what.target[0].upper() + what.target[1:],
        "count": _number(count),
        "Count": _number(count).capitalize(),
        "crowd": f"{count * 150:,}",
        "cause": what.cause,
        "source": rng.choice(list(sources)),
        "day": _named(day, published, rng),
    }
    *facts, last = (fact[way] for fact in what.facts)
    kept = facts if not way else rng.sample(facts, 2)
    body = [rng.choice(what.kind["leads"]).format(**fill), *kept, last]
    lead = f"{what.town.split(',')[0].upper()} ({_DESKS[way]}) - "
    made = document(lead + " ".join(body), id=name, published=published)
    title = rng.choice(what.kind["titles"]).format(**{**fill, "town": what.town.split(",")[0]})
    return Document(**{**{key: getattr(made, key) for key in made.__slots__}, "title": title, "language": "en"})


def _number(count: int) -> str:
    return _SMALL[count - 2] if count - 2 < len(_SMALL) else str(count)


def _named(day: date, published: date, rng: random.Random) -> str:
    ways = [f"on {day:%A}", f"on {day.day} {day:%B}", f"on {day:%B} {day.day}, {day.year}"]
    ways += {0: ["today"], 1: ["yesterday"]}.get((published - day).days, [])
    return rng.choice(ways)


def linked(reports: Sequence[Sequence[Document]], coder: Coder) -> Iterator[bool]:
    """Whether two of each lot of reports are joined when all are linked at once."""
    tables = [[features.rows(coder.events(one), one) for one in lot] for lot in reports]
    table = np.concatenate([rows for lot in tables for rows in lot])
    found = links.links(table, least=0.5)
    group = partition.partition(table, found.left, found.right).group
    of = dict(zip(table["event"].tolist(), group.tolist(), strict=True))
    for lot in tables:
        groups = [{of[number] for number in rows["event"].tolist()} for rows in lot]
        yield any(one & other for one, other in combinations(groups, 2))


def main() -> None:
    """Plants, links, prints."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0] if __doc__ else None)
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--errors", action="store_true")
    args = parser.parse_args()
    planted = list(pairs(args.pairs, args.seed))
    joined = list(linked([pair.reports for pair in planted], Coder.load(Config())))
    for same, words in ((False, "two happenings of one kind, one town, one week"), (True, "two reports of one")):
        of = [found for pair, found in zip(planted, joined, strict=True) if pair.same == same]
        sys.stdout.write(f"{words}: {sum(of)} of {len(of)} joined\n")
    if args.errors:
        for pair, found in zip(planted, joined, strict=True):
            if found != pair.same:
                sys.stdout.write(f"\n{pair.kind}, {'not joined' if pair.same else 'joined'}\n")
                sys.stdout.writelines(f"  {one.title}\n  {one.text}\n" for one in pair.reports)


if __name__ == "__main__":
    main()
