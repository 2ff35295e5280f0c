"""The part of the schema for what stands in the rooms: devices, their points, what those say, and what is wrong."""

from sqlalchemy import JSON, Boolean, Column, Double, ForeignKey, Index, Table

from hub.domain.conditions import SubjectKind
from hub.domain.field_devices import Standing, Supply
from hub.domain.readings import Quality
from hub.store import columns as cols
from hub.store.columns import metadata

field_devices = Table(
    "field_devices",
    metadata,
    cols.key("id"),
    cols.text("publisher"),
    cols.text("identity"),
    cols.text("name"),
    cols.text("maker"),
    cols.text("model"),
    cols.text("software"),
    cols.text("area"),
    cols.text("via"),
    cols.text("supply"),
    cols.text("standing"),
    cols.maybe("room", ForeignKey("rooms.key")),
    cols.text("thing"),
    cols.text("called"),
    *cols.instants("announced_at"),
    Column("available", Boolean),
    *cols.instants("available_at", "heard_at", "excused_until", nullable=True),
    cols.text("excuse"),
    Index(None, "room"),
    cols.one_of("supply", Supply),
    cols.one_of("standing", Standing),
)
points = Table(
    "points",
    metadata,
    cols.key("id"),
    cols.text("device", ForeignKey("field_devices.id")),
    cols.text("key"),
    cols.text("component"),
    cols.text("name"),
    cols.text("quantity"),
    cols.text("unit"),
    cols.text("said_unit"),
    Column("expires_s", Double),
    cols.text("topic"),
    Column("config", JSON, nullable=False),
    cols.flag("gone"),
    Index(None, "device"),
)
latest = Table(
    "latest",
    metadata,
    cols.key("point", ForeignKey("points.id")),
    *cols.instants("at"),
    Column("value", Double),
    cols.text("text"),
    cols.text("quality"),
    cols.one_of("quality", Quality),
)
"""The newest reading of each point; it survives restarts, as "last seen" does."""

conditions = Table(
    "conditions",
    metadata,
    cols.key("id"),
    cols.text("key"),
    cols.text("cause"),
    cols.text("about"),
    cols.text("subject"),
    cols.maybe("room"),
    *cols.instants("since", "opened_at"),
    *cols.instants("over_at", nullable=True),
    Column("value", Double),
    Column("limit", Double),
    cols.text("detail"),
    cols.text("hidden_by"),
    cols.text("task"),
    Index(None, "subject", "opened_at"),
    Index(None, "over_at"),
    cols.one_of("about", SubjectKind),
)
"""What is wrong in the rooms, and what was. ``key`` is cause and subject: one open condition of each (I5)."""
cols.unique_where(conditions.c.key, condition="over_at IS NULL")
