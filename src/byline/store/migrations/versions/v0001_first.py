"""The first tables: documents, codings, events, mentions, failures."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes all tables."""
    _documents()
    _codings()
    _events()
    _mentions()
    _failures()


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("external_id", sa.Text),
        sa.Column("source_id", sa.Text),
        sa.Column("language", sa.Text),
        sa.Column("title", sa.Text),
        sa.Column("byline", sa.Text),
        sa.Column("dateline_place", sa.Text),
        sa.Column("dateline_date", sa.Date),
        sa.Column("published", sa.Date),
        sa.Column("url", sa.Text),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("captions", sa.JSON, nullable=False),
        sa.Column("text_sha256", sa.Text, nullable=False),
        sa.Column("raw_sha256", sa.Text, nullable=False),
        sa.Column("cuts", sa.JSON, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
    )
    op.create_index("ix_documents_text_sha256", "documents", ["text_sha256"])
    op.create_index("ix_documents_raw_sha256", "documents", ["raw_sha256"])


def _codings() -> None:
    op.create_table(
        "codings",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("document_id", sa.Text, nullable=False),
        sa.Column("pipeline_id", sa.Text, nullable=False),
        sa.Column("sentences", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_codings"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_codings_document_id_documents"),
        sa.UniqueConstraint("document_id", "pipeline_id", name="uq_codings_document_id"),
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("coding_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("type", sa.Text),
        sa.Column("mode", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("trigger", sa.JSON, nullable=False),
        sa.Column("sentence", sa.JSON, nullable=False),
        sa.Column("members", sa.JSON, nullable=False),
        sa.Column("contexts", sa.JSON, nullable=False),
        sa.Column("told", sa.JSON, nullable=False),
        sa.Column("acled", sa.Text),
        sa.Column("score", sa.Double, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("coding_id", "position", name="pk_events"),
        sa.ForeignKeyConstraint(["coding_id"], ["codings.id"], name="fk_events_coding_id_codings"),
    )
    op.create_index("ix_events_id", "events", ["id"])


def _mentions() -> None:
    op.create_table(
        "mentions",
        sa.Column("coding_id", sa.Integer, nullable=False),
        sa.Column("event_position", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("span", sa.JSON, nullable=False),
        sa.Column("value", sa.JSON),
        sa.Column("score", sa.Double, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("antecedent", sa.JSON),
        sa.Column("also", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("coding_id", "event_position", "position", name="pk_mentions"),
        sa.ForeignKeyConstraint(
            ["coding_id", "event_position"],
            ["events.coding_id", "events.position"],
            name="fk_mentions_coding_id_events",
        ),
    )


def _failures() -> None:
    op.create_table(
        "failures",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("document_id", sa.Text),
        sa.Column("pipeline_id", sa.Text),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_failures"),
        sa.UniqueConstraint("key", name="uq_failures_key"),
    )
    op.create_index("ix_failures_document_id", "failures", ["document_id"])
