"""WARC and WET: what a crawl kept. Responses, resources and conversions are read; the rest tells of the crawl."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, cast

from byline.config import Config
from byline.errors import DocumentError
from byline.model import Failure
from byline.read import http_message
from byline.read.reading import Input, begins, container, failed, too_large

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

KINDS = frozenset({"response", "resource", "conversion"})
"""Records that hold what was found. A revisit holds only that it was found before."""

MAX_HEADER_BYTES = 65_536
"""What an HTTP response may have before its body."""

GOOD_STATUS = range(200, 300)
"""Other responses are redirections and pages of errors, which no outlet published."""


@container(".warc", ".wet", media_types=("application/warc",), looks=begins(b"WARC/"))
def read(source: Input, /, *, config: Config) -> Iterator[Input | Failure]:
    """What the records of a crawl hold, each standing at FILE!record N, from 1, with its url; a Failure for each that
    is too large, broken or cut off. Raises DocumentError where no further record can be told."""
    limit = config.max_document_bytes
    with source.open() as stream:
        for number, record in enumerate(_records(stream), start=1):
            origin = f"{source.origin}!record {number}"
            try:
                if "Content-Length" not in record.headers:
                    raise DocumentError("is a record that is cut off in its heading, and the last that can be told")
                if (record.headers.get("WARC-Type") or "").strip().lower() in KINDS:
                    name = f"{source.name}!record {number}"
                    inner = _input(record, origin=origin, name=name, limit=limit)
                    if inner is not None:
                        yield inner
            except DocumentError as error:
                if source.allowance.cut_off():
                    error = DocumentError(f"{error}, as the file it lies in is")
                yield failed(error, origin=origin)


def _records(stream: BinaryIO) -> Iterator[WarcRecord]:
    """The records, HTTP unparsed: the library loses all that follows a response which it can't unpack."""
    from fastwarc.warc import ArchiveIterator

    try:
        records = ArchiveIterator(cast(BinaryIO, Forward(stream)), parse_http=False, stream_detect=False)
    except OSError as error:
        raise DocumentError(f"is no WARC ({error})") from error
    while True:
        try:
            record = next(records, None)
        except (OSError, ValueError) as error:
            raise DocumentError(f"is WARC that is broken ({error}); what follows is not read") from error
        if record is None:
            return
        yield record


def _input(record: WarcRecord, *, origin: str, name: str, limit: int) -> Input | None:
    """What a record holds; None for a response that is no page."""
    most = limit + MAX_HEADER_BYTES
    block = record.reader.read(most + 1)
    if len(block) < min(record.content_length, most + 1):
        raise DocumentError(f"is cut off after {len(block):,} of {record.content_length:,} bytes")
    media_type, charset = http_message.content_type(record.headers.get("Content-Type"))
    notes: tuple[str, ...] = ()
    if media_type == "application/http":
        if len(block) > most:
            raise DocumentError(too_large(f"is {record.content_length:,} bytes long", limit=limit))
        response = http_message.parse(block, limit=limit)
        if response.status not in GOOD_STATUS:
            return None
        block, media_type, charset, notes = response.body, response.media_type, response.charset, response.notes
    if truncated := record.headers.get("WARC-Truncated"):
        notes = (*notes, f"cut short by the crawl ({truncated[:40]})")
    return Input(
        origin=origin,
        name=name,
        size=len(block),
        data=block,
        url=_url(record),
        media_type=media_type,
        charset=charset,
        notes=notes,
    )


def _url(record: WarcRecord) -> str | None:
    url = (record.headers.get("WARC-Target-URI") or "").strip().strip("<>")
    return url or None


class Forward:
    """A stream as the WARC library takes it: it asks where it stands, and needs never go back."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._at = 0

    def read(self, count: int = -1) -> bytes:
        """At most `count` bytes."""
        data = self._stream.read(count)
        self._at += len(data)
        return data

    def tell(self) -> int:
        """How many bytes have been read."""
        return self._at
