"""The part of the schema for the house's routine work: function sheets, set-ups and strikes, ticks, meals."""

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Table

from hub.store import columns as cols
from hub.store.columns import metadata

function_sheets = Table(
    "function_sheets",
    metadata,
    cols.key("meeting", ForeignKey("meetings.id")),
    *cols.words("stage", nullable=True),
    *cols.words("backdrop", nullable=True),
    *cols.words("lights", nullable=True),
    Column("guaranteed", BigInteger),
)
house_work = Table(
    "house_work",
    metadata,
    cols.key("meeting", ForeignKey("meetings.id")),
    cols.text("room"),
    *cols.instants("set_up_at", "set_up_done_at", nullable=True),
    cols.text("set_up_by"),
    *cols.instants("signed_at", nullable=True),
    cols.text("signed_by"),
    *cols.instants("strike_at", "struck_at", nullable=True),
    cols.text("struck_by"),
    *cols.instants("counted_at", nullable=True),
)
task_ticks = Table(
    "task_ticks",
    metadata,
    cols.key("task", ForeignKey("tasks.id")),
    cols.key("step"),
    cols.text("by"),
    *cols.instants("at"),
)
"""Who ticked which step of a task, and when; that it is ticked stands in the task."""
meals_served = Table(
    "meals_served",
    metadata,
    cols.key("meeting", ForeignKey("meetings.id")),
    cols.key("meal"),
    *cols.instants("planned_at", "served_at"),
    cols.text("by"),
    Column("covers", JSON, nullable=False),
)
"""When each meal was served, and how many plates of each kind were counted then."""
