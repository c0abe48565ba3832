"""The record of incidents: `incidents.jsonl`, which says what event was given to what incident, and what was merged.

    {"at": …, "events": ["e…", "e…"], "incident": "i…", "into": null, "turn": 3}
    {"at": …, "events": [], "incident": "i…", "into": "i…", "turn": 3}

An incident is minted by the first line that names it; the last line that names an event says which incident has it.
Lines are never changed, and those of two laptops are put together as a set: they are read in the order of their turns,
which grow with every run that saw those before it, whatever the clocks say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from byline.store import logs

NAME = "incidents.jsonl"

EVENTS_A_LINE = 500
"""So that a line is read with ease: 10 kB."""

_EVENT, _INCIDENT = re.compile(r"e[0-9a-f]{16}"), re.compile(r"i[0-9a-f]{16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A line: events given to an incident, or an incident that leads `into` another from now on. `at` is ISO 8601 in
    UTC."""

    turn: int
    at: str
    incident: str
    events: tuple[str, ...] = ()
    into: str | None = None


@dataclass(slots=True, kw_only=True)
class Record:
    """What all lines come to: the incident of each event, where each incident leads that was merged, the last turn that
    speaks of each. `led`: those of `into` that no line tells of yet."""

    of: dict[str, str] = field(default_factory=dict)
    into: dict[str, str] = field(default_factory=dict)
    turns: dict[str, int] = field(default_factory=dict)
    led: dict[str, str] = field(default_factory=dict)


def read(files: Path) -> Iterator[Change]:
    """The lines in a folder of files. Raises StoreError for a damaged one."""
    names = {one.name for one in fields(Change)}
    for where, told in logs.read(files / NAME):
        values = {name: value for name, value in told.items() if name in names}
        if values.keys() != names or not _sound(values):
            raise logs.damaged(where, NAME)
        yield Change(**values | {"events": tuple(values["events"])})


def append(files: Path, changes: Sequence[Change]) -> None:
    """Adds lines, on disk before this returns. Raises StoreError where they cannot be written."""
    parts = [
        asdict(one) | {"events": list(one.events[start : start + EVENTS_A_LINE])}
        for one in changes
        for start in range(0, len(one.events) or 1, EVENTS_A_LINE)
    ]
    logs.append(files / NAME, parts, lost="what was linked is lost, so run byline link again")


def missing(files: Path, other: Path) -> list[Change]:
    """The lines of another folder that are not in this one."""
    ours = set(read(files))
    return [one for one in dict.fromkeys(read(other)) if one not in ours]


def last_turn(files: Path) -> int:
    """The turn of the last line of all; 0 where there is none."""
    told = logs.last(files / NAME)
    if told is None:
        return 0
    return int(told["turn"]) if isinstance(told.get("turn"), int) else 0


def fold(changes: Iterable[Change]) -> Record:
    """What lines come to, in whatever order they are given.

    Of two mergers that contradict each other, which only two laptops can make, the first stands. An incident that is
    left without events, as two laptops gave them to two incidents, leads to the one that has most of them.
    """
    record = Record()
    given: dict[str, str] = {}
    ever: dict[str, set[str]] = {}
    for one in sorted(changes, key=lambda one: (one.turn, one.at, one.incident, one.into or "", one.events)):
        record.turns[one.incident] = one.turn
        ever.setdefault(one.incident, set()).update(one.events)
        given.update(dict.fromkeys(one.events, one.incident))
        if one.into is not None:
            record.turns.setdefault(one.into, one.turn)
            target = _root(one.into, record.into)
            if one.incident not in record.into and target != one.incident:
                record.into[one.incident] = target
    record.of = {event: _root(incident, record.into) for event, incident in given.items()}
    record.led = _led(record, ever)
    record.into |= record.led
    record.into = {incident: _root(incident, record.into) for incident in record.into}
    return record


def _led(record: Record, ever: dict[str, set[str]]) -> dict[str, str]:
    """Where incidents lead that were left without events."""
    led = {}
    for incident in record.turns.keys() - set(record.of.values()) - record.into.keys():
        found = Counter(record.of[event] for event in ever.get(incident, ()))
        if found:
            led[incident] = min(found, key=lambda other: (-found[other], other))
    return led


def _root(incident: str, into: dict[str, str]) -> str:
    while incident in into:
        incident = into[incident]
    return incident


def _sound(values: dict[str, object]) -> bool:
    turn, at, incident, events, into = (values[name] for name in ("turn", "at", "incident", "events", "into"))
    return (
        isinstance(turn, int)
        and isinstance(at, str)
        and isinstance(incident, str)
        and _INCIDENT.fullmatch(incident) is not None
        and isinstance(events, list)
        and all(isinstance(event, str) and _EVENT.fullmatch(event) for event in events)
        and (into is None or (isinstance(into, str) and _INCIDENT.fullmatch(into) is not None))
    )
