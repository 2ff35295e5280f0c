"""The kiosk's page in a real Chromium: live without a reload, discreet afterwards, and honest when it is cut off."""

import pytest
from playwright.sync_api import Browser, Page, expect

from devices.contract.messages import Need
from kiosk.preferences import Preferences
from kiosk.screen import Screen
from tests.kiosk.web.browsing import Kiosk, resize

pytestmark = pytest.mark.browser


def test_a_scan_changes_the_page_without_reloading_it(page: Page, kiosk: Kiosk, screens: dict[str, Screen]) -> None:
    """One document, one history entry, from idle to a greeting and on to the next guest's."""
    page.evaluate("window.same = true")
    entries = page.evaluate("history.length")
    kiosk.show(page, screens["welcome-zh"])
    expect(page.locator("h1")).to_have_text("王总，您好！")
    kiosk.show(page, screens["welcome-en"])
    expect(page.locator("h1")).to_have_text("Welcome, Ms Li")
    assert page.evaluate("[window.same, history.length]") == [True, entries]


def test_a_notice_to_staff_comes_and_goes_without_reloading(page: Page, kiosk: Kiosk) -> None:
    """Beneath the idle screen, when something is to be seen to."""
    notice = page.locator("#notice")
    expect(notice).to_be_hidden()
    kiosk.needs.append(Need.OUTBOX_FILLING)
    kiosk.clock.forward(15)
    expect(notice).to_have_text("请员工检查网络 Staff: check network", use_inner_text=False)
    expect(notice).to_be_visible()
    kiosk.needs.clear()
    kiosk.clock.forward(15)
    expect(notice).to_be_hidden()


def test_after_a_greeting_nothing_of_the_guest_is_left(page: Page, kiosk: Kiosk, screens: dict[str, Screen]) -> None:
    """Neither in the document nor in storage nor behind a back button (G13)."""
    entries = page.evaluate("history.length")
    kiosk.show(page, screens["vip-zh"])
    expect(page.locator("h1")).to_have_text("王总，您好")
    kiosk.clock.forward(61)
    expect(page.locator("h1")).to_have_text("请出示您的邀请码")
    left = page.evaluate(
        "document.documentElement.outerHTML + JSON.stringify([{...localStorage}, {...sessionStorage}])"
    )
    for guest in ("王总", "总经理", "陈经理", "A区", "贵宾", "scan-1"):
        assert guest not in left
    assert page.evaluate("history.length") == entries
    assert page.evaluate("document.cookie") == ""


def test_the_buttons_work_by_touch_and_by_keyboard(page: Page, kiosk: Kiosk, screens: dict[str, Screen]) -> None:
    """Touch turns the language; Tab and Enter lead to help, the focus goes to what it asks, visibly, and calls."""
    kiosk.show(page, screens["welcome-zh"])
    page.get_by_role("button", name="中").click()
    expect(page.locator("h1")).to_have_text("Welcome, Mr Wang")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("How may we help you?")
    button = page.get_by_role("button", name="Call a person")
    expect(button).to_be_focused()
    assert button.evaluate("box => getComputedStyle(box).outlineStyle") == "solid"
    button.press("Enter")
    expect(page.locator("#stage")).to_contain_text("工作人员马上就来")
    expect(page.locator("#stage")).to_contain_text("Our staff are on their way")
    kiosk.clock.forward(20)
    expect(page.locator("h1")).to_have_text("Welcome, Mr Wang")


def test_the_clock_shows_the_venues_time(page: Page, kiosk: Kiosk) -> None:
    """Not the browser's zone, and not the browser's own idea of now."""
    expect(page.locator("#clock")).to_have_text("08:40")
    kiosk.clock.forward(60)
    page.reload()
    expect(page.locator("#clock")).to_have_text("08:41")


def test_motion_is_short_and_left_out_for_those_who_wish_so(
    browser: Browser, kiosk: Kiosk, screens: dict[str, Screen]
) -> None:
    """A fifth of a second at most, and none under prefers-reduced-motion."""
    seen = "box => [getComputedStyle(box).animationName, parseFloat(getComputedStyle(box).animationDuration)]"
    page = browser.new_page(reduced_motion="no-preference")
    page.goto(kiosk.url)
    kiosk.show(page, screens["welcome-en"])
    assert page.locator(".screen").evaluate(seen) == ["enter", 0.18]
    page.emulate_media(reduced_motion="reduce")
    assert page.locator(".screen").evaluate(seen) == ["none", 0]
    page.close()


def test_a_dead_stream_is_admitted_and_hides_the_guest_and_a_new_kiosk_is_found_again(
    browser: Browser, kiosk: Kiosk, screens: dict[str, Screen]
) -> None:
    """After 20 s of silence a bar says so in both languages; when the program is back, so is the page."""
    page = browser.new_page(viewport={"width": 800, "height": 480})
    page.clock.install()
    page.goto(kiosk.url)
    kiosk.show(page, screens["welcome-zh"])
    kiosk.server.stop()
    page.clock.run_for(15_000)
    expect(page.locator("#stale")).to_be_hidden()
    expect(page.locator("h1")).to_have_text("王总，您好！")
    page.clock.run_for(6_000)
    expect(page.locator("#stale")).to_be_visible()
    expect(page.locator("#stale")).to_contain_text("正在重新连接")
    expect(page.locator("#stale")).to_contain_text("Reconnecting")
    assert "王总" not in page.content()
    kiosk.restart()
    with page.expect_navigation():
        page.clock.run_for(6_000)
    expect(page.locator("#stale")).to_be_hidden()
    expect(page.locator("h1")).to_have_text("王总，您好！")
    page.close()


@pytest.mark.parametrize("house", [Preferences(large=True)], ids=["large"])
def test_large_text_shows_all_of_a_greeting_page_by_page_and_begins_again(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen], house: Preferences
) -> None:
    """Seat first, nothing left out, by taps alone; the next guest begins on the first page."""
    assert house.large
    resize(page, "800x480")
    kiosk.show(page, screens["welcome-zh"])
    shown = page.locator("#stage").inner_text()
    assert "王总" in shown
    assert "排" in shown
    first = shown
    count = int(page.locator("#page").inner_text().removeprefix("1/"))
    for number in range(2, count + 1):
        page.locator("#pager").click()
        expect(page.locator("#page")).to_have_text(f"{number}/{count}")
        shown += page.locator("#stage").inner_text()
    for words in ("牡丹厅", "左转上二楼", "茶歇", "11:30", "卫生间", "走廊尽头左转"):
        assert shown.count(words) == 1, words
    page.locator("#pager").click()
    assert page.locator("#stage").inner_text() == first
    page.locator("#pager").click()
    kiosk.show(page, screens["welcome-en"])
    expect(page.locator("#page")).to_contain_text("1/")
    expect(page.locator("h1")).to_be_visible()
