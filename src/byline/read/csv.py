"""CSV and TSV: a table of text with a header, whose rows are each read by the reader "row"."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any, TextIO

from byline.config import Config
from byline.errors import DocumentError
from byline.model import Failure
from byline.read.allowance import after
from byline.read.csv_form import DELIMITERS, SAMPLE_BYTES, Form, form_of, mended, names
from byline.read.reading import Input, container, failed, too_large
from byline.read.row import bytes_of

VERSION = 1
"""Raised by hand when the rows this container makes change."""

SKIP_CHARACTERS = 65_536

STRUCTURED = ("captions", "cuts", "dateline")
"""Columns that hold more than one value: JSON, in a table of text."""


@container(".csv", media_types=("text/csv", "application/csv"))
def read(source: Input, /, *, config: Config) -> Iterator[Input | Failure]:
    """The rows of a table, each standing at the line it begins on; a Failure for each that does not fit the header.

    Encoding and delimiter are those it declares, else found. Raises DocumentError where the header has no text.
    """
    yield from _table(source, config=config, delimiters=DELIMITERS)


@container(".tsv", ".tab", media_types=("text/tab-separated-values",))
def tsv(source: Input, /, *, config: Config) -> Iterator[Input | Failure]:
    """The rows of a table with a tab between its values; as `read`."""
    yield from _table(source, config=config, delimiters="\t")


def _table(source: Input, *, config: Config, delimiters: str) -> Iterator[Input | Failure]:
    csv.field_size_limit(max(csv.field_size_limit(), config.max_document_bytes + 1))
    wanted = config.columns.get("text", "text")
    with source.open() as stream:
        sample = stream.read(SAMPLE_BYTES)
        form = form_of(sample, charset=source.charset, delimiters=delimiters, wanted=wanted)
        with io.TextIOWrapper(after(sample, stream), encoding=form.encoding, errors=form.on_error, newline="") as text:
            lines = Lines(text, limit=config.max_document_bytes)
            yield from _rows(lines, source=source, form=form, config=config)


def _rows(lines: Lines, *, source: Input, form: Form, config: Config) -> Iterator[Input | Failure]:
    rows = csv.reader(lines, delimiter=form.delimiter, strict=True)
    if form.says_separator:
        next(lines)
    try:
        header = names(next(rows, []))
    except csv.Error as error:
        raise DocumentError(f"has a header that is not CSV ({error}); double the quotes within quoted names") from error
    structured = {config.columns.get(column, column) for column in STRUCTURED}
    while True:
        number = lines.begin()
        origin = f"{source.origin}:{number}"
        try:
            values = next(rows)
            if source.allowance.broken and not lines.is_ended:
                return  # the last row is not whole, and whoever unpacked it says so
            if values:
                data, notes = _row(values, header, form=form, structured=structured)
                yield Input(
                    origin=origin,
                    name=f"{source.name}:{number}",
                    size=len(data),
                    data=data,
                    reader="row",
                    notes=(f"csv {VERSION}, {form.told()}", *notes),
                )
        except StopIteration:
            return
        except csv.Error as error:
            lines.skip_record()
            yield failed(f"is not a row of CSV ({error}); double the quotes within quoted values", origin=origin)
        except DocumentError as error:
            yield failed(error, origin=origin)


def _row(
    values: Sequence[str], header: Sequence[str], *, form: Form, structured: set[str]
) -> tuple[bytes, tuple[str, ...]]:
    """A row as JSON, empty values as null, and what is to be told of how it was read."""
    if len(values) < len(header) or any(values[len(header) :]):
        counted = f"{len(values)} {'value' if len(values) == 1 else 'values'}"
        raise DocumentError(
            f"has {counted} where the header names {len(header)} columns; put values that hold "
            f"{form.told().split()[0]} or a line break in quotes"
        )
    notes: list[str] = []
    row: dict[str, Any] = {}
    for name, value in zip(header, values, strict=False):
        if not name or name in row:
            continue
        whole, note = mended(value, form=form)
        row[name] = _structured(whole) if name in structured else whole or None
        notes += [note] if note else []
    return bytes_of(row), tuple(dict.fromkeys(notes))


def _structured(value: str) -> Any:
    """What a value holds where it is JSON; else the value, of which the reader of rows says what is wrong."""
    if not value:
        return None
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


class Lines:
    """The lines of a text for the csv library, never more of one record than the limit.

    A record that is longer raises DocumentError where the library asks for its next line, and is passed over: it ends
    with the line by which its quotes are even.
    """

    def __init__(self, text: TextIO, *, limit: int) -> None:
        self._text = text
        self._limit = limit
        self._number = 0
        self._taken = 0
        self._quotes = 0
        self.is_ended = True

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._line(self._limit + 1)
        if not line:
            raise StopIteration
        self._taken += len(line)
        if self._taken > self._limit:
            self.skip_record()
            raise DocumentError(too_large("is an over-long row", limit=self._limit))
        return line

    def begin(self) -> int:
        """Begins a record, and gives the number of its line, from 1."""
        self._taken = self._quotes = 0
        return self._number + 1

    def skip_record(self) -> None:
        """Passes over the rest of a record, to the end of the line by which its quotes are even."""
        while not self.is_ended or self._quotes % 2:
            if not self._line(SKIP_CHARACTERS):
                return

    def _line(self, limit: int) -> str:
        line = self._text.readline(limit)
        self._number += self.is_ended and bool(line)
        self.is_ended = line.endswith(("\n", "\r"))
        self._quotes += line.count('"')
        return line
