"""What is taken off a page's tree before its text is looked for: furniture, with the reason; captions, to be kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unicodedata import normalize

from byline.read.webpage_rules import marks, rules

if TYPE_CHECKING:
    from lxml.html import HtmlElement

FURNITURE_SHARE = 0.3
"""Of a page's words, what one piece of furniture may hold: where a whole report stands in a box named "social", it
is no share bar."""

FURNITURE_CHARACTERS = 1_500
"""So much may always be furniture, since on a short page a list of other stories is longer than the report."""

MAX_CAPTION = 1_500
"""Characters of a caption, at most: a longer one is prose in a box that is named so."""

UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\ufeff\u2060"))
"""Hints of where a word may be broken, no part of it; trafilatura drops them too."""

KEPT = frozenset({"html", "head", "body", "article", "main", "h1"})
"""Elements that are never furniture themselves, nor hold an h1 as furniture does not."""


BOXES = ("div", "section", "aside", "ul", "ol", "li", "p", "form", "header", "footer", "span")
"""Elements that may be furniture as a whole."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that were taken off, where their element stood (a line of the markup, from 1), and why ("" a caption)."""

    words: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What was taken off a tree, each in the page's order; captions with the element they stood in."""

    furniture: tuple[Piece, ...]
    captions: tuple[tuple[Piece, HtmlElement], ...]


def words(element: HtmlElement) -> str:
    """An element's text on one line, in NFC, as trafilatura would write it."""
    return " ".join(normalize("NFC", _text(element).translate(UNSEEN)).split())


def _text(element: HtmlElement) -> str:
    blocks = rules().blocks
    pieces: list[str] = []
    for part in element.iter():
        if part is not element and (part.tag in blocks or part.tag == "br"):
            pieces.append("\n")
        pieces.append(part.text or "")
        if part is not element:
            pieces.append(part.tail or "")
    return "".join(pieces)


def take_off(tree: HtmlElement) -> Taken:
    """Take furniture and captions off `tree`, which is changed; scripts and what else is no text go without a word."""
    for element in list(tree.iter(*rules().dropped)):
        if element.tag != "script" or "json" not in (element.get("type") or ""):
            element.drop_tree()
    sizes = _sizes(tree)
    captions = tuple(_captions(tree, sizes))
    return Taken(furniture=tuple(_furniture(tree, sizes)), captions=captions)


def _sizes(tree: HtmlElement) -> dict[HtmlElement, int]:
    """Characters in each element and below it, counted once from the leaves up: nested boxes would cost a square."""
    sizes: dict[HtmlElement, int] = {}
    for element in reversed(list(tree.iter())):
        inside = sum(sizes[child] + len(child.tail or "") for child in element)
        sizes[element] = inside + (len(element.text or "") if isinstance(element.tag, str) else 0)
    return sizes


def _captions(tree: HtmlElement, sizes: dict[HtmlElement, int]) -> Iterator[tuple[Piece, HtmlElement]]:
    for element in list(tree.iter("figcaption", "p", "div", "span", "small", "em", "dd")):
        parent = element.getparent()
        if parent is None or sizes[element] > MAX_CAPTION or not _is_caption(element):
            continue
        told = _caption(element)
        line = element.sourceline or 1
        element.drop_tree()
        if told:
            yield Piece(told, line, ""), parent


def _is_caption(element: HtmlElement) -> bool:
    if element.tag == "figcaption":
        return not any(True for _ in element.iter("blockquote", "pre", "table"))
    named = rules().captions.search(marks(element.get("class"), element.get("itemprop")))
    return bool(named) and not any(True for _ in element.iter("img", "h1"))


def _caption(element: HtmlElement) -> str:
    """The caption's words, without those of whoever took the picture, unless there are no others."""
    whole = words(element)
    for part in list(element.iter("span", "p", "div", "small", "cite", "em")):
        if part is not element and rules().credits.search(marks(part.get("class"), part.get("itemprop"))):
            part.drop_tree()
    return words(element) or whole


def _furniture(tree: HtmlElement, sizes: dict[HtmlElement, int]) -> Iterator[Piece]:
    most = max(FURNITURE_SHARE * sizes[tree], FURNITURE_CHARACTERS)
    for element in list(tree.iter(*BOXES)):
        reason = rules().reason(marks(element.get("class"), element.get("id")))
        if reason is None or sizes[element] > most or not _attached(element, tree):
            continue
        if any(True for _ in element.iter(*KEPT)):
            continue
        told = words(element)
        line = element.sourceline or 1
        element.drop_tree()
        if told:
            yield Piece(told, line, reason)


def _attached(element: HtmlElement, tree: HtmlElement) -> bool:
    """True while the element still hangs in the tree, and no furniture that it stood in was taken off with it."""
    return any(above is tree for above in element.iterancestors())
