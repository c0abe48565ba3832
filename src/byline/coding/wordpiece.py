"""A text cut into words and the words into pieces of a fixed vocabulary, with the characters each word stands on.

Words and pieces are those of BERT's uncased tokenizer: case and accents are dropped, each punctuation mark is a word,
and a word is the longest pieces of the vocabulary that spell it, "##" before all but the first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

UNKNOWN, FIRST, LAST, PADDING = "[UNK]", "[CLS]", "[SEP]", "[PAD]"
SPECIAL = (PADDING, UNKNOWN, FIRST, LAST)
_WORD = re.compile(r"[^\W_]+|[^\w\s]|_")
# A longer word is no word of a language, and is not cut (as in BERT).
_LONGEST_WORD = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """A sentence as the encoder reads it.

    ids: numbers of the pieces, the marks at both ends included. words: start and end of each word in the text that was
    given. heads: the position in `ids` of each word's first piece.
    """

    ids: tuple[int, ...]
    words: tuple[tuple[int, int], ...]
    heads: tuple[int, ...]


class Wordpiece:
    """The tokenizer of one vocabulary: a piece a line, its line its number."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._ids = {piece: number for number, piece in enumerate(vocabulary)}
        self._unknown, self._first, self._last = (self._ids[name] for name in (UNKNOWN, FIRST, LAST))
        self._cut = lru_cache(maxsize=50_000)(self._pieces)

    def __len__(self) -> int:
        return len(self._ids)

    def cut(self, text: str, *, longest: int) -> Pieces:
        """The words of a text and their pieces; words from the one that makes it more than `longest` are left off."""
        ids, words, heads = [self._first], [], []
        for match in _WORD.finditer(text):
            pieces = self._cut(match.group())
            if len(ids) + len(pieces) >= longest:
                break
            heads.append(len(ids))
            words.append(match.span())
            ids.extend(pieces)
        return Pieces(ids=(*ids, self._last), words=tuple(words), heads=tuple(heads))

    def _pieces(self, word: str) -> tuple[int, ...]:
        plain = plainly(word)
        if len(plain) > _LONGEST_WORD:
            return (self._unknown,)
        found: list[int] = []
        start = 0
        while start < len(plain):
            mark = "##" if start else ""
            end = next((end for end in range(len(plain), start, -1) if mark + plain[start:end] in self._ids), None)
            if end is None:
                return (self._unknown,)
            found.append(self._ids[mark + plain[start:end]])
            start = end
        return tuple(found) or (self._unknown,)


def plainly(word: str) -> str:
    """A word in lower case, its accents dropped."""
    lowered = unicodedata.normalize("NFD", word.lower())
    return "".join(char for char in lowered if unicodedata.category(char) != "Mn")
