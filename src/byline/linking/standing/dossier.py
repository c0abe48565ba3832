"""An incident with all that stands behind it: its reports, how well it is attested, where they differ, who disputes
what, why they are held to be one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from byline.linking.standing import disagreement, disputes
from byline.linking.standing.corroboration import Corroboration, attested
from byline.linking.standing.disputes import Dispute
from byline.linking.standing.field import Field
from byline.linking.standing.telling import Reports, tellings
from byline.model import Copy, Decision, Document, Event, Incident, Link
from byline.sources import Register


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """An incident as it is shown. `reports` are its events with their documents in order of publication; `denials` the
    events beside it that may deny it; `links` why the reports are held to be one; `decisions` what people decided on
    it; `formerly` ids that lead here.

    To hide names, mask documents and events first: all else is made of them.
    """

    incident: Incident
    reports: tuple[tuple[Event, Document], ...]
    corroboration: Corroboration
    fields: tuple[Field, ...]
    disputes: tuple[Dispute, ...]
    denials: tuple[tuple[Event, Document], ...] = ()
    links: tuple[Link, ...] = ()
    decisions: tuple[Decision, ...] = ()
    formerly: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What is known around an incident: copies among its documents, other events that may be denials of it (those of
    its documents, at least), its links, decisions and former ids."""

    copies: Iterable[Copy] = ()
    beside: Reports = ()
    links: tuple[Link, ...] = ()
    decisions: tuple[Decision, ...] = ()
    formerly: tuple[str, ...] = ()


def dossier(incident: Incident, reports: Reports, *, register: Register, around: Around | None = None) -> Dossier:
    """The dossier of an incident. `reports` are its events with their documents, in any order."""
    around = around or Around()
    told = tellings(reports, register=register, copies=around.copies)
    within = {event.id for event, _ in reports}
    denials = [(event, one) for event, one in around.beside if event.id not in within and event.status == "denied"]
    disputed = disputes.disputes(told, tellings(denials, register=register))
    disputing = {one.event_id for one in disputed}
    return Dossier(
        incident=incident,
        reports=tuple((one.event, one.document) for one in told),
        corroboration=attested(told, register=register),
        fields=disagreement.compared(told),
        disputes=disputed,
        denials=tuple((event, document) for event, document in denials if event.id in disputing),
        links=around.links,
        decisions=around.decisions,
        formerly=around.formerly,
    )
