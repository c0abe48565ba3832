"""Names as reports give them: as people read them, and the words by which one is told from another."""

from __future__ import annotations

import re
from functools import lru_cache

from byline.language.loaded import loaded
from byline.sources import names

MASKED = "█"
"""What stands for the letters of a name that an export hides: such a name is not known to be any other's."""

KNOWN = 50_000
"""Names whose words are remembered: the reports of one happening give the same few again and again."""

_POSSESSIVE = re.compile(r"['’]s?(?!\w)")


@lru_cache(KNOWN)
def label(name: str) -> str:
    """A name of the report's as people read it in a line of ours: in quotation marks where it holds a loaded word."""
    shown = " ".join(name.split())
    return f"“{shown}”" if loaded(None).found(shown) else shown


@lru_cache(KNOWN)
def keys(name: str, dressing: frozenset[str]) -> frozenset[str]:
    """The words of a name that tell whose it is; all of them where nothing else is left. None of a masked name."""
    if MASKED in name:
        return frozenset()
    told = [word for word in names.key(_POSSESSIVE.sub("", name)).split() if not word.isdigit()]
    return frozenset(word for word in told if word not in dressing) or frozenset(told)
