"""What was ordered for a meeting, its room's set-up and strike, who ticked what, meals, and the way to its tasks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Add the tables and the index."""
    op.create_table(
        "function_sheets",
        sa.Column("meeting", TEXT, nullable=False),
        sa.Column("stage_zh", TEXT),
        sa.Column("stage_en", TEXT),
        sa.Column("backdrop_zh", TEXT),
        sa.Column("backdrop_en", TEXT),
        sa.Column("lights_zh", TEXT),
        sa.Column("lights_en", TEXT),
        sa.Column("guaranteed", sa.BigInteger),
        sa.PrimaryKeyConstraint("meeting", name="pk_function_sheets"),
        sa.ForeignKeyConstraint(["meeting"], ["meetings.id"], name="fk_function_sheets_meeting"),
    )
    op.create_table(
        "house_work",
        sa.Column("meeting", TEXT, nullable=False),
        sa.Column("room", TEXT, nullable=False),
        sa.Column("set_up_at", INSTANT),
        sa.Column("set_up_done_at", INSTANT),
        sa.Column("set_up_by", TEXT, nullable=False),
        sa.Column("signed_at", INSTANT),
        sa.Column("signed_by", TEXT, nullable=False),
        sa.Column("strike_at", INSTANT),
        sa.Column("struck_at", INSTANT),
        sa.Column("struck_by", TEXT, nullable=False),
        sa.Column("counted_at", INSTANT),
        sa.PrimaryKeyConstraint("meeting", name="pk_house_work"),
        sa.ForeignKeyConstraint(["meeting"], ["meetings.id"], name="fk_house_work_meeting"),
    )
    op.create_table(
        "task_ticks",
        sa.Column("task", TEXT, nullable=False),
        sa.Column("step", TEXT, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("task", "step", name="pk_task_ticks"),
        sa.ForeignKeyConstraint(["task"], ["tasks.id"], name="fk_task_ticks_task"),
    )
    op.create_table(
        "meals_served",
        sa.Column("meeting", TEXT, nullable=False),
        sa.Column("meal", TEXT, nullable=False),
        sa.Column("planned_at", INSTANT, nullable=False),
        sa.Column("served_at", INSTANT, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("covers", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("meeting", "meal", name="pk_meals_served"),
        sa.ForeignKeyConstraint(["meeting"], ["meetings.id"], name="fk_meals_served_meeting"),
    )
    op.create_index("ix_tasks_meeting_kind", "tasks", ["meeting", "kind"])
