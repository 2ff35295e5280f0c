"""Sensors are heard: what a device was before it was gone, and what it said that nobody could believe."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the columns."""
    added = (("returns_as", TEXT, "quarantined"), ("refused", sa.BigInteger(), "0"), ("refused_why", TEXT, ""))
    for name, kind, default in added:
        op.add_column("field_devices", sa.Column(name, kind, nullable=False, server_default=default))
        if op.get_bind().dialect.name != "sqlite":  # which cannot take a default away again
            op.alter_column("field_devices", name, server_default=None)
