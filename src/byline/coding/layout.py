"""How is the page laid out? Paragraphs, quotations, and the lines that say who reports, from where and when."""

from __future__ import annotations

import re
from collections.abc import Iterator

from byline.model import Document, Span

# A quotation opens with a mark and ends with its closing one. One that goes on in the next paragraph has no closing
# mark in this one, and an opening mark again there: it ends with the paragraph, and `continued` says that it goes on.
# Marks of one stroke are apostrophes too: within such a quotation one stands between letters or, behind an s, before a
# blank; and what they hold is a quotation only from three words on, since a word in them is a name or an irony.
_GOES_ON = r"(?<!\s)(?=[^\S\n]*\n\s*{mark}\S)"
_ONE_STROKE = (
    r"(?:[^{marks}\n]|(?<=\w){closing}(?=\w)|(?<=s){closing}(?= \w))*(?:{closing}(?!\w)|(?=[^\S\n]*\n\s*{mark}\w))"
)
_QUOTES = re.compile(
    "|".join(
        (
            r"“[^“”]*?(?:”|" + _GOES_ON.format(mark="“") + r"|(?=\n\s*\n)|\Z)",
            r"„[^“”„]*?(?:[“”]|" + _GOES_ON.format(mark="„") + r"|(?=\n\s*\n)|\Z)",
            r"«[^«»]*?(?:»|" + _GOES_ON.format(mark="[«»]") + r"|(?=\n\s*\n)|\Z)",
            r'(?<!\w)"(?=\S)[^"\n]*?(?:"|' + _GOES_ON.format(mark='"') + ")",
            r"(?<!\w)``(?=\S)(?:(?!\n\s*\n)[^`])*?(?:''|" + _GOES_ON.format(mark="``") + ")",
            r"(?<![\w.,!?'])''(?=\w)(?:(?!'')[^\n])*?(?:''|" + _GOES_ON.format(mark="''") + ")",
            r"(?<!\w)‘" + _ONE_STROKE.format(marks="‘’", mark="‘", closing="’"),
            r"(?<![\w'])'(?=\w)" + _ONE_STROKE.format(marks="'", mark="'", closing="'"),
        )
    )
)
_CLOSING = ("”", "“", "»", '"', "''", "’", "'")
_PARAGRAPHS = re.compile(r"[^\s](?:[^\n]*[^\s])?")
# A dateline ends in a dash; one longer than this is a sentence with a dash in it.
_DATELINE = re.compile(r"[^\n]{2,120}?(?:\)\s*(?:—|–|--|-|:)|\s?(?:—|–|--)\s?|\s-\s|\),?[^\n]{0,30}?\s-\s)")
# Some reports leave the dash out behind the agency that sent them: "ATLANTA (AP) A man …".
_AGENCY = re.compile(
    r"[A-Z][A-Z .'’/-]+(?:, [A-Z][\w.]+(?: [A-Z][\w.]+)?)?\s+"
    r"\((?:AP|AFP|Reuters|REUTERS|UPI|Xinhua|dpa|DPA|EFE|ANSA|TASS|PTI|ANI|IANS|Kyodo|Yonhap|CNN)\)"
    r"[\s_\x96\x97—–:-]*"
)
_HEADER_LINE = re.compile(r"(?:by|reporting by|published|posted|updated|date)\b[^\n]*", re.IGNORECASE)
# Datelines and bylines stand at the head of a report.
_HEADER_PARAGRAPHS = 8
LONGEST_HEADLINE = 160
# An opening mark and a closing one.
_SHORTEST_CLOSED = 2
_FEWEST_IN_ONE_STROKE = 3


def paragraphs(text: str) -> tuple[Span, ...]:
    """Lines that hold text, without the white space around them, in order: a line end closes a paragraph."""
    return tuple(Span(start=match.start(), end=match.end()) for match in _PARAGRAPHS.finditer(text))


def quotes(text: str) -> tuple[Span, ...]:
    """Stretches between quotation marks, marks included, in order; an open one ends with its paragraph."""
    return tuple(Span(start=match.start(), end=match.end()) for match in _QUOTES.finditer(text) if _said(match.group()))


def _said(quotation: str) -> bool:
    doubled = quotation[0] not in "‘'" or quotation.startswith("''")
    return doubled or quotation[-1] not in "’'" or len(quotation.split()) >= _FEWEST_IN_ONE_STROKE


def continued(text: str, quote: Span, following: Span) -> bool:
    """True where a quotation goes on in the one that follows it: it has no closing mark, and the other opens the next
    paragraph."""
    between = text[quote.end : following.start]
    open_still = quote.end - quote.start < _SHORTEST_CLOSED or not text[quote.start : quote.end].endswith(_CLOSING)
    return open_still and not between.strip() and "\n" in between


def headers(document: Document) -> Iterator[Span]:
    """The stretches that date and place the report itself: byline and date lines, and a dateline up to its dash."""
    line = document.dateline
    for paragraph in paragraphs(document.text)[:_HEADER_PARAGRAPHS]:
        words = document.quote(paragraph)
        if len(words) < LONGEST_HEADLINE and _HEADER_LINE.fullmatch(words):
            yield paragraph
            continue
        sent = _AGENCY.match(words)
        if sent is not None and sent.end() < len(words):
            yield Span(start=paragraph.start, end=paragraph.start + len(sent.group().rstrip()))
            continue
        match = _DATELINE.match(words) if line is not None else None
        if match is None or line is None:
            continue
        placed = line.place is not None and words.startswith(line.place.split(",")[0])
        dated = line.date is not None and str(line.date.year) in match.group()
        if placed or dated:
            end = match.end()
            # "(Outlet), 9 November 2022 -": the date may follow the bracket.
            rest = re.match(r"\s*[^\n.]{0,40}?\s(?:—|–|--|-)\s", words[end:]) if words[end - 1 : end] == ")" else None
            yield Span(start=paragraph.start, end=paragraph.start + end + (rest.end() if rest else 0))
