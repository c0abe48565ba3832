"""The rules of webpage.toml, typed and ready to match."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

MAX_MARKS = 300
"""Characters of a class or an id that are looked at."""

_SPLIT = re.compile(r"[^A-Za-z]+|(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a page's markup gives away: see webpage.toml for each."""

    dropped: frozenset[str]
    blocks: frozenset[str]
    captions: re.Pattern[str]
    credits: re.Pattern[str]
    furniture: re.Pattern[str]
    reasons: tuple[str, ...]
    meta: dict[str, tuple[str, ...]]
    article_endings: tuple[str, ...]
    page_kinds: frozenset[str]
    mailboxes: frozenset[str]

    def reason(self, marks: str) -> str | None:
        """Why an element with these marks, as `marks` gives them, is furniture; None where it is not."""
        match = self.furniture.search(marks)
        return self.reasons[(match.lastindex or 1) - 1] if match else None


@cache
def rules() -> Rules:
    """The rules of the package's webpage.toml."""
    data = tomllib.loads(resources.files("byline.read").joinpath("webpage.toml").read_text(encoding="utf-8"))
    furniture = data["furniture"]
    return Rules(
        dropped=frozenset(data["dropped"]),
        blocks=frozenset(data["blocks"]),
        captions=_any(data["captions"]),
        credits=_any(data["credits"]),
        furniture=re.compile("|".join(f"({_any(rule['words']).pattern})" for rule in furniture)),
        reasons=tuple(rule["reason"] for rule in furniture),
        meta={key: tuple(names) for key, names in data["meta"].items()},
        article_endings=tuple(data["schema"]["endings"]),
        page_kinds=frozenset(data["schema"]["pages"]),
        mailboxes=frozenset(data["mail"]["mailboxes"]),
    )


def marks(*names: str | None) -> str:
    """The words of an element's class and id, in small letters, each between spaces."""
    words = (word for name in names if name for word in _SPLIT.split(name[:MAX_MARKS]))
    return f" {' '.join(word.lower() for word in words if word)} "


def _any(words: list[str]) -> re.Pattern[str]:
    return re.compile(rf" (?:{'|'.join(re.escape(one) for one in sorted(words, key=len, reverse=True))}) ")
