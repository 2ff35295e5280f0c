"""[room_classes.…] and [[rooms.sensors]]: by what rooms are watched, in classes and for single devices."""

import math
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

from hub.domain.bands import STANDARD_BANDS, Band, Measure
from hub.domain.lasting import STANDARD_DELAYS, Delays
from hub.domain.room_wishes import RoomWish
from hub.domain.silence import CEILING
from hub.domain.watch_settings import Bands, RoomClass, SensorSettings, Tea
from hub.venue_files.each_once import each_once
from hub.venue_files.table import DEVICE, KEY, Table

_DAY_MIN = 24 * 60
_MOST = 1e6
_USUAL = Tea()


def read_classes(top: Table) -> tuple[RoomClass, ...]:
    """Read the classes of rooms; each table is that class's whole settings, what it leaves out is as is usual."""
    classes = top.table("room_classes")
    if classes is None:
        return ()
    found = [_class(key, inner) for key in classes.names() if (inner := classes.table(key)) is not None]
    classes.close()
    return tuple(found)


def read_sensors(room: Table) -> tuple[SensorSettings, ...] | None:
    """Read what holds for single devices of a room; None where the file does not name any."""
    if not room.has("sensors"):
        return None
    read = partial(_sensor, room=str(room.value("key")))
    return each_once(room.tables("sensors"), read, lambda one: one.device, "device")


def _class(key: str, table: Table) -> RoomClass:
    if not KEY.fullmatch(key):
        table.report.add(table.path, f"{key!r} cannot be a key", "use up to 64 of A-Z a-z 0-9 _ . : / -")
    usual = STANDARD_DELAYS
    on, off = (
        timedelta(seconds=_number(table, name, 0, 3600, span.total_seconds()))
        for name, span in (("on_delay_s", usual.on), ("off_delay_s", usual.off))
    )
    silence = timedelta(minutes=_number(table, "silence_min", 1, _DAY_MIN, CEILING / timedelta(minutes=1)))
    found = RoomClass(
        key=key, bands=_bands(table), delays=Delays(on=on, off=off), silence=silence, tea=_tea(table.table("tea"))
    )
    table.close()
    return found


def _tea(table: Table | None) -> Tea:
    if table is None:
        return _USUAL
    served = table.flag("served")
    lead = _number(table, "lead_min", 0, _DAY_MIN, _USUAL.lead / timedelta(minutes=1))
    every = _number(table, "every_min", 5, _DAY_MIN, _USUAL.every / timedelta(minutes=1))
    guests = _number(table, "guests", 1, 1000, _USUAL.guests)
    low_s = _number(table, "low_s", 0, 3600, _USUAL.low_for.total_seconds())
    warmth = _warmth(table)
    scarce = _number(table, "scarce_pct", 0, 100, _USUAL.scarce * 100) / 100
    together = _number(table, "together_min", 0, 60, _USUAL.together / timedelta(minutes=1))
    table.close()
    return Tea(
        served=served is not False,
        lead=timedelta(minutes=lead),
        every=timedelta(minutes=every),
        guests=int(guests),
        low_for=timedelta(seconds=low_s),
        together=timedelta(minutes=together),
        warmth=warmth,
        scarce=scarce,
    )


def _warmth(table: Table) -> Band:
    """Read how warm a hot drink reaches its guest."""
    low = _number(table, "low_c", 0, 100, _USUAL.warmth.low or 0)
    high = _number(table, "high_c", 0, 100, _USUAL.warmth.high or 100)
    if low >= high:
        at = "low_c" if table.has("low_c") else "high_c"
        table.wrong(at, f"leaves nothing between {low:g} and {high:g} °C", "set low_c below high_c")
    return Band(low=low, high=high)


def _sensor(table: Table, room: str) -> SensorSettings | None:
    device = table.key("device", DEVICE)
    silence = _maybe(table, "silence_min", 1, 7 * _DAY_MIN)
    empty_kg = _maybe(table, "empty_kg", 0.05, 50)
    found = SensorSettings(
        device=device,
        room=room,
        bands=_bands(table),
        silence=None if silence is None else timedelta(minutes=silence),
        pot=table.flag("pot") is not False,
        empty_kg=empty_kg,
        button=table.word("button", RoomWish),
        needed=table.flag("needed") is True,
    )
    table.close()
    return found if device else None


def _bands(table: Table) -> Bands:
    read: Mapping[Measure, Callable[[], Table | None]] = {one: partial(table.table, one.value) for one in Measure}
    return {
        measure: _band(inner, measure) for measure, get in read.items() if table.has(measure.value) and (inner := get())
    }


def _band(table: Table, measure: Measure) -> Band | None:
    """Read one band; what it leaves out is as is usual for its measure. None: it is not to be watched."""
    usual = STANDARD_BANDS.get(measure, Band())
    watched = table.flag("watched")
    low, high = (_maybe(table, name, -_MOST, _MOST) for name in ("low", "high"))
    margin = _number(table, "margin", 0, _MOST, usual.margin)
    per_minute = _maybe(table, "per_minute", 0, _MOST)
    table.close()
    if watched is False:
        return None
    band = Band(
        low=usual.low if low is None else low,
        high=usual.high if high is None else high,
        margin=margin,
        per_minute=usual.per_minute if per_minute is None else per_minute,
    )
    if band.low is not None and band.high is not None and band.low + 2 * band.margin >= band.high:
        at = "low" if table.has("low") else "high"
        problem = f"leaves nothing between {band.low:g} and {band.high:g} with a margin of {band.margin:g}"
        table.wrong(at, problem, "set low and high further apart, or a smaller margin")
    return band


def _number(table: Table, name: str, least: float, most: float, usual: float) -> float:
    found = _maybe(table, name, least, most)
    return usual if found is None else found


def _maybe(table: Table, name: str, least: float, most: float) -> float | None:
    """Read a number; None where it is not there or wrong."""
    value = table.value(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        table.wrong(name, f"{value!r} is no number", "write a number, without quotation marks")
        return None
    if not least <= value <= most:
        table.wrong(name, f"{value:g} does not fit", f"give {least:g} to {most:g}")
        return None
    return float(value)
