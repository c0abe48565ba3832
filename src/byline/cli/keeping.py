"""The commands that keep what is kept: status, failures, verify, rebuild, backup, restore, bundle, merge, erase."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from byline.cli.options import count, existing, note, option_db, option_format, option_overwrite

if TYPE_CHECKING:
    from byline.project.keeping import Inventory, Kept

EXIT_BROKEN = 1

SHOWN_BREAKS = 20
"""How many things that do not hold byline verify prints."""

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(epilog="Example: byline status")
@option_format("json", says="For people, or one JSON object.")
@option_db
def status(form: str, db: str, files: Path | None) -> None:
    """Tell what is in the database and the files beside it: documents, codings, failures, sizes, the last run."""
    from byline.project import Project, keeping

    with Project(database=existing(db), files=files) as project:
        found = keeping.status(project)
    if form == "json":
        click.echo(json.dumps(asdict(found), indent=2))
    else:
        click.echo("\n".join(_told(found)))


@click.command(epilog="Example: byline failures --format jsonl")
@option_format("jsonl", says="For people, or one JSON object a line.")
@option_db
def failures(form: str, db: str, files: Path | None) -> None:
    """List what could not be read or coded, in the order it was met."""
    from byline.cli import run
    from byline.project import Project

    with Project(database=existing(db), files=files) as project:
        found = project.failures()
    for failure in found:
        if form == "jsonl":
            click.echo(run.json_line(failure), nl=False)
        else:
            click.echo(f"{failure.step:<10} {run.failure_line(failure).removeprefix('failed: ')}")
    note(f"{count(len(found), 'failure')}.")


@click.command(epilog="Example: byline verify")
@option_db
def verify(db: str, files: Path | None) -> None:
    """Check every hash, id, span, raw file, result file, receipt, decision, incident, link, reference and line of the
    trail; exit 1 where one does not hold.

    Prints the first that do not hold, with what to do.
    """
    from byline.cli.view import clean
    from byline.project import Project, keeping

    with Project(database=existing(db), files=files) as project:
        verified = keeping.verify(project)
        for one in islice(verified.breaks, SHOWN_BREAKS):
            click.echo(clean(f"{one.where}: {one.what}") + f"\n    {one.advice}")
            verified.broken += 1
        more = sum(1 for _ in verified.breaks)
        verified.broken += more
    if more:
        click.echo(f"… and {more:,} more")
    checked = verified.checked
    note(
        f"{count(checked.documents, 'document')}, {count(checked.events, 'event')}, {count(checked.spans, 'span')}, "
        f"{count(checked.raw, 'raw file')}, {count(checked.receipts, 'result file')}, "
        f"{count(checked.decisions, 'decision')}, {count(checked.incidents, 'incident')}, "
        f"{count(checked.links, 'link')} and {count(checked.lines, 'line')} of the trail checked: "
        f"{f'{verified.broken:,} do not hold' if verified.broken else 'all hold'}."
    )
    if verified.broken:
        sys.exit(EXIT_BROKEN)


@click.command(epilog="Example: byline rebuild")
@option_db
def rebuild(db: str, files: Path | None) -> None:
    """Make the database anew from its files, and put it in place of the old one.

    The files are the record and the database an index over them, so a lost or damaged database is no loss. Incidents
    keep their ids and people's decisions stand; byline link finds the links between events again.
    """
    from byline.project import Project, keeping

    done = keeping.rebuild(Project(database=db, files=files))
    if done.written_out:
        note(f"{count(done.written_out, 'line')} that stood in the old database alone written to files first.")
    if done.unreadable:
        note(f"The old database could not be read; it is kept as {done.unreadable}.")
    note(f"{db} made anew of {count(done.receipts, 'result file')}.")


@click.command(epilog="Example: byline backup news.backup")
@click.argument("out", type=_FILE, metavar="OUT")
@option_overwrite
@option_db
def backup(out: Path, overwrite: bool, db: str, files: Path | None) -> None:
    """Write all that is kept to the file OUT. Runs may go on meanwhile."""
    from byline.project import Project, keeping

    with Project(database=existing(db), files=files) as project:
        _tell_kept(keeping.backup(project, out, overwrite=overwrite), out)


@click.command(epilog="Example: byline restore news.backup --db copy.db")
@click.argument("file", type=_FILE, metavar="FILE")
@option_overwrite
@option_db
def restore(file: Path, overwrite: bool, db: str, files: Path | None) -> None:
    """Bring back what FILE holds, a backup or a bundle. All of it is checked first."""
    from byline.project import Project, keeping

    done = keeping.restore(Project(database=db, files=files), file, overwrite=overwrite)
    made = f"made by Byline {done.head.byline} at {done.head.made_at}"
    note(f"{count(done.documents, 'document')} with {count(done.events, 'event')} brought back to {db} ({made}).")


@click.command(epilog="Example: byline bundle laptop.bundle")
@click.argument("out", type=_FILE, metavar="OUT")
@option_overwrite
@option_db
def bundle(out: Path, overwrite: bool, db: str, files: Path | None) -> None:
    """Write documents, codings, incidents and decisions to the file OUT, to be merged on another computer."""
    from byline.project import Project, keeping

    with Project(database=existing(db), files=files) as project:
        _tell_kept(keeping.bundle(project, out, overwrite=overwrite), out)


@click.command(epilog="Example: byline merge laptop.bundle desk.bundle")
@click.argument("bundles", type=_FILE, nargs=-1, required=True, metavar="FILE...")
@option_db
def merge(bundles: tuple[Path, ...], db: str, files: Path | None) -> None:
    """Add what bundles hold. Their order does not matter, and a second time changes nothing.

    What was erased on one side goes on the other. A FILE that was damaged or changed is told, and nothing of it added.
    """
    from byline.project import Project, keeping

    with Project(database=db, files=files) as project:
        for path, done in zip(bundles, keeping.merge(project, bundles), strict=True):
            gone = f"; {count(done.erased, 'document')} erased, as there" if done.erased else ""
            note(
                f"{path}: {count(done.documents, 'document')}, {count(done.codings, 'coding')}, "
                f"{count(done.failures, 'failure')} and {count(done.decisions, 'decision')} added{gone}."
            )


@click.command(epilog="Example: byline erase d04cb00641a4e0d55 --reason 'asked for by the witness'")
@click.argument("document", metavar="DOCUMENT")
@click.option("--reason", required=True, help="Why; it stays, so name nobody in it.")
@option_db
def erase(document: str, reason: str, db: str, files: Path | None) -> None:
    """Take a document away for good: its text, its raw bytes, all that was read out of it and decided on its events.

    DOCUMENT is its whole id. A tombstone with the reason stays, and it is not read in again. Backups, bundles and
    exports made before hold it still: delete those, or make them anew.
    """
    from byline.project import Project, keeping

    with Project(database=existing(db), files=files) as project:
        done = keeping.erase(project, document, reason=reason)
    note(
        f"{document} erased: {count(done.codings, 'coding')}, {count(done.raw, 'raw file')}, "
        f"{count(done.decisions, 'decision')} and its lines in {count(done.results, 'result file')}. Backups, "
        "bundles and exports made before hold it still."
    )
    if done.same_text:
        note(
            f"{count(len(done.same_text), 'document')} with the same text or bytes still kept: "
            f"{', '.join(done.same_text)}."
        )


COMMANDS = (status, failures, verify, rebuild, backup, restore, bundle, merge, erase)


def _tell_kept(done: Kept, out: Path) -> None:
    note(f"{count(done.members, 'file')} written to {out} ({_bytes(done.bytes)}).")


def _told(found: Inventory) -> list[str]:
    lines = [
        f"documents   {found.documents:,}, read {count(found.readings, 'time')}",
        *(
            f"coded by    {one.pipeline_id}: {count(one.documents, 'document')}, {count(one.events, 'event')}"
            + (f", last {one.last}" if one.last else "")
            for one in found.codings
        ),
        *(f"failed at   {step}: {number:,}" for step, number in found.failures.items()),
    ]
    if found.linked or found.decisions:
        new = f", {count(found.unlinked, 'document')} not linked yet" if found.unlinked else ""
        lines.append(f"incidents   {found.incidents:,} of two events or more, {found.linked:,} together{new}")
        lines.append(f"decisions   {found.decisions:,}")
    if found.erased:
        lines.append(f"erased      {count(found.erased, 'document')}")
    return [
        *lines,
        f"database    {_bytes(found.database_bytes)}",
        f"raw bytes   {_bytes(found.raw.bytes)} in {count(found.raw.files, 'file')}",
        f"results     {_bytes(found.results.bytes)} in {count(found.results.files, 'file')}, {found.receipts:,} loaded",
        f"last run    {found.last_run or 'not kept'}",
    ]


def _bytes(number: int) -> str:
    size = float(number)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:,.1f} {unit}"
        size /= 1000
    return f"{size:,.1f} TB"
