"""What an exporter is given and what it answers: dossiers in, a file or folder and a report of what was lost out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from byline.export.selection import Selection
from byline.model import Document, Event, Source

Unit = Literal["event", "incident"]
"""What a row stands for: one report's event, or a happening with all the reports that tell of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report of a happening: the document that tells it, the event, and the event record: as people decided it, and
    masked as asked.

    `original` is the id of the document that this one is a copy of, its own where it is none; `source` the document's
    in the register, where that holds it. `at` is when it was last coded or decided, ISO 8601 in UTC; "" where not kept.
    """

    document: Document
    event: Event
    record: Mapping[str, Any]
    original: str
    source: Source | None = None
    at: str = ""

    @property
    def words(self) -> str:
        """The way back to the words it rests on: "DOCUMENT/PART/START/END", of the trigger, in code points."""
        trigger = self.event.trigger
        return f"{self.document.id}/{trigger.part}/{trigger.start}/{trigger.end}"

    @property
    def source_name(self) -> str | None:
        """Who publishes it: by the register, else as its input says, else its byline."""
        if self.source is not None:
            return self.source.name
        return self.document.source_id or self.document.byline


def lead(reports: Sequence[Report]) -> Report:
    """The report of several whose words stand for all: the first that is no copy."""
    return next((one for one in reports if one.original == one.document.id), reports[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How well an incident is attested: reports and, of them, texts that are no copies; from how many independent
    sources, and on how many independent words, at least and at most; the fields in which reports differ, each with a
    line that says how; and who denies what."""

    reports: int
    texts: int
    sources: tuple[int, int]
    words: tuple[int, int]
    differ: tuple[tuple[str, str], ...] = ()
    disputed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What is exported as one thing, with all that stands behind it.

    Of the unit "event": `id` is the event's, and there is one report. Of the unit "incident": `id` is the incident's,
    and `reports` are in order of publication, copies among them. `incident` is the incident's id either way. `record`
    is the event record of the one report; of an incident it has the same keys, filled from all its reports
    (`export.agreed`), and a key "incident" beside them. `standing` is None for one report alone, and for the unit
    "event".
    """

    id: str
    unit: Unit
    incident: str
    record: Mapping[str, Any]
    reports: tuple[Report, ...]
    standing: Standing | None = None

    @property
    def lead(self) -> Report:
        """The report whose words stand for all: the first that is no copy."""
        return lead(self.reports)

    @property
    def at(self) -> str:
        """When the last of its reports was coded or decided, ISO 8601 in UTC."""
        return max(one.at for one in self.reports)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Something of the record that a format has no place for: the key, how many dossiers had it, and why it is lost."""

    key: str
    dossiers: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """What an exporter did: dossiers written and the rows they made (None: one each); what was left out of a dossier's
    values; which dossiers were left out, by reason."""

    written: int
    lost: tuple[Loss, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    rows: int | None = None


@dataclass(slots=True, kw_only=True)
class Tally:
    """What an exporter counts on its way."""

    written: int = 0
    rows: int = 0
    lost: Counter[tuple[str, str]] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)

    def write(self, *, rows: int = 1) -> None:
        """A dossier was written, as so many rows."""
        self.written += 1
        self.rows += rows

    def lose(self, key: str, reason: str) -> None:
        """The value of a key of this dossier's record has no place in the format."""
        self.lost[key, reason] += 1

    def leave_out(self, reason: str) -> None:
        """A dossier is not written."""
        self.left_out[reason] += 1

    def losses(self) -> Losses:
        """All of it, in an order of its own."""
        return Losses(
            written=self.written,
            rows=self.rows,
            lost=tuple(Loss(key=key, dossiers=n, reason=reason) for (key, reason), n in sorted(self.lost.items())),
            left_out=dict(sorted(self.left_out.items())),
        )


@dataclass(slots=True, kw_only=True)
class Masking:
    """Whose names were hidden, counted while documents are masked: names of persons, document by document."""

    private_shown: bool = False
    protected_shown: bool = False
    documents: int = 0
    names_masked: int = 0


@dataclass(slots=True, kw_only=True)
class About:
    """What is known of an export besides its dossiers. What is counted is whole once the last dossier was given out.

    `new_only`: what is not told as new is left out. `left_out` counts events by why they were not given out, `decided`
    those given out by what people made of them; `events` is how many there are in all.
    `pipelines` are the ids of those that coded them; `latest` is when the last of them was coded or decided. `fixes`
    are the project's own known exceptions.
    """

    form: str
    unit: Unit
    selection: Selection = field(default_factory=Selection)
    new_only: bool = False
    title: str = "Events coded from news reports"
    licence: str | None = None
    authors: tuple[str, ...] = ()
    byline: str = ""
    ontology: str = ""
    fixes: tuple[str, ...] = ()
    masking: Masking = field(default_factory=Masking)
    left_out: Counter[str] = field(default_factory=Counter)
    decided: Counter[str] = field(default_factory=Counter)
    pipelines: set[str] = field(default_factory=set)
    events: int = 0
    latest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossiers:
    """The dossiers of an export, to be gone through once, in an order that is the same each time; and what is known of
    them. They are made as they are asked for: keep none."""

    about: About
    each: Iterable[Dossier]

    def __iter__(self) -> Iterator[Dossier]:
        return iter(self.each)


Exporter = Callable[[Dossiers, Path], Losses]
"""Writes dossiers to a path that is not there yet, as a file or a folder, and says what was lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format that Byline can export, as an entry point of "byline.exporters" offers it: how it is written, and what
    it wants to be given. A plain Exporter does as well: its unit is the event.

    `says` is what it is, in a line for people. `new_only`: it takes what a report tells as new, nothing else.
    """

    write: Exporter
    says: str
    unit: Unit = "event"
    new_only: bool = False

    def __call__(self, dossiers: Dossiers, out: Path) -> Losses:
        return self.write(dossiers, out)
