"""Alerts as a tablet shows them: one glance line, at most three buttons, and for how long it may ring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hub.domain.alerts import Alert, AlertKind, AlertState, Receipt, Ring
from hub.domain.pace import real
from hub.domain.tasks import UNCLAIMED, Task
from hub.ports import Transaction
from hub.web.language import Tongue, tongue
from hub.web.open_tasks import OpenTasks, read_open
from hub.web.page import now
from hub.web.parts import shelf
from hub.web.receipt_lines import Tested, read_tests, tests_of
from hub.web.shift import tablet
from hub.web.task_cards import cards
from hub.web.task_phases import ends, span

SHOWN_FOR = timedelta(hours=1)
"""Older alerts stand in the list of tasks alone."""

TAKEN_FOR = timedelta(seconds=15)
"""How long a tablet may still learn who took what it rang for."""

RINGS_FOR: Mapping[Ring, timedelta] = {
    Ring.LOUD: timedelta(minutes=2),
    Ring.BUZZ: timedelta(seconds=15),
    Ring.NONE: timedelta(),
}
"""So long after it was sent an alert may be heard; a tablet that wakes up later shows it silently (S20)."""

WORDS_FOR_MS = 1_000
"""How long what an alert says stands, where nothing changes."""

TESTED_FOR = timedelta(minutes=2)

_PREFIXED = frozenset({AlertKind.REMIND, AlertKind.LATE, AlertKind.RUSH, AlertKind.GIVEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLine:
    """One alert. ``tag`` is what it replaces, ``rings_ms`` how long yet it may be heard; ``over``: it is not needed.

    ``taken`` says who has it. ``buttons`` are pairs of what to answer and its words. ``due`` is the task's deadline
    (UTC, ISO 8601), ``span_s`` how long that was given; empty and 0 where there is no task.
    """

    id: str
    tag: str
    ring: Ring
    priority: int
    line: str
    rings_ms: int
    over: bool
    taken: str
    task: str
    buttons: Sequence[tuple[str, str]]
    due: str = ""
    span_s: int = 0


def lines(person: str) -> list[AlertLine]:
    """Return what this person's tablets show now, the newest of each tag, the most pressing first."""
    moment = now()
    alerts = shelf().recent.get("alerts", lambda tx: _read(tx, moment)).get(person, ())
    found = shelf().recent.get("tasks", read_open)
    newest = {alert.tag: alert for alert in alerts}
    said, tasks = tongue(), {task.id: task for task in found.tasks}
    made = [_line(alert, tasks.get(alert.task), found, said, moment, person) for alert in newest.values()]
    shown = [line for line in made if line is not None]
    return sorted(shown, key=lambda line: (line.over, line.priority, line.tag))


def nameless(shown: Sequence[AlertLine]) -> list[AlertLine]:
    """Return alerts as a tablet that was left alone shows them: it rings, and names nobody and nothing."""
    words = tongue().say("alerts.locked")
    return [replace(one, line=words, buttons=(), task="", taken="") for one in shown if not one.over]


def tests(person: str) -> list[Tested]:
    """Say for each device of a person what became of their newest test alert (S21)."""
    since, here = now() - TESTED_FOR, tablet()
    found = shelf().recent.get(("tests", person), lambda tx: read_tests(tx, person, since))
    fresh = replace(found, alerts=[one for one in found.alerts if one.created_at >= since])
    return tests_of(fresh, person, here.id if here else "", tongue(), now())


def _read(tx: Transaction, moment: datetime) -> Mapping[str, Sequence[Alert]]:
    """Read what any tablet may show, by person: an alarm calls sixty people, and costs one look."""
    found: dict[str, list[Alert]] = {}
    for one in tx.alerts.on_screens(moment - SHOWN_FOR, moment - RINGS_FOR[Ring.LOUD] - TAKEN_FOR):
        found.setdefault(one.person, []).append(one)
    return found


def _line(
    alert: Alert, task: Task | None, found: OpenTasks, said: Tongue, moment: datetime, person: str
) -> AlertLine | None:
    over = alert.state is AlertState.OVER or (bool(alert.task) and not _needs(alert, task, person))
    taken = task.accepted_by if task and task.accepted_by != person else alert.who
    by_other = taken if taken != person else ""
    if over and (not by_other or moment - alert.created_at > RINGS_FOR[Ring.LOUD] + real(TAKEN_FOR)):
        return None
    if not over and (alert.answered_at or (alert.seen_at and alert.kind is not AlertKind.OFFER)):
        return None
    left = alert.created_at + RINGS_FOR[alert.ring] - moment
    return AlertLine(
        id=alert.id,
        tag=alert.tag,
        ring=alert.ring,
        priority=int(alert.priority),
        line=_words(alert, task, found, said, moment),
        rings_ms=0 if over else max(0, int(left / timedelta(milliseconds=1))),
        over=over,
        taken=by_other if over else "",
        task=alert.task,
        buttons=() if over else _buttons(alert, said),
        due=ends(task).isoformat() if task and not over else "",
        span_s=int(span(task).total_seconds()) if task else 0,
    )


def _needs(alert: Alert, task: Task | None, person: str) -> bool:
    """Say whether the alert's task still needs this person."""
    if task is None:
        return False
    if alert.kind is AlertKind.OFFER:
        return task.state in UNCLAIMED
    return alert.kind is AlertKind.LATE or task.accepted_by == person


def _words(alert: Alert, task: Task | None, found: OpenTasks, said: Tongue, moment: datetime) -> str:
    if alert.kind is AlertKind.TEST:
        return said.say("alerts.test")
    if alert.kind is AlertKind.DIGEST:
        return said.say("alerts.digest", n=alert.count)
    if task is None:
        return ""
    words: dict[tuple[str, AlertKind, int], str]  # an alarm says the same to everybody
    words = shelf().recent.share(("words", said.language), dict, WORDS_FOR_MS)
    key = (task.id, alert.kind, alert.count)
    if key not in words:
        words[key] = _sentence(alert, task, found, said, moment)
    return words[key]


def _sentence(alert: Alert, task: Task, found: OpenTasks, said: Tongue, moment: datetime) -> str:
    only = OpenTasks([task], found.meetings, found.places, floors=found.floors)
    (card,) = cards(only, said, moment, "")
    prefix = said.say(f"alerts.{alert.kind}") if alert.kind in _PREFIXED else ""
    more = said.say("alerts.more", n=alert.count) if alert.count > 1 else ""
    drill = said.say("incident.drill") if card.drill else ""  # before anything else (R129)
    return said.join((drill, prefix, card.label, card.heading, more))


def _buttons(alert: Alert, said: Tongue) -> list[tuple[str, str]]:
    if alert.kind is AlertKind.OFFER:
        return [(one.value, said.say(f"alerts.{one}")) for one in (Receipt.ACCEPT, Receipt.PASS_ON)]
    return [(Receipt.SEEN.value, said.say("alerts.ok"))]
