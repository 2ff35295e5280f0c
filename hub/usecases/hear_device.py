"""A device says that it is there, what it is, or how it is."""

from dataclasses import asdict, replace
from datetime import datetime

from devices.contract.envelope import Envelope
from devices.contract.messages import DeviceInfo, DeviceState, Heartbeat, Need, Status
from devices.contract.topics import HUB
from hub.device_ports import DeviceRecord
from hub.domain.runs import Gap
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import finish, raise_task
from hub.ports import Ids, Transaction
from hub.usecases.call_staff import door_facts
from hub.usecases.find_gaps import find_gaps
from hub.usecases.keep_time import keep_time

_NOT_HEALTH = frozenset(Envelope.__dataclass_fields__) | {"runs", "machine", "readings"}


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
    said = replace(record, kind=info.kind, model=info.model, software=info.software, capabilities=info.capabilities)
    tx.devices.save(replace(said, seen_at=now))
    tx.feed.touch([("device", device)])


def hear_heartbeat(tx: Transaction, device: str, pulse: Heartbeat, now: datetime, ids: Ids) -> list[tuple[str, Gap]]:
    """Take a device's pulse: its clocks, what it needs, its health, and how far its events go.

    Returns what it should be asked to send again: gaps, each with its run's ``boot`` (I9).
    """
    record = tx.devices.get(device) or DeviceRecord(id=device)
    health = {name: value for name, value in asdict(pulse).items() if name not in _NOT_HEALTH and value is not None}
    battery = (pulse.readings or {}).get("battery")
    if isinstance(battery, float):  # of a pager; what agents read belongs to their rooms
        health["battery"] = battery
    tx.devices.save(replace(record, seen_at=now, health=health))
    tx.feed.touch([("device", device)])
    keep_time(tx, device, pulse, now, ids)
    _see_to_needs(tx, device, pulse, record, now, ids)
    return find_gaps(tx, device, pulse, now, ids)


def _see_to_needs(
    tx: Transaction, device: str, pulse: Heartbeat, record: DeviceRecord, now: datetime, ids: Ids
) -> None:
    """Keep one open task for each thing a kiosk needs a person for, and none for what it needs no more (I5)."""
    before = (record.health or {}).get("needs") or ()
    if not pulse.needs and not before:
        return
    facts = door_facts(device, tx.meetings.doors())
    tx.tasks.raise_all(
        raise_task(TaskKind.KIOSK_NEEDS, f"{device}:{need}", task_id=ids(), at=now, facts=facts | {"need": need})
        for need in pulse.needs
    )
    over = [f"{TaskKind.KIOSK_NEEDS}:{device}:{need}" for need in Need if need not in pulse.needs]
    for task in tx.tasks.about(over).values():
        tx.tasks.save(finish(task, HUB, now))  # its cause went away by itself
        tx.records.audit(HUB, "task.finish", task.id, now)
    tx.feed.touch([("tasks", "")])
