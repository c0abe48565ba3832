"""Where signs stand on a page, as lines in reading order, and lines as paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points; up is more."""

COLUMN_GAP = 1.5
"""Heights of a sign between two pieces of one line, at least, where a new column may begin: a word space is 0.3."""

PARAGRAPH_GAP = 1.4
"""A line's distance from the one above, in distances usual on its page, from which a paragraph begins."""

INDENT = 0.8
"""Heights of a sign by which a first line stands in, at least."""

OTHER_TYPE = 1.5
"""A line's height, in heights of the one above, from which it is set in other type: a heading. Lines without tall
letters are two thirds as high as those with them."""

FULL_LINE = 0.85
"""Share of the column's width that a line has filled which is not the last of its paragraph."""

EDGE_LINES = 2
"""Lines at the top and the bottom of a page in which a running head or a page number may stand."""

HEADS_SHARE = 0.5
"""Share of pages on which a line stands, numbers aside, from which it is a running head."""

MAX_DEPTH = 40
"""How often a page is cut up; a newspaper's needs ten."""

HYPHENS = "-\u2010\u00ad\u0002\ufffe"
"""Signs at the end of a broken word; the last two are how pdfium gives them."""


class Sign(NamedTuple):
    """A sign, and its box (None where the page has none for it, as for line ends)."""

    sign: str
    box: Box | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text and its box; `column` counts the page's blocks of text in reading order."""

    text: str
    box: Box
    column: int = 0


# Signs to lines


def lines_of(signs: Sequence[Sign]) -> list[Line]:
    """The lines of a page, in reading order: columns from left to right, in each from top to bottom."""
    pieces = [piece for piece in _pieces(signs) if piece.text]
    lines: list[Line] = []
    for column, block in enumerate(_cut_up(pieces, depth=0)):
        lines.extend(_rows(block, column=column))
    return lines


def _pieces(signs: Sequence[Sign]) -> Iterator[Line]:
    """Runs of signs that stand next to each other on a line, as the page draws them."""
    text: list[str] = []
    box: Box | None = None
    for sign, at in signs:
        if sign in "\r\n" or (box and at and sign.strip() and not _goes_on(box, at)):
            yield _piece(text, box)
            text, box = [], None
        if sign in "\r\n":
            continue
        text.append(sign)
        if at and sign.strip():
            box = _around(box, at) if box else at
    yield _piece(text, box)


def _piece(text: list[str], box: Box | None) -> Line:
    return Line(" ".join("".join(text).split()), box or (0.0, 0.0, 0.0, 0.0))


def _goes_on(box: Box, at: Box) -> bool:
    """True for a sign that stands behind the box on the same line."""
    height = max(box[3] - box[1], at[3] - at[1], 1.0)
    return at[1] < box[3] and at[3] > box[1] and -height < at[0] - box[2] < COLUMN_GAP * height


def _around(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _cut_up(pieces: list[Line], *, depth: int) -> Iterator[list[Line]]:
    """The blocks of a page in reading order, by cutting along white space: across where that parts more, else down."""
    if depth < MAX_DEPTH and len(pieces) > 1:
        for parts in (_columns(pieces), _bands(pieces)):
            if len(parts) > 1:
                for part in parts:
                    yield from _cut_up(part, depth=depth + 1)
                return
    if pieces:
        yield pieces


def _columns(pieces: list[Line]) -> list[list[Line]]:
    """The pieces parted where white space runs down between them, of a column's width at least, all lines alike."""
    height = median(piece.box[3] - piece.box[1] for piece in pieces)
    parts = _parted(sorted(pieces, key=lambda one: one.box[0]), 0, 2, gap=COLUMN_GAP * max(height, 1.0))
    return parts if all(len(part) > 1 for part in parts) else [pieces]


def _bands(pieces: list[Line]) -> list[list[Line]]:
    """The pieces parted above or below what keeps them from being columns: a heading over them, a line under them."""
    rows = [sorted(row, key=lambda one: one.box[0]) for row in _level(pieces)]
    if len(rows) < 3:
        return [pieces]
    for split in (1, len(rows) - 1):
        above, below = ([one for row in part for one in row] for part in (rows[:split], rows[split:]))
        rest = below if split == 1 else above
        if len(_columns(rest)) > 1:
            return [above, below]
    widest = max(range(1, len(rows)), key=lambda row: min(one.box[1] for one in rows[row - 1]) - rows[row][0].box[3])
    above, below = ([one for row in part for one in row] for part in (rows[:widest], rows[widest:]))
    return [above, below] if len(_columns(above)) > 1 or len(_columns(below)) > 1 else [pieces]


def _parted(pieces: list[Line], low: int, high: int, *, gap: float) -> list[list[Line]]:
    parts: list[list[Line]] = []
    end = float("-inf")
    for piece in pieces:
        if not parts or piece.box[low] - end >= gap:
            parts.append([])
        parts[-1].append(piece)
        end = max(end, piece.box[high])
    return parts


def _level(pieces: list[Line]) -> list[list[Line]]:
    """The pieces by rows, from top to bottom: those whose middles stand within the first one's height."""
    rows: list[list[Line]] = []
    for piece in sorted(pieces, key=lambda one: -(one.box[1] + one.box[3])):
        middle = (piece.box[1] + piece.box[3]) / 2
        if rows and middle >= rows[-1][0].box[1]:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return rows


def _rows(pieces: list[Line], *, column: int) -> Iterator[Line]:
    for row in _level(pieces):
        row.sort(key=lambda one: one.box[0])
        box = row[0].box
        for piece in row[1:]:
            box = _around(box, piece.box)
        yield Line(" ".join(piece.text for piece in row), box, column)


# What stands on every page


def running(pages: Sequence[Sequence[Line]], *, page_number: str) -> dict[tuple[int, int], str]:
    """Why lines are left out, by page and number of the line: running heads and page numbers, at the edges of pages.

    `page_number` is the pattern of a page number that says that it is one, in the language of the text.
    """
    edges = {(page, number) for page, lines in enumerate(pages) for number in _edges(lines)}
    on_pages = {(page, _shape(pages[page][number].text)) for page, number in edges}
    shapes = Counter(shape for _, shape in on_pages)
    least = max(2, HEADS_SHARE * len(pages))
    reasons = {}
    for page, number in sorted(edges):
        text = pages[page][number].text
        if re.fullmatch(page_number, text, re.IGNORECASE):
            reasons[page, number] = "page number"
        elif shapes[_shape(text)] >= least:
            reasons[page, number] = "running head"
    return reasons


def _edges(lines: Sequence[Line]) -> set[int]:
    by_height = sorted(range(len(lines)), key=lambda number: -lines[number].box[3])
    return {*by_height[:EDGE_LINES], *by_height[-EDGE_LINES:]}


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", text)


# Lines to paragraphs


def text_of(
    pages: Sequence[Sequence[Line]], left_out: Mapping[tuple[int, int], str], *, caption: re.Pattern[str]
) -> str:
    """The text of the lines that are not left out, a blank line between paragraphs, broken words made whole.

    A paragraph that goes on over a page does so behind what matches `caption` at the end of the page.
    """
    kept = [
        [line for number, line in enumerate(lines) if (page, number) not in left_out]
        for page, lines in enumerate(pages)
    ]
    vocabulary = frozenset(re.findall(r"[\w-]+", " ".join(line.text for lines in kept for line in lines).lower()))
    paragraphs: list[str] = []
    for lines in kept:
        for number, paragraph in enumerate(_paragraphs(lines)):
            text = paragraph[0].text
            for line in paragraph[1:]:
                text = _joined(text, line.text, vocabulary)
            open_one = next((at for at in reversed(range(len(paragraphs))) if not caption.match(paragraphs[at])), None)
            if number == 0 and open_one is not None and _runs_on(paragraphs[open_one], text):
                paragraphs[open_one] = _joined(paragraphs[open_one], text, vocabulary)
            else:
                paragraphs.append(text)
    return "\n\n".join(paragraphs)


def _paragraphs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    if not lines:
        return
    distances = [one.box[3] - other.box[3] for one, other in pairwise(lines)]
    usual = median([distance for distance in distances if distance > 0] or [0])
    edges = _column_edges(lines)
    paragraph = [lines[0]]
    for above, line in pairwise(lines):
        if _begins(line, above, edges=edges, usual=usual):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    yield paragraph


def _column_edges(lines: Sequence[Line]) -> dict[int, tuple[float, float]]:
    """Left and right of each column; a quarter of its lines may be longer, as headings are."""
    columns: dict[int, list[Line]] = {}
    for line in lines:
        columns.setdefault(line.column, []).append(line)
    return {
        column: (min(one.box[0] for one in own), sorted(one.box[2] for one in own)[3 * len(own) // 4])
        for column, own in columns.items()
    }


def _begins(line: Line, above: Line, *, edges: Mapping[int, tuple[float, float]], usual: float) -> bool:
    """True where a paragraph begins with `line`: below a gap or a short last line, standing in, or in other type."""
    if line.column != above.column:
        return not _runs_on(above.text, line.text)
    left, right = edges[line.column]
    height, height_above = (one.box[3] - one.box[1] for one in (line, above))
    low, high = sorted((height, height_above))
    if above.box[3] - line.box[3] > PARAGRAPH_GAP * usual or high > OTHER_TYPE * low:
        return True
    if line.box[0] - left > INDENT * height and above.box[0] - left <= INDENT * height:
        return True
    short = above.box[2] - left < FULL_LINE * (right - left)
    return short and not _runs_on(above.text, line.text)


def _runs_on(text: str, below: str) -> bool:
    """True where a sentence goes on from one line to the next: no full stop here, a small letter there."""
    return bool(below) and (text[-1:] in HYPHENS or (text[-1:] not in '.!?:”"’)' and below[:1].islower()))


def _joined(text: str, below: str, vocabulary: frozenset[str]) -> str:
    """Two lines as one. A hyphen at the end of the first goes, unless the word stands elsewhere with it and never
    without."""
    if text[-1:] not in HYPHENS or not text[-2:-1].isalpha() or not below[:1].islower():
        return f"{text} {below}"
    first, last = re.split(r"[^\w-]+", text[:-1])[-1].lower(), re.split(r"[^\w-]+", below)[0].lower()
    if text[-1] == "-" and f"{first}-{last}" in vocabulary and first + last not in vocabulary:
        return text + below
    return text[:-1] + below
