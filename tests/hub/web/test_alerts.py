"""What rings for the person at a tablet, for how long, and who has it instead (S1-S3, S18, S20, S21)."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from devices.ids import uuid7
from hub.domain.alerts import Channel
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import raise_task
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.attend_tasks import attend_due
from hub.usecases.call_staff import call
from hub.usecases.sign_in import begin_duty
from hub.usecases.work_task import accept_task
from hub.web.parts import WebParts
from tests.hub.web.scene import NOW, OURS, PROGRAM, StillClock, on_duty, raise_help

Visit = Callable[..., Page]


def ask(store: Store, clock: StillClock) -> None:
    """Let the tasks find their person."""
    attend_due(store, Deciding(actor="hub", at=clock.now(), ids=uuid7))


def told(client: FlaskClient) -> list[dict[str, object]]:
    """Return what rings at a browser."""
    found: list[dict[str, object]] = client.get("/staff/alerts").get_json()["alerts"]
    return found


def at_work(store: Store, *people: str) -> None:
    """Let people be at work, where no list is kept."""
    with store.write() as tx:
        for one in people:
            begin_duty(tx, one, "by name", Deciding(actor=one, at=NOW, ids=uuid7))


def test_who_is_asked_reads_one_line_and_has_two_buttons(client: FlaskClient, house: Store, clock: StillClock) -> None:
    """What, where, and what to do about it; it rings aloud, for two minutes at most."""
    on_duty(client)
    raise_help(house)
    ask(house, clock)
    (alert,) = told(client)
    assert alert["line"] == "宾客需要帮助\u2009·\u2009西门"
    assert (alert["ring"], alert["rings_ms"], alert["priority"], alert["over"]) == ("loud", 120_000, 1, False)
    assert alert["buttons"] == [["accept", "我来"], ["pass_on", "转给别人"]]


def test_what_is_old_is_shown_and_not_heard(client: FlaskClient, house: Store, clock: StillClock) -> None:
    """A tablet that slept for ten minutes does not ring for what it missed (S20)."""
    on_duty(client)
    raise_help(house)
    ask(house, clock)
    clock.forward(600)
    assert [alert["rings_ms"] for alert in told(client)] == [0]


def test_tea_only_trembles(client: FlaskClient, house: Store, clock: StillClock) -> None:
    """And only within a quarter of a minute (S8)."""
    on_duty(client)
    with house.write() as tx:
        call(tx, raise_task(TaskKind.DRINK, "x", task_id="tea", at=NOW, facts={"note": "tea"}))
    ask(house, clock)
    assert [(alert["ring"], alert["rings_ms"]) for alert in told(client)] == [("buzz", 15_000)]


def test_one_tap_on_the_alert_takes_the_task_and_the_others_see_who(
    app: Flask, house: Store, clock: StillClock
) -> None:
    """What rang for them is over, and says who has it (S3)."""
    first, second = on_duty(app.test_client(), "小李"), on_duty(app.test_client(), "小陈")
    raise_help(house)
    ask(house, clock)
    clock.forward(70)  # nobody came: the team is asked
    ask(house, clock)
    (mine,), (theirs,) = told(first), told(second)
    assert first.post(f"/staff/alerts/{mine['id']}/accept", headers=PROGRAM).status_code == 200
    ask(house, clock)
    assert [(alert["over"], alert["taken"], alert["rings_ms"]) for alert in told(second)] == [(True, "小李", 0)]
    assert told(first) == []
    answer = second.post(f"/staff/alerts/{theirs['id']}/accept", headers=PROGRAM)
    assert (answer.status_code, answer.get_json()["title"]) == (409, "小李 已接")


@pytest.mark.parametrize("receipt", ["shown", "accept", "fly"])
def test_an_alert_is_answered_only_by_whose_it_is(app: Flask, house: Store, clock: StillClock, receipt: str) -> None:
    """Nor by a device at which nobody works, nor with what is no answer."""
    mine, other, nobody = on_duty(app.test_client()), on_duty(app.test_client(), "小陈"), app.test_client()
    raise_help(house)
    ask(house, clock)
    found = [alert for client in (mine, other) for alert in told(client)]
    (client,) = [one for one in (mine, other) if not told(one)]
    path = f"/staff/alerts/{found[0]['id']}/{receipt}"
    assert client.post(path, headers=PROGRAM).status_code == 404
    assert nobody.post(path, headers=PROGRAM).status_code == 401
    assert nobody.get("/staff/alerts", headers=PROGRAM).status_code == 401


def test_a_test_alert_says_by_which_way_it_came(client: FlaskClient, house: Store, clock: StillClock) -> None:
    """Not shown yet, then shown, with the seconds that it took (S21)."""
    del house
    on_duty(client)
    assert client.post("/staff/test", headers=PROGRAM).status_code == 200
    (alert,) = told(client)
    assert (alert["line"], alert["ring"]) == ("测试提醒", "loud")
    assert "这台平板：等待显示" in client.get("/staff?part=me").get_data(as_text=True)
    clock.forward(2)
    assert client.post(f"/staff/alerts/{alert['id']}/shown", headers=PROGRAM).status_code == 200
    assert "这台平板：2000 毫秒后显示" in client.get("/staff?part=me").get_data(as_text=True)
    assert client.post(f"/staff/alerts/{alert['id']}/seen", headers=OURS).status_code == 303
    assert told(client) == []


def test_a_tablet_that_is_there_keeps_its_person_in_reach(client: FlaskClient, house: Store, clock: StillClock) -> None:
    """Whoever is not heard of for a while would not be asked (S19)."""
    on_duty(client)
    clock.forward(40)
    assert client.post("/staff/alerts/here", headers=PROGRAM).status_code == 200
    with house.read() as tx:
        duty = tx.duties.get("小李")
    assert duty is not None
    assert duty.seen_at == clock.now()


@pytest.mark.browser
def test_an_alert_is_on_the_page_at_once_and_gone_when_a_colleague_has_it(
    visit: Visit, house: Store, parts: WebParts
) -> None:
    """Shown and told to the hub, heard again and again, silent as soon as somebody else accepts (S3, S18)."""
    at_work(house, "小李")
    page = visit("/staff")
    raise_help(house)
    ask(house, parts.clock)  # type: ignore[arg-type]
    line = page.locator("#alerts li[id^=alert-]")
    expect(line).to_contain_text("宾客需要帮助")
    expect(page.locator("body")).to_have_class("ringing")
    expect(page.locator("#alerts")).to_have_attribute("data-rung", re.compile(r"^([2-9]|\d\d+)$"))
    with house.read() as tx:
        (alert,) = tx.alerts.of_person("小李", Channel.TABLET, NOW)
    assert alert.shown_at is not None
    with house.write() as tx:
        accept_task(tx, "task-1", "小陈", NOW)
    ask(house, parts.clock)  # type: ignore[arg-type]
    expect(line).to_contain_text("小陈 已接")
    expect(page.locator("body")).not_to_have_class("ringing")
    rung = page.locator("#alerts").get_attribute("data-rung")
    page.wait_for_timeout(3_500)  # one more beat of the ringing
    assert page.locator("#alerts").get_attribute("data-rung") == rung


@pytest.mark.browser
def test_whoever_has_just_said_their_name_is_alerted_on_that_page(visit: Visit, house: Store, parts: WebParts) -> None:
    """In a house without a list of people, too: nobody has to load the page again."""
    page = visit("/staff", person="")
    page.get_by_label("您好").fill("小李")
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_have_attribute("data-person", "小李")
    raise_help(house)
    ask(house, parts.clock)  # type: ignore[arg-type]
    expect(page.locator("#alerts li[id^=alert-]")).to_contain_text("宾客需要帮助")


@pytest.mark.browser
def test_a_tablet_that_wakes_up_does_not_ring_for_what_is_old(
    visit: Visit, house: Store, parts: WebParts, clock: StillClock
) -> None:
    """It shows what is still open, silently, and takes it in one tap (S2, S20)."""
    at_work(house, "小李")
    raise_help(house)
    ask(house, parts.clock)  # type: ignore[arg-type]
    clock.forward(600)
    page = visit("/staff")
    line = page.locator("#alerts li[id^=alert-]")
    expect(line).to_contain_text("宾客需要帮助")
    page.wait_for_timeout(3_500)  # one beat of what would ring
    assert page.locator("#alerts").get_attribute("data-rung") in {None, "0"}
    line.get_by_role("button", name="我来").click()
    expect(page.locator(".task.mine")).to_have_count(1)
    expect(line).to_have_count(0)
