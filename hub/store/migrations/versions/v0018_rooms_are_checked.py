"""Rooms are checked before their meetings: how each was found."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "room_checks",
        sa.Column("meeting", TEXT, nullable=False),
        sa.Column("room", TEXT, nullable=False),
        sa.Column("at", sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql"), nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("lines", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("meeting", name="pk_room_checks"),
        sa.ForeignKeyConstraint(["meeting"], ["meetings.id"], name="fk_room_checks_meeting"),
    )
