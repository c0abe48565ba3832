"""The command that opens the page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from byline.cli.options import existing, note, option_db

if TYPE_CHECKING:
    from byline.review import Link

_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command(epilog="Example: byline review")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Where to serve it; any but this machine needs TLS."
)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: any that is free.")
@click.option("--no-open", is_flag=True, help="Print the link, and open no browser.")
@click.option("--reviewer", metavar="NAME", help="Who decides, where nobody signs in (default: your name here).")
@click.option("--accounts", "team", is_flag=True, help="Have people sign in, on this machine too.")
@click.option("--name", "names", multiple=True, metavar="NAME", help="A name people reach it by; others are refused.")
@click.option("--certificate", type=_FILE, metavar="FILE", help="The certificate to speak TLS with, PEM.")
@click.option("--key", type=_FILE, metavar="FILE", help="Its key, PEM.")
@click.option("--behind-proxy", is_flag=True, help="A proxy before it speaks TLS, and tells who asks.")
@option_db
def review(db: str, files: Path | None, no_open: bool, reviewer: str | None, **where: Any) -> None:
    """Open the page that shows what was coded: a queue of events, reports with the words marked, map, timeline.

    On this machine a link opens one browser, once; a new one is printed for the next. With --accounts, or on any other
    host, people sign in to accounts, which byline user add makes. Control-C ends it.
    """
    from byline.project import Project
    from byline.review import Address, serve

    address = Address(**where)
    with Project(database=existing(db), files=files) as project:
        serve(project, address, say=_say, browse=not no_open, reviewer=reviewer)


def _say(link: Link) -> None:
    if link.signs_in:
        note(f"The page is at {link.url}\nPeople sign in there. Control-C ends it.")
    elif link.first:
        note(f"The page is at {link.url}\nThe link opens one browser, once. Control-C ends it.")
    else:
        note(f"Opened. For another browser: {link.url}")
