"""A report's words made safe to show: what has no shape of its own, or turns the direction of others, is named."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# Controls but tab and line ends; marks that turn the direction of text; characters without a shape; halves of a
# surrogate pair, which no page can hold; private use. Joiners and soft hyphens stay, as words are spelled with them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ue000-\uf8ff\ufffe\uffff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_LINKED = frozenset({"http", "https"})
_NO_ADDRESS = re.compile(r"[\s<>\"'`\\{}|^]")


def plain(words: str) -> str:
    """Words with each unseen character named by its number: a U+202E shows as ⟨U+202E⟩. Still to be escaped."""
    return _UNSEEN.sub(lambda found: f"⟨U+{ord(found.group()):04X}⟩", words)


def reach(text: str, start: int, shown: int) -> int:
    """The offset in a text that is reached from `start` over so many characters as a page shows them.

    A page names an unseen character in several, and a browser takes a CR with its LF for one line end. A point within
    such a name is after its character. Raises ValueError beyond the text.
    """
    at = start
    while shown > 0:
        if not 0 <= at < len(text):
            raise ValueError(f"{start} and {shown} characters on is beyond the text")
        pair = text[at] == "\r" and text[at + 1 : at + 2] == "\n"
        shown -= 1 if pair else len(plain(text[at]))
        at += 2 if pair else 1
    return at


def finalize(value: object) -> object:
    """What a template prints: words by `plain`, all else as it is; nothing for None."""
    if value is None:
        return ""
    return plain(value) if type(value) is str else value


def address(url: str | None) -> str | None:
    """A web address that may be a link; None for any other: `javascript:`, `data:`, files, and what is no address."""
    if not url or _UNSEEN.search(url) or _NO_ADDRESS.search(url):
        return None
    try:
        parts = urlsplit(url)
        return url if parts.scheme.lower() in _LINKED and parts.hostname and parts.username is None else None
    except ValueError:  # a port or an IPv6 host that is none
        return None
