"""The command that writes events for other tools: export; and how far it has come, on standard error."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from byline.cli.options import Command, count, existing, note, option_db
from byline.model import Status

if TYPE_CHECKING:
    from byline.export.dossier import About, Losses, Unit
    from byline.export.selection import Selection
    from byline.project import Exported

EXIT_STOPPED = 130
"""What shells give a program that Ctrl-C ended."""

DECIDED = ("any", "decided", "accepted", "undecided")

_DAY = click.DateTime(formats=["%Y-%m-%d"])


def selecting(function: Command) -> Command:
    """The options that say which events are wanted."""
    for option in reversed(
        (
            click.option("--where", metavar="SQL", help="A condition on the columns of the view v_events."),
            click.option("--bbox", metavar="W,S,E,N", help="Events with a place in this box, in degrees."),
            click.option("--from", "start", type=_DAY, metavar="DAY", help="Not before this day (2026-03-12)."),
            click.option("--to", "end", type=_DAY, metavar="DAY", help="Not after this day."),
            click.option(
                "--status",
                "statuses",
                multiple=True,
                type=click.Choice(get_args(Status)),
                help="Told so; again for more.",
            ),
            click.option(
                "--type", "types", multiple=True, metavar="TYPE", help="Of this type (ASSAULT); again for more."
            ),
            click.option(
                "--source", "sources", multiple=True, metavar="NAME", help="Told by this source; again for more."
            ),
            click.option(
                "--confidence", "least_confidence", type=click.FloatRange(0, 1), metavar="P", help="At least so sure."
            ),
            click.option(
                "--decided", type=click.Choice(DECIDED), default="any", show_default=True, help="By what people said."
            ),
        )
    ):
        function = option(function)
    return function


@click.command(epilog="Example: byline export csv events.csv --status reported --from 2021-03-01")
@click.argument("form", metavar="FORMAT", required=False)
@click.argument("out", type=click.Path(path_type=Path), metavar="OUT", required=False)
@click.option("--list", "listed", is_flag=True, help="List the formats, and write nothing.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of jsonl's records, and write nothing.")
@click.option("--unit", type=click.Choice(["event", "incident"]), help="What a row stands for (default: see --list).")
@selecting
@click.option("--unmask", is_flag=True, help="Show the names of private persons; byline.toml must allow it.")
@click.option("--overwrite", is_flag=True, help="Replace OUT and its report where they are there already.")
@option_db
def export(form: str | None, out: Path | None, listed: bool, schema: bool, **how: Any) -> None:
    """Write events to OUT for other tools, as people decided them, names of private persons masked.

    FORMAT is one of those that --list tells. A row is a report's event or an incident, the happening that reports
    tell of (run byline link first). OUT is written whole or not at all. OUT.loss.json beside it says what was left out
    and why, what the format cannot hold, and whose names were masked. All conditions hold of each event; rejected
    events are never written.
    """
    if listed:
        _list()
        return
    if schema:
        _schema(form, how["unit"])
        return
    if form is None or out is None:
        raise click.UsageError("name a FORMAT and OUT, or ask for the formats with --list")
    _write(form, out, how)


def _write(form: str, out: Path, how: dict[str, Any]) -> None:
    from byline.project import ExportOptions, Project

    selection = chosen(how)
    with Project(database=existing(how["db"]), files=how["files"]) as project, _ended_tidily(), telling() as progress:
        options = ExportOptions(
            unit=how["unit"],
            selection=selection,
            unmask=how["unmask"],
            overwrite=how["overwrite"],
            progress=progress,
        )
        try:
            done = project.export(form, out, options=options)
        except KeyboardInterrupt:
            note(f"stopped; nothing was written to {out}.")
            sys.exit(EXIT_STOPPED)
    note(_said(done, out))


def chosen(how: dict[str, Any]) -> Selection:
    from byline.export.selection import Selection, box

    return Selection(
        where=how["where"],
        bbox=box(how["bbox"]) if how["bbox"] is not None else None,
        start=how["start"].date() if how["start"] else None,
        end=how["end"].date() if how["end"] else None,
        statuses=how["statuses"],
        types=how["types"],
        sources=how["sources"],
        least_confidence=how["least_confidence"],
        decided=how["decided"],
    )


def _said(done: Exported, out: Path) -> str:
    losses, about = done.losses, done.about
    number = count(losses.written, about.unit)
    rows = f" in {count(losses.rows, 'row')}" if losses.rows not in (None, losses.written) else ""
    lost = ", ".join(dict.fromkeys(one.key for one in losses.lost)) or "nothing"
    return (
        f"{number}{rows} of {count(done.masking.documents, 'document')} written to {out}; {_left_out(about, losses)}"
        f"{count(done.masking.names_masked, 'name')} masked; lost: {lost}."
    )


def _left_out(about: About, losses: Losses) -> str:
    number = sum(about.left_out.values()) + sum(losses.left_out.values())
    return f"{number:,} left out; " if number else ""


def _list() -> None:
    from byline.project import exporting

    for name, one in exporting.formats().items():
        click.echo(f"{name:<9} {one.unit:<9} {one.says}")


def _schema(form: str | None, unit: Unit | None) -> None:
    from byline.export import schemas

    if form not in (None, "jsonl"):
        raise click.UsageError("jsonl alone has a JSON Schema; say byline export jsonl --schema")
    click.echo(json.dumps(schemas.of(unit or "event"), ensure_ascii=False, indent=2))


@contextmanager
def _ended_tidily() -> Iterator[None]:
    """Lets a polite end of the process (SIGTERM) take away what is half written."""

    def end(number: int, frame: object) -> None:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def telling() -> Iterator[Callable[[int], None]]:
    """Tells on a terminal how many are written."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console

    with Console(stderr=True).status("writing") as status:
        yield lambda done: status.update(f"{done:,} written")


COMMANDS = (export,)
