"""Gold texts as documents, and the way back from a document's offsets to those of the file."""

from __future__ import annotations

import bisect
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from byline.model import Document, document_id, sha256
from byline.read.offsets import offsets

MADE_BY = "bench/1"


def document(text: str, *, id: str, published: date | None = None) -> Document:
    """A gold text as the JSON Lines reader would give it: coded as it is, NFC aside, nothing cut.

    `id` is the gold's own name of the text and becomes `external_id`; `published` is the day it was published, where
    the gold says so.
    """
    kept = unicodedata.normalize("NFC", text)
    return Document(
        id=document_id(source=None, where=id, text=kept),
        external_id=id,
        text=kept,
        origin=id,
        raw_sha256=sha256(text),
        text_sha256=sha256(kept),
        made_by=MADE_BY,
        published=published,
    )


@dataclass(frozen=True)
class Text:
    """A text of the gold under its own name, with the offsets of the file and those of the document made of it."""

    id: str
    raw: str
    published: date | None = None

    @cached_property
    def document(self) -> Document:
        """The document that is coded."""
        return document(self.raw, id=self.id, published=self.published)

    @cached_property
    def _back(self) -> Callable[[int], int]:
        return offsets(self.raw, self.document.text)

    def back(self, start: int, end: int) -> tuple[int, int]:
        """The file's offsets of the document's characters [start, end)."""
        return self._back(start), self._back(end)

    def forth(self, start: int, end: int) -> tuple[int, int]:
        """The document's offsets of the file's characters [start, end)."""
        places = range(len(self.document.text) + 1)
        first = bisect.bisect_right(places, start, key=self._back) - 1
        last = bisect.bisect_right(places, end, key=self._back) - 1
        return first, last if self._back(last) == end else last + 1


def snippet(text: str, start: int, end: int, *, around: int = 30) -> str:
    """The words at [start, end) in square brackets with `around` characters on both sides, on one line."""
    before, after = text[max(0, start - around) : start], text[end : end + around]
    return " ".join(f"{before}[{text[start:end]}]{after}".split())


def overlapping(start: int, end: int, spans: Iterable[tuple[int, int]]) -> tuple[int, int] | None:
    """The first of `spans` that shares a character with [start, end), or None."""
    return next((span for span in spans if span[0] < end and start < span[1]), None)
