"""What the house keeps of a guest, told at the kiosk: found, read in full, closed by keys, gone by itself (PIPL 17)."""

from contextlib import suppress

import pytest
from playwright.sync_api import Page, expect

from devices.texts import Texts
from tests.kiosk.web.browsing import PROFILES, Kiosk, pages, resize

pytestmark = pytest.mark.browser

LINES = ("what", "until", "ask")
TOLD = """() => [...document.querySelectorAll("#stage .lines li, #stage article li, #stage article p")]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().bottom <= innerHeight + 1)
  .map((one) => one.textContent.replace(/\\s+/g, " "))"""


def _services(page: Page) -> None:
    """Open the services; a page that heard nothing for 20 s (a busy machine) has been drawn anew: press once more."""
    for _ in range(3):
        page.get_by_role("button", name="服务 · 隐私").press("Enter")
        with suppress(AssertionError):
            expect(page.locator("#stage article")).to_have_attribute("data-kind", "services", timeout=20_000)
            return
    pytest.fail("three presses opened no services")


def _open(page: Page) -> None:
    """Find the notice by keys alone, from idle; in large text it may stand on the second page of the services."""
    _services(page)
    notice = page.get_by_role("button", name="您的信息")
    for _ in pages(page):
        if notice.is_visible():
            notice.press("Enter")
            break
    expect(page.locator("#stage article")).to_have_attribute("data-kind", "privacy")


@pytest.mark.parametrize("size", PROFILES)
@pytest.mark.parametrize("large", [False, True])
def test_every_line_of_the_notice_is_in_sight_on_its_pages_at(
    page: Page, kiosk: Kiosk, texts: Texts, size: str, *, large: bool
) -> None:
    """In both languages, on every screen that a kiosk may have, in normal and in large text; nothing is scrolled."""
    resize(page, size)
    if large:
        page.locator("#look").press("Enter")
    _open(page)
    for language in ("zh", "en"):
        if language == "en":
            page.locator("#language").press("Enter")
            expect(page.locator("html")).to_have_attribute("lang", "en")
        kiosk.settle(page)
        shown = "".join("".join(page.evaluate(TOLD)) for _ in pages(page))
        for line in LINES:
            assert texts(f"privacy.{line}", language) in shown, (line, language, shown)


def test_it_is_closed_by_a_key_and_goes_by_itself(page: Page, kiosk: Kiosk) -> None:
    """Escape leads back to the services; whoever walks away leaves no notice standing for the next guest."""
    _open(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="您的信息")).to_be_visible()
    page.get_by_role("button", name="您的信息").press("Enter")
    expect(page.locator("#stage article")).to_have_attribute("data-kind", "privacy")
    kiosk.clock.forward(61)
    kiosk.settle(page)
    kiosk.clock.forward(61)
    expect(page.locator("#stage article")).to_have_attribute("data-kind", "idle")
