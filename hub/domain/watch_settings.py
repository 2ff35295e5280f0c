"""How the house wants its rooms watched, by the class of a room and by device; else as is usual. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from hub.domain.bands import STANDARD_BANDS, Band, Measure
from hub.domain.lasting import STANDARD_DELAYS, Delays
from hub.domain.room_wishes import RoomWish
from hub.domain.silence import CEILING

Bands = Mapping[Measure, Band | None]
"""Bands that take the place of the usual ones; None: it is not watched."""


WARMTH = Band(low=55, high=70)
"""How warm a hot drink is served (R107), in °C: 130 to 160 °F, rounded inwards.

What people like, and what does not scald them: Abraham and Diller, J. Food Sci. 84(8), 2019, 2011-2014.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tea:
    """How tea is served in a room (R106, R108).

    ``lead`` is how long before the start it stands there; where no pot is weighed it is refilled ``every`` so often
    while a meeting has guests, one pot for ``guests`` of them. A pot that is weighed is low once it was for
    ``low_for``. A refill that is due within ``together`` goes with one on its floor that is due now: one walk serves
    both. ``warmth`` is the band, in °C, in which a hot drink is served. A drink of which less than the share ``scarce``
    of its portions is left is short (R110).
    """

    served: bool = True
    lead: timedelta = timedelta(minutes=15)
    every: timedelta = timedelta(minutes=45)
    guests: int = 10
    low_for: timedelta = timedelta(seconds=60)
    together: timedelta = timedelta(minutes=10)
    warmth: Band = WARMTH
    scarce: float = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomClass:
    """What holds in all rooms of a class. ``silence`` is the longest that any device there may be silent."""

    key: str = ""
    bands: Bands = field(default_factory=dict)
    delays: Delays = STANDARD_DELAYS
    silence: timedelta = CEILING
    tea: Tea = Tea()


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorSettings:
    """What holds for one device, whatever its room says.

    ``pot``: whether what it weighs is a tea pot, whose weight without tea is ``empty_kg`` where somebody knows it.
    ``button`` is what pressing it asks for. ``needed``: what hangs on this plug is on whenever guests are in the room.
    """

    device: str
    room: str
    bands: Bands = field(default_factory=dict)
    silence: timedelta | None = None
    pot: bool = True
    empty_kg: float | None = None
    button: RoomWish | None = None
    needed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSettings:
    """All of it. ``rooms`` maps the key of a room to that of its class."""

    classes: Mapping[str, RoomClass] = field(default_factory=dict)
    rooms: Mapping[str, str] = field(default_factory=dict)
    sensors: Mapping[str, SensorSettings] = field(default_factory=dict)

    def of_room(self, room: str | None) -> RoomClass:
        """Return what holds in a room."""
        return self.classes.get(self.rooms.get(room or "", ""), _USUAL)

    def band(self, measure: Measure, device: str, room: str | None) -> Band | None:
        """Return the band for a measure of a device that is in a room, None where it is not watched."""
        sensor = self.sensors.get(device)
        for bands in (sensor.bands if sensor else {}, self.of_room(room).bands):
            if measure in bands:
                return bands[measure]
        return STANDARD_BANDS.get(measure)

    def needed(self, device: str) -> bool:
        """Say whether what a plug feeds is to be on while guests are in its room."""
        sensor = self.sensors.get(device)
        return sensor is not None and sensor.needed

    def silence(self, device: str, room: str | None) -> timedelta:
        """Return the longest that a device may be silent."""
        sensor = self.sensors.get(device)
        return (sensor.silence if sensor else None) or self.of_room(room).silence


_USUAL = RoomClass()
