"""The points that are listened to: which topics are theirs, and what a message on one of them says of each."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from devices.ports import Received
from hub.discovery import Message, PointReader, Said, Unusable
from hub.domain.field_devices import FieldDevice, Point, Quantity, Standing
from hub.domain.pace import real
from hub.domain.plausible import band, believable
from hub.domain.readings import Quality, Reading
from hub.domain.units import converter

MOST_TOPICS = 20_000
"""Topics that are subscribed to for points, at most (I13)."""

SETTLING = timedelta(seconds=5)
"""So long after a device was first listened to may a part of its availability be missing: retained words come apart."""

_NO_NUMBER = re.compile(rb"(?i)\bnan\b|\binf|\d{16}|\de\+?\d{2}")
_WORDS = frozenset({Quantity.STATE, Quantity.EVENT, Quantity.TIMESTAMP})


@dataclass(slots=True, eq=False)
class Ear:
    """One point that is listened to: its reader, the way to its kept unit, and what it said last."""

    point: Point
    reader: PointReader
    since: datetime
    last: Reading | None
    heard_at: datetime | None
    off_at: datetime | None = None
    convert: Callable[[float], float] | None = None
    within: tuple[float, float] = (0.0, 0.0)
    said_available: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Prepare what each value needs."""
        point = self.point
        if point.said_unit != point.unit:
            self.convert = converter(point.said_unit, point.unit)
        self.within = band(point.quantity, point.unit)
        delay = self.reader.off_delay_s
        if self.last is not None and self.last.text == "on" and delay is not None:
            self.off_at = self.last.at + timedelta(seconds=delay)


@dataclass(slots=True)
class Heard:
    """What a batch of messages came to: readings in order, signs of life, what nobody can believe, availability."""

    readings: list[Reading] = field(default_factory=list)
    alive: dict[str, datetime] = field(default_factory=dict)
    refused: dict[str, tuple[int, str]] = field(default_factory=dict)
    available: dict[str, bool] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Say whether there is something to store."""
        return bool(self.readings or self.alive or self.refused or self.available)

    def refuse(self, device: str, why: str) -> None:
        """Count one value of a device that nobody can believe."""
        self.refused[device] = (self.refused.get(device, (0, ""))[0] + 1, why)


class Listening:
    """All ears, by topic. Used by the worker's thread alone."""

    def __init__(self) -> None:
        """Begin with none."""
        self._ears: dict[str, Ear] = {}
        self._of_device: defaultdict[str, list[Ear]] = defaultdict(list)
        self._states: dict[str, list[Ear]] = {}
        self._availability: dict[str, list[Ear]] = {}
        self._doubted: set[str] = set()
        self.left_out = 0

    def __len__(self) -> int:
        """Return how many points are listened to."""
        return len(self._ears)

    @property
    def filters(self) -> dict[str, int]:
        """Return the topics to subscribe to, each with its QoS: what happens only once is asked for twice."""
        found: dict[str, int] = dict.fromkeys(self._availability, 1)
        for topic, ears in self._states.items():
            found[topic] = max(found.get(topic, 0), *(_qos(ear) for ear in ears))
        names = sorted(found)
        self.left_out = max(0, len(names) - MOST_TOPICS)
        return {name: found[name] for name in names[:MOST_TOPICS]}

    def follow(
        self,
        devices: Iterable[tuple[FieldDevice, Iterable[Point]]],
        latest: Mapping[str, Reading],
        now: datetime,
    ) -> list[tuple[Point, Unusable]]:
        """Listen to these devices as they are now; returns the points that cannot be read, each with the reason.

        ``latest`` is what the store holds; what was heard since stays.
        """
        problems = []
        for device, points in devices:
            before = {ear.point.id: ear for ear in self._of_device.pop(device.id, ())}
            for name in before:
                del self._ears[name]
            for point in points if device.standing is Standing.ADMITTED else ():
                try:
                    ear = None if point.gone else _ear(point, before.get(point.id), latest.get(point.id), now)
                except Unusable as problem:
                    if problem.reason != "not_used":
                        problems.append((point, problem))
                    continue
                if ear is not None:
                    self._ears[point.id] = ear
                    self._of_device[device.id].append(ear)
        self._index()
        return problems

    def recall(self, latest: Mapping[str, Reading]) -> None:
        """Go back to what the store holds: what was heard since could not be stored."""
        for ear in self._ears.values():
            ear.last = latest.get(ear.point.id)

    def knows(self, topic: str) -> bool:
        """Say whether some point listens to a topic."""
        return topic in self._states or topic in self._availability

    def hear(self, message: Received, heard: Heard, now: datetime) -> None:
        """Give a message to all points of its topic."""
        topic, told = message.topic, Message(message.payload)
        for ear in self._states.get(topic, ()):
            device = ear.point.device
            if not message.retained:
                heard.alive[device] = now
            said = ear.reader.hear_state(topic, told, message.retained, now)
            if said is None:
                if ear.point.quantity not in _WORDS and _nobody_believes(ear, message.payload):
                    heard.refuse(device, f"{ear.point.name}: {_shown(message.payload)} is no measurement")
            else:
                self._accept(ear, said, message.retained, heard, now)
        for ear in self._availability.get(topic, ()):
            ear.reader.hear_availability(topic, told)
            ear.said_available.add(topic)
            self._doubted.add(ear.point.device)

    def too_large(self, topic: str, size: int, heard: Heard) -> list[str]:
        """Count a message that was too large against the devices it is for; returns these."""
        devices = sorted({ear.point.device for ear in self._states.get(topic, ())})
        for device in devices:
            heard.refuse(device, f"a message of {size} bytes is too large")
        return devices

    def pass_time(self, heard: Heard, now: datetime) -> None:
        """Turn off what goes off by itself, mark what is old, and see who is available now."""
        for ear in self._ears.values():
            if ear.off_at is not None and ear.off_at <= now:
                off = Reading(point=ear.point.id, at=ear.off_at, text="off")
                ear.off_at, ear.last = None, off
                heard.readings.append(off)
            last, expires_s = ear.last, ear.point.expires_s
            if expires_s is None or last is None or ear.heard_at is None or last.quality is Quality.STALE:
                continue
            if now - ear.heard_at >= real(timedelta(seconds=expires_s)) and ear.point.quantity is not Quantity.EVENT:
                ear.last = replace(last, quality=Quality.STALE)
                heard.readings.append(ear.last)
        for device in sorted(self._doubted):
            available = self._available(device, now)
            if available is not None:
                heard.available[device] = available
                self._doubted.discard(device)

    def forget_availability(self, now: datetime) -> None:
        """Know nothing of who is available: the link was down, and the broker tells again what it keeps."""
        for ears in self._of_device.values():
            for number, ear in enumerate(ears):
                if ear.said_available:
                    fresh = PointReader(ear.point.component, ear.point.config)
                    ears[number] = self._ears[ear.point.id] = replace(
                        ear, reader=fresh, since=now, said_available=set()
                    )
        self._doubted.clear()
        self._index()

    def _accept(self, ear: Ear, said: Said, retained: bool, heard: Heard, now: datetime) -> None:  # noqa: FBT001 - one message
        value = said.value
        if value is not None:
            if ear.convert is not None:
                value = ear.convert(value)
            if not believable(value, ear.within):
                heard.refuse(ear.point.device, f"{ear.point.name}: {value:.6g} {ear.point.unit} cannot be")
                return
        last = ear.last
        if retained and last is not None and (last.value, last.text) == (value, said.text):
            return  # what the broker had kept is what we know: it is no newer for that
        quality = Quality.RESTORED if retained else Quality.LIVE
        at = now if said.at is None or said.at > now else said.at
        reading = Reading(point=ear.point.id, at=at, value=value, text=said.text, quality=quality)
        if last is None or at >= last.at:
            ear.last = reading
        ear.heard_at = now
        delay = ear.reader.off_delay_s
        if delay is not None:
            ear.off_at = now + timedelta(seconds=delay) if said.text == "on" else None
        heard.readings.append(reading)

    def _available(self, device: str, now: datetime) -> bool | None:
        """Say whether a device is there, as far as it has said; None while a part of its words may be on the way."""
        telling = [ear for ear in self._of_device.get(device, ()) if ear.reader.availability_topics]
        whole = [
            ear
            for ear in telling
            if ear.said_available >= ear.reader.availability_topics or now - ear.since >= real(SETTLING)
        ]
        known = {ear.reader.available for ear in whole} - {None}
        return any(known) if known and len(whole) == len(telling) else None

    def _index(self) -> None:
        states: defaultdict[str, list[Ear]] = defaultdict(list)
        availability: defaultdict[str, list[Ear]] = defaultdict(list)
        for ear in self._ears.values():
            for topic in ear.reader.state_topics:
                states[topic].append(ear)
            for topic in ear.reader.availability_topics:
                availability[topic].append(ear)
        self._states, self._availability = dict(states), dict(availability)


def _ear(point: Point, before: Ear | None, latest: Reading | None, now: datetime) -> Ear:
    """Return the ear of a point: the one that listened before, where nothing of it changed. Raises Unusable."""
    if before is not None and before.point == point:
        return before
    last = before.last if before is not None else latest
    heard_at = before.heard_at if before is not None else latest.at if latest else None
    return Ear(point=point, reader=PointReader(point.component, point.config), since=now, last=last, heard_at=heard_at)


def _qos(ear: Ear) -> int:
    asked = ear.point.config.get("qos")
    return 1 if ear.point.quantity is Quantity.EVENT or (isinstance(asked, int) and asked > 0) else 0


def _nobody_believes(ear: Ear, payload: bytes) -> bool:
    """Say whether a message that gave no number meant to give one: a missing key in an object is nothing unusual."""
    if not payload.strip():
        return False
    templated = "value_template" in ear.point.config
    return not templated or _NO_NUMBER.search(payload) is not None


def _shown(payload: bytes) -> str:
    return repr(payload[:40].decode(errors="replace"))
