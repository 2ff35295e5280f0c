"""The part of the schema for what stands in the rooms: devices, their points, what those say, and what is wrong."""

from typing import Any

from sqlalchemy import JSON, Boolean, Column, Double, ForeignKey, Index, SmallInteger, Table, UniqueConstraint

from hub.domain.assets import AssetState
from hub.domain.conditions import SubjectKind
from hub.domain.field_devices import Standing, Supply
from hub.domain.readings import Quality
from hub.store import columns as cols
from hub.store.columns import metadata
from hub.store.types import TEXT, Milliseconds

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
    *cols.instants("available_at", "heard_at", "excused_until", "thrown_out_at", nullable=True),
    cols.text("excuse"),
    cols.text("returns_as"),
    cols.number("refused"),
    cols.text("refused_why"),
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

point_numbers = Table(
    "point_numbers",
    metadata,
    cols.serial("number"),
    cols.text("point", ForeignKey("points.id")),
    UniqueConstraint("point"),
)
"""A short name for each point: history has millions of rows."""


def _history(name: str, *measures: Column[Any]) -> Table:
    """Return a table of readings, kept in the order of its key: slot by slot, in each point by point.

    A ``slot`` is a span of time since 1970 (``hub.store.slots``). What is written now stands close together, as does
    what is thrown away, and one point's readings are found with one look for each slot.
    """
    at = Column("at", Milliseconds, primary_key=True, autoincrement=False)
    keys = (cols.count_key("slot"), cols.count_key("point"), at)
    return Table(name, metadata, *keys, *measures, sqlite_with_rowid=False)


def _rollup(name: str) -> Table:
    numbers = [Column(measure, Double) for measure in ("least", "most", "total", "last")]
    return _history(name, cols.number("n"), *numbers, cols.number("words"), Column("text", TEXT))


readings = _history(
    "readings", Column("value", Double), Column("text", TEXT), Column("quality", SmallInteger, nullable=False)
)
"""Every reading, for days. ``quality`` is ``hub.store.readings.RANKS``; an empty ``text`` is NULL."""

readings_by_minute = _rollup("readings_by_minute")
readings_by_hour = _rollup("readings_by_hour")
"""The live readings of a minute, an hour, from ``at`` on: ``n`` values and ``words`` without one, the last of all."""

unrolled = Table(
    "unrolled",
    metadata,
    cols.serial("id"),
    cols.text("level"),
    Column("at", Milliseconds, nullable=False),
    cols.number("block"),
    Index(None, "level", "at", "block"),
)
"""The minutes and hours, of a block of points each, whose readings have changed since they were rolled up."""

kept_from = Table("kept_from", metadata, cols.key("level"), Column("at", Milliseconds, nullable=False))
"""From when on nothing of a level (``readings``, ``minute``, ``hour``) was thrown away for its age."""

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
    cols.text("acked_by"),
    *cols.instants("acked_at", nullable=True),
    cols.text("assignee"),
    cols.text("cleared_by"),
    Column("notes", JSON, nullable=False),
    Index(None, "subject", "opened_at"),
    Index(None, "over_at"),
    cols.one_of("about", SubjectKind),
)
"""What is wrong in the rooms, and what was. ``key`` is cause and subject: one open condition of each (I5).

``notes`` are what people wrote about it: few, short, and only ever read with it.
"""
cols.unique_where(conditions.c.key, condition="over_at IS NULL")

assets = Table(
    "assets",
    metadata,
    cols.key("label"),
    cols.text("kind"),
    cols.text("model"),
    cols.text("state"),
    cols.maybe("room", ForeignKey("rooms.key")),
    cols.text("thing"),
    *cols.words("shelf"),
    cols.text("floor"),
    cols.text("device"),
    *cols.instants("tested_at", nullable=True),
    cols.text("tested_by"),
    *cols.instants("since", nullable=True),
    cols.one_of("state", AssetState),
)
"""What the house owns to put into rooms: one piece in a place, and one piece a device."""
cols.unique_where(assets.c.room, assets.c.thing, condition="state = 'in_use'")
cols.unique_where(assets.c.device, condition="device <> ''")

room_checks = Table(
    "room_checks",
    metadata,
    cols.key("meeting", ForeignKey("meetings.id")),
    cols.text("room"),
    *cols.instants("at"),
    cols.text("by"),
    Column("lines", JSON, nullable=False),
)
"""How a meeting's room was found when it was last checked."""
