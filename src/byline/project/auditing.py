"""Whether the reports of a store bear out their figures and each other: looked for where it was not yet, and kept.

Each document is audited alone, in one transaction, then those of an outlet beside each other. A document coded anew is
audited anew; what is found again has its old id, so a person's decision stays with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from byline.audit import METHOD, Report, across, outlets, within
from byline.deciding.viewing import EVERYTHING, Viewer
from byline.model import Decision, Document, Finding
from byline.project import deciding
from byline.sources import Register
from byline.store import Store, decisions, incidents
from byline.store import findings as kept

MOST_OF_AN_OUTLET = 5_000
"""Reports of an outlet held beside each other at once, the latest: their texts are in memory meanwhile (0.1 GB)."""

Progress = Callable[[str, int], None]
"""Told what is done, and with how many more documents it was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What an audit did: documents looked at now, and outlets whose reports were held beside each other."""

    documents: int
    outlets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A finding with the documents it rests on, and what a person last decided of it (None: nothing yet)."""

    finding: Finding
    documents: tuple[Document, ...]
    decision: Decision | None


def audit(store: Store, register: Register, *, progress: Progress = lambda what, number: None) -> Audited:
    """Looks at every document that was not audited as it is coded now, alone and beside those of its outlet."""
    new: list[str] = []
    for lot in kept.unaudited(store, method=METHOD):
        with store.transaction():
            for id, coding_id in lot:
                report = _report(store, id, register)
                kept.keep(store, id, within(report), coding_id=coding_id, names=report.outlets, method=METHOD)
        new += [id for id, _ in lot]
        progress("auditing", len(lot))
    held = 0
    for _, ids in kept.of_outlets(store, new):
        reports = [_report(store, id, register) for id in _latest(store, ids)]
        kept.keep_across(store, [one.document.id for one in reports], list(across(reports)))
        held += 1
        progress("holding reports of one outlet beside each other", len(reports))
    return Audited(documents=len(new), outlets=held)


def findings(store: Store, *, only: Iterable[str] | None = None, viewer: Viewer = EVERYTHING) -> Iterator[Judged]:
    """All findings, the gravest first, then by kind and id; `only` those on words of these documents; with what people
    decided of them as far as `viewer` may see it."""
    wanted = None if only is None else frozenset(only)
    decided = {
        one.decision.subject: one.decision
        for one in deciding.decided(store, viewer=EVERYTHING)
        if one.decision.subject.startswith("f") and one.standing == "in force"
    }
    order = ("high", "medium", "low")
    for one in sorted(kept.everything(store), key=lambda one: (order.index(one.severity), one.kind, one.id)):
        ids = list(dict.fromkeys(cited.document_id for cited in (*one.claim, *one.against)))
        if wanted is None or wanted & set(ids):
            told = tuple(document for id in ids if (document := store.document(id)) is not None)
            decision = decided.get(one.id)
            if decision is not None and decision.reviewer != viewer.name and not all(map(viewer.sees, ids)):
                decision = None
            yield Judged(finding=one, documents=told, decision=decision)


def of_document(store: Store, document_id: str, *, viewer: Viewer = EVERYTHING) -> tuple[Judged, ...]:
    """The findings on words of one document, the gravest first, each with what a person last decided of it, as far as
    `viewer` may see it."""
    order = ("high", "medium", "low")
    found = sorted(kept.of_document(store, document_id), key=lambda one: order.index(one.severity))
    return tuple(_judged(store, one, viewer=viewer) for one in found)


def _judged(store: Store, finding: Finding, *, viewer: Viewer) -> Judged:
    ids = dict.fromkeys(cited.document_id for cited in (*finding.claim, *finding.against))
    told = [
        one
        for one in decisions.on(store, finding.id)
        if one.verdict in ("accept", "reject") and not len(decisions.on(store, one.id)) % 2
    ]
    if not all(viewer.sees(id) for id in ids):
        told = [one for one in told if one.reviewer == viewer.name]
    return Judged(
        finding=finding,
        documents=tuple(document for id in ids if (document := store.document(id)) is not None),
        decision=told[-1] if told else None,
    )


def _report(store: Store, id: str, register: Register) -> Report:
    document = store.document(id)
    assert document is not None  # a foreign key holds it
    source = register.of(document)
    names = outlets(document) | ({f"source {source.id}"} if source is not None else frozenset())
    coding = store.latest_coding(id)
    given = incidents.given(store, [event.id for event in coding.events]) if coding is not None else {}
    return Report(document, coding, tuple(sorted(names)), given)


def _latest(store: Store, ids: tuple[str, ...]) -> tuple[str, ...]:
    """Of the reports of a very large outlet those published last."""
    if len(ids) <= MOST_OF_AN_OUTLET:
        return ids
    days = kept.published(store, ids)
    return tuple(sorted(sorted(ids, key=lambda id: (days[id], id))[-MOST_OF_AN_OUTLET:]))
