"""Tasks as staff read them: who, where, what to do, and how much time is left. Pure."""

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hub.domain.guest_messages import MessageState
from hub.domain.house_answers import HouseAnswer, fitting
from hub.domain.house_work import Tick
from hub.domain.meals import Covers
from hub.domain.meetings import Meeting, Place
from hub.domain.room_devices import DeviceKind
from hub.domain.task_kinds import RULES, Role, TaskKind
from hub.domain.tasks import OWNED, UNCLAIMED, Task, TaskState
from hub.domain.waits import is_asked
from hub.ports import Transaction
from hub.usecases.serve_meals import covers_of
from hub.usecases.swap_asset import is_fault
from hub.web.drink_cards import Tastes, drink_details, is_hot, read_tastes, warning, where_to
from hub.web.house_work_cards import OF_HOUSE_WORK, CheckStep, checklist, meal_details
from hub.web.incident_cards import drill, incident_details, incident_heading, is_of_incident
from hub.web.language import Tongue
from hub.web.room_cards import OF_ROOMS, drink, glance, is_pressing, wrong
from hub.web.task_phases import ends, is_room, phase, pressing, say, span
from hub.web.telephone import Call
from hub.web.times import left_in_words
from hub.web.transfer_cards import ON_THE_WAY, briefing, calls, cue, journey
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
    TaskKind.INCIDENT_TOLD: "warn",
    TaskKind.INCIDENT_EMERGENCY: "warn",
    TaskKind.INCIDENT_TECHNICIAN: "warn",
    TaskKind.INCIDENT_RECEPTIONIST: "warn",
    TaskKind.INCIDENT_LOGISTICS: "warn",
    TaskKind.INCIDENT_LATE: "warn",
    TaskKind.INCIDENT_REVIEW: "pencil",
    TaskKind.SET_UP: "chairs",
    TaskKind.SIGN_OFF: "check",
    TaskKind.SET_UP_LATE: "warn",
    TaskKind.STRIKE: "chairs",
    TaskKind.STRIKE_LATE: "warn",
    TaskKind.MEAL: "leaf",
    TaskKind.STATIONERY: "pencil",
    TaskKind.DOCUMENTS: "book",
}

OF_CHECKS = frozenset({TaskKind.ROOM_CHECK})
OF_REHEARSALS = frozenset({TaskKind.REHEARSAL, TaskKind.REHEARSAL_LATE, TaskKind.MISSING_MATERIAL})
"""Tasks whose card leads to the check of the meeting's room, and to its rehearsal."""

OF_AGENDAS = frozenset({TaskKind.TALK_ENDS, TaskKind.SPEAKER_LATE})
"""Tasks whose card leads to the live agenda."""

TO_A_SEAT = frozenset({TaskKind.NO_SEAT, TaskKind.SEAT_CONFLICT})
"""Tasks whose guest is led to a seat as soon as the house has one."""

NOTED = frozenset({TaskKind.HELP, TaskKind.COMFORT, TaskKind.GUIDANCE})
"""Tasks whose sentence begins with what the guest asked for."""

LOGGED = frozenset({TaskKind.REQUEST, TaskKind.QUESTION})
"""Tasks that staff logged for a guest: promised a reply, answered on the spot, told how it stands."""

SOON = 0.25
"""The last part of a task's time, in which its bar asks for haste."""

MOST = 60
"""Tasks drawn at once; the rest are counted. More than these nobody reads."""


@dataclass(frozen=True, slots=True)
class OpenTasks:
    """The open tasks as read, with what their sentences need.

    ``meetings`` are by id, the names of lounges (``places``) by key; ``answers`` are the house's, and ``written`` is
    when the guest of a task was last written to (UTC), by task. ``tastes`` is what guests drink, by meeting,
    ``floors`` where rooms are, by key; ``ticks`` are of the tasks with checklists, ``covers`` the plates of meals by
    meeting. ``asked`` is who is asked to take a task, by task.
    """

    tasks: Sequence[Task]
    meetings: Mapping[str, Meeting]
    places: Mapping[str, Place]
    answers: Sequence[HouseAnswer] = ()
    written: Mapping[str, datetime] = field(default_factory=dict)
    tastes: Mapping[str, Tastes] = field(default_factory=dict)
    floors: Mapping[str, str] = field(default_factory=dict)
    ticks: Sequence[Tick] = ()
    covers: Mapping[str, Covers] = field(default_factory=dict)
    asked: Mapping[str, Collection[str]] = field(default_factory=dict)


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
    a guest waits for it. ``incident`` is the id of the one it belongs to; ``drill``: that is only an exercise.
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

    @property
    def left_open(self) -> int:
        """Return how many steps are not ticked."""
        return sum(not step.ticked for step in self.checklist)


def read_open(tx: Transaction) -> OpenTasks:
    """Read the open tasks, the most urgent deadline first."""
    tasks = sorted(tx.tasks.open(), key=lambda task: (ends(task), task.id))
    logged = [task.id for task in tasks if task.kind in LOGGED]
    meetings = tx.meetings.get({task.meeting for task in tasks if task.meeting})
    wanted = {meeting.lounge for meeting in meetings.values()}
    places = {place.key: place for place in tx.meetings.places() if place.key in wanted} if wanted else {}
    answers = tx.answers.all() if logged else ()
    sent = (one for one in tx.guest_messages.of_tasks(logged) if one.state is MessageState.SENT)
    written = {one.task: one.sent_at for one in sent if one.task and one.sent_at}
    offers = tx.alerts.offers([task.id for task in tasks if task.state in UNCLAIMED])
    return OpenTasks(
        tasks,
        meetings,
        places,
        answers,
        written,
        read_tastes(tx, tasks),
        floors={room.key: room.floor for room in tx.meetings.rooms()},
        ticks=tx.house_work.ticks([task.id for task in tasks if task.ticked]),
        covers={one: covers_of(tx, meetings[one]) for one in _with_meals(tasks) if one in meetings},
        asked={task: [offer.person for offer in of_task] for task, of_task in offers.items()},
    )


def _with_meals(tasks: Sequence[Task]) -> set[str]:
    return {task.meeting for task in tasks if task.kind is TaskKind.MEAL and task.meeting}


def cards(found: OpenTasks, tongue: Tongue, now: datetime, person: str) -> list[TaskCard]:
    """Write the first tasks in one language."""
    return [_card(task, found, tongue, now, person) for task in found.tasks[:MOST]]


def cleared(tasks: Iterable[Task], tongue: Tongue) -> list[Cleared]:
    """Write what went away by itself, the newest first."""
    found = [
        Cleared(task.id, tongue.say(f"task.{task.kind}.label"), _heading(task, tongue), task.done_at)
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
        heading=_heading(task, tongue),
        details=_details(task, found, tongue),
        steps=_steps(task, found, tongue),
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
        doors=tuple(_doors(task, tongue)),
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
        stand_in=_fact(task, "instead", tongue),
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
        cue=cue(task, _called(task, tongue), tongue, person),
        calls=calls(task, _called(task, tongue)),
        briefing=briefing(task, found.meetings.get(task.meeting or "")),
    )


def _about(task: Task, found: OpenTasks, kinds: Collection[TaskKind]) -> str:
    """Return the key of a task's meeting, for kinds whose card leads to a page of that meeting."""
    meeting = found.meetings.get(task.meeting or "")
    return meeting.key if meeting and task.kind in kinds else ""


def _fact(task: Task, name: str, tongue: Tongue) -> str:
    """Return a fact, or its form in this language where it has two."""
    return task.facts.get(f"{name}_{tongue.language}") or task.facts.get(name, "")


def _doors(task: Task, tongue: Tongue) -> Iterator[DoorTime]:
    """Read the numbered doors of a double entry."""
    for number in itertools.count(1):
        at = task.facts.get(f"{number}_at")
        if not at:
            return
        yield DoorTime(_fact(task, f"{number}_door", tongue), datetime.fromisoformat(at))


def _heading(task: Task, tongue: Tongue) -> str:
    if is_of_incident(task):
        return incident_heading(task, tongue)
    if task.kind is TaskKind.DIET:
        needs = tongue.join(tongue.say_or(f"diet.{diet}", diet) for diet in task.facts.get("diets", "").split())
        return tongue.join((_called(task, tongue), needs or tongue.say("task.diet.none")))
    if task.kind is TaskKind.DRINK:
        where = next(filter(None, (_fact(task, name, tongue) for name in ("place", "chair", "salutation"))), "")
        where = where or _stands_in(task, tongue)
        return tongue.join((where, drink(task, tongue))) or tongue.say("task.drink.label")
    if task.kind in OF_ROOMS and task.facts.get("room"):
        return tongue.join((_fact(task, "room", tongue), glance(task, tongue)))
    if task.kind is TaskKind.SPARES_OUT:
        return tongue.say(f"spares.kind.{task.facts.get('kind', DeviceKind.OTHER)}")
    where = _fact(task, "place", tongue) or _stands(task, tongue)
    parts = (_called(task, tongue), where, _fact(task, "thing", tongue) or _fact(task, "what", tongue))
    return tongue.join(parts) or tongue.say(f"task.{task.kind}.label")


def _stands(task: Task, tongue: Tongue) -> str:
    """Say where somebody asked: at a door, or in a room."""
    return _fact(task, "door", tongue) or task.facts.get("device", "") or _fact(task, "room", tongue)


def _stands_in(task: Task, tongue: Tongue) -> str:
    return _fact(task, "room", tongue) or _fact(task, "door", tongue)


def _called(task: Task, tongue: Tongue) -> str:
    """Return what the guest is called at a glance."""
    return _fact(task, "salutation", tongue) or task.facts.get("name", "")


def _wish(task: Task, tongue: Tongue) -> str:
    """Say what the guest asked for, where the heading does not."""
    note = task.facts.get("note", "")
    return tongue.say_or(f"task.{task.kind}.{note}", note) if task.kind in NOTED and note else ""


def _place(task: Task, tongue: Tongue) -> tuple[str, str]:
    """Say where the guest sits and in which room, where the heading does not."""
    chair, seat = _fact(task, "chair", tongue), task.facts.get("seat", "")
    where = chair or (tongue.say("task.seat", seat=seat) if seat else "")
    room = _fact(task, "room", tongue)
    return "" if task.kind is TaskKind.DRINK and chair else where, "" if room == _stands(task, tongue) else room


def _details(task: Task, found: OpenTasks, tongue: Tongue) -> tuple[str, ...]:
    facts = task.facts
    greeted = "" if task.kind is TaskKind.DRINK else _called(task, tongue)
    who = tongue.join(facts.get(name, "") for name in ("name", "title", "company") if facts.get(name) != greeted)
    meeting = found.meetings.get(task.meeting or "")
    said = [facts["text"]] if facts.get("text") else []
    said += [*wrong(task, tongue), *incident_details(task, tongue)]
    phone = "" if task.kind in ON_THE_WAY else facts.get("phone", "")
    parts = (_wish(task, tongue), *journey(task, meeting, tongue), who, phone, *_place(task, tongue))
    said += [part for part in parts if part]
    said += drink_details(task, found.tastes.get(task.meeting or ""), tongue)
    said += meal_details(task, found.covers, tongue)
    said += [tongue.say("task.sign_off.done_by", name=facts["done_by"])] if facts.get("done_by") else []
    said += [tongue.read(meeting.title)] if meeting else []
    said += [tongue.say("task.host", host=facts["host"])] if facts.get("host") else []
    said += [tongue.say("task.rounds", n=task.rounds + 1)] if task.rounds else []
    if facts.get("why"):
        said.append(tongue.say_or(f"task.handed_up.why.{facts['why']}", facts["why"]))
        said += [tongue.say("task.handed_up.owner", owner=facts["owner"])] if facts.get("owner") else []
    if facts.get("told"):
        which = "sits" if facts.get("other") else "no_such"
        said.append(tongue.say(f"task.seat_conflict.{which}", told=facts["told"], other=facts.get("other", "")))
    if facts.get("lines"):
        said.append(tongue.say("task.rehearsal_late.open", n=facts["open"], lines=facts["lines"]))
    said += [tongue.say(f"task.kiosk_needs.need.{facts['need']}")] if facts.get("need") else []
    said += [tongue.say("task.events_missing.count", lost=facts["lost"])] if facts.get("lost") else []
    said += [tongue.say("task.hub_fault.lasted", seconds=facts["seconds"])] if facts.get("seconds") else []
    if facts.get("reason"):
        said.append(tongue.say_or(f"quarantine.reason.{facts['reason']}", facts["reason"]))
    return tuple(said)


def _steps(task: Task, found: OpenTasks, tongue: Tongue) -> tuple[str, ...]:
    """Say what is to be done, where that is not on the task's checklist."""
    if task.kind is TaskKind.VIP_ARRIVAL:
        return _to_greet(task, found, tongue)
    if RULES[task.kind].steps:
        return ()
    if task.kind is TaskKind.COMFORT and task.facts.get("air"):
        return (tongue.say(f"task.comfort.air.{task.facts['air']}", degrees=task.facts["set_to"]),)
    if task.kind is TaskKind.COMFORT and task.facts.get("degrees"):
        return (tongue.say("task.comfort.change", degrees=task.facts["degrees"]),)
    if task.kind in TO_A_SEAT and task.facts.get("seat"):
        return (tongue.say(f"task.{task.kind}.step_to", seat=task.facts["seat"]),)
    return (where_to(task, tongue) if task.kind is TaskKind.DRINK else tongue.say(f"task.{task.kind}.step"),)


def _to_greet(task: Task, found: OpenTasks, tongue: Tongue) -> tuple[str, ...]:
    meeting = found.meetings.get(task.meeting or "")
    place = found.places.get(meeting.lounge or "") if meeting else None
    lead = tongue.say("task.vip_arrival.lead_to", place=tongue.read(place.name)) if place else ""
    walk = lead or tongue.say("task.vip_arrival.lead_to_seat")
    return tongue.say("task.vip_arrival.greet"), walk, tongue.say("task.vip_arrival.tea")
