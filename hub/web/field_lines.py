"""Devices in a room as a technician reads them: state with since when, values with how far to believe them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hub.domain.field_devices import FieldDevice, Point, Standing
from hub.domain.readings import Quality
from hub.web.condition_lines import ConditionLine, Troubles, some
from hub.web.curves import Spark
from hub.web.field_states import ICONS, Stand, device_stand
from hub.web.language import Tongue
from hub.web.rooms_found import RoomsFound
from hub.web.values import Told, number_text, told, with_unit


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueLine:
    """One point in one language; ``day`` says its least and most of 24 hours, ``spark`` draws them.

    ``doing`` is what the thing behind a plug is doing, while what it draws is known.
    """

    point: Point
    told: Told
    spark: str = ""
    day: str = ""
    doing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLine:
    """One device in one language. ``seen_at`` is its last sign of life, from before a restart of the hub too."""

    device: FieldDevice
    title: str
    stand: Stand
    icon: str
    about: str
    thing: str
    seen_at: datetime | None
    values: tuple[ValueLine, ...]
    troubles: tuple[ConditionLine, ...]
    excused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What devices are written from. ``things`` names what stands in the rooms for people to use, by room and key."""

    found: RoomsFound
    troubles: Troubles
    things: Mapping[tuple[str, str], str]
    sparks: Mapping[str, Spark] = field(default_factory=dict)


def field_lines(devices: Iterable[FieldDevice], facts: Facts, tongue: Tongue, now: datetime) -> list[FieldLine]:
    """Write devices, in their order."""
    return [_line(device, facts, tongue, now) for device in devices]


def _values(points: Sequence[Point], facts: Facts, tongue: Tongue, now: datetime) -> tuple[ValueLine, ...]:
    """Write what the points of a device said last."""
    return tuple(_value(point, facts, tongue, now) for point in points)


def _value(point: Point, facts: Facts, tongue: Tongue, now: datetime) -> ValueLine:
    said = told(point, facts.found.latest.get(point.id), tongue, now)
    spark, plug = facts.sparks.get(point.id), facts.found.plugs.get(point.id)
    known = plug is not None and said.quality is Quality.LIVE
    return ValueLine(
        point=point,
        told=said,
        spark=spark.path if spark else "",
        day=_day(point, spark, tongue) if spark else "",
        doing=tongue.say(f"plug.{plug.state}") if plug and known else "",
    )


def _line(device: FieldDevice, facts: Facts, tongue: Tongue, now: datetime) -> FieldLine:
    wrong = facts.found.troubles.get(device.id, ())
    stand = device_stand(device, wrong, now)
    return FieldLine(
        device=device,
        title=device.title,
        stand=stand,
        icon=ICONS[stand.state],
        about=tongue.join((device.maker, device.model, device.software)),
        thing=facts.things.get((device.room or "", device.thing), ""),
        seen_at=device.heard_at,
        values=_values(facts.found.points.get(device.id, ()), facts, tongue, now),
        troubles=tuple(some(wrong, facts.found, tongue, facts.troubles, now)),
        excused=device.standing is Standing.ADMITTED and device.excused(now),
    )


def _day(point: Point, spark: Spark, tongue: Tongue) -> str:
    low, high = number_text(spark.low, point.quantity), number_text(spark.high, point.quantity)
    return tongue.say("field.day", low=low, high=with_unit(high, point.unit))
