"""Nobody is cut off unwarned (G12): the page says how long is left, and any touch or key gives the time again."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from kiosk.preferences import Preferences
from kiosk.screen import Kind, Screen
from tests.kiosk.web.browsing import SIZES, Kiosk, luminance, measured, resize

pytestmark = pytest.mark.browser


@pytest.fixture
def asking(screens: dict[str, Screen]) -> Screen:
    """Return a screen that waits for a guest's input."""
    return replace(screens["unknown-both-zh"], asks=True, lasts_s=None)


def test_after_forty_seconds_a_dialog_counts_down_from_twenty_and_then_nothing_is_left(
    page: Page, kiosk: Kiosk, asking: Screen
) -> None:
    """Its button has the focus, so that Enter is enough; unanswered, the kiosk is anybody's again."""
    kiosk.show(page, asking)
    warning = page.get_by_role("alertdialog")
    kiosk.clock.forward(39)
    expect(warning).to_be_hidden()
    kiosk.clock.forward(1)
    expect(warning).to_be_visible()
    expect(warning).to_have_accessible_name(re.compile("您还需要一点时间吗"))
    expect(page.locator("#warning button")).to_be_focused()
    expect(page.locator("#warning button")).to_have_accessible_name("我还需要时间")
    assert int(page.locator("#left").inner_text()) <= 20
    page.wait_for_function("() => Number(document.getElementById('left').textContent) < 19")
    kiosk.clock.forward(20)
    expect(page.locator("#stage article")).to_have_attribute("data-kind", "idle")
    expect(warning).to_be_hidden()


def test_the_time_can_be_had_again_eleven_times_and_the_screen_is_not_drawn_anew(
    page: Page, kiosk: Kiosk, asking: Screen
) -> None:
    """Ten is what WCAG 2.2.1 asks; what a guest has begun stays as it is."""
    kiosk.show(page, asking)
    page.evaluate("document.querySelector('#stage article').same = true")
    for number in range(11):
        kiosk.clock.forward(41)
        expect(page.locator("#warning")).to_be_visible()
        if number % 2:
            page.keyboard.press("Enter")
        else:
            page.locator("#warning button").click()
        expect(page.locator("#warning")).to_be_hidden()
    assert page.evaluate("document.querySelector('#stage article').same") is True
    assert kiosk.board.current()[1].kind is Kind.UNKNOWN


@pytest.mark.parametrize("way", ["a touch anywhere", "any key"])
def test_any_touch_or_key_is_a_sign_of_life(page: Page, kiosk: Kiosk, asking: Screen, way: str) -> None:
    """Not the button alone: who does something is there."""
    kiosk.show(page, asking)
    page.locator("#help").focus()
    kiosk.clock.forward(45)
    expect(page.locator("#warning")).to_be_visible()
    if way == "any key":
        page.keyboard.press("Shift")
    else:
        page.locator("#stage h1").click()
    expect(page.locator("#warning")).to_be_hidden()
    expect(page.locator("#help")).to_be_focused()
    assert kiosk.board.warning_s() is None


def test_signs_of_life_are_told_sparingly(page: Page, kiosk: Kiosk, asking: Screen) -> None:
    """A guest who types fast does not flood the kiosk: one in five seconds will do."""
    kiosk.show(page, asking)
    told: list[str] = []
    page.on("request", lambda request: told.append(request.url) if request.url.endswith("/active") else None)
    for _ in range(40):
        page.keyboard.press("Shift")
    page.wait_for_function("() => true")
    assert len(told) <= 2


def test_the_next_scan_waits_for_no_answer(
    page: Page, kiosk: Kiosk, asking: Screen, screens: dict[str, Screen]
) -> None:
    """A queue is served at once, warning or not."""
    kiosk.show(page, asking)
    kiosk.clock.forward(41)
    expect(page.locator("#warning")).to_be_visible()
    kiosk.show(page, screens["welcome-en"])
    expect(page.locator("h1")).to_have_text("Welcome, Ms Li")
    expect(page.locator("#warning")).to_be_hidden()


@pytest.mark.parametrize("house", [Preferences(large=large) for large in (False, True)], ids=["normal", "large"])
@pytest.mark.parametrize("size", SIZES)
def test_the_warning_is_large_within_reach_and_leaves_the_name_and_help_to_be_seen(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen], size: str, house: Preferences
) -> None:
    """Below the middle of the screen, its button 20 mm high, every letter as large as any, in 7:1."""
    resize(page, size)
    for name in ("welcome-zh", "welcome-en"):
        kiosk.show(page, screens[name])
        kiosk.clock.forward(26)
        expect(page.locator("#warning")).to_be_visible()
        found = measured(page, size)
        assert [problem for problem in found["problems"] if "warning" in problem] == []
        button = next(button for button in found["buttons"] if button["main"] and button["id"] == "")
        assert button["height"] >= 20
        assert button["y"] >= found["height"] / 2
        assert min(text["capitals"] for text in found["texts"]) >= (7.3 if house.large else 4.8)
        assert page.locator("#help").is_visible()
        over = page.locator("#warning").bounding_box()
        heading = page.locator("h1").bounding_box()
        assert over is not None
        assert heading is not None
        assert heading["y"] + heading["height"] <= over["y"] + 2
        ink, ground = page.locator("#warning").evaluate(
            "box => [getComputedStyle(box).color, getComputedStyle(box).backgroundColor]"
        )
        dark, light = sorted((luminance(ink), luminance(ground)))
        assert (light + 0.05) / (dark + 0.05) >= 7
        kiosk.board.leave()
