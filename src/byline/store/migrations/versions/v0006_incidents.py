"""Which events tell of one happening, and what people decided."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Makes the tables, empty: older events are linked when they are next looked at."""
    op.create_table(
        "decisions",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("reviewer", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("field", sa.Text),
        sa.Column("value", sa.Text),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("seen", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
    )
    op.create_index("ix_decisions_subject", "decisions", ["subject"])
    op.create_index("ix_decisions_verdict", "decisions", ["verdict"])
    op.create_table(
        "incidents",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("into", sa.Text),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
    )
    op.create_index("ix_incidents_into", "incidents", ["into"])
    op.create_index("ix_incidents_turn", "incidents", ["turn"])
    op.create_table(
        "incident_events",
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("incident_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_incident_events"),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_incident_events_incident_id_incidents"),
    )
    op.create_index("ix_incident_events_incident_id", "incident_events", ["incident_id"])
    op.create_table(
        "linkable",
        sa.Column("document_id", sa.Text, nullable=False),
        sa.Column("coding_id", sa.Integer, nullable=False),
        sa.Column("packed_by", sa.Text, nullable=False),
        sa.Column("compared_by", sa.Text),
        sa.Column("rows", sa.LargeBinary, nullable=False),
        sa.Column("gone", sa.LargeBinary),
        sa.PrimaryKeyConstraint("document_id", name="pk_linkable"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_linkable_document_id_documents"),
    )
    op.create_index("ix_linkable_coding_id", "linkable", ["coding_id"])
    op.create_table(
        "links",
        sa.Column("left", sa.BigInteger, nullable=False),
        sa.Column("right", sa.BigInteger, nullable=False),
        sa.Column("probability", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("left", "right", name="pk_links"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_links_right", "links", ["right"])
    op.create_table(
        "touched",
        sa.Column("event", sa.BigInteger, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("event", name="pk_touched"),
        sqlite_with_rowid=False,
    )
