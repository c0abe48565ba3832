"""What police did, sentence by sentence: KILL, ARREST, FORCE, in the form of the India Police Events corpus."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from byline.bench.actors import actor, said
from byline.bench.documents import Text
from byline.bench.harness import Bench, Coder, Error, Json, read_text
from byline.bench.scores import score, share
from byline.errors import InputError
from byline.model import Document, Event, Quantity, Status

COLUMNS = ("KILL", "ARREST", "ANY_ACTION", "FAIL", "FORCE")
"""Labels of a row, after its text."""

SCORED = ("KILL", "ARREST", "FORCE")
"""The labels that speak of an event: ANY_ACTION is not one kind of event, FAIL is that none took place."""

STATUSES: frozenset[Status] = frozenset({"reported", "background", "summary"})
"""The corpus asks whether police did it, not when or how new that is; denied and intended acts don't count."""

POLICE = re.compile(r"\b(police\w*|cops?|constables?|security (forces?|personnel)|officers?|jawans?|crpf|raf)\b", re.I)
"""Names of police where no sector was coded; paramilitary police are police in the corpus."""

KILLING = re.compile(r"\b(kill|slay|slain|dead|death|die|execut|murder|massacr|gunn?ed down|lynch)", re.I)
"""Triggers that say that somebody died, where no count of dead was coded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A sentence (or a whole report) and the labels people gave it."""

    text: Text
    labels: frozenset[str]


def load(path: Path) -> list[Row]:
    """The rows of a file separated by tabs: text, then 0 or 1 for each of COLUMNS. Raises InputError otherwise."""
    rows = []
    csv.field_size_limit(max(csv.field_size_limit(), path.stat().st_size))
    for number, cells in enumerate(csv.reader(io.StringIO(read_text(path), newline=""), delimiter="\t"), 1):
        if len(cells) != 1 + len(COLUMNS) or not set(cells[1:]) <= {"0", "1"}:
            raise InputError(f"{path}, row {number}: wants a text and 0 or 1 for each of {', '.join(COLUMNS)}")
        labels = frozenset(name for name, cell in zip(COLUMNS, cells[1:], strict=True) if cell == "1")
        rows.append(Row(text=Text(id=str(number), raw=cells[0]), labels=labels))
    return rows


def predict(coder: Coder, row: Row) -> Json:
    """The labels of SCORED that some event of the text gives."""
    document = row.text.document
    events = [event for event in coder.events(document) if event.status in STATUSES]
    given = {label for event in events for label in labels(document, event)}
    return {"id": row.text.id, **{name: name in given for name in SCORED}}


def labels(document: Document, event: Event) -> Iterator[str]:
    """What an event says that police did. An arrest by nobody named is theirs; to kill is to use force."""
    if event.type == "COERCE" and event.mode == "arrest":
        if not event.role("actor") or by_police(document, event):
            yield "ARREST"
    elif event.type == "ASSAULT" and by_police(document, event):
        yield "FORCE"
        if deadly(document, event):
            yield "KILL"


def by_police(document: Document, event: Event) -> bool:
    """True when an actor of the event is police, by sector or by name."""
    for mention in event.role("actor"):
        who = actor(mention)
        if (who is not None and who.sector == "COP") or any(POLICE.search(text) for text in said(document, mention)):
            return True
    return False


def deadly(document: Document, event: Event) -> bool:
    """True when the event tells of somebody's death, by a count or by its trigger."""
    values = [mention.value for mention in event.role("quantity")]
    if any(isinstance(v, Quantity) and v.what == "fatalities" and v.high != 0 for v in values):
        return True
    return KILLING.search(document.quote(event.trigger)) is not None


def figures(rows: Sequence[Row], predictions: Sequence[Json]) -> Iterator[str]:
    """P/R/F1 of each label of SCORED over all rows, and the mean of their F1."""
    total = 0.0
    for name in SCORED:
        right = sum(name in row.labels and line[name] for row, line in zip(rows, predictions, strict=True))
        label = score(right, sum(line[name] for line in predictions), sum(name in row.labels for row in rows))
        total += label.f1
        yield f"{name}: {label} ({len(rows)} rows)"
    yield f"mean F1 {share(total, len(SCORED)):.3f}"


def errors(rows: Sequence[Row], predictions: Sequence[Json]) -> Iterator[Error]:
    """Rows whose label was missed or given wrongly."""
    for row, line in zip(rows, predictions, strict=True):
        for name in SCORED:
            if (name in row.labels) != line[name]:
                kind = f"{name} extra" if line[name] else f"{name} missed"
                yield Error(kind=kind, where=row.text.id, words=" ".join(row.text.raw.split()))


bench = Bench(load=load, predict=predict, figures=figures, errors=errors)
