"""What an ontology is made of: types of event with their modes, sectors, statuses, and what is no event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from byline.model import Status
from byline.ontology.acled import AcledType, Circumstances, Crosswalk

Quad = Literal[1, 2, 3, 4]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """A manner in which a type of event happens. `score` None: that of its type. `leaves_out`: what is not in it."""

    code: str
    rule: str
    examples: tuple[str, ...]
    score: float | None = None
    leaves_out: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """A type of event: what counts as one, what does not, and its modes by code.

    `quad`: 1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict. `score`: from conflict
    (-10) to cooperation (10). `recipient_required`: without someone it is done to, it is no event. `announced`: the
    type under which PLOVER files such an act while it is only promised or threatened, None for its own.
    """

    code: str
    quad: Quad
    score: float
    rule: str
    examples: tuple[str, ...]
    leaves_out: str | None = None
    recipient_required: bool = False
    announced: str | None = None
    modes: Mapping[str, Mode] = field(default_factory=dict)

    def intensity(self, mode: str | None = None) -> float:
        """The score of a mode of this type, else of the type itself. Raises KeyError for a mode it does not have."""
        score = self.modes[mode].score if mode is not None else None
        return self.score if score is None else score


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector:
    """What part of society an actor acts for; `international` when across borders."""

    code: str
    name: str
    rule: str
    international: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRule:
    """When an event has a status; `auxiliary_mode` is PLOVER's name for it, None where PLOVER has none."""

    code: Status
    rule: str
    examples: tuple[str, ...]
    auxiliary_mode: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoEvent:
    """A kind of statement that tells of no event."""

    name: str
    rule: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ontology:
    """Types of event and codes, typed from data files.

    `types`, `sectors` and `statuses` are keyed by code, in the order of the files. `sha256` names the text of the
    files, so that a step that rests on them can be told apart from one that rested on others.
    """

    name: str
    version: str
    quads: Mapping[int, str]
    types: Mapping[str, EventType]
    sectors: Mapping[str, Sector]
    contexts: tuple[str, ...]
    statuses: Mapping[Status, StatusRule]
    no_events: tuple[NoEvent, ...]
    crosswalk: Crosswalk
    sha256: str

    def knows(self, type: str, mode: str | None = None) -> bool:
        """True for a type of this ontology and, where a mode is given, a mode of that type."""
        return type in self.types and (mode is None or mode in self.types[type].modes)

    def acled(self, event: Circumstances) -> AcledType | None:
        """The ACLED type of an event, None where ACLED has no row for it.

        The caller leaves out what ACLED does not count by its status: planned, hypothetical and denied events.
        """
        return self.crosswalk.classify(event)
