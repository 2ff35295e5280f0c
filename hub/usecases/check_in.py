"""Guests were scanned at kiosks: store each event once, classify it, admit, seat, and say what the hub thinks.

A batch is one transaction. Events of one invitation are judged together, so that any order and any repetition of
the same events ends in the same classes and admissions (I2, I3, I6). Requirements R91, R96, R100.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from devices.contract import codec
from devices.contract.cards import GuestCard
from devices.contract.messages import Answer
from devices.contract.topics import HUB
from hub.check_in_ports import Scanned
from hub.domain.check_ins import CheckIn
from hub.domain.guests import InvitationStatus, Invited
from hub.domain.pace import real
from hub.domain.tasks import Task
from hub.ports import Ids, Quarantined, Transaction
from hub.usecases import call_staff
from hub.usecases.acting import Deciding
from hub.usecases.cards import Around, guest_card
from hub.usecases.claim_seats import clash_tasks
from hub.usecases.follow_vips import follow_vips
from hub.usecases.inside import count_rooms
from hub.usecases.judging import Incoming, Judging, answer_verdict
from hub.usecases.keep_judging import keep_judging
from hub.usecases.move_transfer import arrive
from hub.usecases.plans import Plans
from hub.usecases.rooms import Rooms
from hub.usecases.settle_conflicts import settle_conflicts
from hub.usecases.vip_tea import tea_for_vips

SHOWN = timedelta(minutes=1)
"""Longer than any screen shows a guest: a scan made offline before that is answered without a card.

A live one gets its card at any age: it may be the kiosk's clock that is late.
"""


@dataclass(frozen=True, slots=True)
class Desk:
    """What every batch is checked in with: fresh ids, the devices the house knows, and the seating plans at hand."""

    ids: Ids
    enrolled: Collection[str]
    plans: Plans = field(default_factory=Plans)


def check_in(tx: Transaction, incoming: Sequence[Incoming], desk: Desk, now: datetime) -> list[Answer]:
    """Store and answer a batch of events, in their order. Refuses no fact; what cannot be believed is quarantined."""
    machines = {item.event.machine for item in incoming if item.event.machine}
    scanned = tx.scans.around({item.event.lookup for item in incoming}, {item.event.id for item in incoming}, machines)
    judging = _judging(tx, scanned, now)
    tx.defer()
    suspect: dict[int, Task] = {}
    for position, item in enumerate(incoming):
        stored = scanned.events.get(item.event.id) or judging.new.get(item.event.id)
        reason = _suspicion(item, stored, desk.enrolled)
        if reason:
            _quarantine(tx, item, reason, now, desk.ids())
            suspect[position] = call_staff.for_suspicion(item.device, reason, desk.ids, now)
        elif stored is None:
            judging.take(item)
    judging.settle()
    around = _write(tx, judging, list(suspect.values()), desk, scanned)
    stored_now = {**scanned.events, **judging.new}
    invited = {one.invitation.id: one for one in judging.invited.values()}
    return [
        Answer(
            id=item.event.id,
            verdict=answer_verdict(stored_now[item.event.id]) if item.event.id in stored_now else item.event.verdict,
            accepted=position not in suspect,
            card=_card(stored_now.get(item.event.id), invited, around, now),
        )
        for position, item in enumerate(incoming)
    ]


def _judging(tx: Transaction, scanned: Scanned, now: datetime) -> Judging:
    codes = (one.invitation for one in scanned.invited.values())
    old = {one.id for one in codes if one.status is InvitationStatus.REPLACED}
    history: dict[str, dict[str, CheckIn]] = {one.invitation.id: {} for one in scanned.invited.values()}
    for stored in scanned.events.values():
        if stored.invitation in history:
            history[stored.invitation][stored.scan.id] = stored
    return Judging(
        now=now,
        invited=scanned.invited,
        meetings=scanned.meetings,
        history=history,
        admissions=dict(scanned.admissions),
        anchors=scanned.anchors,
        rulings=scanned.rulings,
        current=tx.guests.by_invitation(old),
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


def _write(tx: Transaction, judging: Judging, tasks: list[Task], desk: Desk, scanned: Scanned) -> Around:
    """Store what was judged, seat who arrived, raise tasks; returns what the answers' cards need."""
    rooms = Rooms(plans=desk.plans, versions=scanned.versions, leases=scanned.leases, kiosks=len(desk.enrolled))
    seating = keep_judging(tx, judging, rooms)
    doors = scanned.doors
    stay = {key: seat for key, seat in scanned.seats.items() if key not in seating.left}
    seats = {**stay, **seating.given}
    unseated = seating.unseated - {clash.moves for clash in seating.clashes}
    tasks += call_staff.for_arrivals(judging.arrivals, judging.admissions, seats, unseated, doors, desk.ids)
    tea = tea_for_vips(tx, judging.arrivals, judging.admissions, seats, desk.ids)
    tasks += tea
    tasks += clash_tasks(tx, seating.clashes, desk.ids, judging.now)
    tasks += call_staff.for_strangers(judging.strangers(), doors, desk.ids, judging.now)
    tx.tasks.raise_all(tasks)
    for task in tea:
        call_staff.count_drinks(tx, task, judging.now)
    follow_vips(tx, judging.arrivals, judging.admissions, judging.now)
    arrive(tx, scanned.fetched & judging.admitted.keys(), HUB, judging.now)
    count_rooms(tx, {one.invitation.meeting for one in judging.arrivals}, judging.now)
    settle_conflicts(tx, judging, doors, judging.new.keys(), Deciding(actor=HUB, at=judging.now, ids=desk.ids))
    tx.feed.touch(_changes(tx, judging, seating.moved, tasks))
    return Around(seats=seats, admissions=judging.admissions, doors=doors)


def _changes(
    tx: Transaction, judging: Judging, moved: Collection[str], tasks: Collection[Task]
) -> list[tuple[str, str]]:
    """List what kiosks and pages should look at again: guests who came or moved, meetings, tasks."""
    changed = {*judging.admitted, *moved}
    scanned = [one.invitation for one in judging.invited.values() if one.invitation.id in changed]
    current = {one.id: one for one in scanned if one.status is not InvitationStatus.REPLACED}
    others = tx.guests.by_invitation(changed - current.keys())
    current |= {key: one.invitation for key, one in others.items()}
    meetings = {one.meeting or "" for one in judging.new.values()}
    changes = [entry for one in current.values() for entry in one.entries()]
    changes += [("arrivals", meeting) for meeting in sorted(meetings)]
    changes += [("tasks", "")] if tasks else []
    return changes


def _card(stored: CheckIn | None, invited: Mapping[str, Invited], around: Around, now: datetime) -> GuestCard | None:
    if stored is None or not stored.invitation or (stored.offline and now - stored.scan.at > real(SHOWN)):
        return None
    found = invited.get(stored.invitation)
    return guest_card(found, around) if found else None
