"""Four keys are enough: Tab or arrows, Shift and Tab, Enter, Escape; and a finger presses when it is lifted."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import kiosk.web as kiosk_web
from devices.fake.speech import SilentSpeaker
from kiosk.preferences import Preferences, Theme
from kiosk.screen import Kind, Screen
from tests.kiosk.web.browsing import Kiosk, luminance, resize

pytestmark = pytest.mark.browser

CONTROLS = """() => [...document.querySelectorAll('button, a[href], input, select, textarea, [tabindex]')]
  .filter((box) => box.tabIndex >= 0 && box.checkVisibility() && !box.disabled)
  .map((box, at) => (box.dataset.at = String(at)))"""
START = "() => { const stage = document.getElementById('stage'); stage.tabIndex = -1; stage.focus(); }"
"""Puts the focus before the first control, as on a page just opened."""
FOCUSED = """() => {
  const box = document.activeElement;
  const opaque = (box) => {
    const colour = getComputedStyle(box).backgroundColor;
    return colour !== 'rgba(0, 0, 0, 0)' || !box.parentElement ? colour : opaque(box.parentElement);
  };
  const style = getComputedStyle(box);
  return { at: box.dataset.at ?? null, style: style.outlineStyle, width: parseFloat(style.outlineWidth),
           colour: style.outlineColor, ground: opaque(box.parentElement ?? box) };
}"""
TEA = """<article class="screen notice" data-kind="{kind}"><section lang="en"><h1>Tea?</h1>
<button type="button" id="yes" data-post="/active">Yes</button>
<button type="button" id="no" data-post="/active">No</button>
<button type="button" id="back" data-back data-post="/language">Back</button></section></article>"""
"""A screen that asks, as the page may be sent one."""


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def walk(page: Page, key: str, steps: int) -> list[dict[str, Any]]:
    """Press a key some times and return what stood in focus after each."""
    found = []
    for _ in range(steps):
        page.keyboard.press(key)
        found.append(page.evaluate(FOCUSED))
    return found


@pytest.mark.parametrize("house", [Preferences(theme=theme) for theme in Theme], ids=list(Theme))
def test_every_control_of_every_screen_is_reached_by_tab_and_by_arrows_in_its_order_and_seen(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen], house: Preferences
) -> None:
    """Found by what the page holds, so that a new screen is walked too: no trap, no hidden stop, focus of 7:1."""
    for name, screen in {screen.kind: (name, screen) for name, screen in screens.items()}.values():
        kiosk.show(page, screen)
        expected = page.evaluate(CONTROLS)
        assert len(expected) >= 4
        for key, order in (("Tab", expected), ("ArrowDown", expected), ("ArrowLeft", expected[::-1])):
            page.evaluate(START)
            steps = walk(page, key, len(expected))
            assert [step["at"] for step in steps] == order, f"{name} by {key}, {house.theme}"
            if key == "Tab":
                back = walk(page, "Shift+Tab", len(expected) - 1)
                assert [step["at"] for step in back] == expected[-2::-1], f"{name} by Shift and Tab"
            for step in steps:
                assert step["style"] == "solid"
                assert step["width"] >= 3
                assert contrast(step["colour"], step["ground"]) >= 7, f"{name}: {step}"
        assert walk(page, "ArrowLeft", 1)[0]["at"] == expected[-1], "the arrows go round"
        assert walk(page, "Tab", 1)[0]["at"] in {expected[0], None}, "Tab is no trap"


def test_enter_works_every_button_around_a_screen(
    page: Page,
    kiosk: Kiosk,
    screens: dict[str, Screen],
    speaker: SilentSpeaker,
    wait_until: Callable[[Callable[[], object]], None],
) -> None:
    """Language, look, read aloud and help by keys alone; the focus stays where it was."""
    kiosk.show(page, screens["welcome-zh"])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Welcome, Mr Wang")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-large", "")
    expect(page.locator("#look")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#listen")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#volume")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#listen")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#volume")).to_be_hidden()
    wait_until(lambda: speaker.played)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#stage article")).to_have_attribute("data-kind", "help")


def test_escape_goes_back_one_step_and_from_a_screen_to_idle(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen]
) -> None:
    """First the message, then the greeting; on idle it does nothing."""
    kiosk.show(page, screens["welcome-zh"])
    page.locator("#help").click()
    expect(page.locator("#stage article")).to_have_attribute("data-kind", "help")
    page.keyboard.press("Escape")
    expect(page.locator("#stage article")).to_have_attribute("data-kind", "welcome")
    page.keyboard.press("Escape")
    expect(page.locator("#stage article")).to_have_attribute("data-kind", "idle")
    assert kiosk.board.current()[1].kind is Kind.IDLE


def test_the_focus_goes_to_the_first_control_of_a_screen_that_asks_and_stays_through_a_redraw(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who works by keys begins at the question, and a turned language does not throw them out; Escape goes back."""
    monkeypatch.setattr("kiosk.web.pages.Pages.fragment", lambda _, screen, **__: TEA.format(kind=screen.kind))
    page.locator("#help").focus()
    kiosk.show(page, screens["unknown-both-en"])
    expect(page.locator("#yes")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#no")).to_be_focused()
    kiosk.board.switch_look()
    kiosk.settle(page)
    expect(page.locator("#no")).to_be_focused()
    language = kiosk.board.current()[1].language
    page.keyboard.press("Escape")
    page.wait_for_function("lang => document.documentElement.lang !== lang", arg="en" if language == "en" else "zh-CN")
    assert kiosk.board.current()[1].kind is Kind.UNKNOWN
    kiosk.show(page, screens["replaced-both-en"])
    expect(page.locator("#yes")).to_be_focused()


def test_a_key_held_down_presses_once(page: Page, kiosk: Kiosk, screens: dict[str, Screen]) -> None:
    """Trembling or slow hands get one press."""
    kiosk.show(page, screens["welcome-zh"])
    presses: list[str] = []
    page.on("request", lambda request: presses.append(request.url) if request.url.endswith("/press") else None)
    page.locator("#help").focus()
    for _ in range(4):  # Playwright sends repeats for a key that is down already
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    expect(page.locator("#stage article")).to_have_attribute("data-kind", "help")
    assert len(presses) == 1


def test_a_press_counts_when_the_finger_is_lifted_and_not_when_it_slides_off(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen]
) -> None:
    """Down changes nothing, sliding off cancels, lifting presses (WCAG 2.5.2); no touch needs to be long or wide."""
    resize(page, "800x480")
    kiosk.show(page, screens["welcome-zh"])
    box = page.locator("#language").bounding_box()
    assert box is not None
    finger = page.context.new_cdp_session(page)
    finger.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    on = {"x": box["x"] + 20, "y": box["y"] + 20}
    before = kiosk.board.current()

    def touch(kind: str, *points: dict[str, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", on)
    touch("touchMove", {"x": 200, "y": 300})
    touch("touchEnd")
    touch("touchStart", on)
    assert kiosk.board.current() == before
    touch("touchEnd")
    expect(page.locator("h1")).to_have_text("Welcome, Mr Wang")
    assert kiosk.board.current()[0] == before[0] + 1


def test_nothing_on_the_page_waits_for_a_gesture() -> None:
    """No script listens for a swipe, a long press, a double tap or two fingers."""
    scripts = "\n".join(file.read_text() for file in Path(kiosk_web.__file__).parent.glob("static/*.js"))
    assert not re.search(r"touchmove|pointermove|dblclick|gesture|dragstart|wheel", scripts)


def test_who_goes_by_touch_sees_no_button_marked(page: Page, kiosk: Kiosk, screens: dict[str, Screen]) -> None:
    """A marked button looks as if it were chosen; with the first key the mark is there, with a finger it goes."""
    kiosk.show(page, screens["welcome-offered-en"])
    marked = "document.activeElement !== document.body && getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(marked) == "none"
    page.keyboard.press("Tab")
    assert page.evaluate(marked) == "solid"
    page.mouse.click(2, 2)
    page.evaluate("document.querySelector('#stage button').focus()")
    assert page.evaluate(marked) == "none"
