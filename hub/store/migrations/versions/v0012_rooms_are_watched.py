"""Rooms are watched: what stands in them and speaks for itself, what it said last, and what is wrong."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "field_devices",
        *_text("id", "publisher", "identity", "name", "maker", "model", "software", "area", "via"),
        *_text("supply", "standing"),
        sa.Column("room", TEXT),
        *_text("thing"),
        sa.Column("announced_at", INSTANT, nullable=False),
        sa.Column("available", sa.Boolean),
        sa.Column("available_at", INSTANT),
        sa.Column("heard_at", INSTANT),
        sa.Column("excused_until", INSTANT),
        *_text("excuse"),
        sa.PrimaryKeyConstraint("id", name="pk_field_devices"),
        sa.ForeignKeyConstraint(["room"], ["rooms.key"], name="fk_field_devices_room"),
        sa.CheckConstraint("supply IN ('mains', 'battery')", name=op.f("ck_field_devices_supply")),
        sa.CheckConstraint(
            "standing IN ('quarantined', 'admitted', 'refused', 'gone')", name=op.f("ck_field_devices_standing")
        ),
    )
    op.create_index("ix_field_devices_room", "field_devices", ["room"])
    op.create_table(
        "points",
        *_text("id", "device", "key", "component", "name", "quantity", "unit", "said_unit"),
        sa.Column("expires_s", sa.Double),
        *_text("topic"),
        sa.Column("config", sa.JSON, nullable=False),
        sa.Column("gone", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_points"),
        sa.ForeignKeyConstraint(["device"], ["field_devices.id"], name="fk_points_device"),
    )
    op.create_index("ix_points_device", "points", ["device"])
    op.create_table(
        "latest",
        *_text("point"),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("value", sa.Double),
        *_text("text", "quality"),
        sa.PrimaryKeyConstraint("point", name="pk_latest"),
        sa.ForeignKeyConstraint(["point"], ["points.id"], name="fk_latest_point"),
        sa.CheckConstraint("quality IN ('live', 'restored', 'stale')", name=op.f("ck_latest_quality")),
    )
    op.create_table(
        "conditions",
        *_text("id", "key", "cause", "about", "subject"),
        sa.Column("room", TEXT),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("over_at", INSTANT),
        sa.Column("value", sa.Double),
        sa.Column("limit", sa.Double),
        *_text("detail", "hidden_by", "task"),
        sa.PrimaryKeyConstraint("id", name="pk_conditions"),
        sa.CheckConstraint("about IN ('point', 'device', 'station', 'room')", name=op.f("ck_conditions_about")),
    )
    op.create_index("ix_conditions_subject_opened_at", "conditions", ["subject", "opened_at"])
    op.create_index("ix_conditions_over_at", "conditions", ["over_at"])
    still_open = sa.text("over_at IS NULL")
    op.create_index(
        "uq_conditions_key", "conditions", ["key"], unique=True, sqlite_where=still_open, postgresql_where=still_open
    )
