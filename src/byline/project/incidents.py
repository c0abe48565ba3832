"""What is told of an incident: its reports, what is a copy, why its events are held to be one happening."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, islice
from typing import Final

import numpy as np

from byline.deciding import EVERYTHING, Viewer
from byline.errors import NotFoundError
from byline.linking import comparisons, features
from byline.linking.features import Table
from byline.linking.standing.dossier import Around, Dossier
from byline.linking.standing.dossier import dossier as made
from byline.model import Document, Event, Incident, Link
from byline.project import deciding, linking
from byline.sources import Register
from byline.store import Store, decisions, links
from byline.store import copies as kept_copies
from byline.store import incidents as kept

SHOWN_EACH: Final = 40
"""Events of an incident up to which each is held against each to say why; of more, those that were found linked."""


AT_A_TIME: Final = 500
"""Incidents summed up at a time."""

LOOKED_AT: Final = 200
"""Events of a great incident of which the first are looked for, to be listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """An incident in short. `low` and `high` are the least and the most of its links' probabilities; None: none was
    found. `copies`: how many of its documents are copies, those that stand for their original left out."""

    incident: Incident
    documents: tuple[str, ...]
    copies: int
    low: float | None
    high: float | None


def joined(store: Store) -> Iterator[Summary]:
    """Incidents of two events or more, those of most events first."""
    every = kept.joined(store)
    while lot := list(islice(every, AT_A_TIME)):
        yield from _summaries(store, lot)


def find(store: Store, id: str) -> Incident:
    """The incident that an id stands for now, its own or that of one that was merged. Raises NotFoundError."""
    leads = kept.leads_to(store, id)
    if leads is None:
        raise NotFoundError(f"no incident has the id {id!r}")
    return kept.incident(store, leads)


def dossier(store: Store, incident: Incident, *, register: Register, viewer: Viewer = EVERYTHING) -> Dossier:
    """An incident with all that stands behind it. Reports to which a viewer is blind are left out: their events hold
    what another person decided."""
    ids = set(incident.event_ids)
    documents = set(kept.documents(store, incident.event_ids).values())
    told = list(kept.reports(store, sorted(filter(viewer.sees, documents))))
    blind = not all(map(viewer.sees, documents))
    return made(
        incident,
        [(event, document) for event, document in told if event.id in ids],
        register=register,
        around=Around(
            copies=kept_copies.among(store, sorted({document.id for _, document in told})),
            beside=[(event, document) for event, document in told if event.status == "denied"],
            links=tuple(_holding(store, incident)),
            decisions=tuple(
                one
                for one in decisions.of_subjects(store, sorted({incident.id, *ids}))
                if one.reviewer == viewer.name or (not blind and viewer.hears("", one))
            ),
            formerly=kept.merged_into(store, incident.id),
        ),
    )


def of_event(store: Store, event_id: str) -> Incident:
    """The incident of an event."""
    return kept.incident(store, kept.of_event(event_id, kept.given(store, [event_id])))


def reports(store: Store, incident: Incident, *, most: int) -> tuple[tuple[Event, Document], ...]:
    """The first events of an incident, by day of publication, of at most so many documents as are looked at."""
    ids = set(incident.event_ids)
    documents = sorted(set(kept.documents(store, sorted(ids)[:LOOKED_AT]).values()))
    told = [(event, document) for event, document in kept.reports(store, documents) if event.id in ids]
    return tuple(sorted(told, key=_in_time)[:most])


def contradicted(store: Store, incident: Incident) -> tuple[deciding.Decided, ...]:
    """What people said of the events of an incident that others contradict."""
    ids = set(incident.event_ids)
    return tuple(one for one in deciding.pairs(store) if one.standing == "contradicted" and ids & set(one.now))


def _summaries(store: Store, lot: Sequence[Incident]) -> Iterator[Summary]:
    events = [id for incident in lot for id in incident.event_ids]
    of = {links.number(id): incident.id for incident in lot for id in incident.event_ids}
    inside: dict[str, list[float]] = {}
    for one, other, probability in links.linked(store, of):
        if (incident_id := of.get(one)) is not None and of.get(other) == incident_id:
            inside.setdefault(incident_id, []).append(probability)
    document_of = kept.documents(store, events)
    copies = kept_copies.among(store, sorted(set(document_of.values())))
    originals = {one.document_id: one.original_id for one in copies}
    for incident in lot:
        documents = sorted({document_of[id] for id in incident.event_ids})
        yield Summary(
            incident=incident,
            documents=tuple(documents),
            copies=len(documents) - len({originals.get(id, id) for id in documents}),
            low=min(inside.get(incident.id, ()), default=None),
            high=max(inside.get(incident.id, ()), default=None),
        )


def _in_time(report: tuple[Event, Document]) -> tuple[date, str, int]:
    event, document = report
    return document.published or date.max, document.id, event.trigger.start


def _holding(store: Store, incident: Incident) -> Iterator[Link]:
    """The links by which an incident hangs together: people's word first, then the likeliest that reach further."""
    table = linking.rows_of(store, set(incident.event_ids))
    same = _called_same(store, table)
    pairs = sorted(
        same | (set(combinations(range(len(table)), 2)) if len(table) <= SHOWN_EACH else _found(store, table))
    )
    left, right = np.array(pairs, np.int64).reshape(-1, 2).T
    scored = comparisons.score(table, left, right)
    probability = scored.probability.tolist()
    root = list(range(len(table)))
    for i in sorted(range(len(pairs)), key=lambda i: (pairs[i] not in same, -probability[i], pairs[i])):
        one, other = (_root(root, row) for row in pairs[i])
        if one != other:
            root[other] = one
            ends = sorted(features.event_id(number) for number in table["event"][list(pairs[i])].tolist())
            yield Link(
                left=ends[0],
                right=ends[1],
                probability=probability[i],
                because=comparisons.explain(scored.levels[i]),
                decided="same" if pairs[i] in same else None,
            )


def _called_same(store: Store, table: Table) -> set[tuple[int, int]]:
    """Rows of which a person said that they are the same, in order."""
    place = {links.event_id(number): row for row, number in enumerate(linking.numbers(table))}
    return {
        (min(place[one], place[other]), max(place[one], place[other]))
        for one, other, verdict in deciding.on_pairs(store)
        if verdict == "same" and one in place and other in place
    }


def _found(store: Store, table: Table) -> set[tuple[int, int]]:
    """Rows whose events were found linked, in order."""
    place = {number: row for row, number in enumerate(linking.numbers(table))}
    return {
        (min(place[one], place[other]), max(place[one], place[other]))
        for one, other, _ in links.linked(store, place)
        if one in place and other in place
    }


def _root(root: list[int], row: int) -> int:
    while root[row] != row:
        root[row] = root[root[row]]
        row = root[row]
    return row
