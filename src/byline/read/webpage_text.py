"""The main text of a page's tree, a paragraph a line: what trafilatura takes, and what it left lying beside that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.errors import DocumentError
from byline.read.webpage_furniture import words
from byline.read.webpage_rules import rules

if TYPE_CHECKING:
    from lxml.html import HtmlElement

NESTED_TABLES = 12
"""Tables in tables of which the cells are still read: pages of old were laid out with six. The time it takes to read
them grows with the cells of all tables around them."""

ROW = "| "
"""How trafilatura begins a row of a table."""

LINKED_SHARE = 0.75
"""Of a paragraph's characters, those that are links, from which it only points elsewhere."""

SHORT_LINE = 25
"""Characters below which a line may stand on a page many times, so that it says nothing of where the report stands."""

ROOT_LINES = 500
"""Lines that are enough to tell where the report stands."""

ROOT_SHARE = 0.8
"""Share of the text that stands in the report's own element; the rest may be a summary at the page's head."""

PROSE = 80
"""Characters of a paragraph that is a sentence or more, at least: a box without one is no part of a report."""

WHOLE_SHARE = 0.5
"""Share of the text of a mail or a feed's entry that is its report, at least."""

KEPT_SIGNS = "\u200c\u200d\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Joiners and marks of direction, which belong to the words. trafilatura drops all that is not printable, so they pass
it in the guise of signs that are and that no page has."""

GUISES = tuple(chr(code) for code in range(0x2800, 0x2900))
"""Braille patterns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph of the page: its element, the share of its characters that are links."""

    element: HtmlElement
    linked: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Main:
    """The lines of the main text, in order; where lines stand on the page, by their words (the first of equal ones)."""

    lines: tuple[str, ...]
    blocks: Mapping[str, Block]
    links: frozenset[str]
    """The words of the page's longer links."""
    root: HtmlElement | None
    """The element in which most of the text stands; None where it could not be found."""


def main_text(tree: HtmlElement, *, whole: bool = False) -> Main:
    """The main text of `tree`, of which furniture and captions have been taken off; all of its text where trafilatura
    finds none, or (`whole`) less than half. Raises DocumentError where there is none at all."""
    blocks = _blocks(tree)
    rows = _extracted(tree)
    lines = [line for line in map(_line, rows) if line]
    if not lines or (whole and (_is_laid_out(rows) or sum(map(len, lines)) < WHOLE_SHARE * sum(map(len, blocks)))):
        lines = list(blocks)
    if not lines:
        raise DocumentError("holds no text: the page is empty, or a script writes it")
    lines = list(_with_left_behind(lines, blocks, tree))
    links = frozenset(told for link in tree.iter("a") if len(told := words(link)) >= SHORT_LINE)
    return Main(lines=tuple(lines), blocks=blocks, links=links, root=_root(lines, blocks))


# What trafilatura leaves lying


def _with_left_behind(lines: list[str], blocks: Mapping[str, Block], tree: HtmlElement) -> Iterator[str]:
    """The lines, and among them, where they stand on the page, those that were left behind: the other parts of a report
    told in several boxes of one kind, and headings between its paragraphs that are not marked as such."""
    behind = _left_behind(lines, blocks, tree)
    order = {told: number for number, told in enumerate(blocks)}
    for line in lines:
        at = order.get(line, -1)
        while behind and order[behind[0]] < at:
            yield behind.pop(0)
        yield line
    yield from behind


def _left_behind(lines: list[str], blocks: Mapping[str, Block], tree: HtmlElement) -> list[str]:
    home = _home(lines, blocks)
    if home is None:
        return []
    boxes, taken = _alike(home, tree), frozenset(lines)
    order = list(blocks)
    at_home = [number for number, told in enumerate(order) if told in taken and _parent(blocks[told]) is home]
    left_behind = []
    for number, told in enumerate(order[at_home[0] :], at_home[0]):
        block = blocks[told]
        part = _parent(block) in boxes and block.linked < LINKED_SHARE
        if told not in taken and (part or (number < at_home[-1] and _is_heading(block, home))):
            left_behind.append(told)
    return left_behind


def _parent(block: Block) -> HtmlElement | None:
    return block.element.getparent()


def _home(lines: list[str], blocks: Mapping[str, Block]) -> HtmlElement | None:
    """The element that more than half of the text's paragraphs stand in directly."""
    weights: Counter[HtmlElement] = Counter()
    for line in lines:
        if line in blocks and (parent := _parent(blocks[line])) is not None:
            weights[parent] += len(line)
    if not weights:
        return None
    home, weight = weights.most_common(1)[0]
    return home if weight > 0.5 * weights.total() and home.tag not in ("body", "html") else None


def _alike(home: HtmlElement, tree: HtmlElement) -> frozenset[HtmlElement]:
    """Boxes of the tag and class of `home`, as deep in the page, that hold prose and are no articles themselves."""
    marks = home.get("class")
    if not marks:
        return frozenset()
    depth = len(list(home.iterancestors()))
    return frozenset(
        other
        for other in tree.iter(home.tag)
        if other is not home
        and other.get("class") == marks
        and len(list(other.iterancestors())) == depth
        and any(len(words(part)) >= PROSE for part in other.iterchildren("p"))
        and not any(True for _ in other.iter("h1", "article"))
    )


def _is_heading(block: Block, home: HtmlElement) -> bool:
    """True for a short line without links that stands as a box of its own right between the paragraphs."""
    element = block.element
    return element.tag == "div" and element.getparent() is home and block.linked == 0 and not len(element)


# trafilatura


def _extracted(tree: HtmlElement) -> list[str]:
    from trafilatura import bare_extraction

    guises = _guises(tree)
    if guises:
        tree = _disguised(tree, guises)
    try:
        found = bare_extraction(tree, include_comments=False, include_tables=not _are_tables_nested(tree))
    except RecursionError as error:
        raise DocumentError("nests too deep to be read") from error
    text = (found.text or "") if found is not None and not isinstance(found, dict) else ""
    text = text.translate({ord(guise): sign for sign, guise in guises.items()})
    return text.split("\n")


def _are_tables_nested(tree: HtmlElement) -> bool:
    return any(sum(1 for _ in table.iterancestors("table")) > NESTED_TABLES for table in tree.iter("table"))


def _guises(tree: HtmlElement) -> dict[str, str]:
    """A guise for each of KEPT_SIGNS that the page holds."""
    text = set(tree.text_content())
    free = (guise for guise in GUISES if guise not in text)
    return {sign: next(free) for sign in KEPT_SIGNS if sign in text}


def _disguised(tree: HtmlElement, guises: Mapping[str, str]) -> HtmlElement:
    """A copy of the tree with every sign in its guise."""
    table = str.maketrans(dict(guises))
    tree = deepcopy(tree)
    for element in tree.iter():
        if element.text:
            element.text = element.text.translate(table)
        if element.tail:
            element.tail = element.tail.translate(table)
    return tree


def _is_laid_out(rows: list[str]) -> bool:
    """True where most of the text stands in cells, which are then no table's but the page's layout."""
    return 2 * sum(len(row) for row in rows if row.startswith(ROW)) > sum(map(len, rows))


def _line(line: str) -> str:
    """A line of trafilatura's text, without the sign it puts before an item of a list, or around a row of a table."""
    line = line.strip()
    if line.startswith(ROW):
        return line.strip("| ")
    return line.removeprefix("- ").strip()


def _blocks(tree: HtmlElement) -> dict[str, Block]:
    """The paragraphs of the page: elements that hold no further ones, by their words."""
    found: dict[str, Block] = {}
    for element in tree.iter(*rules().blocks):
        if any(child.tag in rules().blocks for child in element.iterdescendants()):
            continue
        told = words(element)
        if told and told not in found:
            linked = sum(len(words(link)) for link in element.iter("a"))
            found[told] = Block(element=element, linked=linked / len(told))
    return found


def _root(lines: list[str], blocks: Mapping[str, Block]) -> HtmlElement | None:
    """The innermost element that holds most of the text."""
    weights: dict[HtmlElement, int] = {}
    total = 0
    for line in lines[:ROOT_LINES]:
        if len(line) < SHORT_LINE or line not in blocks:
            continue
        total += len(line)
        for above in blocks[line].element.iterancestors():
            weights[above] = weights.get(above, 0) + len(line)
    inside = [element for element, weight in weights.items() if weight > ROOT_SHARE * total]
    return max(inside, key=lambda element: sum(1 for _ in element.iterancestors()), default=None)
