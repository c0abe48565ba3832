"""What a careful coder reads out of an example report: `NAME.gold.yaml` beside `NAME.txt`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from byline.bench.example_fields import DOCUMENT_FIELDS, EVENT_FIELDS
from byline.bench.harness import read_text
from byline.errors import InputError

SUFFIX = ".gold.yaml"

UNSCORED = frozenset({"id", "what"})
"""Keys of an expected event that are for people."""

UNSCORED_DOCUMENT = frozenset({"aliases"})
"""Keys of a document that no output states by itself: aliases show in the names of actors."""

SECTIONS = frozenset({"document", "events", "not_events", "claims", "traps"})
"""Keys of a gold file; claims are an audit's, traps are for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """An event that a coder expects, with the fields stated of it; `type` and `status` are always among them."""

    id: str
    what: str
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A report and all that is expected of it."""

    name: str
    text: Path
    document: dict[str, Any]
    events: tuple[Expected, ...]
    not_events: tuple[str, ...]


def load(path: Path) -> list[Example]:
    """The examples of a folder in order of name, or one, named by either of its two files.

    Raises InputError when there is none, a text is missing, or a gold file holds a key that is not known.
    """
    if path.is_dir():
        files = sorted(path.glob(f"*{SUFFIX}"))
    elif path.name.endswith(SUFFIX):
        files = [path]
    else:
        files = [path.with_name(path.stem + SUFFIX)]
    if not files:
        raise InputError(f"{path}: holds no *{SUFFIX}; each example is NAME.txt beside NAME{SUFFIX}")
    return [_example(file) for file in files]


def _example(file: Path) -> Example:
    name = file.name.removesuffix(SUFFIX)
    text = file.with_name(f"{name}.txt")
    if not text.is_file():
        raise InputError(f"{text}: the report that {file.name} speaks of is not there")
    try:
        gold = yaml.safe_load(read_text(file))
    except yaml.YAMLError as error:
        raise InputError(f"{file}: cannot be read as YAML ({error})") from error
    if not isinstance(gold, dict):
        raise InputError(f"{file}: wants the keys {', '.join(sorted(SECTIONS))}")
    _known(file, "a gold file", gold, SECTIONS)
    document = gold.get("document") or {}
    _known(file, "the document", document, UNSCORED_DOCUMENT | DOCUMENT_FIELDS.keys())
    return Example(
        name=name,
        text=text,
        document={key: value for key, value in document.items() if key not in UNSCORED_DOCUMENT},
        events=tuple(_expected(file, row) for row in gold.get("events") or ()),
        not_events=tuple(gold.get("not_events") or ()),
    )


def _expected(file: Path, row: dict[str, Any]) -> Expected:
    fields = {"type" if key == "plover" else key: value for key, value in row.items() if key not in UNSCORED}
    _known(file, f"event {row.get('id')!r}", fields, EVENT_FIELDS)
    for field in ("id", "status"):
        if field not in row:
            raise InputError(f"{file}: an expected event lacks {field!r}: {row}")
    dates = fields.get("dates")
    if dates is not None and not (len(dates) == 2 and all(isinstance(day, date) for day in dates)):
        raise InputError(f"{file}: event {row['id']!r}: dates are a first and a last day, YYYY-MM-DD")
    return Expected(id=str(row["id"]), what=str(row.get("what", "")), fields={"type": None, **fields})


def _known(file: Path, what: str, given: dict[str, Any], known: frozenset[str]) -> None:
    unknown = sorted(given.keys() - known)
    if unknown:
        raise InputError(f"{file}: {what} has keys that are not known: {', '.join(map(str, unknown))}")
