"""A kiosk's clocks are heard: tie its machine's count to the time of day, and put right what it had stamped before."""

from datetime import datetime

from devices.contract.messages import Clock, Heartbeat
from hub.domain.check_ins import CheckIn
from hub.domain.door_time import Reading, anchor_of, door_time, improves
from hub.ports import Transaction
from hub.usecases.resettle import resettle


def keep_time(tx: Transaction, device: str, pulse: Heartbeat, now: datetime) -> None:
    """Take the anchor that a heartbeat is; when it is the best so far, events of that machine's run are timed anew."""
    if pulse.machine is None:
        return
    reading = Reading(wall=pulse.ts, mono_ms=pulse.mono_ms, synced=pulse.clock is Clock.SYNCED, received_at=now)
    found = anchor_of(device, pulse.machine, reading)
    if not improves(found, tx.delivery.anchors([pulse.machine]).get((device, pulse.machine))):
        return
    tx.delivery.save_anchor(found)
    events = tx.check_ins.of_machine(device, pulse.machine)
    times = {event.scan.id: door_time(_reading(event), found) for event in events}
    moved = [event for event in events if times[event.scan.id] != event.scan.at]
    if moved:
        tx.check_ins.retime({event.scan.id: times[event.scan.id] for event in moved})
        resettle(tx, {event.invitation for event in moved if event.invitation}, now)


def _reading(event: CheckIn) -> Reading:
    """Return what a stored event says of its kiosk's clocks."""
    return Reading(
        wall=event.door_at,
        mono_ms=event.mono_ms,
        synced=event.clock == Clock.SYNCED.value,
        received_at=event.received_at,
    )
