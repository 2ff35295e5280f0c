"""Faults of a kiosk: each breaks the one promise that what a screen has said reaches the hub."""

import threading
from collections.abc import Callable

from devices.contract import codec
from devices.contract.cards import LeasedSeat
from devices.contract.messages import Answer, CheckInEvent
from devices.contract.topics import Leaf
from devices.ports import NotDelivered
from kiosk.conveyor import Conveyor
from kiosk.database import Database
from kiosk.outbox import Outbox
from kiosk.uplink import Uplink
from tests.faults.mutant import BLACKOUT, Faults, Part, part, swap

CAUGHT = Faults()


@CAUGHT.in_scenario(BLACKOUT, "I1", "I8")
def trust_puback() -> None:
    """Clear an event when the broker has acknowledged it."""

    def send(self: Part, payload: bytes) -> bool:
        def taken(problem: NotDelivered | None) -> None:
            if problem is None:
                _clear(self, payload)

        try:
            self._outlet._link.publish_soon(self._identity.topic(Leaf.UP_CHECKIN), payload, taken)
        except NotDelivered:
            return False
        return True

    swap(Uplink, "_send", send)


@CAUGHT.in_scenario(BLACKOUT, "I1", "I8")
def trust_send() -> None:
    """Clear an event when it was handed to the network."""
    original = part(Uplink, "_send")

    def send(self: Part, payload: bytes) -> bool:
        sent: bool = original(self, payload)
        if sent:
            _clear(self, payload)
        return sent

    swap(Uplink, "_send", send)


@CAUGHT.in_scenario(BLACKOUT, "I1", "I9")
def forget_on_restart() -> None:
    """Start with an empty outbox."""
    original = part(Database, "open")

    def opened(self: Database) -> None:
        original(self)
        with self.write() as connection:
            connection.execute("DELETE FROM events WHERE answered_at IS NULL")

    swap(Database, "open", opened)


@CAUGHT.in_scenario(BLACKOUT, "I1", "I8")
def clear_on_disconnect() -> None:
    """Drop what was waiting when the connection is made anew."""
    original = part(Uplink, "connected")

    def connected(self: Part) -> None:
        waiting = {one.id: None for one in self._outbox.waiting(10_000)}
        self._outbox.settle(waiting, self._identity.clock.now())
        original(self)

    swap(Uplink, "connected", connected)


@CAUGHT.in_scenario(BLACKOUT, "I1")
def welcome_before_commit() -> None:
    """Welcome first and write a little later, all together: write-behind."""
    original = part(Outbox, "record")
    numbers: dict[str, int] = {}

    def record(self: Part, make: Callable[[int], CheckInEvent], given: LeasedSeat | None = None) -> CheckInEvent:
        numbers[self._boot] = numbers.get(self._boot, 0) + 1
        event = make(numbers[self._boot])
        later = threading.Timer(30, original, (self, lambda _: event, given))
        later.daemon = True
        later.start()
        return event

    swap(Outbox, "record", record)


@CAUGHT.in_scenario(BLACKOUT, "I15")
def no_resend() -> None:
    """Send each event once."""
    swap(Conveyor, "work", lambda *_: None)


@CAUGHT.in_scenario(BLACKOUT, "I1", "I9")
def drop_on_full_queue() -> None:
    """Keep the three newest unanswered events and drop older ones."""
    original = part(Outbox, "record")

    def record(self: Part, make: Callable[[int], CheckInEvent], given: LeasedSeat | None = None) -> CheckInEvent:
        event: CheckInEvent = original(self, make, given)
        with self._database.write() as connection:
            connection.execute(
                "DELETE FROM events WHERE answered_at IS NULL AND place NOT IN"
                " (SELECT place FROM events ORDER BY place DESC LIMIT 3)"
            )
        return event

    swap(Outbox, "record", record)


def _clear(uplink: Part, payload: bytes) -> None:
    """Take an event for answered."""
    event = codec.decode(payload, CheckInEvent)
    clock = uplink._identity.clock
    uplink._outbox.settle({event.id: None}, clock.now())
    uplink._conveyor.answered([Answer(id=event.id, verdict=event.verdict)], clock.monotonic_ms())
