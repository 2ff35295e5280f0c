"""Everything that is watched, and what of it is wrong: fed with what devices say, asked at any instant. Pure.

It holds what was heard since it began; what is open already is given to it, so that a restart forgets nothing. While
the broker cannot be reached nothing changes here, and every delay begins anew afterwards.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hub.domain.bands import Measure
from hub.domain.conditions import Cause, Condition, SubjectKind, condition_key
from hub.domain.field_devices import FieldDevice, Point, Standing, Supply
from hub.domain.lasting import FINE, Delays, Lasting, opened_at
from hub.domain.pace import real
from hub.domain.plug_power import PlugState
from hub.domain.plug_watch import Plug, PlugWatch
from hub.domain.point_judge import PointJudge, rule_of, start
from hub.domain.point_uses import feeds_a_thing, measure_of, measures, weighs_pot
from hub.domain.presence import SILENT, Presence, begun
from hub.domain.readings import Quality, Reading
from hub.domain.silence import Reports, may_be_silent
from hub.domain.tea_pots import LOW, STANDING, LearnedPot, Pot, PotState, known_empty, weigh
from hub.domain.together import Group, of_groups, seen_together
from hub.domain.watch_settings import WatchSettings
from hub.domain.wrongs import Wrong, hide

DEAD = PlugState.DEAD.value
"""What a thing's fault is called that should be on and draws nothing."""

_IN_KG = {"g": 1000.0, "kg": 1.0}
"""How many of a scale's units are a kilogram."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What is watched. ``open`` are the open conditions, ``pots`` and ``plugs`` what is known of these, by point."""

    devices: Sequence[FieldDevice] = ()
    points: Sequence[Point] = ()
    settings: WatchSettings = field(default_factory=WatchSettings)
    open: Sequence[Condition] = ()
    pots: Mapping[str, LearnedPot] = field(default_factory=dict)
    plugs: Mapping[str, Plug] = field(default_factory=dict)


@dataclass(slots=True)
class _Scale:
    """The scale of a pot, and whether the pot has been low for long enough."""

    pot: Pot
    low: Lasting = FINE


class HouseWatch:
    """Watches. All instants are UTC."""

    def __init__(self) -> None:
        """Watch nothing yet."""
        self.devices: dict[str, FieldDevice] = {}
        self.points: dict[str, Point] = {}
        self._settings = WatchSettings()
        self._of: dict[str, list[Point]] = {}
        self._measures: dict[str, Measure | None] = {}
        self._told: set[str] = set()
        self._judges: dict[str, PointJudge] = {}
        self._scales: dict[str, _Scale] = {}
        self._plugs = PlugWatch()
        self._presence: dict[str, Presence] = {}
        self._stations: dict[str, Presence] = {}
        self._groups: dict[Group, Lasting] = {}
        self._reports: dict[str, Reports] = {}
        self._heard: dict[str, datetime] = {}
        self._silent: set[str] = set()
        self._from: datetime | None = None
        self._linked = True
        self._last: dict[str, Wrong] = {}

    def load(self, inventory: Inventory) -> None:
        """Take what is watched; what was heard of it stays known."""
        opened = {one.key: one for one in inventory.open}
        self._settings = inventory.settings
        self.devices = {one.id: one for one in inventory.devices if one.standing is Standing.ADMITTED}
        self.points = {one.id: one for one in inventory.points if not one.gone and one.device in self.devices}
        self._of = {id_: [] for id_ in self.devices}
        for point in self.points.values():
            self._of[point.device].append(point)
        self._measures = {
            id_: measure_of(one, self.devices[one.device], self._of[one.device], self._settings)
            for id_, one in self.points.items()
        }
        self._presence = {id_: self._presence.get(id_) or begun(one, opened) for id_, one in self.devices.items()}
        for one in inventory.open:
            place = (one.about, one.subject)
            if one.about is SubjectKind.STATION and one.cause is Cause.OFFLINE:
                self._stations.setdefault(one.subject, Presence(opened_at(one.since)))
            if one.about in {SubjectKind.ROOM, SubjectKind.STATION}:
                self._groups.setdefault(place, opened_at(one.since))
            elif one.cause in {Cause.STALE, Cause.OFFLINE} and self._from is None:
                self._silent.add(one.key)
        judged = {key: one for key, one in opened.items() if one.detail != DEAD}  # that is for its plug to say
        self._judges = {id_: self._judge(one, judged) for id_, one in self.points.items()}
        pots = [one for one in self.points.values() if weighs_pot(one, self.devices[one.device], self._settings)]
        self._scales = {one.id: self._scale(one, opened, inventory.pots) for one in pots}
        plugs = {one.id: one.device for one in self.points.values() if feeds_a_thing(one, self.devices[one.device])}
        needed = {one for one, device in plugs.items() if self._settings.needed(device)}
        rooms = {one: self.devices[device].room or "" for one, device in plugs.items()}
        self._plugs.load(rooms, needed, inventory.plugs)
        self._reports = {id_: one for id_, one in self._reports.items() if id_ in self.devices}
        self._heard = {id_: at for id_, at in self._heard.items() if id_ in self.points}

    def linked(self, up: bool, now: datetime) -> None:  # noqa: FBT001 - an answer to a question
        """Hear whether the broker is reached; after a break every delay and every silence begins anew."""
        if up and not self._linked:
            self._from = now
            self._presence = {id_: one.anew() for id_, one in self._presence.items()}
            self._stations = {id_: one.anew() for id_, one in self._stations.items()}
        self._linked = up

    def hear(self, reading: Reading, now: datetime) -> None:
        """Hear one reading of a point; one that is dated later than now was taken now."""
        self._from = self._from or now
        point = self.points.get(reading.point)
        if point is None:
            return
        one = replace(reading, at=min(reading.at, now))
        if one.quality is not Quality.RESTORED:
            self._heard[point.id] = max(one.at, self._heard.get(point.id, one.at))
            self._reports[point.device] = self._reports.get(point.device, Reports()).after(one.at)
            self._silent.discard(condition_key(Cause.STALE, SubjectKind.POINT, point.id))
            self._hear_of(point.device)
        if one.value is not None and one.quality is Quality.LIVE:
            self._plugs.hear(point.id, one.value, one.at)
        scale = self._scales.get(point.id)
        if scale is None:
            if self._on_its_place(point):
                self._judges[point.id].hear(one)
        elif one.value is not None and one.quality is Quality.LIVE:
            scale.pot = weigh(scale.pot, one.at, one.value)
            if scale.pot.state in STANDING:
                delays = self._pot_delays(point)
                scale.low = scale.low.seen(wrong=scale.pot.state is not PotState.OK, at=one.at, delays=delays)

    def told(self, device: str, available: bool, now: datetime) -> None:  # noqa: FBT001 - what it said of itself
        """Hear whether a device is there."""
        if device in self._presence:
            self._told.add(device)
            self._presence[device] = self._presence[device].told(available, now)
            if available:
                self._hear_of(device)

    def station(self, station: str, available: bool, at: datetime) -> None:  # noqa: FBT001 - what its link says
        """Hear whether one of our own kiosks or agents is there."""
        self._stations[station] = self._stations.get(station, Presence()).told(available, at)

    def live(self, rooms: Mapping[str, datetime]) -> None:
        """Hear in which rooms guests are, by key, and since when."""
        self._plugs.live(rooms)

    def plugs(self, now: datetime) -> list[Plug]:
        """Return what is known of each plug."""
        return self._plugs.all(now)

    def pot(self, point: str) -> Pot | None:
        """Return the pot on a scale."""
        scale = self._scales.get(point)
        return scale.pot if scale else None

    def learned(self) -> dict[str, LearnedPot]:
        """Return what is known of each pot, by point."""
        return {id_: one.pot.learned for id_, one in self._scales.items()}

    def has_pot(self, device: str) -> bool:
        """Say whether a device weighs a tea pot."""
        return any(one.id in self._scales for one in self._of.get(device, ()))

    def wrong(self, now: datetime) -> dict[str, Wrong]:
        """Return what is wrong at an instant, by key, and what explains it."""
        self._from = self._from or now
        if self._linked:
            self._presence = {id_: one.at(now) for id_, one in self._presence.items()}
            self._stations = {id_: one.at(now) for id_, one in self._stations.items()}
            self._groups = seen_together(self._groups, self.devices.values(), self._presence, now)
            self._last = hide(self._all(now), self.devices)
        return self._last

    def _all(self, now: datetime) -> Iterator[Wrong]:
        yield from of_groups(self._groups, list(self.devices.values()), now)
        for id_, station in self._stations.items():
            away = station.away
            if away.on:
                rooms = {one.room for one in self.devices.values() if one.publisher == id_}
                room, since = rooms.pop() if len(rooms) == 1 else None, away.began or now
                yield Wrong(cause=Cause.OFFLINE, about=SubjectKind.STATION, subject=id_, room=room, since=since)
        for device in self.devices.values():
            yield from self._of_device(device, now)
        for point in self.points.values():
            yield from self._of_point(point, now)

    def _of_device(self, device: FieldDevice, now: datetime) -> Iterator[Wrong]:
        presence = self._presence[device.id]
        away = presence.away
        if presence.flaps(now):
            yield self._device_wrong(Cause.FLAPPING, device, presence.changes[0])
        if away.on:
            yield self._device_wrong(Cause.OFFLINE, device, away.began or now)
        elif device.supply is Supply.BATTERY or (device.available is None and device.id not in self._told):
            cause = Cause.OFFLINE if device.supply is Supply.BATTERY else Cause.STALE
            since = self._silent_since(device, condition_key(cause, SubjectKind.DEVICE, device.id), now)
            if since is not None:
                yield self._device_wrong(cause, device, since, SILENT)

    def _silent_since(self, device: FieldDevice, key: str, now: datetime) -> datetime | None:
        """Return since when a device that measures has said nothing, where that is for too long."""
        reports = self._reports.get(device.id, Reports())
        since = max(filter(None, (self._from, reports.last)), default=now)
        if key in self._silent:
            return since
        if not any(measures(one) for one in self._of[device.id]):
            return None
        longest = self._settings.silence(device.id, device.room)
        return since if now - since > may_be_silent(reports.gaps, longest) else None

    def _of_point(self, point: Point, now: datetime) -> Iterator[Wrong]:
        scale = self._scales.get(point.id)
        if point.expires_s is not None:
            since = max(filter(None, (self._from, self._heard.get(point.id))), default=now)
            key = condition_key(Cause.STALE, SubjectKind.POINT, point.id)
            if key in self._silent or now - since > real(timedelta(seconds=point.expires_s)):
                yield self._point_wrong(Cause.STALE, point, since)
        if scale is not None:
            scale.low = scale.low.at(now, self._pot_delays(point))
            if scale.low.on:
                level = None if scale.pot.level is None else round(scale.pot.level * 100)
                low = self._point_wrong(Cause.TOO_LOW, point, scale.low.began or now)
                yield replace(low, value=level, limit=LOW * 100, detail=scale.pot.state.value, pot=True)
            return
        plug = self._plugs.plug(point.id, now)
        if plug and plug.dead_from:
            yield replace(self._point_wrong(Cause.FAULT, point, plug.dead_from), value=plug.memory.watts, detail=DEAD)
        judge, measure = self._judges[point.id], self._measures[point.id]
        for cause, (lasting, value, word) in judge.open(now).items():
            limit = judge.rule.band.limit(cause) if judge.rule.band and not word else None
            wrong = self._point_wrong(cause, point, lasting.began or now)
            yield replace(
                wrong,
                value=value,
                limit=limit,
                detail=point.name if word and point.component == "binary_sensor" else word,
                idle=cause is Cause.FAULT and point.config.get("device_class") == "running",
                measure=measure,
                pot=measure is Measure.TEA_TEMPERATURE and cause is Cause.TOO_LOW,
            )

    def _on_its_place(self, point: Point) -> bool:
        """Say whether a reading means something: the plate's temperature is no tea's while its pot is away."""
        if self._measures[point.id] is not Measure.TEA_TEMPERATURE:
            return True
        scales = (self._scales.get(one.id) for one in self._of[point.device])
        return any(scale.pot.state in STANDING for scale in scales if scale)

    def _judge(self, point: Point, opened: Mapping[str, Condition]) -> PointJudge:
        device, measure = self.devices[point.device], self._measures[point.id]
        band = self._settings.band(measure, device.id, device.room) if measure else None
        rule = rule_of(point, band, self._settings.of_room(device.room).delays)
        before = self._judges.get(point.id)
        if before is None:
            return PointJudge(rule, start(point, opened))
        return before if before.rule == rule else PointJudge(rule, before.state)

    def _scale(self, point: Point, opened: Mapping[str, Condition], pots: Mapping[str, LearnedPot]) -> _Scale:
        if point.id in self._scales:
            return self._scales[point.id]
        settings = self._settings.sensors.get(point.device)
        told = settings.empty_kg if settings else None
        empty = told * _IN_KG[point.unit] if told and point.unit in _IN_KG else None
        learned = known_empty(pots.get(point.id, LearnedPot(point=point.id)), empty)
        was = opened.get(condition_key(Cause.TOO_LOW, SubjectKind.POINT, point.id))
        return _Scale(Pot(learned=learned), opened_at(was.since) if was else FINE)

    def _pot_delays(self, point: Point) -> Delays:
        """Return how long the house waits before a pot is low; it is full as soon as it stands full."""
        return Delays(on=self._settings.of_room(self.devices[point.device].room).tea.low_for, off=timedelta())

    def _device_wrong(self, cause: Cause, device: FieldDevice, since: datetime, detail: str = "") -> Wrong:
        about = SubjectKind.DEVICE
        return Wrong(
            cause=cause, about=about, subject=device.id, room=device.room, since=since, detail=detail, device=device.id
        )

    def _point_wrong(self, cause: Cause, point: Point, since: datetime) -> Wrong:
        room = self.devices[point.device].room
        return Wrong(
            cause=cause, about=SubjectKind.POINT, subject=point.id, room=room, since=since, device=point.device
        )

    def _hear_of(self, device: str) -> None:
        self._silent -= {condition_key(cause, SubjectKind.DEVICE, device) for cause in (Cause.STALE, Cause.OFFLINE)}
