"""How many sentences of a document the gate let through, kept with its coding."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds the column; codings of before have NULL there, as nothing was counted."""
    op.add_column("codings", sa.Column("let_through", sa.Integer))
