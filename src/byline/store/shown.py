"""What may be asked for: documents, events, findings and decisions as they may be shown, private names masked.

The rows are made by whoever knows whose names to mask (`project.showing`), and kept here so that no SQL, however
clever, comes upon a name. All of it can be made again. What has no row in `shown_documents` is to be shown anew, and
none of its other rows is seen until then: a document that is new, was coded or decided on since, or was shown by other
settings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, delete, func, insert, select

from byline.model import Decision
from byline.store import Store
from byline.store.schema import codings, current_events, decisions, documents, finding_documents, findings
from byline.store.shown_tables import (
    OF_DOCUMENTS,
    SHOWN,
    forget_decisions,
    forget_findings,
    shown_decisions,
    shown_documents,
    shown_events,
    shown_finding_words,
    shown_findings,
)

AT_A_TIME = 100
"""Documents shown at a time."""

Row = dict[str, Any]


def unshown(store: Store, *, by: str) -> Iterator[tuple[str, ...]]:
    """The ids of documents that are to be shown anew, some at a time, by id. Keep each lot before the next."""
    after = ""
    while True:
        ids = _unshown(store, by=by, after=after)
        if not ids:
            return
        yield ids
        after = ids[-1]


def _unshown(store: Store, *, by: str, after: str) -> tuple[str, ...]:
    its = and_(shown_documents.c.document_id == documents.c.id, shown_documents.c.shown_by == by)
    query = select(documents.c.id).outerjoin(shown_documents, its).where(shown_documents.c.document_id.is_(None))
    with store.reading() as connection:
        found = connection.scalars(query.where(documents.c.id > after).order_by(documents.c.id).limit(AT_A_TIME))
        return tuple(found)


Stamps = Mapping[str, tuple[Any, ...]]


def stamps(store: Store, document_ids: Sequence[str]) -> Stamps:
    """What documents stand at, by id: another value where one was coded or decided on since."""
    with store.reading() as connection:
        return _stamps(connection, document_ids)


def _stamps(connection: Connection, document_ids: Sequence[str]) -> Stamps:
    coded = select(codings.c.document_id, func.count(), func.max(codings.c.id)).group_by(codings.c.document_id)
    said = select(decisions.c.document_id, func.count(), func.max(decisions.c.at)).group_by(decisions.c.document_id)
    found: dict[str, tuple[Any, ...]] = {}
    for query, column in ((coded, codings.c.document_id), (said, decisions.c.document_id)):
        for row in connection.execute(query.where(column.in_(document_ids))):
            found[row[0]] = (*found.get(row[0], ()), column.table.name, row[1], row[2])
    return found


def keep(
    store: Store, document_ids: Sequence[str], made: Mapping[str, Sequence[Row]], *, since: Stamps | None = None
) -> None:
    """Keeps the rows of documents, by table, in place of those that were kept of them; what rests on their words
    besides, findings and decisions, is to be shown anew. Rows of documents that stand at another stamp than they did
    when the rows were made are left, to be made anew."""
    with store.writing() as connection:
        if since is not None:
            now = _stamps(connection, document_ids)
            same = {id for id in document_ids if now.get(id) == since.get(id)}
            made = {table: [row for row in rows if row["document_id"] in same] for table, rows in made.items()}
        for table in (*OF_DOCUMENTS, shown_decisions):
            connection.execute(delete(table).where(table.c.document_id.in_(document_ids)))
        its = select(shown_finding_words.c.finding_id).where(shown_finding_words.c.document_id.in_(document_ids))
        forget_findings(connection, list(connection.scalars(its.distinct())))
        _insert(connection, made)


def add(store: Store, made: Mapping[str, Sequence[Row]]) -> None:
    """Keeps rows of findings and decisions, by table; a second time, by another process, changes nothing."""
    with store.writing() as connection:
        forget_findings(connection, [row["finding_id"] for row in made.get("shown_findings", ())])
        forget_decisions(connection, [row["decision_id"] for row in made.get("shown_decisions", ())])
        _insert(connection, made)


def _insert(connection: Connection, made: Mapping[str, Sequence[Row]]) -> None:
    for table in SHOWN:
        if found := made.get(table.name):
            connection.execute(insert(table), list(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomers:
    """Ids of findings, and decisions, that are not shown yet."""

    findings: tuple[str, ...]
    decisions: tuple[Decision, ...]


def newcomers(store: Store) -> Newcomers:
    """What came since it was last shown; what is no longer there is dropped."""
    its = shown_findings.c.finding_id == findings.c.id
    of_findings = select(findings.c.id).outerjoin(shown_findings, its).where(shown_findings.c.finding_id.is_(None))
    gone = select(shown_decisions.c.decision_id).where(shown_decisions.c.decision_id.not_in(select(decisions.c.id)))
    there = shown_decisions.c.decision_id == decisions.c.id
    of_decisions = select(decisions).outerjoin(shown_decisions, there).where(shown_decisions.c.decision_id.is_(None))
    with store.reading() as connection:
        dropped = list(connection.scalars(gone))
        found = Newcomers(
            findings=tuple(connection.scalars(of_findings.order_by(findings.c.id))),
            decisions=tuple(map(_decision, connection.execute(of_decisions.order_by(decisions.c.id)).mappings())),
        )
    if dropped:
        with store.writing() as connection:
            forget_decisions(connection, dropped)
    return found


def documents_of(store: Store, finding_id: str) -> tuple[str, ...]:
    """The documents that a finding rests on."""
    query = select(finding_documents.c.document_id).where(finding_documents.c.finding_id == finding_id)
    with store.reading() as connection:
        return tuple(connection.scalars(query.order_by(finding_documents.c.document_id)))


def findings_of(store: Store, document_id: str) -> tuple[str, ...]:
    """The findings that rest on words of a document."""
    query = select(finding_documents.c.finding_id).where(finding_documents.c.document_id == document_id)
    with store.reading() as connection:
        return tuple(connection.scalars(query.order_by(finding_documents.c.finding_id)))


def decision(store: Store, id: str) -> Decision | None:
    """The decision of an id."""
    with store.reading() as connection:
        row = connection.execute(select(decisions).where(decisions.c.id == id)).mappings().first()
        return _decision(row) if row else None


def _decision(row: RowMapping) -> Decision:
    return Decision(**{one.name: row[one.name] for one in fields(Decision)})


def coded_at(store: Store, document_ids: Sequence[str]) -> dict[str, str]:
    """When the newest coding of each of some documents was made."""
    query = select(codings.c.document_id, func.max(codings.c.coded_at).label("at")).group_by(codings.c.document_id)
    with store.reading() as connection:
        found = connection.execute(query.where(codings.c.document_id.in_(document_ids)))
        return {row.document_id: row.at for row in found}


def left_out(store: Store) -> int:
    """How many documents have events that are not shown, as nobody knows whom to mask in them: an older Byline coded
    them."""
    its = current_events.c.document_id == shown_documents.c.document_id
    query = select(func.count(func.distinct(shown_documents.c.document_id))).join(current_events, its)
    with store.reading() as connection:
        return connection.scalar(query.where(shown_documents.c.names != "masked")) or 0


def number(store: Store) -> int:
    """How many events are shown."""
    with store.reading() as connection:
        return connection.scalar(select(func.count()).select_from(shown_events)) or 0
