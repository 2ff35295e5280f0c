"""Tasks find their person: what is due to be looked at is, and who is to be asked gets an alert, in one transaction.

The alerts are rows (``hub.domain.alerts``), sent after the COMMIT by whoever serves their channel; so a hub that stops
in between sends them when it is back, once (DESIGN 7).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from devices.contract.topics import HUB
from hub.domain.alerts import (
    FLOOD_WINDOW,
    GROUPED_WITHIN,
    Alert,
    AlertKind,
    AlertState,
    Channel,
    Offer,
    Ring,
    floods,
    ring_for,
)
from hub.domain.attending import NO_RING_AFTER, Asked, Attention, Floor, Person, attend
from hub.domain.escalation import Priority
from hub.domain.meetings import Meeting
from hub.domain.roster import on_at
from hub.domain.task_kinds import RULES
from hub.domain.tasks import OWNED, UNCLAIMED, Task
from hub.ports import Store, Transaction
from hub.usecases.acting import Deciding
from hub.usecases.write_alerts import Telling, group_of, on_channels, put_alerts

AT_ONCE = 50
"""Tasks looked at in one transaction: a storm of five hundred is ten."""

_ABOUT_A_GUEST = ("invitation", "name", "salutation_zh")


@dataclass(frozen=True, slots=True)
class Attended:
    """What one round did: how many tasks it looked at, and what happened, counted."""

    tasks: int
    counts: Mapping[str, int]


def attend_due(store: Store, who: Deciding) -> Attended:
    """Look at the tasks that are due. Any number of processes may at once. Raises StoreUnavailable."""
    with store.read() as tx:
        if not tx.tasks.to_attend(who.at, 1):
            return Attended(0, {})  # a look costs no durable commit
    with store.write() as tx:
        tasks = tx.tasks.to_attend(who.at, AT_ONCE)
        return Attended(len(tasks), _Round(tx, who).attend(tasks))


def read_floor(tx: Transaction, tasks: Sequence[Task], now: datetime) -> Floor:
    """Read who is on duty, how busy they are, and where the tasks are."""
    listed = {one.name: one for one in tx.staff.all() if one.active}
    on_shift = rostered(tx, now) if listed else {}
    online = {one.id for one in tx.devices.all() if one.status == "online"}
    lately = tx.alerts.lately(now - FLOOD_WINDOW)
    busy = tx.tasks.busy()
    people = []
    for duty in tx.duties.all():
        staff = listed.get(duty.person)
        if listed and staff is None:
            continue  # they have left, and have not signed out
        asked = lately.get(duty.person, ())
        people.append(
            Person(
                duty=duty,
                staff=staff,
                pager_on=bool(staff and staff.pager in online),
                busy=busy.get(duty.person, 0),
                last_asked=asked[-1] if asked else None,
                lately=len(asked),
                rostered=on_shift.get(staff.key, frozenset()) if staff else frozenset(),
            )
        )
    found = tx.meetings.get({task.meeting for task in tasks if task.meeting})
    meetings = {task.id: found[task.meeting].key for task in tasks if task.meeting and task.meeting in found}
    return Floor(people=people, where=_places(tx, tasks, found), meetings=meetings)


def rostered(tx: Transaction, now: datetime) -> Mapping[str, frozenset[str]]:
    """Return whose shift is on now, with the keys of their meetings ("" for the whole house), by key."""
    found: dict[str, set[str]] = {}
    for one in on_at(tx.staff.shifts(now, now + timedelta(microseconds=1)), now):
        found.setdefault(one.staff, set()).add(one.meeting)
    return {key: frozenset(meetings) for key, meetings in found.items()}


def places_of(tx: Transaction, tasks: Sequence[Task]) -> Mapping[str, frozenset[str]]:
    """Return the keys of each task's room, its floor, and its kiosk, by task."""
    return _places(tx, tasks, tx.meetings.get({task.meeting for task in tasks if task.meeting}))


def _places(tx: Transaction, tasks: Sequence[Task], meetings: Mapping[str, Meeting]) -> Mapping[str, frozenset[str]]:
    floors = {room.key: room.floor for room in tx.meetings.rooms()}
    found = {}
    for task in tasks:
        meeting = meetings.get(task.meeting or "")
        room = task.facts.get("room") or (meeting.room if meeting else "") or ""
        found[task.id] = frozenset(filter(None, (room, floors.get(room, ""), task.facts.get("device", ""))))
    return found


class _Round:
    """One transaction of it."""

    def __init__(self, tx: Transaction, who: Deciding) -> None:
        self._tx = tx
        self._who = who
        self._counts: Counter[str] = Counter()
        self._fresh: list[Alert] = []

    def attend(self, tasks: Sequence[Task]) -> Mapping[str, int]:
        floor = read_floor(self._tx, tasks, self._who.at)
        for task in tasks:
            if task.state in UNCLAIMED:
                asked = {offer.person for offer in self._tx.alerts.offers([task.id]).get(task.id, ())}
            else:
                asked = set()
                self._end_offers(task)
            found = attend(task, floor, asked, self._who.at)
            self._keep(task, found)
            floor = self._alert(found, floor)
        put_alerts(self._tx, self._fresh)
        self._tx.feed.touch([("alerts", name) for name in sorted({one.person for one in self._fresh})])
        return self._counts

    def _keep(self, before: Task, found: Attention) -> None:
        self._tx.tasks.save(found.task)
        self._counts["skipped"] += found.skipped
        self._counts["nobody"] += found.nobody
        if found.step:
            names = " ".join(one.person.name for one in found.asked)
            late = f" {found.late.total_seconds():.0f} s late" if found.late >= timedelta(seconds=2) else ""
            self._tx.records.audit(self._who.actor, f"task.{found.step}", f"{before.id} {names}{late}", self._who.at)
        if found.step or found.task.state is not before.state:
            self._tx.feed.touch([("tasks", "")])

    def _alert(self, found: Attention, floor: Floor) -> Floor:
        """Write the alerts of one task; returns the floor with who was asked meanwhile."""
        task, now = found.task, self._who.at
        offers = [
            Offer(task=task.id, person=one.person.name, level=one.level, at=now)
            for one in found.asked
            if one.kind is AlertKind.OFFER
        ]
        self._tx.alerts.offer(offers)
        people = {one.name: one for one in floor.people}
        for one in found.asked:
            person = people[one.person.name]
            person = replace(person, lately=person.lately + 1, last_asked=now)
            person = self._flood(person)
            people[person.name] = person
            self._write(task, one, person)
        return replace(floor, people=list(people.values()))

    def _flood(self, person: Person) -> Person:
        """Begin or end a person's flood; at its beginning they are told, once."""
        flooded = floods(person.duty.flooded, person.lately)
        if flooded is person.duty.flooded:
            return person
        standing = self._tx.duties.get(person.name)  # which nobody else changes from here on
        if standing is None or standing.flooded is flooded:
            return replace(person, duty=replace(person.duty, flooded=flooded))
        duty = replace(standing, flooded=flooded)
        self._tx.duties.put(duty)
        self._tx.feed.touch([("duties", "")])
        if flooded:
            self._counts["floods"] += 1
            kept, told = replace(person, duty=duty), Telling(AlertKind.DIGEST, Ring.BUZZ, Priority.MEDIUM)
            self._fresh += on_channels(kept, told, self._who, tag=f"digest {person.name}", count=person.lately)
        return replace(person, duty=duty)

    def _write(self, task: Task, asked: Asked, person: Person) -> None:
        rule = RULES[task.kind]
        old = self._who.at - task.created_at > NO_RING_AFTER and task.rung <= 1
        first = self._like(task, person, asked.kind)
        ring = ring_for(rule.priority, asked.kind, flooded=person.duty.flooded, grouped=first is not None)
        self._counts["stale"] += old
        self._counts[f"alerts_{'silent' if old else ring}"] += 1
        told = Telling(asked.kind, Ring.NONE if old else ring, rule.priority)
        tag, count = (first.tag, first.count + 1) if first else (task.id, 1)
        self._fresh += on_channels(person, told, self._who, task=task, tag=tag, count=count)

    def _like(self, task: Task, person: Person, kind: AlertKind) -> Alert | None:
        """Return the newest alert of the group that this one joins: alike, in the same place, a moment ago (S9)."""
        alone = RULES[task.kind].alarm or any(task.facts.get(fact) for fact in _ABOUT_A_GUEST)
        if alone or kind is not AlertKind.OFFER:
            return None
        since = self._who.at - GROUPED_WITHIN
        kept = self._tx.alerts.of_person(person.name, Channel.TABLET, since)
        fresh = [one for one in self._fresh if one.person == person.name and one.channel is Channel.TABLET]
        group = group_of(task)
        alike = [one for one in (*kept, *fresh) if one.facts.get("group") == group and one.task != task.id]
        return alike[-1] if alike else None

    def _end_offers(self, task: Task) -> None:
        """Tell everybody who was asked that they need not come: somebody has it, or it is over."""
        now, over = self._who.at, task.state not in OWNED
        by = "" if task.accepted_by == HUB else task.accepted_by  # what the hub did itself nobody took
        offers = self._tx.alerts.offers([task.id]).get(task.id, ())
        if not (offers or over):
            return
        if offers:
            self._tx.alerts.end_offers(task.id, now, {by: "accept"} if by else {})
        every = self._tx.alerts.of_tasks([task.id], also_over=True)
        for one in every:
            if one.state is not AlertState.OVER and one.kind is not AlertKind.OVER and (over or _is_offer(one)):
                self._tx.alerts.save(replace(one, state=AlertState.OVER, who=by))
        pagers = {(one.person, one.device): one for one in every if one.channel is Channel.PAGER and one.sent_at}
        for (person, _), one in sorted(pagers.items()):
            if one.kind is AlertKind.OVER or not (over or (_is_offer(one) and one.state is not AlertState.OVER)):
                continue  # it says so already, or shows what its wearer has answered
            # Who took it elsewhere keeps it, and the pager rings no more.
            kind = AlertKind.OVER if over or person != by else AlertKind.GIVEN
            fresh = replace(one, id=self._who.ids(), kind=kind, ring=Ring.NONE, who=by, created_at=now, next_at=None)
            fresh = replace(fresh, state=AlertState.WAITING, sent_at=None, shown_at=None, seen_at=None, tries=0)
            self._fresh.append(replace(fresh, answered_at=None, answer=""))
        self._tx.feed.touch([("alerts", offer.person) for offer in offers])


def _is_offer(alert: Alert) -> bool:
    return alert.kind is AlertKind.OFFER
