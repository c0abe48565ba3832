"""Whether a store is whole: every hash, id, span, file, receipt and reference of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import Connection, ForeignKeyConstraint, and_, func, select, union

from byline.errors import NotFoundError, StoreError
from byline.model import Coding, Document, Event, Span, document_id, event_id, sha256
from byline.store import (
    AT_A_TIME,
    Store,
    checking_current,
    checking_incidents,
    loading,
    results,
    rows,
    schema,
    tombstones,
    trail,
)
from byline.store.breaks import REBUILD, REREAD, Break, Checked
from byline.store.database import is_sqlite
from byline.store.results import Outcome, Receipt


def check(store: Store, checked: Checked) -> Iterator[Break]:
    """All that does not hold in a store, as it is found; what was gone through is counted in `checked`."""
    yield from _database(store)
    yield from _references(store)
    for document in store.documents():
        checked.documents += 1
        yield from document_breaks(document)
        for coding in _codings(store, document.id):
            yield from coding_breaks(coding, document, checked)
    yield from _raw(store, checked)
    yield from _erased(store)
    yield from _files(store, checked)
    yield from checking_current.breaks(store)
    yield from checking_incidents.breaks(store, checked)
    yield from trail.breaks(store, checked)


def document_breaks(document: Document) -> Iterator[Break]:
    """What does not hold in a document."""
    if sha256(document.text) != document.text_sha256:
        yield Break(where=document.id, what="its text does not have the hash it was kept under", advice=REREAD)
    if document.id not in _possible_ids(document):
        yield Break(where=document.id, what="its id is not that of its source, place and text", advice=REREAD)


def coding_breaks(coding: Coding, document: Document, checked: Checked) -> Iterator[Break]:
    """What does not hold in a coding of a document."""
    where = f"{document.id}, coded by {coding.pipeline_id}"
    people = [span for person in coding.people or () for span in (*person.spans, *person.evidence)]
    for span in (*coding.sentences, *people):
        checked.spans += 1
        yield from _span(span, document, where)
    known = {event.id for event in coding.events}
    for event in coding.events:
        checked.events += 1
        for span in _spans(event):
            checked.spans += 1
            yield from _span(span, document, event.id)
        if event.id not in _possible_event_ids(event):
            yield Break(where=event.id, what="its id is not that of its document and trigger", advice=REBUILD)
        if missing := [id for id in event.members if id not in known]:
            yield Break(where=event.id, what=f"sums up {missing[0]}, which is not there", advice=REBUILD)


def outcome_breaks(outcome: Outcome, checked: Checked) -> Iterator[Break]:
    """What does not hold in a line of a result file."""
    document, coding = outcome.document, outcome.coding
    if document is not None:
        yield from document_breaks(document)
    if coding is not None and (document is None or coding.document_id != document.id):
        yield Break(where=coding.document_id, what="its coding came without its document", advice=REREAD)
    elif coding is not None and document is not None:
        yield from coding_breaks(coding, document, checked)


def _possible_ids(document: Document) -> set[str]:
    """The ids a document can have. Its place is its url, its own id (a mail's, a feed's), or the end of where it stood,
    without the suffix of what it was packed in."""
    origin = document.origin
    ends = {origin[match.end() :] for match in re.finditer(r"^|[/!\\]", origin)}
    ends |= {end.rpartition(".")[0] for end in ends}
    places = ends | {document.url or "", document.external_id or ""}
    sources = {document.source_id, None}
    return {document_id(source=source, where=place, text=document.text) for source in sources for place in places}


def _possible_event_ids(event: Event) -> set[str]:
    """The ids an event can have: of its trigger, and in a list of its trigger and one of its places."""
    places = [span for mention in event.role("place") for span in (mention.span, *mention.also)]
    return {event_id(document_id=event.document_id, trigger=event.trigger, place=place) for place in (None, *places)}


def _spans(event: Event) -> Iterator[Span]:
    yield from (event.trigger, event.sentence, *event.told)
    for mention in event.mentions:
        yield from (mention.span, *mention.also)
        if mention.antecedent is not None:
            yield mention.antecedent


def _span(span: Span, document: Document, where: str) -> Iterator[Break]:
    try:
        length = len(document.part(span.part))
    except KeyError:
        yield Break(where=where, what=f"rests on {span.part!r}, which its document does not have", advice=REBUILD)
        return
    if not 0 <= span.start < span.end <= length:
        what = f"rests on characters {span.start}–{span.end} of {span.part}, which has {length}"
        yield Break(where=where, what=what, advice=REBUILD)


def _codings(store: Store, id: str) -> Iterator[Coding]:
    with store.reading() as connection:
        ids = connection.scalars(select(schema.codings.c.id).where(schema.codings.c.document_id == id)).all()
        for coding_id in ids:
            coding = rows.newest_coding(connection, schema.codings.c.id == coding_id)
            assert coding is not None
            yield coding


def _raw(store: Store, checked: Checked) -> Iterator[Break]:
    """The bytes that documents were read from, the first time and later."""
    with store.reading() as connection:
        all_raw = union(select(schema.documents.c.raw_sha256), select(schema.custody.c.raw_sha256))
        for sha in connection.execution_options(yield_per=AT_A_TIME).scalars(all_raw):
            checked.raw += 1
            try:
                store.raw(sha)
            except (NotFoundError, StoreError) as error:
                yield Break(where=f"raw/{sha[:2]}/{sha[:12]}…", what=str(error).partition("; ")[0], advice=REREAD)


def _database(store: Store) -> Iterator[Break]:
    if not is_sqlite(store.url):
        return
    with store.reading() as connection:
        for said in connection.exec_driver_sql("PRAGMA integrity_check(3)").scalars():
            if said != "ok":
                yield Break(where=str(store.url.database), what=f"is damaged ({said})", advice=REBUILD)


def _references(store: Store) -> Iterator[Break]:
    """Rows that rest on a row that is not there."""
    with store.reading() as connection:
        for table in schema.metadata.sorted_tables:
            for key in table.foreign_key_constraints:
                if number := _without(connection, key):
                    what = f"{number} rows rest on a row of {key.referred_table.name} that is not there"
                    yield Break(where=f"table {table.name}", what=what, advice=REBUILD)


def _without(connection: Connection, key: ForeignKeyConstraint) -> int:
    """How many rows have nothing they refer to."""
    table, other = key.parent, key.referred_table.alias()
    on = and_(*(element.parent == other.c[element.column.name] for element in key.elements))
    query = select(func.count()).select_from(table.outerjoin(other, on))
    return connection.scalar(query.where(next(iter(other.primary_key)).is_(None))) or 0


def _erased(store: Store) -> Iterator[Break]:
    told = {one.document_id: one for one in tombstones.read(store.files)}
    with store.reading() as connection:
        known = set(connection.scalars(select(schema.tombstones.c.document_id)))
        for id in sorted(told.keys() ^ known):
            at = "the database" if id in told else tombstones.NAME
            yield Break(where=id, what=f"its tombstone is missing in {at}", advice=REBUILD)
        for id in connection.scalars(select(schema.documents.c.id).where(schema.documents.c.id.in_(told))):
            yield Break(where=id, what="was erased and is still there", advice=f"run byline erase {id} again")


def _files(store: Store, checked: Checked) -> Iterator[Break]:
    loaded = loading.loaded(store)
    names = results.names(store.files)
    for sha in sorted(loaded - names):
        advice = f"bring it back from a backup, or {REBUILD}, which leaves out what was in it"
        yield Break(where=f"receipts/{sha}.json", what="is not there", advice=advice)
    erased = {one.document_id for one in tombstones.read(store.files)}
    for sha in sorted(names):
        checked.receipts += 1
        try:
            receipt = results.receipt(sha, store.files)
            outcomes = results.read(receipt, store.files)
        except StoreError as error:
            what, _, advice = str(error).partition("; ")
            yield Break(where=f"results/{sha[:12]}…", what=what, advice=advice or REREAD)
            continue
        if sha not in loaded:
            advice = "run byline code again, or byline rebuild"
            yield Break(where=receipt.file, what="was never loaded into the database", advice=advice)
            continue
        yield from _result(store, receipt, outcomes, erased)


def _result(store: Store, receipt: Receipt, outcomes: tuple[Outcome, ...], erased: set[str]) -> Iterator[Break]:
    """What does not hold between a result file, its receipt and the database."""
    counted = (
        sum(one.document is not None for one in outcomes),
        sum(len(one.coding.events) for one in outcomes if one.coding is not None),
        sum(one.failure is not None for one in outcomes),
    )
    if counted != (receipt.documents, receipt.events, receipt.failures):
        yield Break(where=receipt.file, what="does not hold what its receipt says", advice=REREAD)
    documents = {one.document.id for one in outcomes if one.document is not None}
    for id in sorted(documents & erased):
        advice = f"run byline erase {id} again"
        yield Break(where=receipt.file, what=f"{id} was erased and is still there", advice=advice)
    coded = {one.coding.document_id for one in outcomes if one.coding is not None}
    its = schema.codings.c.pipeline_id == receipt.pipeline_id
    with store.reading() as connection:
        kept = set(connection.scalars(select(schema.documents.c.id).where(schema.documents.c.id.in_(documents))))
        codings = select(schema.codings.c.document_id).where(its, schema.codings.c.document_id.in_(coded))
        kept_coded = set(connection.scalars(codings))
    for id in sorted((documents - kept | coded - kept_coded) - erased):
        yield Break(where=id, what=f"stands in {receipt.file} and not in the database", advice=REBUILD)
