"""What commands have in common: their options, and how they speak on standard error."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from byline.errors import BylineError

# What an option is put on: the function of a command, which it leaves of its type.
Command = TypeVar("Command", bound=Callable[..., Any])


def option_db(function: Command) -> Command:
    """The options --db and --files."""
    function = click.option(
        "--files",
        type=click.Path(path_type=Path),
        default=None,
        help="Folder for the files beside it (default: NAME.files beside NAME.db).",
    )(function)
    return click.option("--db", default="byline.db", show_default=True, help="The database: a path, or a URL.")(
        function
    )


def option_format(machine: str, *, says: str) -> Callable[[Command], Command]:
    """The option --format: a table, or what machines read."""
    kinds = click.Choice(["table", machine])
    return click.option("--format", "form", type=kinds, default="table", show_default=True, help=says)


def option_overwrite(function: Command) -> Command:
    """The option --overwrite."""
    return click.option("--overwrite", is_flag=True, help="Replace what is there already.")(function)


def existing(db: str) -> str:
    """The database of a command that reads. Raises BylineError where there is none."""
    if "://" not in db and not Path(db).exists():
        raise BylineError(
            f"{db} is not there; code a report first (byline code REPORT), or name the database with --db"
        )
    return db


def note(words: str) -> None:
    """Says something on standard error."""
    click.echo(words, err=True)


def count(number: int, noun: str) -> str:
    """A number of things, in words."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def whoever() -> str:
    """Who is told in the trail: the name that someone has on this machine."""
    try:
        return f"{getpass.getuser()} (command line)"
    except (OSError, KeyError, ImportError):
        return "(command line)"
