"""Help with a device that a receptionist has not solved in time goes to the technical team (R68).

熟悉會場設施設備的使用方法,為客戶提供設備操作指導服務: receptionists are asked first like technicians; what they do not
solve within the house's time is asked of technicians alone, while one of them is at work to come.
"""

from dataclasses import replace

from hub.domain import task_pace
from hub.domain.alerts import AlertKind
from hub.domain.attending import FOR_OWNERS
from hub.domain.task_kinds import RULES
from hub.domain.task_life import TaskTimes
from hub.domain.tasks import UNDONE, Step, Task
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.attend_tasks import read_floor
from hub.usecases.keep_task import keep
from hub.usecases.pace_task import tell


def fire_late(tx: Transaction, timer: Timer, who: Deciding, times: TaskTimes) -> None:
    """Pass one on that is not solved; fires a timer. Before the house's time is over it waits for that."""
    task = tx.tasks.get(timer.subject)
    if task is None or task.state not in UNDONE or FOR_OWNERS in task.facts:
        return
    late_at = task.created_at + times.guidance_within
    if who.at < late_at:
        tx.timers.put([replace(timer, due_at=late_at)])
        return
    if _has_technician(tx, task, who):
        _pass_on(tx, task, who)


def _has_technician(tx: Transaction, task: Task, who: Deciding) -> bool:
    """Say whether a technician could take it, and none has."""
    owner = RULES[task.kind].owner
    team = [one for one in read_floor(tx, [task], who.at).people if one.staff and one.does({owner})]
    return any(not one.duty.away(who.at) for one in team) and task.accepted_by not in {one.name for one in team}


def _pass_on(tx: Transaction, task: Task, who: Deciding) -> None:
    if task.accepted_by:
        tell(tx, task, task.accepted_by, AlertKind.LATE, who)
    for offer in tx.alerts.offers([task.id]).get(task.id, ()):
        tx.alerts.end_offer(task.id, offer.person, who.at, "")
        tx.feed.touch([("alerts", offer.person)])
    free = task_pace.give_back(task)
    passed = replace(free, facts=task.facts | {FOR_OWNERS: "yes"}, snoozed_until=None, snoozed_why="", held_until=None)
    keep(tx, task, passed, Step.GIVE_BACK, who.actor, who.at)
