"""As whom and on what coding people decide, and what takes effect of it in the list of events."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Adds the columns. What takes effect of older decisions is worked out when the store is next opened: their
    documents are NULL."""
    op.add_column("decisions", sa.Column("role", sa.Text, nullable=False, server_default="coder"))
    op.add_column("decisions", sa.Column("pipeline_id", sa.Text, nullable=False, server_default=""))
    op.add_column("decisions", sa.Column("document_id", sa.Text))
    op.create_index("ix_decisions_document_id", "decisions", ["document_id"])
    op.create_index("ix_decisions_reviewer", "decisions", ["reviewer", "at"])
    op.add_column("current_events", sa.Column("state", sa.Text, nullable=False, server_default="undecided"))
    op.add_column("current_events", sa.Column("differs", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("current_events", sa.Column("asks", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("current_events", sa.Column("decided_at", sa.Text))
    op.add_column("current_events", sa.Column("edited", sa.JSON))
    op.create_index("ix_current_events_state", "current_events", ["state", "score", "event_id"])
    op.create_index("ix_current_events_differs", "current_events", ["differs", "score", "event_id"])
    op.create_index("ix_current_events_asks", "current_events", ["asks", "score", "event_id"])
    op.create_index("ix_current_events_decided_at", "current_events", ["decided_at"])
