"""The simulated pager does what the firmware does: the cases are the same."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from devices.contract.alerts import AlertAnswer
from devices.identity import Stamp
from devices.simulation.pager import Button, Pager
from tests.devices.simulation.pager_cases import BEGAN, CASES, Seen, alert_of, check

NUMBERS = itertools.count(1)


def stamp() -> Stamp:
    """Return the envelope of an answer."""
    return Stamp(id=f"answer-{next(NUMBERS)}", ts=datetime(2026, 12, 1, tzinfo=UTC), boot="boot", seq=1)


def walk_with(pager: Pager, case: dict[str, Any], step: dict[str, Any]) -> Seen:
    """Do one step, then ask for everything."""
    at, online = step["at"], step.get("online", True)
    alert = alert_of(step)
    if alert:
        pager.take(alert, at, BEGAN + timedelta(milliseconds=at) if case.get("clock", True) else None)
    if "press" in step:
        pager.press(Button(step["press"]), at)
    sound = pager.tick(at)
    screen = pager.draw(at, online=online)
    said = list(pager.unsent) if online else []
    if online:
        pager.unsent.clear()
    return Seen(sound.value, [one.id for one in pager.waiting], screen, [f"{one.alert} {one.did}" for one in said])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_simulated_pager_does_what_every_pager_does(case: dict[str, Any]) -> None:
    """Each case by its name; the firmware's C++ walks through the same."""
    pager = Pager(stamp)
    check(case, lambda step: walk_with(pager, case, step))


def test_the_id_of_an_answer_is_made_at_the_press() -> None:
    """Sent again after a lost connection it is the same answer."""
    pager = Pager(stamp)
    (step,) = CASES[3]["steps"][:1]
    walk_with(pager, CASES[3], step | {"online": False})
    pager.press(Button.FIRST, 1000)
    before: list[AlertAnswer] = list(pager.unsent)
    assert [one.did.value for one in before] == ["shown", "seen"]
    pager.draw(60_000, online=True)
    assert list(pager.unsent) == before


def test_answers_without_a_network_are_bounded() -> None:
    """A pager that hears and is not heard keeps the newest."""
    pager = Pager(stamp)
    for number in range(100):
        step = {"at": number * 10, "alert": CASES[3]["steps"][0]["alert"] | {"id": f"a{number}", "tag": "t"}}
        walk_with(pager, CASES[3], step | {"online": False})
    assert [one.alert for one in pager.unsent] == [f"a{number}" for number in range(68, 100)]
