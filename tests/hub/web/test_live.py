"""In a real browser: pages stay true without being reloaded, and say so when they cannot."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from hub.domain.task_kinds import RULES, TaskKind
from hub.ports import Store
from hub.web.parts import WebParts
from tests.hub.build import meeting
from tests.hub.web.conftest import Site
from tests.hub.web.scene import TONGUES, arrive, raise_help

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
LAUNCH = "/staff/meetings/launch"


def mark(page: Page) -> None:
    """Leave a mark that a reload would wipe away."""
    page.evaluate("window.stillHere = true")


def was_not_reloaded(page: Page) -> bool:
    """Say whether the mark is still there."""
    return bool(page.evaluate("window.stillHere === true"))


def test_a_guest_who_comes_in_appears_on_the_open_page(visit: Visit, house: Store) -> None:
    """Arrival, numbers and seat, within moments and without a reload (R91, R96)."""
    page = visit(LAUNCH)
    mark(page)
    arrive(house, 2)
    arrive(house, 1, seconds=700)
    expect(page.locator("table.arrivals tbody tr")).to_have_count(2)
    expect(page.locator("table.arrivals tbody tr").first).to_contain_text("王总")
    expect(page.locator(".figures .guests strong")).to_have_text("2")
    expect(page.locator("#seat-map use.taken")).to_have_count(2)
    assert was_not_reloaded(page)


def test_a_vip_arrival_reaches_the_staff_page(visit: Visit, house: Store) -> None:
    """The task with its draining bar, and the cue beside it (R88, R100)."""
    page = visit("/staff", language="en")
    mark(page)
    arrive(house, 1, seconds=1190)
    task = page.locator(".task.urgent")
    expect(task).to_contain_text("Mr Wang · East Gate")
    expect(task.locator("progress")).to_be_visible()
    expect(page.locator(".latest")).to_contain_text("Mr Wang")
    assert was_not_reloaded(page)


def test_the_first_to_accept_has_it_and_the_other_sees_who(visit: Visit, house: Store) -> None:
    """On the second tablet the task turns by itself; one tap takes it, one ends it, one confirms it."""
    raise_help(house)
    first, second = visit("/staff", person="小李"), visit("/staff", person="小陈")
    mark(second)
    first.get_by_role("button", name="我来").click()
    expect(first.locator(".task .who")).to_contain_text("您已接")
    expect(second.locator(".task .who")).to_contain_text("小李 已接")
    first.get_by_role("button", name="完成").click()
    first.get_by_role("button", name="没有了，很好").click()
    expect(first.locator(".task")).to_have_count(0)
    expect(second.locator(".task")).to_have_count(0)
    expect(second.get_by_text("暂时没有任务")).to_be_visible()
    assert was_not_reloaded(second)


def test_a_tap_that_comes_too_late_is_told_who_was_first(visit: Visit, house: Store) -> None:
    """Even when the page had not heard of it yet."""
    raise_help(house)
    page = visit("/staff", person="小陈")
    page.route("**/events*", lambda route: route.abort())
    with house.write() as tx:
        task = tx.tasks.get("task-1")
        assert task is not None
        from hub.domain.tasks import accept  # noqa: PLC0415 - the rival's tap, behind the page's back

        tx.tasks.save(accept(task, "小李", task.created_at))
    page.get_by_role("button", name="我来").click()
    expect(page.locator("#toast")).to_have_text("小李 已接")
    expect(page.locator(".task .who")).to_contain_text("小李 已接")


def test_a_double_tap_takes_and_does_not_close(visit: Visit, house: Store) -> None:
    """The button that takes the other's place must not catch the second tap."""
    raise_help(house)
    page = visit("/staff")
    page.get_by_role("button", name="我来").dblclick()
    expect(page.locator(".task .who")).to_contain_text("您已接")
    with house.read() as tx:
        assert len(tx.tasks.open()) == 1


def test_the_shift_begins_without_leaving_the_page(visit: Visit, house: Store) -> None:
    """Asked once; then tasks can be taken."""
    raise_help(house)
    page = visit("/staff", person="")
    page.get_by_label("您好").fill("小李")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="我来")).to_be_visible()
    expect(page.locator("#hello")).to_have_count(0)


def test_what_a_person_types_survives_a_change(visit: Visit, house: Store) -> None:
    """Focus, text and the scrolled place stay while tasks come and go around them."""
    page = visit("/staff", person="", size=(390, 844))
    page.locator("#name").press_sequentially("小")
    for number in range(8):
        raise_help(house, f"t{number}")
    expect(page.locator(".task")).to_have_count(8)
    page.keyboard.type("李")
    expect(page.locator("#name")).to_have_value("小李")
    page.evaluate("window.scrollTo(0, 300)")
    raise_help(house, "t9")
    expect(page.locator(".task")).to_have_count(9)
    assert page.evaluate("window.scrollY") == 300
    assert page.evaluate("document.activeElement.id") == "name"


def test_a_lost_connection_is_told_and_made_good(visit: Visit, site: Site, house: Store) -> None:
    """After 20 s of silence a bar says from when the data are; when the hub is back, what was missed is there."""
    page = visit("/staff")
    mark(page)
    page.clock.install()
    page.goto(page.url)
    page.wait_for_selector("[data-pulse=live]")
    expect(page.locator("#lost")).to_be_hidden()
    site.stop()
    expect(page.locator("[data-pulse=connecting]")).to_be_visible()
    page.clock.fast_forward(15_000)
    expect(page.locator("#lost")).to_be_hidden()
    page.clock.fast_forward(8_000)
    expect(page.locator("#lost")).to_have_text("连接中断，数据截至 09:20")
    raise_help(house)
    site.start()
    page.clock.fast_forward(6_000)
    page.clock.run_for(2_000)
    expect(page.locator("#lost")).to_be_hidden()
    page.clock.run_for(2_000)
    expect(page.locator(".task")).to_have_count(1)


def test_a_part_that_cannot_be_fetched_makes_the_page_old(visit: Visit, house: Store) -> None:
    """Events alone do not make a page true."""
    page = visit("/staff")
    page.clock.install()
    page.goto(page.url)
    page.wait_for_selector("[data-pulse=live]")
    page.route("**/*part=tasks*", lambda route: route.abort())
    raise_help(house)
    for _ in range(25):
        page.clock.run_for(1_000)
    expect(page.locator("#lost")).to_be_visible()
    page.unroute("**/*part=tasks*")
    for _ in range(6):
        page.clock.run_for(1_000)
    expect(page.locator(".task")).to_have_count(1)


def test_deadlines_and_spans_move_by_themselves(visit: Visit, house: Store, parts: WebParts) -> None:
    """The bar drains, asks for haste, runs over; no event is needed."""
    del parts
    raise_help(house)
    arrive(house, 2, seconds=1200)
    page = visit("/staff")
    page.clock.install()
    page.route("**/events*", lambda route: route.abort())  # each event tells the time of the house, where none passes
    page.goto(page.url)
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)
    page.clock.run_for(1_000)  # until then the words are the server's, from whenever it had time to write them
    left = page.locator("[data-left]")
    minutes, seconds = left.inner_text().removeprefix("剩余 ").split(":")
    begun = 60 * int(minutes) + int(seconds)
    assert 150 < begun <= 180
    page.clock.run_for(30_000)
    expect(left).to_have_text(f"剩余 2:{begun - 150:02}")
    page.clock.run_for(120_000)
    expect(page.locator(".task")).to_have_attribute("data-haste", "soon")
    expect(page.locator(".latest time")).to_have_text("2 分钟前")
    page.clock.run_for(45_000)
    late = re.compile(f"已超时 0:({194 - begun:02}|{195 - begun:02})")  # parts of a second count the other way now
    expect(left).to_have_text(late)
    assert page.locator(".task progress").evaluate("bar => bar.value") == 0


def test_the_seat_map_answers_to_mouse_finger_and_keys(visit: Visit, house: Store) -> None:
    """Whose seat it is stands above the map, and stays when somebody else comes in."""
    arrive(house, 1)
    page = visit(LAUNCH)
    words = page.locator("#seat-words")
    page.locator("#seat-map use.taken").first.hover()
    expect(words).to_contain_text("王总")
    page.mouse.move(5, 5)
    expect(words).to_contain_text("方向键")
    page.locator("#seat-map").focus()
    page.keyboard.press("ArrowRight")
    expect(words).to_contain_text("A-1-1")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(words).to_contain_text("A-2-2")
    arrive(house, 2, seconds=700)
    expect(page.locator("#seat-map use.taken")).to_have_count(2)
    expect(words).to_contain_text("A-2-2")
    page.keyboard.press("Escape")
    expect(words).to_contain_text("方向键")


def test_a_changed_agenda_is_on_the_page_at_once(visit: Visit, house: Store) -> None:
    """The meeting's own changes are events too."""
    page = visit(LAUNCH)
    with house.write() as tx:
        tx.meetings.save(meeting(agenda=(), cancelled=True))
        tx.feed.touch([("meeting", "m-launch")])
    expect(page.get_by_text("还没有议程")).to_be_visible()
    expect(page.locator(".head .stage")).to_have_text("已取消")


def test_the_language_is_switched_on_the_same_page(visit: Visit) -> None:
    """One tap, and it stays."""
    page = visit("/rooms")
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Rooms and devices")
    assert page.url.endswith("/rooms")


def test_a_page_nobody_looks_at_gives_its_stream_back(visit: Visit, site: Site, house: Store) -> None:
    """A browser has six at most; when it is looked at again, the page is true at once."""
    page = visit(LAUNCH)
    page.clock.install()
    page.goto(page.url)
    page.wait_for_selector("[data-pulse=live]")
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.clock.run_for(31_000)
    arrive(house, 1)
    page.evaluate("Object.defineProperty(document, 'hidden', { value: false, configurable: true })")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_selector("[data-pulse=live]")
    page.clock.run_for(1_500)
    expect(page.locator("table.arrivals tbody tr")).to_have_count(1)
    expect(page.locator("#lost")).to_be_hidden()
    assert site.address in page.url


def test_a_request_is_logged_by_typing_and_two_taps(visit: Visit, house: Store) -> None:
    """The form is opened with one tap and sent with one; in between only the guest's and the guest's words (R148)."""
    page = visit("/staff")
    page.get_by_role("link", name="记录客户需求").click()
    expect(page.locator("#who")).to_be_focused()
    page.keyboard.type("wangjg")
    expect(page.get_by_role("radio", name="王建国")).to_be_checked()
    page.keyboard.press("Enter")  # must not send it
    page.get_by_label("宾客怎么说").fill("需要增加素食选项")
    page.get_by_role("button", name="需求，请办理").click()
    expect(page.locator(".task")).to_contain_text("需要增加素食选项")
    with house.read() as tx:
        assert [task.facts["name"] for task in tx.tasks.open()] == ["王建国"]


def test_what_a_colleague_answers_closes_the_question_on_every_page(visit: Visit, house: Store) -> None:
    """The question appears by itself when the work is done, and is gone when somebody taps (R154)."""
    raise_help(house)
    first, second = visit("/staff", person="小李"), visit("/staff", person="小陈")
    mark(second)
    first.get_by_role("button", name="我来").click()
    first.get_by_role("button", name="完成").click()
    expect(second.locator(".task.asking .say")).to_contain_text("问题已经解决")
    first.get_by_role("button", name="还没有解决").click()
    expect(second.locator(".task .who")).to_contain_text("小李 已接")
    first.get_by_role("button", name="完成").click()
    second.get_by_role("button", name="没有了，很好").click()
    expect(first.locator(".task")).to_have_count(0)
    assert was_not_reloaded(second)


def test_finishing_early_asks_once_more_and_stays_open_while_the_page_changes(
    visit: Visit, house: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second button does not vanish under the finger because another guest came (R102)."""
    monkeypatch.setitem(RULES, TaskKind.HELP, replace(RULES[TaskKind.HELP], steps=("seat",)))
    for tongue in TONGUES:
        words: dict[str, str] = tongue.texts.by_language[tongue.language]
        monkeypatch.setitem(words, "task.help.step.seat", words["task.help.seat"])
    raise_help(house)
    page = visit("/staff")
    page.get_by_role("button", name="我来").click()
    page.locator(".act summary.button").click()
    raise_help(house, "task-2", "kiosk-1")
    expect(page.locator(".task")).to_have_count(2)
    page.get_by_role("button", name="不做了，直接完成").click()
    expect(page.locator(".task.asking")).to_have_count(1)
