"""The command that writes a page to look at: report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from byline.cli.exported import chosen, selecting, telling
from byline.cli.options import count, existing, note, option_db


@click.command(epilog="Example: byline report report.html --from 2021-03-01 --status reported")
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False), metavar="OUT")
@click.option("--title", metavar="WORDS", help="What stands at its head.")
@selecting
@click.option("--unmask", is_flag=True, help="Show the names of private persons; byline.toml must allow it.")
@click.option("--overwrite", is_flag=True, help="Replace OUT and its report where they are there already.")
@option_db
def report(out: Path, title: str | None, **how: Any) -> None:
    """Write a page to look at and to print: OUT, one HTML file that needs nothing else.

    It has a map, a timeline, counts by type and place, who tells what and how independently, where reports differ,
    what does not add up, and the incidents with the sentences they rest on. Names of private persons are masked. Run
    byline link and byline audit first. OUT.loss.json beside it says what was left out.
    """
    from byline.project import ExportOptions, Project, reporting

    selection = chosen(how)
    with Project(database=existing(how["db"]), files=how["files"]) as project, telling() as told:
        options = ExportOptions(selection=selection, unmask=how["unmask"], overwrite=how["overwrite"], progress=told)
        done = reporting.report(project, out, options=options, title=title)
    note(
        f"{count(done.losses.written, 'incident')} of {count(done.masking.documents, 'document')} shown in {out}; "
        f"{count(done.masking.names_masked, 'name')} masked."
    )


COMMANDS = (report,)
