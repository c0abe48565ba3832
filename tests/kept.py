"""What tests of keeping share: projects with a few coded documents, and what can be asked of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import zstandard
from sqlalchemy import text

from byline.model import Coding, Custody, Document, Event, Failure, Mention, Place, Span, document_id, event_id, sha256
from byline.project import Project, keeping
from byline.store import Store, loading, results
from byline.store.results import Outcome

WORDS = "Police arrested twelve people in {} on Monday."
PLACES = ("Oruro", "Tarija", "Sucre", "Potosi")


def read_document(place: str, *, name: str = "", text: str = "") -> Document:
    words = text or WORDS.format(place)
    name = name or f"{place.lower()}.txt"
    return Document(
        id=document_id(source=None, where=name, text=words),
        text=words,
        origin=f"inbox/{name}",
        raw_sha256=sha256(words),
        text_sha256=sha256(words),
        made_by="text 1",
    )


def code_document(document: Document, *, pipeline: str = "p1") -> Coding:
    trigger, start = Span(start=7, end=15), document.text.index(" in ") + 4
    end = document.text.index(" on ")
    place = Mention(role="place", span=Span(start=start, end=end), value=Place(name="here", precision="city"), by="t 1")
    event = Event(
        id=event_id(document_id=document.id, trigger=trigger),
        document_id=document.id,
        type="COERCE",
        mode=None,
        trigger=trigger,
        sentence=Span(start=0, end=len(document.text)),
        mentions=(place,),
        by="t 1",
    )
    return Coding(document_id=document.id, pipeline_id=pipeline, sentences=(event.sentence,), events=(event,))


def outcome_of(document: Document, *, pipeline: str = "p1", at: str = "2026-03-01T10:00:00Z") -> Outcome:
    custody = Custody(origin=document.origin, raw_sha256=document.raw_sha256, read_at=at, byline="0.1.0")
    return Outcome(custody=custody, document=document, coding=code_document(document, pipeline=pipeline))


def failure_of(origin: str) -> Outcome:
    failure = Failure(document_id=None, pipeline_id=None, origin=origin, step="read", error="is empty")
    custody = Custody(origin=origin, raw_sha256="", read_at="2026-03-01T10:00:00Z", byline="0.1.0")
    return Outcome(custody=custody, failure=failure)


def run(store: Store, *outcomes: Outcome, pipeline: str = "p1", at: str = "2026-03-01T10:00:00.0+00:00") -> None:
    """What a run does with a shard: a result file, its receipt, and both loaded."""
    raw = {one.document.raw_sha256: one.document.text.encode() for one in outcomes if one.document}
    packed = results.pack(outcomes, raw, pipeline_id=pipeline, place=(at, 0))
    loading.load(store, results.keep(packed, store.files), outcomes)


def fill(store: Store) -> None:
    """Two runs: four documents by one pipeline and a failure, then two of them by another."""
    run(store, *(outcome_of(read_document(place)) for place in PLACES), failure_of("inbox/empty.txt"))
    later = "2026-03-02T10:00:00Z"
    again = [outcome_of(read_document(place), pipeline="p2", at=later) for place in PLACES[:2]]
    run(store, *again, pipeline="p2", at="2026-03-02T10:00:00.0+00:00")


def said(project: Project) -> dict[str, Any]:
    """All that can be asked of a store, whatever numbers its rows have."""
    store = project.store
    documents = list(store.documents())
    return {
        "documents": documents,
        "latest": [store.latest_coding(one.id) for one in documents],
        "codings": [store.coding(one.id, pipeline) for one in documents for pipeline in ("p1", "p2")],
        "failures": store.failures(),
        "counts": store.counts(),
        "custody": _rows(store, "SELECT * FROM custody ORDER BY key"),
        "tombstones": _rows(store, "SELECT * FROM tombstones ORDER BY document_id"),
        "receipts": sorted(loading.loaded(store)),
    }


def _rows(store: Store, query: str) -> list[tuple[Any, ...]]:
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def broken(project: Project) -> list[str]:
    return [f"{one.where}: {one.what}; {one.advice}" for one in keeping.verify(project).breaks]


def found_in(project: Project, words: str) -> list[str]:
    """Files of a project that hold these words, packed or not."""
    holding = []
    paths = [path for path in project.store.files.rglob("*") if path.is_file()]
    if "://" not in str(project.database):
        paths += [path for path in Path(project.database).parent.iterdir() if path.is_file()]
    for path in paths:
        data = path.read_bytes()
        if path.name.endswith(".zst"):
            data = zstandard.ZstdDecompressor().decompress(data)
        if words.encode() in data:
            holding.append(path.name)
    return holding
