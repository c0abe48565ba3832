"""How alike two reports are by their words: a small sketch of each document, and a likeness of two sketches.

A sketch holds the terms that say most about what a report is on: beginnings of rare words, names, pairs of words in
names, numbers; those of its first lines count for more. How rare a term is was counted once, over public news texts
(docs/models/link-words.md), and ships with the code: so a sketch depends on its document alone, never on what else a
store holds.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import islice
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from byline.model import Document

METHOD = "words 3"
"""Names how sketches are made; raised by hand when they change."""

TERMS = 48
"""Terms a sketch holds. More gave no better B-cubed F1 (of 64, 96 and all, none over 48 by 0.001); 32 lost 0.015."""

SKETCH = np.dtype([("terms", "<u4", (TERMS,)), ("weights", "u1", (TERMS,))])
"""A document's terms, hashed and in order, with weights of which the largest is 255; what is not needed is 0."""

LEAD_WORDS, LEAD_COUNT = 50, 3
"""The first words of a report count so often: what happened stands there, background follows. With 30 words F1 fell by
0.02, with 80 by 0.008; counted twice or five times it fell by less than that."""

LONGEST_WORDS = 2_000
"""How far into a text terms are looked for."""

STEM = 6
"""Characters of a word that count, so that "robbers" meets "robbery": F1 0.900 against 0.878 with whole words; 5 and 7
characters gave 0.891 and, with likeness held against the nearest, within 0.005 of 6."""

SHARES = {"stem": 0.4, "name": 0.3, "number": 0.2, "pair": 0.1}
"""What each kind of term is given of a document's weight. With half of it for stems and a tenth for numbers F1 was
0.928, not 0.943, and where happenings have few reports 0.924, not 0.933; other shares lay between."""

_CHUNK = 1 << 8
"""Pairs compared at a time: what is sorted stays in the cache, which halves the time (1.5 microseconds a pair)."""
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W_]+(?:['’-][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rarity:
    """How many of `documents` texts hold a term: `terms` are hashes in order, `counts` theirs."""

    terms: NDArray[np.uint32]
    counts: NDArray[np.uint16]
    documents: int

    def of(self, terms: NDArray[np.uint32]) -> NDArray[np.float64]:
        """The inverse document frequency of each term; a term never met counts as met once."""
        at = np.minimum(np.searchsorted(self.terms, terms), len(self.terms) - 1)
        counts = np.where(self.terms[at] == terms, self.counts[at], 1).astype(np.float64)
        return np.log((1 + self.documents) / counts)


@cache
def rarity() -> Rarity:
    """The shipped counts, loaded at first use."""
    with resources.files("byline.linking").joinpath("words.npz").open("rb") as file:
        arrays = np.load(file, allow_pickle=False)
        return Rarity(terms=arrays["terms"], counts=arrays["counts"], documents=int(arrays["documents"]))


def terms(text: str) -> dict[str, list[str]]:
    """The terms of a text by kind (those of SHARES, and whole words, "word"), each as often as it stands there."""
    tokens = [_POSSESSIVE.sub("", match.group()) for match in islice(_WORD.finditer(text), LONGEST_WORDS)]
    small = {token for token in tokens if token.islower()}
    # In a text all in capitals these tell no names.
    capitals = sum(token.isupper() for token in tokens) * 2 > len(tokens)
    found: dict[str, list[str]] = {"word": [], "stem": [], "name": [], "pair": [], "number": []}
    before = ""
    for token in tokens:
        word = token.casefold()
        if any(char.isdigit() for char in word):
            found["number"].append(word)
            before = ""
            continue
        found["word"].append(word)
        found["stem"].append(word[:STEM])
        told = len(token) > 1 and not (capitals and token.isupper())
        named = told and token[0].isupper() and word not in small
        if named:
            found["name"].append(word)
            if before:
                found["pair"].append(f"{before} {word}")
        before = word if named else ""
    return found


def hashed(kind: str, term: str) -> int:
    """A term's number, never 0."""
    return crc32(f"{kind} {term}".encode("utf-8", "surrogatepass")) or 1


def sketch(document: Document) -> NDArray[np.void]:
    """One row of SKETCH: what the document is on. A text without words gives a row of zeros."""
    title = document.title or ""
    text = document.text if document.text.startswith(title) else f"{title}\n{document.text}"
    row = np.zeros(1, SKETCH)
    weights = _weights(text)
    kept = sorted(weights, key=lambda term: (-weights[term], term))[:TERMS]
    if kept:
        order = np.array(sorted(kept), np.uint32)
        heavy = np.array([weights[int(term)] for term in order])
        row["terms"][0, : len(order)] = order
        row["weights"][0, : len(order)] = np.maximum(1, np.rint(heavy / heavy.max() * 255))
    return row


def _weights(text: str) -> dict[int, float]:
    lead = " ".join(text.split(maxsplit=LEAD_WORDS)[:LEAD_WORDS])
    first, whole = terms(lead), terms(text)
    weights: dict[int, float] = {}
    for kind, share in SHARES.items():
        counts = Counter(whole[kind])
        for term in first[kind]:
            counts[term] += LEAD_COUNT - 1
        if not counts:
            continue
        numbers = np.array([hashed(kind, term) for term in counts], np.uint32)
        frequent = 1 + np.log(np.array(list(counts.values()), np.float64))
        heavy = frequent * rarity().of(numbers)
        heavy *= math.sqrt(share) / (np.linalg.norm(heavy) or 1.0)
        weights.update(zip(numbers.tolist(), heavy.tolist(), strict=True))
    return weights


def likeness(left: NDArray[np.void], right: NDArray[np.void]) -> NDArray[np.float32]:
    """How alike each row of `left` is to the same row of `right`: a cosine in [0, 1], 0 where one has no terms."""
    out = np.zeros(len(left), np.float32)
    for start in range(0, len(left), _CHUNK):
        part = slice(start, start + _CHUNK)
        out[part] = _likeness(left[part], right[part])
    return out


def _likeness(left: NDArray[np.void], right: NDArray[np.void]) -> NDArray[np.float32]:
    rows = np.arange(len(left), dtype=np.uint64)[:, None] << np.uint64(32)
    ours, theirs = (rows | side["terms"] for side in (left, right))
    both = np.concatenate([ours.ravel(), theirs.ravel()])
    # Two sorted runs a row: a stable sort merges them, and what they share comes to lie side by side.
    order = np.argsort(both, kind="stable")
    ordered = both[order]
    same = np.flatnonzero((ordered[1:] == ordered[:-1]) & ((ordered[1:] & np.uint64(0xFFFFFFFF)) != 0))
    one, other = order[same], order[same + 1] - ours.size
    ours_heavy, theirs_heavy = (side["weights"].astype(np.float32) for side in (left, right))
    product = ours_heavy.ravel()[one] * theirs_heavy.ravel()[other]
    total = np.bincount(one // TERMS, weights=product, minlength=len(left))
    norms = np.linalg.norm(ours_heavy, axis=1) * np.linalg.norm(theirs_heavy, axis=1)
    close = np.divide(total, norms, out=np.zeros(len(left)), where=norms > 0)
    return np.asarray(np.clip(close, 0, 1), np.float32)
