"""Rooms have settings: by what they are watched, in classes and by device, and what was learned of tea pots."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "room_classes",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("said", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_room_classes"),
    )
    op.create_table(
        "classes_of_rooms",
        sa.Column("room", TEXT, nullable=False),
        sa.Column("room_class", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("room", name="pk_classes_of_rooms"),
        sa.ForeignKeyConstraint(["room"], ["rooms.key"], name="fk_classes_of_rooms_room"),
    )
    op.create_table(
        "sensor_settings",
        sa.Column("device", TEXT, nullable=False),
        sa.Column("room", TEXT, nullable=False),
        sa.Column("said", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("device", name="pk_sensor_settings"),
        sa.ForeignKeyConstraint(["room"], ["rooms.key"], name="fk_sensor_settings_room"),
    )
    op.create_table(
        "pots",
        sa.Column("point", TEXT, nullable=False),
        sa.Column("zero", sa.Double, nullable=False),
        sa.Column("empty", sa.Double),
        sa.Column("full", sa.Double),
        sa.PrimaryKeyConstraint("point", name="pk_pots"),
        sa.ForeignKeyConstraint(["point"], ["points.id"], name="fk_pots_point"),
    )
