"""Any number of documents out of few public texts: for measuring how runs grow, never how good they are.

A made document is a text with its numbers and some of its names changed and its sentences in another order. A share of
the names is made up, as a stream of news brings words that nobody has seen before.
"""

from __future__ import annotations

import random
import re
from calendar import day_name, month_name
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from byline.bench.speed import load
from byline.errors import InputError

SEED = 20261125
FIRST_DAY, DAYS = date(2021, 1, 1), 365

NAMES_CHANGED = 1 / 3
"""Of the capitalised words inside a sentence, how many become another: half of these a name of another text, half one
that is made up. So a word or two in a hundred is new to the pipeline."""

LEAST_LETTERS = 3
SYLLABLES = ("ba", "dri", "ko", "len", "mar", "no", "pes", "ra", "sul", "ti", "vel", "wa", "xi", "yor", "zan")

KEPT_NAMES = frozenset((*month_name, *day_name))
"""Names of months and days stay, so that dates stay dates."""

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_NUMBER = re.compile(r"\d+")


def texts(gold: Iterable[Path]) -> list[str]:
    """The texts of files or folders of gold. Raises InputError where there are none."""
    found = [text for one in gold for text in load(one) if text.strip()]
    if not found:
        raise InputError("no texts there; name folders of gold such as muc4/ and toponyms/")
    return found


def made(texts: Sequence[str], count: int, *, words: int | None) -> Iterator[dict[str, Any]]:
    """`count` documents made of `texts` in turn, as rows of JSON Lines, each another; of `words` words at most (None:
    whole)."""
    draw = random.Random(SEED)
    cut = [_sentences(text, words) for text in texts]
    pool = sorted({word for sentences in cut for word in _names(sentences)}) or ["Salta"]
    for number in range(count):
        sentences = [_changed(sentence, pool, draw) for sentence in cut[number % len(cut)]]
        draw.shuffle(sentences)
        day = FIRST_DAY + timedelta(days=draw.randrange(DAYS))
        yield {"id": f"made {number}", "published": day.isoformat(), "text": " ".join(sentences)}


def _sentences(text: str, words: int | None) -> list[list[str]]:
    """The first sentences of a text as lists of words: those that fit whole, the first one cut where it does not."""
    sentences = [sentence.split() for sentence in _SENTENCE_END.split(text.strip())]
    if words is None:
        return sentences
    kept, left = [sentences[0][:words]], words - len(sentences[0])
    for sentence in sentences[1:]:
        left -= len(sentence)
        if left < 0:
            break
        kept.append(sentence)
    return kept


def _names(sentences: Sequence[Sequence[str]]) -> Iterator[str]:
    for sentence in sentences:
        for before, word in pairwise(sentence):
            if before.islower() and _is_name(word):
                yield word


def _is_name(word: str) -> bool:
    """A word that begins with a capital and goes on in small letters, and is no month and no day."""
    return len(word) >= LEAST_LETTERS and word.isalpha() and word.istitle() and word not in KEPT_NAMES


def _changed(sentence: Sequence[str], pool: Sequence[str], draw: random.Random) -> str:
    words = list(sentence)
    for place, word in enumerate(words):
        if place and _is_name(word) and draw.random() < NAMES_CHANGED:
            words[place] = draw.choice(pool) if draw.random() < 0.5 else _made_up(draw)
        elif any(char.isdigit() for char in word):
            words[place] = _NUMBER.sub(lambda found: _number(found[0], draw), word)
    return " ".join(words)


def _number(digits: str, draw: random.Random) -> str:
    """Another number of as many digits; a year stays near what it was, a day of a month one."""
    if len(digits) == 4 and digits[:2] in ("19", "20"):
        return str(draw.randint(1985, 2021))
    if len(digits) <= 2:
        return str(draw.randint(1, 28))
    return digits[0] + "".join(draw.choice("0123456789") for _ in digits[1:])


def _made_up(draw: random.Random) -> str:
    return "".join(draw.choice(SYLLABLES) for _ in range(draw.randint(2, 4))).capitalize()
