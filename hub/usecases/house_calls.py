"""The calls of the house's routine work: their rooms in words, and how they end or move without a person."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from hub.domain.house_work import HouseWork
from hub.domain.meetings import Meeting
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Step, finish, key_of
from hub.ports import Transaction
from hub.usecases.keep_task import keep
from hub.usecases.rehearsal_calls import room_facts

__all__ = ["change_due", "end_calls", "room_facts", "work_of"]

OF_SET_UP = (TaskKind.SET_UP, TaskKind.SIGN_OFF, TaskKind.SET_UP_LATE)


def work_of(tx: Transaction, meeting: Meeting) -> HouseWork:
    """Return what is kept of a meeting's room."""
    return tx.house_work.works([meeting.id]).get(meeting.id) or HouseWork(meeting=meeting.id)


def end_calls(tx: Transaction, keys: Iterable[str], by: str, now: datetime) -> None:
    """Close what is open of these tasks, by what they are known by: nobody needs them any more."""
    for task in tx.tasks.about(list(keys)).values():
        keep(tx, task, finish(task, by, now), Step.FINISH, by, now)


def change_due(tx: Transaction, kind: TaskKind, meeting: Meeting, due_at: datetime, facts: dict[str, str]) -> None:
    """Let an open call of a meeting be due at another time, and say what is true now."""
    key = key_of(kind, meeting.id)
    standing = tx.tasks.about([key]).get(key)
    if standing is not None and (standing.due_at, standing.facts) != (due_at, standing.facts | facts):
        tx.tasks.save(replace(standing, due_at=due_at, facts=standing.facts | facts))
        tx.feed.touch([("tasks", "")])
