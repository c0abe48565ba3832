"""What the audit found, and which documents it has looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from byline.model import Cited, Finding, Span
from byline.store import Store, shown_tables
from byline.store.schema import audited, codings, documents, finding_documents, findings, outlets

AT_A_TIME = 200
"""Documents taken at a time: a megabyte of text or so."""

UNCODED = 0
"""The number of the coding of a document that was not coded."""


def unaudited(store: Store, *, method: str) -> Iterator[tuple[tuple[str, int], ...]]:
    """The ids of documents that `method` has not looked at as they are coded now, each with the number of its newest
    coding, a few at a time, by id. Add each lot before the next."""
    after = ""
    while True:
        with store.reading() as connection:
            query = select(documents.c.id).where(documents.c.id > after).order_by(documents.c.id).limit(AT_A_TIME)
            ids = list(connection.scalars(query))
            lot = tuple(_new(connection, ids, method))
        if not ids:
            return
        if lot:
            yield lot
        after = ids[-1]


def _new(connection: Connection, ids: Sequence[str], method: str) -> Iterator[tuple[str, int]]:
    query = select(codings.c.document_id, codings.c.id).where(codings.c.document_id.in_(ids))
    newest = {row.document_id: row.id for row in connection.execute(query.order_by(codings.c.coded_at, codings.c.id))}
    done = connection.execute(select(audited).where(audited.c.document_id.in_(ids)))
    looked_at = {row.document_id: (row.coding_id, row.method) for row in done}
    for id in ids:
        coding = newest.get(id, UNCODED)
        if looked_at.get(id) != (coding, method):
            yield id, coding


def keep(
    store: Store, document_id: str, found: Iterable[Finding], *, coding_id: int, names: Iterable[str], method: str
) -> None:
    """Keeps what was found in one document, in place of what was found in it before, and that it was looked at; `names`
    are those of its outlet."""
    with store.writing() as connection:
        _drop(connection, _alone(connection, document_id))
        _add(connection, found)
        for table in (audited, outlets):
            connection.execute(delete(table).where(table.c.document_id == document_id))
        connection.execute(insert(audited).values(document_id=document_id, coding_id=coding_id, method=method))
        rows = [{"name": name, "document_id": document_id} for name in sorted(set(names))]
        if rows:
            connection.execute(insert(outlets), rows)


def keep_across(store: Store, document_ids: Sequence[str], found: Iterable[Finding]) -> None:
    """Keeps what was found between some documents, in place of what was found between any two of them before."""
    with store.writing() as connection:
        among = select(finding_documents.c.finding_id).where(finding_documents.c.document_id.in_(document_ids))
        several = among.group_by(finding_documents.c.finding_id).having(func.count() > 1)
        _drop(connection, list(connection.scalars(several)))
        _add(connection, found)


def of_outlets(store: Store, document_ids: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The names of outlets that any of some documents bears and that several bear, each with all that bear it."""
    with store.reading() as connection:
        for name in _names(connection, document_ids):
            query = select(outlets.c.document_id).where(outlets.c.name == name).order_by(outlets.c.document_id)
            ids = tuple(connection.scalars(query))
            if len(ids) > 1:
                yield name, ids


def _names(connection: Connection, document_ids: Iterable[str]) -> list[str]:
    names: set[str] = set()
    for id in document_ids:
        names.update(connection.scalars(select(outlets.c.name).where(outlets.c.document_id == id)))
    return sorted(names)


def published(store: Store, ids: Sequence[str]) -> dict[str, str]:
    """The day of publication of each of some documents, "" where it is not known."""
    with store.reading() as connection:
        found: dict[str, str] = {}
        for first in range(0, len(ids), AT_A_TIME):
            some = ids[first : first + AT_A_TIME]
            query = select(documents.c.id, documents.c.published).where(documents.c.id.in_(some))
            found |= {row.id: row.published.isoformat() if row.published else "" for row in connection.execute(query)}
        return found


def everything(store: Store) -> Iterator[Finding]:
    """All findings, by kind and id."""
    with store.reading() as connection:
        for row in connection.execute(select(findings).order_by(findings.c.kind, findings.c.id)).mappings():
            yield _finding(row)


def of_document(store: Store, document_id: str) -> tuple[Finding, ...]:
    """The findings on words of a document, by kind and id."""
    query = (
        select(findings)
        .join(finding_documents, finding_documents.c.finding_id == findings.c.id)
        .where(finding_documents.c.document_id == document_id)
        .order_by(findings.c.kind, findings.c.id)
    )
    with store.reading() as connection:
        return tuple(_finding(row) for row in connection.execute(query).mappings())


def finding(store: Store, id: str) -> Finding | None:
    """The finding of an id; None where there is none, or no longer."""
    with store.reading() as connection:
        row = connection.execute(select(findings).where(findings.c.id == id)).mappings().first()
        return _finding(row) if row else None


def forget(connection: Connection, document_id: str) -> None:
    """Drops all that was found in a document, or between it and others, and that it was looked at."""
    rests = select(finding_documents.c.finding_id).where(finding_documents.c.document_id == document_id)
    _drop(connection, list(connection.scalars(rests)))
    for table in (audited, outlets):
        connection.execute(delete(table).where(table.c.document_id == document_id))


def _alone(connection: Connection, document_id: str) -> list[str]:
    """The findings that rest on one document alone."""
    its = select(finding_documents.c.finding_id).where(finding_documents.c.document_id == document_id)
    counted = select(finding_documents.c.finding_id).where(finding_documents.c.finding_id.in_(its))
    one = counted.group_by(finding_documents.c.finding_id).having(func.count() == 1)
    return list(connection.scalars(one))


def _drop(connection: Connection, ids: Sequence[str]) -> None:
    if ids:
        shown_tables.forget_findings(connection, ids)
        connection.execute(delete(finding_documents).where(finding_documents.c.finding_id.in_(ids)))
        connection.execute(delete(findings).where(findings.c.id.in_(ids)))


def _add(connection: Connection, found: Iterable[Finding]) -> None:
    by_id = {one.id: one for one in found}
    _drop(connection, list(by_id))
    if by_id:
        connection.execute(insert(findings), [_row(one) for one in by_id.values()])
        connection.execute(
            insert(finding_documents),
            [
                {"finding_id": one.id, "document_id": id}
                for one in by_id.values()
                for id in sorted({cited.document_id for cited in (*one.claim, *one.against)})
            ],
        )


def _row(one: Finding) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "severity": one.severity,
        "says": one.says,
        "claim": [_cited_list(cited) for cited in one.claim],
        "against": [_cited_list(cited) for cited in one.against],
        "numbers": list(one.numbers),
        "names": [[label, list(names)] for label, names in one.names],
    }


def _cited_list(cited: Cited) -> list[Any]:
    return [cited.document_id, cited.span.part, cited.span.start, cited.span.end]


def _cited(row: Sequence[Any]) -> Cited:
    return Cited(document_id=row[0], span=Span(part=row[1], start=row[2], end=row[3]))


def _finding(row: Any) -> Finding:
    return Finding(
        id=row["id"],
        kind=row["kind"],
        severity=row["severity"],
        says=row["says"],
        claim=tuple(_cited(one) for one in row["claim"]),
        against=tuple(_cited(one) for one in row["against"]),
        numbers=tuple(float(one) for one in row["numbers"]),
        names=tuple((label, tuple(names)) for label, names in row["names"]),
    )
