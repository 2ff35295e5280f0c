"""Writes check-in events by hand, as an enrolled device would send them: any time, any order, any bytes."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from devices.contract import codec
from devices.contract.credential import lookup
from devices.contract.messages import CheckInEvent, Clock, CodeKind, DeviceState, Heartbeat, Reply, Status, Verdict
from devices.contract.topics import Leaf, topic
from devices.ids import uuid7
from devices.link import MqttLink
from devices.ports import LinkSettings, Received
from hub.broker_files import read_secrets, secrets_file
from tests.faults.house import SITE
from tests.faults.world import HOST, READY_WITHIN_S, wait_until

ANSWER_WITHIN_S = 5.0


class Pen:
    """One device without a kiosk behind it."""

    def __init__(self, broker_folder: Path, port: int, device: str) -> None:
        """Connect under the device's own secrets."""
        secrets = read_secrets(secrets_file(broker_folder, device))
        self._device = device
        self._key = bytes.fromhex(secrets.lookup_key)
        self._boot = uuid7()
        self._seq = 0
        self._answered: dict[str, threading.Event] = {}
        self._now = datetime.now(UTC)
        settings = LinkSettings(
            host=HOST,
            port=port,
            client_id=device,
            username=device,
            password=secrets.password,
            state_topic=topic(SITE, device, Leaf.STATE),
            presence=self._presence,
            subscriptions=((topic(SITE, device, Leaf.DOWN_REPLY), 1),),
        )
        self._link = MqttLink(settings, self._heard)
        self._link.start()
        wait_until(lambda: self._link.connected, READY_WITHIN_S, f"{device} is connected")

    def event(self, code: str, seconds: float, verdict: Verdict = Verdict.WELCOME) -> CheckInEvent:
        """Make the next event: a code scanned so many seconds after (or before) this pen was taken up."""
        self._seq += 1
        return CheckInEvent(
            id=uuid7(),
            ts=self._now + timedelta(seconds=seconds),
            boot=self._boot,
            seq=self._seq,
            lookup=lookup(self._key, code),
            kind=CodeKind.SHORT,
            verdict=verdict,
            offline=True,
            mono_ms=1_000,
        )

    def forge(self, event_id: str, code: str) -> CheckInEvent:
        """Make an event under an id that is another one's."""
        return replace(self.event(code, 0), id=event_id)

    def send(self, event: CheckInEvent) -> bool:
        """Send an event and wait for the hub's answer; False when none comes in time."""
        answered = self._answered[event.id] = threading.Event()
        self.send_bytes(codec.encode(event))
        return answered.wait(ANSWER_WITHIN_S)

    def write(self, event: CheckInEvent, *, retain: bool = False) -> None:
        """Send an event and wait for nobody but the broker."""
        self.send_bytes(codec.encode(event), retain=retain)

    def send_bytes(self, payload: bytes, *, retain: bool = False) -> None:
        """Send anything as a check-in."""
        self._link.publish(topic(SITE, self._device, Leaf.UP_CHECKIN), payload, retain=retain)

    def beat(self, machine: str, mono_ms: int) -> None:
        """Send the heartbeat of a machine whose clock is not set and that runs for so many milliseconds."""
        pulse = Heartbeat(
            id=uuid7(),
            ts=self._now,
            boot=self._boot,
            seq=0,
            max_seq=self._seq,
            unacked=0,
            oldest_s=0,
            mono_ms=mono_ms,
            clock=Clock.UNSYNCED,
            machine=machine,
        )
        self._link.publish(topic(SITE, self._device, Leaf.TELE), codec.encode(pulse), qos=0)

    def close(self) -> None:
        """Hang up."""
        self._link.stop()

    def _presence(self, status: Status) -> bytes:
        return codec.encode(DeviceState(id=uuid7(), ts=self._now, boot=self._boot, seq=0, status=status))

    def _heard(self, message: Received) -> None:
        for answer in codec.decode(message.payload, Reply).replies:
            self._answered.get(answer.id, threading.Event()).set()
