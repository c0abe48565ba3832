"""Which documents are copies: agency copy with another headline, trimmed, with a new first line, or set into a longer
text.

`keys` are what copies have in common and others seldom have, so that a store finds the few documents worth comparing
among a million; `align` then lays two texts beside each other and says how much of the shorter stands in the longer.

The keys are of two kinds. Bands of a MinHash of the text's word runs (Broder 1997; bands after Leskovec, Rajaraman and
Ullman, Mining of Massive Datasets, 3.4) are shared by texts that are alike as wholes, however they were touched up.
Stretches whose ends the words themselves mark (Manber 1994) are shared wherever a passage was taken over word by word,
however little of either text it is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from zlib import crc32

from rapidfuzz.distance import LCSseq
from rensa import RMinHash

from byline.model import Span

METHOD = "copies 1"
"""Names how keys are made; raised by hand when they change, so that a store makes them anew."""

RUN_WORDS = 4
"""Words in a run: long enough that unrelated reports hardly share any, short enough that most outlive an edit."""

BANDS, ROWS = 24, 3
"""Texts that share half of their runs meet in a band with probability 0.96, a quarter 0.32, a twentieth 0.003."""

SEED = 20201

STRETCH_MARK, STRETCH_LEAST = 12, 10
"""A stretch ends where the hash of two words is a multiple of the first, never under the second: 22 words or so. Longer
ones seldom outlive a desk's touch (with 40 and 24, a sixth of reworked copies more went unfound); shorter ones are
phrases."""

LEAST_WORDS = 30
"""Shorter texts are copies only of the same text: so few words are shared by chance."""

LONGEST_WORDS = 20_000
"""How far into a text `align` looks: two texts of that length take half a second, twice as long four times that."""

LEAST_SHARE = 0.6
"""How much of the shorter text must stand in the longer. Chosen on the made pairs of `byline bench copies` (development
half); two reports of one agency on one matter share up to 0.5, for background is repeated."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """Two texts laid beside each other. Shares are of words: how much of the left one stands in the right, and the
    other way round; `runs` are the stretches they have in common, in the left text and in the right."""

    left: float
    right: float
    runs: tuple[tuple[Span, Span], ...]

    @property
    def share(self) -> float:
        """How much of the shorter text stands in the longer."""
        return max(self.left, self.right)

    @property
    def is_copy(self) -> bool:
        """Whether one is a copy of the other."""
        return self.share >= LEAST_SHARE


def keys(text: str) -> tuple[int, ...]:
    """What a text shares with its copies: numbers of 64 bits, signed, as databases keep them; each once, in order.

    None for a text of fewer than LEAST_WORDS words but that of its whole.
    """
    words = [word.casefold() for word in _WORD.findall(text)]
    whole = [_number("whole", " ".join(words))]
    if len(words) < LEAST_WORDS:
        return tuple(whole)
    return tuple(sorted({*whole, *_bands(words), *_stretches(words)}))


def align(left: str, right: str) -> Alignment:
    """How two texts lie beside each other: their common runs of words, in order."""
    ours, theirs = _spans(left), _spans(right)
    known: dict[str, int] = {}
    a = _runs(left, ours, known)
    b = _runs(right, theirs, known)
    if not a or not b:
        same = [left[s:e].casefold() for s, e in ours] == [right[s:e].casefold() for s, e in theirs]
        return Alignment(left=float(same), right=float(same), runs=())
    common = [
        (block.src_start, block.dest_start, block.src_end - block.src_start + RUN_WORDS - 1)
        for block in LCSseq.opcodes(a, b)
        if block.tag == "equal"
    ]
    return Alignment(
        left=_covered((start, length) for start, _, length in common) / len(ours),
        right=_covered((start, length) for _, start, length in common) / len(theirs),
        runs=tuple(
            (
                Span(start=ours[start][0], end=ours[start + length - 1][1]),
                Span(start=theirs[other][0], end=theirs[other + length - 1][1]),
            )
            for start, other, length in common
        ),
    )


def _spans(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in islice(_WORD.finditer(text), LONGEST_WORDS)]


def _runs(text: str, words: Sequence[tuple[int, int]], known: dict[str, int]) -> list[int]:
    """A number for each run of words, the same for the same run in both texts."""
    said = [text[start:end].casefold() for start, end in words]
    return [known.setdefault(" ".join(said[i : i + RUN_WORDS]), len(known)) for i in range(len(said) - RUN_WORDS + 1)]


def _covered(stretches: Iterable[tuple[int, int]]) -> int:
    """How many words lie in stretches that begin in order and may overlap."""
    covered, upto = 0, 0
    for start, length in stretches:
        covered += max(0, start + length - max(start, upto))
        upto = max(upto, start + length)
    return covered


def _bands(words: Sequence[str]) -> Iterator[int]:
    sketch = RMinHash(num_perm=BANDS * ROWS, seed=SEED)
    sketch.update([" ".join(words[i : i + RUN_WORDS]) for i in range(len(words) - RUN_WORDS + 1)])
    digest = sketch.digest()
    for band in range(BANDS):
        yield _number(f"band {band}", ",".join(map(str, digest[band * ROWS : (band + 1) * ROWS])))


def _stretches(words: Sequence[str]) -> Iterator[int]:
    for start, end in pairwise(_marks(words)):
        yield _number("stretch", " ".join(words[start:end]))


def _marks(words: Sequence[str]) -> Iterator[int]:
    """Where stretches begin and end, by the words alone: so the same wherever a passage stands."""
    last = None
    for i in range(1, len(words)):
        if crc32(f"{words[i - 1]} {words[i]}".encode("utf-8", "surrogatepass")) % STRETCH_MARK == 0 and (
            last is None or i - last >= STRETCH_LEAST
        ):
            last = i
            yield i


def _number(kind: str, content: str) -> int:
    digest = hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8, person=kind.encode()[:16])
    return int.from_bytes(digest.digest(), "big", signed=True)
