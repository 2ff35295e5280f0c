"""Which tasks a batch of check-ins, or a guest at a kiosk, gives to people."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from devices.contract.codec import format_time
from hub.domain.check_ins import Admission, CheckIn
from hub.domain.double_entries import DoubleEntry
from hub.domain.guests import Invited
from hub.domain.meetings import Door, Room, door_name
from hub.domain.seats import Seat
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task, raise_task
from hub.domain.timers import Timer
from hub.ports import Ids, Transaction
from hub.usecases.acting import Deciding

FAULT_LATE = "fault_late"
"""The timer of a device's fault, by its task: when the time to mend it is over (``hub.usecases.swap_asset``)."""

CHANGE_AIR = "change_air"
"""The timer of a guest who is too cold, by the task: the room's own device is told (``hub.usecases.change_air``)."""

FAULT_IN_MEETING = "fault_in_meeting"
"""The timer of a device's fault, by its task: an incident once a meeting runs (``hub.usecases.report_incident``)."""

FAULT_OVER = "fault_over"
"""The timer of a fault that was mended, by its task: its incident is contained (``hub.usecases.work_incident``)."""

GUIDANCE_LATE = "guidance_late"
"""The timer of a guest's question how a device works, by its task (``hub.usecases.pass_guidance_on``)."""

AIR_FIRST = timedelta(seconds=30)
"""So long nobody is asked about a room's air: its own device may do it, and then nobody need come."""

COUNT_DRINKS = "count_drinks"
"""The timer of a meeting whose drinks are to be counted: one was chosen or brought (``hub.usecases.serve_drinks``)."""


def for_arrivals(
    arrivals: Iterable[Invited],
    admissions: Mapping[str, Admission],
    seats: Mapping[str, Seat],
    unseated: Collection[str],
    doors: Mapping[str, Door],
    ids: Ids,
) -> list[Task]:
    """Call the greeter for a VIP (R100), someone for a guest without a seat, and the supervisor for a withdrawn one."""
    tasks = []
    for invited in arrivals:
        invitation = invited.invitation
        admission = admissions[invitation.id]
        facts = guest_facts(invited, seats.get(invitation.id)) | door_facts(admission.device, doors)
        if invitation.vip and invitation.vip_level:
            facts["vip_level"] = str(invitation.vip_level)
        kinds = (
            (TaskKind.VIP_ARRIVAL, invitation.vip),
            (TaskKind.NO_SEAT, invitation.id in unseated),
            (TaskKind.REVOKED_INSIDE, admission.flagged),
        )
        tasks += [
            raise_task(kind, invitation.id, task_id=ids(), at=admission.at, meeting=invitation.meeting, facts=facts)
            for kind, wanted in kinds
            if wanted
        ]
    return tasks


def for_double_entry(
    invited: Invited, entry: DoubleEntry, seat: Seat | None, doors: Mapping[str, Door], who: Deciding
) -> Task:
    """Call the supervisor about one invitation at several doors: the guest, and each door with its time (UTC)."""
    facts = guest_facts(invited, seat) | {"seen": entry.seen}
    for number, event in enumerate(entry.entries, 1):
        named = door_facts(event.scan.device, doors) | {"at": format_time(event.scan.at)}
        facts |= {f"{number}_{name}": value for name, value in named.items()}
    invitation = invited.invitation
    kind = TaskKind.DOUBLE_ENTRY
    return raise_task(kind, invitation.id, task_id=who.ids(), at=who.at, meeting=invitation.meeting, facts=facts)


def for_withdrawn(
    invited: Invited, admission: Admission, seat: Seat | None, doors: Mapping[str, Door], who: Deciding
) -> Task:
    """Call the supervisor about a guest who is inside on an invitation that turns out to have been withdrawn before."""
    facts = guest_facts(invited, seat) | door_facts(admission.device, doors)
    kind, invitation = TaskKind.REVOKED_INSIDE, invited.invitation
    return raise_task(kind, invitation.id, task_id=who.ids(), at=who.at, meeting=invitation.meeting, facts=facts)


def for_strangers(strangers: Iterable[CheckIn], doors: Mapping[str, Door], ids: Ids, now: datetime) -> list[Task]:
    """Call the supervisor when a kiosk let somebody in whom nobody here invited."""
    return [
        raise_task(
            TaskKind.UNKNOWN_INSIDE, one.scan.id, task_id=ids(), at=now, facts=door_facts(one.scan.device, doors)
        )
        for one in strangers
    ]


def for_suspicion(device: str, reason: str, ids: Ids, now: datetime) -> Task:
    """Call the technician about a device whose event cannot be believed."""
    facts = {"device": device, "reason": reason}
    return raise_task(TaskKind.SUSPECT_EVENT, device, task_id=ids(), at=now, facts=facts)


def call(tx: Transaction, task: Task) -> Task:
    """Raise one task; returns the open one about the same subject, which may have been there already (I5)."""
    tx.feed.touch([("tasks", "")])
    if task.kind is TaskKind.COMFORT:
        task = replace(task, held_until=task.created_at + AIR_FIRST)
    while True:  # again when somebody finished the one that was open, between these two steps
        tx.tasks.raise_all([task])
        standing = tx.tasks.about([task.dedupe]).get(task.dedupe)
        if standing is not None:
            break
    if standing.id == task.id and task.kind is TaskKind.DEVICE_FAULT:
        tx.timers.put([Timer(rule=FAULT_LATE, subject=task.id, due_at=task.due_at)])
        if task.meeting or task.facts.get("room"):
            tx.timers.put([Timer(rule=FAULT_IN_MEETING, subject=task.id, due_at=task.created_at)])
    if standing.id == task.id and task.kind is TaskKind.GUIDANCE:
        tx.timers.put([Timer(rule=GUIDANCE_LATE, subject=task.id, due_at=task.created_at)])
    if standing.id == task.id and task.kind is TaskKind.COMFORT:
        tx.timers.put([Timer(rule=CHANGE_AIR, subject=task.id, due_at=task.created_at)])
    if standing.id == task.id:
        count_drinks(tx, task, task.created_at)
    return standing


def count_drinks(tx: Transaction, task: Task, now: datetime) -> None:
    """Have a meeting's drinks counted after a task that is about a guest's drink."""
    if task.kind is TaskKind.DRINK and task.meeting and task.facts.get("invitation"):
        tx.timers.put([Timer(rule=COUNT_DRINKS, subject=task.meeting, due_at=now)])


def door_facts(device: str, doors: Mapping[str, Door]) -> dict[str, str]:
    """Name the door a device stands at, in both languages."""
    name = door_name(device, doors)
    return {"device": device, "door_zh": name.zh, "door_en": name.en}


def guest_facts(invited: Invited, seat: Seat | None) -> dict[str, str]:
    """Name a guest as staff should know them."""
    guest = invited.guest
    return {
        "name": guest.name,
        "salutation_zh": guest.salutation.zh,
        "salutation_en": guest.salutation.en,
        "title": guest.title,
        "company": guest.company,
        "host": invited.invitation.host,
        "seat": seat.label if seat else "",
        "invitation": invited.invitation.id,
    } | ({"likes": guest.drink} if guest.drink else {})


def place_facts(seat: Seat | None, room: Room | None) -> dict[str, str]:
    """Say in both languages where a guest sits: ``A 区 3 排 5 座``, and in which room."""
    facts = {"room_zh": room.name.zh, "room_en": room.name.en} if room else {}
    if seat is None:
        return facts
    if seat.table:
        return facts | {
            "chair_zh": f"{seat.zone} 桌 {seat.number} 座",
            "chair_en": f"table {seat.zone}, seat {seat.number}",
        }
    return facts | {
        "chair_zh": f"{seat.zone} 区 {seat.row} 排 {seat.number} 座",
        "chair_en": f"zone {seat.zone}, row {seat.row}, seat {seat.number}",
    }
