"""What did a new run make otherwise? Two streams of event records held against each other, document by document."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final, Literal

from byline.errors import InputError

What = Literal["added", "withdrawn", "changed"]

NO_VALUES: Final = frozenset({"id", "confidence", "pipeline_id", "document", "members", "told", "sentence"})
"""Keys of the record that tell how it was read, or follow from other keys."""

_IN_PLACES: Final = ("name", "text", "geonameid", "relation")
_IN_ACTORS: Final = ("role", "name", "text", "kind", "code", "sector")
_IN_QUANTITIES: Final = ("what", "of", "low", "high", "attribution")
_IN_WHEN: Final = ("start", "end", "precision", "basis")

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An event that one side has alone, or that both have with other values: which, before and after."""

    what: What
    id: str
    document_id: str
    origin: str
    type: str | None
    sentence: str
    fields: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Counts:
    """How many events both sides have with the same values, how many changed, came and went; in which fields they
    changed; and documents that one side has alone."""

    same: int = 0
    changed: int = 0
    added: int = 0
    withdrawn: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    documents_added: int = 0
    documents_withdrawn: int = 0

    def add(self, change: Change) -> None:
        """Another change."""
        match change.what:
            case "added":
                self.added += 1
            case "withdrawn":
                self.withdrawn += 1
            case "changed":
                self.changed += 1
                self.fields.update(change.fields.keys())


def changes(old: Iterable[Record], new: Iterable[Record], counts: Counts) -> Iterator[Change]:
    """What changed from `old` to `new`, event records in order of their documents' ids, as exports have them. An event
    that went where one came with words in common is one that changed. `counts` are whole when all was gone through.

    Raises InputError for records in another order.
    """
    left, right = _by_document(old), _by_document(new)
    before, after = next(left, None), next(right, None)
    while before is not None or after is not None:
        if after is None or (before is not None and before[0] < after[0]):
            assert before is not None
            counts.documents_withdrawn += 1
            made = [_change("withdrawn", one) for one in before[1]]
            before = next(left, None)
        elif before is None or after[0] < before[0]:
            counts.documents_added += 1
            made = [_change("added", one) for one in after[1]]
            after = next(right, None)
        else:
            made = list(_in_document(before[1], after[1], counts))
            before, after = next(left, None), next(right, None)
        for one in made:
            counts.add(one)
            yield one


def _by_document(records: Iterable[Record]) -> Iterator[tuple[str, list[Record]]]:
    last = ""
    for id, some in groupby(records, key=lambda one: str(one["document"]["id"])):
        if id <= last:
            raise InputError(
                f"the events of {id} come after those of {last}: they are not in the order that byline export gives "
                "them; export them anew"
            )
        last = id
        yield id, list(some)


def _in_document(old: Sequence[Record], new: Sequence[Record], counts: Counts) -> Iterator[Change]:
    before = {one["id"]: one for one in old}
    gone = [one for one in old if one["id"] not in {other["id"] for other in new}]
    for one in new:
        was = before.get(one["id"]) or _overlapping(one, gone)
        if was is None:
            yield _change("added", one)
            continue
        if was in gone:
            gone.remove(was)
        fields = _differ(was, one)
        if fields:
            yield _change("changed", one, fields)
        else:
            counts.same += 1
    yield from (_change("withdrawn", one) for one in gone)


def _overlapping(one: Record, gone: Sequence[Record]) -> Record | None:
    mine = one["trigger"]
    for other in gone:
        its = other["trigger"]
        if mine["in"] == its["in"] and mine["start"] < its["end"] and its["start"] < mine["end"]:
            return other
    return None


def _change(what: What, one: Record, fields: Mapping[str, tuple[str, str]] | None = None) -> Change:
    return Change(
        what=what,
        id=one["id"],
        document_id=one["document"]["id"],
        origin=one["document"]["origin"],
        type=one["type"],
        sentence=one["sentence"]["text"],
        fields=fields or {},
    )


def _differ(old: Record, new: Record) -> dict[str, tuple[str, str]]:
    names = [name for name in new if name in old and name not in NO_VALUES]
    told = ((name, value(name, old[name]), value(name, new[name])) for name in names)
    return {name: (before, after) for name, before, after in told if before != after}


def value(name: str, told: Any) -> str:
    """A value of the record in short: what it says, without evidence and confidence; "" where nothing is told."""
    if told is None or told == []:
        return ""
    match name:
        case "when":
            return _said(told, _IN_WHEN)
        case "places":
            return "; ".join(_said(one, _IN_PLACES) for one in told)
        case "actors":
            return "; ".join(_said(one, _IN_ACTORS) for one in told)
        case "quantities":
            return "; ".join(_said(one, _IN_QUANTITIES) for one in told)
        case "trigger":
            return f"{told['text']} ({told['start']}–{told['end']})"
        case "acled":
            return str(told["sub_event_type"])
        case "attribution":
            return _said(told, ("source", "kind", "interest"))
        case "quotes" | "demands":
            return "; ".join(str(one["text"]) for one in told)
        case "decided":
            return str(told["state"])
    return told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)


def _said(told: Record, names: Sequence[str]) -> str:
    return ", ".join(str(told[name]) for name in names if told.get(name) is not None)
