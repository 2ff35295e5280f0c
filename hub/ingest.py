"""The door for MQTT: topic to message to use case, in batches, each one transaction.

The link's thread only puts bytes on a queue. One writer thread takes what is waiting, stores it in one durable commit,
and only then acknowledges to the broker and replies (DESIGN 4). Whatever cannot be used is quarantined and
acknowledged, so that it blocks nobody.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from devices.contract.envelope import MAX_BYTES
from devices.ports import Clock, Link, Received
from hub.clone_watch import Holders, tell_of_runs
from hub.enquiries import Enquiries
from hub.intake import Intake, Work
from hub.lanes import Lanes
from hub.outgoing import Outgoing
from hub.ports import Store, StoreContended, StoreUnavailable
from hub.shares import Shares
from hub.usecases.acting import Deciding
from hub.usecases.asking import Service
from hub.usecases.lease_seats import Lending, lease_seats
from hub.usecases.report_outage import report_outage
from hub.usecases.serve_roster import Seal
from hub.usecases.tell_of_flood import tell_of_flood

WAITING = 25_000
"""More than a broker keeps for us by our own settings, because Mosquitto 2.0 hands over more than was agreed."""

TELEMETRY_UP_TO = 2_000
"""Telemetry (QoS 0) is newest-wins: it is dropped when so much waits, so that check-ins come first."""

AWAY_S = 2.0
AWAY_MESSAGES = 200
"""A database that does not answer for so long, or while so many more messages come in, is away: the hub then leaves the
broker, so that nothing is half taken and kiosks know that they are on their own."""

_log = logging.getLogger(__name__)
_FIRST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 5.0


class Ingest:
    """Takes everything that kiosks and devices send."""

    def __init__(  # noqa: PLR0913 - each is one part
        self,
        store: Store,
        outgoing: Outgoing,
        *,
        clock: Clock,
        service: Service,
        enquiries: Enquiries,
        seal: Seal,
        enrolled: Collection[str],
        agents: Collection[str] = (),
        pagers: Collection[str] = (),
        lease: int = 0,
    ) -> None:
        """Take the parts; ``attach`` the link, then ``start``. ``enrolled`` are the kiosks the house knows.

        ``agents`` are its agents in rooms, ``pagers`` what its staff wear. ``enquiries`` answers what takes a search;
        it starts and stops with this.

        ``lease`` is how many seats of a meeting each of them may have for when the hub is away.
        """
        self._store = store
        self._outgoing = outgoing
        self._clock = clock
        self._ids = service.ids
        self._enquiries = enquiries
        self._on_commit: Callable[[], None] = _nobody
        self._link: Link | None = None
        self._shares = Shares(clock.monotonic_ms)
        self._lanes = Lanes(self._shares)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ingest", daemon=True)
        self._left_ms = 0
        self._holders = Holders()
        self.counts: Counter[str] = Counter()
        self._intake = Intake(
            service=service, seal=seal, enrolled=enrolled, agents=agents, pagers=pagers, counts=self.counts
        )
        self._lending = Lending(lease, frozenset(enrolled), self._intake.plans)

    def attach(self, link: Link, on_commit: Callable[[], None]) -> None:
        """Take the link whose messages come to ``received``, and who is told after each batch that was stored."""
        self._link = link
        self._on_commit = on_commit

    def start(self) -> None:
        """Begin to work."""
        self._enquiries.start()
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch in hand and end; what was not stored was not acknowledged either."""
        self._stopping.set()
        self._thread.join(10)
        self._enquiries.stop()

    @property
    def alive(self) -> bool:
        """Say whether the writer still works."""
        return self._thread.is_alive() and self._enquiries.alive

    def received(self, message: Received) -> None:
        """Take one message from the link's thread; never waits, never raises."""
        if not message.token and len(self._lanes) >= TELEMETRY_UP_TO:
            self.counts["telemetry_dropped"] += 1
            return
        if len(self._lanes) >= WAITING:
            self.counts["queue_full"] += 1  # not acknowledged: it comes again, from the broker or from its outbox
            return
        if len(message.payload) > MAX_BYTES:  # the broker lets far larger ones pass, and thousands may wait here
            message = replace(message, payload=message.payload[: MAX_BYTES + 1])
        self._lanes.put(message)

    def _run(self) -> None:
        while not self._stopping.is_set():
            batch: Sequence[Received] = ()
            try:
                if self._left_ms:
                    self._come_back()
                    continue
                batch = self._lanes.take(timeout_s=0.2)
                if batch:
                    self._keep(batch)
                else:
                    self._acknowledge(())  # what was dropped holds nobody back
                self._tell_of_floods()
                self._outgoing.announce()
            except Exception:  # noqa: BLE001 - the hub must outlive a mistake: what was not acknowledged comes again
                self.counts["turn_failed"] += 1
                _log.exception("ingest failed at one turn; it goes on")
                self._lanes.give_up(batch)

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
        if len(batch) == 1:
            self._lanes.give_up(batch)
            return
        for message in batch:
            if not self._left_ms:
                self._keep([message])

    def _patiently(self, attempt: Callable[[Sequence[Received]], Work], batch: Sequence[Received]) -> Work | None:
        """Try until the database answers; None when the hub is to end, or has left the broker, before that."""
        pause = _FIRST_PAUSE_S
        began_ms, waiting = self._clock.monotonic_ms(), len(self._lanes)
        while True:
            try:
                return attempt(batch)
            except StoreContended:
                self.counts["store_contended"] += 1  # the database is there, so nobody need leave the broker
                if self._stopping.is_set():
                    return None
            except StoreUnavailable:
                self.counts["store_unavailable"] += 1
                _log.warning("the database does not answer; trying again in %.1f s", pause)
                if self._stopping.wait(pause):
                    return None
                away_ms = self._clock.monotonic_ms() - began_ms
                if away_ms > AWAY_S * 1000 or len(self._lanes) - waiting >= AWAY_MESSAGES:
                    self._leave()
                    return None
                pause = min(_LONGEST_PAUSE_S, pause * 2)

    def _conclude(self, batch: Sequence[Received], work: Work) -> None:
        """Answer, and acknowledge in order: all of it is on disk. Guests wait for the answers, so these go first."""
        try:
            self._outgoing.send(self._outgoing.replies(work.answers))
            self._outgoing.send(self._outgoing.told(work.told))
        except Exception:  # noqa: BLE001 - the kiosk asks again; one answer that cannot be written must not end the hub
            self.counts["reply_failed"] += 1
            _log.exception("a batch of %d was stored, but its answers could not be written", len(batch))
        self._acknowledge(batch)
        self.counts["messages"] += len(batch)
        for device, request, page in work.pages:
            self._outgoing.roster(device, request, page)
        for device, request in work.searches:
            self._enquiries.ask(device, request)
        for state in work.fellows:
            self._outgoing.heard(state)
        for device, boot, gap in work.gaps:
            self._outgoing.resend(device, boot, gap)
        self._on_commit()
        if work.pulses:
            self._lease(work)
        if work.spoken:
            self._compare_runs(work)

    def _acknowledge(self, batch: Sequence[Received]) -> None:
        for message in self._lanes.stored(batch):
            if self._link:
                self._link.acknowledge(message)

    def _tell_of_floods(self) -> None:
        """Call the technician about whoever sends far more than a device does (fault 34); the next turn tries again."""
        for device, dropped in self._shares.untold().items():
            try:
                with self._store.write() as tx:
                    tell_of_flood(tx, device, dropped, Deciding(actor="ingest", at=self._clock.now(), ids=self._ids))
            except StoreUnavailable:
                return
            self._shares.told(device)
            self.counts["floods"] += 1
            self._on_commit()

    def _compare_runs(self, work: Work) -> None:
        """See whether two programs go by one name, once the batch is stored: a retry would look like a return."""
        try:
            told = tell_of_runs(self._store, self._holders, work.spoken, work.now, self._ids)
        except Exception as problem:  # noqa: BLE001 - two that share a name go on to do so: the next turns tell it
            _log.warning("nobody was told of a name that two share: %s", problem)
        else:
            self.counts["clones"] += told
            if told:
                self._on_commit()

    def _lease(self, work: Work) -> None:
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

    def _store_all(self, batch: Sequence[Received]) -> Work:
        with self._store.write() as tx:
            return self._intake.take_all(tx, batch, self._clock.now())

    def _set_aside(self, batch: Sequence[Received]) -> Work:
        with self._store.write() as tx:
            return self._intake.set_aside(tx, batch, self._clock.now())

    def _leave(self) -> None:
        """Leave the broker while nothing can be stored: kiosks then know, and whatever we had comes again."""
        self._left_ms = self._clock.monotonic_ms()
        self.counts["left_the_broker"] += 1
        _log.error("the database does not answer: leaving the broker until it does")
        if self._link:
            self._link.pause()
        self._lanes.clear()

    def _come_back(self) -> None:
        """Try to write until it works, then return to the broker and tell a person what happened (fault 15)."""
        pause = _FIRST_PAUSE_S
        while not self._stopping.wait(pause):
            try:
                self._store.probe()
                away_s = max(1, (self._clock.monotonic_ms() - self._left_ms) // 1000)
                with self._store.write() as tx:
                    report_outage(tx, away_s, self._clock.now(), self._ids)
            except StoreUnavailable:
                pause = min(_LONGEST_PAUSE_S, pause * 2)
                continue
            self._left_ms = 0
            _log.warning("the database answers again after %d s", away_s)
            if self._link:
                self._link.resume()
            self._on_commit()
            return


def _nobody() -> None:
    """Stand for a listener before there is one."""
