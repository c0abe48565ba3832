"""The commands of a team: byline team assign, progress, agreement."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from byline.cli.options import count, existing, note, option_db, option_format, whoever

if TYPE_CHECKING:
    from byline.project.agreement import Agreement, Row

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group(epilog="Example: byline team progress")
def team() -> None:
    """Give documents to coders, and see how far each is and how far they agree."""


@team.command(epilog="Example: byline team assign --to ana --to ben --second cleo --double 20 --sample 200 --seed 7")
@click.option("--to", "coders", multiple=True, required=True, metavar="NAME", help="Who codes; several are dealt to.")
@click.option("--second", "seconds", multiple=True, metavar="NAME", help="Who codes blind, besides.")
@click.option("--double", default=100, show_default=True, metavar="N", help="Of each hundred, so many are coded twice.")
@click.option("--sample", type=int, metavar="N", help="Draw so many (default: all that nobody has yet).")
@click.option("--seed", default=0, show_default=True, metavar="N", help="Draw another sample.")
@click.option("--training", is_flag=True, help="To learn on: reports that are decided on; each codes all of them.")
@click.option("--batch", default="", metavar="NAME", help="What they are told by.")
@click.option("--type", "kind", metavar="TYPE", help="Reports with such an event.")
@click.option("--status", metavar="STATUS", help="Reports with such an event.")
@click.option("--place", metavar="NAME", help="Reports with an event there, or in that country.")
@click.option("--words", metavar="WORDS", help="Reports that hold them.")
@click.option("--since", type=_DAY, metavar="DAY", help="Reports with an event on that day or later.")
@click.option("--until", type=_DAY, metavar="DAY", help="Reports with an event on that day or earlier.")
@option_db
def assign(db: str, files: Path | None, **how: Any) -> None:
    """Give reports to coders: of those that nobody has yet, all or a sample, narrowed as asked.

    A second coder is blind: nothing of what the first decides is shown to them until an adjudicator has settled it.
    """
    from byline.project import Project, teams

    with Project(database=existing(db), files=files) as project:
        wanted = teams.Wanted(
            coders=how["coders"],
            seconds=how["seconds"],
            double=how["double"],
            filters=_filters(how),
            sample=how["sample"],
            seed=how["seed"],
            training=how["training"],
            batch=how["batch"],
        )
        done = teams.assign(project.store, wanted, by=whoever())
    twice = f", {done.doubled:,} of them to two" if done.doubled else ""
    note(f"{count(done.documents, 'document')} given out{twice}: batch {done.batch!r}.")


@team.command(epilog="Example: byline team progress --format json")
@option_format("json", says="For people, or one JSON array.")
@option_db
def progress(form: str, db: str, files: Path | None) -> None:
    """Tell how far each coder is."""
    from byline.project import Project, teams

    with Project(database=existing(db), files=files) as project:
        found = teams.progress(project.store)
    if form == "json":
        click.echo(json.dumps([asdict(one) for one in found], indent=2))
        return
    width = max((len(one.coder) for one in found), default=5)
    for one in found:
        told = f"{one.coder:<{width}}  {one.part:<8}  {one.done:>6,} of {one.documents:>6,} done"
        click.echo(f"{told}{f', {one.settled:,} settled' if one.part in ('first', 'second') else ''}")
    if not found:
        note("Nothing was given out yet.")


@team.command(epilog="Example: byline team agreement --format json")
@option_format("json", says="For people, or one JSON array.")
@option_db
def agreement(form: str, db: str, files: Path | None) -> None:
    """Tell how far coders agree, by field and pair of coders: Krippendorff's alpha of what both have finished."""
    from byline.deciding import EVERYTHING
    from byline.project import Project
    from byline.project import agreement as measured

    with Project(database=existing(db), files=files) as project:
        found = measured.agreement(project.store, viewer=EVERYTHING)
    if form == "json":
        click.echo(json.dumps([asdict(one) for one in found], indent=2))
        return
    for one in found:
        click.echo("\n".join(_told(one)))
    if not found:
        note("No report was finished by two coders yet.")


def _told(one: Agreement) -> list[str]:
    who = " and ".join(one.coders) or "all pairs of coders"
    return [
        f"{who}: {count(one.documents, 'report')}, {count(one.paired, 'event')} that both have, "
        f"{one.unpaired:,} that one has",
        f"  {'field':<22}{'measure':<10}{'alpha':>6}  {'95 of 100':<14}{'n':>6}  {'same':>5}  worth",
        *map(_line, one.rows),
    ]


def _line(row: Row) -> str:
    alpha = "–" if row.alpha is None else f"{row.alpha:.2f}"
    between = "" if row.low is None or row.high is None else f"{row.low:.2f} to {row.high:.2f}"
    same = "" if row.equal is None else f"{row.equal:.0%}"
    return f"  {row.field:<22}{row.measure:<10}{alpha:>6}  {between:<14}{row.n:>6,}  {same:>5}  {row.worth}"


def _filters(how: dict[str, Any]) -> Any:
    from byline.review.asked import country_code
    from byline.store.views import Filters

    def day(given: datetime | None) -> Any:
        return given.date() if given is not None else None

    code = country_code(how["place"]) if how["place"] else None
    return Filters(
        type=how["kind"],
        status=how["status"],
        place=how["place"] if code is None else None,
        countries=(code,) if code else (),
        words=how["words"],
        since=day(how["since"]),
        until=day(how["until"]),
    )
