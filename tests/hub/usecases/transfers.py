"""Pick-ups for the use cases' tests: one that is planned at T0 for two hours later, and time that passes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from hub.domain.guest_messages import GuestMessage
from hub.domain.task_life import TaskTimes
from hub.domain.tasks import Task
from hub.domain.transfers import Leads, PlaceKind, Transfer
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.pass_time import fire_next
from hub.usecases.plan_transfer import plan_transfer
from hub.usecases.timer_rules import timer_rules
from tests.hub.build import T0

LEADS = Leads()
ETA = T0 + timedelta(hours=2)
PICK_UP = Transfer(
    invitation="inv-1",
    kind=PlaceKind.AIRPORT,
    place=Words("T3 到达口", "T3 arrivals"),
    eta=ETA,
    note="CA1501",
    greeter="小李",
    greeter_phone="13800138000",
)
_NUMBERS = count(1)


def who(now: datetime = T0) -> Deciding:
    """Return who plans, with ids that are never the same."""
    return Deciding(actor="小陈", at=now, ids=lambda: f"id-{next(_NUMBERS)}")


def plan(store: Store, now: datetime = T0, **changes: object) -> Transfer:
    """Plan guest 1's pick-up, or plan it anew with these changes."""
    with store.write() as tx:
        before = tx.transfers.get(["inv-1"]).get("inv-1")
        after = replace(before or PICK_UP, **changes)  # type: ignore[arg-type]
        invited = tx.guests.by_invitation(["inv-1"])["inv-1"]
        plan_transfer(tx, before, after, invited, LEADS, who(now))
    return after


def pass_until(store: Store, now: datetime) -> None:
    """Let everything fire that is due now."""
    while (fired := fire_next(store, who(now), timer_rules(TaskTimes(), LEADS))) is not None:
        assert fired.problem is None, fired.problem


def stored(store: Store) -> Transfer:
    """Return guest 1's pick-up as it is kept."""
    with store.read() as tx:
        return tx.transfers.get(["inv-1"])["inv-1"]


def open_tasks(store: Store) -> Sequence[Task]:
    """Return the open tasks."""
    with store.read() as tx:
        return tx.tasks.open()


def messages(store: Store) -> Sequence[GuestMessage]:
    """Return the messages to guests, oldest first."""
    with store.read() as tx:
        return tx.guest_messages.newest(99)[::-1]
