"""A web page read: its report's text, with what was left out, and what the page says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING
from unicodedata import normalize

from byline.errors import DocumentError
from byline.model import Cut
from byline.read.cutting import REPEATED, cut
from byline.read.markup import parse
from byline.read.webpage_furniture import Piece, Taken, take_off
from byline.read.webpage_meta import read_meta, same_words
from byline.read.webpage_text import LINKED_SHARE, Block, Main, main_text

if TYPE_CHECKING:
    from lxml.html import HtmlElement

TITLE_LINES = 4
"""Lines at the head of a text among which the title may stand again: a section's name and a date may be above it."""

SAME_LEDE, LEDE_WORDS, LEDE_LINES = 0.8, 6, 3
"""Share of a standfirst's words that stand again in so many paragraphs below it, from which it only repeats them; with
fewer words it may be a heading."""

MAX_CUT = 300
"""Characters told of one cut: enough to see what it was, while what readers wrote below a report is not kept."""

WITHIN = 5_000
"""Characters of markup behind an element's line within which its first word is looked for."""

_BRACKETED = re.compile(r"\s*[\[(][^\])]{1,30}[\])]\s*\|?$")

POINTERS_IN_A_ROW = 3
"""Links below one another from which they are a list of other reports; two may be the report's own documents."""

READ_ALSO = "read also"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webpage:
    """What a page holds. `cuts` start where the words stand in the markup; `notes` tell what was mended or doubted."""

    text: str
    title: str | None
    byline: str | None
    outlet: str | None
    published: date | None
    language: str | None
    url: str | None
    captions: tuple[str, ...]
    cuts: tuple[Cut, ...]
    notes: tuple[str, ...]


def read_webpage(markup: str, *, name: str, url: str | None = None, whole: bool = False) -> Webpage:
    """The report of a page in the language `name` that was found at `url`; nothing in it is run, fetched or followed.
    `whole`: the page is little but its report, as in a mail or a feed, so if most of it would be lost, all is taken.

    Raises DocumentError for a page without text or beyond the bounds of `parse`.
    """
    parsed = parse(markup)
    meta = read_meta(parsed.tree, url=url, name=name)
    taken = take_off(parsed.tree)
    try:
        main = main_text(parsed.tree, whole=whole)
    except DocumentError as error:
        raise DocumentError(f"{error} ({parsed.note})" if parsed.note else str(error)) from error
    raw, left_out = _lines_left_out(main, title=meta.title, name=name)
    text, cuts = cut(raw, name=name)
    if not text:
        reasons = sorted({one.reason for one in cuts} | {piece.reason for piece in left_out})
        raise DocumentError(f"holds no report: all of it was cut ({', '.join(reasons)})")
    left_out = [*taken.furniture, *left_out, *_pieces(cuts, main.blocks)]
    return Webpage(
        text=text,
        title=_nfc(meta.title),
        byline=_nfc(meta.byline),
        outlet=_nfc(meta.outlet),
        published=meta.published.day,
        language=meta.language,
        url=meta.url,
        captions=tuple(_captions(taken, main)),
        cuts=tuple(_cuts(markup, left_out)),
        notes=tuple(note for note in (parsed.note, meta.published.note) if note),
    )


def _nfc(words: str | None) -> str | None:
    return normalize("NFC", words) if words else None


# Lines


def _lines_left_out(main: Main, *, title: str | None, name: str) -> tuple[str, list[Piece]]:
    """The text, a blank line between its lines, and the lines that are not of it."""
    reasons = _reasons(main, title=title, name=name)
    kept = [line for number, line in enumerate(main.lines) if number not in reasons]
    left_out = [
        Piece(main.lines[number], _line(main.lines[number], main.blocks), reason) for number, reason in reasons.items()
    ]
    return "\n\n".join(kept), left_out


def _reasons(main: Main, *, title: str | None, name: str) -> dict[int, str]:
    """Why lines are left out, by their numbers."""
    reasons: dict[int, str] = {}
    for number, line in enumerate(main.lines[:TITLE_LINES]):
        if title and _is_title(line, title):
            reasons[number] = "title, kept beside the text"
        elif _stands_apart(line, main) and _repeats(line, main.lines[number + 1 : number + 1 + LEDE_LINES]):
            reasons[number] = REPEATED
    for number in _pointers(main, name=name):
        reasons.setdefault(number, READ_ALSO)
    return reasons if len(reasons) < len(main.lines) else {}


def _is_title(line: str, title: str) -> bool:
    return len(line) <= 1.5 * len(title) and len(title) <= 1.5 * len(line) and same_words(line, title) > 0.9


def _stands_apart(line: str, main: Main) -> bool:
    """True for a line that is not one paragraph among the others."""
    block = main.blocks.get(line)
    return block is not None and main.root is not None and block.element.getparent() is not main.root


def _repeats(line: str, below: Sequence[str]) -> bool:
    """True for a standfirst that tells in a sentence what the paragraphs below it tell in full."""
    told = set(re.findall(r"\w{3,}", line.lower()))
    again = set(re.findall(r"\w{3,}", " ".join(below).lower()))
    return len(told) >= LEDE_WORDS and len(told & again) >= SAME_LEDE * len(told)


def _pointers(main: Main, *, name: str) -> Iterator[int]:
    """Lines that only point to other reports: links in capitals, links below a line that says so, and those at the end
    or many in a row."""
    pointing = [_is_pointer(line, main) for line in main.lines]
    yield from _rows(pointing)
    below = False
    for number, line in enumerate(main.lines):
        said = _says_read_also(line, name=name)
        if pointing[number] and (below or line.isupper()):
            yield number
        below = said or (below and pointing[number])


def _rows(pointing: Sequence[bool]) -> Iterator[int]:
    """Numbers of pointers that stand many in a row, or last of all."""
    for points, group in groupby(range(len(pointing)), key=pointing.__getitem__):
        row = list(group)
        if points and (len(row) >= POINTERS_IN_A_ROW or row[-1] == len(pointing) - 1):
            yield from row


def _is_pointer(line: str, main: Main) -> bool:
    """True for a line that is a link, but for a word in brackets behind it ("… [VIDEO]")."""
    block = main.blocks.get(line)
    return (block is not None and block.linked >= LINKED_SHARE) or _BRACKETED.sub("", line) in main.links


def _says_read_also(line: str, *, name: str) -> bool:
    return any(one.reason == READ_ALSO for one in cut(line, name=name)[1])


# What was left out


def _line(words: str, blocks: Mapping[str, Block]) -> int:
    block = blocks.get(words)
    return (block.element.sourceline or 1) if block else 1


def _pieces(cuts: Sequence[Cut], blocks: Mapping[str, Block]) -> Iterator[Piece]:
    for one in cuts:
        yield Piece(one.text, _line(one.text.split("\n")[0], blocks), one.reason)


def _cuts(markup: str, pieces: Sequence[Piece]) -> Iterator[Cut]:
    """The pieces as cuts, in the order of the markup: each starts where its first word stands, or its element does."""
    starts = [0, *(match.end() for match in re.finditer("\n", markup))]
    found: list[Cut] = []
    for piece in pieces:
        start = starts[min(piece.line, len(starts)) - 1]
        first = piece.words.split()[0]
        at = markup.find(first, start, start + WITHIN)
        told = piece.words if len(piece.words) <= MAX_CUT else piece.words[:MAX_CUT] + "…"
        found.append(Cut(start=at if at >= 0 else start, text=told, reason=piece.reason))
    yield from sorted(found, key=lambda one: one.start)


# Captions


def _captions(taken: Taken, main: Main) -> Iterator[str]:
    """Captions of pictures in the report, each once; those of other reports on the page stand outside of it."""
    around = _around(main.root) if main.root is not None else None
    seen: set[str] = set()
    for piece, parent in taken.captions:
        inside = around is None or parent is around or any(above is around for above in parent.iterancestors())
        if inside and piece.words not in seen:
            seen.add(piece.words)
            yield piece.words


def _around(root: HtmlElement) -> HtmlElement:
    """The report with its lead picture, which stands above the text's own element: the article it is in, or the next
    element around it."""
    article = next((one for one in (root, *root.iterancestors()) if one.tag in ("article", "main")), None)
    parent = root.getparent()
    if article is not None:
        return article
    return root if parent is None or parent.tag in ("body", "html") else parent
