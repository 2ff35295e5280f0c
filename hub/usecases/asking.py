"""One request of a kiosk on its way through its use case, and what the house allows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from devices.contract.messages import Progress, Request, RequestAnswer, RequestKind
from hub.domain.check_ins import CheckIn
from hub.domain.guests import Invited
from hub.domain.requests import Asked
from hub.domain.task_life import TaskTimes
from hub.domain.tasks import Task, TaskState
from hub.ports import Ids, Transaction
from hub.usecases.call_staff import door_facts, guest_facts, place_facts

QUESTIONS = (RequestKind.FIND, RequestKind.IDENTIFY, RequestKind.WALK_IN)
"""What a kiosk may ask only so often: each could be used to find out who is invited."""

PROGRESS = {
    TaskState.NEW: Progress.TAKEN,
    TaskState.OFFERED: Progress.TAKEN,
    TaskState.ACCEPTED: Progress.ACCEPTED,
    TaskState.WORKING: Progress.ACCEPTED,
    TaskState.WAITING: Progress.ACCEPTED,
    TaskState.DONE: Progress.DONE,
    TaskState.CLOSED: Progress.DONE,
}
_MINUTE = timedelta(minutes=1)


class WalkIns(StrEnum):
    """What becomes of people without an invitation: a person is called, they are taken in, or they are refused."""

    CALL = "call"
    REGISTER = "register"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What the house allows at its kiosks, and what answering takes.

    ``bits`` and ``site_key`` make the codes of walk-ins, as ``Acting`` says. ``a_minute`` is how many questions about
    guests each kiosk may ask in a minute, ``times`` those of the tasks that a guest raises.
    """

    ids: Ids
    bits: Callable[[int], int]
    site_key: bytes
    walk_ins: WalkIns = WalkIns.CALL
    a_minute: int = 20
    times: TaskTimes = field(default_factory=TaskTimes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One request that is new: who asks, when it came (UTC), and the service's means."""

    tx: Transaction
    device: str
    request: Request
    now: datetime
    service: Service

    def scan(self) -> CheckIn | None:
        """Return the scan that the request is about, if it was made at this kiosk."""
        about = self.request.about
        found = self.tx.check_ins.known([about]).get(about) if about else None
        return found if found and found.scan.device == self.device else None

    def guest(self) -> Invited | None:
        """Return the guest whose scan the request is about."""
        scan = self.scan()
        if scan is None or scan.invitation is None:
            return None
        return self.tx.guests.by_invitation([scan.invitation]).get(scan.invitation)

    def facts(self, guest: Invited | None) -> dict[str, str]:
        """Name the door, and guest, seat and room where they are known."""
        facts = door_facts(self.device, self.tx.meetings.doors())
        if guest is None:
            return facts
        invitation = guest.invitation
        seat = self.tx.seats.of_invitations([invitation.id]).get(invitation.id)
        meeting = self.tx.meetings.get([invitation.meeting])[invitation.meeting]
        room = next((one for one in self.tx.meetings.rooms() if one.key == meeting.room), None)
        return facts | guest_facts(guest, seat) | place_facts(seat, room)

    def asked(self, **known: object) -> Asked:
        """Return the entry to keep of this request."""
        request = self.request
        return Asked(id=request.id, device=self.device, kind=request.kind.value, at=self.now, **known)  # type: ignore[arg-type]

    def same(self, before: Asked) -> bool:
        """Say whether this is the request that was kept under its id."""
        return (before.device, before.kind) == (self.device, self.request.kind)

    def called(self, task: Task) -> RequestAnswer:
        """Keep that a task was raised for this request, and answer how it stands."""
        self.tx.requests.add(self.asked(task=task.id))
        return RequestAnswer(id=self.request.id, progress=PROGRESS[task.state], by=task.accepted_by)

    def answered(self) -> RequestAnswer:
        """Keep that this request needed nobody."""
        self.tx.requests.add(self.asked())
        return RequestAnswer(id=self.request.id, progress=Progress.ANSWERED)

    def refused(self, reason: str) -> RequestAnswer:
        """Keep why this request was refused."""
        self.tx.requests.add(self.asked(reason=reason))
        return refusal(self.request, reason)

    def too_often(self) -> bool:
        """Say whether this kiosk has asked enough about guests for now."""
        before = self.tx.requests.count(self.device, QUESTIONS, self.now - _MINUTE)
        return before >= self.service.a_minute


def refusal(request: Request, reason: str) -> RequestAnswer:
    """Refuse a request."""
    return RequestAnswer(id=request.id, progress=Progress.REFUSED, reason=reason)
