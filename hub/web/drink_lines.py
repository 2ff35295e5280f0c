"""The drinks of a meeting on its page: chosen, served, left, and how warm what was brought was (R107, R110)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.domain.drinks import Stock
from hub.domain.meetings import Meeting
from hub.domain.tasks import Task, TaskState
from hub.ports import Transaction
from hub.usecases.serve_drinks import stock_of
from hub.web.drink_cards import warning
from hub.web.language import Tongue, tongue
from hub.web.parts import shelf
from hub.web.room_cards import drink
from hub.web.shift import person

LATEST = 8
"""What was brought last; the rest is in the log."""


@dataclass(frozen=True, slots=True)
class Brought:
    """One drink that was brought: to whom or where, when (UTC), by whom, and how warm it was, if that is known."""

    id: str
    what: str
    at: datetime
    by: str
    celsius: str
    warning: str


@dataclass(frozen=True, slots=True)
class StockLine:
    """One drink of the menu with its portions; ``short``: guests may soon wait in vain."""

    stock: Stock
    short: bool


def drink_lines(meeting: Meeting) -> object:
    """Return what the page shows."""
    lines, brought = shelf().recent.get(("drinks", meeting.id), lambda tx: _read(tx, meeting))
    return {"lines": lines, "brought": [_brought(task, tongue()) for task in brought], "person": person()}


def _read(tx: Transaction, meeting: Meeting) -> tuple[Sequence[StockLine], Sequence[Task]]:
    scarce = tx.watch_settings.all().of_room(meeting.room).tea.scarce
    closed = [task for task in tx.tasks.drinks([meeting.id]) if task.state is TaskState.CLOSED and task.done_at]
    closed.sort(key=lambda task: (task.done_at, task.id))
    return [StockLine(one, one.short(scarce)) for one in stock_of(tx, meeting.id)], closed[: -LATEST - 1 : -1]


def _brought(task: Task, tongue: Tongue) -> Brought:
    facts = task.facts
    where = next(filter(None, (facts.get(f"{name}_{tongue.language}") for name in ("salutation", "chair", "room"))), "")
    return Brought(
        id=task.id,
        what=tongue.join(filter(None, (where, drink(task, tongue)))),
        at=task.done_at or task.created_at,
        by=task.accepted_by,
        celsius=facts.get("celsius", ""),
        warning=warning(task, tongue),
    )
