"""A technician may want a device in a room at the broker no more."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Add the column; nobody was thrown out before."""
    op.add_column("field_devices", sa.Column("thrown_out_at", INSTANT, nullable=True))
