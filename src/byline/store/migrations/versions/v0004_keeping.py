"""Where and when each document was read and coded, which result files were loaded, and what was erased."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Makes the three tables. Documents of before have no custody: nobody kept when they were read."""
    op.add_column("codings", sa.Column("coded_at", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "custody",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("document_id", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("raw_sha256", sa.Text, nullable=False),
        sa.Column("read_at", sa.Text, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("byline", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_custody"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_custody_document_id_documents"),
    )
    op.create_index("ix_custody_document_id", "custody", ["document_id"])
    op.create_table(
        "receipts",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("loaded_at", sa.Text, nullable=False),
        sa.Column("documents", sa.Integer, nullable=False),
        sa.Column("events", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_receipts"),
    )
    op.create_table(
        "tombstones",
        sa.Column("document_id", sa.Text, nullable=False),
        sa.Column("erased_at", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("text_sha256", sa.Text, nullable=False),
        sa.Column("raw_sha256", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("document_id", name="pk_tombstones"),
    )
    op.create_index("ix_tombstones_text_sha256", "tombstones", ["text_sha256"])
    op.create_index("ix_tombstones_raw_sha256", "tombstones", ["raw_sha256"])
