"""RSS and Atom: a feed holds its entries; an entry is a document, with what the feed says of it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit
from xml.parsers import expat

from byline.config import Config
from byline.errors import DocumentError
from byline.model import Document, Failure, document_id, sha256
from byline.read import heading
from byline.read.published import published
from byline.read.reading import Input, Read, Reading, container, failed, reader, take, too_large
from byline.read.report import Report, of_page, of_text

VERSION = 1
"""Raised by hand when the documents these readers make change."""

MAX_FEED_BYTES = 20_000_000
"""A larger feed is refused; a newspaper's has under 1 MB, with all texts in full."""

MAX_BROKEN_BYTES = 500_000
"""A feed that is not well-formed is read by a parser that is some fifty times slower, so it may be only so large."""

MAX_DEPTH = 200
"""Elements in each other; a page within an entry has some thirty."""

MAX_NAME = 500
"""Characters of a title, a name or an address that are kept."""

PAGE = "<html><body><article>{}</article></body></html>"

_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF|channel)[\s>]", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{1,500}>")


def looks_like_feed(head: bytes) -> bool:
    """Whether an input's first bytes are those of a feed."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and _FEED.search(head) is not None


@container(
    ".rss", ".atom", ".rdf", ".xml", media_types=("application/rss+xml", "application/atom+xml"), looks=looks_like_feed
)
def read(source: Input, /, *, config: Config) -> Iterator[Input | Failure]:
    """The entries of a feed, in its order, each as one JSON object for the reader "entry".

    Raises DocumentError for a file that is no feed, is too large, or is broken and large.
    """
    raw = take(source, limit=MAX_FEED_BYTES)
    feed = _parsed(raw)
    for number, entry in enumerate(feed.entries, 1):
        origin = f"{source.origin}!entry {number}"
        data = json.dumps(_row(entry, feed.feed), ensure_ascii=False).encode("utf-8", "replace")
        if len(data) > config.max_document_bytes:
            error = too_large(f"is {len(data):,} bytes long", limit=config.max_document_bytes)
            yield failed(error, origin=origin)
            continue
        name = f"{source.name}!entry {number}"
        yield Input(
            origin=origin, name=name, size=len(data), data=data, reader="entry", url=_address(entry.get("link"))
        )


def _parsed(raw: bytes) -> Any:
    """The feed, by feedparser. It is given a stream of bytes, since it would fetch or open what looks like a name; it
    expands no entities of the feed's own beyond what expat allows, and none from elsewhere."""
    import feedparser

    _check(raw)
    try:
        feed = feedparser.parse(io.BytesIO(raw), resolve_relative_uris=False, sanitize_html=False)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError) as error:
        raise DocumentError(f"is a feed that is broken beyond mending ({error})") from error
    if not feed.version and not feed.entries:
        raise DocumentError("is no RSS or Atom feed; other XML is not read")
    if not feed.entries:
        raise DocumentError("is a feed without entries")
    return feed


def _check(raw: bytes) -> None:
    if not raw.strip():
        raise DocumentError("is empty; there is nothing to read")
    parser, depth = expat.ParserCreate(), 0

    def begin(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise DocumentError(f"nests over {MAX_DEPTH} levels deep, as no feed does")

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    try:
        parser.Parse(raw, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        if len(raw) > MAX_BROKEN_BYTES:
            message = f"is no well-formed XML ({error}), and too large to be mended (over {MAX_BROKEN_BYTES:,} bytes)"
            raise DocumentError(message) from error


def _row(entry: Mapping[str, Any], feed: Mapping[str, Any]) -> dict[str, str | None]:
    """What a feed says of an entry."""
    kind, body = _body(entry)
    return {
        "id": _name(entry.get("id")),
        "title": _name(entry.get("title")),
        "author": _name(entry.get("author") or feed.get("author")),
        "outlet": _name((entry.get("source") or {}).get("title") or feed.get("title")),
        "published": _name(entry.get("published")),
        "updated": _name(entry["updated"]) if "updated" in entry else None,
        "language": _name(entry.get("language") or feed.get("language")),
        kind: body,
    }


def _body(entry: Mapping[str, Any]) -> tuple[str, str]:
    """The longest of the entry's texts, and whether it is "html" or "text"."""
    told = [*entry.get("content", ()), entry.get("summary_detail") or {}]
    best = max(told, key=lambda one: len(one.get("value") or ""))
    value = str(best.get("value") or "")
    is_text = best.get("type") == "text/plain" and not _TAG.search(value)
    return "text" if is_text else "html", value


def _name(value: Any) -> str | None:
    """A name on one line, without mark-up."""
    return " ".join(_TAG.sub(" ", str(value))[:MAX_NAME].split()) or None if value else None


def _address(value: Any) -> str | None:
    """An entry's link, where it is an address of the web."""
    if not isinstance(value, str) or len(value) > MAX_NAME or any(map(str.isspace, value)):
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    return value if parts.scheme in ("http", "https") and parts.netloc else None


@reader()
def entry(source: Input, /, *, config: Config) -> Iterator[Reading]:
    """The document of a feed's entry: its text in full where the feed has that, else its summary.

    Raises DocumentError for an entry without text.
    """
    raw = take(source, limit=config.max_document_bytes)
    row: dict[str, str | None] = json.loads(raw)
    report = _report(row, name=config.language)
    day = published(row["published"], name=config.language)
    updated = published(row["updated"], name=config.language) if day.day is None and not day.note else None
    note = day.note or (f"published is its last update, {updated.day}" if updated and updated.day else "")
    head = heading.find(report.text, name=config.language, published=day.day)
    outlet = row["outlet"] or (urlsplit(source.url).hostname if source.url else None)
    document = Document(
        id=document_id(source=outlet, where=source.url or row["id"] or source.name, text=report.text),
        text=report.text,
        origin=source.origin,
        raw_sha256=sha256(raw),
        text_sha256=sha256(report.text),
        made_by="; ".join(filter(None, (f"feed {VERSION}", *source.notes, note, *report.notes))),
        external_id=row["id"],
        source_id=outlet,
        language=row["language"],
        title=row["title"] or head.title,
        byline=row["author"] or head.byline,
        dateline=head.dateline,
        published=day.day or (updated.day if updated else None) or head.published,
        url=source.url,
        captions=report.captions,
        cuts=report.cuts,
    )
    yield Read(document=document, raw=raw)


def _report(row: Mapping[str, str | None], *, name: str) -> Report:
    if text := row.get("text"):
        return of_text(text, name=name)
    if page := row.get("html"):
        return of_page(PAGE.format(page), name=name)
    raise DocumentError("holds no text, only a title; the page it links to is not fetched")
