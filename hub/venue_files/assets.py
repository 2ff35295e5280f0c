"""[[assets]]: what the house owns to put into rooms, each with the label that stands on it."""

from collections.abc import Mapping
from datetime import UTC, datetime, time

from hub.domain.assets import Asset, AssetState, read_label
from hub.domain.errors import InvalidInput
from hub.domain.meetings import NO_WORDS
from hub.domain.room_devices import DeviceKind
from hub.domain.words import Words
from hub.venue_files.moments import read_day
from hub.venue_files.table import DEVICE, Table

_MODEL = 60
_FLOOR = 40


def read_asset(table: Table, rooms: Mapping[str, Words]) -> Asset | None:
    """Read one of [[assets]]; None after noting what is wrong. ``rooms`` are all that are known, by key."""
    label, kind = _label(table), table.word("kind", DeviceKind)
    if not table.has("kind"):
        table.wrong("kind", "is missing", f"use one of {', '.join(DeviceKind)}")
    model = table.text("model", longest=_MODEL)
    device = table.key("device", DEVICE) if table.has("device") else ""
    day = table.moment("tested", read_day)
    tested_at = datetime.combine(day, time(12), UTC) if day else None
    room, thing = _place(table, rooms)
    shelf, floor = table.words("shelf"), table.text("floor", longest=_FLOOR)
    if not table.has("room") and shelf is None:
        table.wrong("shelf", "is missing", 'say where it is: room and thing, or shelf = { zh = "…", en = "…" }')
    table.close()
    if not (label and kind):
        return None
    return Asset(
        label=label,
        kind=kind,
        model=model,
        state=AssetState.IN_USE if room else AssetState.SPARE,
        room=room or None,
        thing=thing,
        shelf=shelf or NO_WORDS,
        floor=floor,
        device=device,
        tested_at=tested_at,
    )


def _label(table: Table) -> str:
    text = table.text("label", needed=True)
    try:
        return read_label(text) if text else ""
    except InvalidInput as wrong:
        table.wrong("label", wrong.problem, "use up to 32 of A-Z, 0-9 and . _ / -")
        return ""


def _place(table: Table, rooms: Mapping[str, Words]) -> tuple[str, str]:
    """Return the room and the place in it, both empty for a spare."""
    room = table.text("room")
    thing = table.key("thing") if room else table.text("thing")
    if room and room not in rooms:
        table.wrong("room", f"there is no room {room!r}", "add it to [[rooms]], or correct it")
    if thing and not room:
        table.wrong("thing", "has no room", "name the room as well")
    return (room, thing) if room and thing else ("", "")
