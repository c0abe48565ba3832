"""The command query: SQL over the documented views, for people and for programs."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from byline.cli.options import count, existing, note, option_db

if TYPE_CHECKING:
    from byline.project import Project
    from byline.project.querying import Answer, Limits

SHOWN_ROWS: Final = 100
"""Rows that a table shows where no number is asked for."""

LONGEST_CELL: Final = 80
"""Characters of a cell that a table shows."""

# Characters that steer a terminal or turn the direction of what it shows; JSON can name each by its number.
_STEERING = re.compile("[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

SAID_EACH: Final = 1_000


@click.command(epilog="Example: byline query 'SELECT type, count(*) AS events FROM v_events GROUP BY type'")
@click.argument("sql", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json", "jsonl"]),
    default="table",
    show_default=True,
    help="For people; comma-separated values; one JSON array; one JSON object a line.",
)
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="So many rows at most (a table: 100; 0: all).")
@click.option("--seconds", type=click.FloatRange(min=0.001), default=30.0, show_default=True, help="End it after this.")
@click.option(
    "--parquet",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Ask an exported Parquet file or folder, whose rows are the table events, and no database.",
)
@click.option("--views", "listed", is_flag=True, help="List the views and their columns, and ask nothing.")
@option_db
def query(sql: str | None, form: str, listed: bool, db: str, files: Path | None, **how: Any) -> None:
    """Ask the database in SQL: one SELECT over documented views, read only.

    SQL is - to read it from standard input. The views hold documents, events, places, actors, quantities, evidence,
    sources, incidents, findings, decisions and copies, as people's decisions left them; --views lists their columns.
    Names of private persons are masked, as in exports.
    """
    from byline.project import Project, querying

    if listed:
        click.echo("\n".join(_views()))
        return
    if sql is None:
        raise click.UsageError("give a query, or --views to see what can be asked")
    asked = sys.stdin.read() if sql == "-" else sql
    limits = querying.Limits(seconds=how["seconds"])
    if how["parquet"] is not None:
        with querying.ask_parquet(how["parquet"], asked, limits=limits) as answer:
            _tell(answer, form=form, limit=how["limit"])
        return
    with Project(database=existing(db), files=files) as project:
        with _asked(project, asked, limits) as answer:
            _tell(answer, form=form, limit=how["limit"])
        if missing := querying.left_out(project):
            note(
                f"The events of {count(missing, 'document')} are left out: an older Byline coded them, and did not "
                "look for persons to mask. Code them again (byline code)."
            )


@contextmanager
def _asked(project: Project, sql: str, limits: Limits) -> Iterator[Answer]:
    from byline.project import querying

    with querying.ask(project, sql, limits=limits, progress=_progress()) as answer:
        yield answer


def _progress() -> Callable[[int], None]:
    told = 0

    def progress(done: int) -> None:
        nonlocal told
        if done - told >= SAID_EACH:
            told = done
            note(f"{done:,} documents made ready to be asked; this is done once.")

    return progress


def _tell(answer: Answer, *, form: str, limit: int | None) -> None:
    most = SHOWN_ROWS if limit is None and form == "table" else limit or None
    rows = islice(answer.rows, None if most is None else most + 1)
    names = _names(answer.columns)
    counted = _Counted(rows=rows, most=most)
    for line in {"table": _table, "csv": _csv, "json": _json, "jsonl": _jsonl}[form](names, iter(counted)):
        click.echo(line)
    more = "; there are more. Give --limit with a number, or 0 for all" if counted.more else ""
    note(f"{'The first ' if counted.more else ''}{count(counted.number, 'row')}{more}.")


@dataclass
class _Counted:
    """The rows of an answer, at most so many; how many they were, and whether there are more."""

    rows: Iterator[Sequence[Any]]
    most: int | None
    number: int = 0
    more: bool = False

    def __iter__(self) -> Iterator[Sequence[Any]]:
        for row in self.rows:
            if self.number == self.most:
                self.more = True
                return
            self.number += 1
            yield row


def _names(columns: Sequence[str]) -> list[str]:
    """Names of columns, each once: a second "count" is "count_2"."""
    seen: dict[str, int] = {}
    for name in columns:
        seen[name] = seen.get(name, 0) + 1
    repeated: dict[str, int] = {}
    found = []
    for name in columns:
        repeated[name] = repeated.get(name, 0) + 1
        found.append(f"{name}_{repeated[name]}" if repeated[name] > 1 else name)
    return found


# How an answer is told


def _csv(names: list[str], rows: Iterator[Sequence[Any]]) -> Iterator[str]:
    from byline.export.cells import cell

    yield _csv_line(names)
    for row in rows:
        yield _csv_line([cell(one) for one in map(_plain, row)])


def _csv_line(row: Sequence[Any]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(row)
    return line.getvalue()


def _json(names: list[str], rows: Iterator[Sequence[Any]]) -> Iterator[str]:
    """One array, an object a line, given out as it comes."""
    last: str | None = None
    for line in _jsonl(names, rows):
        yield "[" if last is None else f"{last},"
        last = line
    yield from ("[]",) if last is None else (last, "]")


def _jsonl(names: list[str], rows: Iterator[Sequence[Any]]) -> Iterator[str]:
    for row in rows:
        words = json.dumps(dict(zip(names, map(_plain, row), strict=True)), ensure_ascii=False)
        yield _STEERING.sub(lambda match: f"\\u{ord(match.group()):04x}", words)


def _plain(value: Any) -> Any:
    """A value as JSON and CSV have it."""
    match value:
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case bytes() | memoryview():
            return bytes(value).hex()
        case Mapping():
            return {str(name): _plain(one) for name, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case None | str() | int() | float():
            return value
    return str(value)


def _table(names: list[str], rows: Iterator[Sequence[Any]]) -> Iterator[str]:
    """Rows beneath each other where they fit into the width, else each as a block of its own."""
    from byline.cli.view import console

    told = [[_cell(one) for one in row] for row in rows]
    numeric = [all(_is_number(row[at]) for row in told) for at in range(len(names))]
    widths = [max([len(name), *(len(row[at]) for row in told)]) for at, name in enumerate(names)]
    if sum(widths) + 2 * (len(widths) - 1) <= console().width:
        yield "  ".join(_fitted(*one) for one in zip(names, widths, numeric, strict=True)).rstrip()
        yield "  ".join("─" * width for width in widths)
        for row in told:
            yield "  ".join(_fitted(*one) for one in zip(row, widths, numeric, strict=True)).rstrip()
        return
    longest = max(map(len, names))
    for number, row in enumerate(told, 1):
        yield f"── row {number} " + "─" * 20
        yield from (f"{name:<{longest}}  {one}".rstrip() for name, one in zip(names, row, strict=True))


def _fitted(words: str, width: int, right: bool) -> str:
    return words.rjust(width) if right else words.ljust(width)


def _is_number(words: str) -> bool:
    return not words or words.replace(",", "").replace(".", "", 1).lstrip("-").isdigit()


def _cell(value: Any) -> str:
    from byline.cli.view import clean

    plain = _plain(value)
    if plain is None:
        return ""
    if type(plain) is float:
        return f"{plain:.10g}"
    words = clean(json.dumps(plain, ensure_ascii=False) if isinstance(plain, list | dict) else str(plain))
    return words if len(words) <= LONGEST_CELL else words[: LONGEST_CELL - 1] + "…"


def _views() -> Iterator[str]:
    """The views with their columns."""
    from byline.project import querying

    for view in querying.views().values():
        yield view.name
        yield f"  {view.says}"
        longest = max(len(column.name) for column in view.columns)
        yield from (f"    {column.name:<{longest}}  {column.kind:<7}  {column.says}" for column in view.columns)
        yield ""
