"""What follows when a person has finished a piece of the house's routine work."""

from datetime import datetime

from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task, TaskState
from hub.ports import Transaction
from hub.usecases.serve_meals import meal_served
from hub.usecases.set_up_room import set_up_done
from hub.usecases.strike_room import strike_done

FOLLOWED = {TaskKind.SET_UP: set_up_done, TaskKind.STRIKE: strike_done}


def follow_house_work(tx: Transaction, task: Task, by: str, now: datetime) -> None:
    """Keep what a finished set-up, strike or meal means for its meeting."""
    if task.state is not TaskState.CLOSED or not task.meeting:
        return
    meeting = tx.meetings.get([task.meeting]).get(task.meeting)
    if meeting is None:
        return
    if task.kind in FOLLOWED:
        FOLLOWED[task.kind](tx, meeting, by, now)
    elif task.kind is TaskKind.MEAL:
        meal_served(tx, meeting, task, by, now)
