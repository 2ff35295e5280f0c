"""What an announcement makes of the devices in the rooms (``reference/iot-conventions.md`` 1.2): pure decisions."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from hub.domain.announcements import AnnouncedDevice, AnnouncedPoint, Announcement, EntityFault
from hub.domain.device_register import Bounds, Decision, DeviceRegister, Refusal, device_id, owner_of
from hub.domain.field_devices import FieldDevice, Point, Standing, Supply
from hub.domain.meetings import Room
from hub.domain.publishers import Ground, Trespass, publisher_of
from hub.domain.units import kept_unit


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What an announcement is judged by: whose topics are whose, the rooms, and how much is taken in."""

    ground: Ground
    rooms: Sequence[Room] = ()
    bounds: Bounds = field(default_factory=Bounds)


def decide(register: DeviceRegister, announcement: Announcement, house: House, now: datetime) -> Decision:
    """Return what changes; nothing when the same was announced before. ``now`` is UTC."""
    decision = Decision()
    if announcement.device is None:
        _withdraw(register, announcement, decision, now)
        return decision
    try:
        publisher = _publisher(register, announcement, announcement.device, house)
    except Trespass as problem:
        decision.refusals.append(Refusal(problem.reason, problem.detail, "topic"))
        return decision
    if not publisher:
        if announcement.points:
            words = "the device names no topic: neither to listen to nor to speak to"
            decision.refusals.append(Refusal("no_topic", words, "state_topic"))
        else:
            _withdraw(register, announcement, decision, now)
        return decision
    decision.refusals += _unusable_entities(announcement.faults)
    _Taking(register, announcement, announcement.device, publisher, house, now, decision).take()
    return decision


def matching_room(area: str, rooms: Sequence[Room]) -> str | None:
    """Return the one room that is meant by an area: its key or its name in either language; None where unclear."""
    wanted = " ".join(area.split()).casefold()
    names = {room.key: {room.key, room.name.zh, room.name.en} for room in rooms}
    found = [key for key, called in names.items() if wanted and wanted in {one.casefold() for one in called}]
    return found[0] if len(found) == 1 else None


def plain_at_last(device: FieldDevice, before: Sequence[Room], rooms: Sequence[Room]) -> str | None:
    """Return the room that a device's area means now, where it meant none of the rooms there were ``before``.

    Where a technician took a device out of its room, that room does not become plain again by being changed.
    """
    if device.room is not None or matching_room(device.area, before) is not None:
        return None
    return matching_room(device.area, rooms)


def _unusable_entities(faults: Sequence[EntityFault]) -> Iterator[Refusal]:
    """Say which entities of a device cannot be used, those of one reason together."""
    by_reason: dict[str, list[EntityFault]] = {}
    for fault in faults:
        by_reason.setdefault(fault.reason, []).append(fault)
    for reason, (first, *others) in by_reason.items():
        more = f"; {len(others)} more of its entities too, such as {others[0].field}" if others else ""
        yield Refusal(reason, first.detail + more, first.field)


def _publisher(register: DeviceRegister, announcement: Announcement, device: AnnouncedDevice, house: House) -> str:
    """Return who speaks. Raises Trespass."""
    via = [one.publisher for one in register.identified(device.via)] if device.via else []
    found = publisher_of(announcement, house.ground, via)
    if found in house.ground.enrolled and announcement.topic != f"{house.ground.prefix}/device/{found}/config":
        topic = announcement.topic
        raise Trespass("trespass", topic, f"{found} does not announce itself on {topic[:120]!r}: somebody else does")
    if found or announcement.points:
        return found
    before = register.at_topic(announcement.topic)
    return register.devices[before[0].device].publisher if before else ""


def _withdraw(register: DeviceRegister, announcement: Announcement, decision: Decision, now: datetime) -> None:
    """Let everything go that was announced on this topic, or, where it only moves, let another topic take it."""
    for point in register.at_topic(announcement.topic):
        moved = replace(point, topic="") if announcement.hands_over else replace(point, gone=True)
        decision.points[point.id] = moved
    _let_empty_go(register, decision, now)


def _let_empty_go(register: DeviceRegister, decision: Decision, now: datetime) -> None:
    """Mark devices as gone that lost their last point. One that was refused stays so, should it come back."""
    for name in {point.device for point in decision.points.values()}:
        device = decision.devices.get(name) or register.devices[name]
        after = dict(register.points(name)) | {
            point.id: point for point in decision.points.values() if point.device == name
        }
        if device.standing in {Standing.GONE, Standing.REFUSED} or any(not point.gone for point in after.values()):
            continue
        decision.devices[name] = replace(device, standing=Standing.GONE, returns_as=device.standing, announced_at=now)


@dataclass(slots=True)
class _Taking:
    """One announcement of a device on its way into the register."""

    register: DeviceRegister
    announcement: Announcement
    said: AnnouncedDevice
    publisher: str
    house: House
    now: datetime
    decision: Decision
    device: FieldDevice = field(init=False)
    passed: int = 0

    def take(self) -> None:
        before = self.register.devices.get(device_id(self.publisher, self.said.identity))
        if not self._may_be(before):
            return
        self.device = self._described(before)
        points = {point.id: point for said in self.announcement.points if (point := self._point(said)) is not None}
        dropped = [point for point in self.register.at_topic(self.announcement.topic) if point.id not in points]
        known = self.register.points(self.device.id)
        self.decision.points |= {one.id: one for one in points.values() if known.get(one.id) != one}
        self.decision.points |= {one.id: replace(one, gone=True) for one in dropped}
        returns = before is None or before.standing is Standing.GONE
        if self.device != before and (points or not returns):
            self.decision.devices[self.device.id] = self.device
        _let_empty_go(self.register, self.decision, self.now)

    def _may_be(self, before: FieldDevice | None) -> bool:
        bounds = self.house.bounds
        if before is not None and (before.publisher, before.identity) != (self.publisher, self.said.identity):
            return self._refuse("id_taken", f"our name for it is taken by {before.identity[:64]} of {before.publisher}")
        if before is not None and before.standing is not Standing.GONE:
            return True
        theirs = sum(one.standing is not Standing.GONE for one in self.register.publisher(self.publisher))
        if theirs >= bounds.devices_per_publisher:
            words = f"{self.publisher[:64]} has {theirs} devices already (rooms.devices_per_publisher)"
            return self._refuse("too_many_devices", words, about=self.publisher)
        if before is None and len(self.register.devices) >= bounds.rows:
            return self._refuse("too_many_devices", f"the hub knows {bounds.rows} devices already", about="*")
        return True

    def _refuse(self, reason: str, detail: str, option: str = "", about: str = "") -> bool:
        self.decision.refusals.append(Refusal(reason, detail, option, about))
        return False

    def _described(self, before: FieldDevice | None) -> FieldDevice:
        """Return the device as it is said to be now. Topics that say less than others take nothing away."""
        said = self.said
        if before is None:
            new = FieldDevice(
                id=device_id(self.publisher, said.identity),
                publisher=self.publisher,
                identity=said.identity,
                name=said.name or said.identity,
                standing=self._standing(None),
                announced_at=self.now,
            )
        else:
            new = before
            if before.standing is Standing.GONE:
                new = replace(new, standing=self._standing(before))
        room = new.room
        if room is None and said.area and said.area != new.area:
            room = matching_room(said.area, self.house.rooms)
        changed = replace(
            new,
            name=said.name or new.name,
            maker=said.maker or new.maker,
            model=said.model or new.model,
            software=said.software or new.software,
            area=said.area or new.area,
            via=self._via() or new.via,
            supply=self._supply(before),
            room=room,
        )
        return replace(changed, announced_at=self.now) if changed != before else changed

    def _standing(self, before: FieldDevice | None) -> Standing:
        """Say how a device comes in: with a publisher who is known, or as it was; else it waits for a technician."""
        admitted = (
            one.standing is Standing.ADMITTED or (one.standing is Standing.GONE and one.returns_as is Standing.ADMITTED)
            for one in self.register.publisher(self.publisher)
        )
        known = self.house.ground.trusts(self.publisher) or any(admitted)
        return Standing.ADMITTED if known else before.returns_as if before else Standing.QUARANTINED

    def _supply(self, before: FieldDevice | None) -> Supply:
        """Say what it lives on. One that says more of itself may turn out to have a battery; a person knows better."""
        says_more = before is None or not self.register.at_topic(self.announcement.topic)
        if before is None or (says_more and self.said.supply is Supply.BATTERY):
            return self.said.supply
        return before.supply

    def _via(self) -> str:
        """Return our id of the device through which it speaks; empty while that one is not known."""
        found = self.register.identified(self.said.via) if self.said.via else []
        own = [one for one in found if one.publisher == self.publisher] or found
        return own[0].id if len(own) == 1 else ""

    def _point(self, said: AnnouncedPoint) -> Point | None:
        """Return the point as it is to be kept, None where it is refused."""
        point = Point(
            id=f"{self.device.id}.{said.key}",
            device=self.device.id,
            key=said.key,
            component=said.component,
            name=said.name,
            quantity=said.quantity,
            unit=kept_unit(said.quantity, said.unit),
            said_unit=said.unit,
            expires_s=said.expires_s,
            topic=self.announcement.topic,
            config=_as_stored(said.config),
        )
        before = self.register.points(self.device.id).get(point.id)
        if before is not None and not before.gone and before.topic in {point.topic, ""}:
            return point
        other = self._other(point, before)
        if other is not None:
            words = f"{point.component} {said.unique_id or said.key} is announced on {other.topic[:200]} already"
            self._refuse("duplicate_id", f"{words}: give it a unique_id of its own", "unique_id")
            return None
        return point if self._fits(before) else None

    def _other(self, point: Point, before: Point | None) -> Point | None:
        """Return the point whose place this one would take: on another topic, and not only waiting to be admitted."""
        if before is not None and not before.gone:
            return before
        owner = owner_of(point)
        for other, device in self.register.owners(owner) if owner else ():
            weaker = device.standing is not Standing.ADMITTED and self.device.standing is Standing.ADMITTED
            if other.topic == "":
                self.decision.points[other.id] = replace(other, gone=True)  # it moves, and to another device
            elif other.topic != point.topic and not weaker:
                return other
        return None

    def _fits(self, before: Point | None) -> bool:
        bounds, standing, device = self.house.bounds, self.device.standing, self.device.id
        here = len(self.register.live(device)) + self.passed
        rows = len(self.register.points(device)) + self.passed
        if here >= bounds.points_per_device:
            words = f"{device} has {bounds.points_per_device} points already"
            return self._refuse("too_many_points", words, about=device)
        if before is None and rows >= bounds.rows_per_device:
            words = f"{device} has had {bounds.rows_per_device} points: it keeps changing their names"
            return self._refuse("too_many_points", words, about=device)
        most = bounds.points_of(standing)
        if self.register.count(standing) + self.passed >= most:
            words = f"all devices that are {standing} have {most} points together (rooms.points)"
            return self._refuse("too_many_points", words, about="*")
        self.passed += 1
        return True


def _as_stored(config: Mapping[str, object]) -> Mapping[str, object]:
    """Return it as the store gives it back, so that the same announcement is the same."""
    found: Mapping[str, object] = json.loads(json.dumps(config, ensure_ascii=False))
    return found
