"""What was asked at the screens adds up, or it does not: the visitors' diary against the hub's database."""

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from devices.contract.messages import Method, RequestKind
from hub.demo.diary import Diary, Wish
from hub.domain.check_ins import Class
from hub.domain.requests import ARRIVAL, Asked
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task
from hub.ports import Transaction

TASKS = {
    RequestKind.HELP: TaskKind.HELP,
    RequestKind.TOO_COLD: TaskKind.COMFORT,
    RequestKind.TOO_HOT: TaskKind.COMFORT,
    RequestKind.DRINK: TaskKind.DRINK,
    RequestKind.WALK_IN: TaskKind.WALK_IN,
}
"""What needs a person, and which kind of task that is."""

_WORDS = {
    RequestKind.DRINK: "a drink",
    RequestKind.FIND: "to be found",
    RequestKind.IDENTIFY: '"this is me"',
    RequestKind.WALK_IN: "walk-in",
}


class Sums(Protocol):
    """Takes figures, and promises that hold or do not."""

    def row(self, name: str, value: object) -> None:
        """Add a figure."""

    def check(self, name: str, found: object, expected: object) -> None:
        """Note a promise that does not hold."""


def check_touched(sums: Sums, tx: Transaction, diary: Diary) -> None:
    """Compare each wish, each guest let in by touch and each task with what the hub keeps."""
    if not diary.wishes and not diary.came:
        return
    since = min((wish.began for wish in diary.wishes), default=None)
    kept = [one for one in tx.requests.since(since) if one.kind != ARRIVAL] if since else []
    found = [(wish, _of(wish, kept)) for wish in diary.wishes]
    _answered(sums, found, len(kept))
    _called(sums, tx, diary, found)
    _let_in(sums, tx, diary)
    if diary.looked:
        sums.row("looked at", ", ".join(sorted(set(diary.looked))))
    for reason in diary.gave_way:
        sums.row("a visitor left early", reason)


def _of(wish: Wish, kept: Sequence[Asked]) -> list[Asked]:
    """Return what the hub keeps of one wish: asked at that kiosk, of that kind, while the visitor stood there."""
    return [
        one
        for one in kept
        if (one.device, one.kind) == (wish.kiosk, wish.kind.value) and wish.began <= one.at <= wish.ended
    ]


def _answered(sums: Sums, found: Sequence[tuple[Wish, list[Asked]]], kept: int) -> None:
    """Everything asked is with the hub, once; somebody who plays with a screen meanwhile is counted apart."""
    asked = Counter(wish.kind for wish, _ in found)
    answered = Counter(wish.kind for wish, rows in found for _ in rows)
    for kind, count in sorted(asked.items()):
        sums.row(f"asked at a screen: {_WORDS.get(kind, kind.value.replace('_', ' '))}", count)
        sums.check(f"answered by the hub: {kind}", answered[kind], count)
    for wish, rows in found:
        sums.check(f"{wish.kind} at {wish.kiosk}, as the hub keeps it", len(rows), 1)
        sums.check(f"{wish.kind} at {wish.kiosk}, its answer on the screen", wish.seen, expected=True)
    others = kept - sum(answered.values())
    if others:
        sums.row("asked at a screen by somebody else", others)


def _called(sums: Sums, tx: Transaction, diary: Diary, found: Sequence[tuple[Wish, list[Asked]]]) -> None:
    """Whatever needs a person is one task, which says the same; and there is no second one about it."""
    seen = {key: task for key in sorted(diary.tasks) if (task := tx.tasks.get(key))}
    tasks = set()
    for wish, rows in found:
        if wish.kind not in TASKS:
            continue
        for row in rows:
            task = tx.tasks.get(row.task) if row.task else None
            sums.check(f"{wish.kind} at {wish.kiosk}, as a task", _says(task), _meant(wish))
            alike = {task.id} if task else set()
            alike |= {one.id for one in seen.values() if wish.began <= one.created_at and _says(one) == _meant(wish)}
            sums.check(f"{wish.kind} at {wish.kiosk}, how many tasks", len(alike), 1)
            tasks |= alike
    sums.row("tasks from the screens", len(tasks))
    sums.check("tasks from the screens", len(tasks), sum(wish.kind in TASKS for wish, _ in found))


def _says(task: Task | None) -> tuple[str, ...]:
    if task is None:
        return ()
    facts = task.facts
    typed = (facts.get("name", ""), facts.get("phone", "")) if task.kind is TaskKind.WALK_IN else ("", "")
    return (task.kind, facts.get("device", ""), facts.get("note", ""), facts.get("invitation", ""), *typed)


def _meant(wish: Wish) -> tuple[str, ...]:
    return (TASKS[wish.kind], wish.kiosk, wish.note, wish.who, wish.name, wish.phone)


def _let_in(sums: Sums, tx: Transaction, diary: Diary) -> None:
    """Who was found, or ticked, is in once, and in that way."""
    events = tx.check_ins.of_invitations([one.invitation for one in diary.came])
    ways = Counter(one.method for one in diary.came)
    for method, name in ((Method.FOUND, "found by two letters"), (Method.GROUP, "came on one code for all")):
        if ways[method]:
            sums.row(name, ways[method])
    for one in diary.came:
        admitted = [event.method for event in events.get(one.invitation, ()) if event.classed is Class.ADMITTED]
        sums.check(f"a guest let in by touch ({one.method})", admitted, [one.method])
