"""The demo's event day, played fast and watched at two tablets in real browsers."""

import itertools
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from hub.demo.day import Day
from hub.demo.people import LEAD, RESTS
from hub.demo.story import Plan, clock
from hub.domain import pace
from tests.hub.demo.watching import Watched, watch

MINE = "小李"
PLAN = Plan(
    opens=clock(8, 41),
    closes=clock(9, 9),
    guests_until=clock(8, 56),
    cold=clock(8, 42),
    lamp=clock(8, 52),
    drill=clock(8, 57),
    tea=clock(9, 2),
)
"""Half an hour of the house in a minute and a half: guests and VIPs, a cold room, a dead projector, a drill."""


def work(tablet: Watched, *, finishes: bool) -> None:
    """Touch what its person would: take the call that rings, and now and then say that something is done."""
    buttons = ["#alerts button.main"]
    if finishes:
        steps = ("accept", "fine", "finish", "finish-without", "served")
        buttons += ['button.tick[aria-pressed="false"]', *(f'form[action$="/{one}"] button' for one in steps)]
    tablet.look(touch=buttons)


@pytest.fixture
def _time_runs_again() -> Iterator[None]:
    """Give the other tests of this process their own pace back."""
    yield
    pace.adopt(1)


@pytest.mark.browser
@pytest.mark.usefixtures("_time_runs_again")
@pytest.mark.timeout(240)
def test_two_tablets_show_each_act_of_a_day_at_twenty_times_the_speed(browser: Browser, tmp_path: Path) -> None:
    """Calls ring at one, and who takes them stands on the other; bars drain; no connection is called lost."""
    over, outcome = threading.Event(), []
    day = Day(tmp_path, over, port=0, speed=20, plan=PLAN, played=(MINE, RESTS))
    playing = threading.Thread(target=lambda: outcome.append(day.run()), name="day")
    playing.start()
    try:
        assert day.opened.wait(60)
        (mine,) = watch(browser, day, MINE, "/staff", size=(800, 1280))
        board, agenda = watch(browser, day, LEAD, "/staff/board", "/staff/meetings/launch/agenda", size=(1280, 800))
        expect(board.page.locator(".fast")).to_have_text("演练 ×20")
        watched = (mine, board, agenda)
        for turn in itertools.count():
            if day.closing.wait(0.3):
                break
            board.look()
            agenda.look()
            work(mine, finishes=turn % 8 == 0)
    finally:
        if not day.closing.is_set():
            over.set()
        playing.join(120)
    assert [one.wrong for one in watched] == [[], [], []]
    assert any("贵宾到场" in one for one in mine.alerts)
    assert mine.rang
    assert any("贵宾到场" in seen[0] and MINE in seen[0] for bars in board.bars.values() for seen in bars)
    assert mine.saw("温度不适", "启明厅")
    assert board.drained("投影仪")
    assert agenda.saw("加入：茶歇")
    assert any("演练" in one for one in mine.alerts)
    assert mine.saw("演练", "火灾")
    assert outcome == [True]
