"""How the search for copies grows with the store: time, memory and disk a document, and what is found among many.

    python -m byline.bench.copies_scale --documents 1000 10000 30000 GOLD

Documents are made of sentences of the texts in GOLD, drawn at random, each sixth word another: so they are no copies of
each other, and have phrases in common, as news has. A share of them are copies, made as `byline bench copies` makes
them. They are put into one store, mark by mark, and at each mark copies are looked for as `byline copies` does.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

from byline.bench.copies import SEED, WAYS, load
from byline.bench.documents import document
from byline.bench.scaling import MB, resident
from byline.errors import BylineError, InputError
from byline.project import copies as project
from byline.store import Store
from byline.store import copies as kept

COPIED = 0.2
"""The share of documents that are copies. In a stream of agencies' news it is higher; each one found costs an
alignment, so a figure for a tenth or a half lies near."""

WORDS_CHANGED = 1 / 6
SENTENCES = (6, 24)

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """A made document; a copy says of which it is one, and whose words stand beside."""

    id: str
    text: str
    of: str | None = None
    beside: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A search at a number of documents: seconds of the clock and the processor for those that came since the mark
    before, of them the last part, which grows with all copies there are; bytes of memory that it took more; what the
    database takes before and after it; and how many of the copies made were found, and pairs that are none."""

    documents: int
    copies: int
    clock: float
    cpu: float
    linking: float
    memory: int
    before: int
    database: int
    found: int
    strange: int


def made(texts: Sequence[str]) -> Iterator[One]:
    """Documents without end, one in five a copy of one that came before."""
    draw = random.Random(SEED)
    sentences = [one.split() for text in texts for one in _SENTENCE_END.split(text) if len(one.split()) > 4]
    words = [word for sentence in sentences for word in sentence]
    originals: list[One] = []
    for number in range(sys.maxsize):
        if originals and draw.random() < COPIED:
            of, beside = draw.choice(originals), draw.choice(originals)
            how = draw.choice(sorted(WAYS))
            yield One(id=f"copy {number}", text=WAYS[how](of.text, beside.text, draw), of=of.id, beside=beside.id)
            continue
        drawn = draw.choices(sentences, k=draw.randint(*SENTENCES))
        text = " ".join(draw.choice(words) if draw.random() < WORDS_CHANGED else word for one in drawn for word in one)
        originals.append(One(id=f"original {number}", text=text))
        yield originals[-1]


def curve(documents: Iterator[One], marks: Sequence[int], *, folder: Path) -> Iterator[Mark]:
    """The search at each of `marks`, which rise, in one store in `folder`."""
    database = folder / "copies.db"
    there: dict[str, One] = {}
    for before, mark in pairwise((0, *marks)):
        with Store.open(database) as store, store.transaction():
            for one in islice(documents, mark - before):
                whole = document(one.text, id=one.id)
                there[whole.id] = one
                store.add_document(whole, one.text.encode("utf-8"))
        yield _search(database, there)


def _search(database: Path, there: dict[str, One]) -> Mark:
    """One search. The database is opened for it and closed after, so that its log is in it when its size is taken."""
    size = database.stat().st_size
    with Store.open(database) as store:
        begun, cpu, held = time.perf_counter(), time.process_time(), resident(os.getpid())
        lots = [begun]
        project.find(store, progress=lambda done: lots.append(time.perf_counter()))
        ended, used = time.perf_counter(), time.process_time() - cpu
        memory = resident(os.getpid()) - held
        links = {there[one.document_id].id: there[one.original_id].id for one in kept.all_copies(store)}
        pairs = {(there[pair.left].id, there[pair.right].id) for pair in kept.pairs(store)}
    copied = [one for one in there.values() if one.of]
    return Mark(
        documents=len(there),
        copies=len(copied),
        clock=ended - begun,
        cpu=used,
        linking=ended - lots[-1],
        memory=memory,
        before=size,
        database=database.stat().st_size,
        found=sum(_together(one, links, pairs) for one in copied),
        strange=_strange(pairs, there.values()),
    )


def _together(copy: One, links: dict[str, str], pairs: set[tuple[str, str]]) -> bool:
    """Whether a copy was found to be one of the document it was made of, or both of one original."""
    assert copy.of is not None  # asked of copies
    if {(copy.id, copy.of), (copy.of, copy.id)} & pairs:
        return True
    return links.get(copy.id, copy.id) == links.get(copy.of, copy.of)


def _strange(pairs: set[tuple[str, str]], documents: Iterable[One]) -> int:
    """Pairs of documents that were not made of one another, nor both of one."""
    made_of = {one.id: {one.id, one.of, one.beside} - {None} for one in documents}
    return sum(not made_of[left] & made_of[right] for left, right in pairs)


def told(marks: Iterator[Mark]) -> Iterator[str]:
    """The curve as a table, mark by mark as they come."""
    yield (
        f"{'documents':>9} {'new':>7} {'seconds':>8} {'ms each':>8} {'cpu ms':>7} {'linking s':>9} {'memory MB':>9} "
        f"{'texts MB':>8} {'keys MB':>8} {'copies':>7} {'found':>6} {'strange':>7}"
    )
    before, keys = 0, 0
    for one in marks:
        new = one.documents - before
        keys += one.database - one.before
        yield (
            f"{one.documents:>9,} {new:>7,} {one.clock:>8.1f} {1000 * one.clock / new:>8.2f} "
            f"{1000 * one.cpu / new:>7.2f} {one.linking:>9.1f} {one.memory / MB:>9.1f} "
            f"{(one.database - keys) / MB:>8.1f} {keys / MB:>8.1f} {one.copies:>7,} {one.found / one.copies:>6.3f} "
            f"{one.strange:>7,}"
        )
        before = one.documents


def main(arguments: Sequence[str]) -> int:
    """Print the curve for a folder of gold; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m byline.bench.copies_scale")
    parser.add_argument("gold", type=Path, help="the folder of gold that holds linking/, muc4/ and toponyms/")
    parser.add_argument("--documents", nargs="+", type=int, default=[1000])
    place = max((place for place, one in enumerate(arguments) if one.isdigit()), default=-1)
    asked = parser.parse_args([*arguments[: place + 1], "--", *arguments[place + 1 :]])
    try:
        texts = [one.text for one in load(asked.gold)]
        if not texts:
            raise InputError(f"{asked.gold}: holds no texts; name the folder that holds linking/, muc4/ and toponyms/")
        with tempfile.TemporaryDirectory() as folder:
            for line in told(curve(made(texts), sorted(asked.documents), folder=Path(folder))):
                sys.stdout.write(line + "\n")
                sys.stdout.flush()
    except BylineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
