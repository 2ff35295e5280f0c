"""A real uplink with a real database, on a wire that the test holds in its hands."""

from datetime import datetime
from typing import Any

from devices.contract import codec
from devices.contract.cards import Words
from devices.contract.envelope import Envelope
from devices.contract.messages import (
    Answer,
    CheckInEvent,
    DeviceInfo,
    Heartbeat,
    HubState,
    Need,
    Reply,
    RequestAnswer,
    Status,
)
from devices.contract.topics import Leaf, hub_state, topic
from devices.ids import uuid7
from devices.ports import NotDelivered, OnDone, Received
from kiosk.database import Database
from kiosk.identity import Identity
from kiosk.outbox import Outbox
from kiosk.roster import Roster
from kiosk.uplink import Health, Uplink
from tests.kiosk.cards import HUB, MORNING, FixedClock
from tests.kiosk.events import event

SITE = "house"
MACHINE = uuid7()


class Wire:
    """A link that takes everything, or nothing; the broker behind it is the test."""

    problem = ""
    callback_errors = 0

    def __init__(self) -> None:
        self.connected = True
        self.sent: list[tuple[str, bytes]] = []

    def start(self) -> None:
        """Be there already."""

    def stop(self) -> None:
        """Be gone."""

    def pause(self) -> None:
        """Do nothing: a kiosk never leaves its broker."""

    def resume(self) -> None:
        """Do nothing."""

    def acknowledge(self, received: Received) -> None:
        """Nothing is acknowledged by hand here."""

    def publish(self, topic: str, payload: bytes, **options: Any) -> None:  # noqa: ANN401 - the port's own
        """Take a message."""
        self.publish_soon(topic, payload, lambda _: None, **options)

    def publish_soon(self, topic: str, payload: bytes, on_done: OnDone, **_: Any) -> None:  # noqa: ANN401 - same
        """Take a message, as a broker that acknowledges at once."""
        if not self.connected:
            raise NotDelivered("no connection")
        self.sent.append((topic, payload))
        on_done(None)

    def of(self, leaf: Leaf) -> list[bytes]:
        """Return what was sent on one leaf."""
        return [payload for where, payload in list(self.sent) if where.endswith(f"/{leaf}")]


class Kiosk:
    """An uplink with a real database on a wire."""

    def __init__(self, database: Database) -> None:
        self.clock = FixedClock()
        self.heard: list[datetime] = []
        self.needs: tuple[Need, ...] = ()
        self.identity = Identity(
            site=SITE,
            device="kiosk-1",
            door=Words(zh="东门", en="East"),
            boot=uuid7(),
            clock=self.clock,
            new_id=uuid7,
            synced=lambda: True,
            machine=MACHINE,
            hear_time=self.heard.append,
        )
        self.outbox = Outbox(database, self.identity.boot)
        self.roster = Roster(database)
        self.late: list[Answer] = []
        self.news: list[RequestAnswer] = []
        self.wire = Wire()
        self.uplink = Uplink(
            self.identity,
            self.outbox,
            self.roster,
            health=lambda: Health(camera_ok=True, frames_per_s=14.5, needs=self.needs),
            on_late=self.late.append,
            on_news=self.news.append,
            info=lambda: DeviceInfo(**self.identity.stamp(), kind="kiosk", model="m", software="s"),
        )
        self.uplink.attach(self.wire)
        self.uplink.start()

    def record(self) -> CheckInEvent:
        """Put a scan into the outbox."""
        return self.outbox.record(lambda seq: event(seq, self.identity.boot))

    def pulses(self) -> list[Heartbeat]:
        """Return the heartbeats that were sent; one may have been sent before anything else happened."""
        return [codec.decode(payload, Heartbeat) for payload in self.wire.of(Leaf.TELE)]

    def hear(self, leaf: Leaf, message: Envelope, device: str = "kiosk-1", *, retained: bool = False) -> None:
        """Let a message of the hub arrive."""
        where = hub_state(SITE) if device == "hub" else topic(SITE, device, leaf)
        self.uplink.received(Received(where, codec.encode(message), retained=retained))

    def hub_says(self, *answers: Answer, incarnation: str = HUB) -> None:
        """Let the hub answer."""
        self.hear(Leaf.DOWN_REPLY, Reply(**stamp(), incarnation=incarnation, replies=answers))

    def hub_is(self, status: Status, roster: int = 0, incarnation: str = HUB) -> None:
        """Let the hub say that it is there, or not."""
        state = HubState(**stamp(), status=status, incarnation=incarnation, roster=roster)
        self.hear(Leaf.STATE, state, "hub", retained=True)


def stamp() -> dict[str, Any]:
    """Return a hub's envelope."""
    return {"id": uuid7(), "ts": MORNING, "boot": uuid7(), "seq": 1}


def seqs(payloads: list[bytes]) -> list[int]:
    """Return the numbers of events."""
    return [codec.decode(payload, CheckInEvent).seq for payload in payloads]
