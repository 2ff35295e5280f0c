"""Spares are known: what the house owns to put into rooms, where each piece is, and when it was tested."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "assets",
        *_text("label", "kind", "model", "state"),
        sa.Column("room", TEXT),
        *_text("thing", "shelf_zh", "shelf_en", "floor", "device"),
        sa.Column("tested_at", INSTANT),
        *_text("tested_by"),
        sa.Column("since", INSTANT),
        sa.PrimaryKeyConstraint("label", name="pk_assets"),
        sa.ForeignKeyConstraint(["room"], ["rooms.key"], name="fk_assets_room"),
        sa.CheckConstraint("state IN ('in_use', 'spare', 'repair')", name=op.f("ck_assets_state")),
    )
    in_use, speaks = sa.text("state = 'in_use'"), sa.text("device <> ''")
    op.create_index(
        "uq_assets_room_thing", "assets", ["room", "thing"], unique=True, sqlite_where=in_use, postgresql_where=in_use
    )
    op.create_index("uq_assets_device", "assets", ["device"], unique=True, sqlite_where=speaks, postgresql_where=speaks)
