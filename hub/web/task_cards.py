"""Tasks as staff read them: who, where, what to do, and how much time is left. Pure."""

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.house_answers import HouseAnswer, fitting
from hub.domain.task_kinds import RULES, Role, TaskKind
from hub.domain.tasks import OWNED, Task, TaskState
from hub.domain.waits import is_asked
from hub.usecases.swap_asset import is_fault
from hub.web.drink_cards import is_hot, warning
from hub.web.house_work_cards import OF_HOUSE_WORK, CheckStep, checklist
from hub.web.incident_cards import drill
from hub.web.language import Tongue
from hub.web.open_tasks import LOGGED, OpenTasks
from hub.web.room_cards import is_pressing
from hub.web.task_phases import ends, is_room, phase, pressing, say, span
from hub.web.task_words import called, fact, say_details, say_heading, say_steps
from hub.web.telephone import Call
from hub.web.times import left_in_words
from hub.web.transfer_cards import briefing, calls, cue
from hub.web.within import within

ICONS: Mapping[TaskKind, str] = {
    TaskKind.VIP_ARRIVAL: "star",
    TaskKind.HELP: "bell",
    TaskKind.COMFORT: "warmth",
    TaskKind.DRINK: "cup",
    TaskKind.REQUEST: "pencil",
    TaskKind.QUESTION: "question",
    TaskKind.DIET: "leaf",
    TaskKind.HANDED_UP: "warn",
    TaskKind.DEVICE_FAULT: "wrench",
    TaskKind.WALK_IN: "person",
    TaskKind.NO_SEAT: "chair",
    TaskKind.SEAT_CONFLICT: "chairs",
    TaskKind.DOUBLE_ENTRY: "doors",
    TaskKind.REVOKED_INSIDE: "shield",
    TaskKind.UNKNOWN_INSIDE: "question",
    TaskKind.ROOM_FULL: "people",
    TaskKind.SUSPECT_EVENT: "wrench",
    TaskKind.EVENTS_MISSING: "warn",
    TaskKind.KIOSK_NEEDS: "wrench",
    TaskKind.HUB_FAULT: "power",
    TaskKind.ROOM_CHECK: "rooms",
    TaskKind.LEFT_ON: "power",
    TaskKind.TRANSFER: "car",
    TaskKind.TRANSFER_LATE: "car",
    TaskKind.ROOM_CLIMATE: "warmth",
    TaskKind.DEVICE_CHECK: "wrench",
    TaskKind.GUIDANCE: "screen",
    TaskKind.REHEARSAL: "check",
    TaskKind.REHEARSAL_LATE: "warn",
    TaskKind.MISSING_MATERIAL: "people",
    TaskKind.DRINKS_SHORT: "cup",
    TaskKind.SPARES_OUT: "wrench",
    TaskKind.TALK_ENDS: "bell",
    TaskKind.SPEAKER_LATE: "person",
    TaskKind.RUNS_OVER: "bell",
    TaskKind.INCIDENT_TOLD: "warn",
    TaskKind.INCIDENT_EMERGENCY: "warn",
    TaskKind.INCIDENT_TECHNICIAN: "warn",
    TaskKind.INCIDENT_RECEPTIONIST: "warn",
    TaskKind.INCIDENT_LOGISTICS: "warn",
    TaskKind.INCIDENT_LATE: "warn",
    TaskKind.INCIDENT_REVIEW: "pencil",
    TaskKind.COMPLAINT: "mail",
    TaskKind.DRILL: "check",
    TaskKind.REMARK_RECEPTIONIST: "pencil",
    TaskKind.REMARK_LOGISTICS: "pencil",
    TaskKind.REMARK_SUPERVISOR: "pencil",
    TaskKind.REMARK_TECHNICIAN: "pencil",
    TaskKind.SET_UP: "chairs",
    TaskKind.SIGN_OFF: "check",
    TaskKind.SET_UP_LATE: "warn",
    TaskKind.STRIKE: "chairs",
    TaskKind.STRIKE_LATE: "warn",
    TaskKind.MEAL: "leaf",
    TaskKind.STATIONERY: "pencil",
    TaskKind.DOCUMENTS: "book",
    TaskKind.SHIFT_EMPTY: "people",
    TaskKind.NO_TECHNICIAN: "wrench",
    TaskKind.BOOKING_CONFLICT: "desk",
    TaskKind.ROOM_EMPTY: "rooms",
    TaskKind.NO_SHOW: "rooms",
    TaskKind.SERIES_EMPTY: "people",
    TaskKind.STOLEN_IDENTITY: "shield",
}

OF_CHECKS = frozenset({TaskKind.ROOM_CHECK})
OF_REHEARSALS = frozenset({TaskKind.REHEARSAL, TaskKind.REHEARSAL_LATE, TaskKind.MISSING_MATERIAL})
"""Tasks whose card leads to the check of the meeting's room, and to its rehearsal."""

OF_AGENDAS = frozenset({TaskKind.TALK_ENDS, TaskKind.SPEAKER_LATE, TaskKind.RUNS_OVER})
"""Tasks whose card leads to the live agenda."""


SOON = 0.25
"""The last part of a task's time, in which its bar asks for haste."""

MOST = 60
"""Tasks drawn at once; the rest are counted. More than these nobody reads."""


@dataclass(frozen=True, slots=True)
class DoorTime:
    """One of the doors that let the same invitation in, and when (UTC)."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Cleared:
    """A task that went away by itself, and when (UTC)."""

    id: str
    label: str
    heading: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCard:
    """One task in one language. ``heading`` is the glance line; ``steps`` is the procedure (R4).

    ``doors`` are those of a double entry, which is closed by saying who came; ``seen`` names what the card shows.
    ``invitation`` is whose scans can be looked at, empty where the task is about no guest. ``phase`` is ``open``,
    ``waiting`` (until the guest can be asked) or ``asking``; ``say`` is what to say to the guest now,
    ``pressing`` what threatens. ``checklist`` are the steps to tick, ``told_at`` when the guest last heard of it,
    ``answer`` what the house has to say. ``cue`` says how to greet, ``calls`` whom to telephone, ``briefing`` is the
    path of what to read on the way. ``swap``: there is a page that leads through the swap for a spare;
    ``check`` is the key of the meeting whose room was checked, ``rehearsal`` of the one whose list leads further.
    ``agenda`` is the one whose live agenda leads further, about its part ``segment``; ``stand_in`` names what one tap
    puts in that part's place. ``signed``: it ends with that list. ``measured``: how warm it is may be written down
    when it is done; ``warning`` says that it is not right.
    ``signed``: it ends with that list. ``measured``: how warm it is may be written down when it is done; ``warning``
    says that it is not right. ``within`` is its deadline in the words of the house's rule. ``rushed``: a lead put it
    first; ``working``: its owner is at it; ``stands``: they wait, and its clock does; ``off_until``: it was put off
    (``off_why``). ``asked`` are those who are asked to take it. ``house_work`` is the key of the meeting whose page
    shows how far set-up, strike and meals are; ``whole``: it does not end before all of its list is ticked. ``waits``:
    a guest waits for it. ``since``: when two were first seen under one name (UTC).
    ``incident`` is the id of the one it belongs to; ``drill``: that is only an exercise.
    """

    id: str
    kind: TaskKind
    icon: str
    owner: Role
    label: str
    heading: str
    details: tuple[str, ...]
    steps: tuple[str, ...]
    created_at: datetime
    due_at: datetime
    span_s: int
    left_s: int
    left: str
    haste: str
    urgent: bool
    accepted_by: str
    accepted_at: datetime | None
    mine: bool
    doors: tuple[DoorTime, ...] = ()
    seen: str = ""
    invitation: str = ""
    meeting: str = ""
    cue: str = ""
    calls: tuple[Call, ...] = ()
    briefing: str = ""
    phase: str = "open"
    say: str = ""
    pressing: str = ""
    not_yet: str = ""
    too_much: str = ""
    checklist: tuple[CheckStep, ...] = ()
    logged: bool = False
    promised: bool = False
    told_at: datetime | None = None
    answer: HouseAnswer | None = None
    swap: bool = False
    check: str = ""
    rehearsal: str = ""
    agenda: str = ""
    segment: str = ""
    stand_in: str = ""
    signed: bool = False
    measured: bool = False
    warning: str = ""
    within: str = ""
    rushed: bool = False
    working: bool = False
    stands: bool = False
    off_until: datetime | None = None
    off_why: str = ""
    asked: tuple[str, ...] = ()
    incident: str = ""
    drill: bool = False
    house_work: str = ""
    whole: bool = False
    waits: bool = False
    since: datetime | None = None

    @property
    def left_open(self) -> int:
        """Return how many steps are not ticked."""
        return sum(not step.ticked for step in self.checklist)


def cards(found: OpenTasks, tongue: Tongue, now: datetime, person: str) -> list[TaskCard]:
    """Write the first tasks in one language."""
    return [_card(task, found, tongue, now, person) for task in found.tasks[:MOST]]


def cleared(tasks: Iterable[Task], tongue: Tongue) -> list[Cleared]:
    """Write what went away by itself, the newest first."""
    found = [
        Cleared(task.id, tongue.say(f"task.{task.kind}.label"), say_heading(task, tongue), task.done_at)
        for task in tasks
        if task.done_at
    ]
    return found[::-1]


def haste(task: Task, now: datetime) -> str:
    """Say how a deadline stands: calm, soon or late."""
    if task.state is TaskState.DONE:
        return "calm"
    left = task.due_at - now
    if left < timedelta():
        return "late"
    return "soon" if left <= span(task) * SOON else "calm"


def _card(task: Task, found: OpenTasks, tongue: Tongue, now: datetime, person: str) -> TaskCard:
    rule, due_at = RULES[task.kind], ends(task)
    left = due_at - now
    return TaskCard(
        id=task.id,
        kind=task.kind,
        icon=ICONS[task.kind],
        owner=rule.owner,
        label=tongue.say(f"task.{task.kind}.label"),
        heading=say_heading(task, tongue),
        details=say_details(task, found, tongue),
        steps=say_steps(task, found, tongue),
        created_at=task.created_at,
        due_at=due_at,
        span_s=max(1, int(span(task).total_seconds())),
        left_s=max(0, int(left.total_seconds())),
        left=left_in_words(tongue, left),
        haste=haste(task, now),
        urgent=task.state is not TaskState.DONE and (is_pressing(task) or task.warned_at is not None),
        accepted_by=task.accepted_by if task.state in OWNED else "",
        accepted_at=task.accepted_at,
        mine=bool(person) and task.state in OWNED and task.accepted_by == person,
        doors=tuple(say_doors(task, tongue)),
        seen=task.facts.get("seen", ""),
        invitation=task.facts.get("invitation", ""),
        meeting=task.meeting or "",
        phase=phase(task),
        say=say(task, tongue, now),
        not_yet=tongue.say(f"task.comfort.not_yet.{task.facts['note']}" if is_room(task) else "task.not_yet"),
        pressing=pressing(task, tongue),
        too_much=tongue.say(f"task.comfort.too_much.{task.facts['note']}") if is_room(task) else "",
        checklist=tuple(checklist(task, [one for one in found.ticks if one.task == task.id], tongue)),
        logged=task.kind in LOGGED,
        promised=task.respond_by is not None,
        told_at=max(filter(None, (task.told_at, found.written.get(task.id))), default=None),
        answer=fitting(task.facts.get("text", ""), found.answers, task.meeting) if task.kind in LOGGED else None,
        swap=is_fault(task),
        check=_about(task, found, OF_CHECKS),
        rehearsal=_about(task, found, OF_REHEARSALS),
        agenda=_about(task, found, OF_AGENDAS),
        segment=task.facts.get("segment", ""),
        stand_in=fact(task, "instead", tongue),
        signed=rule.signed,
        house_work=_about(task, found, OF_HOUSE_WORK),
        whole=rule.whole,
        waits=is_asked(task.kind, task.facts),
        measured=is_hot(task),
        rushed=task.rushed_at is not None,
        working=task.state is TaskState.WORKING,
        stands=task.state is TaskState.WAITING,
        off_until=task.snoozed_until if task.snoozed_until and task.snoozed_until > now else None,
        off_why=task.snoozed_why,
        asked=tuple(found.asked.get(task.id, ())),
        within=within(task.kind, span(task), tongue) if phase(task) == "open" else "",
        warning=warning(task, tongue),
        incident=task.facts.get("incident", ""),
        drill=drill(task),
        since=datetime.fromisoformat(task.facts["since"]) if task.facts.get("since") else None,
        cue=cue(task, called(task, tongue), tongue, person),
        calls=calls(task, called(task, tongue)),
        briefing=briefing(task, found.meetings.get(task.meeting or "")),
    )


def _about(task: Task, found: OpenTasks, kinds: Collection[TaskKind]) -> str:
    """Return the key of a task's meeting, for kinds whose card leads to a page of that meeting."""
    meeting = found.meetings.get(task.meeting or "")
    return meeting.key if meeting and task.kind in kinds else ""


def say_doors(task: Task, tongue: Tongue) -> Iterator[DoorTime]:
    """Read the numbered doors of a double entry."""
    for number in itertools.count(1):
        at = task.facts.get(f"{number}_at")
        if not at:
            return
        yield DoorTime(fact(task, f"{number}_door", tongue), datetime.fromisoformat(at))
