"""What would Byline do on a team's own data? Its file held against our events, or against what is read in its notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from byline import __version__
from byline.errors import InputError
from byline.export import acled, agreed, foreign, mask, plover, tables
from byline.export.dossier import About, Dossier, Report, Unit
from byline.export.entries import Entry, Form, entry
from byline.export.matching import Comparison, Pair, compare, likeness, pair
from byline.export.record import record
from byline.export.selection import Selection
from byline.model import Coding, Document, document_id, incident_id, sha256
from byline.project import exporting

if TYPE_CHECKING:
    from byline.project import Project

NOTHING_READ: Final = "no event is read in its notes"

UNITS: dict[Form, Unit] = {"acled": "incident", "plover": "event", "jsonl": "event", "csv": "event"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A comparison; with the lines of the file that could not be read. Of its notes: how many rows had none, and for
    each row that is only there why nothing was read in its notes that the format has a row for, in their order."""

    comparison: Comparison
    unread: tuple[str, ...]
    without_notes: int = 0
    because: tuple[str, ...] = ()


def with_events(project: Project, path: Path, *, selection: Selection | None = None) -> Compared:
    """A file held against the events of the project that `selection` asks for (default: all); of an ACLED or PLOVER
    file, those on the days and in the countries that it is of. Raises InputError where the file cannot be read."""
    told = foreign.read(path)
    about = About(
        form=told.form,
        unit=UNITS[told.form],
        selection=selection or Selection(),
        new_only=told.form == "acled",
        byline=__version__,
    )
    within = _Within(told.entries)
    made = (ours(told.form, dossier) for dossier in exporting.dossiers(project, about))
    here = [
        one
        for some in made
        if not isinstance(some, str)
        for one in some
        if told.form not in ("acled", "plover") or within.holds(one)
    ]
    return Compared(comparison=compare(told.form, here, told.entries), unread=told.unread)


def with_notes(project: Project, path: Path, *, progress: Callable[[int], None] = lambda done: None) -> Compared:
    """Each row of a file held against what is read in its own notes; what is read is not kept. A row is only there
    where its notes tell of no event that the format has a row for; what notes tell besides their row is only here.

    Raises InputError where the file cannot be read, or its rows have no words to be read.
    """
    told = foreign.read(path)
    if told.form not in ("acled", "plover"):
        raise InputError(f"{path}: its rows have no notes; only a table of ACLED's or records of PLOVER's do")
    pairs: list[Pair] = []
    only_here: list[Entry] = []
    only_there: list[tuple[Entry, str]] = []
    without = 0
    for done, theirs in enumerate(told.entries, 1):
        read = _read_notes(project, told.form, theirs)
        without += not theirs.text
        best = max(read.found, key=lambda one: likeness(one, theirs), default=None)
        if best is None:
            only_there.append((theirs, "; ".join(dict.fromkeys(read.not_so)) or NOTHING_READ))
        else:
            pairs.append(pair(told.form, best, theirs, how="like"))
            only_here += [one for one in read.found if one is not best]
        progress(done)
    comparison = Comparison(
        form=told.form,
        matched=tuple(pairs),
        only_here=tuple(only_here),
        only_there=tuple(one for one, _ in only_there),
    )
    because = tuple(why for _, why in only_there)
    return Compared(comparison=comparison, unread=told.unread, without_notes=without, because=because)


def ours(form: Form, dossier: Dossier) -> list[Entry] | str:
    """The rows that a format has for a dossier, as they are compared; why it has none, where it has none."""
    if form == "acled":
        made = acled.rows(dossier)
        return made if isinstance(made, str) else [entry(form, row) for row in made]
    row: Any = dossier.record
    if form == "plover":
        row = plover.record(dossier, about=__version__)
    elif form == "csv":
        row = tables.event(dossier)
    return row if isinstance(row, str) else [entry(form, row)]


class _Within:
    """The days and countries that a file is of."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._countries = {one.country for one in entries}
        days = [day for one in entries for day in (one.first, one.last) if day]
        self._first, self._last = min(days, default=date.min), max(days, default=date.max)

    def holds(self, one: Entry) -> bool:
        """Whether a row of ours is of these."""
        if one.country not in self._countries:
            return False
        return one.first is None or (one.first <= self._last and (one.last or one.first) >= self._first)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Notes:
    """What is read in the notes of a row: rows of the format, and why it has none for the other events."""

    found: tuple[Entry, ...] = ()
    not_so: tuple[str, ...] = ()


def _read_notes(project: Project, form: Form, theirs: Entry) -> _Notes:
    """What is read in the notes of a row. The day of the row stands for that of publication, as notes say "on Monday"
    of it."""
    words = theirs.text
    if not words:
        return _Notes(not_so=("it has no notes",))
    document = Document(
        id=document_id(source=None, where=theirs.id, text=words),
        text=words,
        origin=theirs.id,
        raw_sha256=sha256(words),
        text_sha256=sha256(words),
        made_by="notes 1",
        published=theirs.last or theirs.first,
    )
    coding = project.pipeline.code(document)
    if not isinstance(coding, Coding):
        return _Notes(not_so=(coding.error,))
    if not coding.events:
        return _Notes()
    seen, shown = mask.masked(document, coding, language=project.config.language)
    found: list[Entry] = []
    not_so: list[str] = []
    for event in shown.events:
        if event.status != "reported":
            not_so.append(f"told as {event.status}, not as new")
            continue
        row = record(event, seen, ontology=project.ontology, pipeline_id=coding.pipeline_id)
        made = ours(form, _alone(Report(document=seen, event=event, record=row, original=seen.id), form))
        if isinstance(made, str):
            not_so.append(made)
        else:
            found += made
    return _Notes(found=tuple(found), not_so=tuple(not_so))


def _alone(report: Report, form: Form) -> Dossier:
    unit, id = UNITS[form], incident_id(report.event.id)
    if unit == "event":
        return Dossier(id=report.event.id, unit=unit, incident=id, record=report.record, reports=(report,))
    return Dossier(id=id, unit=unit, incident=id, record=agreed.record(id, [report], None), reports=(report,))
