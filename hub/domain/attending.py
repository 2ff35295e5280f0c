"""A task is looked at: whom to ask now, and when to look again. Pure; time, people and task are arguments.

The life of a task with people is in ``hub.domain.tasks``; who is asked when is its kind's chain
(``hub.domain.escalation``). After an outage the highest rung that is due is taken, once; those below are dropped.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hub.domain.alerts import AlertKind
from hub.domain.escalation import Level, Priority, rung_at, rungs_of
from hub.domain.pace import real
from hub.domain.roster import fit
from hub.domain.staff import Duty, Staff, leads
from hub.domain.task_kinds import RULES, Role
from hub.domain.tasks import OWNED, UNCLAIMED, Step, Task, TaskState, move

SILENT_AFTER = timedelta(seconds=45)
"""Whose devices were not heard of for so long is asked after those who can be reached (S19)."""

NOBODY_AGAIN = timedelta(seconds=30)
"""While nobody is on duty for a task it is looked at so often: somebody may have come."""

REMIND_AT = 0.8
"""The part of an owner's time after which they are reminded (S5)."""

HALFWAY = 0.5
"""Of what a guest waits for its owner is reminded then too: at 15 and 24 of 30 minutes (user-experience 8)."""

TOLD_LATE = 9
"""What ``Task.reminded`` is once its owner and the leads were told that it is late."""

WAITING_AGAIN = timedelta(minutes=30)
"""So often the owner of a task that waits is reminded that it does."""

LONGEST_SNOOZE = timedelta(minutes=30)
"""Longest time that a person may put a task off (ISA-18.2, 16.5)."""

FOR_OWNERS = "for_owners"
"""The fact of a task that helpers tried and did not solve: only its owner's team is asked for it (R68)."""

NO_RING_AFTER = timedelta(hours=2)
"""What is older than this when somebody is asked for the first time is listed, and rings nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody on duty. ``staff`` is None where the house keeps no list of its people: then they do everything.

    ``busy`` counts the tasks they own; ``last_asked`` is when they were asked last (UTC), ``lately`` how often within
    the flood's window. ``rostered`` are the keys of the meetings of their shifts that are on, "" for the whole house.
    """

    duty: Duty
    staff: Staff | None = None
    pager_on: bool = False
    busy: int = 0
    last_asked: datetime | None = None
    lately: int = 0
    rostered: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """Return by what everybody knows them."""
        return self.duty.person

    def does(self, roles: Collection[Role]) -> bool:
        """Say whether they work in one of these teams."""
        return self.staff is None or bool(self.staff.roles & frozenset(roles))

    def leads(self, role: Role) -> bool:
        """Say whether they lead a team."""
        return self.staff is not None and leads(self.staff, role)

    def is_near(self, where: Collection[str]) -> bool:
        """Say whether their zones hold a place."""
        return self.staff is None or not self.staff.zones or bool(self.staff.zones & frozenset(where))

    def reachable(self, now: datetime) -> bool:
        """Say whether one of their devices was heard of lately."""
        seen = self.duty.seen_at
        return self.pager_on or (seen is not None and now - seen < real(SILENT_AFTER))


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """Who is on duty, and what a task's place means: ``where`` by task are the keys of its room, floor and kiosk.

    ``meetings`` are the keys of the meetings that tasks belong to, by task.
    ``urgent_on_break``: what is most urgent reaches people on a break too, where nobody else is there.
    """

    people: Sequence[Person] = ()
    where: Mapping[str, frozenset[str]] = field(default_factory=dict)
    meetings: Mapping[str, str] = field(default_factory=dict)
    urgent_on_break: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """One person is asked, or told, about a task."""

    person: Person
    kind: AlertKind
    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """What a look at a task comes to. ``late`` is by how much it was overdue; ``step`` is what happened, for the log.

    ``nobody``: there is nobody to ask. ``skipped`` counts rungs that were dropped because a higher one was due too.
    """

    task: Task
    asked: tuple[Asked, ...] = ()
    step: Step | None = None
    late: timedelta = timedelta()
    nobody: bool = False
    skipped: int = 0


def attend(task: Task, floor: Floor, already: Collection[str], now: datetime) -> Attention:
    """Look at a task. ``already`` are the names of those who have been asked and have not answered."""
    late = max(now - task.attend_at, timedelta()) if task.attend_at else timedelta()
    found = _look(task, floor, already, now)
    return replace(found, late=late)


def _look(task: Task, floor: Floor, already: Collection[str], now: datetime) -> Attention:
    quiet_until = max(filter(None, (task.snoozed_until, task.held_until)), default=None)
    if quiet_until and now < quiet_until and (task.state in UNCLAIMED or task.state in OWNED):
        return Attention(task=replace(task, attend_at=quiet_until))
    woken = replace(task, snoozed_until=None, snoozed_why="", held_until=None) if quiet_until else task
    if task.state in UNCLAIMED:
        return _ask(woken, floor, already, now)
    if task.state is TaskState.WAITING:
        return _remind_waiting(woken, floor, now)
    if task.state in OWNED:
        return _remind(woken, floor, now)
    return Attention(task=replace(woken, attend_at=None))


def _ask(task: Task, floor: Floor, already: Collection[str], now: datetime) -> Attention:
    chain, start = RULES[task.kind].chain, task.asked_from or now
    top = rungs_of(chain)
    if task.rung >= top:
        return Attention(task=replace(task, attend_at=None))
    if now < start + rung_at(chain, task.rung).after:
        return Attention(task=replace(task, attend_at=start + rung_at(chain, task.rung).after))
    number = task.rung
    while number + 1 < top and start + rung_at(chain, number + 1).after <= now:
        number += 1
    skipped = number - task.rung
    for higher in range(number, top):
        level = rung_at(chain, higher).level
        people = choose(task, level, floor, already, now)
        if people:
            break
    else:
        return Attention(task=replace(task, attend_at=now + NOBODY_AGAIN, asked_from=None, rung=0), nobody=True)
    upper = higher + 1
    again = max(start + rung_at(chain, upper).after, now) if upper < top else None
    offered = replace(move(task, Step.OFFER), asked_from=start, rung=upper, attend_at=again)
    asked = tuple(Asked(one, AlertKind.OFFER, level) for one in people)
    return Attention(task=offered, asked=asked, step=Step.OFFER, skipped=skipped)


def choose(task: Task, level: Level, floor: Floor, already: Collection[str], now: datetime) -> list[Person]:
    """Return whom to ask at a level, the best first; one at most for PERSON and NEXT, none where nobody fits."""
    rule = RULES[task.kind]
    here = [one for one in floor.people if rule.alarm or not one.duty.away(now)]
    if not here and floor.urgent_on_break and rule.priority is Priority.HIGH:
        here = list(floor.people)
    where = floor.where.get(task.id, frozenset())
    if level is Level.ALL:
        return _ranked(here, task, floor, now)
    if level is Level.LEAD:
        return _ranked([one for one in here if one.leads(rule.owner)], task, floor, now)
    helpers = frozenset() if FOR_OWNERS in task.facts else rule.helpers
    if level is Level.TEAM:
        team = [one for one in here if one.does({rule.owner} | helpers)]
        near = [one for one in team if one.is_near(where)]
        return _ranked(near or team, task, floor, now)
    team = [one for one in here if one.does({rule.owner} | helpers if rule.helpers_first else {rule.owner})]
    fresh = [one for one in team if one.name not in already]
    near = [one for one in fresh if one.is_near(where)]
    return _ranked(near or fresh, task, floor, now)[:1]


def _ranked(people: Sequence[Person], task: Task, floor: Floor, now: datetime) -> list[Person]:
    """Put those first who can be there best: the host, reachable, on shift, speaking it, idle, near, unasked."""
    host, language = task.facts.get("host", ""), task.facts.get("language", "")
    where, meeting = floor.where.get(task.id, frozenset()), floor.meetings.get(task.id, "")

    def worth(one: Person) -> tuple[object, ...]:
        staff = one.staff
        by_zone = bool(staff and staff.zones & frozenset(where))
        speaks = bool(staff and language and language in staff.skills)
        asked = one.last_asked.timestamp() if one.last_asked else 0.0
        on_shift = fit(one.rostered, meeting)
        return (one.name != host, not one.reachable(now), on_shift, not speaks, one.busy, not by_zone, asked, one.name)

    return sorted(people, key=worth)


def _remind(task: Task, floor: Floor, now: datetime) -> Attention:
    """Remind an owner when most of the time is over, and tell the leads when all of it is."""
    moments = [*_reminders(task), task.due_at]
    over = sum(moment <= now for moment in moments)
    owner = [Asked(one, AlertKind.REMIND, Level.PERSON) for one in floor.people if one.name == task.accepted_by]
    if now < task.due_at:
        if over <= task.reminded:
            return Attention(task=replace(task, attend_at=moments[over]))
        reminded = replace(task, reminded=over, attend_at=moments[over])
        return Attention(task=reminded, asked=tuple(owner), step=Step.REMIND)
    if task.reminded >= TOLD_LATE:
        return Attention(task=replace(task, attend_at=None))
    told = [] if _is_watched(task) else choose(task, Level.LEAD, floor, (), now)
    leading = [Asked(one, AlertKind.LATE, Level.LEAD) for one in told if one.name != task.accepted_by]
    reminded = replace(task, reminded=TOLD_LATE, attend_at=None)
    return Attention(task=reminded, asked=(*owner, *leading), step=Step.REMIND)


def _reminders(task: Task) -> list[datetime]:
    """Return when an owner is reminded before the deadline.

    Half of a guest's time counts from when they asked, or were promised a reply: they wait since then.
    """
    start = task.accepted_at or task.created_at
    if not RULES[task.kind].halfway:
        return [start + max(task.due_at - start, timedelta()) * REMIND_AT]
    span = min(RULES[task.kind].within, task.due_at - task.created_at)
    return [at for part in (HALFWAY, REMIND_AT) if start < (at := task.due_at - span * (1 - part)) < task.due_at]


def _is_watched(task: Task) -> bool:
    """Say whether a rule of its own calls the supervisor when it is late: a promised reply, a swap, a rehearsal."""
    return task.respond_by is not None or RULES[task.kind].watched


def _remind_waiting(task: Task, floor: Floor, now: datetime) -> Attention:
    again = (task.waiting_since or now) + WAITING_AGAIN * (task.reminded + 1)
    if now < again:
        return Attention(task=replace(task, attend_at=again))
    owner = [Asked(one, AlertKind.REMIND, Level.PERSON) for one in floor.people if one.name == task.accepted_by]
    reminded = replace(task, reminded=task.reminded + 1, attend_at=now + WAITING_AGAIN)
    return Attention(task=reminded, asked=tuple(owner), step=Step.REMIND)
