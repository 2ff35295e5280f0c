"""Sixty tablets that look after one change cost one look at the database and one drawing of the list (decision 51)."""

import sys
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from devices.ids import uuid7
from hub.domain.alerts import Offer
from hub.domain.escalation import Level
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.attend_tasks import attend_due
from hub.usecases.work_task import accept_task
from hub.web import shared_cards
from hub.web.open_tasks import read_open
from hub.web.page import fragment
from hub.web.parts import WebParts
from tests.hub.web.scene import NOW, OURS, StillClock, enter, on_duty, page, raise_help

TABLETS = 60


class Counted:
    """Counts how often something is called."""

    def __init__(self, wrapped: Any) -> None:  # noqa: ANN401 - any function
        """Take what is called."""
        self._wrapped = wrapped
        self.times = 0

    def __call__(self, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - as above
        """Count one, and do it."""
        self.times += 1
        return self._wrapped(*given, **named)


def tasks_of(client: FlaskClient) -> str:
    """Return the list as a browser sees it."""
    return page(client.get("/staff?part=tasks"))


@pytest.fixture
def fleet(app: Flask, house: Store) -> list[FlaskClient]:
    """Give sixty tablets with somebody at each."""
    del house
    return [on_duty(app.test_client(), f"员工{number:02}") for number in range(TABLETS)]


def test_sixty_tablets_after_one_change_cost_one_reading_and_one_drawing(
    fleet: list[FlaskClient], house: Store, parts: WebParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has anything to do with the tasks: each card is drawn once for all of them."""
    for number in range(5):
        raise_help(house, f"task-{number}")
    parts.watch.look()
    reading, drawing = Counted(read_open), Counted(fragment)
    for module in ("hub.web.shared_cards", "hub.web.staff", "hub.web.alert_lines"):
        monkeypatch.setattr(sys.modules[module], "read_open", reading)
    monkeypatch.setattr(shared_cards, "fragment", drawing)
    lists = [tasks_of(one) for one in fleet]
    assert (reading.times, drawing.times) == (1, 5)
    assert all(text.count('class="task ') == 5 for text in lists)
    raise_help(house, "one-more")
    parts.watch.look()
    assert all("task-one-more" in tasks_of(one) for one in fleet)
    assert (reading.times, drawing.times) == (2, 11)


def test_an_alarm_that_asks_all_sixty_is_drawn_once_for_them(
    fleet: list[FlaskClient], house: Store, parts: WebParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And once for whoever is not asked."""
    raise_help(house)
    with house.write() as tx:
        tx.alerts.offer(
            Offer(task="task-1", person=duty.person, level=Level.ALL, at=NOW)
            for duty in tx.duties.all()
            if duty.person != "员工00"
        )
        tx.feed.touch([("tasks", "")])
    parts.watch.look()
    drawing = Counted(fragment)
    monkeypatch.setattr(shared_cards, "fragment", drawing)
    assert ["请您去" in tasks_of(one) for one in fleet] == [False] + [True] * (TABLETS - 1)
    assert drawing.times == 2


def test_nobody_sees_what_is_anothers(app: Flask, house: Store, clock: StillClock) -> None:
    """Who is asked is asked; who has it may finish it; the others see neither, in either order of looking."""
    first, second, nobody = (
        on_duty(app.test_client(), "小李"),
        on_duty(app.test_client(), "小陈"),
        enter(app.test_client()),
    )
    raise_help(house)
    attend_due(house, Deciding(actor="hub", at=clock.now(), ids=uuid7))
    lists = [tasks_of(one) for one in (nobody, second, first, second, nobody)]
    assert [text.count("请您去") for text in lists] in ([0, 0, 1, 0, 0], [0, 1, 0, 1, 0])
    assert [text.count("/accept") for text in lists] == [0, 1, 1, 1, 0]
    with house.write() as tx:
        accept_task(tx, "task-1", "小李", NOW)
    app.extensions["yingbin"].parts.watch.look()
    assert ["您已接" in tasks_of(one) for one in (second, first, nobody, second)] == [False, True, False, False]
    assert "小李 已接" in tasks_of(second).replace("<bdi>", "").replace("</bdi>", "")


def test_language_and_signing_out_are_honoured(client: FlaskClient, app: Flask, house: Store) -> None:
    """What was drawn for somebody at work in one language is for nobody else."""
    raise_help(house)
    on_duty(client)
    assert "我来" in tasks_of(client)
    english = on_duty(app.test_client(), "小陈")
    english.set_cookie("yingbin_language", "en")
    assert "I&#39;ll go" in tasks_of(english)
    assert "我来" in tasks_of(client)
    client.post("/staff/shift", data={"name": ""}, headers=OURS)
    assert "我来" not in tasks_of(client)
    assert "/accept" not in tasks_of(client)


def test_seconds_on_a_shared_card_are_not_old_for_long(client: FlaskClient, house: Store, clock: StillClock) -> None:
    """A second later it is drawn anew, though nothing has changed."""
    on_duty(client)
    raise_help(house)
    before = tasks_of(client)
    clock.forward(30)
    assert tasks_of(client) != before
