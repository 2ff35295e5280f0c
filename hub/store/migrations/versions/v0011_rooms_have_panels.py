"""Rooms have panels: what stands in them with a guide to each, and the newest task of a room's wish is found."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the table and the index."""
    op.create_table(
        "room_devices",
        sa.Column("room", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name_zh", TEXT, nullable=False),
        sa.Column("name_en", TEXT, nullable=False),
        sa.Column("guide", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("room", "key", name="pk_room_devices"),
        sa.ForeignKeyConstraint(["room"], ["rooms.key"], name="fk_room_devices_room"),
    )
    op.create_index("ix_tasks_dedupe_created_at", "tasks", ["dedupe", "created_at"])
