"""Mail (EML): an agency's or a ministry's report as it was sent. Attachments are named, and not opened.

The mail is read by the standard library's older policy: the newer one parses every header that is touched, in a time
that the header's length does not bound.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email import errors, message_from_bytes
from email._policybase import Compat32
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr

from byline.config import Config
from byline.errors import DocumentError
from byline.model import Document, document_id, sha256
from byline.read import heading
from byline.read.decode import Decoded
from byline.read.markup import decode_page
from byline.read.published import published
from byline.read.reading import Input, Read, Reading, reader, take
from byline.read.report import Report, of_page, of_text
from byline.read.webpage_rules import rules

VERSION = 2
"""Raised by hand when the documents this reader makes change."""

MAX_PARTS = 1_000
"""Parts of a mail that are looked at."""

MAX_BOUNDARIES = 20_000
"""Lines that look like a border between parts; the parser takes a second for these."""

MAX_HEADER = 2_000
"""Characters of a header that are read."""

MAX_NAMED = 10
"""Attachments that are named; of more, the number is told."""

TELLING = 200
"""Characters of a text part from which it is the report, and no note that this mail can only be seen as a page."""

_FIELD = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){2}")
_USUAL = re.compile(rb"^(?:from|subject|date|received|return-path|mime-version|delivered-to):", re.I | re.M)
_ADDRESSES = re.compile(r"\s*<?\bhttps?://\S{60,}>?")


class _Bounded(Compat32):
    """The older policy, but for headers longer than is read of them, over which even it takes too long, and for NULs in
    them, over which it breaks."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name[:MAX_HEADER], value[:MAX_HEADER].replace("\x00", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a mail holds: its first text and its first page, each with its charset, and the names of the rest."""

    text: tuple[bytes, str | None] | None
    page: tuple[bytes, str | None] | None
    others: tuple[str, ...]


def looks_like_mail(head: bytes) -> bool:
    """Whether an input's first bytes are the headers of a mail."""
    return _FIELD.match(head) is not None and len(_USUAL.findall(head)) >= 2


@reader(".eml", media_types=("message/rfc822",), looks=looks_like_mail)
def read(source: Input, /, *, config: Config) -> Iterator[Reading]:
    """The one report a mail holds, with the subject as its title and the sender as its byline.

    Raises DocumentError for a mail above the limit, or without text.
    """
    raw = take(source, limit=config.max_document_bytes)
    if not raw.strip():
        raise DocumentError("is empty; there is nothing to read")
    if raw.count(b"\n--") > MAX_BOUNDARIES:
        raise DocumentError(f"is in over {MAX_BOUNDARIES:,} parts, more than any mail; there is no report to read")
    try:
        message = message_from_bytes(raw, policy=_Bounded())
        parts = _parts(message)
    except (RecursionError, errors.MessageError) as error:
        raise DocumentError("is no mail that can be read: its parts are nested too deep or broken") from error
    yield Read(document=_document(message, parts, source=source, raw=raw, config=config), raw=raw)


def _document(message: Message, parts: Parts, *, source: Input, raw: bytes, config: Config) -> Document:
    report = _report(parts, name=config.language)
    day = published(_header(message, "Date"), name=config.language)
    head = heading.find(report.text, name=config.language, published=day.day)
    sender, address = _sender(_header(message, "From") or "")
    outlet = _outlet(address)
    told = (f"eml {VERSION}", *source.notes, *report.notes, day.note, _attached(parts.others))
    return Document(
        id=document_id(source=outlet, where=_header(message, "Message-ID") or source.name, text=report.text),
        text=report.text,
        origin=source.origin,
        raw_sha256=sha256(raw),
        text_sha256=sha256(report.text),
        made_by="; ".join(filter(None, told)),
        external_id=_header(message, "Message-ID"),
        source_id=outlet,
        language=_header(message, "Content-Language"),
        title=_header(message, "Subject") or head.title,
        byline=head.byline or " ".join(sender.split()) or None,
        dateline=head.dateline,
        published=day.day or head.published,
        captions=report.captions,
        cuts=report.cuts,
    )


def _report(parts: Parts, *, name: str) -> Report:
    """The report in the text part, or in the page where that says more than the text or there is no other."""
    text = _decoded(parts.text)
    told = len(_ADDRESSES.sub("", text.text).strip()) if text else 0
    if parts.page is not None and told < TELLING:
        try:
            return of_page(*_page(parts.page), name=name)
        except DocumentError:
            if not told:
                raise
    if text is None or not told:
        raise DocumentError("holds no text; its attachments are not opened, save the report from it as a file")
    return of_text(text.text, note=text.note, name=name)


def _page(part: tuple[bytes, str | None]) -> tuple[str, str]:
    decoded = decode_page(part[0], charset=part[1])
    return decoded.text, decoded.note


def _decoded(part: tuple[bytes, str | None] | None) -> Decoded | None:
    return decode_page(part[0], charset=part[1]) if part is not None and part[0].strip() else None


# The mail's parts


def _parts(message: Message) -> Parts:
    text = page = None
    others: list[str] = []
    for number, part in enumerate(_walk(message)):
        if number >= MAX_PARTS:
            others.append("further parts")
            break
        kind, named = part.get_content_type(), _named(part)
        if kind not in ("text/plain", "text/html") or named or (text if kind == "text/plain" else page):
            others.append(named or kind)
        elif kind == "text/plain":
            text = _payload(part)
        else:
            page = _payload(part)
    return Parts(text=text, page=page, others=tuple(others))


def _walk(message: Message) -> Iterator[Message]:
    """The parts that hold something, in order; a mail within the mail is one of them, and not gone into."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        inside = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inside, list):
            waiting.extend(one for one in reversed(inside) if isinstance(one, Message))
        else:
            yield part


def _named(part: Message) -> str | None:
    """The name of an attachment; None for a part that is shown."""
    try:
        name = part.get_filename()
    except (LookupError, ValueError, TypeError):
        name = None
    attached = str(part.get("Content-Disposition", "")).strip().lower().startswith("attachment")
    return _clean(name)[:100] if name else "one without a name" if attached else None


def _payload(part: Message) -> tuple[bytes, str | None]:
    data = part.get_payload(decode=True)
    try:
        charset = part.get_content_charset()
    except (LookupError, ValueError, TypeError):
        charset = None
    return (data if isinstance(data, bytes) else b""), charset


def _attached(others: tuple[str, ...]) -> str:
    if not others:
        return ""
    named = ", ".join(others[:MAX_NAMED]) + (", …" if len(others) > MAX_NAMED else "")
    return f"{len(others)} {'attachment' if len(others) == 1 else 'attachments'} not read: {named}"


# Its headers


def _header(message: Message, name: str) -> str | None:
    """A header's words, decoded; None where it is absent or empty."""
    value = message.get(name)
    if value is None:
        return None
    words = str(value)[:MAX_HEADER]
    with suppress(LookupError, ValueError, errors.MessageError):  # then as it stands
        words = str(make_header(decode_header(words)))
    return _clean(words) or None


def _clean(words: str) -> str:
    """Words on one line, in which bytes of no known encoding are marked as such."""
    return " ".join(words.encode("utf-8", "replace").decode("utf-8").replace("\x00", "").split())


def _sender(words: str) -> tuple[str, str]:
    """The sender's name and address; comments in comments are no name."""
    try:
        return parseaddr(words)
    except RecursionError:
        return "", ""


def _outlet(address: str) -> str | None:
    """The sender's domain, unless it is one where anybody has an address."""
    host = address.rpartition("@")[2].lower().strip(" >")
    return host if "." in host and host not in rules().mailboxes else None
