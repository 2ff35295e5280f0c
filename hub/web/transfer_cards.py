"""What a card says more when a guest is met: how to greet them, whom to call, what to read. Pure (R87, R88, R90)."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from devices.texts import clock_time
from hub.domain.meetings import Meeting
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task
from hub.web.language import Tongue
from hub.web.telephone import Call

ON_THE_WAY = frozenset({TaskKind.TRANSFER, TaskKind.TRANSFER_LATE})
GREETED = frozenset({TaskKind.TRANSFER, TaskKind.VIP_ARRIVAL})
"""Tasks that begin with somebody walking up to a guest."""


def cue(task: Task, called: str, tongue: Tongue, person: str) -> str:
    """Say how to greet the guest; empty where the task is not about greeting."""
    if task.kind not in GREETED or not called:
        return ""
    by = task.accepted_by or person or task.facts.get("greeter", "")
    return tongue.say("task.cue", salutation=called, by=by) if by else tongue.say("task.cue_first", salutation=called)


def calls(task: Task, called: str) -> tuple[Call, ...]:
    """Return who can be called: the guest, and, for the supervisor, first the greeter."""
    if task.kind not in ON_THE_WAY:
        return ()
    guest = Call(called, task.facts.get("phone", ""))
    greeter = Call(task.facts.get("greeter", ""), task.facts.get("greeter_phone", ""))
    wanted = (guest,) if task.kind is TaskKind.TRANSFER else (greeter, guest)
    return tuple(one for one in wanted if one.shown)


def journey(task: Task, meeting: Meeting | None, tongue: Tongue) -> Iterator[str]:
    """Say when the guest arrives where, by what, and who is to be there."""
    facts = task.facts
    if task.kind not in ON_THE_WAY:
        return
    if facts.get("at") and meeting:
        time = clock_time(datetime.fromisoformat(facts["at"]), ZoneInfo(meeting.zone))
        yield tongue.say(f"transfer.arrives.{facts.get('met_at', 'other')}", time=time)
    yield facts.get("note", "")
    if facts.get("greeter"):
        yield tongue.say("transfer.by", name=facts["greeter"])


def briefing(task: Task, meeting: Meeting | None) -> str:
    """Return the path of the page to be read on the way; empty for other tasks."""
    if task.kind is not TaskKind.TRANSFER or meeting is None:
        return ""
    return briefing_path(meeting.key, task.facts.get("invitation", ""))


def briefing_path(meeting: str, invitation: str) -> str:
    """Return the path of the briefing about one guest of a meeting (its key)."""
    return f"/staff/meetings/{quote(meeting, safe='')}/briefing?guest={quote(invitation, safe='')}"
