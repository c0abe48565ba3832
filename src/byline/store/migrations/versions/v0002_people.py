"""The persons a document names, kept with its coding."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds the column; codings of before have NULL there, as nobody looked for persons."""
    op.add_column("codings", sa.Column("people", sa.JSON))
