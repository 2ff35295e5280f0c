"""The open tasks with what their sentences need, read at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hub.domain.guest_messages import MessageState
from hub.domain.house_answers import HouseAnswer
from hub.domain.house_work import Tick
from hub.domain.meals import Covers
from hub.domain.meetings import Meeting, Place
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import UNCLAIMED, Task
from hub.ports import Transaction
from hub.usecases.serve_meals import covers_of
from hub.web.drink_cards import Tastes, read_tastes
from hub.web.task_phases import ends

LOGGED = frozenset({TaskKind.REQUEST, TaskKind.QUESTION})
"""Tasks that staff logged for a guest: promised a reply, answered on the spot, told how it stands."""


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
