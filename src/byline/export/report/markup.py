"""How does a page come out of words that may hold anything? Every text that is no Markup is escaped on its way in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from html import escape
from typing import Final

_BLANKS: Final = re.compile(r"\s+")
_JOINERS: Final = "\n\t\r\u00ad\u200b\u200c\u200d"
_EMPTY: Final = frozenset({"meta", "br"})
"""Elements of HTML that have no end."""


class Markup(str):
    """HTML that was made here, or our own style and script: it is taken as it is."""

    __slots__ = ()


def text(words: str) -> Markup:
    """Words as they are shown: escaped, marks that steer or turn what is shown as ¿, runs of blanks as one."""
    shown = "".join(
        "¿" if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co") and char not in _JOINERS else char
        for char in words
    )
    return Markup(escape(_BLANKS.sub(" ", shown)))


def element(kind: str, /, *inside: str | None, **attributes: str | float | bool | None) -> Markup:
    """An element with what is inside it. `class_` is the attribute class, `_` within a name is `-`; True is an
    attribute without a value; None and False are left out."""
    told = "".join(
        _attribute(key, value) for key, value in attributes.items() if value is not None and value is not False
    )
    if kind in _EMPTY:
        return Markup(f"<{kind}{told}>")
    return Markup(f"<{kind}{told}>{joined(inside)}</{kind}>")


def joined(pieces: Iterable[str | None], between: str = "") -> Markup:
    """Pieces one after another, those that are no Markup escaped."""
    made = (one if isinstance(one, Markup) else text(one) for one in pieces if one is not None)
    return Markup(between.join(made))


def _attribute(key: str, value: str | float | bool) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    told = f"{value:.6g}" if isinstance(value, float) else str(value)
    return f' {name}="{escape(told, quote=True)}"'
