"""A kiosk that hangs high: all that is to be touched stands in the lower half of its glass (G17)."""

import pytest
from playwright.sync_api import Page, expect

from kiosk.screen import Kind, Screen
from kiosk.steps.typed import KEYS
from kiosk.web import Glass
from tests.kiosk.web.browsing import SIZES, Kiosk, measured, pages, resize, wrong

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("glass", [Glass(lower_controls=True)], ids=["lower"]),
]


@pytest.mark.parametrize("size", SIZES)
def test_every_button_of_every_screen_is_in_the_lower_half_at(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen], size: str
) -> None:
    """On each page of it, and with every measure kept; help stands at the lower right, or below it all."""
    resize(page, size)
    problems = []
    for name, screen in screens.items():
        kiosk.show(page, screen)
        for number in pages(page):
            found = measured(page, size)
            where = f"{name} page {number + 1}"
            problems += [f"{where}: {it}" for it in wrong(found, large=False)]
            if screen.kind is Kind.EVACUATE:
                continue  # nothing on it asks for a touch: it stands as large as on any kiosk
            half = found["height"] / 2
            problems += [f"{where}: {it['name']} at {it['y']:.1f}" for it in found["buttons"] if it["y"] < half - 0.1]
            helping = next(it for it in found["buttons"] if it["id"] == "help")
            if helping["y"] + helping["height"] < found["height"] - 3:
                problems.append(f"{where}: help is not in the corner")
    assert problems == []


@pytest.mark.parametrize("size", SIZES)
def test_every_choice_of_a_step_is_reached_by_turning_its_pages_at(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen], size: str
) -> None:
    """What does not fit into the lower half at once is dealt out, with the way back and the way on on each page."""
    resize(page, size)
    for name in ("help-zh", "services-en", "found-en", "answers-zh", "told-not_found-en", "group-zh"):
        kiosk.show(page, screens[name])
        wanted = page.locator(".tiles button").evaluate_all("all => all.map(one => one.textContent)")
        met = []
        for _ in pages(page):
            met += page.locator(".tiles button:visible").evaluate_all("all => all.map(one => one.textContent)")
            expect(page.locator("#stage [data-back]")).to_be_visible()
            assert page.locator("#stage .main").count() in {0, page.locator("#stage .main:visible").count()}, name
        assert met == wanted, name


@pytest.mark.parametrize("size", SIZES)
def test_every_key_is_reached_by_turning_the_layers_at(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen], size: str
) -> None:
    """Where thirty-six keys of 12 mm find no room, each layer has twelve, and its key says what comes next."""
    resize(page, size)
    kiosk.show(page, screens["no_code-en"])
    turn = page.locator("[data-key='layer']")
    met = "".join(page.locator(".keys .key:visible").all_text_contents())
    while len(met) < len(KEYS):
        told = turn.inner_text().strip()
        turn.click()
        layer = page.locator(".keys .key:visible").all_text_contents()
        assert told == f"{layer[0]}–{layer[-1]}"
        met += "".join(layer)
    assert met == KEYS
    typed = page.locator(".field").inner_text()
    page.locator(".keys .key:visible").first.click()
    expect(page.locator(".field")).not_to_have_text(typed)
