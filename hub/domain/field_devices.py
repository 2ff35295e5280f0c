"""What stands in the rooms and speaks for itself: sensors, plugs, buttons, projectors, as they announce themselves.

A *field device* has *points*; each point is one value that changes (a temperature, a switch) or one thing that can be
pressed. Ours and other makers' are alike (``reference/iot-conventions.md`` 1).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Standing(StrEnum):
    """What the house makes of a device: it waits for a technician, is watched, was refused, or is gone.

    ``GONE``: its announcement was withdrawn. The row stays, so that its history keeps a name.
    """

    QUARANTINED = "quarantined"
    ADMITTED = "admitted"
    REFUSED = "refused"
    GONE = "gone"


class Supply(StrEnum):
    """What a device lives on, which says how long its silence may last."""

    MAINS = "mains"
    BATTERY = "battery"


class Quantity(StrEnum):
    """What a point measures; the words are Home Assistant's device classes. ``STATE`` is a word, not a number."""

    TEMPERATURE = "temperature"
    HUMIDITY = "humidity"
    CARBON_DIOXIDE = "carbon_dioxide"
    WEIGHT = "weight"
    POWER = "power"
    CURRENT = "current"
    VOLTAGE = "voltage"
    ENERGY = "energy"
    BATTERY = "battery"
    SIGNAL_STRENGTH = "signal_strength"
    ILLUMINANCE = "illuminance"
    DURATION = "duration"
    TIMESTAMP = "timestamp"
    STATE = "state"
    EVENT = "event"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDevice:
    """One device. ``id`` is ours: 3 to 32 of ``a-z 0-9 -``, made from what the device calls itself, for ever the same.

    ``publisher`` is who speaks for it at the broker: the topic prefix that its points must stay below. ``identity`` is
    what it calls itself (the first of its identifiers or connections). ``via`` is the id of the device through which it
    reaches us. ``area`` is the room it suggests, in its own words; ``room`` the key of the room it is in, by a
    technician. ``thing`` is the key of what it is, or serves, in that room (``hub.domain.room_devices``). ``called`` is
    what a technician calls it: it stays when the device announces itself again under the ``name`` of its own.

    ``available`` is what it, or its will, said last; None when it never said. ``heard_at`` is its last sign of life.
    Until ``excused_until`` nobody is called about it: a maintenance window, or it is expected to be off, and why is in
    ``excuse``. All instants are UTC.

    ``returns_as`` is its standing should it come back after it was gone. ``refused`` counts what it said and nobody
    could believe (not a number, absurd, too large), ``refused_why`` is the last of it in words.

    ``thrown_out_at``: since then a technician wants it at the broker no more (``hub.sensor_gate``).
    """

    id: str
    publisher: str
    identity: str
    name: str
    maker: str = ""
    model: str = ""
    software: str = ""
    area: str = ""
    via: str = ""
    supply: Supply = Supply.MAINS
    standing: Standing = Standing.QUARANTINED
    room: str | None = None
    thing: str = ""
    called: str = ""
    announced_at: datetime
    available: bool | None = None
    available_at: datetime | None = None
    heard_at: datetime | None = None
    excused_until: datetime | None = None
    excuse: str = ""
    returns_as: Standing = Standing.QUARANTINED
    refused: int = 0
    refused_why: str = ""
    thrown_out_at: datetime | None = None

    @property
    def title(self) -> str:
        """Return what people call it."""
        return self.called or self.name or self.identity

    @property
    def station(self) -> str:
        """Return under which id it may be a device of ours: only who speaks for itself can be one, not who says so."""
        return self.identity if self.publisher == self.identity else ""

    def excused(self, now: datetime) -> bool:
        """Say whether nobody is to be called about it at the moment; the excuse ends by itself."""
        return self.excused_until is not None and now < self.excused_until


def thrown_out(devices: Iterable[FieldDevice]) -> frozenset[str]:
    """Return the publishers that may not speak any more: each of their devices was thrown out.

    A bridge goes on to speak for its other devices, but for those that a technician wants nothing of.
    """
    found = list(devices)
    return frozenset(one.publisher for one in found if one.thrown_out_at) - {
        one.publisher
        for one in found
        if not one.thrown_out_at and one.standing not in {Standing.GONE, Standing.REFUSED}
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value of a device. ``id`` is ``<device>.<key>``.

    ``component`` is the kind of Home Assistant entity (``sensor``, ``binary_sensor``, ``event``, ``switch``…),
    ``topic`` where it was announced, ``config`` the announcement with all abbreviations expanded, from which a hub that
    starts again goes on. ``unit`` is the unit that its readings are kept in, ``said_unit`` the one it announces.

    ``expires_s``: without a reading for so long its value is old, in seconds; None when it names no span.
    """

    id: str
    device: str
    key: str
    component: str
    name: str
    quantity: Quantity = Quantity.OTHER
    unit: str = ""
    said_unit: str = ""
    expires_s: float | None = None
    topic: str = ""
    config: Mapping[str, object] = field(default_factory=dict)
    gone: bool = False
