"""Which tasks a batch of check-ins gives to people."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from hub.domain.check_ins import Admission, CheckIn
from hub.domain.guests import Invited
from hub.domain.meetings import Door
from hub.domain.seats import Seat
from hub.domain.tasks import Task, TaskKind, raise_task
from hub.ports import Ids


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
        facts = _facts(invited, admission, seats.get(invitation.id), doors)
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


def door_facts(device: str, doors: Mapping[str, Door]) -> dict[str, str]:
    """Name the door a device stands at, in both languages."""
    door = doors.get(device)
    names = (door.name.zh, door.name.en) if door else (device, device)
    return {"device": device, "door_zh": names[0], "door_en": names[1]}


def _facts(invited: Invited, admission: Admission, seat: Seat | None, doors: Mapping[str, Door]) -> dict[str, str]:
    guest = invited.guest
    facts = {
        "name": guest.name,
        "salutation_zh": guest.salutation.zh,
        "salutation_en": guest.salutation.en,
        "title": guest.title,
        "company": guest.company,
        "host": invited.invitation.host,
        "seat": seat.label if seat else "",
    }
    return facts | door_facts(admission.device, doors)
