"""The commands on what people decide: decide, decisions, history; and what `byline show` tells beside an event."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import click

from byline.cli.options import count, existing, note, option_db, option_format, option_overwrite

if TYPE_CHECKING:
    from byline.deciding import DecidedEvent
    from byline.model import Decision, Event, Verdict, Voice
    from byline.project import Project
    from byline.project.decided import Change, Turn
    from byline.project.deciding import Decided
    from byline.project.evaluating import Evaluation, Figures

LONGEST_VALUE: Final = 200
"""Characters of a value that are listed."""

_FORMS = (
    "say ID accept, ID reject, ID set FIELD VALUE, ID note, EVENT EVENT same, EVENT EVENT 'not the same', EVENT EVENT "
    "joined, DOCUMENT new TYPE WORDS, EVENT split JSON, or DECISION undo"
)


@click.command(epilog="Example: byline decide e785a44be accept --reviewer Ada")
@click.argument("words", nargs=-1, required=True, metavar="ID... VERDICT")
@click.option("--reviewer", required=True, metavar="NAME", help="Who decides it.")
@click.option("--note", "why", default="", help="Why; it stays.")
@click.option(
    "--as",
    "role",
    type=click.Choice(["coder", "double coder", "adjudicator"]),
    default="coder",
    show_default=True,
    help="A double coder's word takes no effect by itself; an adjudicator's ends a difference.",
)
@option_db
def decide(words: tuple[str, ...], reviewer: str, why: str, role: str, db: str, files: Path | None) -> None:
    """Take down what a person decides. It is kept for ever; a later decision stands beside it and counts.

    \b
    ID accept | ID reject          an event, an incident or a finding
    ID set FIELD VALUE             a field of an event: type, mode, contexts, status, acled, when, places, actors,
                                   quantities or attribution; "" says that there is none
    DOCUMENT new TYPE WORDS        an event that was not found, told by these words of the document (or new JSON)
    EVENT split JSON               one event is several
    EVENT EVENT joined             two events of one document are one, told twice; the first stays
    EVENT EVENT same               two events of two reports are one happening
    EVENT EVENT 'not the same'     they are not, and are never joined
    ID note                        a note (--note), that changes nothing
    DECISION undo                  takes a decision back, with all that was decided at once with it

    The beginning of an id is enough; the example's event is one of examples/pakistan-bombing.txt. Where two people
    contradict each other the later counts, and both are shown, until an adjudicator speaks; between "same" and "not the
    same" the second wins.
    """
    from byline.project import Project, deciding

    with Project(database=existing(db), files=files) as project:
        ids, verdict, field, value = _parsed(words)
        subject = [project.store.find(id) for id in ids]
        voice = cast("Voice", role)
        if verdict == "undo":
            gone = deciding.undo(project.store, subject[0], reviewer=reviewer, role=voice, note=why)
            for one in gone:
                click.echo(f"{one.id}  {one.subject} {_said(one)}, undone")
            return
        if verdict == "new":
            value = _new(project, subject[0], field, value or "")
            field = None
        if verdict == "joined":
            value = subject[0]
        word = deciding.Word(reviewer=reviewer, note=why, field=field, value=value, role=voice)
        made = deciding.decide(project.store, subject, verdict=cast("Verdict", verdict), word=word)
    click.echo(f"{made.id}  {made.subject} {_said(made)}")
    if made.verdict in ("same", "not the same"):
        note("Run byline link to have it obeyed.")


@click.command(epilog="Example: byline decisions --format jsonl")
@option_format("jsonl", says="For people, or one JSON object a decision.")
@option_db
def decisions(form: str, db: str, files: Path | None) -> None:
    """List what people decided, the earliest first, and how each decision stands.

    In force; replaced by a later one of the same person; contradicted by another's, that counts in its place; undone;
    a second coding, that takes no effect by itself; to be asked again, as a newer coding reads these words otherwise,
    with what changed; orphan, as what it was about is no longer there. Nothing is ever taken away.
    """
    from byline.deciding import EVERYTHING
    from byline.project import Project, deciding

    with Project(database=existing(db), files=files) as project:
        found = list(deciding.decided(project.store, viewer=EVERYTHING))
        for one in found:
            click.echo(_row(one) if form == "jsonl" else _line(one))
            if form != "jsonl" and one.standing == "ask again":
                for change in deciding.changes(project.store, one.decision):
                    click.echo(f"    {_change(change)}")
    asked = sum(one.standing == "ask again" for one in found)
    note(f"{count(len(found), 'decision')}" + (f", {asked:,} to be asked again." if asked else "."))


@click.command(epilog="Example: byline history e785a44be")
@click.argument("id", metavar="EVENT")
@click.argument("field", required=False)
@option_format("jsonl", says="For people, or one JSON object a turn.")
@option_db
def history(id: str, field: str | None, form: str, db: str, files: Path | None) -> None:
    """Show who gave an event each of its values, and when: what the program read first, then what people said.

    FIELD is a field of the event, or "event" for whether there is one; without it all are shown.
    """
    from byline.deciding import EVERYTHING, values
    from byline.project import Project, decided

    fields = (decided.VERDICT, *values.FIELDS)
    if field is not None and field not in fields:
        raise click.UsageError(f"{field!r} has no history; {', '.join(fields)} have")
    with Project(database=existing(db), files=files) as project:
        event = project.store.find(id)
        turns = decided.history(project.store, event, field=field, viewer=EVERYTHING)
    for one in turns:
        click.echo(json.dumps(asdict(one)) if form == "jsonl" else _turn(one))
    note(f"{count(len(turns), 'turn')}.")


@click.command(epilog="Example: byline evaluate --format json")
@option_format("json", says="For people, or one JSON object.")
@click.option(
    "--refit",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="OUT",
    help="Fit confidences to the decisions, and write the curves to OUT; byline.toml must name it to have them used.",
)
@option_overwrite
@option_db
def evaluate(form: str, refit: Path | None, overwrite: bool, db: str, files: Path | None) -> None:
    """Compare what the program read with what people decided: by field, by source and by language.

    Of each field: how many values were decided on, how many stand as read, have another value now, or are none; how
    many people added; the share that stands; and how well the confidence told right from wrong (ECE, AUROC; of 50
    values or more). Nothing is changed.

    --refit fits the confidences to the decisions, where there are enough, and writes a file for `calibration` in
    byline.toml; reports coded with it are coded anew, as by another pipeline.
    """
    from byline.errors import ConfigError
    from byline.project import Project, evaluating

    with Project(database=existing(db), files=files) as project:
        if refit is not None and project.config.calibration:
            raise ConfigError(
                f"byline.toml names a calibration already ({project.config.calibration}), which these confidences may "
                "follow; take the line out, code the reports again, then refit"
            )
        found = evaluating.evaluate(project.store)
    fitted = evaluating.refit(found) if refit is not None else ()
    if form == "json":
        click.echo(json.dumps(evaluating.as_rows(found), indent=2))
    else:
        for line in _figures(found):
            click.echo(line)
    note(f"{count(found.events, 'event')} of {count(found.documents, 'document')} decided on.")
    if refit is not None:
        _write(refit, evaluating.written(fitted), overwrite=overwrite)
        for one in fitted:
            note(f"{one.field}: {one.values:,} values; ECE {one.before:.3f} before, {one.after:.3f} after.")
        note(f'Written to {refit}. To have it used, put calibration = "{refit.name}" in byline.toml beside it.')


COMMANDS = (decide, decisions, history, evaluate)


def beside(project: Project, event: Event) -> dict[str, str]:
    """What is known of an event beside its report: its incident, what people decided on it, and what that changed."""
    from byline.deciding import EVERYTHING
    from byline.project import decided, incidents

    incident = incidents.of_event(project.store, event.id)
    others = len(incident.event_ids) - 1
    one = decided.of_event(project.store, event.id, viewer=EVERYTHING)
    rows = {
        "incident": f"{incident.id}, with {count(others, 'other event')}" if others > 0 else "",
        "state": _state(one) if one is not None else "",
        "changed": "; ".join(_changed(project, one)) if one is not None else "",
        "decided": "; ".join(_told(project, one)) if one is not None else "",
    }
    return {name: value for name, value in rows.items() if value}


def _parsed(words: tuple[str, ...]) -> tuple[tuple[str, ...], str, str | None, str | None]:
    """Ids, verdict, field and value. Raises UsageError where it is no decision."""
    told = list(words)
    if told[-3:] == ["not", "the", "same"]:
        told[-3:] = ["not the same"]
    number = len(told)
    if number == 4 and told[1] in ("set", "new"):
        return (told[0],), told[1], told[2], told[3]
    if number == 3 and told[1] in ("new", "split"):
        return (told[0],), told[1], None, told[2]
    if number == 2 and told[1] in ("accept", "reject", "note", "undo"):
        return (told[0],), told[1], None, None
    if number == 3 and told[2] in ("same", "not the same", "joined"):
        return (told[0], told[1]), told[2], None, None
    raise click.UsageError(_FORMS)


def _new(project: Project, document_id: str, kind: str | None, words: str) -> str:
    """The value of a new event: told as JSON, or as a type and words that stand once in the document's text."""
    if kind is None:
        return words
    text = project.document(document_id).text
    number = text.count(words) if words else 0
    if number != 1:
        raise click.UsageError(
            f"{words!r} stands {count(number, 'time')} in the text of {document_id}; give words that stand there once, "
            "or JSON with their place"
        )
    start = text.index(words)
    trigger = {"in": "text", "start": start, "end": start + len(words)}
    return json.dumps({"trigger": trigger, "fields": {"type": kind}}, ensure_ascii=False)


def _said(one: Decision) -> str:
    from byline.deciding import values

    if one.verdict == "set":
        value = values.in_few_words(one.field or "", one.value or "")
        short = value if len(value) <= LONGEST_VALUE else value[: LONGEST_VALUE - 1] + "…"
        return f"set {one.field} {short}" if short else f"set {one.field} to none"
    if one.verdict == "joined":
        return f"joined into {one.value}"
    return one.verdict


def _row(one: Decided) -> str:
    against = [other.id for other in one.against]
    return json.dumps(asdict(one.decision) | {"standing": one.standing, "now": list(one.now), "against": against})


def _line(one: Decided) -> str:
    from byline.cli.view import clean

    told = one.decision
    now = " ".join(one.now)
    moved = f" (now {now})" if one.now and now != told.subject and told.verdict not in ("new", "joined", "undo") else ""
    against = f", against {' and '.join(sorted({other.reviewer for other in one.against}))}" if one.against else ""
    why = f": {told.note}" if told.note else ""
    return clean(f"{told.at[:19]}Z  {one.standing}  {told.subject}{moved} {_said(told)}, by {_by(told)}{against}{why}")


def _by(one: Decision) -> str:
    return one.reviewer if one.role == "coder" else f"{one.reviewer} ({one.role})"


def _state(one: DecidedEvent) -> str:
    parts: list[str] = [one.state] if one.state != "undecided" else []
    if one.into is not None:
        parts = [f"joined into {one.into}"]
    fields = ["whether there is one" if each.field == "event" else each.field for each in one.differences]
    if fields:
        parts.append(f"people differ on {' and '.join(fields)}")
    if one.asks:
        parts.append("to be asked again")
    return "; ".join(parts)


def _changed(project: Project, one: DecidedEvent) -> Iterator[str]:
    """What people changed of what was coded: from what to what, and who."""
    from byline.deciding import values

    for name, decision in one.sets.items():
        was = values.summary(values.of(name, one.coded)) if one.coded is not None else ""
        now = values.summary(values.of(name, one.event))
        if was != now:
            yield f"{name} {was or 'none'} → {now or 'none'}, by {decision.reviewer}"


def _told(project: Project, one: DecidedEvent) -> Iterator[str]:
    from byline.deciding import EVERYTHING
    from byline.project import decided

    standings = decided.document(project.store, one.event.document_id, viewer=EVERYTHING).standings
    for each in one.decisions:
        how = standings.get(each.id, "in force")
        why = f": {each.note}" if each.note else ""
        if how not in ("replaced", "undone") and each.verdict != "undo":
            yield f"{each.at[:19]}Z {how}: {_said(each)}, by {_by(each)}{why}"


def _change(change: Change) -> str:
    from byline.cli.view import clean
    from byline.deciding import values

    seen, now = (values.in_few_words(change.field, told) for told in (change.seen, change.now))
    return clean(f"{change.field}: {seen or 'none'} → {now or 'none'}")


def _turn(one: Turn) -> str:
    from byline.cli.view import clean
    from byline.deciding import values

    before, after = (values.in_few_words(one.field, told) for told in (one.before, one.after))
    note = "" if one.counts else "  (takes no effect)"
    why = f": {one.decision.note}" if one.decision is not None and one.decision.note else ""
    at = f"{one.at[:19].removesuffix('Z')}Z" if one.at else "no date             "
    by = one.by.removeprefix("person:")
    return clean(f"{at}  {one.field}: {before or 'none'} → {after or 'none'}, by {by}{why}{note}")


def _figures(found: Evaluation) -> Iterator[str]:
    head = f"{'values':>7} {'stand':>7} {'changed':>7} {'none':>7} {'added':>7} {'agree':>7} {'ECE':>7} {'AUROC':>7}"
    for title, rows in (("field", found.fields), ("source", found.sources), ("language", found.languages)):
        width = max([12, *(len(_name(one)) for one in rows)])
        yield f"{title:<{width}} {head}"
        yield from (f"{_name(one):<{width}} {_numbers(one)}" for one in rows)
        yield ""


def _name(one: Figures) -> str:
    from byline.cli.view import clean

    return clean(one.name or "not told")[:40]


def _numbers(one: Figures) -> str:
    counts = (one.values, one.accepted, one.changed, one.rejected, one.missed)
    shares = (one.agreement, one.ece, one.auroc)
    told = [f"{number:,}" for number in counts] + ["–" if share is None else f"{share:.3f}" for share in shares]
    return " ".join(f"{word:>7}" for word in told)


def _write(out: Path, content: str, *, overwrite: bool) -> None:
    """Raises BylineError where the file is there already, or cannot be written."""
    from byline.errors import ExportError

    if out.exists() and not overwrite:
        raise ExportError(f"{out} is there already; name another file, or give --overwrite")
    try:
        out.write_text(content, encoding="utf-8")
    except OSError as error:
        raise ExportError(f"{out}: cannot be written ({error.strerror}); name another file") from error
