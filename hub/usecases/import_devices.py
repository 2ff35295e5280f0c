"""What stands in the rooms, as a part of a venue file: a room's list in the file is that room's whole list."""

from collections.abc import Iterator
from dataclasses import dataclass

from hub.domain.room_devices import RoomDevice
from hub.ports import Transaction
from hub.usecases.venue_plan import VenueFile


@dataclass(frozen=True, slots=True)
class DevicePlan:
    """What an import would write: devices that are new or changed, which of them are new, and which go."""

    put: tuple[RoomDevice, ...] = ()
    new: frozenset[tuple[str, str]] = frozenset()
    gone: tuple[tuple[str, str], ...] = ()

    def rooms(self) -> Iterator[str]:
        """Return the rooms whose panels must hear of it."""
        yield from (one.room for one in self.put)
        yield from (room for room, _ in self.gone)


def plan_devices(tx: Transaction, file: VenueFile) -> DevicePlan:
    """Compare what the file says with what is there. A room whose list the file does not give keeps its own."""
    wanted = {(one.room, one.key): one for devices in file.devices.values() for one in devices}
    before = {(one.room, one.key): one for one in tx.room_devices.all()} if file.devices else {}
    return DevicePlan(
        put=tuple(one for key, one in wanted.items() if before.get(key) != one),
        new=frozenset(wanted.keys() - before.keys()),
        gone=tuple(key for key in before if key[0] in file.devices and key not in wanted),
    )


def write_devices(tx: Transaction, plan: DevicePlan) -> None:
    """Keep what was planned, and let panels hear of it."""
    tx.room_devices.remove(plan.gone)
    tx.room_devices.put(plan.put)
    tx.feed.touch(("room", room) for room in plan.rooms())
