"""PDF with a text layer: its lines in reading order, as paragraphs, without running heads and page numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from byline import language
from byline.config import Config
from byline.errors import DocumentError
from byline.model import Cut, Document, document_id, sha256
from byline.read import heading
from byline.read.cutting import cut
from byline.read.pdf_layout import Line, Sign, lines_of, running, text_of
from byline.read.reading import Input, Read, Reading, begins, reader, take

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfTextPage

VERSION = 1
"""Raised by hand when the documents this reader makes change."""

MAX_PAGES = 300
"""Pages that are read; a report has some ten, and a book is none."""

MAX_SIGNS = 1_000_000
"""Signs that are read, two seconds' worth; a report of 300 pages has half of that."""

SCAN_SIGNS = 20
"""Signs a page, on average, below which a file is pictures of pages: a scanner's stamp, or a number."""


@reader(".pdf", media_types=("application/pdf",), looks=begins(b"%PDF-"))
def read(source: Input, /, *, config: Config) -> Iterator[Reading]:
    """The one report a PDF holds.

    Raises DocumentError for a file above the limit, broken, under a password, or without a text layer (a scan).
    """
    raw = take(source, limit=config.max_document_bytes)
    pages, notes = _pages(raw)
    words = language.data(config.language, "reading")["pdf"]
    caption = re.compile(words["caption"], re.IGNORECASE)
    reasons = running(pages, page_number=words["page_number"])
    text, noticed = cut(text_of(pages, reasons, caption=caption), name=config.language)
    if not text:
        raise DocumentError("holds no report: all of it was cut")
    text, captions = _captions(text, caption)
    head = heading.find(text, name=config.language)
    document = Document(
        id=document_id(source=None, where=source.url or source.name, text=text),
        text=text,
        origin=source.origin,
        raw_sha256=sha256(raw),
        text_sha256=sha256(text),
        made_by="; ".join((f"pdf {VERSION}", *source.notes, *notes)),
        title=head.title,
        byline=head.byline,
        dateline=head.dateline,
        published=head.published,
        url=source.url,
        captions=captions,
        cuts=tuple(_cuts(pages, reasons, noticed)),
    )
    yield Read(document=document, raw=raw)


def _captions(text: str, caption: re.Pattern[str]) -> tuple[str, tuple[str, ...]]:
    """The text without paragraphs that say that they are captions ("Photo: …"), and those; all of it if there are no
    others."""
    paragraphs = text.split("\n\n")
    captions = [one for one in paragraphs if caption.match(one)]
    rest = [one for one in paragraphs if not caption.match(one)]
    return ("\n\n".join(rest), tuple(captions)) if rest else (text, ())


def _cuts(pages: list[list[Line]], reasons: dict[tuple[int, int], str], noticed: tuple[Cut, ...]) -> Iterator[Cut]:
    """What was left out, in order; each starts where it stands in the lines of all pages, one below the other."""
    found: list[Cut] = []
    start = 0
    starts: dict[str, int] = {}
    for page, lines in enumerate(pages):
        for number, line in enumerate(lines):
            starts.setdefault(line.text, start)
            if reason := reasons.get((page, number)):
                found.append(Cut(start=start, text=line.text, reason=reason))
            start += len(line.text) + 1
    for one in noticed:
        first = next((at for words, at in starts.items() if one.text.startswith(words)), one.start)
        found.append(Cut(start=first, text=one.text, reason=one.reason))
    yield from sorted(found, key=lambda one: one.start)


# pdfium


def _pages(raw: bytes) -> tuple[list[list[Line]], list[str]]:
    """The lines of each page, in reading order, and what there is to say of them."""
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        with PdfDocument(raw) as pdf:
            return _read(pdf)
    except PdfiumError as error:
        if "password" in str(error).lower():
            raise DocumentError("is under a password; save it without one") from error
        raise DocumentError(f"is no PDF that can be read ({error}); check the file") from error


def _read(pdf: PdfDocument) -> tuple[list[list[Line]], list[str]]:
    count, signs = len(pdf), 0
    pages: list[list[Line]] = []
    for number in range(min(count, MAX_PAGES)):
        page = pdf[number]
        text_page = page.get_textpage()
        found = list(_signs(text_page, most=MAX_SIGNS - signs))
        text_page.close()
        page.close()
        signs += len(found)
        pages.append(lines_of(found))
        if signs >= MAX_SIGNS:
            break
    if signs < SCAN_SIGNS * max(1, len(pages)):
        raise DocumentError("has no text layer: it is a scan, pictures of pages; read it with an OCR program first")
    return pages, [f"pages {len(pages) + 1} to {count} not read"] if len(pages) < count else []


def _signs(page: PdfTextPage, *, most: int) -> Iterator[Sign]:
    """The signs of a page, in the order in which it draws them."""
    from ctypes import byref, c_double

    import pypdfium2.raw as pdfium

    left, right, bottom, top = (c_double() for _ in range(4))
    for index in range(min(page.count_chars(), most)):
        code = pdfium.FPDFText_GetUnicode(page, index)
        if not code or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
            continue
        known = pdfium.FPDFText_GetCharBox(page, index, byref(left), byref(right), byref(bottom), byref(top))
        yield Sign(chr(code), (left.value, bottom.value, right.value, top.value) if known else None)
