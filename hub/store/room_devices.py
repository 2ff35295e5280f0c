"""What stands in the rooms."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import bindparam, delete, select

from hub.domain.room_devices import DeviceKind, RoomDevice
from hub.domain.words import Words
from hub.store import tables as t
from hub.store.rows import both, words
from hub.store.work import AnyRow, Upsert, Work

_d = t.room_devices.c
_ALL = select(t.room_devices).order_by(_d.room, _d.position, _d.key)
_OF_ROOM = _ALL.where(_d.room == bindparam("of_room"))
_PUT = Upsert(t.room_devices, "room", "key")
_REMOVE = delete(t.room_devices).where(_d.room == bindparam("of_room"), _d.key == bindparam("the_key"))


class SqlRoomDevices:
    """Fills ``hub.request_ports.RoomDevices``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def all(self) -> Sequence[RoomDevice]:
        """Return all devices, by room and place in its list."""
        return [_device(row) for row in self._work.rows(_ALL)]

    def of_room(self, room: str) -> Sequence[RoomDevice]:
        """Return the devices of one room in their order."""
        return [_device(row) for row in self._work.rows(_OF_ROOM, {"of_room": room})]

    def put(self, devices: Iterable[RoomDevice]) -> None:
        """Add or change devices."""
        rows = [
            {
                "room": one.room,
                "key": one.key,
                "position": one.position,
                "kind": one.kind.value,
                "guide": [[step.zh, step.en] for step in one.guide],
                **both("name", one.name),
            }
            for one in devices
        ]
        if rows:
            self._work.put(_PUT, rows)

    def remove(self, keys: Collection[tuple[str, str]]) -> None:
        """Remove devices, each named by its room and its own key."""
        if keys:
            self._work.send(_REMOVE, [{"of_room": room, "the_key": key} for room, key in sorted(keys)])


def _device(row: AnyRow) -> RoomDevice:
    return RoomDevice(
        room=row.room,
        key=row.key,
        kind=DeviceKind(row.kind),
        name=words(row, "name"),
        guide=tuple(Words(zh, en) for zh, en in row.guide),
        position=row.position,
    )
