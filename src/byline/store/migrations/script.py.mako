"""${message}"""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Makes the version of the schema that this file is named for."""
    ${upgrades if upgrades else "pass"}
