"""Whether meetings were rehearsed, and how each line of their check lists was found."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "rehearsals",
        sa.Column("meeting", TEXT, nullable=False),
        sa.Column("opened_at", INSTANT),
        sa.Column("passed_at", INSTANT),
        sa.Column("passed_by", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("meeting", name="pk_rehearsals"),
        sa.ForeignKeyConstraint(["meeting"], ["meetings.id"], name="fk_rehearsals_meeting"),
    )
    op.create_table(
        "rehearsal_marks",
        sa.Column("meeting", TEXT, nullable=False),
        sa.Column("line", TEXT, nullable=False),
        sa.Column("result", TEXT, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.Column("counted", sa.Double),
        sa.Column("wanted", sa.BigInteger),
        sa.PrimaryKeyConstraint("meeting", "line", name="pk_rehearsal_marks"),
        sa.ForeignKeyConstraint(["meeting"], ["rehearsals.meeting"], name="fk_rehearsal_marks_meeting"),
        sa.CheckConstraint("result IN ('not_yet', 'passed', 'failed')", name=op.f("ck_rehearsal_marks_result")),
    )
