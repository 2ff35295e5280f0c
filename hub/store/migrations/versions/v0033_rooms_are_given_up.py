"""Booked meetings to which nobody came: what was seen, what was concluded, and since when their room is free."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")

WATCHED = "state IN ('watched', 'warned', 'suspect', 'asked', 'released')"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "no_shows",
        *(sa.Column(name, TEXT, nullable=False) for name in ("meeting", "state", "by")),
        *(sa.Column(name, INSTANT, nullable=False) for name in ("starts_at", "since", "looked_at")),
        *(sa.Column(name, INSTANT, nullable=True) for name in ("warned_at", "released_at")),
        sa.Column("seen", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("meeting", name="pk_no_shows"),
        sa.ForeignKeyConstraint(["meeting"], ["meetings.id"], name="fk_no_shows_meeting"),
    )
    still = sa.text(WATCHED)
    op.create_index("ix_no_shows_looked_at", "no_shows", ["looked_at"], sqlite_where=still, postgresql_where=still)
