"""What is wrong in the rooms is noticed from what their devices say, and calls people as everything else does (I5)."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from devices.contract.messages import Status
from hub.domain.field_devices import FieldDevice, Point
from hub.domain.house_watch import HouseWatch, Inventory
from hub.domain.plug_watch import Plug, worth_keeping
from hub.domain.readings import Quality, Reading
from hub.domain.room_calls import Call, House, call_for
from hub.domain.room_use import PREPARED, RoomUse, use_of_rooms
from hub.domain.room_wishes import RoomWish
from hub.domain.task_life import TaskTimes
from hub.domain.tea_pots import LearnedPot
from hub.domain.watch_settings import WatchSettings
from hub.domain.wrongs import Wrong
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.ask_from_room import ask_from_room
from hub.usecases.settle_conditions import settle_conditions

PUT_AWAY = timedelta(days=1)
"""A kiosk that has been away for longer was put away, and nobody is called about it any more."""

FRESH = timedelta(minutes=2)
"""A button's press that arrives later than this is not obeyed any more."""

LOOKS_AFTER = timedelta(milliseconds=250)
"""Everything is judged anew at most so often: a thousand points take a few milliseconds."""

PRESSED = frozenset({"event", "device_automation"})
"""The components of service buttons: Home Assistant's events, and the triggers of Zigbee2MQTT and Tasmota."""

_SERVICE = re.compile(r"(?i)(?<![a-z])(tea|service)(?![a-z])|茶|服务")
"""By what a button's name says that it calls somebody with tea (R108)."""

USES_AFTER = timedelta(seconds=10)
AGAIN_AFTER = timedelta(minutes=1)
"""How often it is looked at which rooms are in use, and whether somebody finished a task whose cause is still there."""

WORTH_KEEPING = 0.02
"""By what share of its full weight a pot must be known better before that is written down."""

_Settled = frozenset[tuple[str, str, Call | None]]


class RoomWatch:
    """Watches every device of the house; one of these, used by one thread.

    What it has heard is in memory; what is wrong, and what was learned, is in the store. All instants are UTC.
    """

    def __init__(self, times: TaskTimes | None = None) -> None:
        """Know nothing yet: ``load`` comes first. ``times`` are the house's."""
        self._times = times or TaskTimes()
        self._watch = HouseWatch()
        self._settings = WatchSettings()
        self._house = House()
        self._pots: dict[str, LearnedPot] = {}
        self._plugs: dict[str, Plug] = {}
        self._pressed: dict[str, tuple[datetime, str, RoomWish]] = {}
        self._obeyed: dict[str, datetime] = {}
        self._settled: _Settled | None = None
        self._judged_at: datetime | None = None
        self._looked_at: datetime | None = None
        self._used_at: datetime | None = None

    def load(self, tx: Transaction) -> None:
        """Read devices, points, rooms, settings and what is open; at the start and whenever one of these changed."""
        self._settings, self._pots = tx.watch_settings.all(), dict(tx.watch_settings.pots())
        self._plugs = dict(tx.watch_settings.plugs())
        self._watch.load(
            Inventory(
                devices=tx.field_devices.all(),
                points=tx.field_devices.points(),
                settings=self._settings,
                open=tx.conditions.open(),
                pots=self._pots,
                plugs=self._plugs,
            )
        )
        self._house = House(
            rooms={room.key: room for room in tx.meetings.rooms()},
            things={(one.room, one.key): one for one in tx.room_devices.all()},
            devices=self._watch.devices,
            points=self._watch.points,
            stations={device: door.name for device, door in tx.meetings.doors().items()},
            uses=self._house.uses,
        )
        self._settled = self._used_at = None

    def linked(self, up: bool, now: datetime) -> None:  # noqa: FBT001 - an answer to a question
        """Hear whether the hub reaches its broker. While it does not, nobody's silence means anything."""
        self._watch.linked(up, now)

    def hear(self, readings: Sequence[Reading], now: datetime) -> None:
        """Hear readings, in any order and any number of times."""
        for reading in readings:
            point = self._watch.points.get(reading.point)
            if point and point.component in PRESSED:
                self._press(point, reading, now)
            self._watch.hear(reading, now)

    def told(self, device: str, available: bool, now: datetime) -> None:  # noqa: FBT001 - what it said of itself
        """Hear what a device, or its will, says of itself: that it is there, or away."""
        self._watch.told(device, available, now)

    def look(self, tx: Transaction, now: datetime) -> None:
        """Look once a second at our own kiosks and agents, and at which rooms are in use."""
        for record in tx.devices.all():
            if record.status_at is not None:
                away = record.status == Status.OFFLINE.value and now - record.status_at <= PUT_AWAY
                self._watch.station(record.id, not away, now)
        if self._used_at is None or now - self._used_at >= USES_AFTER:
            self._look_at_uses(tx, now)

    def _look_at_uses(self, tx: Transaction, now: datetime) -> None:
        self._used_at = now
        self._use(use_of_rooms(tx.meetings.between(now, now + PREPARED), now))

    def due(self, now: datetime) -> bool:
        """Say whether ``settle`` would change something."""
        if self._pressed or self._settled is None:
            return True
        if self._judged_at is not None and timedelta() <= now - self._judged_at < LOOKS_AFTER:
            return False
        self._judged_at = now
        if self._better_known() or self._changed_plugs(now):
            return True
        now_so = self._as_it_is(self._watch.wrong(now), now)
        return now_so != self._settled or (
            bool(now_so) and (self._looked_at is None or now - self._looked_at >= AGAIN_AFTER)
        )

    def settle(self, tx: Transaction, who: Deciding) -> None:
        """Open and close conditions, and raise and close their tasks; in a transaction for writing."""
        if self._used_at is None:  # else a restart would end, for a moment, what is wrong only while guests are there
            self._look_at_uses(tx, who.at)
        for _, room, wish in self._pressed.values():
            ask_from_room(tx, room, wish, "", who, self._times)
        wrongs = self._watch.wrong(who.at)
        settle_conditions(tx, wrongs, self._house, who)
        known, pressed = self._better_known(), {point: at for point, (at, _, _) in self._pressed.items()}
        plugs = self._changed_plugs(who.at)
        tx.watch_settings.save_pots(known)
        tx.watch_settings.save_plugs(plugs)
        tx.feed.touch({("plug", self._room_of(plug.point)) for plug in plugs})
        settled = self._as_it_is(wrongs, who.at)
        learned = {one.point: one for one in known}, {one.point: one for one in plugs}
        tx.feed.on_commit(lambda _: self._kept(settled, learned, pressed, who.at))

    def _kept(
        self,
        settled: _Settled,
        known: tuple[Mapping[str, LearnedPot], Mapping[str, Plug]],
        pressed: Mapping[str, datetime],
        now: datetime,
    ) -> None:
        """Remember what is in the store now."""
        self._settled, self._looked_at = settled, now
        self._pots |= known[0]
        self._plugs |= known[1]
        self._obeyed |= pressed
        self._pressed = {}

    def _as_it_is(self, wrongs: Mapping[str, Wrong], now: datetime) -> _Settled:
        return frozenset((key, one.hidden_by, call_for(one, self._house, now)) for key, one in wrongs.items())

    def _better_known(self) -> list[LearnedPot]:
        return [one for id_, one in self._watch.learned().items() if _better(one, self._pots.get(id_))]

    def _room_of(self, point: str) -> str:
        return self._watch.devices[self._watch.points[point].device].room or ""

    def _changed_plugs(self, now: datetime) -> list[Plug]:
        return [one for one in self._watch.plugs(now) if worth_keeping(one, self._plugs.get(one.point))]

    def _use(self, uses: Mapping[str, RoomUse]) -> None:
        self._watch.live({room: use.since for room, use in uses.items() if use.since})
        house = self._house
        self._house = House(
            rooms=house.rooms,
            things=house.things,
            devices=house.devices,
            points=house.points,
            stations=house.stations,
            uses=uses,
        )

    def _press(self, point: Point, reading: Reading, now: datetime) -> None:
        """Take a press of a service button once, if it is fresh and stands in a room."""
        device = self._watch.devices[point.device]
        wish = self._asked_by(device, point)
        last = self._obeyed.get(point.id)
        if not (device.room and wish and reading.text) or reading.quality is not Quality.LIVE:
            return
        if now - reading.at <= FRESH and (last is None or reading.at > last):
            self._pressed[point.id] = (reading.at, device.room, wish)

    def _asked_by(self, device: FieldDevice, point: Point) -> RoomWish | None:
        """Say what a button asks for: what the house says, else tea where a pot is weighed or its name says so."""
        sensor = self._settings.sensors.get(device.id)
        if sensor and sensor.button:
            return sensor.button
        return RoomWish.TEA if self._watch.has_pot(device.id) or _SERVICE.search(f"{point.key} {point.name}") else None


def _better(now: LearnedPot, before: LearnedPot | None) -> bool:
    """Say whether so much more is known of a pot that it is worth writing."""
    if before is None:
        return now.full is not None
    enough = WORTH_KEEPING * (now.full or 1.0)
    pairs = ((now.zero, before.zero), (now.empty or 0.0, before.empty or 0.0), (now.full or 0.0, before.full or 0.0))
    return any(abs(one - other) > enough for one, other in pairs)
