"""The command that opens the page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from byline.cli.options import existing, note, option_db

if TYPE_CHECKING:
    from byline.review import Link


@click.command(epilog="Example: byline review")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to serve it: this machine alone, as yet.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: any that is free.")
@click.option("--no-open", is_flag=True, help="Print the link, and open no browser.")
@option_db
def review(host: str, port: int, no_open: bool, db: str, files: Path | None) -> None:
    """Open the page that shows what was coded: a queue of events, reports with the words marked, map, timeline.

    The link opens one browser, once; a new one is printed for the next. Control-C ends it.
    """
    from byline.project import Project
    from byline.review import Address, serve

    address = Address(host=host, port=port)
    with Project(database=existing(db), files=files) as project:
        serve(project, address, say=_say, browse=not no_open)


def _say(link: Link) -> None:
    if link.first:
        note(f"The page is at {link.url}\nThe link opens one browser, once. Control-C ends it.")
    else:
        note(f"Opened. For another browser: {link.url}")
