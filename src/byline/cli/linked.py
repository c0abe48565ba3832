"""The commands on happenings: link, decide, decisions; and what `byline show` tells of an incident."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import click

from byline.cli.options import count, existing, note, option_db, option_format

if TYPE_CHECKING:
    from byline.model import Document, Event, Verdict
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


@click.command(epilog="Example: byline decide e785a44be accept --reviewer Ada")
@click.argument("words", nargs=-1, required=True, metavar="ID... VERDICT")
@click.option("--reviewer", required=True, metavar="NAME", help="Who decides it.")
@click.option("--note", "why", default="", help="Why; it stays.")
@option_db
def decide(words: tuple[str, ...], reviewer: str, why: str, db: str, files: Path | None) -> None:
    """Take down what a person decides. It is kept for ever; a later decision stands beside it and counts.

    \b
    ID accept | ID reject          an event, an incident or a finding
    ID set FIELD VALUE             a field of an event: type, mode, status, when, …
    EVENT EVENT same               two events are one happening
    EVENT EVENT 'not the same'     they are not, and are never joined

    The beginning of an id is enough; the example's event is one of examples/pakistan-bombing.txt. Where people
    contradict each other, "not the same" wins.
    """
    from byline.project import Project, deciding

    with Project(database=existing(db), files=files) as project:
        ids, verdict, field, value = _parsed(words)
        subject = [project.store.find(id) for id in ids]
        word = deciding.Word(reviewer=reviewer, note=why, field=field, value=value)
        made = deciding.decide(project.store, subject, verdict=verdict, word=word)
    click.echo(f"{made.id}  {made.subject} {_said(made.verdict, made.field, made.value)}")
    if len(ids) == 2:
        note("Run byline link to have it obeyed.")


@click.command(epilog="Example: byline decisions --format jsonl")
@option_format("jsonl", says="For people, or one JSON object a decision.")
@option_db
def decisions(form: str, db: str, files: Path | None) -> None:
    """List what people decided, the earliest first, and how each decision stands.

    In force; replaced by a later one; contradicted by a "not the same"; to be asked again, as a newer coding has
    another event at these words; orphan, as what it was about is no longer there. Nothing is ever taken away.
    """
    from byline.project import Project, deciding

    with Project(database=existing(db), files=files) as project:
        found = list(deciding.decided(project.store))
    for one in found:
        click.echo(_decision_row(one) if form == "jsonl" else _decision_line(one))
    asked = sum(one.standing == "ask again" for one in found)
    note(f"{count(len(found), 'decision')}" + (f", {asked:,} to be asked again." if asked else "."))


COMMANDS = (link, decide, decisions)


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


def beside(project: Project, event: Event) -> dict[str, str]:
    """What is known of an event beside its report: its incident and what people decided on it."""
    from byline.project import deciding, incidents

    incident = incidents.of_event(project.store, event.id)
    others = len(incident.event_ids) - 1
    told = [one for one in deciding.decided(project.store) if event.id in one.now and one.standing != "replaced"]
    rows = {
        "incident": f"{incident.id}, with {count(others, 'other event')}" if others > 0 else "",
        "decided": "; ".join(_decision_line(one) for one in told),
    }
    return {name: value for name, value in rows.items() if value}


def _parsed(words: tuple[str, ...]) -> tuple[tuple[str, ...], Verdict, str | None, str | None]:
    """Ids, verdict, field and value. Raises UsageError where it is no decision."""
    told = list(words)
    if told[-3:] == ["not", "the", "same"]:
        told[-3:] = ["not the same"]
    if len(told) == 4 and told[1] == "set":
        return (told[0],), "set", told[2], told[3]
    if len(told) == 2 and told[1] in ("accept", "reject"):
        return (told[0],), cast("Verdict", told[1]), None, None
    if len(told) == 3 and told[2] in ("same", "not the same"):
        return (told[0], told[1]), cast("Verdict", told[2]), None, None
    raise click.UsageError(
        "say ID accept, ID reject, ID set FIELD VALUE, EVENT EVENT same, or EVENT EVENT 'not the same'"
    )


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


def _said(verdict: str, field: str | None, value: str | None) -> str:
    return f"set {field} {value}" if verdict == "set" else verdict


def _decision_row(one: Decided) -> str:
    against = [other.id for other in one.against]
    return json.dumps(asdict(one.decision) | {"standing": one.standing, "now": list(one.now), "against": against})


def _decision_line(one: Decided) -> str:
    from byline.cli.view import clean

    told = one.decision
    now = " ".join(one.now)
    moved = f" (now {now})" if one.now and now != told.subject else ""
    why = f": {told.note}" if told.note else ""
    said = _said(told.verdict, told.field, told.value)
    return clean(f"{told.at[:19]}Z  {one.standing}  {told.subject}{moved} {said}, by {told.reviewer}{why}")


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
