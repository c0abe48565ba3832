"""Accounts, sessions, read tokens, failed sign-ins, assignments, and the trail, which is only ever added to."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

ADDED_TO = "the trail is only ever added to"
SQLITE = (
    f"CREATE TRIGGER trail_no_UPDATE BEFORE UPDATE ON trail BEGIN SELECT RAISE(ABORT, '{ADDED_TO}'); END",
    f"CREATE TRIGGER trail_no_DELETE BEFORE DELETE ON trail BEGIN SELECT RAISE(ABORT, '{ADDED_TO}'); END",
    "CREATE TRIGGER trail_no_replace BEFORE INSERT ON trail "
    "WHEN EXISTS (SELECT 1 FROM trail WHERE number = NEW.number OR hash = NEW.hash) "
    f"BEGIN SELECT RAISE(ABORT, '{ADDED_TO}'); END",
)
POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION trail_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{ADDED_TO}'; END $$",
    "CREATE TRIGGER trail_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON trail "
    "FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse()",
)


def upgrade() -> None:
    """Makes the six tables and their triggers."""
    _accounts()
    _work()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE if sqlite else POSTGRESQL:
        op.get_bind().exec_driver_sql(statement)


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("must_change", sa.Integer, nullable=False),
        sa.Column("totp", sa.Text),
        sa.Column("totp_used", sa.BigInteger, nullable=False),
        sa.Column("disabled", sa.Integer, nullable=False),
        sa.Column("made_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_accounts"),
    )
    op.create_table(
        "sessions",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("began_at", sa.Text, nullable=False),
        sa.Column("last_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_sessions"),
        sa.ForeignKeyConstraint(["account"], ["accounts.name"], name="fk_sessions_account_accounts"),
    )
    op.create_index("ix_sessions_account", "sessions", ["account"])
    op.create_table(
        "tokens",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("made_at", sa.Text, nullable=False),
        sa.Column("until", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_tokens"),
        sa.UniqueConstraint("id", name="uq_tokens_id"),
        sa.ForeignKeyConstraint(["account"], ["accounts.name"], name="fk_tokens_account_accounts"),
    )
    op.create_index("ix_tokens_account", "tokens", ["account"])
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
    )
    op.create_index("ix_attempts_subject", "attempts", ["subject", "at"])


def _work() -> None:
    op.create_table(
        "assignments",
        sa.Column("document_id", sa.Text, nullable=False),
        sa.Column("coder", sa.Text, nullable=False),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("batch", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("done_at", sa.Text),
        sa.Column("settled_at", sa.Text),
        sa.PrimaryKeyConstraint("document_id", "coder", name="pk_assignments"),
    )
    op.create_index("ix_assignments_coder", "assignments", ["coder"])
    op.create_index("ix_assignments_part", "assignments", ["part", "document_id"])
    op.create_table(
        "trail",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_trail"),
        sa.UniqueConstraint("hash", name="uq_trail_hash"),
    )
