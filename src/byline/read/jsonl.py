"""JSON Lines: a document a row, in the columns that `byline read --format jsonl` prints; only `text` must be there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO
from unicodedata import normalize

from byline.config import Config
from byline.errors import DocumentError
from byline.model import Cut, Dateline, Document, Failure, document_id, sha256
from byline.read import heading
from byline.read.decode import MARKS
from byline.read.reading import Input, Read, Reading, reader, too_large

VERSION = 1
"""Raised by hand when the documents this reader makes change."""

SKIP_BYTES = 65_536
"""How much of an over-long line is held at a time while it is passed over."""

_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the file with its number, from 1; `data` is None for one above the limit."""

    number: int
    data: bytes | None


@reader(".jsonl", ".ndjson")
def read(source: Input, /, *, config: Config) -> Iterator[Reading]:
    """The documents of the rows, in order; a Failure, whose origin ends in the line's number, for each wrong row.

    A row's text is coded as given: nothing is cut, only NFC is made. What the row does not say (title, byline,
    dateline, published) is read from its text. Blank lines are passed over.
    """
    with source.open() as stream:
        for row in _rows(stream, limit=config.max_document_bytes):
            origin = f"{source.origin}:{row.number}"
            try:
                yield _document(row, source=source, origin=origin, config=config)
            except DocumentError as error:
                yield Failure(document_id=None, pipeline_id=None, origin=origin, step=error.step, error=str(error))


def _rows(stream: BinaryIO, *, limit: int) -> Iterator[Row]:
    number = 0
    while line := stream.readline(limit + 1):
        number += 1
        too_long = len(line) > limit and not line.endswith(b"\n")
        if too_long:
            _skip_line(stream)
        if number == 1:
            line = _without_mark(line)
        if line.strip():
            yield Row(number, None if too_long else line.rstrip(b"\r\n"))


def _skip_line(stream: BinaryIO) -> None:
    while (piece := stream.readline(SKIP_BYTES)) and not piece.endswith(b"\n"):
        pass


def _without_mark(line: bytes) -> bytes:
    for mark, encoding in MARKS:
        if line.startswith(mark):
            if encoding != "utf-8":
                raise DocumentError(f"is {encoding}; JSON Lines must be UTF-8, so save it again as that")
            return line[len(mark) :]
    return line


def _document(row: Row, *, source: Input, origin: str, config: Config) -> Read:
    if row.data is None:
        raise DocumentError(too_large("is an over-long line", limit=config.max_document_bytes))
    fields, mended = _fields(_object(row.data))
    text = fields.text("text")
    if text is None or not text.strip():
        raise DocumentError('has no "text", the one column that must be there')
    published = _date(fields.values.get("published"))
    head = heading.find(text, name=config.language, published=published)
    url, source_id = fields.text("url"), fields.text("source")
    document = Document(
        id=document_id(source=source_id, where=url or f"{source.name}:{row.number}", text=text),
        text=text,
        origin=origin,
        raw_sha256=sha256(row.data),
        text_sha256=sha256(text),
        made_by=f"jsonl {VERSION}" + ("; lone surrogates replaced" if mended else ""),
        external_id=fields.name("external_id") or fields.name("id"),
        source_id=source_id,
        language=fields.text("language"),
        title=fields.text("title") if "title" in fields.values else head.title,
        byline=fields.text("byline") if "byline" in fields.values else head.byline,
        dateline=fields.dateline() if "dateline" in fields.values else head.dateline,
        published=published if "published" in fields.values else head.published,
        url=url,
        captions=fields.captions(),
        cuts=fields.cuts(),
    )
    return Read(document=document, raw=row.data)


def _object(data: bytes) -> dict[str, Any]:
    try:
        row = json.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise DocumentError(f"is not UTF-8 at byte {error.start:,} of the line; save the file as UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"is not JSON ({error}); each line must be one object") from error
    if not isinstance(row, dict):
        raise DocumentError(f'is {_kind(row)}; each line must be an object such as {{"text": "…"}}')
    return row


def _fields(row: dict[str, Any]) -> tuple[Fields, bool]:
    """The row with its strings in NFC, and whether lone surrogates, which no encoding can write, were replaced."""
    mended = False

    def clean(value: Any) -> Any:
        nonlocal mended
        if isinstance(value, str):
            whole = _LONE_SURROGATE.sub("\ufffd", value)
            mended = mended or whole != value
            return normalize("NFC", whole)
        if isinstance(value, list):
            return [clean(item) for item in value]
        if isinstance(value, dict):
            return {key: clean(item) for key, item in value.items()}
        return value

    return Fields({key: clean(value) for key, value in row.items() if key in COLUMNS}), mended


KINDS = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "an object",
}
"""How messages name what JSON holds."""

COLUMNS = frozenset(
    {"id", "external_id", "title", "byline", "dateline", "published", "language", "source", "url", "text"}
    | {"captions", "cuts"}
)
"""What is taken from a row. Its `origin` is not: ours says where we read it."""


@dataclass(frozen=True, slots=True)
class Fields:
    """A row's columns; each way of taking one raises DocumentError where the value is of another kind."""

    values: dict[str, Any]

    def text(self, column: str) -> str | None:
        """A column that holds a string; None where it is absent, null or (but for `text`) empty."""
        value = self.values.get(column)
        if value is not None and not isinstance(value, str):
            raise _wrong(column, "a string", value)
        return value or None

    def name(self, column: str) -> str | None:
        """A column that holds an id: a string, or a whole number, which is taken as one."""
        value = self.values.get(column)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return self.text(column)

    def dateline(self) -> Dateline | None:
        """The dateline; a day that is no date is None."""
        value = self.values.get("dateline")
        if value is None:
            return None
        if not isinstance(value, dict) or not isinstance(value.get("place"), str | None):
            raise _wrong("dateline", 'an object with "place" and "date"', value)
        found = Dateline(place=value.get("place") or None, date=_date(value.get("date")))
        return found if found.place or found.date else None

    def captions(self) -> tuple[str, ...]:
        """The captions beside the text."""
        value = self.values.get("captions") or []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise _wrong("captions", "a list of strings", value)
        return tuple(value)

    def cuts(self) -> tuple[Cut, ...]:
        """What the row says was left out before it came to us."""
        value = self.values.get("cuts") or []
        try:
            return tuple(
                Cut(start=int(one["start"]), text=str(one["text"]), reason=str(one["reason"])) for one in value
            )
        except (TypeError, KeyError, ValueError) as error:
            raise _wrong("cuts", 'a list of objects with "start", "text" and "reason"', value) from error


def _date(value: Any) -> date | None:
    """The day an ISO date or date and time names; None for anything else, since a wrong day is worse than none."""
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value.strip()[:10])
    except ValueError:
        return None


def _wrong(column: str, wanted: str, value: Any) -> DocumentError:
    return DocumentError(f'has {_kind(value)} in "{column}", which must be {wanted}')


def _kind(value: Any) -> str:
    return KINDS.get(type(value), "null")
