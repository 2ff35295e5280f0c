"""The keys in the page (G10), as large as promised on every screen a kiosk may have, in both sizes of text (G14)."""

import pytest
from playwright.sync_api import Page, expect

from kiosk.preferences import Preferences, Theme
from kiosk.screen import Screen
from kiosk.steps.screens import Typing
from kiosk.steps.typed import KEYS
from tests.kiosk.web.browsing import PROFILES, Kiosk, luminance, measured, resize, wrong

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("house", [Preferences(large=large) for large in (False, True)], ids=["normal", "large"])
@pytest.mark.parametrize("size", PROFILES)
def test_all_keys_are_there_at_once_with_letters_of_the_promised_height_at(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen], size: str, house: Preferences
) -> None:
    """Keys of 12 mm; capitals on them, of what is asked and of what is typed 4.8 mm high, in large text 7.3."""
    resize(page, size)
    problems = []
    for name, screen in screens.items():
        if not isinstance(screen, Typing):
            continue
        kiosk.show(page, screen)
        problems += [f"{name}: {it}" for it in wrong(measured(page, size), large=house.large)]
        keys = page.locator(".keys .key:visible").all_text_contents()
        if "".join(keys) not in {KEYS, KEYS[-10:]}:
            problems.append(f"{name}: only {keys}")
    assert problems == []


@pytest.mark.parametrize("house", [Preferences(large=True)], ids=["large"])
def test_what_is_typed_shows_its_end_where_it_is_longer_than_its_field(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen]
) -> None:
    """Drawn anew or while it grows: a guest looks at the letter that came last."""
    resize(page, "800x480")
    at_its_end = "box => box.scrollWidth > box.clientWidth && box.scrollLeft + box.clientWidth >= box.scrollWidth - 1"
    kiosk.show(page, screens["no_code-code-zh"])
    assert page.locator(".field").evaluate(at_its_end)
    kiosk.show(page, screens["no_code-empty-zh"])
    for _ in range(20):
        page.locator(".key", has_text="W").click()
    assert page.locator(".field").evaluate(at_its_end)


@pytest.mark.parametrize("house", [Preferences(theme=theme) for theme in Theme], ids=list(Theme))
def test_the_keys_have_a_contrast_of_seven(page: Page, kiosk: Kiosk, screens: dict[str, Screen]) -> None:
    """Letters and what is drawn, in light and dark (G15)."""
    kiosk.show(page, screens["no_code-zh"])
    colors = "keys => keys.map(key => [getComputedStyle(key).color, getComputedStyle(key).backgroundColor])"
    pairs = page.locator(".key").evaluate_all(colors)
    assert len(pairs) > len(KEYS)
    for pair in pairs:
        dark, light = sorted(luminance(color) for color in pair)
        assert (light + 0.05) / (dark + 0.05) >= 7


def test_while_nothing_is_typed_there_is_nothing_to_delete(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen]
) -> None:
    """The hint has that room; the keys for it come with the first letter."""
    kiosk.show(page, screens["no_code-empty-en"])
    expect(page.locator("[data-key='delete']")).to_be_hidden()
    page.locator(".key", has_text="W").click()
    expect(page.locator("[data-key='delete']")).to_be_visible()
    expect(page.locator("[data-key=' ']")).to_be_visible()
    page.locator("[data-key='delete']").click()
    expect(page.locator(".written .hint")).to_be_visible()
