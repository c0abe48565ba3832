"""Which documents are copies, and the keys by which copies are found."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Makes the four tables, empty: copies among older documents are found when they are next looked for."""
    op.create_table(
        "sketched",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("document_id", sa.Text, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_sketched"),
        sa.UniqueConstraint("document_id", name="uq_sketched_document_id"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_sketched_document_id_documents"),
    )
    op.create_table(
        "sketches",
        sa.Column("key", sa.BigInteger, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key", "number", name="pk_sketches"),
        sa.ForeignKeyConstraint(["number"], ["sketched.number"], name="fk_sketches_number_sketched"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sketches_number", "sketches", ["number"])
    op.create_table(
        "alike",
        sa.Column("left", sa.Text, nullable=False),
        sa.Column("right", sa.Text, nullable=False),
        sa.Column("left_share", sa.Double, nullable=False),
        sa.Column("right_share", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("left", "right", name="pk_alike"),
        sa.ForeignKeyConstraint(["left"], ["documents.id"], name="fk_alike_left_documents"),
        sa.ForeignKeyConstraint(["right"], ["documents.id"], name="fk_alike_right_documents"),
    )
    op.create_index("ix_alike_right", "alike", ["right"])
    op.create_table(
        "copies",
        sa.Column("document_id", sa.Text, nullable=False),
        sa.Column("original_id", sa.Text, nullable=False),
        sa.Column("share", sa.Double, nullable=False),
        sa.Column("of_original", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("document_id", name="pk_copies"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_copies_document_id_documents"),
        sa.ForeignKeyConstraint(["original_id"], ["documents.id"], name="fk_copies_original_id_documents"),
    )
    op.create_index("ix_copies_original_id", "copies", ["original_id"])
