"""What each plug has learned of the thing behind it, and what that is doing."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "plugs",
        sa.Column("point", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("seconds", sa.JSON, nullable=False),
        sa.Column("watts", sa.Double),
        sa.Column("at", INSTANT),
        sa.Column("on_since", INSTANT),
        sa.Column("nothing_since", INSTANT),
        sa.PrimaryKeyConstraint("point", name="pk_plugs"),
        sa.ForeignKeyConstraint(["point"], ["points.id"], name="fk_plugs_point"),
        sa.CheckConstraint("state IN ('unknown', 'off', 'standby', 'on', 'dead')", name=op.f("ck_plugs_state")),
    )
