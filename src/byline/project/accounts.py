"""The verbs of accounts: make, change, sign in and out, read tokens. Each is told in the trail.

An account is in the database alone. What opens one, passwords, one-time codes, sessions, read tokens, is never told.
"""

from __future__ import annotations

import re
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import pyotp

from byline.deciding.viewing import ROLES, Role, Viewer
from byline.errors import AccountError, NotFoundError, StoreError
from byline.model import sha256
from byline.project import passwords
from byline.store import Store, assignments, trail
from byline.store import accounts as kept
from byline.store.accounts import Account, Token

__all__ = ["Account", "Opened", "SignIn", "Token"]

IDLE: Final = timedelta(hours=2)
"""A session that was not used for so long has expired: longer than a meeting, shorter than a lunch and one."""

WHOLE: Final = timedelta(hours=12)
"""No session is longer, used or not: a working day."""

TOUCHED: Final = timedelta(minutes=1)
"""The use of a session is noted no more often: each note is a write."""

TOKEN_DAYS: Final = 90
"""Days for which a read token is good, where nothing else is asked for."""

MOST_TOKEN_DAYS: Final = 3650

WINDOW: Final = timedelta(minutes=15)
MOST_BY_ACCOUNT: Final = 10
MOST_BY_ADDRESS: Final = 50
"""Failed sign-ins in a window after which none is looked at: of one account, and from one address, from which a whole
newsroom may come. Ten guesses in a quarter of an hour are 350,000 a year: nothing against twelve letters."""

STEP: Final = 30
"""Seconds for which a one-time code is good; that of the step before or after is taken too, as clocks differ."""

ISSUER: Final = "Byline"
LONGEST_LABEL: Final = 100

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")

REFUSED: Final = "no account opens with this name, password and code"
"""What every failed sign-in is told: whether the name, the password or the code was wrong is nobody's to know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """What is filled in to sign in, and from where: `code` is the one-time code, "" where none is used."""

    name: str
    password: str
    code: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An open session: of whom, and what documents they are blind to."""

    account: Account
    viewer: Viewer


# Accounts


def everyone(store: Store) -> tuple[Account, ...]:
    """All accounts, by name."""
    return kept.everyone(store)


def account(store: Store, name: str) -> Account:
    """The account of a name. Raises NotFoundError."""
    found = kept.account(store, name)
    if found is None:
        raise NotFoundError(f"no account is called {name!r}; byline user list shows those there are")
    return found


def add(store: Store, name: str, *, role: Role, by: str, password: str | None = None) -> str:
    """Makes an account, and gives its password: the one given, else one made up, to be changed at the first sign-in.

    Raises AccountError where the name is taken or is none, or the password not good enough.
    """
    if not _NAME.fullmatch(name):
        raise AccountError(f"{name!r} is no name; use up to 64 letters, digits and . _ @ - without spaces")
    _check_role(role)
    given = password if password is not None else passwords.made_up()
    passwords.check(given, name=name)
    hashed = passwords.hashed(given)
    with store.transaction():
        if any(one.name.lower() == name.lower() for one in kept.everyone(store)):
            raise AccountError(f"an account is called {name} already; byline user list shows it")
        kept.add(store, name, role=role, password=hashed, must_change=password is None, at=moment())
        trail.add(store, who=by, what="account made", about=name, note=role)
    return given


def set_role(store: Store, name: str, *, role: Role, by: str) -> None:
    """Gives an account another role. Raises AccountError where nobody could give roles any more."""
    _check_role(role)
    with store.transaction():
        before = account(store, name)
        if role != "admin":
            _keep_an_admin(store, before)
        kept.change(store, name, role=role)
        trail.add(store, who=by, what="role changed", about=name, note=f"{before.role} to {role}")


def disable(store: Store, name: str, *, by: str, disabled: bool = True) -> None:
    """Closes an account, its sessions and its tokens, or opens it again; what was decided by it stays.

    Raises AccountError where no admin would be left.
    """
    with store.transaction():
        one = account(store, name)
        if disabled:
            _keep_an_admin(store, one)
            kept.close_sessions(store, name)
        kept.change(store, name, disabled=int(disabled))
        trail.add(store, who=by, what="account disabled" if disabled else "account enabled", about=name)


def set_password(store: Store, name: str, *, by: str, password: str | None = None) -> str:
    """Gives an account another password, as an admin does for whoever lost theirs, and ends its sessions; the password.

    One that is made up is to be changed at the next sign-in. Failed sign-ins are forgotten. Raises AccountError where
    the password is not good enough.
    """
    account(store, name)
    given = password if password is not None else passwords.made_up()
    passwords.check(given, name=name)
    hashed = passwords.hashed(given)
    with store.transaction():
        kept.change(store, name, password=hashed, must_change=int(password is None))
        kept.close_sessions(store, name)
        kept.forgive(store, f"account {name}")
        trail.add(store, who=by, what="password set", about=name)
    return given


def change_password(store: Store, name: str, *, old: str, new: str, session: str) -> None:
    """Changes one's own password, and ends one's other sessions. Raises AccountError where `old` is not it, or `new` is
    not good enough."""
    check_password(store, name, password=old)
    if old == new:
        raise AccountError("the new password is the old one; choose another")
    passwords.check(new, name=name)
    hashed = passwords.hashed(new)
    with store.transaction():
        kept.change(store, name, password=hashed, must_change=0)
        kept.close_sessions(store, name, but=sha256(session))
        trail.add(store, who=name, what="password changed", about=name)


def check_password(store: Store, name: str, *, password: str) -> None:
    """Raises AccountError where a password is not that of an account, or too many were tried."""
    _spend_attempt(store, name)
    found = kept.secrets(store, name)
    if not passwords.is_it(password, found.password if found else None):
        raise AccountError("the password is another")
    kept.forgive(store, f"account {name}")


# One-time codes


def new_codes(name: str) -> tuple[str, str]:
    """A secret for one-time codes, and the address that an app reads from a picture of it. Nothing is kept yet."""
    secret = pyotp.random_base32()
    return secret, codes_address(name, secret)


def codes_address(name: str, secret: str) -> str:
    """The address by which an app takes a secret in."""
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(name=name, issuer_name=ISSUER)


def use_codes(store: Store, name: str, *, secret: str, code: str) -> None:
    """Asks for one-time codes of a secret from now on. Raises AccountError where `code` is not one of it."""
    if not re.fullmatch(r"[A-Z2-7]{32}", secret) or (step := _step_of(secret, code)) is None:
        raise AccountError("the code is not the one of now; check the clock of the device that shows it")
    with store.transaction():
        if account(store, name).codes:
            raise AccountError("codes are asked for already; turn them off first, then set them up anew")
        kept.change(store, name, totp=secret, totp_used=step)
        trail.add(store, who=name, what="one-time codes on", about=name)


def drop_codes(store: Store, name: str, *, by: str) -> None:
    """Asks for one-time codes no more."""
    with store.transaction():
        account(store, name)
        kept.change(store, name, totp=None, totp_used=0)
        trail.add(store, who=by, what="one-time codes off", about=name)


# Signing in


def sign_in(store: Store, given: SignIn) -> str:
    """Opens a session, and gives what the browser's cookie is to hold.

    Raises AccountError, which does not say what was wrong; or that there were too many that failed.
    """
    name, address = given.name[:64], given.address[:64]
    _spend_attempt(store, name, address)
    found, one = kept.secrets(store, name), kept.account(store, name)
    good = passwords.is_it(given.password[: passwords.LONGEST + 1], found.password if found else None)
    if not good or found is None or one is None or one.disabled or not _code_is_good(store, name, found, given.code):
        trail.add(store, who=name if one else "", what="sign-in failed", note=address)
        raise AccountError(REFUSED)
    session = secrets.token_urlsafe(32)
    now = _now()
    with store.transaction():
        kept.drop_expired(
            store,
            began_before=moment(now - WHOLE),
            used_before=moment(now - IDLE),
            failed_before=moment(now - WINDOW),
        )
        kept.open_session(store, sha256(session), account=name, at=moment(now))
        kept.forgive(store, f"account {name}")
        kept.take_back(store, f"address {address}")
        trail.add(store, who=name, what="signed in", note=address)
    return session


def opened(store: Store, session: str) -> Opened | None:
    """Who has an open session; None for one that is closed or expired. That it was used is noted."""
    now, key = _now(), sha256(session)
    found = kept.session(store, key, began_since=moment(now - WHOLE), used_since=moment(now - IDLE))
    if found is None:
        return None
    one, last = found
    if last < moment(now - TOUCHED):
        with suppress(StoreError):  # while a run is loaded nobody else writes; a minute later is as good
            kept.touch_session(store, key, at=moment(now))
    return Opened(account=one, viewer=_viewer(store, one))


def sign_out(store: Store, session: str, *, name: str) -> None:
    """Ends a session."""
    with store.transaction():
        kept.close_session(store, sha256(session))
        trail.add(store, who=name, what="signed out")


def sign_out_elsewhere(store: Store, session: str, *, name: str) -> None:
    """Ends all of one's sessions but this."""
    with store.transaction():
        kept.close_sessions(store, name, but=sha256(session))
        trail.add(store, who=name, what="signed out", note="all other sessions")


# Read tokens


def make_token(store: Store, name: str, *, label: str, by: str, days: int = TOKEN_DAYS) -> str:
    """A read token for the API, good for some days; it is told here and never again. Raises AccountError for a number
    of days that is none, NotFoundError for no account."""
    if not 1 <= days <= MOST_TOKEN_DAYS:
        raise AccountError(f"a token is good for 1 to {MOST_TOKEN_DAYS:,} days")
    account(store, name)
    token, now = f"byline_{secrets.token_urlsafe(32)}", _now()
    made = Token(
        id=f"t{secrets.token_hex(4)}",
        account=name,
        label=label.strip()[:LONGEST_LABEL],
        made_at=moment(now),
        until=moment(now + timedelta(days=days)),
    )
    with store.transaction():
        kept.add_token(store, sha256(token), token=made)
        trail.add(store, who=by, what="token made", about=name, note=made.id)
    return token


def tokens(store: Store, name: str) -> tuple[Token, ...]:
    """The read tokens of an account, without what they are."""
    account(store, name)
    return kept.tokens_of(store, name)


def withdraw_token(store: Store, name: str, *, id: str, by: str) -> None:
    """Makes a read token good for nothing. Raises NotFoundError where the account has none of that id."""
    with store.transaction():
        if not kept.drop_token(store, id, account=name):
            raise NotFoundError(f"{name} has no token {id!r}; byline user token {name} --list shows those there are")
        trail.add(store, who=by, what="token withdrawn", about=name, note=id)


def bearer(store: Store, token: str) -> Viewer | None:
    """Whose read token it is: they see what they see on the page, and write nothing; None for none that is good."""
    one = kept.bearer(store, sha256(token), at=moment()) if token.startswith("byline_") else None
    return _viewer(store, one) if one else None


def person(store: Store, name: str) -> Viewer:
    """Whoever works alone on this machine under a name: they may do all, and are blind where they code second."""
    return Viewer(name=name, role="admin", blind=assignments.blind(store, name))


def _viewer(store: Store, one: Account) -> Viewer:
    return Viewer(name=one.name, role=one.role, blind=assignments.blind(store, one.name))


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise AccountError(f"{role!r} is no role; choose one of {', '.join(ROLES)}")


def _keep_an_admin(store: Store, one: Account) -> None:
    others = [other for other in kept.everyone(store) if other.role == "admin" and not other.disabled]
    if one.role == "admin" and not one.disabled and [other.name for other in others] == [one.name]:
        raise AccountError(f"{one.name} is the only admin; make another account one first")


def _spend_attempt(store: Store, name: str, address: str | None = None) -> None:
    """Raises AccountError where too many attempts failed of late."""
    subjects = {f"account {name}": MOST_BY_ACCOUNT}
    if address is not None:
        subjects[f"address {address}"] = MOST_BY_ADDRESS
    now = _now()
    if not kept.attempt(store, subjects, at=moment(now), since=moment(now - WINDOW)):
        minutes = int(WINDOW.total_seconds() // 60)
        raise AccountError(f"too many sign-ins failed; wait {minutes} minutes, or ask an admin for a new password")


def _code_is_good(store: Store, name: str, found: kept.Secrets, code: str) -> bool:
    """Whether a one-time code is good, where one is asked for; it is then used up."""
    if found.totp is None:
        return True
    step = _step_of(found.totp, code)
    return step is not None and kept.use_code(store, name, step=step)


def _step_of(secret: str, code: str) -> int | None:
    """The half-minute whose code it is: that of now, of before or of next."""
    now = int(time.time()) // STEP
    digits = code.replace(" ", "")
    made = pyotp.TOTP(secret, interval=STEP)
    steps = [step for step in (now, now - 1, now + 1) if pyotp.utils.strings_equal(digits, made.at(step * STEP))]
    return steps[0] if steps else None


def _now() -> datetime:
    return datetime.now(UTC)


def moment(at: datetime | None = None) -> str:
    """A time, now by default, as accounts keep it."""
    return (at or _now()).strftime("%Y-%m-%dT%H:%M:%SZ")
