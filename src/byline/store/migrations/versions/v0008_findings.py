"""What the audit found, and which documents were audited."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Makes the four tables."""
    op.create_table(
        "findings",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("severity", sa.Text, nullable=False),
        sa.Column("says", sa.Text, nullable=False),
        sa.Column("claim", sa.JSON, nullable=False),
        sa.Column("against", sa.JSON, nullable=False),
        sa.Column("numbers", sa.JSON, nullable=False),
        sa.Column("names", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_findings"),
    )
    op.create_table(
        "finding_documents",
        sa.Column("finding_id", sa.Text, nullable=False),
        sa.Column("document_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("finding_id", "document_id", name="pk_finding_documents"),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name="fk_finding_documents_finding_id_findings"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_finding_documents_document_id_documents"),
    )
    op.create_index("ix_finding_documents_document_id", "finding_documents", ["document_id"])
    op.create_table(
        "audited",
        sa.Column("document_id", sa.Text, nullable=False),
        sa.Column("coding_id", sa.Integer, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("document_id", name="pk_audited"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_audited_document_id_documents"),
    )
    op.create_table(
        "outlets",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("document_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", "document_id", name="pk_outlets"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_outlets_document_id_documents"),
    )
    op.create_index("ix_outlets_document_id", "outlets", ["document_id"])
