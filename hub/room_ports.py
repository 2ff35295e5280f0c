"""What the use cases need of the store for what stands in rooms, as Protocols; part of ``hub.ports.Transaction``."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from hub.domain.assets import Asset
from hub.domain.conditions import Condition
from hub.domain.field_devices import FieldDevice, Point
from hub.domain.history import History, Level
from hub.domain.plug_watch import Plug
from hub.domain.readings import Reading
from hub.domain.room_checks import RoomCheck
from hub.domain.tea_pots import LearnedPot
from hub.domain.watch_settings import RoomClass, SensorSettings, WatchSettings


class FieldDevices(Protocol):
    """The devices in the rooms and their points."""

    def get(self, device: str) -> FieldDevice | None:
        """Return one device; in a writing transaction nobody else changes it before the end."""

    def all(self) -> Sequence[FieldDevice]:
        """Return all devices by id, those that are quarantined or gone too."""

    def save(self, device: FieldDevice) -> None:
        """Add or change a device."""

    def points(self, device: str | None = None) -> Sequence[Point]:
        """Return the points of one device, or of all, by id."""

    def point(self, point: str) -> Point | None:
        """Return one point by its id."""

    def save_points(self, points: Iterable[Point]) -> None:
        """Add or change points."""

    def heard(self, at: Mapping[str, datetime]) -> None:
        """Note when devices, by id, gave their last sign of life."""

    def refused(self, found: Mapping[str, tuple[int, str]]) -> None:
        """Count what devices, by id, said and nobody could believe; each with the last of it in words."""


class Readings(Protocol):
    """What the points said."""

    def add(self, readings: Sequence[Reading]) -> None:
        """Keep readings: the newest of each point is its latest, and all of them are history."""

    def latest(self, points: Collection[str] | None = None) -> Mapping[str, Reading]:
        """Return the newest reading of each of these points, or of all, by point."""

    def history(self, point: str, start: datetime, end: datetime, step_s: int | None = None) -> History:
        """Return what a point said from ``start`` on until before ``end``, to the millisecond, oldest first.

        Without ``step_s`` it is what a chart of that span needs: MOST_SPOTS spots at most, single readings where there
        are no more. With 0 it is each reading, however many there are, else one spot for each step in which something
        was said. Where the finer ones were thrown away for their age the steps are longer (``History.step_s``). Raises
        InvalidInput for a span or step that cannot be told.
        """

    def roll_up(self, now: datetime) -> bool:
        """Bring the readings of some points in the oldest minute or hour that is over into one row for each of them.

        Returns False when nothing has changed since. Repeating it changes nothing.
        """

    def forget(self, level: Level, before: datetime) -> int:
        """Remove some of the rows of a level from before an instant, the oldest; returns how many there were.

        It may leave a little more than asked for: whole hours, days or months, and what is not rolled up yet.
        """


class Conditions(Protocol):
    """What is wrong, and what was."""

    def open(self) -> Sequence[Condition]:
        """Return the open ones, the oldest first; in a writing transaction nobody else changes them before the end."""

    def get(self, condition: str) -> Condition | None:
        """Return one, over or not. Whoever changes it takes it from ``open``, which keeps others from doing so."""

    def save(self, condition: Condition) -> None:
        """Add or change one. A second open one of the same cause and subject raises Refused (I5)."""

    def of_subjects(self, subjects: Collection[str], since: datetime) -> Sequence[Condition]:
        """Return those about these subjects that were open at some time since an instant, the newest first."""

    def since(self, moment: datetime, limit: int) -> Sequence[Condition]:
        """Return all that were open at some time since an instant, the newest first."""

    def forget(self, before: datetime) -> None:
        """Remove those that were over before an instant."""


class Assets(Protocol):
    """What the house owns to put into rooms."""

    def all(self) -> Sequence[Asset]:
        """Return everything by label."""

    def get(self, label: str) -> Asset | None:
        """Return one piece; in a writing transaction nobody else changes it before the end."""

    def in_place(self, room: str, thing: str) -> Asset | None:
        """Return the piece that fills a place of a room."""

    def put(self, assets: Iterable[Asset]) -> None:
        """Add or change pieces, in this order. Two in one place, or two that are one device, raise Refused."""


class RoomChecks(Protocol):
    """How rooms were found before their meetings."""

    def put(self, check: RoomCheck) -> None:
        """Keep a check in the place of the meeting's last one."""

    def latest(self, meetings: Collection[str]) -> Mapping[str, RoomCheck]:
        """Return the newest check for each of these meetings that has one, by meeting."""


class WatchSettingsKept(Protocol):
    """How the house wants its rooms watched, and what was learned of its pots."""

    def all(self) -> WatchSettings:
        """Return all that the house has said."""

    def put_classes(self, classes: Iterable[RoomClass]) -> None:
        """Add or change classes of rooms."""

    def put_rooms(self, rooms: Mapping[str, str]) -> None:
        """Give rooms, by key, their classes; the empty one takes it away."""

    def put_sensors(self, room: str, sensors: Iterable[SensorSettings]) -> None:
        """Take these for all settings of devices that the house has said of a room."""

    def pots(self) -> Mapping[str, LearnedPot]:
        """Return what is known of each pot, by point."""

    def save_pots(self, pots: Iterable[LearnedPot]) -> None:
        """Keep what is known of pots."""

    def plugs(self) -> Mapping[str, Plug]:
        """Return what is known of each plug, by point."""

    def save_plugs(self, plugs: Iterable[Plug]) -> None:
        """Keep what is known of plugs."""
