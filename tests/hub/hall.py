"""A hub's door for MQTT on a real broker, with one kiosk outside."""

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from devices.contract import codec
from devices.contract.messages import CheckInEvent, CodeKind, Heartbeat, HubState, Reply, RequestAnswer, Status, Verdict
from devices.contract.topics import Leaf, hub_state, topic
from devices.ids import uuid7
from devices.link import MqttLink
from devices.ports import Received
from devices.sealing import seal
from hub.enquiries import Enquiries
from hub.ingest import Ingest
from hub.outgoing import Outgoing
from hub.pinyin import readings
from hub.ports import Store
from hub.usecases.asking import Service
from tests.conftest import SITE
from tests.hub.build import at, lookup

BOOT = uuid7()


class HallClock:
    """The hall's time: a quarter of a minute after T0."""

    def now(self) -> datetime:
        """Return the fixed time."""
        return at(15)

    def monotonic_ms(self) -> int:
        """Return a count that always lets the next announcement through."""
        return next(self._ticks)

    def __init__(self) -> None:
        self._ticks = iter(range(1_000, 10**9, 1_000))


def make_ingest(  # noqa: PLR0913 - each is one part
    store: Store,
    outgoing: Outgoing,
    clock: HallClock,
    *,
    enrolled: Collection[str] = (),
    agents: Collection[str] = (),
    pagers: Collection[str] = (),
    lease: int = 0,
) -> Ingest:
    """Make the door for MQTT with all that stands behind it."""
    service = Service(ids=uuid7, bits=secrets.randbits, site_key=b"k" * 32)
    enquiries = Enquiries(store, outgoing, clock=clock, service=service, readings=readings)
    return Ingest(
        store,
        outgoing,
        clock=clock,
        service=service,
        enquiries=enquiries,
        seal=seal,
        enrolled=enrolled,
        agents=agents,
        pagers=pagers,
        lease=lease,
    )


@dataclass(slots=True)
class Hall:
    """A hub's door for MQTT on a real broker, and one kiosk outside."""

    ingest: Ingest
    store: Store
    hub: MqttLink
    kiosk: MqttLink
    heard: list[Received] = field(default_factory=list)
    on_state: Callable[[Status], object] = lambda _: None

    def hear(self, message: Received) -> None:
        """Note what the kiosk hears, or the hub's state."""
        if message.topic == hub_state(SITE):
            self.on_state(codec.decode(message.payload, HubState).status)
        else:
            self.heard.append(message)

    def say(self, leaf: Leaf, payload: bytes, **options: Any) -> None:  # noqa: ANN401 - publish's own options
        """Let the kiosk send something."""
        self.kiosk.publish(topic(SITE, "kiosk-1", leaf), payload, **options)

    def answers(self) -> dict[str, Verdict]:
        """Return what the hub has answered by now, by event."""
        found = {}
        for message in list(self.heard):
            if message.topic.endswith(Leaf.DOWN_REPLY):
                reply = codec.decode(message.payload, Reply)
                found.update({answer.id: answer.verdict for answer in reply.replies})
        return found

    def told(self) -> dict[str, list[RequestAnswer]]:
        """Return what the kiosk was told of each request by now, oldest first."""
        found: dict[str, list[RequestAnswer]] = {}
        for message in list(self.heard):
            if message.topic.endswith(Leaf.DOWN_REPLY):
                for answer in codec.decode(message.payload, Reply).requests:
                    found.setdefault(answer.id, []).append(answer)
        return found

    def leased(self) -> list[str]:
        """Return the labels of all leased seats."""
        with self.store.read() as tx:
            return [one.seat for one in tx.leases.of_meeting("m-launch")]

    def reasons(self) -> list[str]:
        """Return why messages were quarantined, by name."""
        with self.store.read() as tx:
            return sorted(item.reason for item in tx.records.quarantined(500))


def event(number: int = 1, **changes: Any) -> CheckInEvent:  # noqa: ANN401 - any field
    """Make guest ``number``'s scan."""
    fields: dict[str, Any] = {
        "id": uuid7(),
        "ts": at(14),
        "boot": BOOT,
        "seq": number,
        "lookup": lookup(number),
        "kind": CodeKind.SHORT,
        "verdict": Verdict.WELCOME,
        "offline": False,
        "mono_ms": 1,
    }
    return CheckInEvent(**(fields | changes))


def stamp() -> dict[str, Any]:
    """Return the envelope of any other message."""
    return {"id": uuid7(), "ts": at(14), "boot": BOOT, "seq": 1}


def beat() -> bytes:
    """Make the kiosk's heartbeat."""
    return codec.encode(Heartbeat(**stamp(), max_seq=0, unacked=0, oldest_s=0.0, mono_ms=9))
