"""People acknowledge what is wrong, give it to somebody, write about it, and clear what cannot clear itself."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Add the columns."""
    for name in ("acked_by", "assignee", "cleared_by"):
        op.add_column("conditions", sa.Column(name, TEXT, nullable=False, server_default=""))
    op.add_column("conditions", sa.Column("acked_at", INSTANT))
    op.add_column("conditions", sa.Column("notes", sa.JSON, nullable=False, server_default="[]"))
