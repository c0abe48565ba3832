"""Copies found: on copies made of public texts by trimming, retitling, touching up and pasting, and among the texts
themselves.

Every text of the gold goes into one store with the copies made of some of them, and copies are looked for as
`byline copies` does. A made copy is found where it is linked to the text it was made of, or both to one original. Links
between texts that were not made of one another are printed as found among the texts, to be judged by reading; those
between reports of two happenings of one kind (ECB+ has two in each topic) are false without reading.
"""

from __future__ import annotations

import hashlib
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from byline.bench import muc4, toponyms
from byline.bench.documents import document
from byline.bench.harness import Job, read_lines, save
from byline.bench.scores import share
from byline.errors import InputError
from byline.linking.copies import align
from byline.model import Alike, Copy
from byline.project import copies as project
from byline.store import Store
from byline.store import copies as kept

SEED = 20261125
MADE = 1_200
"""Copies made: half of them, by a hash of their text's name, for development, the other half to report."""

LEAST_WORDS = 80
"""Texts of fewer words are not copied: cut to half they are no report."""

WORDS_TOUCHED = 0.04
NON_PAIRS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A text of the gold: its name, its words, and where the gold says so its matter and which happening it tells."""

    id: str
    text: str
    topic: str | None = None
    happening: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A copy made of a text, in some way, with words of another beside it."""

    id: str
    of: str
    beside: str
    how: str
    text: str

    @property
    def held_out(self) -> bool:
        """Whether it is in the half that is reported."""
        return hashlib.sha256(f"copies/{self.of}".encode()).digest()[0] % 2 == 0


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found: which text is a copy of which original, and all pairs that are copies of one another."""

    links: list[tuple[str, str, Copy]]
    pairs: dict[tuple[str, str], Alike]

    def together(self, one: str, other: str) -> bool:
        """Whether two texts were found to be copies of one another, or of one original."""
        if (one, other) in self.pairs or (other, one) in self.pairs:
            return True
        return self._original.get(one, one) == self._original.get(other, other)

    @cached_property
    def _original(self) -> dict[str, str]:
        return {copy: of for copy, of, _ in self.links}


def bench(job: Job) -> None:
    """Print how many made copies are found, how many links are false, and links among the texts (with --errors)."""
    texts = load(job.gold)
    if len(texts) < 2:
        raise InputError(f"{job.gold}: holds no texts; name the folder that holds linking/, muc4/ and toponyms/")
    made = make(texts)
    found = look(texts, made)
    if job.predictions:
        lines = ({"document": one, "original": other, "share": copy.share} for one, other, copy in found.links)
        save(job.predictions, lines)
    for line in figures(texts, made, found):
        job.write(line)
    if job.errors:
        for line in _among(texts, made, found):
            job.write(line)


def load(gold: Path) -> list[Told]:
    """The texts of `linking/`, `muc4/` and `toponyms/` in a folder of gold; those that are there."""
    texts: list[Told] = []
    linking = gold / "linking" / "ecbplus_dev.jsonl"
    if linking.exists():
        texts += [
            Told(id=row["docid"], text=row["text"], topic=str(row["topic"]), happening=str(row["happening"]))
            for row in read_lines(linking, "docid", "text", "topic", "happening")
        ]
    for name in ("roles_train.json", "roles_dev.json"):
        if (gold / "muc4" / name).exists():
            reports = muc4.load(gold / "muc4" / name)
            texts += [Told(id=one.text.id, text=one.text.raw) for one in reports]
    for name in ("lgl.xml", "GWN.xml"):
        if (gold / "toponyms" / name).exists():
            articles = toponyms.load(gold / "toponyms" / name)
            texts += [Told(id=f"{name}/{one.text.id}", text=one.text.raw) for one in articles]
    return texts


def make(texts: Sequence[Told]) -> list[Made]:
    """Copies of texts drawn with a seed, each made in one of WAYS."""
    draw = random.Random(SEED)
    long = [one for one in texts if len(one.text.split()) >= LEAST_WORDS]
    drawn = [draw.choice(long) for _ in range(MADE)]
    ways = sorted(WAYS)
    copies: list[Made] = []
    for number, one in enumerate(drawn):
        how, beside = ways[number % len(ways)], draw.choice(long)
        copy = WAYS[how](one.text, beside.text, draw)
        copies.append(Made(id=f"made/{number}", of=one.id, beside=beside.id, how=how, text=copy))
    return copies


def look(texts: Sequence[Told], made: Sequence[Made]) -> Found:
    """What is found to be a copy of what, by their names."""
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "copies.db") as store:
        names: dict[str, str] = {}
        both: list[Told | Made] = [*texts, *made]
        with store.transaction():
            for one in both:
                whole = document(one.text, id=one.id)
                names[whole.id] = one.id
                store.add_document(whole, one.text.encode("utf-8"))
        project.find(store)
        links = [(names[copy.document_id], names[copy.original_id], copy) for copy in kept.all_copies(store)]
        return Found(links=links, pairs={(names[one.left], names[one.right]): one for one in kept.pairs(store)})


def figures(texts: Sequence[Told], made: Sequence[Made], found: Found) -> Iterator[str]:
    """Recall by way of making, false links, and non-pairs."""
    yield f"{len(texts):,} texts, {len(made):,} copies made of them"
    yield f"{len(found.pairs):,} pairs found, {len(found.links):,} of the texts copies of an original"
    for held_out in (False, True):
        half = [one for one in made if one.held_out is held_out]
        right = sum(found.together(one.id, one.of) for one in half)
        yield f"{'held out' if held_out else 'development'}: recall {share(right, len(half)):.3f} of {len(half)} made"
        for how in sorted(WAYS):
            these = [one for one in half if one.how == how]
            right = sum(found.together(one.id, one.of) for one in these)
            yield f"  {how:<12} {share(right, len(these)):.3f} of {len(these)}"
    apart = list(hard(texts))
    joined = sum(found.together(one.id, other.id) for one, other in apart)
    yield f"non-pairs: {len(apart):,} of two happenings of one kind; joined {joined}"
    sources = {one.of for one in made}
    pairs = set(found.pairs)
    strange = [pair for pair in pairs if not _by_making(pair, made)]
    yield (
        f"pairs that making does not explain: {len(strange)} of {len(pairs)} "
        f"(among the texts themselves, {len(sources):,} of them copied; --errors lists them)"
    )


def hard(texts: Sequence[Told]) -> Iterator[tuple[Told, Told]]:
    """Pairs of reports of two happenings of one kind, the most alike by their words first."""
    by_topic: dict[str, list[Told]] = {}
    for one in texts:
        if one.topic:
            by_topic.setdefault(one.topic, []).append(one)
    pairs: list[tuple[Told, Told]] = [
        (left, right)
        for group in by_topic.values()
        for left in group
        for right in group
        if left.id < right.id and left.happening != right.happening
    ]
    pairs.sort(key=lambda pair: (-_jaccard(pair[0].text, pair[1].text), pair[0].id, pair[1].id))
    yield from pairs[:NON_PAIRS]


def _jaccard(one: str, other: str) -> float:
    ours, theirs = set(one.casefold().split()), set(other.casefold().split())
    return len(ours & theirs) / (len(ours | theirs) or 1)


def _by_making(pair: tuple[str, str], made: Sequence[Made]) -> bool:
    """Whether both go back to one text, or to the text that one of them was pasted into."""
    of = {one.id: {one.of, one.beside} for one in made}
    left, right = (of.get(name, {name}) for name in pair)
    return bool(left & right)


def _among(texts: Sequence[Told], made: Sequence[Made], found: Found) -> Iterator[str]:
    words = {one.id: one.text for one in texts} | {one.id: one.text for one in made}
    yield ""
    for (one, other), pair in sorted(
        found.pairs.items(), key=lambda item: max(item[1].left_share, item[1].right_share)
    ):
        if not _by_making((one, other), made):
            runs = align(words[one], words[other]).runs
            longest = max((left.end - left.start for left, _ in runs), default=0)
            yield f"{pair.left_share:.2f} {pair.right_share:.2f} {one} {other}, longest run {longest} characters"


Way = Callable[[str, str, random.Random], str]


def _retitled(text: str, other: str, draw: random.Random) -> str:
    """Another headline in place of the first twelve words."""
    return " ".join(other.split()[:12]) + "\n\n" + " ".join(text.split()[12:])


def _first_line(text: str, other: str, draw: random.Random) -> str:
    return " ".join(other.split()[:25]) + "\n" + text


def _trimmed(text: str, other: str, draw: random.Random) -> str:
    words = text.split()
    return " ".join(words[: max(40, int(len(words) * draw.uniform(0.3, 0.8)))])


def _beheaded(text: str, other: str, draw: random.Random) -> str:
    words = text.split()
    return " ".join(words[-max(40, int(len(words) * draw.uniform(0.4, 0.8))) :])


def _touched_up(text: str, other: str, draw: random.Random) -> str:
    """Some words left out, doubled in meaning or put otherwise, here and there."""
    strange = other.split()
    return " ".join(draw.choice(strange) if draw.random() < WORDS_TOUCHED else word for word in text.split())


def _pasted(text: str, other: str, draw: random.Random) -> str:
    """Set into the middle of a text of its own."""
    words = other.split()
    half = len(words) // 2
    return " ".join(words[:half]) + "\n\n" + text + "\n\n" + " ".join(words[half:])


def _reworked(text: str, other: str, draw: random.Random) -> str:
    """Touched up, trimmed and retitled, as a desk does in a hurry."""
    return _retitled(_trimmed(_touched_up(text, other, draw), other, draw), other, draw)


WAYS: dict[str, Way] = {
    "retitled": _retitled,
    "first line": _first_line,
    "trimmed": _trimmed,
    "beheaded": _beheaded,
    "touched up": _touched_up,
    "pasted": _pasted,
    "reworked": _reworked,
}
"""How copies are made: of a text, with words of another, by a seeded draw."""
