"""Tasks are asked about: what is done waits for the guest's word, and only then is closed."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
KEPT = (
    "id, kind, dedupe, created_at, due_at, CASE state WHEN 'done' THEN 'closed' ELSE state END, meeting, facts, "
    "accepted_by, accepted_at, done_at, CASE state WHEN 'done' THEN 'finished' END, 0, '[]'"
)
"""The columns of ``INTO``, in their order, of a task as it was kept before: what was done is closed."""

INTO = (
    "id, kind, dedupe, created_at, due_at, state, meeting, facts, accepted_by, accepted_at, done_at, outcome, rounds, "
    "ticked"
)


def upgrade() -> None:
    """Make the table anew: SQLite cannot change which states a column may hold."""
    op.execute("CREATE TEMPORARY TABLE old_tasks AS SELECT * FROM tasks")
    op.drop_table("tasks")
    op.create_table(
        "tasks",
        *_texts("id", "kind", "dedupe"),
        *_instants("created_at", "due_at"),
        *_texts("state"),
        sa.Column("meeting", TEXT),
        sa.Column("facts", sa.JSON, nullable=False),
        *_texts("accepted_by"),
        *_instants("accepted_at", "done_at", nullable=True),
        sa.Column("outcome", TEXT),
        *_instants("asked_at", "until", nullable=True),
        sa.Column("rounds", sa.BigInteger, nullable=False),
        sa.Column("ticked", sa.JSON, nullable=False),
        *_instants("told_at", "respond_by", "warned_at", "breached_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
        sa.ForeignKeyConstraint(["meeting"], ["meetings.id"], name="fk_tasks_meeting"),
        sa.CheckConstraint("state IN ('new', 'accepted', 'done', 'closed')", name=op.f("ck_tasks_state")),
    )
    is_open = sa.text("state <> 'closed'")
    op.create_index("uq_tasks_dedupe", "tasks", ["dedupe"], unique=True, sqlite_where=is_open, postgresql_where=is_open)
    op.execute(f"INSERT INTO tasks ({INTO}) SELECT {KEPT} FROM old_tasks")  # noqa: S608 - all of it stands above
    op.execute("DROP TABLE old_tasks")


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def _instants(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    kind = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
    return [sa.Column(name, kind, nullable=nullable) for name in names]
