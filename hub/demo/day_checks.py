"""Whether the demo's event day came out as it must: each act by what the hub keeps of it, and everybody's tasks.

An act that lies within less than its time before the day's end is not judged: whoever ends the day early sees the rest.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from hub.demo.story import COLD_C, TURNED_TO, Plan, air_point
from hub.demo.summary import Summary
from hub.domain.agenda_changes import AgendaStep
from hub.domain.alerts import Alert, AlertKind
from hub.domain.attendance import Arrived
from hub.domain.conditions import Cause, SubjectKind
from hub.domain.guests import Invited
from hub.domain.house_work import HouseWork
from hub.domain.incidents import IncidentState
from hub.domain.meetings import Meeting
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import OWNED, Outcome, Task, TaskState
from hub.ports import Transaction
from hub.usecases.swap_asset import NEW

_AWAY = (Cause.STALE, Cause.OFFLINE, Cause.FLAPPING)
_ENDS_WITHIN = timedelta(minutes=6)
"""What was called for so shortly before the end may still be open."""

_DOOR_S = 3.0
"""Real seconds by which a door's time may differ from the hub's, by the quickest news, or a kiosk's two clocks."""

_MANY = 1_000
_STRIKE_AT = timedelta(hours=12, minutes=48)
"""Whoever plays on until then sees the hall cleared: the meeting is over about ten minutes before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the demo itself knows of the day. ``stuck`` and ``troubles`` say whose taps were not taken, and why."""

    began: datetime
    ended: datetime
    speed: float
    plan: Plan
    midnight: datetime
    meeting: Meeting
    late: Invited | None
    stuck: Sequence[str]
    troubles: Mapping[str, str]

    def played(self, at: timedelta | None, takes: timedelta) -> bool:
        """Say whether an act was begun long enough before the end to be judged."""
        return at is not None and self.midnight + at + takes <= self.ended


def check_day(summary: Summary, tx: Transaction, told: Told) -> None:
    """Look at the whole day."""
    tasks = tx.tasks.since(told.began)
    real_s = (told.ended - told.began).total_seconds() / told.speed
    summary.row(
        "played", f"{_minutes(told.ended - told.began)} of the house in {real_s:.0f} s, {told.speed:g} times as fast"
    )
    summary.check("acts that could not be played", list(told.stuck), [])
    _check_people(summary, tx, tasks, told)
    _check_clocks(summary, tx, told)
    for at, takes, look in _acts(told.plan):
        if told.played(at, takes):
            look(summary, tx, tasks, told)


_Look = Callable[[Summary, Transaction, Sequence[Task], Told], None]


def _acts(plan: Plan) -> Sequence[tuple[timedelta | None, timedelta, _Look]]:
    """Return when each act begins, within how much of the house's time it is to be over, and who looks at it."""
    minutes = timedelta(minutes=1)
    set_up = plan.opens if plan.opens <= timedelta(hours=8, minutes=35) else None
    return (
        (set_up, 20 * minutes, _set_up),
        (plan.opens, 25 * minutes, _vips),
        (plan.cold, 70 * minutes, _cold),
        (plan.lamp, 9 * minutes, _lamp),
        (plan.speaker, 4 * minutes, _speaker),
        (plan.drill, 25 * minutes, _drill),
        (_STRIKE_AT, timedelta(), _strike),
    )


def _check_people(summary: Summary, tx: Transaction, tasks: Sequence[Task], told: Told) -> None:
    """See that each task reached a person (I10), and has ended, or is somebody's."""
    first: dict[str, Alert] = {}
    offers: Counter[str] = Counter()
    for alert in tx.alerts.since(told.began):
        if alert.kind is AlertKind.OFFER:
            first.setdefault(alert.task, alert)
            offers[alert.task] += 1
    reached = [
        (one.accepted_at - one.created_at).total_seconds() for one in tasks if one.accepted_at and one.id in first
    ]
    asked = [(first[one.id].created_at - one.created_at).total_seconds() for one in tasks if one.id in first]
    kinds = Counter(one.kind.value for one in tasks)
    summary.row("tasks", f"{len(tasks)}: " + ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()))
    if reached:
        summary.row("a call was accepted", f"by the median {median(reached):.0f} s after it, in the house's time")
        summary.row(
            "somebody was asked",
            f"by the median {median(asked):.0f} s after the call, at the latest {max(asked):.0f} s",
        )
    summary.row("calls that went on to another", sum(count > 1 for count in offers.values()))
    late = told.ended - _ENDS_WITHIN
    nobodys = [
        one for one in tasks if one.state is not TaskState.CLOSED and not _is_owned(one) and one.created_at < late
    ]
    summary.check("tasks that nobody took", [_name(one, told) for one in nobodys], [])
    open_ones = Counter(one.kind.value for one in tasks if _is_owned(one))
    summary.row("tasks still in hand", ", ".join(f"{count} {kind}" for kind, count in open_ones.items()) or "none")
    doubled = [key for key, count in Counter(one.dedupe for one in tx.tasks.open()).items() if count > 1]
    summary.check("open tasks twice about one thing", doubled, [])
    silent = [one.kind.value for one in tasks if one.kind is TaskKind.KIOSK_NEEDS]
    summary.check("kiosks that needed somebody", silent, [])


def _is_owned(task: Task) -> bool:
    return task.state in OWNED or task.state is TaskState.DONE


def _name(task: Task, told: Told) -> str:
    return f"{task.kind.value} ({told.troubles.get(task.id, 'no tap was refused')})"


def _check_clocks(summary: Summary, tx: Transaction, told: Told) -> None:
    """See that doors and hub agree on the time (I6), and that nothing was called silent that was not."""
    invitations = [one.who.invitation for one in _arrivals(tx, told)]
    events = [one for of_one in tx.check_ins.of_invitations(invitations).values() for one in of_one if not one.offline]
    ways: dict[str, list[float]] = {}
    zeros: dict[str, list[datetime]] = {}
    for one in events:
        device = one.scan.device
        ways.setdefault(device, []).append((one.received_at - one.scan.at).total_seconds() / told.speed)
        zeros.setdefault(device, []).append(one.door_at - timedelta(milliseconds=one.mono_ms))
    spread = max(((max(of) - min(of)).total_seconds() / told.speed for of in zeros.values()), default=0.0)
    quickest = max((min(map(abs, of)) for of in ways.values()), default=0.0)
    slowest = max((max(of) for of in ways.values()), default=0.0)
    ahead = sum(one < -_DOOR_S for of in ways.values() for one in of)
    text = f"within {quickest:.2f} s by the quickest news (the slowest took {slowest:.1f} s)"
    summary.row("door and hub agree", f"{text}; a kiosk's two clocks within {spread:.2f} s (real)")
    summary.check("doors whose time is not the hub's", quickest <= _DOOR_S, expected=True)
    summary.check("scans of which the hub heard before they were", ahead, 0)
    summary.check("kiosks whose clocks drift apart", spread <= _DOOR_S, expected=True)
    away = [
        f"{one.cause.value} {one.subject}"
        for one in tx.conditions.since(told.began, _MANY)
        if one.cause in _AWAY and one.about is not SubjectKind.ROOM and one.opened_at < told.ended
    ]
    summary.check("devices that were called silent or away", away, [])


def _arrivals(tx: Transaction, told: Told) -> Sequence[Arrived]:
    return tx.attendance.arrivals(told.meeting.id, _MANY)


def _set_up(summary: Summary, tx: Transaction, tasks: Sequence[Task], told: Told) -> None:
    work = tx.house_work.works([told.meeting.id]).get(told.meeting.id) or HouseWork(meeting=told.meeting.id)
    summary.row("set-up", f"by {work.set_up_by or 'nobody'}, signed by {work.signed_by or 'nobody'}")
    summary.check(
        "set-up signed by another person than who did it",
        bool(work.signed_by) and work.signed_by != work.set_up_by,
        expected=True,
    )
    calls = [one.outcome for one in tasks if one.kind in {TaskKind.SET_UP, TaskKind.SIGN_OFF}]
    summary.check("set-up and its sign-off, as tasks", calls, [Outcome.FINISHED] * 2)


def _vips(summary: Summary, tx: Transaction, tasks: Sequence[Task], told: Told) -> None:
    vips = [one for one in _arrivals(tx, told) if one.who.vip and one.at + _ENDS_WITHIN <= told.ended]
    calls = [one for one in tasks if one.kind is TaskKind.VIP_ARRIVAL and one.created_at + _ENDS_WITHIN <= told.ended]
    took = [(one.accepted_at - one.created_at).total_seconds() for one in calls if one.accepted_at]
    if took:
        summary.row(
            "VIPs",
            f"{len(vips)} came, each was met; accepted after {median(took):.0f} s, at the latest {max(took):.0f} s",
        )
    summary.check("calls for VIPs", len(calls), len(vips))
    summary.check("VIPs whom nobody met", [one.id for one in calls if one.outcome is not Outcome.FINISHED], [])


def _cold(summary: Summary, tx: Transaction, tasks: Sequence[Task], told: Told) -> None:
    point = air_point(tx)
    spots = (
        tx.readings.history(point, told.midnight + (told.plan.cold or timedelta()), told.ended).spots if point else ()
    )
    felt = [one.mean for one in spots if one.mean is not None]
    coldest = min(felt, default=99.0)
    calls = [one for one in tasks if one.kind is TaskKind.COMFORT and "room" in one.facts]
    rounds = sum(one.rounds for one in calls) + len(calls)
    last = felt[-1] if felt else 0.0
    summary.row(
        "cold room",
        f"turned to {TURNED_TO:g} °C, {coldest:.1f} °C at its coldest, {last:.1f} °C at the end; {rounds} rounds",
    )
    summary.check("the hall really got cold", coldest < COLD_C, expected=True)
    summary.check("the hall is warm again", last >= COLD_C, expected=True)
    answered = [one for one in calls if one.facts.get("air") == "done" and one.outcome in _HEARD]
    summary.check("calls from the cold hall that the air conditioning answered", len(answered), max(1, len(calls)))


_HEARD = (Outcome.CONFIRMED, Outcome.HANDED_UP)


def _lamp(summary: Summary, tx: Transaction, tasks: Sequence[Task], told: Told) -> None:
    del tx, told
    lamps = [one for one in tasks if one.kind is TaskKind.DEVICE_FAULT and one.facts.get("thing") == "projector"]
    summary.check("tasks for the dead projector", len(lamps), 1)
    for one in lamps:
        took = one.done_at - one.created_at if one.done_at else None
        piece = one.facts.get(NEW)
        summary.row("dead projector", f"{one.accepted_by or 'nobody'} put {piece} there; well after {_minutes(took)}")
        summary.check("how the projector's fault ended", (one.outcome, bool(piece)), (Outcome.FINISHED, True))


def _speaker(summary: Summary, tx: Transaction, tasks: Sequence[Task], told: Told) -> None:
    calls = [one for one in tasks if one.kind is TaskKind.SPEAKER_LATE]
    changes = [one for one in tx.agenda_changes.newest(told.meeting.id, _MANY) if one.step is AgendaStep.STAND_IN]
    said = ", ".join(f"{one.other.en if one.other else '?'} for {one.title.en} by {one.by}" for one in changes)
    summary.row("late presenter", said or "nothing stood in")
    summary.check("calls for the late presenter", [one.state for one in calls], [TaskState.CLOSED])
    summary.check("what stood in for the late presenter", len(changes), 1)
    late = told.late.invitation.id if told.late else ""
    came = [one.at for one in _arrivals(tx, told) if one.who.invitation == late]
    summary.check("the late presenter came in the end", len(came), 1)


def _drill(summary: Summary, tx: Transaction, tasks: Sequence[Task], told: Told) -> None:
    del tasks
    drills = [one for one in tx.incidents.since(told.began, _MANY) if one.drill]
    summary.check("fire drills", [one.state for one in drills], [IncidentState.CLOSED])
    for one in drills:
        steps = tx.incidents.steps(one.id)
        safe = tx.incidents.safe(one.id)
        inside = [each for each in _arrivals(tx, told) if each.at <= one.reported_at]
        within = one.answered_within.total_seconds() if one.answered_within else -1
        by = len({step.done_by for step in steps})
        summary.row(
            "fire drill", f"first step after {within:.0f} s, {len(steps)} steps by {by} people, {len(safe)} found safe"
        )
        summary.check("steps of the drill that nobody did", [step.key for step in steps if not step.done_by], [])
        summary.check("people who were inside and not found", len(inside) - len({each.person for each in safe}), 0)


def _strike(summary: Summary, tx: Transaction, tasks: Sequence[Task], told: Told) -> None:
    work = tx.house_work.works([told.meeting.id]).get(told.meeting.id) or HouseWork(meeting=told.meeting.id)
    calls = [one.outcome for one in tasks if one.kind is TaskKind.STRIKE]
    summary.row("strike", f"the hall is clear again, by {work.struck_by}" if work.struck_at else "not yet")
    summary.check("the hall was cleared", (calls, work.struck_at is not None), ([Outcome.FINISHED], True))


def _minutes(span: timedelta | None) -> str:
    if span is None:
        return "never"
    seconds = int(span.total_seconds())
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}" if seconds >= _MANY else f"{seconds} s"
