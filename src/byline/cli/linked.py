"""The command on happenings, link; and what `byline show` tells of an incident."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from byline.cli.options import count, existing, note, option_db, option_format

if TYPE_CHECKING:
    from byline.model import Document, Event
    from byline.project import Project
    from byline.project.deciding import Decided
    from byline.project.incidents import Summary
    from byline.project.linking import Progress

SHOWN_EVENTS: Final = 10
"""So many events of an incident are listed; byline show lists more."""

SENTENCE: Final = 96
"""Characters of a sentence that are listed."""

_SHORT_ID: Final = 9


@click.command(epilog="Example: byline link --format jsonl")
@option_format("jsonl", says="For people, or one JSON object an incident.")
@option_db
def link(form: str, db: str, files: Path | None) -> None:
    """Find which reports tell of one happening, and list these incidents: those of most events first.

    Only what came since the last time is compared. How probable each is stands beside it as the least and the most of
    any two of its events. Copies are looked for first; they are told, and count as no reports of their own.
    """
    from byline.project import Project, incidents, linking

    with Project(database=existing(db), files=files) as project:
        with _progress() as progress:
            done = linking.link(project.store, progress=progress)
        found = events = 0
        for one in incidents.joined(project.store):
            found, events = found + 1, events + len(one.incident.event_ids)
            if form == "jsonl":
                click.echo(json.dumps(_row(one)))
            else:
                click.echo("\n".join(_lines(project, one)))
        _tell_contradicted(project)
    note(
        f"{count(done.events, 'event')} new or changed, {count(done.links, 'link')} found; "
        f"{count(found, 'incident')} of two events or more, {count(events, 'event')} together."
    )


COMMANDS = (link,)


def show(project: Project, id: str, *, form: str) -> None:
    """An incident, by its id or one that leads to it, as `byline show` prints it."""
    from byline.cli import incident as view
    from byline.project import incidents, linking

    found = incidents.find(project.store, id)
    dossier = incidents.dossier(project.store, found, register=project.sources)
    if found.id != id:
        note(f"{id} is part of {found.id} now.")
    if not found.event_ids:
        note(f"{found.id}: none of its events is in the newest coding of its document.")
    if form == "json":
        click.echo(json.dumps(view.to_json(dossier), ensure_ascii=True, indent=2))
    else:
        click.echo("\n".join(view.lines(dossier)))
    for one in incidents.contradicted(project.store, found):
        note(_contradicted(one))
    if not linking.is_done(project.store):
        note("There is something new since events were linked; run byline link.")


def _row(one: Summary) -> dict[str, Any]:
    return {
        "id": one.incident.id,
        "event_ids": list(one.incident.event_ids),
        "documents": list(one.documents),
        "reports": len(one.documents) - one.copies,
        "copies": one.copies,
        "probability": None if one.low is None else {"low": round(one.low, 4), "high": round(one.high or 0.0, 4)},
    }


def _lines(project: Project, one: Summary) -> Iterator[str]:
    from byline.project import incidents

    number = f"{count(len(one.incident.event_ids), 'event')} in {count(len(one.documents), 'report')}"
    copies = f", {one.copies:,} of them {'a copy' if one.copies == 1 else 'copies'}" if one.copies else ""
    low, high = (f"{value:.2f}" if value is not None else "" for value in (one.low, one.high))
    probable = f"probability {low if low == high else f'{low} to {high}'}" if low else "called the same by a person"
    yield f"{one.incident.id}  {number}{copies}, {probable}"
    told = incidents.reports(project.store, one.incident, most=SHOWN_EVENTS)
    yield from (f"  {_report(event, document)}" for event, document in told)
    if len(one.incident.event_ids) > len(told):
        yield f"  and {len(one.incident.event_ids) - len(told):,} more"


def _report(event: Event, document: Document) -> str:
    from byline.cli.view import clean

    day = document.published.isoformat() if document.published else "no date   "
    source = document.source_id or document.byline or document.origin
    status = "" if event.status == "reported" else f" [{event.status}]"
    sentence = clean(document.quote(event.sentence))
    short = sentence if len(sentence) <= SENTENCE else sentence[: SENTENCE - 1].rstrip() + "…"
    return f"{event.id[:_SHORT_ID]}  {day}  {clean(source)}{status}: “{short}”"


def _tell_contradicted(project: Project) -> None:
    from byline.project import deciding

    for one in deciding.pairs(project.store):
        if one.standing == "contradicted":
            note(_contradicted(one))


def _contradicted(one: Decided) -> str:
    """A contradiction, said."""
    from byline.cli.view import clean

    told = one.decision
    against = " and ".join(
        f"{other.reviewer} called {other.subject.replace(' ', ' and ')} not the same"
        for other in islice(one.against, 3)
    )
    pair = " and ".join(one.now)
    return clean(f"{told.reviewer} called {pair} the same ({told.id[:_SHORT_ID]}); they stay apart, as {against}.")


@contextmanager
def _progress() -> Iterator[Progress]:
    """Tells on a terminal what is done, and with how many so far."""
    if not sys.stderr.isatty():
        yield lambda what, number: None
        return
    from rich.console import Console

    done: dict[str, int] = {}
    with Console(stderr=True).status("linking") as status:

        def tell(what: str, number: int) -> None:
            done[what] = done.get(what, 0) + number
            status.update(f"{what}: {done[what]:,}")

        yield tell
