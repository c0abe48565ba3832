"""What each report tells of an incident, side by side: a column a report, a row a field, and where they differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from byline.linking.standing.dossier import Dossier
from byline.linking.standing.field import Agreement, Field
from byline.model import Document

MOST = 12
"""Reports side by side: what a wide screen scrolls through; the rest are listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A report."""

    event_id: str
    who: str
    published: date | None
    copy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What a report tells in a field: each value with its words. `mark`: "other" where it differs from what more
    reports tell, "later" where it brings a number forward; "" for none."""

    values: tuple[tuple[str, tuple[str, ...]], ...]
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A field over all reports."""

    name: str
    agreement: Agreement
    because: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """The table. `left_out`: reports that it has no column for."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    left_out: int


def versions(dossier: Dossier) -> Versions:
    """The versions of an incident's reports, in the order of publication."""
    shown = dossier.reports[:MOST]
    documents = {document.id: document for _, document in dossier.reports}
    names = {one.event_id: one for field in dossier.fields for one in field.values}
    columns = tuple(
        Column(
            event_id=event.id,
            who=names[event.id].teller
            if event.id in names
            else document.source_id or document.title or document.origin,
            published=document.published,
            copy=event.id in names and names[event.id].copy,
        )
        for event, document in shown
    )
    rows = tuple(_row(field, columns, documents) for field in dossier.fields)
    return Versions(columns=columns, rows=rows, left_out=len(dossier.reports) - len(shown))


def _row(field: Field, columns: Iterable[Column], documents: Mapping[str, Document]) -> Row:
    told: dict[str, dict[str, list[str]]] = {}
    for one in field.values:
        quotes = told.setdefault(one.event_id, {}).setdefault(one.value, [])
        quotes += [
            _quote(documents[cited.document_id].quote(cited.span))
            for cited in one.cited
            if cited.document_id in documents
        ]
    commonest = _commonest(told)
    cells = []
    for column in columns:
        values = told.get(column.event_id, {})
        mark = ""
        if values and frozenset(values) != commonest:
            mark = {"differ": "other", "update": "later"}.get(field.agreement, "")
        cells.append(
            Cell(values=tuple((value, tuple(dict.fromkeys(words))) for value, words in values.items()), mark=mark)
        )
    name = f"{field.name} ({field.of})" if field.of else field.name
    return Row(name=name, agreement=field.agreement, because=field.because, cells=tuple(cells))


def _commonest(told: Mapping[str, Mapping[str, object]]) -> frozenset[str]:
    """What most reports tell; of equally many what the first does."""
    every = [frozenset(values) for values in told.values()]
    return max(every, key=every.count, default=frozenset())


def _quote(words: str) -> str:
    return " ".join(words.split())
