"""Who has an account, which sessions and read tokens are open, and which sign-ins failed of late: rows and no rules.

Sessions and tokens are kept by their hash: whoever reads the database cannot use one. Times are ISO 8601 in UTC, to the
second, so that their order is that of time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, delete, func, insert, or_, select, update

from byline.deciding.viewing import Role
from byline.store import Store
from byline.store.schema_teams import accounts, attempts, sessions, tokens

SHOWN: tuple[str, ...] = ("name", "role", "must_change", "disabled", "made_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person who may sign in. `codes`: a one-time code is asked for besides the password; `last_at`: when a session
    of theirs was last used, None where none is open."""

    name: str
    role: Role
    must_change: bool
    disabled: bool
    made_at: str
    codes: bool
    last_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What an account is opened with: argon2's hash, the secret of one-time codes, the half-minute of the last used."""

    password: str
    totp: str | None
    totp_used: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A read token, without what it is."""

    id: str
    account: str
    label: str
    made_at: str
    until: str


def add(store: Store, name: str, *, role: Role, password: str, must_change: bool, at: str) -> None:
    """Keeps a new account, whose name is not taken."""
    row = {"name": name, "role": role, "password": password, "must_change": int(must_change), "made_at": at}
    with store.writing() as connection:
        connection.execute(insert(accounts).values(row | {"totp_used": 0, "disabled": 0}))


def change(store: Store, name: str, **columns: Any) -> None:
    """Changes columns of an account."""
    with store.writing() as connection:
        connection.execute(update(accounts).where(accounts.c.name == name).values(columns))


def account(store: Store, name: str) -> Account | None:
    """The account of a name; None where there is none."""
    found = everyone(store, name=name)
    return found[0] if found else None


def everyone(store: Store, *, name: str | None = None) -> tuple[Account, ...]:
    """All accounts by name, or the one of a name."""
    last = select(func.max(sessions.c.last_at)).where(sessions.c.account == accounts.c.name).scalar_subquery()
    codes = accounts.c.totp.is_not(None).label("codes")
    query = select(*(accounts.c[one] for one in SHOWN), codes, last.label("last_at")).order_by(accounts.c.name)
    if name is not None:
        query = query.where(accounts.c.name == name)
    with store.reading() as connection:
        return tuple(_account(row) for row in connection.execute(query).mappings())


def secrets(store: Store, name: str) -> Secrets | None:
    """What an account is opened with; None where there is none."""
    query = select(accounts.c.password, accounts.c.totp, accounts.c.totp_used).where(accounts.c.name == name)
    with store.reading() as connection:
        row = connection.execute(query).mappings().first()
        return Secrets(**row) if row else None


def use_code(store: Store, name: str, *, step: int) -> bool:
    """Takes the code of a half-minute; False where it, or a later one, was taken before."""
    later = and_(accounts.c.name == name, accounts.c.totp_used < step)
    with store.writing() as connection:
        return connection.execute(update(accounts).where(later).values(totp_used=step)).rowcount == 1


# Sessions


def open_session(store: Store, key: str, *, account: str, at: str) -> None:
    """Keeps a session by the hash of what its cookie holds."""
    row = {"key": key, "account": account, "began_at": at, "last_at": at}
    with store.writing() as connection:
        connection.execute(insert(sessions).values(row))


def session(store: Store, key: str, *, began_since: str, used_since: str) -> tuple[Account, str] | None:
    """Whose session it is, and when it was last used; None for one that is closed, expired, or of a disabled account.

    It has expired where it began before `began_since`, or was last used before `used_since`.
    """
    codes = accounts.c.totp.is_not(None).label("codes")
    query = select(*(accounts.c[one] for one in SHOWN), codes, sessions.c.last_at)
    query = query.join(sessions, sessions.c.account == accounts.c.name)
    open_now = (sessions.c.key == key, sessions.c.began_at >= began_since, sessions.c.last_at >= used_since)
    with store.reading() as connection:
        row = connection.execute(query.where(*open_now, accounts.c.disabled == 0)).mappings().first()
        return (_account(row), str(row["last_at"])) if row else None


def touch_session(store: Store, key: str, *, at: str) -> None:
    """Notes that a session was used."""
    with store.writing() as connection:
        connection.execute(update(sessions).where(sessions.c.key == key).values(last_at=at))


def close_session(store: Store, key: str) -> None:
    """Ends one session."""
    with store.writing() as connection:
        connection.execute(delete(sessions).where(sessions.c.key == key))


def close_sessions(store: Store, name: str, *, but: str = "") -> None:
    """Ends the sessions of an account, but for one."""
    with store.writing() as connection:
        connection.execute(delete(sessions).where(sessions.c.account == name, sessions.c.key != but))


def drop_expired(store: Store, *, began_before: str, used_before: str, failed_before: str) -> None:
    """Takes away sessions and failed sign-ins that count no more."""
    old = or_(sessions.c.began_at < began_before, sessions.c.last_at < used_before)
    with store.writing() as connection:
        connection.execute(delete(sessions).where(old))
        connection.execute(delete(attempts).where(attempts.c.at < failed_before))


# Read tokens


def add_token(store: Store, key: str, *, token: Token) -> None:
    """Keeps a read token by its hash."""
    row = {"id": token.id, "account": token.account, "label": token.label}
    with store.writing() as connection:
        connection.execute(insert(tokens).values(row | {"key": key, "made_at": token.made_at, "until": token.until}))


def bearer(store: Store, key: str, *, at: str) -> Account | None:
    """Whose read token it is; None for one that is withdrawn, expired, or of a disabled account."""
    codes = accounts.c.totp.is_not(None).label("codes")
    query = select(*(accounts.c[one] for one in SHOWN), codes).join(tokens, tokens.c.account == accounts.c.name)
    good = (tokens.c.key == key, tokens.c.until > at, accounts.c.disabled == 0)
    with store.reading() as connection:
        row = connection.execute(query.where(*good)).mappings().first()
        return _account(row) if row else None


def tokens_of(store: Store, name: str) -> tuple[Token, ...]:
    """The read tokens of an account, the newest first."""
    columns = (tokens.c[one] for one in ("id", "account", "label", "made_at", "until"))
    query = select(*columns).where(tokens.c.account == name).order_by(tokens.c.made_at.desc(), tokens.c.id)
    with store.reading() as connection:
        return tuple(Token(**row) for row in connection.execute(query).mappings())


def drop_token(store: Store, id: str, *, account: str) -> bool:
    """Withdraws a read token of an account; False where it has none of that name."""
    with store.writing() as connection:
        return connection.execute(delete(tokens).where(tokens.c.id == id, tokens.c.account == account)).rowcount == 1


# Sign-ins that failed


def attempt(store: Store, subjects: Mapping[str, int], *, at: str, since: str) -> bool:
    """Notes an attempt to sign in under each subject; False, and nothing noted, where one has had as many since a
    moment as it may.

    Noted before the password is looked at, so a thousand attempts at once count as a thousand.
    """
    with store.writing() as connection:
        connection.execute(delete(attempts).where(attempts.c.subject.in_(subjects), attempts.c.at < since))
        counted = select(attempts.c.subject, func.count().label("number")).group_by(attempts.c.subject)
        spent = {row.subject: row.number for row in connection.execute(counted.where(attempts.c.subject.in_(subjects)))}
        if any(spent.get(one, 0) >= most for one, most in subjects.items()):
            return False
        connection.execute(insert(attempts), [{"subject": one, "at": at} for one in subjects])
        return True


def take_back(store: Store, subject: str) -> None:
    """Forgets the last attempt of a subject, as it did not fail."""
    last = select(func.max(attempts.c.id)).where(attempts.c.subject == subject).scalar_subquery()
    with store.writing() as connection:
        connection.execute(delete(attempts).where(attempts.c.id == last))


def forgive(store: Store, subject: str) -> None:
    """Forgets the failed sign-ins of a subject."""
    with store.writing() as connection:
        connection.execute(delete(attempts).where(attempts.c.subject == subject))


def _account(row: Any) -> Account:
    return Account(
        name=row["name"],
        role=row["role"],
        must_change=bool(row["must_change"]),
        disabled=bool(row["disabled"]),
        made_at=row["made_at"],
        codes=bool(row["codes"]),
        last_at=row.get("last_at"),
    )
