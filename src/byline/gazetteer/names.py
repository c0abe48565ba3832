"""When two spellings are one name: the folded form, the lenient key for transliterations, and the hash of either."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from hashlib import blake2b

# Letters that NFKD leaves whole although readers take them for a plain letter.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "ħ": "h", "æ": "ae", "œ": "oe", "ə": "a", "þ": "th"}
)
_DROPPED = re.compile(r"[.'’‘ʼʻʿʾ`´‛′ʹ]")
# So many spellings are kept folded: the words of a few thousand reports, some 20 MB.
FOLDED_NAMES = 1 << 16
_SPACES = re.compile(r"[\s\-‐‑‒–—_/,]+")

_VOWELS = (
    (re.compile(r"a[iy]|e[iy]|iy|ee|i|e|y"), "i"),
    (re.compile(r"oo|ou|u|o"), "o"),
    (re.compile(r"a+"), "a"),
)
_CONSONANTS = (
    (re.compile(r"ow(?![aeiou])"), "o"),
    (re.compile(r"tch"), "ch"),
    (re.compile(r"gh|q"), "g"),
    (re.compile(r"dj"), "j"),
    (re.compile(r"w|ph"), "v"),
    (re.compile(r"ck"), "k"),
)
# Words that only join the parts of a name: the Persian ezafe, the Arabic article.
_JOINTS = frozenset(["e", "ye", "i", "al", "el", "ul", "ol", "and", "va", "o"])


@lru_cache(maxsize=FOLDED_NAMES)
def fold(name: str) -> str:
    """The form under which a name is looked up: no case, no diacritics, no apostrophes or full stops; hyphens,
    commas and runs of white space are one space."""
    if not name.isascii():
        decomposed = unicodedata.normalize("NFKD", name)
        name = "".join(character for character in decomposed if not unicodedata.combining(character))
    folded = name.casefold().translate(_PLAIN).replace("&", " and ")
    return _SPACES.sub(" ", _DROPPED.sub("", folded)).strip()


def skeleton(folded: str) -> str:
    """A lenient key that transliterations of one name share (Dezfoul, Dezful; Eslamabad, Islamabad).

    Takes a folded name. Only to be used as a second chance, among the places of one country.
    """
    words = [word for word in folded.split() if word not in _JOINTS]
    key = "".join(words)
    for pattern, letter in _CONSONANTS + _VOWELS:
        key = pattern.sub(letter, key)
    key = re.sub(r"(.)\1+", r"\1", key)
    return re.sub(r"(?<=[aio])h$", "", key)


def name_hash(folded: str) -> int:
    """64 bits that stand for a folded name in the index (the same on every machine)."""
    return int.from_bytes(blake2b(folded.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def lenient_hash(folded: str, country: str) -> int:
    """64 bits that stand for a skeleton within a country, given the folded name and the ISO 3166 code."""
    return name_hash(f"{country}|{skeleton(folded)}")
