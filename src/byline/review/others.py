"""What other reports tell of the happening that an event is held to be: who agrees, and where they differ from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from byline.deciding import Viewer
from byline.linking.standing.dossier import Dossier
from byline.linking.standing.field import Field
from byline.project import incidents
from byline.review.site import Site
from byline.store import incidents as kept

MOST = 6
"""Other reports that a card names; the incident's page has all."""

LARGEST = 40
"""Events of an incident that is compared beside a report; a larger one is named alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Another report's event of the happening."""

    event_id: str
    who: str
    published: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field in which reports differ: what this one tells, what others tell and who does, and why it is no mere
    addition."""

    field: str
    here: str
    others: tuple[tuple[str, str], ...]
    kind: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """The incident of an event, its further reports, where they differ from it, and in what they agree."""

    incident_id: str
    number: int
    reports: tuple[Report, ...] = ()
    differences: tuple[Difference, ...] = ()
    agree: tuple[str, ...] = ()


def others(site: Site, event_ids: Iterable[str], *, viewer: Viewer) -> dict[str, Others]:
    """For each of some events of one document that is not alone in its incident, what the others tell, but for those
    to which the viewer is blind."""
    store = site.project.store
    given = kept.given(store, list(event_ids))
    by_incident: dict[str, list[str]] = {}
    for event_id, incident_id in given.items():
        by_incident.setdefault(incident_id, []).append(event_id)
    found: dict[str, Others] = {}
    for incident_id, its in by_incident.items():
        incident = kept.incident(store, incident_id)
        if len(incident.event_ids) < 2:
            continue
        if len(incident.event_ids) > LARGEST:
            found |= dict.fromkeys(its, Others(incident_id=incident.id, number=len(incident.event_ids)))
            continue
        dossier = incidents.dossier(store, incident, register=site.project.sources, viewer=viewer)
        found |= {event_id: _others(dossier, event_id) for event_id in its}
    return found


def _others(dossier: Dossier, event_id: str) -> Others:
    names = {value.event_id: value.teller for field in dossier.fields for value in field.values}
    reports = tuple(
        Report(
            event_id=event.id,
            who=names.get(event.id) or document.source_id or document.title or document.origin,
            published=document.published.isoformat() if document.published else "",
        )
        for event, document in dossier.reports
        if event.id != event_id
    )
    return Others(
        incident_id=dossier.incident.id,
        number=len(dossier.incident.event_ids),
        reports=reports[:MOST],
        differences=tuple(_differences(dossier.fields, event_id)),
        agree=tuple(
            dict.fromkeys(one.name for one in dossier.fields if one.agreement == "agree" and _tells(one, event_id))
        ),
    )


def _differences(fields: Iterable[Field], event_id: str) -> Iterator[Difference]:
    for field in fields:
        if field.agreement not in ("differ", "update"):
            continue
        here = "; ".join(dict.fromkeys(one.value for one in field.values if one.event_id == event_id))
        beside: dict[str, dict[str, None]] = {}
        for one in field.values:
            if one.event_id != event_id:
                beside.setdefault(one.value, {})[one.who] = None
        if beside:
            yield Difference(
                field=f"{field.name} ({field.of})" if field.of else field.name,
                here=here or "not told",
                others=tuple((value, ", ".join(who)) for value, who in beside.items() if value != here),
                kind="differ" if field.agreement == "differ" else "brought forward",
                because=field.because,
            )


def _tells(field: Field, event_id: str) -> bool:
    return any(one.event_id == event_id for one in field.values)
