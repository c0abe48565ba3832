"""The commands that hold events against each other: compare, with a file of another's; diff, with those of before."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from byline.cli.options import count, existing, note, option_db, option_format

if TYPE_CHECKING:
    from byline.export.difference import Change, Counts
    from byline.export.entries import Entry
    from byline.export.matching import Comparison, Pair
    from byline.project.comparing import Compared

SHOWN: Final = 10
"""Rows of each kind that are listed for people; JSON has all."""

WORDS: Final = 70
"""Characters of a value that are shown."""


@click.command(epilog="Example: byline compare their-acled.csv")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--notes", is_flag=True, help="Hold each row against what is read in its own notes, not the database.")
@click.option("--rows", default=SHOWN, show_default=True, type=click.IntRange(0), help="How many are listed.")
@option_format("json", says="For people, or one JSON object with all rows.")
@option_db
def compare(file: Path, notes: bool, rows: int, form: str, db: str, files: Path | None) -> None:
    """Hold a file of events against ours: what both have, what only one has, and the fields that differ.

    FILE is a table of ACLED's, PLOVER's records, or an export of our own (jsonl, csv, package). Rows are matched by
    id, else by day, place and kind; only days and countries that FILE is of are looked at. With --notes each row's
    notes are read as a report, and nothing of it is kept: what Byline would make of a team's own data.
    """
    from byline.project import Project, comparing

    with Project(database=db if notes else existing(db), files=files) as project, _progress() as progress:
        if notes:
            told = comparing.with_notes(project, file, progress=progress)
        else:
            told = comparing.with_events(project, file)
    if form == "json":
        click.echo(json.dumps(_json(told), ensure_ascii=False))
    else:
        for line in _lines(told, rows=rows):
            click.echo(line)
    for one in told.unread[:SHOWN]:
        note(f"not read: {one}")
    note(_summed(told.comparison))


@click.command(epilog="Example: byline diff before.db byline.db")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@option_format("json", says="For people, or one JSON object a change, then the counts.")
@option_db
def diff(old: str, new: str, form: str, db: str, files: Path | None) -> None:
    """Tell what NEW added, changed and withdrew, event by event, in the order of documents.

    OLD and NEW are each a database, an export of JSON Lines, or the id of a pipeline, whose codings are those of --db.
    An event that went where one came with words in common has changed.
    """
    from byline.export.difference import Counts
    from byline.project import differing

    counts = Counts()
    for change in differing.diff(old, new, where=differing.Where(database=db, files=files), counts=counts):
        if form == "json":
            click.echo(json.dumps(asdict(change), ensure_ascii=False))
        else:
            click.echo("\n".join(_change(change)))
    if form == "json":
        click.echo(json.dumps(asdict(counts)))
    note(_counted(counts))


COMMANDS = (compare, diff)


# Compare


def _json(told: Compared) -> dict[str, Any]:
    found = told.comparison
    return {
        "format": found.form,
        "matched": [_pair(one) for one in found.matched],
        "only_here": [_entry(one) for one in found.only_here],
        "only_there": [_entry(one) for one in found.only_there],
        "fields": found.fields(),
        "because": list(told.because),
        "unread": list(told.unread),
    }


def _pair(one: Pair) -> dict[str, Any]:
    differ = {name: {"there": there, "here": here} for name, (there, here) in one.differ.items()}
    return {"here": one.here.id, "there": one.there.id, "byline": one.here.byline, "by": one.how, "differ": differ}


def _entry(one: Entry) -> dict[str, Any]:
    return {
        "id": one.id,
        "byline": one.byline,
        "day": one.first.isoformat() if one.first else None,
        "country": one.country,
        "place": sorted(one.names),
        "kind": one.fine or one.kind,
    }


def _lines(told: Compared, *, rows: int) -> Iterator[str]:
    found = told.comparison
    differing = [one for one in found.matched if one.differ]
    yield f"matched    {len(found.matched):>7,}   the same in all fields: {len(found.matched) - len(differing):,}"
    yield f"only there {len(found.only_there):>7,}"
    yield f"only here  {len(found.only_here):>7,}"
    if told.without_notes:
        yield f"rows without notes: {told.without_notes:,}"
    if differing:
        yield ""
        yield "fields that differ, and in how many of the matched rows"
        yield from (f"  {name:<20} {number:>6,}" for name, number in found.fields().items())
    yield from _listed("matched rows that differ", [_differing(one) for one in differing], rows)
    because = told.because or ("",) * len(found.only_there)
    missed = [[_row(one), *([f"  {why}"] if why else [])] for one, why in zip(found.only_there, because, strict=True)]
    yield from _listed("only there", missed, rows)
    yield from _listed("only here", [[_row(one)] for one in found.only_here], rows)


def _listed(title: str, some: list[list[str]], rows: int) -> Iterator[str]:
    if some and rows:
        yield ""
        yield title
        for lines in some[:rows]:
            yield from (f"  {line}" for line in lines)
        if len(some) > rows:
            yield f"  and {len(some) - rows:,} more"


def _differing(one: Pair) -> list[str]:
    return [
        f"{_row(one.there)}  =  {_short(one.here.byline or one.here.id)}",
        *(
            f"  {name}: {_short(there) or '—'}  here: {_short(here) or '—'}"
            for name, (there, here) in one.differ.items()
        ),
    ]


def _row(one: Entry) -> str:
    place = one.values.get("location") or one.values.get("place") or ""
    parts = (one.id, str(one.first or "no day"), place, one.fine or one.kind or "")
    return "  ".join(_short(part) for part in parts if part)


def _summed(found: Comparison) -> str:
    by_id = sum(one.how == "id" for one in found.matched)
    return (
        f"{count(len(found.matched), 'row')} matched, {by_id:,} by id; {len(found.only_there):,} only there, "
        f"{len(found.only_here):,} only here."
    )


# Diff


def _change(one: Change) -> list[str]:
    sign = {"added": "+", "withdrawn": "-", "changed": "~"}[one.what]
    return [
        f"{sign} {one.id}  {one.type or 'no type'}  “{_short(one.sentence)}”  {_short(one.origin)}",
        *(f"    {name}: {_short(old) or '—'} → {_short(new) or '—'}" for name, (old, new) in one.fields.items()),
    ]


def _counted(counts: Counts) -> str:
    fields: Mapping[str, int] = dict(counts.fields.most_common())
    told = f" ({', '.join(f'{name} {number:,}' for name, number in fields.items())})" if fields else ""
    return (
        f"{counts.same:,} the same, {counts.changed:,} changed{told}, {counts.added:,} added, "
        f"{counts.withdrawn:,} withdrawn; documents: {counts.documents_added:,} added, "
        f"{counts.documents_withdrawn:,} withdrawn."
    )


def _short(words: str) -> str:
    from byline.cli.view import clean

    shown = clean(" ".join(words.split()))
    return shown if len(shown) <= WORDS else shown[: WORDS - 1].rstrip() + "…"


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    """Tells on a terminal how many rows were read."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console

    with Console(stderr=True).status("comparing") as status:
        yield lambda done: status.update(f"{done:,} rows read")
