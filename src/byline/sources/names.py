"""One form of a name, whatever its spelling, and the places in the register where an address may stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import urlsplit

GENERIC_ENDS = ("news agency", "newspaper", "online", "website", "staff")
"""What is set behind a name without making it another's: "Xinhua news agency", "Reuters Staff"."""

PATH_PARTS = 2
"""How much of an address's path may be the name of a part: "bbc.com/persian", "example.org/en/africa"."""

SHORT_LETTERS = 3
"""A name of so few letters is an agency's in a byline only in capitals: "ANA", but "Ana" is a person."""

_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//|[\w-]+(?:\.[\w-]+)+(?:[:/?#]|$)", re.IGNORECASE)
_ARCHIVED = re.compile(r"https?://(?:web\.archive\.org/web|archive\.(?:today|is|ph))/\d+[a-z_]*/(?=https?://)")
_BETWEEN = re.compile(r"\s*[/|,;()·•–—]\s*|\s+-\s+|\s+(?:and|with|via|for)\s+", re.IGNORECASE)
_LED_BY = re.compile(r"^(?:by|from|source)\s*:?\s+", re.IGNORECASE)


def key(name: str) -> str:
    """A name without case, accents, punctuation and a leading "the": names with one key are one name."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(char))
    words = re.sub(r"[^\w]+", " ", re.sub(r"[.'’`]", "", plain.replace("&", " and "))).split()
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)


def keys(name: str) -> Iterator[str]:
    """The key of a name, and the keys it has without a generic end."""
    whole = key(name)
    yield whole
    for end in GENERIC_ENDS:
        if whole.endswith(f" {end}"):
            yield whole.removesuffix(f" {end}")


def is_address(words: str) -> bool:
    """True for what is written as a url or a domain."""
    return " " not in words.strip() and _ADDRESS.match(words.strip()) is not None


def places(address: str) -> Iterator[str]:
    """Where the register may hold a url or domain, nearest first: the host with the beginning of its path, the host,
    then the domains it lies in. A page kept by a web archive is its publisher's. Nothing for what is no address."""
    address = _ARCHIVED.sub("", address.strip())
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        host = (parts.hostname or "").strip(".")
    except ValueError:
        return
    path = [part for part in parts.path.casefold().split("/") if part][:PATH_PARTS]
    labels = host.split(".")
    for first in range(len(labels) - 1):
        domain = ".".join(labels[first:])
        for length in range(len(path), -1, -1):
            yield "/".join([domain, *path[:length]])


def credited(byline: str) -> Iterator[str]:
    """The names in a byline, as they stand between its marks: "Reuters", "By AFP/Kabul"."""
    for part in _BETWEEN.split(byline):
        name = _LED_BY.sub("", part.strip())
        if len(name) > SHORT_LETTERS or name.isupper():
            yield name
