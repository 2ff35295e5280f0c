"""The door for sensors: what stands in the rooms announces itself and speaks, and the hub listens.

The link is one of its own, so that no flood of telemetry delays a check-in. Its thread only lets messages wait; one
worker takes what waits four times a second and stores it in one transaction. Telemetry that cannot be stored is lost
and counted; announcements wait for the database.

While the link is down nobody's silence means anything: devices keep what they last said of themselves, values become
old by time alone, and after it is back only what the broker then says counts.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from devices.contract.topics import HUB
from devices.ports import ChangingLink, Clock, Received, Translator, Untranslatable
from hub.discovery import Unusable as Unreadable
from hub.discovery import filters, read_announcement
from hub.domain.announcements import Announcement
from hub.domain.announcing import House
from hub.domain.device_register import Refusal
from hub.domain.field_devices import FieldDevice
from hub.domain.readings import Reading
from hub.listening import Heard, Listening
from hub.ordering import Ordering
from hub.ports import Ids, Store, StoreUnavailable, Transaction
from hub.second_copies import SecondCopies
from hub.sensor_queue import Batch, SensorQueue
from hub.usecases.acting import Deciding
from hub.usecases.announce_device import Announced, announce_device
from hub.usecases.quarantine import Unusable, quarantine
from hub.usecases.read_sensors import read_sensors
from hub.usecases.watch_rooms import RoomWatch

TURN_S = 0.25
"""Seconds between two transactions: what waits is stored together, and nothing waits longer."""

LOOK_EVERY = timedelta(seconds=1)
"""How often the hub looks what others changed, and tells those who follow a device's readings."""

KINDS = ("field_device", "room")
"""The changes of others that the door follows."""

_MOST_NOTED = 20_000
_MOST_CHANGES = 20_000
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Turn:
    """One batch on its way into a transaction."""

    now: datetime
    heard: Heard = field(default_factory=Heard)
    announcements: list[tuple[Received, Announcement]] = field(default_factory=list)
    unusable: list[Unusable] = field(default_factory=list)


class Sensing:
    """Hears everything that stands in the rooms. ``counts`` is for the metrics."""

    def __init__(  # noqa: PLR0913 - each is one part
        self,
        store: Store,
        *,
        house: House,
        clock: Clock,
        ids: Ids,
        after: Callable[[], None],
        watch: RoomWatch | None = None,
        translators: Sequence[Translator] = (),
    ) -> None:
        """Take the parts; ``attach`` the link, then ``start``. ``after`` hears of each transaction that was stored."""
        self._store = store
        self._clock = clock
        self._ids = ids
        self._after = after
        self._watch = watch or RoomWatch()
        self.counts: Counter[str] = Counter()
        self._prefix = house.ground.prefix
        self._announced = Announced(house)
        self._listening = Listening()
        self._queue = SensorQueue(self._prefix, self.counts)
        self._orders = Ordering(store, clock=clock, ids=ids, counts=self.counts)
        self._translators = tuple(translators)
        self._copies = SecondCopies(name for one in self._translators for name in one.filters)
        self._said: dict[str, int] = {}
        self._link: ChangingLink | None = None
        self._linked = False
        self._filters: Mapping[str, int] = {}
        self._noted: set[tuple[str, str]] = set()
        self._loaded = False
        self._seen = 0
        self._own: dict[str, int] = {}
        self._looked_at: datetime | None = None
        self._told_at: dict[str, datetime] = {}
        self._untold: set[str] = set()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sensing", daemon=True)

    def attach(self, link: ChangingLink) -> None:
        """Take the link whose messages come to ``received``."""
        self._link = link

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """Store what waits, and end."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(10)

    @property
    def alive(self) -> bool:
        """Say whether the worker still works."""
        return self._thread.is_alive()

    @property
    def listened(self) -> Mapping[str, float]:
        """Return how much is listened to at the moment, for the metrics."""
        refused = len(self._link.refused) if self._link else 0
        return {
            "points": float(len(self._listening)),
            "topics": float(len(self._filters)),
            "topics_left_out": float(self._listening.left_out),
            "topics_refused": float(refused),
            "waiting": float(len(self._queue)),
        }

    def received(self, message: Received) -> None:
        """Take one message from the link's thread; never waits, never raises."""
        self._queue.put(message)

    def _run(self) -> None:
        began = time.monotonic()
        while True:
            last = self._stopping.wait(max(0.0, began + TURN_S - time.monotonic()))
            began = time.monotonic()
            try:
                self._one_turn()
            except StoreUnavailable:
                self.counts["store_unavailable"] += 1
                self._loaded = False
            except Exception:  # noqa: BLE001 - a mistake about one message must not silence a house
                self.counts["turn_failed"] += 1
                self._loaded = False
                _log.exception("one turn of the door for sensors failed; it goes on")
            if last:
                return

    def _one_turn(self) -> None:
        now = self._clock.now()
        if not self._loaded:
            self._load(now)
        self._hear_link(now)
        turn = _Turn(now)
        if self._looked_at is None or now - self._looked_at >= LOOK_EVERY or now < self._looked_at:
            self._looked_at = now
            self._look(turn)
        batch = self._queue.take()
        try:
            self._take(batch, turn)
            self._keep(turn)
            self.counts["turns"] += 1
        except BaseException:
            self._give_back(batch, turn)
            raise

    def _give_back(self, batch: Batch, turn: _Turn) -> None:
        """Lose telemetry, which is allowed, and count it; announcements are tried again, translated ones too."""
        self.counts["lost"] += len(batch.states)
        self._noted.clear()
        for message in (*batch.announcements, *(message for message, _ in turn.announcements)):
            self._queue.put_back(message)

    def _load(self, now: datetime) -> None:
        """Read what the store holds: at the start, after a failure, and when somebody else has changed a device."""
        with self._store.read() as tx:
            self._seen = tx.feed.head(KINDS)
            self._announced.load(tx)
            self._watch.load(tx)
            latest = tx.readings.latest()
        if not self._loaded:
            self._listening.recall(latest)
        self._loaded = True
        self._own.clear()
        self._said.clear()
        self._follow(self._announced.register.devices.values(), latest, now)

    def _follow(self, devices: Iterable[FieldDevice], latest: Mapping[str, Reading], now: datetime) -> None:
        """Listen to these devices as they are now, and to whoever announces something."""
        register = self._announced.register
        problems = self._listening.follow([(one, register.live(one.id)) for one in devices], latest, now)
        for point, problem in problems:
            self.counts["unreadable_points"] += 1
            _log.warning("%s cannot be read: %s", point.id, problem)
        wanted = dict.fromkeys(filters(self._prefix), 1)
        wanted |= {name: 0 for translator in self._translators for name in translator.filters}
        wanted |= self._listening.filters
        if wanted != self._filters and self._link is not None:
            self._link.listen(wanted)
            self._filters = wanted

    def _hear_link(self, now: datetime) -> None:
        linked = self._link is not None and self._link.connected
        if linked is not self._linked:
            self._linked = linked
            self._watch.linked(linked, now)
            if not linked:
                self._listening.forget_availability(now)

    def _look(self, turn: _Turn) -> None:
        """See what others changed: a technician admits a device, an import brings rooms."""
        with self._store.read() as tx:
            changes = tx.feed.after(self._seen, KINDS, _MOST_CHANGES)
            self._watch.look(tx, turn.now)
            ordered = self._orders.waits(tx)
        if ordered and self._link is not None and self._link.connected:
            self._orders.send(self._link)
        if changes:
            self._seen = changes[-1].seq
        if any(self._own.get(change.key) != change.seq for change in changes if change.kind == "field_device"):
            self._load(turn.now)
        elif any(change.kind == "room" for change in changes):
            with self._store.read() as tx:
                self._announced.load_rooms(tx)
                self._watch.load(tx)

    def _take(self, batch: Batch, turn: _Turn) -> None:
        """Make of messages what is to be stored."""
        for message in batch.announcements:
            self._announce(message, turn)
        for message, size in batch.too_large:
            self._listening.too_large(message.topic, size, turn.heard)
            self._refuse(turn, message, "too_large", f"the message has {size} bytes: that is too many")
        for message in self._copies.left_out(batch.states):
            try:
                self._hear(message, turn)
            except Exception:  # noqa: BLE001 - one message of a stranger must not cost the others
                self.counts["message_failed"] += 1
                _log.debug("a message on %r failed", message.topic, exc_info=True)
        self.counts["messages"] += len(batch.states)
        self._listening.pass_time(turn.heard, turn.now)
        devices = self._announced.register.devices
        turn.heard.available = {
            name: there for name, there in turn.heard.available.items() if devices[name].available is not there
        }

    def _hear(self, message: Received, turn: _Turn) -> None:
        self._listening.hear(message, turn.heard, turn.now)
        for translator in self._translators:
            try:
                told = translator.hear(message.topic, message.payload)
            except Untranslatable as problem:
                self._refuse(turn, message, problem.code, problem.detail, problem.field)
                continue
            for topic, payload in told.items():
                self._announce(Received(topic, payload, message.retained), turn)

    def _announce(self, message: Received, turn: _Turn) -> None:
        """Read an announcement; one that says what is known costs no transaction."""
        if not turn.announcements and self._said.get(message.topic) == hash(message.payload):
            return
        self.counts["announcements"] += 1
        try:
            announcement = read_announcement(message.topic, message.payload, self._prefix)
        except Unreadable as problem:
            self._refuse(turn, message, problem.reason, problem.detail, problem.field)
            return
        decision = self._announced.look(announcement, turn.now)
        if turn.announcements or decision.changes or self._unnoted(message, decision.refusals):
            turn.announcements.append((message, announcement))
        else:
            self._remember(message)

    def _remember(self, message: Received) -> None:
        if len(self._said) >= _MOST_NOTED:
            self._said.clear()
        self._said[message.topic] = hash(message.payload)

    def _keep(self, turn: _Turn) -> None:
        """Store a turn in one transaction, then listen to what it brought."""
        heard, now = turn.heard, turn.now
        tell = self._whom_to_tell(turn)
        self._watch.hear(_worth_judging(heard.readings), now)
        settles = self._watch.due(now)
        if not (heard or turn.announcements or turn.unusable or tell or settles):
            return
        changed: set[str] = set()
        positions: dict[str, int] = {}
        with self._store.write() as tx:
            tx.feed.on_commit(lambda found: positions.update(_of_devices(found)))
            for message, announcement in turn.announcements:
                for refusal in announce_device(tx, self._announced, announcement, now):
                    self._refuse(turn, message, refusal.reason, refusal.detail, refusal.field, refusal.about)
            self._quarantine(tx, turn)
            moved = read_sensors(tx, heard, now)
            for device in moved:
                self._watch.told(device.id, bool(device.available), now)
            tx.feed.touch(("reading", name) for name in sorted(tell))
            if settles or moved:
                self._settle(tx, now)
        self._own |= positions
        self._stored(turn, tell, moved)
        changed = set(positions)
        if changed:
            self._follow_changed(changed, now)
        self._after()

    def _settle(self, tx: Transaction, now: datetime) -> None:
        """Open and close conditions; a mistake there costs no reading."""
        try:
            with tx.savepoint():
                self._watch.settle(tx, Deciding(actor=HUB, at=now, ids=self._ids))
        except StoreUnavailable:
            raise
        except Exception:  # noqa: BLE001 - as it says above
            self.counts["settle_failed"] += 1
            _log.exception("the rooms could not be judged")

    def _stored(self, turn: _Turn, tell: set[str], moved: Sequence[FieldDevice]) -> None:
        """Note that it is on disk."""
        self._announced.register.put(moved, ())
        for message, _ in turn.announcements:
            self._remember(message)
        self._told_at |= dict.fromkeys(tell, turn.now)
        self._untold -= tell
        self.counts["readings"] += len(turn.heard.readings)
        self.counts["unbelievable"] += sum(count for count, _ in turn.heard.refused.values())

    def _follow_changed(self, changed: set[str], now: datetime) -> None:
        devices = self._announced.register.devices
        self._follow([devices[name] for name in sorted(changed) if name in devices], {}, now)
        with self._store.read() as tx:
            self._watch.load(tx)

    def _whom_to_tell(self, turn: _Turn) -> set[str]:
        """Return the devices whose followers are to hear of new readings now: each once a second at most."""
        self._untold |= {reading.point.partition(".")[0] for reading in turn.heard.readings}
        return {
            name
            for name in self._untold
            if (told := self._told_at.get(name)) is None or not told <= turn.now < told + LOOK_EVERY
        }

    def _refuse(self, turn: _Turn, message: Received, reason: str, detail: str, at: str = "", about: str = "") -> None:
        """Let something be quarantined, once for a topic (or what else it is about) and reason."""
        if (about or message.topic, reason) in self._noted:
            return
        self._noted.add((about or message.topic, reason))
        self.counts[f"refused.{reason}"] += 1
        parts = message.topic.split("/")
        turn.unusable.append(
            Unusable(
                device=(parts[-2] if parts[-1] == "config" and len(parts) > 1 else parts[0])[:32],
                leaf=message.topic[:120],
                reason=reason,
                detail=detail,
                field=at,
                payload=message.payload,
                again=message.retained,
            )
        )

    def _unnoted(self, message: Received, refusals: Sequence[Refusal]) -> bool:
        return any((one.about or message.topic, one.reason) not in self._noted for one in refusals)

    def _quarantine(self, tx: Transaction, turn: _Turn) -> None:
        if len(self._noted) > _MOST_NOTED:
            self._noted.clear()
        for item in turn.unusable:
            quarantine(tx, item, now=turn.now, ids=self._ids)


def _worth_judging(readings: Sequence[Reading]) -> list[Reading]:
    """Return every word, for each press counts, and of numbers the last of each point: a turn is a quarter of a second.

    A point that floods then costs no more to judge than one that does not.
    """
    numbers = {reading.point: reading for reading in readings if not reading.text}
    if len(numbers) == len(readings):
        return list(readings)
    return [reading for reading in readings if reading.text or numbers[reading.point] is reading]


def _of_devices(positions: Mapping[tuple[str, str], int]) -> dict[str, int]:
    return {key: seq for (kind, key), seq in positions.items() if kind == "field_device"}
