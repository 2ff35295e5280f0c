"""The door for MQTT: topic to message to use case, in batches, each one transaction.

The link's thread only puts bytes on a queue. One writer thread takes what is waiting, stores it in one durable commit,
and only then acknowledges to the broker and replies (DESIGN 4). Whatever cannot be used is quarantined and
acknowledged, so that it blocks nobody.
"""

import hashlib
import logging
import queue
import threading
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from devices.contract import codec
from devices.contract.codec import UnreadableMessage
from devices.contract.messages import (
    DEVICE_MESSAGES,
    MAX_BYTES,
    Answer,
    CheckInEvent,
    DeviceInfo,
    DeviceState,
    Envelope,
    Heartbeat,
    Request,
    RequestKind,
)
from devices.contract.topics import HUB, LEAVES_OF_HUB, RETAINED, Address, InvalidTopic, parse
from devices.ports import Clock, Link, Received
from hub.outgoing import Outgoing
from hub.ports import Ids, Store, StoreUnavailable, Transaction
from hub.usecases.ask_help import ask_help
from hub.usecases.check_in import Desk, check_in
from hub.usecases.hear_device import hear_heartbeat, hear_info, hear_state
from hub.usecases.judging import Incoming
from hub.usecases.lease_seats import Lending, lease_seats
from hub.usecases.quarantine import Unusable, quarantine
from hub.usecases.serve_roster import Page, Seal, roster_page

BATCH = 200
"""Messages in one transaction at most: what is waiting is taken together, a lone one at once."""

WAITING = 25_000
"""More than a broker keeps for us by our own settings, because Mosquitto 2.0 hands over more than was agreed."""

TELEMETRY_UP_TO = 2_000
"""Telemetry (QoS 0) is newest-wins: it is dropped when so much waits, so that check-ins come first."""
LEAVES = frozenset(leaf for leaf, _ in LEAVES_OF_HUB)

_log = logging.getLogger(__name__)
_FIRST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 5.0


@dataclass(slots=True)
class _Work:
    """One batch on its way through a transaction, and what is to be said afterwards."""

    now: datetime
    check_ins: list[Incoming] = field(default_factory=list)
    answers: list[tuple[str, Answer]] = field(default_factory=list)
    pages: list[tuple[str, str, int, Page]] = field(default_factory=list)
    pulses: dict[str, Heartbeat] = field(default_factory=dict)


class Ingest:
    """Takes everything that kiosks and devices send."""

    def __init__(  # noqa: PLR0913 - each is one part
        self,
        store: Store,
        outgoing: Outgoing,
        *,
        clock: Clock,
        ids: Ids,
        seal: Seal,
        enrolled: Collection[str],
        lease: int = 0,
    ) -> None:
        """Take the parts; ``attach`` the link, then ``start``. ``enrolled`` are the devices the house knows.

        ``lease`` is how many seats of a meeting each of them may have for when the hub is away.
        """
        self._store = store
        self._outgoing = outgoing
        self._clock = clock
        self._ids = ids
        self._seal = seal
        self._desk = Desk(ids, frozenset(enrolled))
        self._lending = Lending(lease, self._desk.enrolled, self._desk.floors)
        self._on_commit: Callable[[], None] = _nobody
        self._link: Link | None = None
        self._queue: queue.Queue[Received] = queue.Queue(WAITING)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ingest", daemon=True)
        self.counts: Counter[str] = Counter()

    def attach(self, link: Link, on_commit: Callable[[], None]) -> None:
        """Take the link whose messages come to ``received``, and who is told after each batch that was stored."""
        self._link = link
        self._on_commit = on_commit

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch in hand and end; what was not stored was not acknowledged either."""
        self._stopping.set()
        self._thread.join(10)

    @property
    def alive(self) -> bool:
        """Say whether the writer still works."""
        return self._thread.is_alive()

    def received(self, message: Received) -> None:
        """Take one message from the link's thread; never waits, never raises."""
        if not message.token and self._queue.qsize() >= TELEMETRY_UP_TO:
            self.counts["telemetry_dropped"] += 1
            return
        try:
            self._queue.put_nowait(message)
        except queue.Full:
            self.counts["queue_full"] += 1  # not acknowledged: it comes again, from the broker or from its outbox

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                batch = [self._queue.get(timeout=0.2)]
            except queue.Empty:
                self._outgoing.announce()
                continue
            while len(batch) < BATCH:
                try:
                    batch.append(self._queue.get_nowait())
                except queue.Empty:
                    break
            self._keep(batch)
            self._outgoing.announce()

    def _keep(self, batch: Sequence[Received]) -> None:
        """Store a batch, however long the database is away; then acknowledge and reply.

        When one message of several breaks the transaction each is tried alone. Alone it is tried twice, for another
        writer may just have stored the same event; then it is set aside.
        """
        attempts = [self._store_all] if len(batch) > 1 else [self._store_all, self._store_all, self._set_aside]
        for attempt in attempts:
            try:
                work = self._patiently(attempt, batch)
            except Exception:  # noqa: BLE001 - whatever a message does to us, the next guest is served
                self.counts["batch_failed"] += 1
                _log.exception("a batch of %d failed", len(batch))
                continue
            if work is not None:
                self._conclude(batch, work)
            return
        for message in batch if len(batch) > 1 else ():
            self._keep([message])

    def _patiently(self, attempt: Callable[[Sequence[Received]], _Work], batch: Sequence[Received]) -> _Work | None:
        """Try until the database answers; None when the hub is to end before that."""
        pause = _FIRST_PAUSE_S
        while True:
            try:
                return attempt(batch)
            except StoreUnavailable:
                self.counts["store_unavailable"] += 1
                _log.warning("the database does not answer; trying again in %.1f s", pause)
                if self._stopping.wait(pause):
                    return None
                pause = min(_LONGEST_PAUSE_S, pause * 2)

    def _conclude(self, batch: Sequence[Received], work: _Work) -> None:
        """Acknowledge in order, then answer: all of it is on disk."""
        for message in batch:
            if self._link:
                self._link.acknowledge(message)
        self.counts["messages"] += len(batch)
        self._on_commit()
        self._outgoing.answer(work.answers)
        for device, request, cursor, page in work.pages:
            self._outgoing.roster(device, request, cursor, page)
        if work.pulses:
            self._lease(work)

    def _lease(self, work: _Work) -> None:
        """Bring leased seats up to date, once the batch is stored and answered; the next heartbeat tries again."""
        try:
            with self._store.write() as tx:
                lease_seats(tx, work.pulses, self._lending, work.now)
        except Exception as problem:  # noqa: BLE001 - no lease is worth a check-in
            self._lending.forget()
            self.counts["lease_failed"] += 1
            _log.warning("leased seats were not brought up to date: %s", problem)
        else:
            self._on_commit()

    def _store_all(self, batch: Sequence[Received]) -> _Work:
        work = _Work(self._clock.now())
        with self._store.write() as tx:
            for message in batch:
                self._take(tx, message, work)
            answers = check_in(tx, work.check_ins, self._desk, work.now)
        work.answers = [(item.device, answer) for item, answer in zip(work.check_ins, answers, strict=True)]
        return work

    def _set_aside(self, batch: Sequence[Received]) -> _Work:
        """Quarantine what our own code cannot digest, so that it blocks nobody."""
        work = _Work(self._clock.now())
        with self._store.write() as tx:
            for message in batch:
                self._quarantine(tx, message, "internal_error", "this program failed on the message; see its log", "")
        return work

    def _take(self, tx: Transaction, message: Received, work: _Work) -> None:
        """Read one message and hand it to its use case; what cannot be read is quarantined."""
        try:
            address = parse(message.topic)
            if address.device == HUB:
                return  # our own presence: the subscription for all devices brings it back
            device, decoded = self._read(message, address)
        except UnreadableMessage as problem:
            self._quarantine(tx, message, problem.reason, str(problem), problem.field)
            return
        except InvalidTopic as problem:
            self._quarantine(tx, message, "invalid_topic", str(problem), "")
            return
        match decoded:
            case CheckInEvent():
                work.check_ins.append(Incoming(device, decoded, hashlib.sha256(message.payload).hexdigest()))
            case Request():
                self._serve(tx, device, decoded, work)
            case DeviceState():
                hear_state(tx, device, decoded, work.now)
            case DeviceInfo():
                hear_info(tx, device, decoded, work.now)
            case Heartbeat():
                hear_heartbeat(tx, device, decoded, work.now)
                work.pulses[device] = decoded
            case _:
                self._quarantine(tx, message, "unexpected", "no use case takes this message", "")

    def _read(self, message: Received, address: Address) -> tuple[str, Envelope]:
        if len(message.payload) > MAX_BYTES:
            raise UnreadableMessage("too_large", f"{len(message.payload)} bytes, at most {MAX_BYTES} are allowed")
        if message.retained and address.leaf not in RETAINED:
            raise UnreadableMessage("retained", "events are never retained: this one is a ghost of an earlier run")
        if address.leaf not in LEAVES:
            raise UnreadableMessage("unexpected", f"nothing is expected on {address.leaf}")
        if address.device not in self._desk.enrolled:
            raise UnreadableMessage("unknown_device", f"{address.device} is not among this hub's devices")
        return address.device, codec.decode(message.payload, DEVICE_MESSAGES[address.leaf])

    def _serve(self, tx: Transaction, device: str, request: Request, work: _Work) -> None:
        if request.kind is RequestKind.HELP:
            ask_help(tx, device, request.note or "", now=work.now, ids=self._ids)
        else:
            cursor = request.cursor or 0
            work.pages.append((device, request.id, cursor, roster_page(tx, device, cursor, self._seal)))

    def _quarantine(self, tx: Transaction, message: Received, reason: str, detail: str, at: str) -> None:
        self.counts[f"quarantined.{reason}"] += 1
        _, _, rest = message.topic.partition("/v1/")
        _, _, place = rest.partition("/")
        device, _, leaf = place.partition("/")
        item = Unusable(
            device=device[:32], leaf=leaf[:120], reason=reason, detail=detail, field=at, payload=message.payload
        )
        quarantine(tx, item, now=self._clock.now(), ids=self._ids)


def _nobody() -> None:
    """Stand for a listener before there is one."""
