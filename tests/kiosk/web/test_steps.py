"""A guest's journey by touch in a real Chromium: few taps, keys that can be hit, nothing left behind."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from devices.contract.messages import Progress, RequestKind
from kiosk.preferences import Preferences
from kiosk.screen import Screen
from tests.kiosk.cards import CARD, CODE
from tests.kiosk.web.browsing import SIZES, Kiosk, measured, resize
from tests.kiosk.web.step_samples import CANDIDATES, DELEGATION

pytestmark = pytest.mark.browser


class Finger:
    """A finger that counts its taps, but for letters."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def tap(self, name: str) -> None:
        """Touch the button that reads so."""
        self.page.get_by_role("button", name=name, exact=True).click()
        self.taps += 1

    def type(self, text: str) -> None:
        """Touch the keys."""
        for letter in text:
            self.page.locator(f'[data-key="{letter}"]').click()


@pytest.fixture
def finger(page: Page) -> Finger:
    """Return a finger before the kiosk's page."""
    return Finger(page)


@pytest.mark.parametrize("size", SIZES)
def test_a_guest_is_found_by_name_with_three_taps_and_typing_at(
    page: Page, kiosk: Kiosk, finger: Finger, size: str
) -> None:
    """No code, find, this is me: the usual greeting, in the page's own keys (G9, G10)."""
    resize(page, size)
    kiosk.touched.hub.answers = {
        RequestKind.FIND: {"progress": Progress.ANSWERED, "found": CANDIDATES},
        RequestKind.IDENTIFY: {"progress": Progress.ANSWERED, "lookup": "ab" * 16, "card": CARD},
    }
    page.get_by_role("button", name="没有邀请码").click()
    finger.taps += 1
    finger.type("WJG")
    expect(page.locator(".field")).to_have_text("WJG")
    finger.tap("查找")
    finger.tap("王** 138****1234")
    expect(page.locator("h1")).to_have_text("王总，您好！")
    assert finger.taps == 3
    assert kiosk.touched.hub.asked[0].text == "WJG"
    assert "138****" not in page.content()


def test_what_was_typed_stays_when_the_language_is_turned_and_is_gone_after_the_reset(
    page: Page, kiosk: Kiosk, finger: Finger, wait_until: Callable[[Callable[[], object]], None]
) -> None:
    """Letters stand at once, fast or slow; the kiosk keeps them; the next guest finds none (G8, G13)."""
    page.get_by_role("button", name="没有邀请码").click()
    expect(page.locator(".keys")).to_be_visible()
    page.evaluate("window.same = document.querySelector('.keys')")
    finger.type("WANGX")
    page.locator('[data-key="delete"]').click()
    expect(page.locator(".field")).to_have_text("WANG")
    assert page.evaluate("window.same === document.querySelector('.keys')")
    wait_until(lambda: getattr(kiosk.board.current()[1], "text", "") == "WANG")
    page.locator("#language").click()
    expect(page.locator("h1")).to_have_text("Your name")
    expect(page.locator(".field")).to_have_text("WANG")
    kiosk.clock.forward(61)
    expect(page.locator(".field")).to_have_count(0)
    assert "WANG" not in page.content()


def test_a_keyboard_that_is_plugged_in_writes_too(page: Page, kiosk: Kiosk) -> None:
    """Letters, Backspace and Enter on the button in focus."""
    page.get_by_role("button", name="没有邀请码").click()
    expect(page.locator(".field")).to_be_attached()
    page.keyboard.type("wjx")
    page.keyboard.press("Backspace")
    expect(page.locator(".field")).to_have_text("WJ")
    page.get_by_role("button", name="查找").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("抱歉，没有找到您的姓名")
    assert kiosk.touched.hub.asked[0].text == "WJ"


def test_a_code_can_be_typed_while_the_hub_is_away(page: Page, kiosk: Kiosk, finger: Finger) -> None:
    """All twenty-four characters by touch."""
    kiosk.touched.hub.there = False
    page.get_by_role("button", name="没有邀请码").click()
    finger.type(CODE)
    finger.tap("查找")
    expect(page.locator("h1")).to_have_text("王总，您好！")
    expect(page.locator(".order")).to_have_count(0)


def test_a_delegation_of_five_checks_in_with_one_tap_or_two(page: Page, kiosk: Kiosk, finger: Finger) -> None:
    """All are ticked; one who is absent is unticked; each reads their seat (G22)."""
    kiosk.touched.groups["GROUP"] = DELEGATION
    kiosk.touched.journey.scanned("GROUP")
    row = page.get_by_role("button", name="李女士")
    expect(row).to_have_attribute("aria-pressed", "true")
    row.click()
    expect(row).to_have_attribute("aria-pressed", "false")
    finger.tap("签到 5/6 人")
    expect(page.locator(".lines")).to_contain_text("A区 3排 1座")
    expect(page.locator(".lines")).not_to_contain_text("李女士")


def test_help_shows_who_comes_without_a_reload(page: Page, kiosk: Kiosk, finger: Finger) -> None:
    """Two taps, and the name as soon as somebody accepts (G11)."""
    page.get_by_role("button", name="帮助").click()
    finger.tap("请工作人员过来")
    expect(page.locator("h1")).to_have_text("工作人员马上就来，请稍候")
    kiosk.touched.hears(kiosk.touched.hub.asked[0].id, by="李小梅")
    expect(page.locator("h1")).to_have_text("李小梅正在过来，请您稍候")


def test_a_press_on_a_screen_that_was_just_replaced_does_nothing(page: Page, kiosk: Kiosk) -> None:
    """The finger was on its way when the next guest's code came."""
    stale = page.locator("#stage").get_attribute("data-id")
    kiosk.touched.groups["GROUP"] = DELEGATION
    kiosk.touched.journey.scanned("GROUP")
    kiosk.settle(page)
    before = kiosk.board.current()
    press = "version => fetch('/press', {method: 'POST', body: new URLSearchParams({version, action: 'back'})})"
    page.evaluate(press, stale)
    assert kiosk.board.current() == before


@pytest.mark.parametrize("size", SIZES)
def test_keys_are_large_and_apart_at(page: Page, size: str) -> None:
    """Twelve millimetres, each of the thirty-six, and with the first letter a space and a way to take it back (G10)."""
    resize(page, size)
    page.get_by_role("button", name="没有邀请码").click()
    expect(page.locator(".key:visible")).to_have_count(36)
    page.locator(".key", has_text="W").click()
    expect(page.locator(".key:visible")).to_have_count(38)
    keys = [button for button in measured(page, size)["buttons"] if ".key" in button["name"]]
    assert min(min(key["width"], key["height"]) for key in keys) >= 12
    lefts = sorted({round(key["x"], 1) for key in keys})
    assert len(lefts) >= 6


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["hint_dark", "hint_glare", "hint_far", "no_eye", "use_scanner"])
def test_a_remark_offers_what_idle_does_at(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen], kind: str, size: str
) -> None:
    """Who has no code, or whose code is not read, is found by name; and every service is there (G9, G20)."""
    resize(page, size)
    for lead, find, services in (("zh", "按姓名查找", "服务与问询"), ("en", "Find me", "Services")):
        for name, next_kind in ((find, "no_code"), (services, "services")):
            kiosk.show(page, screens[f"{kind}-both-{lead}"])
            page.get_by_role("button", name=name).click()
            expect(page.locator("#stage article")).to_have_attribute("data-kind", next_kind)
            page.keyboard.press("Escape")
            expect(page.locator("#stage article")).to_have_attribute("data-kind", "idle")


@pytest.mark.parametrize("house", [Preferences(large=True)], ids=["large"])
def test_in_large_text_a_name_is_unticked_on_its_page_and_the_page_stays(page: Page, kiosk: Kiosk) -> None:
    """One list, dealt out: the next page follows, and after the last the list's next part, from its first page."""
    kiosk.touched.groups["GROUP"] = DELEGATION
    kiosk.touched.journey.scanned("GROUP")
    expect(page.locator("#pager")).to_be_visible()
    row = page.get_by_role("button", name="张先生")
    turns = 0
    while not row.is_visible():
        page.locator("#pager").click()
        turns += 1
    assert turns > 0
    row.click()
    expect(row).to_have_attribute("aria-pressed", "false")
    expect(row).to_be_visible()
    last = page.get_by_role("button", name="陈女士")
    while not last.is_visible():
        page.locator("#pager").click()
        kiosk.settle(page)
        turns += 1
        assert turns < 12
    assert getattr(kiosk.board.current()[1], "page", 0) == 1


def test_who_works_by_keys_begins_at_what_is_asked(page: Page, kiosk: Kiosk) -> None:
    """A typed name is looked for with Enter alone; of a list the first row is in focus; Escape goes one step back."""
    page.keyboard.press("Tab")
    page.get_by_role("button", name="没有邀请码").press("Enter")
    expect(page.get_by_role("button", name="查找")).to_be_focused()
    kiosk.touched.hub.answers = {RequestKind.FIND: {"progress": Progress.ANSWERED, "found": CANDIDATES}}
    page.keyboard.type("wjg")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="王** 138****1234")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".field")).to_have_text("WJG")
