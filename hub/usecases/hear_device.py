"""A device says that it is there, what it is, or how it is."""

from dataclasses import asdict, replace
from datetime import datetime

from devices.contract.messages import DeviceInfo, DeviceState, Envelope, Heartbeat, Status
from hub.ports import DeviceRecord, Transaction

_ENVELOPE = frozenset(Envelope.__dataclass_fields__)


def hear_state(tx: Transaction, device: str, state: DeviceState, now: datetime) -> None:
    """Take a device's presence. The will of a connection that is over (another ``boot``) changes nothing."""
    record = tx.devices.get(device) or DeviceRecord(id=device)
    if state.status is Status.OFFLINE and record.boot not in {"", state.boot}:
        return
    if (record.status, record.boot) == (state.status.value, state.boot):
        return
    tx.devices.save(replace(record, status=state.status.value, boot=state.boot, status_at=now, seen_at=now))
    tx.feed.touch([("device", device)])


def hear_info(tx: Transaction, device: str, info: DeviceInfo, now: datetime) -> None:
    """Take what a device says it is."""
    record = tx.devices.get(device) or DeviceRecord(id=device)
    tx.devices.save(replace(record, kind=info.kind, model=info.model, software=info.software, seen_at=now))
    tx.feed.touch([("device", device)])


def hear_heartbeat(tx: Transaction, device: str, pulse: Heartbeat, now: datetime) -> None:
    """Take a kiosk's pulse: how far its events go, what waits, and its health."""
    record = tx.devices.get(device) or DeviceRecord(id=device)
    health = {name: value for name, value in asdict(pulse).items() if name not in _ENVELOPE and value is not None}
    tx.devices.save(replace(record, seen_at=now, health=health))
    tx.feed.touch([("device", device)])
