"""A device announces itself, or goes: what it is, what it measures, and whether the house knows its publisher."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from hub.domain.announcements import Announcement
from hub.domain.announcing import House, decide
from hub.domain.device_register import Decision, DeviceRegister, Refusal
from hub.ports import Transaction


@dataclass(slots=True)
class Announced:
    """The devices of the house as their announcements have it; used by one thread.

    ``register`` is in memory; what it holds is what the store holds, or ``load`` must follow. ``awaited`` are the
    devices that speak through one which was not announced yet, by what that one calls itself.
    """

    house: House
    register: DeviceRegister = field(default_factory=DeviceRegister)
    awaited: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def load(self, tx: Transaction) -> None:
        """Read everything anew: at the start, and when somebody else has changed a device or a room."""
        self.load_rooms(tx)
        self.register = DeviceRegister(tx.field_devices.all(), tx.field_devices.points())

    def load_rooms(self, tx: Transaction) -> None:
        """Read the rooms anew."""
        self.house = replace(self.house, rooms=tx.meetings.rooms())

    def look(self, announcement: Announcement, now: datetime) -> Decision:
        """Return what an announcement would change, without a transaction: most repeat what is known."""
        return decide(self.register, announcement, self.house, now)


def announce_device(
    tx: Transaction, announced: Announced, announcement: Announcement, now: datetime
) -> Sequence[Refusal]:
    """Store what an announcement changes; returns what of it is refused. ``now`` is UTC."""
    _bring_up_to_date(tx, announced, announced.look(announcement, now))
    decision = announced.look(announcement, now)
    _take_along(announced, announcement, decision)
    for device in decision.devices.values():
        tx.field_devices.save(device)
    tx.field_devices.save_points(decision.points.values())
    changed = {*decision.devices, *(point.device for point in decision.points.values())}
    tx.feed.touch(("field_device", device) for device in sorted(changed))
    announced.register.put(decision.devices.values(), decision.points.values())
    return decision.refusals


def _bring_up_to_date(tx: Transaction, announced: Announced, decision: Decision) -> None:
    """Take what a person may have changed since it was read: these devices' room and standing, the house's rooms."""
    fresh = (tx.field_devices.get(device) for device in sorted(decision.devices))
    announced.register.put([device for device in fresh if device is not None], ())
    if any(one.area and one.room is None for one in decision.devices.values()):
        announced.load_rooms(tx)


def _take_along(announced: Announced, announcement: Announcement, decision: Decision) -> None:
    """Let devices know the one that they speak through, whichever of them was announced first."""
    said, register = announcement.device, announced.register
    if said is None:
        return
    arrived = [one for one in decision.devices.values() if one.id not in register.devices]
    for device in arrived:
        for waiting in announced.awaited.pop(device.identity, ()):
            other = register.devices.get(waiting)
            if other is not None and not other.via and other.publisher == device.publisher:
                decision.devices[waiting] = replace(other, via=device.id)
    if said.via and said.via != said.identity:
        announced.awaited[said.via] |= {one.id for one in arrived if not one.via}
