"""Taps made while the hub is away are kept, shown, and sent once; a tablet that slept is right soon."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hub.domain.tasks import TaskState
from hub.ports import Store
from hub.usecases.work_task import accept_task
from hub.web.parts import WebParts
from tests.hub.web.conftest import Site
from tests.hub.web.scene import NOW, raise_help
from tests.hub.web.test_alerts import ask, at_work

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]


def test_taps_made_while_the_hub_is_away_are_sent_once_when_it_is_back(visit: Visit, site: Site, house: Store) -> None:
    """Half a minute without the hub: shown as waiting, in their order, and one that came too late says who has it."""
    for key, door in (("mine", "kiosk-1"), ("rival", "kiosk-2"), ("done", "kiosk-1")):
        raise_help(house, key, door)
    with house.write() as tx:
        accept_task(tx, "done", "小李", NOW)
    page = visit("/staff")
    page.clock.install()
    page.goto(page.url)
    page.wait_for_selector("[data-pulse=live]")
    site.stop()
    for key, words in (("mine", "我来"), ("rival", "我来"), ("done", "完成")):
        page.locator(f"#task-{key}").get_by_role("button", name=words).click()
        expect(page.locator(f"#task-{key}")).to_have_attribute("data-kept", "待发送")
    expect(page.locator("#kept")).to_contain_text("3 项待发送")
    page.clock.run_for(30_000)
    expect(page.locator("#kept")).to_contain_text("3 项待发送")
    with house.write() as tx:
        accept_task(tx, "rival", "小陈", NOW)
    site.start()
    page.clock.run_for(6_000)
    expect(page.locator("#toast")).to_contain_text("小陈 已接")
    expect(page.locator("#kept")).to_be_hidden()
    page.clock.run_for(12_000)
    with house.read() as tx:
        found = {key: tx.tasks.get(key) for key in ("mine", "rival", "done")}
    assert {key: task and (task.state, task.accepted_by) for key, task in found.items()} == {
        "mine": (TaskState.ACCEPTED, "小李"),
        "rival": (TaskState.ACCEPTED, "小陈"),
        "done": (TaskState.DONE, "小李"),
    }
    assert page.evaluate("localStorage.getItem('yingbin_taps')") == "[]"


def test_a_tap_survives_a_page_that_is_loaded_again(visit: Visit, house: Store) -> None:
    """What waits is kept by the device, not by the page; the answer that got lost does not make it two."""
    raise_help(house)
    page = visit("/staff")

    def lose_the_answer(route: object) -> None:
        route.fetch()  # type: ignore[attr-defined]
        route.abort()  # type: ignore[attr-defined]

    page.route("**/accept", lose_the_answer)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="我来").click()
    expect(page.locator("#kept")).to_contain_text("1 项待发送")
    page.unroute_all(behavior="wait")
    page.reload()
    expect(page.locator("#kept")).to_be_hidden()
    expect(page.locator(".task .who")).to_contain_text("您已接")


def test_a_tablet_that_slept_has_the_right_list_at_once(visit: Visit, house: Store) -> None:
    """Ten minutes asleep with a stream that died unnoticed: right within two seconds of waking (S20)."""
    page = visit("/staff")
    page.clock.install()
    page.goto(page.url)
    page.wait_for_selector("[data-pulse=live]")
    page.route("**/events*", lambda route: route.abort())  # nothing is heard while asleep
    page.evaluate("dispatchEvent(new Event('offline'))")
    raise_help(house)
    page.unroute("**/events*")
    page.clock.fast_forward(600_000)
    page.clock.run_for(2_000)
    expect(page.locator(".task")).to_have_count(1)
    expect(page.locator("#lost")).to_be_hidden()


def test_a_task_taken_while_the_hub_is_away_can_be_finished_and_both_count_once(
    visit: Visit, site: Site, house: Store
) -> None:
    """The card says that it is theirs and that nobody knows yet; "finish" waits behind "accept", in order."""
    raise_help(house)
    page = visit("/staff")
    card = page.locator("#task-task-1")
    site.stop()
    card.get_by_role("button", name="我来").click()
    expect(card).to_contain_text("您已接，待送出：同事还看不到")
    expect(card.get_by_role("button", name="我来")).to_be_hidden()
    with house.read() as tx:
        before = tx.tasks.get("task-1")
    assert before is not None
    assert before.state is not TaskState.ACCEPTED
    expect(card.get_by_role("button", name="完成")).to_be_enabled()
    card.get_by_role("button", name="完成").click()
    expect(card).to_contain_text("您已完成，待送出")
    expect(page.locator("#kept")).to_contain_text("2 项待发送")
    site.start()
    expect(page.locator("#kept")).to_be_hidden()
    with house.read() as tx:
        after = tx.tasks.get("task-1")
    assert after is not None
    assert (after.state, after.accepted_by) == (TaskState.DONE, "小李")


def test_who_was_second_is_told_and_what_they_finished_is_not_counted(visit: Visit, site: Site, house: Store) -> None:
    """The card says who has it; the kept "finish" is dropped, in so many words; the task is not done."""
    raise_help(house)
    page = visit("/staff", language="en", size=(390, 844))
    card = page.locator("#task-task-1")
    site.stop()
    card.get_by_role("button", name="I'll go").click()
    expect(card).to_contain_text("colleagues cannot see it yet")
    card.get_by_role("button", name="Done").click()
    expect(page.locator("#kept")).to_contain_text("2")
    with house.write() as tx:
        accept_task(tx, "task-1", "小陈", NOW)
    site.start()
    expect(page.locator("#toast")).to_contain_text("your “finished” was not counted")
    expect(page.locator("#toast")).to_contain_text("小陈")
    expect(card).to_contain_text("小陈")
    expect(page.locator("#kept")).to_be_hidden()
    expect(page.locator(".kept-act")).to_have_count(0)
    with house.read() as tx:
        found = tx.tasks.get("task-1")
    assert found is not None
    assert (found.state, found.accepted_by) == (TaskState.ACCEPTED, "小陈")


def test_an_alert_taken_while_the_hub_is_away_rings_no_more_and_waits_on_its_card(
    visit: Visit, site: Site, house: Store, parts: WebParts
) -> None:
    """As on the card: kept, and sent once when the hub is back."""
    at_work(house, "小李")
    raise_help(house)
    ask(house, parts.clock)  # type: ignore[arg-type]
    page = visit("/staff")
    line = page.locator("#alerts li[id^=alert-]")
    expect(line).to_have_count(1)
    site.stop()
    line.get_by_role("button", name="我来").click()
    expect(page.locator("#task-task-1")).to_contain_text("您已接，待送出")
    expect(line).to_have_count(0)
    expect(page.locator("body")).not_to_have_class("ringing")
    site.start()
    expect(page.locator("#kept")).to_be_hidden()
    expect(page.locator(".task .who").first).to_contain_text("您已接")
    with house.read() as tx:
        found = tx.tasks.get("task-1")
    assert found is not None
    assert found.accepted_by == "小李"
