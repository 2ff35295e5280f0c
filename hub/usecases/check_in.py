"""Guests were scanned at kiosks: store each event once, classify it, admit, seat, and say what the hub thinks.

A batch is one transaction. Events of one invitation are judged together, so that any order and any repetition of
the same events ends in the same classes and admissions (I2, I3, I6). Requirements R91, R96, R100.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from devices.contract import codec
from devices.contract.messages import Answer, GuestCard
from hub.domain.check_ins import CheckIn
from hub.domain.guests import InvitationStatus, Invited
from hub.domain.tasks import Task
from hub.ports import Ids, Quarantined, Transaction
from hub.usecases import call_staff
from hub.usecases.cards import Around, guest_card
from hub.usecases.claim_seats import clash_tasks
from hub.usecases.judging import Incoming, Judging, answer_verdict
from hub.usecases.seat_guests import Floors, seat_guests


@dataclass(frozen=True, slots=True)
class Desk:
    """What every batch is checked in with: fresh ids, the devices the house knows, and the seat maps at hand."""

    ids: Ids
    enrolled: Collection[str]
    floors: Floors = field(default_factory=Floors)


def check_in(tx: Transaction, incoming: Sequence[Incoming], desk: Desk, now: datetime) -> list[Answer]:
    """Store and answer a batch of events, in their order. Refuses no fact; what cannot be believed is quarantined."""
    judging = _read(tx, incoming, now)
    known = tx.check_ins.known({item.event.id for item in incoming})
    suspect: dict[int, Task] = {}
    for position, item in enumerate(incoming):
        stored = known.get(item.event.id) or judging.new.get(item.event.id)
        reason = _suspicion(item, stored, desk.enrolled)
        if reason:
            _quarantine(tx, item, reason, now, desk.ids())
            suspect[position] = call_staff.for_suspicion(item.device, reason, desk.ids, now)
        elif stored is None:
            judging.take(item)
    judging.settle()
    around = _write(tx, judging, list(suspect.values()), desk)
    stored_now = {**known, **judging.new}
    invited = {one.invitation.id: one for one in judging.invited.values()}
    return [
        Answer(
            id=item.event.id,
            verdict=answer_verdict(stored_now[item.event.id]) if item.event.id in stored_now else item.event.verdict,
            accepted=position not in suspect,
            card=_card(stored_now.get(item.event.id), invited, around),
        )
        for position, item in enumerate(incoming)
    ]


def _read(tx: Transaction, incoming: Sequence[Incoming], now: datetime) -> Judging:
    invited = tx.guests.by_lookup({item.event.lookup for item in incoming})
    tx.meetings.lock({one.invitation.meeting for one in invited.values()})
    invitations = {one.invitation.id for one in invited.values()}
    stored = tx.check_ins.of_invitations(invitations)
    return Judging(
        now=now,
        invited=invited,
        meetings=tx.meetings.get({one.invitation.meeting for one in invited.values()}),
        history={key: {one.scan.id: one for one in stored.get(key, ())} for key in invitations},
        admissions=dict(tx.check_ins.admissions(invitations)),
    )


def _suspicion(item: Incoming, stored: CheckIn | None, enrolled: Collection[str]) -> str:
    """Say why an event must not be believed; empty when it may be (I7, conflict rule R7)."""
    if item.device not in enrolled:
        return "unknown_device"
    if stored is not None and stored.body != item.body:
        return "same_id_other_body"
    return ""


def _quarantine(tx: Transaction, item: Incoming, reason: str, now: datetime, new_id: str) -> None:
    event = item.event
    tx.records.quarantine(
        Quarantined(
            id=new_id,
            received_at=now,
            device=item.device,
            leaf="up/checkin",
            reason=reason,
            detail=f"event {event.id}, boot {event.boot}, number {event.seq}",
            payload=codec.encode(event),
        )
    )
    tx.feed.touch([("quarantine", "")])


def _write(tx: Transaction, judging: Judging, tasks: list[Task], desk: Desk) -> Around:
    """Store what was judged, seat who arrived, raise tasks; returns what the answers' cards need."""
    tx.check_ins.add(judging.new.values())
    tx.check_ins.reclass(judging.reclassed)
    tx.check_ins.admit(judging.admitted.values())
    told = [one for one in judging.new.values() if one.seat and one.scan.admits]
    seating = seat_guests(tx, judging.arrivals, desk.floors, told=told, kiosks=len(desk.enrolled))
    doors = tx.meetings.doors()
    seats = tx.seats.of_invitations({one.invitation.id for one in judging.invited.values()})
    unseated = seating.unseated - {clash.moves for clash in seating.clashes}
    tasks += call_staff.for_arrivals(judging.arrivals, judging.admissions, seats, unseated, doors, desk.ids)
    tasks += clash_tasks(tx, seating.clashes, desk.ids, judging.now)
    tasks += call_staff.for_strangers(judging.strangers(), doors, desk.ids, judging.now)
    tx.tasks.raise_all(tasks)
    tx.feed.touch(_changes(tx, judging, seating.moved, tasks))
    return Around(seats=seats, admissions=judging.admissions, doors=doors)


def _changes(
    tx: Transaction, judging: Judging, moved: Collection[str], tasks: Collection[Task]
) -> list[tuple[str, str]]:
    """List what kiosks and pages should look at again: guests who came or moved, meetings, tasks."""
    changed = {*judging.admitted, *moved}
    scanned = [one.invitation for one in judging.invited.values() if one.invitation.id in changed]
    lookups = {one.id: one.lookup for one in scanned if one.status is not InvitationStatus.REPLACED}
    others = tx.guests.by_invitation(changed - lookups.keys())
    lookups |= {key: one.invitation.lookup for key, one in others.items()}
    meetings = {one.meeting or "" for one in judging.new.values()}
    changes = [("guest", lookup) for lookup in lookups.values()]
    changes += [("arrivals", meeting) for meeting in sorted(meetings)]
    changes += [("tasks", "")] if tasks else []
    return changes


def _card(stored: CheckIn | None, invited: Mapping[str, Invited], around: Around) -> GuestCard | None:
    found = invited.get(stored.invitation) if stored and stored.invitation else None
    return guest_card(found, around) if found else None
