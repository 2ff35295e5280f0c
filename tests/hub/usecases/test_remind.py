"""Guests are reminded of a meeting: each lead once, only who is invited and not here, never after it began (R104)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest

from hub.domain.guest_messages import GuestMessage, MessageKind
from hub.domain.guests import InvitationStatus
from hub.domain.task_life import TaskTimes
from hub.domain.transfers import Leads as PickUps
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.pass_time import fire_next
from hub.usecases.remind import LEADS, REMIND, set_reminders
from hub.usecases.timer_rules import timer_rules
from tests.hub.build import T0, admission, at, check_in, furnished, invited, meeting

START = at(3600) + timedelta(days=2)
LATER = meeting(doors_at=START - timedelta(minutes=30), starts_at=START, ends_at=START + timedelta(hours=2))
_ids = count()


def planned(store: Store, *changes: dict[str, object], now: datetime = T0, leads: Sequence[timedelta] = LEADS) -> Store:
    """Store the meeting of the day after tomorrow, changed step by step, and set its reminders."""
    for change in changes or ({},):
        held = meeting(**({name: getattr(LATER, name) for name in ("doors_at", "starts_at", "ends_at")} | change))
        with store.write() as tx:
            tx.meetings.save(held)
            set_reminders(tx, [held], leads, now)
    return store


def due(store: Store) -> list[tuple[str, datetime]]:
    """Return the timers that are set."""
    with store.read() as tx:
        return [(timer.subject, timer.due_at) for timer in tx.timers.of_rule(REMIND)]


def pass_to(store: Store, now: datetime) -> list[GuestMessage]:
    """Let time pass up to an instant, and return all messages, by guest."""
    who = Deciding(actor="hub", at=now, ids=lambda: f"msg-{next(_ids)}")
    while (fired := fire_next(store, who, timer_rules(TaskTimes(), PickUps()))) is not None:
        assert fired.problem is None
    with store.read() as tx:
        return sorted(tx.guest_messages.newest(99), key=lambda one: (one.created_at, one.invitation))


def test_a_meeting_has_one_timer_for_each_lead_however_often_it_is_set(store: Store) -> None:
    """Not one for each guest."""
    planned(furnished(store), {}, {})
    assert due(store) == [
        ("m-launch/1440", START - timedelta(hours=24)),
        ("m-launch/120", START - timedelta(hours=2)),
    ]


def test_every_guest_is_reminded_once_at_each_lead(store: Store) -> None:
    """Nothing before, and nothing twice."""
    planned(furnished(store))
    assert pass_to(store, START - timedelta(hours=24, seconds=1)) == []
    first = pass_to(store, START - timedelta(hours=24))
    assert [(one.kind, one.invitation, one.pointless_at) for one in first] == [
        (MessageKind.REMINDER, f"inv-{number}", START) for number in (1, 2, 3)
    ]
    assert pass_to(store, START - timedelta(hours=3)) == first
    assert len(pass_to(store, START - timedelta(hours=2))) == 6
    assert due(store) == []


def test_who_is_here_or_withdrawn_is_not_reminded(store: Store) -> None:
    """And a guest who is invited after a reminder gets the next one."""
    planned(furnished(store))
    with store.write() as tx:
        tx.guests.set_status("inv-1", InvitationStatus.REVOKED, T0)
        tx.check_ins.add([check_in(2)])
        tx.check_ins.admit([admission(check_in(2))])
    assert [one.invitation for one in pass_to(store, START - timedelta(hours=24))] == ["inv-3"]
    with store.write() as tx:
        new = invited(4)
        tx.guests.add(new.guest, new.invitation)
    assert [one.invitation for one in pass_to(store, START - timedelta(hours=2))] == ["inv-3", "inv-3", "inv-4"]


def test_a_meeting_that_moves_takes_its_reminders_along(store: Store) -> None:
    """Reminders of the new time are others than those of the old one."""
    later = START + timedelta(days=1)
    planned(furnished(store))
    assert len(pass_to(store, START - timedelta(hours=24))) == 3
    planned(store, {"starts_at": later, "ends_at": later + timedelta(hours=1)}, now=START - timedelta(hours=20))
    assert due(store) == [("m-launch/1440", later - timedelta(hours=24)), ("m-launch/120", later - timedelta(hours=2))]
    assert len(pass_to(store, later - timedelta(hours=24))) == 6


@pytest.mark.parametrize("change", [{"cancelled": True}, {"starts_at": at(1), "ends_at": at(2)}])
def test_nobody_is_reminded_of_what_is_cancelled_or_has_begun(store: Store, change: dict[str, object]) -> None:
    """Not even by a timer that was set before."""
    planned(furnished(store))
    with store.write() as tx:
        tx.meetings.save(replace(meeting(doors_at=T0), **change))  # type: ignore[arg-type]  # fields of every kind
    assert pass_to(store, START - timedelta(hours=1)) == []


def test_a_cancelled_meeting_has_no_timers_and_one_that_is_back_has(store: Store) -> None:
    """Leads that the house gave up are taken back too."""
    planned(furnished(store), {}, {"cancelled": True})
    assert due(store) == []
    planned(store, {"cancelled": False})
    planned(store, leads=[timedelta(hours=5)])
    assert due(store) == [("m-launch/300", START - timedelta(hours=5))]


def test_after_an_outage_one_reminder_is_enough(store: Store) -> None:
    """Both leads have passed meanwhile."""
    planned(furnished(store))
    assert len(pass_to(store, START - timedelta(hours=1))) == 3


def test_a_lead_that_has_passed_already_sets_no_timer(store: Store) -> None:
    """A meeting that is imported five hours before it begins."""
    planned(furnished(store), now=START - timedelta(hours=5))
    assert due(store) == [("m-launch/120", START - timedelta(hours=2))]
