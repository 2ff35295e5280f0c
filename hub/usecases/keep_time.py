"""A kiosk's clocks are heard: tie its machine's count to the time of day, and put right what it had stamped before."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from devices.contract.messages import Clock, Heartbeat
from devices.contract.topics import HUB
from hub.domain.check_ins import CheckIn
from hub.domain.door_time import Reading, anchor_of, door_time, improves
from hub.domain.double_entries import double_entry
from hub.ports import Ids, Transaction
from hub.usecases.acting import Deciding
from hub.usecases.judge_again import judge_again, open_invitation

UNSURE = timedelta(minutes=1)
"""So long after an anchor was found there may be events that another process stored without knowing of it."""


def keep_time(tx: Transaction, device: str, pulse: Heartbeat, now: datetime, ids: Ids) -> None:
    """Take the anchor that a heartbeat is; when it is the best so far, events of that machine's run are timed anew."""
    if pulse.machine is None:
        return
    reading = Reading(wall=pulse.ts, mono_ms=pulse.mono_ms, synced=pulse.clock is Clock.SYNCED, received_at=now)
    found = anchor_of(device, pulse.machine, reading)
    known = tx.delivery.anchors([pulse.machine]).get((device, pulse.machine))
    if improves(found, known):
        tx.delivery.save_anchor(found)
    elif known is None or now - known.heard_at > UNSURE:
        return
    else:
        found = known
    events = tx.check_ins.of_machine(device, pulse.machine)
    times = {event.scan.id: door_time(_reading(event), found) for event in events}
    moved = [event for event in events if times[event.scan.id] != event.scan.at]
    if moved:
        tx.check_ins.retime({event.scan.id: times[event.scan.id] for event in moved})
        _judge_again(tx, [event for event in moved if event.invitation], Deciding(actor=HUB, at=now, ids=ids))


def _judge_again(tx: Transaction, moved: Sequence[CheckIn], who: Deciding) -> None:
    """Let the invitations of events that were timed anew be judged by their new times."""
    for invitation in dict.fromkeys(event.invitation or "" for event in moved):
        current, events, rulings = open_invitation(tx, invitation)
        had_been = events | {event.scan.id: event for event in moved if event.invitation == invitation}
        judge_again(tx, current, events, rulings, double_entry(had_been.values(), rulings), who)


def _reading(event: CheckIn) -> Reading:
    """Return what a stored event says of its kiosk's clocks."""
    return Reading(
        wall=event.door_at,
        mono_ms=event.mono_ms,
        synced=event.clock == Clock.SYNCED.value,
        received_at=event.received_at,
    )
