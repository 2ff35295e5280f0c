"""Whether the house's alerting is healthy: the figures of ISA-18.2 for people who carry trays. Pure.

Sources: ``reference/user-experience.md`` S24 and 8 (ISA-18.2-2016, 16.4: rates, floods, share of the worst sources,
chattering and fleeting alarms, stale ones, mix of priorities). Six an hour are the most that a person should get.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from hub.domain.alerts import FLOOD_STARTS, FLOOD_WINDOW, SHOWN_WITHIN, Alert, AlertKind, Ring, floods
from hub.domain.conditions import Condition
from hub.domain.escalation import Priority
from hub.domain.pace import real
from hub.domain.staff import Worked
from hub.domain.tasks import OWNED, Task, TaskState

MOST_AN_HOUR = 6.0
"""Alerts that a person can take in an hour (ISA-18.2: 6 acceptable, 12 the maximum)."""

STALE_AFTER = timedelta(hours=2)
CHATTERS = 5
CHATTERS_WITHIN = timedelta(minutes=5)
FLEETING = timedelta(seconds=10)
TOP = 10

_NOT_WORK = frozenset({AlertKind.OVER, AlertKind.TEST, AlertKind.DIGEST})


@dataclass(frozen=True, slots=True)
class Source:
    """What called people how often: a kind of task, and the place (``hub.usecases.write_alerts.group_of``)."""

    group: str
    count: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertHealth:
    """The figures of a time. Shares are from 0 to 1; what cannot be said because nothing happened is None.

    ``alerts`` were listed, ``rang`` were heard or felt. ``an_hour`` is what rang for each hour that people were at
    work, ``hours`` of these; ``worst`` names who had most, with their own rate. ``busy`` is the share of ten-minute
    windows with more than ten alerts for one person, ``flooded`` of the time spent in a flood. ``top`` are the worst
    sources. ``unshown`` is the share of alerts without a receipt in five seconds. ``accepted_s`` is the median time
    until somebody had a task, in seconds, ``late`` the share of tasks done after their deadline, or open beyond it.
    """

    alerts: int
    rang: int
    hours: float
    an_hour: float | None
    worst: tuple[str, float] | None
    busy: float | None
    flooded: float | None
    top: tuple[Source, ...]
    chattering: int
    fleeting: int
    stale: int
    mix: Mapping[Priority, float]
    unshown: float | None
    accepted_s: float | None
    late: float | None
    snoozed: int
    tasks: int


def alert_health(
    alerts: Sequence[Alert],
    tasks: Sequence[Task],
    worked: Sequence[Worked],
    conditions: Iterable[Condition],
    since: datetime,
    now: datetime,
) -> AlertHealth:
    """Work the figures out. ``worked`` has who is at work now too, until ``now``; all since ``since``."""
    told = [one for one in alerts if one.kind not in _NOT_WORK]
    rang = [one for one in told if one.ring is not Ring.NONE]
    hours = _hours(worked, since, now)
    whole = sum(hours.values())
    windows, busy, flooded = _windows(told, worked, since, now)
    groups = Counter(one.facts.get("group", "") for one in rang)
    top = tuple(Source(group, count, count / len(rang)) for group, count in groups.most_common(TOP))
    own = Counter(one.person for one in rang)
    rates = {person: own[person] / hours[person] for person in own if hours.get(person)}
    worst = max(rates.items(), key=lambda one: (one[1], one[0]), default=None)
    chattering, fleeting = _unsteady(conditions)
    waits = [(task.accepted_at - task.created_at).total_seconds() for task in tasks if task.accepted_at]
    ended = [task for task in tasks if task.done_at or now > task.due_at]
    late = [task for task in ended if (task.done_at or now) > task.due_at]
    open_ = [task for task in tasks if task.state is not TaskState.CLOSED]
    return AlertHealth(
        alerts=len(told),
        rang=len(rang),
        hours=whole,
        an_hour=len(rang) / whole if whole else None,
        worst=worst,
        busy=busy / windows if windows else None,
        flooded=flooded / windows if windows else None,
        top=top,
        chattering=chattering,
        fleeting=fleeting,
        stale=sum(now - task.created_at > STALE_AFTER and task.state not in OWNED for task in open_),
        mix={each: sum(one.priority is each for one in rang) / len(rang) for each in Priority} if rang else {},
        unshown=_unshown(rang, now),
        accepted_s=median(waits) if waits else None,
        late=len(late) / len(ended) if ended else None,
        snoozed=sum(task.snoozed_until is not None and task.snoozed_until > now for task in open_),
        tasks=len(tasks),
    )


def _hours(worked: Iterable[Worked], since: datetime, now: datetime) -> dict[str, float]:
    """Return for how many hours each was at work within the time."""
    hours: dict[str, float] = defaultdict(float)
    for one in worked:
        lasted = min(one.until, now) - max(one.since, since)
        hours[one.person] += max(lasted, timedelta()) / timedelta(hours=1)
    return hours


def _windows(told: Iterable[Alert], worked: Iterable[Worked], since: datetime, now: datetime) -> tuple[int, int, int]:
    """Count the ten-minute windows in which people were at work, those with too much, and those in a flood."""
    number = int((now - since) / FLOOD_WINDOW) + 1
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    for alert in told:
        counts[alert.person][int((alert.created_at - since) / FLOOD_WINDOW)] += 1
    at_work: dict[str, set[int]] = defaultdict(set)
    for one in worked:
        first, last = (int((moment - since) / FLOOD_WINDOW) for moment in (max(one.since, since), min(one.until, now)))
        at_work[one.person].update(range(first, min(last, number) + 1))
    busy = flooded = 0
    for person, windows in at_work.items():
        in_flood = False
        for window in sorted(windows):
            in_flood = floods(in_flood, counts[person][window])
            busy += counts[person][window] > FLOOD_STARTS
            flooded += in_flood
    return sum(map(len, at_work.values())), busy, flooded


def _unsteady(conditions: Iterable[Condition]) -> tuple[int, int]:
    """Count what opened more than five times in five minutes, and what was over within ten seconds."""
    opened: dict[str, list[datetime]] = defaultdict(list)
    fleeting = 0
    for one in conditions:
        opened[one.key].append(one.opened_at)
        fleeting += one.over_at is not None and one.over_at - one.opened_at < FLEETING
    chattering = 0
    for moments in opened.values():
        moments.sort()
        pairs = zip(moments, moments[CHATTERS:], strict=False)
        chattering += any(last - first <= CHATTERS_WITHIN for first, last in pairs)
    return chattering, fleeting


def _unshown(rang: Iterable[Alert], now: datetime) -> float | None:
    """Return the share of alerts that no screen had shown in time; the newest cannot be judged yet."""
    within = real(SHOWN_WITHIN)
    old = [one for one in rang if now - one.created_at > within]
    missed = [one for one in old if one.shown_at is None or one.shown_at - one.created_at > within]
    return len(missed) / len(old) if old else None
