"""What is someone called? The words of a name, and the short names a text itself introduces."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from byline.coding.syntax import named, phrase
from byline.model import Span

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page

_ALIAS = re.compile(r"\(\s*(?:the\s+)?[\"“]?([A-Z][\w./&-]{1,14})[\"”]?\s*\)")
# A name stands within this many characters before the bracket with its short form.
_ALIAS_REACH = 90


def aliases(page: Page) -> dict[str, str]:
    """Short names the text itself introduces in brackets ("the Lake Front for Renewal (LFR)") → the full name."""
    return _aliases(page.text, page.language.words["name_joiners"])


@lru_cache(maxsize=8)
def _aliases(text: str, joiners: frozenset[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ALIAS.finditer(text):
        full = _full_name(match.group(1), text[max(0, match.start() - _ALIAS_REACH) : match.start()], joiners)
        if full:
            for short in {match.group(1), *match.group(1).split("/")}:
                found.setdefault(short, full)
    return found


def _full_name(short: str, before: str, joiners: frozenset[str]) -> str | None:
    """The words before a bracket whose capitals spell the short name, or that are one capitalised name."""
    word = r"[A-Z][\w’'.-]*"
    tail = re.search(rf"({word}(?:[ \u00a0](?:{word}|{'|'.join(sorted(joiners))}))*)\s*$", before)
    if tail is None:
        return None
    name = tail.group(1)
    letters = re.sub(r"[^A-Z]", "", short.split("/")[0])
    parts = [part for part in name.split() if part[0].isupper()]
    for start in range(len(parts)):
        if "".join(part[0] for part in parts[start:]) == letters and len(letters) > 1:
            return name[name.index(parts[start]) :]
    return name if len(parts) >= 2 or len(letters) > 1 else None


# A bracketed short name in the middle of a name belongs to it: "Revolutionary Guard (IRGC) Basij base".
_NAME_BEFORE = re.compile(r"(?:[A-Z][\w’'.-]*[ \u00a0])+\([A-Z][\w/.-]{1,14}\)[ \u00a0]$")
_NAME_REACH = 60


def name_span(page: Page, token: Token) -> Span:
    """The characters of the phrase a noun heads, without an article, a short name in brackets taken in."""
    span = named(token)
    match = _NAME_BEFORE.search(page.text[max(0, span.start - _NAME_REACH) : span.start])
    if match:
        span = Span(start=span.start - len(match.group()), end=span.end)
    closed = page.text[span.end : span.end + 1] == ")" and "(" in page.text[span.start : span.end]
    return Span(start=span.start, end=span.end + 1) if closed else span


def phrase_start(page: Page, token: Token) -> int:
    """Where the words that name a noun's thing begin, in characters, a short name in brackets looked over."""
    return min(name_span(page, token).start, phrase(token)[0].idx)
