"""A person takes a task, does what it lists, and has it done; the guest is told meanwhile, and asked afterwards."""

from collections.abc import Iterable
from datetime import datetime

from hub.domain import task_life
from hub.domain.errors import InvalidInput, Refused, StepsOpen
from hub.domain.guest_messages import MessageKind
from hub.domain.staff import check_may_do, may_do
from hub.domain.task_kinds import RULES
from hub.domain.task_life import TaskTimes
from hub.domain.tasks import UNCLAIMED, Step, Task, TaskState, accept, assign, finish
from hub.ports import Transaction
from hub.usecases.ask_guest import ask_when_due
from hub.usecases.house_done import follow_house_work
from hub.usecases.keep_task import find_task, keep, write_to_guest
from hub.usecases.tick_steps import tick
from hub.usecases.watch_replies import watch_reply

STANDARD = TaskTimes()


def accept_task(tx: Transaction, task: str, by: str, now: datetime) -> Task:
    """Let one person own a task. Raises NotFound, TakenAlready (naming who was first), NotOpen or NotYours."""
    found = find_task(tx, task)
    taken = accept(found, by, now)
    _check_theirs(tx, found, by)
    return keep(tx, found, taken, Step.ACCEPT, by, now)


def accept_open(tx: Transaction, tasks: Iterable[str], by: str, now: datetime) -> None:
    """Let one person own several tasks, as a round; what somebody else has taken, or has done, stays theirs."""
    for task in tasks:
        found = tx.tasks.get(task)
        if found is not None and found.state in UNCLAIMED:
            accept_task(tx, task, by, now)


def assign_task(tx: Transaction, task: str, to: str, by: str, now: datetime) -> Task:
    """Give a task to a person by name, whoever had it before. Raises NotFound, NotOpen or NotYours."""
    found = find_task(tx, task)
    given = assign(found, to, now)
    _check_theirs(tx, found, by)
    return found if given == found else keep(tx, found, given, Step.ASSIGN, by, now)


def finish_task(
    tx: Transaction, task: str, by: str, now: datetime, times: TaskTimes = STANDARD, *, without: bool = False
) -> Task:
    """End the work: the task is closed, or its guest is asked.

    With open steps only when that is said (``without``); what was left open is audited (R102). Raises NotFound,
    NotOpen, NotYours, StepsOpen, or Refused for one that ends with its list.
    """
    found = find_task(tx, task)
    if RULES[found.kind].signed:
        raise Refused("it ends when its list is signed")
    finished = finish(found, by, now)
    _check_theirs(tx, found, by)
    left = found.open_steps()
    if left and (RULES[found.kind].whole or not without):
        raise StepsOpen(left)
    keep(tx, found, finished, Step.FINISH, by, now)
    follow_house_work(tx, finished, by, now)
    if left:
        tx.records.audit(by, "task.left_open", f"{task} {' '.join(left)}", now)
    return ask_when_due(tx, finished, by, now, times) if finished.state is TaskState.DONE else finished


def tick_step(tx: Transaction, task: str, step: str, by: str, now: datetime) -> Task:
    """Tick a step of a task's checklist, or take the tick back. Raises NotFound, NotOpen, or InvalidInput."""
    found = find_task(tx, task)
    if step not in RULES[found.kind].steps:
        raise InvalidInput("step", "is not on this task's list", "tick one of those that are shown")
    return tick(tx, found, step, by, now)


def tell_guest(tx: Transaction, task: str, by: str, now: datetime) -> Task:
    """Note that a person has told the guest how it stands (R151). Raises NotFound or NotOpen."""
    found = find_task(tx, task)
    return keep(tx, found, task_life.tell(found, now), Step.TELL, by, now)


def answer_task(tx: Transaction, task: str, by: str, now: datetime) -> Task:
    """Close a task whose guest was answered on the spot (R149). Raises NotFound or NotOpen."""
    found = find_task(tx, task)
    return keep(tx, found, task_life.answer(found, by, now), Step.ANSWER, by, now)


def promise_reply(tx: Transaction, task: str, by: str, now: datetime, times: TaskTimes = STANDARD) -> Task:
    """Promise the guest a reply and watch that it comes (R150). Raises NotFound, TakenAlready or NotOpen."""
    found = find_task(tx, task)
    return promised(tx, found, by, now, times)


def promised(tx: Transaction, task: Task, by: str, now: datetime, times: TaskTimes) -> Task:
    """Do as ``promise_reply`` does, with a task that is in hand."""
    made = keep(tx, task, task_life.promise(task, by, now, times), Step.PROMISE, by, now)
    watch_reply(tx, made, times)
    due = made.respond_by or now
    facts = {"question": made.facts.get("text", ""), "until": due.isoformat()}
    write_to_guest(tx, made, MessageKind.TO_BE_CONFIRMED, facts, now, due)
    return made


def _check_theirs(tx: Transaction, task: Task, by: str) -> None:
    """Raise NotYours where a person's team does not do this, unless they were asked all the same (R67)."""
    person = tx.staff.by_name(by)
    if person is None or may_do(person, task) or task.accepted_by == by:
        return
    if any(offer.person == by for offer in tx.alerts.offers([task.id]).get(task.id, ())):
        return
    check_may_do(person, task)
