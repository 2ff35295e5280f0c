"""The part of the schema for how rooms are watched: what the house has said of it, and what was learned there."""

from sqlalchemy import JSON, Column, Double, ForeignKey, Table

from hub.domain.plug_power import PlugState
from hub.store import columns as cols
from hub.store.columns import metadata

room_classes = Table("room_classes", metadata, cols.key("key"), Column("said", JSON, nullable=False))
"""What holds in all rooms of a class; ``said`` holds bands and times as ``hub.store.watch_settings`` writes them."""

classes_of_rooms = Table(
    "classes_of_rooms", metadata, cols.key("room", ForeignKey("rooms.key")), cols.text("room_class")
)
sensor_settings = Table(
    "sensor_settings",
    metadata,
    cols.key("device"),
    cols.text("room", ForeignKey("rooms.key")),
    Column("said", JSON, nullable=False),
)
"""What holds for one device; it may be said before the device announces itself."""

pots = Table(
    "pots",
    metadata,
    cols.key("point", ForeignKey("points.id")),
    Column("zero", Double, nullable=False),
    Column("empty", Double),
    Column("full", Double),
)
"""What is known of each tea pot, in the unit of its scale; None is not known yet."""

plugs = Table(
    "plugs",
    metadata,
    cols.key("point", ForeignKey("points.id")),
    cols.text("state"),
    Column("seconds", JSON, nullable=False),
    Column("watts", Double),
    *cols.instants("at", "on_since", "nothing_since", nullable=True),
    cols.one_of("state", PlugState),
)
"""What the thing at each plug was doing at last, and what was learned of it (``hub.domain.plug_power``)."""
