"""A tablet may be the panel of one room; those that joined before are the staff's."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the columns."""
    for table in ("tablets", "tablet_invitations"):
        op.add_column(table, sa.Column("room", TEXT, nullable=False, server_default=""))
        if op.get_context().dialect.name != "sqlite":
            op.alter_column(table, "room", server_default=None)
