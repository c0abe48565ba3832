"""Every pair of copies among public texts themselves: those that the search finds, and those that it misses.

    python -m byline.bench.copies_pairs GOLD

The search compares only texts that share a key. Here all pairs are compared that share a good part of their word runs,
which among a few thousand texts can be counted outright; so what the keys miss is seen. Rows are tab-separated, to be
judged by reading: see docs/judged/copies.tsv.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

from byline.bench.copies import Told, load, look
from byline.errors import BylineError, InputError
from byline.linking.copies import LEAST_SHARE, LEAST_WORDS, RUN_WORDS, Alignment, align

ENOUGH = LEAST_SHARE / 2
"""Of the shorter text's runs, how many both must have for the pair to be compared: a copy that was touched up loses up
to RUN_WORDS runs with each word, so this lies well below the share by which a pair is one of copies."""

_WORD = re.compile(r"\w+")


def pairs(texts: Sequence[Told]) -> Iterator[tuple[str, str, Alignment]]:
    """All pairs of copies, by name, that are found when each is compared that could be one."""
    runs = [_runs(one.text) for one in texts]
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, its in enumerate(runs):
        for run in its:
            holders[run].append(number)
    shared = Counter(pair for having in holders.values() for pair in combinations(having, 2))
    for (one, other), count in sorted(shared.items()):
        least = min(len(runs[one]), len(runs[other]))
        if least > LEAST_WORDS - RUN_WORDS and count >= ENOUGH * least:
            alignment = align(texts[one].text, texts[other].text)
            if alignment.is_copy:
                yield texts[one].id, texts[other].id, alignment


def _runs(text: str) -> set[tuple[str, ...]]:
    words = [word.casefold() for word in _WORD.findall(text)]
    return {tuple(words[place : place + RUN_WORDS]) for place in range(len(words) - RUN_WORDS + 1)}


def lines(texts: Sequence[Told]) -> Iterator[str]:
    """A row a pair, and at the end how many were found."""
    seen = look(texts, []).pairs
    known = {frozenset(pair) for pair in seen}
    every = list(pairs(texts))
    yield "left\tright\tleft_share\tright_share\tfound"
    for left, right, alignment in every:
        found = "yes" if frozenset((left, right)) in known else "no"
        yield f"{left}\t{right}\t{alignment.left:.3f}\t{alignment.right:.3f}\t{found}"
    found_of_every = sum(frozenset((left, right)) in known for left, right, _ in every)
    yield f"# {len(texts):,} texts; {len(every)} pairs of copies when all are compared, {found_of_every} of them found"
    yield f"# {len(known) - found_of_every} found besides: texts of fewer than {LEAST_WORDS} words, or the same"


def main(arguments: Sequence[str]) -> int:
    """Print the pairs of a folder of gold; the exit status."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m byline.bench.copies_pairs GOLD\n")
        return 2
    try:
        texts = load(Path(arguments[0]))
        if not texts:
            raise InputError(f"{arguments[0]}: holds no texts; name the folder of linking/, muc4/ and toponyms/")
        for line in lines(texts):
            sys.stdout.write(line + "\n")
    except BylineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
