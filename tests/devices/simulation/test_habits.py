"""Somebody who wears a simulated pager: as punctual, and as forgetful, as the settings say."""

from datetime import timedelta
from pathlib import Path

import pytest

from devices.contract.alerts import Act
from devices.settings import BadSettings
from devices.simulation.config import PagerConfig, read_config
from devices.simulation.habits import Habit
from devices.simulation.pager import Button, Pager
from tests.devices.simulation.pager_cases import BEGAN, alert_of
from tests.devices.simulation.test_pager import stamp

OFFERS = ["accept=Accept", "pass_on=Pass on", "done=Done"]


def show(pager: Pager, name: str, at: int, actions: list[str]) -> None:
    """Put an alert on the pager's screen."""
    fields = {"id": name, "tag": name, "glance": "Tea", "priority": 2, "ring": "none", "actions": actions}
    alert = alert_of({"at": at, "alert": fields | {"lasts_s": 600}})
    assert alert
    pager.take(alert, at, BEGAN + timedelta(milliseconds=at))
    pager.draw(at, online=True)


def days_work(habit: Habit, pager: Pager, until: int, began: int = 0) -> list[tuple[int, Button]]:
    """Return what is pressed when, looking each half second."""
    pressed = []
    for now in range(began, until, 500):
        pager.draw(now, online=True)
        button = habit.presses(pager.top, now)
        if button:
            pressed.append((now, button))
            pager.press(button, now)
    return pressed


def test_an_alert_is_accepted_after_so_long_and_done_after_as_long_again() -> None:
    """Each counted from when it is seen; the second look comes half a second after the press."""
    pager = Pager(stamp)
    show(pager, "a", 0, OFFERS)
    habit = Habit(PagerConfig(name="pager-1", answers_after_s=10, done_after_s=30))
    assert days_work(habit, pager, 60_000) == [(10_000, Button.FIRST), (40_500, Button.LAST)]
    assert [answer.did.value for answer in pager.unsent] == ["shown", "accept", "done"]


@pytest.mark.parametrize(
    ("answer", "actions", "button"),
    [
        (Act.ACCEPT, OFFERS, Button.FIRST),
        (Act.DONE, OFFERS, Button.LAST),
        (Act.PASS_ON, ["accept=Accept", "pass_on=Pass on"], Button.LAST),
        (Act.PASS_ON, OFFERS, Button.FIRST),
        (Act.SEEN, [], Button.FIRST),
    ],
)
def test_the_wanted_answer_is_pressed_where_a_button_offers_it(answer: Act, actions: list[str], button: Button) -> None:
    """With two buttons the middle action is out of reach: then the first."""
    pager = Pager(stamp)
    show(pager, "a", 0, actions)
    habit = Habit(PagerConfig(name="pager-1", answer=answer, answers_after_s=2, done_after_s=0))
    assert days_work(habit, pager, 5_000) == [(2_000, button)]


def test_each_third_alert_is_ignored() -> None:
    """It stays on the screen until it expires."""
    pager, ignored = Pager(stamp), []
    habit = Habit(PagerConfig(name="pager-1", answer=Act.DONE, answers_after_s=1, ignores_every=3))
    for number in range(6):
        at = number * 1_000_000
        show(pager, f"a{number}", at, ["done=Done"])
        ignored.append(not days_work(habit, pager, at + 5_000, at))
    assert ignored == [False, False, True, False, False, True]


def test_settings_with_one_pager_twice_are_refused_by_name(tmp_path: Path) -> None:
    """At the broker one would throw the other out again and again."""
    file = tmp_path / "sim.toml"
    file.write_text('[[pagers]]\nname = "pager-1"\n[[pagers]]\nname = "pager-1"\n', encoding="utf-8")
    with pytest.raises(BadSettings, match="pagers: pager-1 stands twice"):
        read_config(file)
    file.write_text('[[pagers]]\nname = "pager-1"\nanswer = "maybe"\nignores_every = -1\n', encoding="utf-8")
    with pytest.raises(BadSettings, match=r"(?s)answer.*maybe.*ignores_every"):
        read_config(file)
