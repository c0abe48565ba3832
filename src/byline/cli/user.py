"""The commands of accounts: byline user add, list, role, disable, enable, password, token, totp, log."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from byline.cli.options import count, existing, note, option_db, option_format, whoever

if TYPE_CHECKING:
    from byline.project.accounts import Account

# As byline.deciding.viewing has them, which is not loaded for --help alone.
ROLES = ("reader", "coder", "adjudicator", "admin")

_role = click.option("--role", type=click.Choice(ROLES), default="coder", show_default=True, help="What it may do.")
_ask = click.option("--ask", is_flag=True, help="Ask for the password here (default: one is made up, and printed).")


class _Commands(click.Group):
    """Commands in the order in which they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=_Commands, epilog="Example: byline user add ana --role coder")
def user() -> None:
    """Make and change the accounts that people sign in to on the page (byline review --accounts).

    Roles, each of which may do what those before it may: reader, coder, adjudicator, admin.
    """


@user.command(epilog="Example: byline user add ana --role coder")
@click.argument("name")
@_role
@_ask
@option_db
def add(name: str, role: str, ask: bool, db: str, files: Path | None) -> None:
    """Make an account, and print the password it is given, which is to be changed at the first sign-in."""
    from byline.project import accounts

    with _project(db, files) as project:
        given = accounts.add(project.store, name, role=role, by=whoever(), password=_asked(ask))  # type: ignore[arg-type]
    if not ask:
        click.echo(given)
    more = "" if ask else " The password above is not shown again; it is changed at the first sign-in."
    note(f"{name} is {_a(role)}.{more}")


@user.command("list", epilog="Example: byline user list --format json")
@option_format("json", says="For people, or one JSON array.")
@option_db
def list_(form: str, db: str, files: Path | None) -> None:
    """Tell who has an account, with which role."""
    from byline.project import accounts

    with _project(db, files) as project:
        found = accounts.everyone(project.store)
    if form == "json":
        click.echo(json.dumps([asdict(one) for one in found], indent=2))
        return
    width = max((len(one.name) for one in found), default=4)
    for one in found:
        click.echo(f"{one.name:<{width}}  {one.role:<11}  {_state(one)}".rstrip())
    note(f"{count(len(found), 'account')}.")


@user.command(epilog="Example: byline user role ana adjudicator")
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
@option_db
def role(name: str, role: str, db: str, files: Path | None) -> None:
    """Give an account another role."""
    from byline.project import accounts

    with _project(db, files) as project:
        accounts.set_role(project.store, name, role=role, by=whoever())  # type: ignore[arg-type]
    note(f"{name} is {_a(role)} now.")


@user.command(epilog="Example: byline user disable ana")
@click.argument("name")
@click.option("--undo", is_flag=True, help="Open it again.")
@option_db
def disable(name: str, undo: bool, db: str, files: Path | None) -> None:
    """Close an account with its sessions and tokens. What it decided stays."""
    from byline.project import accounts

    with _project(db, files) as project:
        accounts.disable(project.store, name, by=whoever(), disabled=not undo)
    note(f"{name} can sign in again." if undo else f"{name} cannot sign in any more.")


@user.command(epilog="Example: byline user password ana")
@click.argument("name")
@_ask
@option_db
def password(name: str, ask: bool, db: str, files: Path | None) -> None:
    """Give an account another password, as for one who lost theirs, and end its sessions."""
    from byline.project import accounts

    with _project(db, files) as project:
        given = accounts.set_password(project.store, name, by=whoever(), password=_asked(ask))
    if not ask:
        click.echo(given)
    note(f"{name} has a new password" + ("." if ask else ", to be changed at the next sign-in; it is not shown again."))


@user.command(epilog="Example: byline user token ana --for 'weekly export' --days 30")
@click.argument("name")
@click.option("--for", "label", default="", metavar="WORDS", help="What it is for.")
@click.option("--days", default=90, show_default=True, help="How long it is good.")
@click.option("--list", "listed", is_flag=True, help="Tell the account's tokens, and make none.")
@click.option("--withdraw", metavar="ID", help="Make a token good for nothing.")
@option_db
def token(name: str, db: str, files: Path | None, **how: Any) -> None:
    """Print a token by which a program reads the API as NAME; it changes nothing, and is not shown again."""
    from byline.project import accounts

    with _project(db, files) as project:
        if how["listed"]:
            for one in accounts.tokens(project.store, name):
                click.echo(f"{one.id}  until {one.until[:10]}  {one.label}".rstrip())
        elif how["withdraw"]:
            accounts.withdraw_token(project.store, name, id=how["withdraw"], by=whoever())
            note(f"{how['withdraw']} is good for nothing now.")
        else:
            click.echo(accounts.make_token(project.store, name, label=how["label"], by=whoever(), days=how["days"]))
            note(f"The token above reads as {name} for {count(how['days'], 'day')}. It is not shown again.")


@user.command(epilog="Example: byline user totp ana --off")
@click.argument("name")
@click.option("--off", is_flag=True, help="Ask for no code any more, as for one who lost the device.")
@option_db
def totp(name: str, off: bool, db: str, files: Path | None) -> None:
    """Tell whether an account asks for one-time codes, or have it ask for none.

    Its owner sets them up on the page, under their account.
    """
    from byline.project import accounts

    with _project(db, files) as project:
        if off:
            accounts.drop_codes(project.store, name, by=whoever())
        asks = accounts.account(project.store, name).codes
    click.echo(f"{name} signs in {'with' if asks else 'without'} a one-time code.")


@user.command(epilog="Example: byline user log --format jsonl")
@option_format("jsonl", says="For people, or one JSON object a line.")
@option_db
def log(form: str, db: str, files: Path | None) -> None:
    """Print what was done, the earliest first: sign-ins, accounts, assignments, decisions, exports from the page.

    Each line is chained to the one before by its hash. byline verify names the first that does not hold; a line cut off
    at the end shows where the last hash, printed here, was noted elsewhere.
    """
    from byline.cli.view import clean
    from byline.store import trail

    last = None
    with _project(db, files) as project:
        for last in trail.lines(project.store):
            if form == "jsonl":
                click.echo(json.dumps(asdict(last)))
            else:
                told = f"{last.number:>6}  {last.at[:19]}Z  {last.who or '(nobody known)'}  {last.what}  {last.about}"
                click.echo(clean(f"{told}{f'  ({last.note})' if last.note else ''}").rstrip())
    note(f"{count(last.number, 'line')}; the hash of the last is {last.hash}." if last else "Nothing was done yet.")


def _project(db: str, files: Path | None) -> Any:
    from byline.project import Project

    return Project(database=existing(db), files=files)


def _asked(ask: bool) -> str | None:
    return click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True) if ask else None


def _a(role: str) -> str:
    return f"an {role}" if role[0] == "a" else f"a {role}"


def _state(one: Account) -> str:
    told = [
        "closed" if one.disabled else "",
        "has to change the password" if one.must_change else "",
        "one-time codes" if one.codes else "",
    ]
    return ", ".join(filter(None, told))
