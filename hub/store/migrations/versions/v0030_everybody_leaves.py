"""Where everybody gathers who had to leave, who has left, how many a room safely holds, and complaints."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


ACTIVE = "state IN ('reported', 'responding', 'contained', 'reopened') AND kind <> 'complaint'"


def upgrade() -> None:
    """Add the columns and the table."""
    for name in ("assembly_zh", "assembly_en"):
        op.add_column("venue", sa.Column(name, TEXT, nullable=False, server_default=""))
    op.add_column("rooms", sa.Column("safe_capacity", sa.BigInteger, nullable=False, server_default="0"))
    op.create_table(
        "departures",
        sa.Column("person", TEXT, nullable=False),
        sa.Column("meeting", TEXT, nullable=False),
        sa.Column("left_at", INSTANT, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_departures"),
        sa.ForeignKeyConstraint(["meeting"], ["meetings.id"], name="fk_departures_meeting"),
    )
    op.create_index("ix_departures_meeting", "departures", ["meeting"])
    op.add_column("incidents", sa.Column("about", TEXT, nullable=False, server_default=""))
    op.drop_index("uq_incidents_kind_room_drill", "incidents")
    op.create_index(
        "uq_incidents_kind_room_drill",
        "incidents",
        ["kind", "room", "drill"],
        unique=True,
        sqlite_where=sa.text(ACTIVE),
        postgresql_where=sa.text(ACTIVE),
    )
