"""What a greeting offers is there for everybody, whatever the screen and the language (G21)."""

import pytest
from playwright.sync_api import Page, expect

from kiosk.preferences import Preferences
from kiosk.screen import Screen
from tests.kiosk.web.browsing import SIZES, Kiosk, pages, resize
from tests.kiosk.web.samples import MENU


@pytest.mark.browser
@pytest.mark.parametrize("house", [Preferences(large=large) for large in (False, True)], ids=["normal", "large"])
@pytest.mark.parametrize("size", SIZES)
def test_every_guest_is_offered_each_drink_at(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen], size: str, house: Preferences
) -> None:
    """In both languages; in large text on the greeting's last page. Where four fill a small row, none has no button."""
    resize(page, size)
    for name in ("welcome-offered-zh", "welcome-offered-en", "already_in-offered-zh", "already_in-offered-en"):
        kiosk.show(page, screens[name])
        turned = list(pages(page))
        assert house.large or len(turned) == 1, name
        for drink in MENU:
            expect(page.locator(f"[data-action='drink'][data-value='{drink.drink}']")).to_be_visible()
        refusing = page.locator("[data-action='drink'][data-value='none']:visible")
        expect(refusing).to_have_count(1 if size == "1280x800" else 0)
