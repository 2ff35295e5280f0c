"""Every screen in a real Chromium at three sizes: nothing cut off, large enough, readable by everybody."""

import json
from dataclasses import replace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from devices.contract.cards import Words
from devices.contract.messages import Need
from kiosk.screen import Screen, Way
from tests.kiosk.web.browsing import SIZES, Kiosk, luminance, measured, resize

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", SIZES)
def test_every_screen_is_whole_large_and_airy_at(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen], size: str
) -> None:
    """Each kind in each language: nothing cut off, capitals of 4.8 mm or more, lines 1.5 high, buttons of 20 mm.

    Buttons that go back, turn a page or choose a drink are 15 mm or more, keys 12.
    """
    resize(page, size)
    problems = []
    for name, screen in screens.items():
        kiosk.show(page, screen)
        found = measured(page, size)
        problems += [f"{name}: {problem}" for problem in found["problems"]]
        for text in found["texts"]:
            if text["capitals"] < 4.8:
                problems.append(f"{name}: {text['name']} has capitals of {text['capitals']:.2f} mm")
            if text["line"] < 1.49 and text["name"] != "STRONG.":
                problems.append(f"{name}: {text['name']} has lines {text['line']:.2f} high")
        for button in found["buttons"]:
            if min(button["width"], button["height"]) < button["least"]:
                problems.append(f"{name}: a button of {button}")
    assert problems == []


def unsure(result: dict[str, Any]) -> list[str]:
    """Return what axe could not judge, but for the numbers of a seat, whose contrast has a test of its own."""
    checks = [
        (rule["id"], check["data"], node["html"])
        for rule in result["incomplete"]
        for node in rule["nodes"]
        for check in node["any"]
    ]
    return [
        f"{rule}: {data}: {html}"
        for rule, data, html in checks
        if not html.startswith(("<strong>", '<span class="between'))
    ]


@pytest.mark.parametrize("size", SIZES)
def test_the_seat_is_the_largest_thing_a_guest_reads_at(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen], size: str
) -> None:
    """At least twice the size of the text around it, in a contrast of 7:1."""
    resize(page, size)
    for name in ("welcome-zh", "welcome-en", "welcome-table-zh", "already_in-en"):
        kiosk.show(page, screens[name])
        sizes = "boxes => boxes.map(box => parseFloat(getComputedStyle(box).fontSize))"
        seat = page.locator(".seat strong").evaluate_all(sizes)
        words = page.locator(".way p").evaluate_all(sizes)
        assert min(seat) >= 2 * max(words)
        ink = page.locator(".seat strong").first.evaluate("box => getComputedStyle(box).color")
        ground = page.locator(".seat").evaluate("box => getComputedStyle(box).backgroundColor")
        assert (luminance(ground) + 0.05) / (luminance(ink) + 0.05) >= 7


@pytest.mark.parametrize("size", SIZES)
def test_the_buttons_stay_where_they_are_at(page: Page, kiosk: Kiosk, screens: dict[str, Screen], size: str) -> None:
    """Help is at the same place on every screen (WCAG 3.2.6), with 3 mm or more between the two."""
    resize(page, size)
    places = set()
    for screen in screens.values():
        kiosk.show(page, screen)
        places.add(json.dumps([button for button in measured(page, size)["buttons"] if button["rail"]]))
    assert len(places) == 1
    first, second = json.loads(places.pop())
    apart = max(second["x"] - first["x"] - first["width"], second["y"] - first["y"] - first["height"])
    assert apart >= 3


@pytest.mark.parametrize("size", SIZES)
def test_long_names_and_ways_are_still_whole_at(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen], size: str
) -> None:
    """What a list may hold at most is shown smaller, but shown."""
    resize(page, size)
    long_zh, long_en = (
        "全国数字化转型与人工智能应用创新发展高峰论坛",
        "International Conference on Hospitality Engineering",
    )
    long = Words(zh=long_zh * 2, en=f"{long_en} and {long_en}")
    unbroken = Words(zh="长" * 150, en="W" * 150)
    for name in ("welcome-zh", "welcome-en", "vip-zh", "vip-en", "already_in-en", "too_early-en"):
        for words in (long, unbroken):
            way = Way(name=words, words=words, arrow="left")
            screen = replace(screens[name], salutation=words, meeting=words, way=way, lounge=None, title=words.en)
            kiosk.show(page, screen)
            assert measured(page, size)["problems"] == [], f"{name}: {words.en}"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("need", Need)
def test_a_notice_to_staff_leaves_every_screen_whole_at(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen], need: Need, size: str
) -> None:
    """One calm line, smaller than anything a guest reads, all of which stays large."""
    resize(page, size)
    kiosk.needs.append(need)
    names = ["idle-both-zh", "welcome-zh", "welcome-en", "vip-en", "too_early-en", "out_of_order-both-zh"]
    for name in names if need is Need.OUTBOX_FILLING else names[:1]:
        kiosk.show(page, screens[name])
        expect(page.locator("#notice")).to_be_visible()
        found = measured(page, size)
        assert found["problems"] == [], name
        capitals = sorted(text["capitals"] for text in found["texts"])
        assert capitals[0] == capitals[1] >= 3.4, name
        assert capitals[2] >= 4.3, name
        notice = page.locator("#notice").bounding_box()
        assert notice is not None
        assert notice["height"] <= 8 * SIZES[size], name


def test_every_screen_is_accessible(page: Page, kiosk: Kiosk, screens: dict[str, Screen]) -> None:
    """Axe finds nothing, with contrast of 7:1 and target sizes, which it does not check unless told."""
    kiosk.needs.append(Need.OUTBOX_FILLING)
    axe = Axe()
    options = {
        "resultTypes": ["violations", "incomplete"],
        "rules": {"target-size": {"enabled": True}, "color-contrast-enhanced": {"enabled": True}},
    }
    found = []
    for name, screen in screens.items():
        kiosk.show(page, screen)
        result = axe.run(page, options=options).response
        found += [f"{name}: {rule['id']}: {rule['nodes'][0]['html']}" for rule in result["violations"]]
        found += [f"{name}: unsure: {reason}" for reason in unsure(result) if not name.startswith("vip")]
    assert found == []


def test_the_screen_for_guests_of_honour_has_contrast_on_its_lightest_spot(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen]
) -> None:
    """Its ground is a gradient, which axe cannot judge: every text against the lightest colour in it."""
    kiosk.show(page, screens["vip-en"])
    ground = page.locator(".vip").evaluate("box => getComputedStyle(box).backgroundImage.match(/rgb\\([^)]*\\)/g)")
    lightest = max(luminance(color) for color in ground)
    texts = [text for text in measured(page, "800x480")["texts"] if "SPAN" not in text["name"]]
    assert texts
    for text in texts:
        assert (luminance(text["color"]) + 0.05) / (lightest + 0.05) >= 7, text


def test_each_part_names_its_language(page: Page, kiosk: Kiosk, screens: dict[str, Screen]) -> None:
    """Chinese glyphs and voices are chosen by ``lang``: every text of a screen stands under the right one."""
    told = (
        """boxes => boxes.filter(box => box.innerText.trim()).map(box => [box.closest('[lang]').lang, box.innerText])"""
    )
    for name, screen in screens.items():
        kiosk.show(page, screen)
        assert page.locator("html").get_attribute("lang") == ("zh-CN" if screen.language == "zh" else "en")
        for lang, text in page.locator("#stage :is(h1, h2, p), #rail span").evaluate_all(told):
            chinese = any("\u4e00" <= symbol <= "\u9fff" for symbol in text)
            assert chinese == (lang == "zh-CN"), f"{name}: {text} is marked {lang}"
