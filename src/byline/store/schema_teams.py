"""The tables of a team: accounts and what opens them, who codes what, and the trail of what was done.

They stand in the database alone, as no file of a store holds a password's hash: what makes a database anew from its
files carries them over (`ALONE`).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from byline.store.schema import AnyText, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),
    # argon2id, with its salt and its cost.
    Column("password", Text, nullable=False),
    # 1: given by another, and to be changed at the next sign-in.
    Column("must_change", Integer, nullable=False),
    # The secret of one-time codes, base32; NULL: not used. It has to be read to check a code, so it is not hashed.
    Column("totp", Text),
    # The last half-minute whose code was used: no code is taken twice.
    Column("totp_used", BigInteger, nullable=False),
    Column("disabled", Integer, nullable=False),
    Column("made_at", Text, nullable=False),
)
"""People who may sign in."""

sessions = Table(
    "sessions",
    metadata,
    # The SHA-256 of what the browser's cookie holds.
    Column("key", Text, primary_key=True),
    Column("account", Text, ForeignKey("accounts.name"), nullable=False, index=True),
    Column("began_at", Text, nullable=False),
    Column("last_at", Text, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    # The SHA-256 of the token.
    Column("key", Text, primary_key=True),
    # What it is called by where it is listed and withdrawn.
    Column("id", Text, nullable=False, unique=True),
    Column("account", Text, ForeignKey("accounts.name"), nullable=False, index=True),
    Column("label", AnyText, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("until", Text, nullable=False),
)
"""Read tokens of the API."""

attempts = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    # "account NAME" or "address ADDRESS".
    Column("subject", AnyText, nullable=False),
    Column("at", Text, nullable=False),
)
"""Sign-ins that failed a short time ago."""
Index("ix_attempts_subject", attempts.c.subject, attempts.c.at)

assignments = Table(
    "assignments",
    metadata,
    # No foreign key: a database that is made anew may have the document later than its assignment.
    Column("document_id", Text, nullable=False),
    Column("coder", Text, nullable=False, index=True),
    Column("part", Text, nullable=False),
    Column("batch", AnyText, nullable=False),
    Column("by", AnyText, nullable=False),
    Column("at", Text, nullable=False),
    # When the coder said that it is done, and when an adjudicator did; NULL: not yet.
    Column("done_at", Text),
    Column("settled_at", Text),
    PrimaryKeyConstraint("document_id", "coder"),
)
"""Who codes what."""
Index("ix_assignments_part", assignments.c.part, assignments.c.document_id)

trail = Table(
    "trail",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("who", AnyText, nullable=False),
    Column("what", Text, nullable=False),
    Column("about", AnyText, nullable=False),
    Column("note", AnyText, nullable=False),
    # The hash of the line before; "" for the first.
    Column("before", Text, nullable=False),
    # The hash of all the other columns.
    Column("hash", Text, nullable=False),
    UniqueConstraint("hash"),
)
"""What was done, by whom: lines are added, and none is changed or taken away."""

ALONE: Final = (accounts, sessions, tokens, attempts, assignments, trail)
"""Tables that no file of a store can make again, each after those it refers to."""

_ADDED_TO: Final = "the trail is only ever added to"
_SQLITE: Final = (
    *(
        f"CREATE TRIGGER trail_no_{verb} BEFORE {verb} ON trail BEGIN SELECT RAISE(ABORT, '{_ADDED_TO}'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    # INSERT OR REPLACE takes a line's place without an UPDATE or DELETE that a trigger would hear of.
    "CREATE TRIGGER trail_no_replace BEFORE INSERT ON trail "
    "WHEN EXISTS (SELECT 1 FROM trail WHERE number = NEW.number OR hash = NEW.hash) "
    f"BEGIN SELECT RAISE(ABORT, '{_ADDED_TO}'); END",
)
_POSTGRESQL: Final = (
    "CREATE OR REPLACE FUNCTION trail_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ "
    f"BEGIN RAISE EXCEPTION '{_ADDED_TO}'; END $$",
    "CREATE TRIGGER trail_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON trail "
    "FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse()",
)


def protect(connection: Connection) -> None:
    """Makes a database refuse to change or take away lines of its trail."""
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.exec_driver_sql(statement)
