"""Plain text: a report a file, its head read, what is no part of it cut."""

from __future__ import annotations

from collections.abc import Iterator

from byline.config import Config
from byline.errors import DocumentError
from byline.model import Document, document_id, sha256
from byline.read import heading
from byline.read.cutting import cut
from byline.read.decode import decode
from byline.read.markup import decode_page
from byline.read.reading import Input, Read, Reading, reader, take

VERSION = 2
"""Raised by hand when the documents this reader makes change."""


@reader(".txt", ".text", media_types=("text/plain",))
def read(source: Input, /, *, config: Config) -> Iterator[Reading]:
    """The one report a plain text file holds.

    Raises DocumentError for a file above the limit, empty, binary, or broken in its encoding.
    """
    raw = take(source, limit=config.max_document_bytes)
    decoded = decode_page(raw, charset=source.charset) if source.charset else decode(raw)
    text, cuts = cut(decoded.text, name=config.language)
    if not text:
        raise DocumentError(f"holds no report: all of it was cut ({', '.join(sorted({one.reason for one in cuts}))})")
    head = heading.find(text, name=config.language)
    yield Read(
        document=Document(
            id=document_id(source=None, where=source.url or source.name, text=text),
            text=text,
            origin=source.origin,
            raw_sha256=sha256(raw),
            text_sha256=sha256(text),
            made_by="; ".join((f"text {VERSION}", *source.notes, *([decoded.note] if decoded.note else []))),
            url=source.url,
            title=head.title,
            byline=head.byline,
            dateline=head.dateline,
            published=head.published,
            cuts=cuts,
        ),
        raw=raw,
    )
