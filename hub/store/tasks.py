"""What needs a person."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select, text, update

from hub.domain.errors import NotFound
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import OWNED, Outcome, Task, TaskState
from hub.store import tables as t
from hub.store.types import among
from hub.store.work import AnyRow, Upsert, Values, Work

_t = t.tasks.c
_RAISE = Upsert(t.tasks)
_GET = select(t.tasks).where(_t.id == bindparam("the_id"))
_GET_LOCKED = _GET.with_for_update()
_OPEN = select(t.tasks).where(text(t.OPEN_TASK)).order_by(_t.due_at, _t.id)
_ABOUT = select(t.tasks).where(text(t.OPEN_TASK), among(_t.dedupe, "keys")).order_by(_t.id)
_ABOUT_LOCKED = _ABOUT.with_for_update()
_LATEST = (
    select(t.tasks)
    .where(among(_t.dedupe, "keys"), or_(text(t.OPEN_TASK), _t.done_at >= bindparam("since", type_=_t.done_at.type)))
    .order_by(_t.created_at, _t.id)
)
_DRINKS = select(t.tasks).where(text("kind = 'drink'"), among(_t.meeting, "meetings")).order_by(_t.created_at, _t.id)
_WAKING = (
    select(t.tasks)
    .where(text(t.ATTENDED_TASK), _t.attend_at <= bindparam("now", type_=_t.attend_at.type))
    .order_by(_t.attend_at, _t.id)
    .limit(bindparam("most"))
)
_WAKING_LOCKED = _WAKING.with_for_update(skip_locked=True)
_UNSEEN = (
    select(t.tasks)
    .where(text("unseen"), _t.done_at >= bindparam("since", type_=_t.done_at.type))
    .order_by(_t.done_at, _t.id)
)
_BUSY = (
    select(_t.accepted_by, func.count().label("busy"))
    .where(text(t.OPEN_TASK), or_(*(_t.state == state.value for state in sorted(OWNED))))
    .group_by(_t.accepted_by)
)
_SINCE = (
    select(t.tasks).where(_t.created_at >= bindparam("since", type_=_t.created_at.type)).order_by(_t.created_at, _t.id)
)
_SAVE = update(t.tasks).where(_t.id == bindparam("the_id"))


class SqlTasks:
    """Fills ``hub.ports.Tasks``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def raise_all(self, tasks: Iterable[Task]) -> None:
        """Store tasks; one whose subject has an open task already changes nothing (I5)."""
        rows = [{"id": task.id, **_values(task)} for task in sorted(tasks, key=lambda task: task.dedupe)]
        if rows:
            self._work.put(_RAISE, rows)

    def get(self, task: str) -> Task | None:
        """Return one task; in a writing transaction no other writer changes it before the end."""
        row = self._work.row(_GET_LOCKED if self._work.locks_rows else _GET, {"the_id": task})
        return _task(row) if row is not None else None

    def about(self, keys: Collection[str]) -> Mapping[str, Task]:
        """Return the open tasks with these dedupe keys; in a writing transaction nobody else changes them."""
        if not keys:
            return {}
        query = _ABOUT_LOCKED if self._work.locks_rows else _ABOUT
        return {row.dedupe: _task(row) for row in self._work.rows(query, {"keys": sorted(keys)})}

    def latest(self, keys: Collection[str], since: datetime) -> Mapping[str, Task]:
        """Return the newest task of each of these dedupe keys, if it is open or was done since an instant."""
        if not keys:
            return {}
        return {row.dedupe: _task(row) for row in self._work.rows(_LATEST, {"keys": sorted(keys), "since": since})}

    def open(self) -> Sequence[Task]:
        """Return the open tasks, the most urgent deadline first."""
        return [_task(row) for row in self._work.rows(_OPEN)]

    def drinks(self, meetings: Collection[str]) -> Sequence[Task]:
        """Return the tasks that brought, or are to bring, drinks in these meetings, the oldest first."""
        if not meetings:
            return ()
        return [_task(row) for row in self._work.rows(_DRINKS, {"meetings": sorted(meetings)})]

    def to_attend(self, now: datetime, most: int) -> Sequence[Task]:
        """Return the tasks to look at now, the longest due first; nobody else gets them meanwhile."""
        return [
            _task(row)
            for row in self._work.rows(_WAKING_LOCKED if self._work.locks_rows else _WAKING, {"now": now, "most": most})
        ]

    def busy(self) -> Mapping[str, int]:
        """Return how many tasks each person owns that are not done."""
        return {row.accepted_by: row.busy for row in self._work.rows(_BUSY)}

    def unseen(self, since: datetime) -> Sequence[Task]:
        """Return what went away by itself since an instant, and nobody has looked at yet, the oldest first."""
        return [_task(row) for row in self._work.rows(_UNSEEN, {"since": since})]

    def since(self, instant: datetime) -> Sequence[Task]:
        """Return all tasks that were raised since an instant, the oldest first."""
        return [_task(row) for row in self._work.rows(_SINCE, {"since": instant})]

    def save(self, task: Task) -> None:
        """Store a task's new state. Raises NotFound for a task that was never raised."""
        if self._work.run(_SAVE, {"the_id": task.id, **_values(task)}).rowcount == 0:
            raise NotFound("there is no such task")


def _task(row: AnyRow) -> Task:
    return Task(
        id=row.id,
        kind=TaskKind(row.kind),
        dedupe=row.dedupe,
        created_at=row.created_at,
        due_at=row.due_at,
        state=TaskState(row.state),
        meeting=row.meeting,
        facts=row.facts,
        accepted_by=row.accepted_by,
        accepted_at=row.accepted_at,
        done_at=row.done_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        asked_at=row.asked_at,
        until=row.until,
        rounds=row.rounds,
        ticked=frozenset(row.ticked),
        told_at=row.told_at,
        respond_by=row.respond_by,
        warned_at=row.warned_at,
        breached_at=row.breached_at,
        attend_at=row.attend_at,
        asked_from=row.asked_from,
        rung=row.rung,
        reminded=row.reminded,
        snoozed_until=row.snoozed_until,
        snoozed_why=row.snoozed_why,
        held_until=row.held_until,
        waiting_since=row.waiting_since,
        rushed_at=row.rushed_at,
        unseen=row.unseen,
    )


def _values(task: Task) -> Values:
    return {
        "kind": task.kind.value,
        "dedupe": task.dedupe,
        "created_at": task.created_at,
        "due_at": task.due_at,
        "state": task.state.value,
        "meeting": task.meeting,
        "facts": task.facts,
        "accepted_by": task.accepted_by,
        "accepted_at": task.accepted_at,
        "done_at": task.done_at,
        "outcome": task.outcome.value if task.outcome else None,
        "asked_at": task.asked_at,
        "until": task.until,
        "rounds": task.rounds,
        "ticked": sorted(task.ticked),
        "told_at": task.told_at,
        "respond_by": task.respond_by,
        "warned_at": task.warned_at,
        "breached_at": task.breached_at,
        "attend_at": task.attend_at,
        "asked_from": task.asked_from,
        "rung": task.rung,
        "reminded": task.reminded,
        "snoozed_until": task.snoozed_until,
        "snoozed_why": task.snoozed_why,
        "held_until": task.held_until,
        "waiting_since": task.waiting_since,
        "rushed_at": task.rushed_at,
        "unseen": task.unseen,
    }
