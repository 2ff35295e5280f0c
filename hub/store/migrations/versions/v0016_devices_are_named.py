"""Devices in rooms are named by people, ours say what they can do, and what people did to one thing is found again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the columns and the index."""
    op.add_column("field_devices", sa.Column("called", TEXT, nullable=False, server_default=""))
    op.add_column("devices", sa.Column("capabilities", TEXT, nullable=False, server_default=""))
    op.create_index("ix_audit_subject_at", "audit", ["subject", "at"])
