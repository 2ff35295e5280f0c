"""[[rooms.devices]]: what stands in a room for people to use, and in a few steps how (R102)."""

from dataclasses import replace

from hub.domain.room_devices import LONGEST_NAME, LONGEST_STEP, MOST_DEVICES, MOST_STEPS, DeviceKind, RoomDevice
from hub.domain.words import Words
from hub.venue_files.each_once import each_once
from hub.venue_files.short import short_words
from hub.venue_files.table import Table

_LIST = 'write guide = [ { zh = "…", en = "…" }, … ], one for each step'


def read_devices(room: Table) -> tuple[RoomDevice, ...] | None:
    """Read a room's devices in their order; None where the file does not name them."""
    if not room.has("devices"):
        return None
    key = room.value("key")
    found = each_once(room.tables("devices"), _read, lambda one: one.key, "key")
    if len(found) > MOST_DEVICES:
        remedy = "keep what people in the room use themselves"
        room.wrong("devices", f"has {len(found)} devices, at most {MOST_DEVICES} fit on the room's panel", remedy)
    return tuple(replace(one, room=str(key), position=position) for position, one in enumerate(found))


def _read(table: Table) -> RoomDevice | None:
    key, kind = table.key("key"), table.word("kind", DeviceKind)
    if not table.has("kind"):
        table.wrong("kind", "is missing", f"use one of {', '.join(DeviceKind)}")
    name = short_words(table, "name", LONGEST_NAME, "shorten it: it stands on a button")
    guide = _guide(table)
    table.close()
    return RoomDevice(room="", key=key, kind=kind, name=name, guide=guide) if key and kind and name else None


def _guide(table: Table) -> tuple[Words, ...]:
    """Read the steps; a device without any can be told broken, and says nothing of its use."""
    steps = table.value("guide")
    if steps is None:
        table.warn("guide", "is missing", _LIST)
        return ()
    if not isinstance(steps, list):
        table.wrong("guide", "is no list of steps", _LIST)
        return ()
    if len(steps) > MOST_STEPS:
        table.wrong("guide", f"has {len(steps)} steps, at most {MOST_STEPS} fit on the room's panel", "join steps")
    named = Table({f"step {number}": step for number, step in enumerate(steps, 1)}, table.at("guide"), table.report)
    remedy = "shorten it, or make two steps of it"
    read = (short_words(named, f"step {number}", LONGEST_STEP, remedy) for number in range(1, len(steps) + 1))
    return tuple(step for step in read if step)
