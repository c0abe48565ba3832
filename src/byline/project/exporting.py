"""What leaves a project? Dossiers of the events that are asked for, as people decided them, names masked, one after
another in flat memory; and the files that exporters make of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from byline import __version__, plugins
from byline.config import Config
from byline.deciding import DecidedEvent
from byline.errors import ConfigError
from byline.export import agreed, mask, writing
from byline.export.dossier import About, Dossier, Dossiers, Exporter, Format, Losses, Masking, Report, Standing, Unit
from byline.export.record import record
from byline.export.selection import Decidedness, Selection
from byline.linking.standing import dossier as attested
from byline.linking.standing.dossier import Around
from byline.linking.standing.field import Field
from byline.model import Copy, Incident
from byline.project import querying
from byline.store import copies as kept_copies
from byline.store import decided, incidents, selected
from byline.store.decided import Held
from byline.store.selected import Wanted

if TYPE_CHECKING:
    from byline.project import Project

GROUP: Final = "byline.exporters"

DOCUMENTS_AT_A_TIME: Final = 100
"""Documents whose events are given out together: with their text and codings some megabytes."""

COUNTING: Final = frozenset({"in force", "contradicted"})
"""How a decision stands that counts as a person's word on an event."""

NO_NAMES: Final = "added by a person to a report in which no names were looked for, so nobody knows whom to mask"

TOLD_EACH: Final = 500
"""After so many dossiers progress is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """How an export is made. `unit` None: the format's own. `unmask` shows the names of private persons where the
    project's settings allow it. `progress` is told the number of dossiers given out so far, now and then."""

    unit: Unit | None = None
    selection: Selection = field(default_factory=Selection)
    unmask: bool = False
    overwrite: bool = False
    progress: Callable[[int], None] = lambda done: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an export did: what was written and lost, and what is known of what was given out."""

    losses: Losses
    about: About

    @property
    def masking(self) -> Masking:
        """Whose names were masked."""
        return self.about.masking


def formats() -> dict[str, Format]:
    """The formats that are installed, by name."""
    return {name: format_of(name) for name in plugins.names(GROUP)}


def format_of(name: str) -> Format:
    """The format of a name. Raises BylineError for one that is not installed."""
    found: Exporter | Format = plugins.load(GROUP, name)
    if isinstance(found, Format):
        return found
    return Format(write=found, says=(found.__doc__ or "").partition("\n")[0])


def export(project: Project, form: str, out: Path, *, options: ExportOptions | None = None) -> Exported:
    """Writes the events asked for to `out`, a file or a folder, and beside it OUT.loss.json, which says what was left
    out and what the format cannot hold.

    Raises ConfigError where names are not to be shown, BylineError for an unknown format, ExportError where `out` is
    there already, cannot be written, or nobody knows whom to mask.
    """
    return export_as(project, format_of(form), out, form=form, options=options)


def export_as(
    project: Project, made: Format, out: Path, *, form: str, options: ExportOptions | None = None
) -> Exported:
    """The same by a format that need not be installed; `form` is what it is called."""
    options = options or ExportOptions()
    writing.check(out, overwrite=options.overwrite)
    about = _about(project, form, options=options, unit=options.unit or made.unit, new_only=made.new_only)
    given = dossiers(project, about, progress=options.progress)
    losses = writing.write(made.write, given, out, overwrite=options.overwrite)
    return Exported(losses=losses, about=about)


def dossiers(project: Project, about: About, *, progress: Callable[[int], None] = lambda done: None) -> Dossiers:
    """The dossiers of the events that `about` asks for, in the order of their documents' ids: an incident where the
    first of its documents stands. What is counted goes into `about` on the way."""
    return Dossiers(about=about, each=_told(_each(project, about), progress))


def _about(project: Project, form: str, *, options: ExportOptions, unit: Unit, new_only: bool) -> About:
    config = project.config
    if options.unmask and not config.allow_unmask:
        raise ConfigError(
            "names of private persons are shown only where byline.toml allows it: set allow_unmask = true there, "
            "or export without --unmask"
        )
    ontology = project.ontology
    return About(
        form=form,
        unit=unit,
        selection=options.selection,
        new_only=new_only,
        title=config.dataset_title,
        authors=config.dataset_authors,
        licence=config.dataset_licence or None,
        fixes=_fixes(config),
        byline=__version__,
        ontology=f"{ontology.name} {ontology.version}",
        masking=Masking(private_shown=options.unmask, protected_shown=options.unmask and config.unmask_protected),
    )


def _fixes(config: Config) -> tuple[str, ...]:
    """The project's own known exceptions, told so that a reader of the export knows of them."""
    told = [f"sources of the project's own ({Path(config.sources).name})"] if config.sources else []
    if config.public_people:
        told.append(f"{len(config.public_people)} named public by the project (public_people)")
    return tuple(told)


def _told(each: Iterable[Dossier], progress: Callable[[int], None]) -> Iterator[Dossier]:
    done = 0
    for done, one in enumerate(each, 1):
        yield one
        if done % TOLD_EACH == 0:
            progress(done)
    progress(done)


def _each(project: Project, about: About) -> Iterator[Dossier]:
    asked = _Asked.of(project, about)
    about.events = selected.number(project.store)
    chosen = 0
    for lot in _lots(asked.events()):
        chosen += sum(map(len, lot.values()))
        reports = _reports(project, lot, about=about)
        given = incidents.given(project.store, [one.event.id for one in reports])
        if about.unit == "event":
            for one in reports:
                id = incidents.of_event(one.event.id, given)
                yield Dossier(id=one.event.id, unit="event", incident=id, record=one.record, reports=(one,))
        else:
            yield from _incidents(asked, reports, given=given)
    if chosen != about.events:
        about.left_out["outside the selection"] += about.events - chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What is asked of a project: by what stands in columns, and by the condition of a person's own."""

    project: Project
    about: About
    wanted: Wanted
    meeting: Meeting | None

    @classmethod
    def of(cls, project: Project, about: About) -> _Asked:
        """What `about` asks for. Raises QueryError for a condition that is none."""
        where = about.selection.where
        meeting = None if where is None else Meeting(id for _, id in querying.event_ids(project, where))
        return cls(project=project, about=about, wanted=_wanted(project, about.selection), meeting=meeting)

    def events(self) -> Iterator[tuple[str, str]]:
        """The ids of documents and of their events that are asked for, by document."""
        for document_id, event_id in selected.events(self.project.store, self.wanted):
            if self.meeting is None or event_id in self.meeting:
                yield document_id, event_id

    def among(self, event_ids: Sequence[str]) -> dict[str, str]:
        """Those of some events that are asked for, each with its document."""
        found = selected.among(self.project.store, self.wanted, event_ids=event_ids)
        return {id: document for id, document in found.items() if self.meeting is None or id in self.meeting}


class Meeting:
    """The ids of events that meet a condition: eight bytes each, as there may be millions."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._numbers = np.fromiter((int(id[1:], 16) for id in ids), dtype=np.uint64)
        self._numbers.sort()

    def __contains__(self, id: object) -> bool:
        number = np.uint64(int(str(id)[1:], 16))
        at = int(np.searchsorted(self._numbers, number))
        return at < len(self._numbers) and self._numbers[at] == number


def _wanted(project: Project, selection: Selection) -> Wanted:
    return Wanted(
        bbox=selection.bbox,
        start=selection.start,
        end=selection.end,
        statuses=selection.statuses,
        types=selection.types,
        sources=tuple(dict.fromkeys(name for given in selection.sources for name in _names(project, given))),
        least_confidence=selection.least_confidence,
    )


def _names(project: Project, given: str) -> Iterator[str]:
    """All that the reports of a source may be counted under, where the register holds it."""
    yield given
    source = project.sources.resolve(given)
    if source is not None:
        yield from (source.id, source.name, *source.names, *source.domains)


def _lots(events: Iterable[tuple[str, str]]) -> Iterator[dict[str, set[str]]]:
    """The ids of events by document, so many documents at a time."""
    by_document = groupby(events, key=itemgetter(0))
    while lot := {id: {event for _, event in some} for id, some in islice(by_document, DOCUMENTS_AT_A_TIME)}:
        yield lot


# Reports: events as people decided them, masked


def _reports(
    project: Project, lot: Mapping[str, Collection[str]], *, about: About, counted: bool = True
) -> list[Report]:
    """Those events of documents that are asked for and not left out, each as its report tells it. `counted`: what is
    told of them goes into `about`, as it is to once."""
    about = about if counted else _uncounted(about)
    with project.store.reading() as connection:
        held = list(decided.of_documents(connection, sorted(lot)))
    return [report for one in held for report in _reports_of(project, one, ids=lot[one.document.id], about=about)]


def _uncounted(about: About) -> About:
    """The same, to be counted in and thrown away."""
    masking = Masking(private_shown=about.masking.private_shown, protected_shown=about.masking.protected_shown)
    return About(form=about.form, unit=about.unit, selection=about.selection, new_only=about.new_only, masking=masking)


def _reports_of(project: Project, held: Held, *, ids: Collection[str], about: About) -> Iterator[Report]:
    document, coding = held.document, held.coding
    events = [
        (one, spoken)
        for one in held.decided.events
        if one.event.id in ids and _is_given(one, spoken := spoken_of(one, held.decided.standings), about)
    ]
    if not events:
        return
    if coding is None or (coding.people is None and not coding.events):
        # Where no event is read no names are looked for, so nobody knows whom to mask in one that a person added.
        about.left_out[NO_NAMES] += len(events)
        return
    hiding = mask.mask_of(document, coding, shown=_shown(project, about), language=project.config.language)
    seen = hiding.document(document)
    source = project.sources.of(document)
    about.masking.documents += 1
    about.masking.names_masked += len(hiding.hidden)
    about.pipelines.add(coding.pipeline_id)
    for one, spoken in events:
        told = hiding.event(one.event)
        at = max(held.coded_at, spoken["at"] if spoken else "")
        about.latest = max(about.latest, at)
        if spoken:
            about.decided[spoken["state"]] += 1
        row = record(
            told, seen, ontology=project.ontology, pipeline_id=coding.pipeline_id, source=source, decided=spoken
        )
        yield Report(document=seen, event=told, record=row, source=source, original=document.id, at=at)


def spoken_of(one: DecidedEvent, standings: Mapping[str, str]) -> dict[str, Any] | None:
    """What people made of an event, as its record tells it; None where nobody spoke of it so that it counts."""
    counting = [
        said for said in one.decisions if said.verdict not in ("note", "undo") and standings.get(said.id) in COUNTING
    ]
    if not counting:
        return None
    return {
        "state": one.state,
        "by": len({said.reviewer for said in counting}),
        "at": max(said.at for said in counting),
        "fields": sorted(one.sets),
        "differs": one.differs,
    }


def _shown(project: Project, about: About) -> mask.Shown:
    return mask.Shown(
        private=about.masking.private_shown,
        protected=about.masking.protected_shown,
        public=project.config.public_people,
    )


def _is_given(one: DecidedEvent, spoken: Mapping[str, Any] | None, about: About) -> bool:
    """Whether an event that was selected, and that people spoke of so, is given out; why not is counted."""
    reason = None
    if one.state == "rejected":
        reason = "told twice: joined into another event by a person" if one.into else "rejected by a person"
    elif not _is_decided(one, spoken, about.selection.decided):
        reason = "outside the selection"
    elif about.new_only and one.event.status != "reported":
        reason = f"told as {one.event.status}, not as new"
    if reason is not None:
        about.left_out[reason] += 1
    return reason is None


def _is_decided(one: DecidedEvent, spoken: Mapping[str, Any] | None, wanted: Decidedness) -> bool:
    match wanted:
        case "decided":
            return spoken is not None
        case "accepted":
            return one.state in ("accepted", "edited", "new")
        case "undecided":
            return one.state == "undecided"
    return True


# Incidents


def _incidents(asked: _Asked, reports: Sequence[Report], *, given: Mapping[str, str]) -> Iterator[Dossier]:
    """The incidents whose first report is among `reports`, which are in order of their documents' ids."""
    of: dict[str, list[Report]] = defaultdict(list)
    for one in reports:
        of[incidents.of_event(one.event.id, given)].append(one)
    beyond = _beyond(asked, of)
    for id, some in of.items():
        others = beyond.get(id, [])
        first = min(one.document.id for one in some)
        if all(one.document.id > first for one in others):
            yield _incident(asked.project, id, reports=[*some, *others])


def _beyond(asked: _Asked, of: Mapping[str, Sequence[Report]]) -> dict[str, list[Report]]:
    """The reports of incidents that other documents tell, by incident."""
    here = {one.event.id for some in of.values() for one in some}
    fellows = incidents.fellows(asked.project.store, sorted(of))
    incident = {event: id for event, id in fellows if event not in here}
    lot: dict[str, set[str]] = defaultdict(set)
    for event, document in asked.among(sorted(incident)).items():
        lot[document].add(event)
    found: dict[str, list[Report]] = defaultdict(list)
    for one in _reports(asked.project, lot, about=asked.about, counted=False):
        found[incident[one.event.id]].append(one)
    return found


def _incident(project: Project, id: str, *, reports: Sequence[Report]) -> Dossier:
    documents = sorted({one.document.id for one in reports})
    copies = kept_copies.among(project.store, documents) if len(documents) > 1 else ()
    original = {one.document_id: one.original_id for one in copies if one.original_id in documents}
    made = sorted((_with_original(one, original) for one in reports), key=_in_time)
    standing = _standing(project, id, made, copies) if len(made) > 1 else None
    told = agreed.record(id, made, standing)
    return Dossier(id=id, unit="incident", incident=id, record=told, reports=tuple(made), standing=standing)


def _in_time(one: Report) -> tuple[bool, str, str, int]:
    document = one.document
    return document.published is None, str(document.published), document.id, one.event.trigger.start


def _with_original(one: Report, original: Mapping[str, str]) -> Report:
    id = original.get(one.document.id, one.document.id)
    return one if id == one.original else replace(one, original=id)


def _standing(project: Project, id: str, reports: Sequence[Report], copies: Iterable[Copy]) -> Standing:
    """How well it is attested, made of what is masked already."""
    told = attested.dossier(
        Incident(id=id, event_ids=tuple(sorted(one.event.id for one in reports))),
        [(one.event, one.document) for one in reports],
        register=project.sources,
        around=Around(copies=copies),
    )
    known = told.corroboration
    return Standing(
        reports=known.reports,
        texts=known.documents,
        sources=(known.sources.low, known.sources.high),
        words=(known.words.low, known.words.high),
        differ=tuple((_field(one), one.summary) for one in told.fields if one.agreement == "differ"),
        disputed=tuple(one.says for one in told.disputes),
    )


def _field(one: Field) -> str:
    return f"{one.name} ({one.of})" if one.of else one.name
