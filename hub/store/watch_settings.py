"""How the house wants its rooms watched, and what was learned of its pots."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select

from hub.domain.bands import Band, Measure
from hub.domain.lasting import Delays
from hub.domain.plug_power import PlugMemory, PlugState
from hub.domain.plug_watch import Plug
from hub.domain.room_wishes import RoomWish
from hub.domain.tea_pots import LearnedPot
from hub.domain.watch_settings import Bands, RoomClass, SensorSettings, Tea, WatchSettings
from hub.store import watch_tables as t
from hub.store.work import AnyRow, Upsert, Work

_USUAL = Tea()
_CLASSES = select(t.room_classes)
_ROOMS = select(t.classes_of_rooms)
_SENSORS = select(t.sensor_settings)
_POTS = select(t.pots)
_PLUGS = select(t.plugs)
_PUT_CLASS = Upsert(t.room_classes, "key")
_PUT_ROOM = Upsert(t.classes_of_rooms, "room")
_PUT_SENSOR = Upsert(t.sensor_settings, "device")
_PUT_POT = Upsert(t.pots, "point")
_PUT_PLUG = Upsert(t.plugs, "point")
_NO_SENSORS = delete(t.sensor_settings).where(t.sensor_settings.c.room == bindparam("of_room"))
_NO_CLASS = delete(t.classes_of_rooms).where(t.classes_of_rooms.c.room == bindparam("of_room"))


class SqlWatchSettings:
    """Fills ``hub.room_ports.WatchSettingsKept``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def all(self) -> WatchSettings:
        """Return all that the house has said."""
        sensors = (_sensor(row.device, row.room, row.said) for row in self._work.rows(_SENSORS))
        return WatchSettings(
            classes={row.key: _class(row.key, row.said) for row in self._work.rows(_CLASSES)},
            rooms={row.room: row.room_class for row in self._work.rows(_ROOMS)},
            sensors={one.device: one for one in sensors},
        )

    def put_classes(self, classes: Iterable[RoomClass]) -> None:
        """Add or change classes of rooms."""
        rows = [{"key": one.key, "said": _of_class(one)} for one in classes]
        if rows:
            self._work.put(_PUT_CLASS, rows)

    def put_rooms(self, rooms: Mapping[str, str]) -> None:
        """Give rooms, by key, their classes; the empty one takes it away."""
        rows = [{"room": room, "room_class": key} for room, key in rooms.items() if key]
        none = [{"of_room": room} for room, key in rooms.items() if not key]
        if rows:
            self._work.put(_PUT_ROOM, rows)
        if none:
            self._work.send(_NO_CLASS, none)

    def put_sensors(self, room: str, sensors: Iterable[SensorSettings]) -> None:
        """Take these for all settings of devices that the house has said of a room."""
        rows = [{"device": one.device, "room": room, "said": _of_sensor(one)} for one in sensors]
        self._work.send(_NO_SENSORS, {"of_room": room})
        if rows:
            self._work.put(_PUT_SENSOR, rows)

    def pots(self) -> Mapping[str, LearnedPot]:
        """Return what is known of each pot, by point."""
        return {
            row.point: LearnedPot(point=row.point, zero=row.zero, empty=row.empty, full=row.full)
            for row in self._work.rows(_POTS)
        }

    def save_pots(self, pots: Iterable[LearnedPot]) -> None:
        """Keep what is known of pots."""
        rows = [{"point": one.point, "zero": one.zero, "empty": one.empty, "full": one.full} for one in pots]
        if rows:
            self._work.put(_PUT_POT, rows)

    def plugs(self) -> Mapping[str, Plug]:
        """Return what is known of each plug, by point."""
        return {row.point: _plug(row) for row in self._work.rows(_PLUGS)}

    def save_plugs(self, plugs: Iterable[Plug]) -> None:
        """Keep what is known of plugs."""
        rows = [
            {
                "point": one.point,
                "state": one.state.value,
                "seconds": list(one.memory.seconds),
                "watts": one.memory.watts,
                "at": one.memory.at,
                "on_since": one.memory.on_since,
                "nothing_since": one.memory.nothing_since,
            }
            for one in plugs
        ]
        if rows:
            self._work.put(_PUT_PLUG, rows)


def _plug(row: AnyRow) -> Plug:
    memory = PlugMemory(
        seconds=tuple(row.seconds),
        watts=row.watts,
        at=row.at,
        on_since=row.on_since,
        nothing_since=row.nothing_since,
    )
    return Plug(point=row.point, memory=memory, state=PlugState(row.state))


def _of_class(one: RoomClass) -> dict[str, object]:
    tea = one.tea
    return {
        "bands": _of_bands(one.bands),
        "on_s": one.delays.on.total_seconds(),
        "off_s": one.delays.off.total_seconds(),
        "silence_s": one.silence.total_seconds(),
        "tea": [tea.served, tea.lead.total_seconds(), tea.every.total_seconds(), tea.guests],
        "pot_low_s": tea.low_for.total_seconds(),
        "together_s": tea.together.total_seconds(),
        "warmth_c": [tea.warmth.low, tea.warmth.high],
        "scarce": tea.scarce,
    }


def _class(key: str, said: Mapping[str, Any]) -> RoomClass:
    served, lead, every, guests = said["tea"]
    # Missing in what was kept before they were settings:
    low, together, warmth = said.get("pot_low_s"), said.get("together_s"), said.get("warmth_c")
    tea = Tea(
        served=served,
        lead=timedelta(seconds=lead),
        every=timedelta(seconds=every),
        guests=guests,
        low_for=_USUAL.low_for if low is None else timedelta(seconds=low),
        together=_USUAL.together if together is None else timedelta(seconds=together),
        warmth=_USUAL.warmth if warmth is None else Band(low=warmth[0], high=warmth[1]),
        scarce=said.get("scarce", _USUAL.scarce),
    )
    return RoomClass(
        key=key,
        bands=_bands(said["bands"]),
        delays=Delays(on=timedelta(seconds=said["on_s"]), off=timedelta(seconds=said["off_s"])),
        silence=timedelta(seconds=said["silence_s"]),
        tea=tea,
    )


def _of_sensor(one: SensorSettings) -> dict[str, object]:
    return {
        "bands": _of_bands(one.bands),
        "silence_s": one.silence.total_seconds() if one.silence else None,
        "pot": one.pot,
        "empty_kg": one.empty_kg,
        "button": one.button.value if one.button else None,
        "needed": one.needed,
    }


def _sensor(device: str, room: str, said: Mapping[str, Any]) -> SensorSettings:
    silence, button = said["silence_s"], said["button"]
    return SensorSettings(
        device=device,
        room=room,
        bands=_bands(said["bands"]),
        silence=None if silence is None else timedelta(seconds=silence),
        pot=said["pot"],
        empty_kg=said["empty_kg"],
        button=None if button is None else RoomWish(button),
        needed=said.get("needed", False),
    )


def _of_bands(bands: Bands) -> dict[str, list[float | None] | None]:
    return {
        measure.value: [band.low, band.high, band.margin, band.per_minute] if band else None
        for measure, band in bands.items()
    }


def _bands(said: Mapping[str, list[Any] | None]) -> dict[Measure, Band | None]:
    return {Measure(measure): _band(*parts) if parts else None for measure, parts in said.items()}


def _band(low: float | None, high: float | None, margin: float, per_minute: float | None) -> Band:
    return Band(low=low, high=high, margin=margin, per_minute=per_minute)
