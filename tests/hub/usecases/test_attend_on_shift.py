"""Whom to ask first: people on shift for the task's meeting, then for the house, then whoever signed in."""

from datetime import timedelta

import pytest

from devices.ids import uuid7
from hub.domain.staff import Shift, Staff
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import raise_task
from hub.ports import Store
from hub.usecases.call_staff import call
from tests.hub.build import T0, furnished, meeting
from tests.hub.on_duty import asked, on_duty, somebody

SPARE, HOUSE, THEIRS = somebody("甲", key="a"), somebody("乙", key="b"), somebody("丙", key="c")
HOUR = timedelta(hours=1)


def in_order(store: Store, shifts: dict[str, str], people: tuple[Staff, ...], *, of_meeting: bool = True) -> list[str]:
    """Return who is asked at once, and who next, for a task of the launch; shifts are meetings by the person's key."""
    with furnished(store).write() as tx:
        tx.meetings.save(meeting())
        tx.meetings.save(meeting("gala", id="m-gala"))
        on_duty(tx, *people)
        for key, name in shifts.items():
            tx.staff.save_shift(Shift(staff=key, starts_at=T0 - HOUR, ends_at=T0 + HOUR, meeting=name))
        about = "m-launch" if of_meeting else None
        call(tx, raise_task(TaskKind.REQUEST, "x", task_id=uuid7(), at=T0, facts={}, meeting=about))
    return [who for _, who, _ in asked(store, until=95)][:2]


@pytest.mark.parametrize(
    ("shifts", "order"),
    [
        ({"a": ""}, ["甲"]),
        ({"b": ""}, ["乙"]),
        ({"c": ""}, ["丙"]),
        ({"a": "", "c": "launch"}, ["丙", "甲"]),
        ({"c": "", "a": "launch"}, ["甲", "丙"]),
        ({"a": "gala", "c": ""}, ["丙"]),
        ({"c": "gala", "a": ""}, ["甲"]),
    ],
)
def test_people_on_shift_for_the_meeting_are_asked_before_those_who_merely_signed_in(
    store: Store, shifts: dict[str, str], order: list[str]
) -> None:
    """A shift for another meeting counts no more than none."""
    assert in_order(store, shifts, (SPARE, HOUSE, THEIRS))[: len(order)] == order


@pytest.mark.parametrize(("key", "name"), [("a", "甲"), ("b", "乙")])
def test_a_task_of_no_meeting_is_first_whoevers_shift_is_on(store: Store, key: str, name: str) -> None:
    """Whichever meeting that shift is for."""
    assert in_order(store, {key: "gala"}, (SPARE, HOUSE), of_meeting=False)[0] == name


def test_whose_zones_hold_the_place_come_before_a_shift_elsewhere(store: Store) -> None:
    """Being rostered does not make somebody near."""
    near = somebody("丁", key="d", zones=frozenset({"hall"}))
    far = somebody("乙", key="b", zones=frozenset({"annex"}))
    assert in_order(store, {"b": "launch"}, (near, far)) == ["丁", "乙"]


def test_who_is_on_shift_and_has_not_signed_in_is_not_asked(store: Store) -> None:
    """A roster brings nobody: only people at work are."""
    with store.write() as tx:
        tx.staff.put([THEIRS])
    assert set(in_order(store, {"c": "launch"}, (SPARE,))) == {"甲"}
