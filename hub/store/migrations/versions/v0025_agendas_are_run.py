"""Agendas are run: parts have names, speakers, planned and real times; what was done to them is kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Add the columns and the table."""
    for name in ("planned_starts_at", "planned_ends_at"):
        op.add_column("meetings", sa.Column(name, INSTANT))
    for name in ("key", "speaker"):
        op.add_column("segments", sa.Column(name, TEXT, nullable=False, server_default=""))
    for name in ("planned_at", "planned_until", "started_at", "ended_at", "expected_at"):
        op.add_column("segments", sa.Column(name, INSTANT))
    op.add_column("segments", sa.Column("cut", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_table(
        "agenda_changes",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("meeting", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("step", TEXT, nullable=False),
        sa.Column("part", TEXT, nullable=False),
        sa.Column("title_zh", TEXT, nullable=False),
        sa.Column("title_en", TEXT, nullable=False),
        sa.Column("other_zh", TEXT),
        sa.Column("other_en", TEXT),
        sa.Column("minutes", sa.BigInteger, nullable=False),
        sa.Column("why", TEXT, nullable=False),
        sa.Column("until", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_agenda_changes"),
        sa.ForeignKeyConstraint(["meeting"], ["meetings.id"], name="fk_agenda_changes_meeting"),
    )
    op.create_index("ix_agenda_changes_meeting_at", "agenda_changes", ["meeting", "at"])
