"""What does a file of events hold that another wrote, or we did? Its rows, by what format they have."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from byline.errors import InputError
from byline.export import cells
from byline.export.entries import Entry, Form, entry

ACLED: Final = ("event_date", "event_type")
PLOVER: Final = ("event", "date")
RECORD: Final = ("trigger", "places", "document")
EVENTS: Final = ("trigger_start", "document_id")
"""Columns by which a format is known."""

HEAD: Final = 65_536
"""Characters of a file that are looked at to know its format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """A file of events: its format and rows, and the lines that could not be read, each with why."""

    form: Form
    entries: tuple[Entry, ...]
    unread: tuple[str, ...]


def read(path: Path) -> Foreign:
    """The events of a file: ACLED's table (CSV or JSON), PLOVER's records (an array or lines of JSON), the event record
    (JSON Lines) or our table of events (CSV, or the folder it stands in). Raises InputError where it is none of these.
    """
    if path.is_dir():
        path = next((one for one in (path / "events.csv", path / "data" / "events.csv") if one.is_file()), path)
    form: Form | None = None
    entries, unread = [], []
    try:
        for number, row in enumerate(_rows(path), 1):
            form = form or _form(row)
            if form is None:
                raise InputError(f"{path}: has the columns of no format that is known: {_known()}")
            try:
                entries.append(entry(form, row))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                unread.append(f"row {number}: {error}")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except (UnicodeDecodeError, ValueError) as error:
        raise InputError(f"{path}: cannot be read as a table or as JSON ({error}); {_known()}") from error
    if form is None:
        raise InputError(f"{path}: holds no events; {_known()}")
    return Foreign(form=form, entries=tuple(entries), unread=tuple(unread))


def _known() -> str:
    return (
        f"ACLED's has {', '.join(ACLED)}; PLOVER's {', '.join(PLOVER)}; the event record {', '.join(RECORD)}; "
        f"our table {', '.join(EVENTS)}"
    )


def _form(row: Mapping[str, Any]) -> Form | None:
    known: tuple[tuple[Form, tuple[str, ...]], ...] = (
        ("acled", ACLED),
        ("plover", PLOVER),
        ("jsonl", RECORD),
        ("csv", EVENTS),
    )
    return next((form for form, columns in known if all(name in row for name in columns)), None)


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    """The rows of a file as mappings."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        head = file.read(HEAD).lstrip()
    if head.startswith("["):
        yield from _objects(json.loads(path.read_text(encoding="utf-8-sig")))
    elif head.startswith("{"):
        yield from _json(path)
    else:
        first = head.partition("\n")[0]
        delimiter = max(",;\t", key=first.count)
        yield from cells.rows(path, delimiter=delimiter)


def _json(path: Path) -> Iterator[Mapping[str, Any]]:
    """Lines of JSON, or one object that holds its rows under "data", as ACLED's interface answers."""
    with path.open(encoding="utf-8-sig") as file:
        lines = (line for line in file if line.strip())
        first = next(lines, "")
        try:
            told = json.loads(first)
        except ValueError:
            told = json.loads(path.read_text(encoding="utf-8-sig"))
        if isinstance(told, dict) and isinstance(told.get("data"), list):
            yield from _objects(told["data"])
            return
        yield from _objects([told])
        for line in lines:
            yield from _objects([json.loads(line)])


def _objects(told: Any) -> Iterator[Mapping[str, Any]]:
    for one in told:
        if not isinstance(one, dict):
            raise ValueError("a row is no object")
        yield one
