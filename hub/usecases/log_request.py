"""Staff write down at once what a guest said: a request, a question to be confirmed, another diet (R148, R150)."""

import unicodedata
from dataclasses import dataclass, replace

from hub.domain.errors import InvalidInput, NotFound
from hub.domain.guests import Diet, Invited
from hub.domain.task_kinds import TaskKind
from hub.domain.task_life import TaskTimes
from hub.domain.tasks import UNCLAIMED, Task, raise_task
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import call, guest_facts, place_facts
from hub.usecases.work_task import promised

LONGEST_TEXT = 200
LONGEST_WHO = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody said: an invited guest (``invitation``), or ``who`` in words; ``meeting`` is an id, if any."""

    text: str
    invitation: str = ""
    who: str = ""
    meeting: str | None = None


def log_request(tx: Transaction, kind: TaskKind, said: Said, who: Deciding, times: TaskTimes) -> Task:
    """Raise the task for what was said; the same words of the same guest are one open task.

    A question is to be confirmed: who logged it has promised the reply. Raises InvalidInput and NotFound.
    """
    text = _plain(said.text, "text", LONGEST_TEXT)
    if not text:
        raise InvalidInput("text", "nothing is written down", "write what the guest said")
    name = _plain(said.who, "who", LONGEST_WHO)
    invited = _invited(tx, said.invitation) if said.invitation else None
    facts = (_known(tx, invited) if invited else {"name": name}) | {"text": text}
    task = raise_task(
        kind,
        f"{said.invitation or name}:{text}",
        task_id=who.ids(),
        at=who.at,
        facts=facts,
        meeting=invited.invitation.meeting if invited else said.meeting,
    )
    standing = call(tx, task)
    tx.records.audit(who.actor, "request.log", standing.id, who.at)
    if kind is TaskKind.QUESTION and standing.state in UNCLAIMED:
        return promised(tx, standing, who.actor, who.at, times)
    return standing


def change_diet(tx: Transaction, invitation: str, diet: Diet | None, who: Deciding) -> Task:
    """Add a dietary need to a guest, or take all away (None), and let the kitchen know; counts follow at once (R18).

    Raises NotFound.
    """
    invited = _invited(tx, invitation)
    meeting = invited.invitation.meeting
    tx.meetings.lock([meeting])
    invited = _invited(tx, invitation)  # as nobody else changes it now
    diets = invited.guest.diets | {diet} if diet else frozenset[Diet]()
    tx.guests.change(replace(invited.guest, diets=diets), invited.invitation)
    tx.records.audit(who.actor, f"guest.diet.{diet or 'none'}", invitation, who.at)
    tx.feed.touch([("arrivals", meeting)])
    facts = _known(tx, invited) | {"diets": " ".join(sorted(diets))}
    task = raise_task(TaskKind.DIET, invitation, task_id=who.ids(), at=who.at, facts=facts, meeting=meeting)
    standing = call(tx, task)
    if standing.facts != facts:
        standing = replace(standing, facts=facts)
        tx.tasks.save(standing)
    return standing


def _invited(tx: Transaction, invitation: str) -> Invited:
    found = tx.guests.by_invitation([invitation]).get(invitation)
    if found is None:
        raise NotFound("there is no such guest")
    return found


def _known(tx: Transaction, invited: Invited) -> dict[str, str]:
    """Name the guest, the seat and the room."""
    seat = tx.seats.of_invitations([invited.invitation.id]).get(invited.invitation.id)
    meeting = tx.meetings.get([invited.invitation.meeting])[invited.invitation.meeting]
    room = next((one for one in tx.meetings.rooms() if one.key == meeting.room), None)
    return guest_facts(invited, seat) | place_facts(seat, room)


def _plain(text: str, field: str, longest: int) -> str:
    """Return a text as it may stand on a page. Raises InvalidInput."""
    tidy = " ".join(unicodedata.normalize("NFC", text).split())
    if len(tidy) > longest or not tidy.isprintable():
        raise InvalidInput(field, "is too long or not readable", f"give at most {longest} characters")
    return tidy
