"""Shifts for a meeting and a team, made by hand or a file; who alone does something for a meeting; known playbooks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")

NEW = (
    ("staff", "by_hand", sa.Boolean, sa.false()),
    ("shifts", "meeting", TEXT, ""),
    ("shifts", "role", TEXT, ""),
    ("shifts", "by_hand", sa.Boolean, sa.false()),
)


def upgrade() -> None:
    """Add the columns and tables; who and what is there came from a file."""
    for table, name, kind, default in NEW:
        op.add_column(table, sa.Column(name, kind, nullable=False, server_default=default))
        if op.get_bind().dialect.name != "sqlite":  # SQLite cannot, and every writer names all columns
            op.alter_column(table, name, server_default=None)
    op.add_column("shifts", sa.Column("told_at", INSTANT))
    op.create_table(
        "staffing",
        sa.Column("meeting", TEXT, nullable=False),
        sa.Column("importance", sa.BigInteger, nullable=False),
        sa.Column("minutes", sa.Boolean, nullable=False),
        sa.Column("minutes_taker", TEXT, nullable=False),
        sa.Column("technician", TEXT, nullable=False),
        sa.Column("told_at", INSTANT),
        sa.PrimaryKeyConstraint("meeting", name="pk_staffing"),
        sa.ForeignKeyConstraint(["meeting"], ["meetings.id"], name="fk_staffing_meeting"),
    )
    op.create_table(
        "playbooks_known",
        sa.Column("staff", TEXT, nullable=False),
        sa.Column("edition", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("staff", name="pk_playbooks_known"),
        sa.ForeignKeyConstraint(["staff"], ["staff.key"], name="fk_playbooks_known_staff"),
    )
