"""HTML: the report of a web page, without what stands around it, and what the page says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from byline.config import Config
from byline.model import Document, document_id, sha256
from byline.read import heading
from byline.read.markup import decode_page
from byline.read.reading import Input, Read, Reading, reader, take
from byline.read.webpage import Webpage, read_webpage

VERSION = 1
"""Raised by hand when the documents this reader makes change."""

_BEGINS = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)\b", re.I | re.S
)


def looks_like_html(head: bytes) -> bool:
    """Whether an input's first bytes are those of a web page."""
    return _BEGINS.match(head) is not None


@reader(".html", ".htm", ".xhtml", media_types=("text/html", "application/xhtml+xml"), looks=looks_like_html)
def read(source: Input, /, *, config: Config) -> Iterator[Reading]:
    """The one report a web page holds.

    Raises DocumentError for a page above the limit, empty, binary, without text or too deep.
    """
    raw = take(source, limit=config.max_document_bytes)
    decoded = decode_page(raw, charset=source.charset)
    page = read_webpage(decoded.text, name=config.language, url=source.url)
    told = (f"html {VERSION}", *source.notes, decoded.note, *page.notes)
    yield Read(document=_document(page, source=source, raw=raw, told=told, config=config), raw=raw)


def _document(page: Webpage, *, source: Input, raw: bytes, told: tuple[str, ...], config: Config) -> Document:
    """The document of a page; what the page does not say of itself is read from the head of its text."""
    head = heading.find(page.text, name=config.language, published=page.published)
    return Document(
        id=document_id(source=page.outlet, where=page.url or source.name, text=page.text),
        text=page.text,
        origin=source.origin,
        raw_sha256=sha256(raw),
        text_sha256=sha256(page.text),
        made_by="; ".join(filter(None, told)),
        source_id=page.outlet,
        language=page.language,
        title=page.title or head.title,
        byline=page.byline or head.byline,
        dateline=head.dateline,
        published=page.published or head.published,
        url=page.url,
        captions=page.captions,
        cuts=page.cuts,
    )
