"""The staff of the demo's event day: six people with tablets, each with a thread, habits and a pace of their own.

What a person sees on a tablet is read here from the store; whatever they do about it is the tap that the page sends.
"""

import random
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from devices.ports import Clock
from hub.demo.duties import Deeds, Hands
from hub.demo.staff import in_words
from hub.demo.tablet import NotTaken, Tablet
from hub.domain.alerts import Offer
from hub.domain.pace import real
from hub.domain.staff import Staff
from hub.domain.task_kinds import Role
from hub.domain.tasks import OWNED, UNCLAIMED, Task, TaskState
from hub.ports import Store

_LOOKS_EVERY = timedelta(seconds=0.2)
"""Real time between two looks at a tablet."""

_HERE_EVERY = timedelta(seconds=15)
"""As often a tablet's page says that it is there, in real time."""

_AGAIN = timedelta(seconds=30)
"""A tap that was not taken is tried again so much later, in the house's time."""

_END_S = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """How somebody is: takes a call after ``answers_s`` seconds of the house, and needs ``works_s`` for most things.

    Each ``misses``-th call they do not hear at all (0: they hear them all): it goes on to the next one.
    """

    person: Staff
    answers_s: float
    works_s: float
    misses: int = 0


def _staff(key: str, name: str, *roles: Role, leads: Sequence[Role] = ()) -> Staff:
    return Staff(key=key, name=name, roles=frozenset(roles), leads=frozenset(leads))


LEAD = "王芳"
TECHNICIAN = "小周"
RESTS = "小陈"
HABITS = (
    Habit(person=_staff("li", "小李", Role.RECEPTIONIST), answers_s=8, works_s=70, misses=4),
    Habit(person=_staff("chen", RESTS, Role.RECEPTIONIST), answers_s=12, works_s=80),
    Habit(person=_staff("zhao", "老赵", Role.LOGISTICS), answers_s=15, works_s=120, misses=5),
    Habit(person=_staff("zhou", TECHNICIAN, Role.TECHNICIAN), answers_s=20, works_s=110),
    Habit(person=_staff("sun", "孙队", Role.EMERGENCY), answers_s=6, works_s=30),
    Habit(
        person=_staff("wang", LEAD, Role.SUPERVISOR, leads=(Role.SUPERVISOR, Role.RECEPTIONIST, Role.TECHNICIAN)),
        answers_s=15,
        works_s=60,
    ),
)
"""Who works that day. Two receptionists share the doors; the lead coordinates and steps in where nobody comes."""


@dataclass(slots=True)
class Worker:
    """One person at one tablet."""

    habit: Habit
    tablet: Tablet
    store: Store
    clock: Clock
    deeds: Deeds
    say: Callable[[str], None]
    _heard: dict[tuple[str, int], bool] = field(default_factory=dict)
    _tried: dict[str, datetime] = field(default_factory=dict)
    _shown: set[str] = field(default_factory=set)
    _here_at: datetime | None = None

    @property
    def name(self) -> str:
        """Return what everybody calls them."""
        return self.habit.person.name

    def look(self) -> None:
        """Look at the tablet once, and do what is to be done by now."""
        now = self.clock.now()
        if self._here_at is None or now - self._here_at > real(_HERE_EVERY):
            self._here_at = now
            self._tap("", "/staff/alerts/here")
        with self.store.read() as tx:
            tasks = tx.tasks.open()
            offers = tx.alerts.offers([one.id for one in tasks if one.state in UNCLAIMED])
        mine = {one.id: offer for one in tasks if (offer := self._offer(offers.get(one.id, ())))}
        if mine:
            self._answer({one.id: one for one in tasks}, mine, now)
        for task in tasks:
            if task.accepted_by == self.name and (task.state in OWNED or task.state is TaskState.DONE):
                self._work(task, now)

    def _offer(self, offers: Sequence[Offer]) -> Offer | None:
        return next((one for one in offers if one.person == self.name and one.ended_at is None), None)

    def _answer(self, tasks: Mapping[str, Task], mine: Mapping[str, Offer], now: datetime) -> None:
        """See what rings, and take it after a moment, unless it is one of those that are not heard."""
        try:
            rings = self.tablet.alerts()
        except NotTaken:
            return
        for one in rings:
            if not one.get("over") and str(one["id"]) not in self._shown:
                self._shown.add(str(one["id"]))
                self._tap("", f"/staff/alerts/{one['id']}/shown")
        by_task = {str(one.get("task")): str(one["id"]) for one in rings if not one.get("over")}
        for key, offer in mine.items():
            if not self._hears(key, offer) or now < offer.at + timedelta(seconds=self.habit.answers_s):
                continue
            path = f"/staff/alerts/{by_task[key]}/accept" if key in by_task else f"/staff/tasks/{key}/accept"
            if self._due(key, now) and self._tap(key, path):
                waited = (self.clock.now() - tasks[key].created_at).total_seconds()
                self.say(f"{self.name} accepts to {in_words(tasks[key])} ({waited:.0f} s after the call)")

    def _hears(self, key: str, offer: Offer) -> bool:
        """Say whether a call is heard; asked a second time, everybody hears it."""
        if (key, offer.times) not in self._heard:
            number = len(self._heard) + 1
            missed = bool(self.habit.misses) and number % self.habit.misses == 0 and offer.times == 1
            self._heard[key, offer.times] = not missed
            if missed:
                self.say(f"{self.name} has both hands full and does not hear a call")
        return self._heard[key, offer.times]

    def _work(self, task: Task, now: datetime) -> None:
        """Do the work, once it has taken as long as it takes; then hear from the guest whether it helped."""
        if not self._due(task.id, now):
            return
        hands = Hands(self.name, self.tablet, self.store, self.habit.works_s)
        try:
            said = self.deeds.of(task)(task, hands, now)
        except NotTaken as problem:
            self._tried[task.id] = now
            self.deeds.troubles[task.id] = f"{self.name}: {problem}"
            return
        if said:
            self.deeds.troubles.pop(task.id, None)
            self.say(f"{self.name} {said}")

    def _due(self, key: str, now: datetime) -> bool:
        return key not in self._tried or now - self._tried[key] > _AGAIN

    def _tap(self, key: str, path: str, **fields: str) -> bool:
        try:
            self.tablet.tap(path, **fields)
        except NotTaken:
            self._tried[key] = self.clock.now()
            return False  # somebody else was quicker
        return True


class Crew:
    """Everybody at work. ``start`` lets them look at their tablets, ``stop`` lets them go home."""

    def __init__(self, workers: Sequence[Worker]) -> None:
        """Take those who are played here; others may be played by people at browsers."""
        self.workers = workers
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(one,), name=one.name, daemon=True) for one in workers]
        self.faults: list[str] = []

    def start(self) -> None:
        """Begin to work."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Put the tablets down."""
        self._over.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(_END_S)

    def _run(self, worker: Worker) -> None:
        chance = random.Random(worker.name)  # noqa: S311 - so that not all look at once
        while not self._over.wait(_LOOKS_EVERY.total_seconds() * chance.uniform(0.8, 1.2)):
            try:
                worker.look()
            except Exception as problem:  # noqa: BLE001 - one person's mistake is told at the end, the day goes on
                self.faults.append(f"{worker.name}: {problem!r}")
