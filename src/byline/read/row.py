"""A row of JSON Lines, CSV or Parquet: a document in the columns that `byline read --format jsonl` prints.

Only `text` must be there. `[columns]` in byline.toml says which column of a table stands for which of ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from unicodedata import normalize

from byline.config import COLUMNS, Config
from byline.errors import DocumentError
from byline.model import Cut, Dateline, Document, document_id, sha256
from byline.read import heading
from byline.read.reading import Input, Read, Reading, reader, take

VERSION = 1
"""Raised by hand when the documents this reader makes change."""

_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


@reader()
def read(source: Input, /, *, config: Config) -> Iterator[Reading]:
    """The document of a row, whose bytes are one JSON object.

    A row's text is coded as given: nothing is cut, only NFC is made. What the row does not say (title, byline,
    dateline, published) is read from its text. Raises DocumentError for a row that is no object, or has no text.
    """
    raw = take(source, limit=config.max_document_bytes)
    fields, mended = _fields(_object(raw), columns=config.columns)
    text = fields.text("text")
    if text is None or not text.strip():
        raise DocumentError(f'has no "{config.columns.get("text", "text")}", the one column that must be there')
    if "\x00" in text:
        raise DocumentError('has a NUL in "text", so it is no text')
    published = _date(fields.values.get("published"))
    head = heading.find(text, name=config.language, published=published)
    url, source_id = fields.text("url"), fields.text("source")
    told = (f"row {VERSION}", *source.notes, *(["lone surrogates replaced"] if mended else []))
    document = Document(
        id=document_id(source=source_id, where=url or source.name, text=text),
        text=text,
        origin=source.origin,
        raw_sha256=sha256(raw),
        text_sha256=sha256(text),
        made_by="; ".join(told),
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
    yield Read(document=document, raw=raw)


def bytes_of(row: dict[str, Any]) -> bytes:
    """A row as a container of tables gives it: JSON, in UTF-8 where its strings can be written so."""
    try:
        return json.dumps(row, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # lone surrogates, which are escaped here and replaced by the reader
        return json.dumps(row).encode()


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


def _fields(row: dict[str, Any], *, columns: Mapping[str, str]) -> tuple[Fields, bool]:
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

    held = {ours: columns.get(ours, ours) for ours in COLUMNS}
    return Fields({ours: clean(row[theirs]) for ours, theirs in held.items() if theirs in row}), mended


KINDS = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "an object",
}
"""How messages name what JSON holds."""


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
