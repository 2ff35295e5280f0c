"""Every screen in a real Chromium, at three sizes, light and dark, in normal and large text: readable by everybody.

The screens are those of ``samples.py``, which holds every ``Kind`` there is: a new one cannot be forgotten.
"""

import json
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from devices.contract.cards import Words
from devices.contract.messages import Need
from kiosk.preferences import Preferences, Theme
from kiosk.screen import Screen, Way
from tests.kiosk.web.browsing import SIZES, Kiosk, luminance, measured, pages, resize, wrong

pytestmark = pytest.mark.browser

LOOKS = [Preferences(theme=theme, large=large) for theme, large in product(Theme, (False, True))]
RAIL = {"language", "look", "listen", "help"}
AXE = {
    "resultTypes": ["violations", "incomplete"],
    "preload": False,
    "rules": {"target-size": {"enabled": True}, "color-contrast-enhanced": {"enabled": True}},
}


RUN_AXE = """options => axe.run(document, options)
  .then(({ violations, incomplete }) => ({ violations, incomplete }))"""


def named(look: Preferences) -> str:
    """Name a look in the list of tests."""
    return f"{look.theme}-large" if look.large else look.theme.value


in_every_look = pytest.mark.parametrize("house", LOOKS, ids=named)
at_every_size = pytest.mark.parametrize("size", SIZES)


def unsure(result: dict[str, Any]) -> list[str]:
    """Return what axe could not judge, but for the numbers of a seat and the keys, whose contrast has its own tests.

    A font's box is higher than its letters, so that of a large letter is higher than a key: axe cannot tell the ground.
    """
    checks = [
        (rule["id"], check["data"], node["html"])
        for rule in result["incomplete"]
        for node in rule["nodes"]
        for check in node["any"]
    ]
    return [
        f"{rule}: {data}: {html}"
        for rule, data, html in checks
        if not html.startswith(("<strong>", '<span class="between')) and 'class="key' not in html
    ]


@in_every_look
@at_every_size
def test_every_screen_is_whole_large_airy_and_steady(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen], house: Preferences, size: str
) -> None:
    """Nothing cut off or overlapping, capitals of 4.8 mm (large: 7.3), lines 1.5 high, buttons of 20 and 15 mm.

    And help and its neighbours are at one place on all screens of a language (WCAG 3.2.6).
    """
    resize(page, size)
    problems = []
    places: dict[str, set[str]] = {}
    for name, screen in screens.items():
        kiosk.show(page, screen)
        for number in pages(page):
            found = measured(page, size)
            problems += [f"{name} page {number + 1}: {it}" for it in wrong(found, large=house.large)]
            rail = [button for button in found["buttons"] if button["id"] in RAIL]
            places.setdefault(screen.language, set()).add(json.dumps(rail))
    assert problems == []
    assert {language: len(found) for language, found in places.items()} == {"zh": 1, "en": 1}


@in_every_look
@at_every_size
def test_every_screen_is_accessible(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen], size: str, house: Preferences
) -> None:
    """Axe finds nothing, with contrast of 7:1 and target sizes, which it does not check unless told."""
    resize(page, size)
    kiosk.needs.append(Need.OUTBOX_FILLING)
    page.evaluate(Axe().axe_script)  # once: it stays while screens come and go
    found = []
    for name, screen in {(screen.kind, screen.language): (name, screen) for name, screen in screens.items()}.values():
        kiosk.show(page, screen)
        result = page.evaluate(RUN_AXE, AXE)
        found += [f"{name}: {rule['id']}: {rule['nodes'][0]['html']}" for rule in result["violations"]]
        found += [f"{name}: unsure: {reason}" for reason in unsure(result) if not name.startswith("vip")]
    assert found == [], named(house)


@at_every_size
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


@at_every_size
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


@at_every_size
def test_a_notice_to_staff_leaves_every_screen_whole_at(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen], size: str
) -> None:
    """One calm line (one a language where it is narrow), smaller than anything a guest reads, which stays large."""
    resize(page, size)
    names = ["idle-both-zh", "welcome-zh", "welcome-en", "vip-en", "too_early-en", "out_of_order-both-zh"]
    for need in Need:
        kiosk.needs[:] = [need]
        for name in names if need is Need.OUTBOX_FILLING else names[:1]:
            kiosk.show(page, screens[name])
            expect(page.locator("#notice")).to_be_visible()
            for number in pages(page):
                found = measured(page, size)
                assert wrong(found, large=False) == [], f"{name} page {number + 1}, {need}"
                staff = [text["capitals"] for text in found["texts"] if text["staff"]]
                assert max(staff) < min(text["capitals"] for text in found["texts"] if not text["staff"]), name
            notice = page.locator("#notice").bounding_box()
            assert notice is not None
            assert notice["height"] <= (15 if size == "720x1280" else 8) * SIZES[size], f"{name}, {need}"


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
        for lang, text in page.locator(
            "#stage :is(h1, h2, p), #rail span[lang], #warning span[lang], #pager span[lang]"
        ).evaluate_all(told):
            chinese = any("\u4e00" <= symbol <= "\u9fff" for symbol in text)
            assert chinese == (lang == "zh-CN"), f"{name}: {text} is marked {lang}"


def test_every_sign_on_every_screen_has_a_glyph(page: Page, kiosk: Kiosk, screens: dict[str, Screen]) -> None:
    """No empty boxes (G25): each sign is drawn otherwise than one that no font has, in both faces of the page."""
    signs = set()
    for screen in screens.values():
        kiosk.show(page, screen)
        signs |= set(page.evaluate("document.body.textContent"))
    assert len(signs) > 200
    missing = page.evaluate(
        """(signs) => {
          const canvas = new OffscreenCanvas(48, 48);
          const pen = canvas.getContext('2d', { willReadFrequently: true });
          const style = getComputedStyle(document.documentElement);
          return ['--sans', '--serif'].flatMap((face) => {
            pen.font = `32px ${style.getPropertyValue(face)}`;
            const drawn = (sign) => {
              pen.clearRect(0, 0, 48, 48);
              pen.fillText(sign, 8, 36);
              return pen.getImageData(0, 0, 48, 48).data.join();
            };
            const empty = drawn('\\u{10FFF0}');
            return signs.filter((sign) => drawn(sign) === empty);
          });
        }""",
        sorted(sign for sign in signs if sign.strip()),
    )
    assert missing == []


@at_every_size
def test_a_greeting_with_drinks_names_what_to_take_along_where_there_is_room(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen], size: str
) -> None:
    """R58: only English on the smallest lying screen leaves it to the slip and the voice while drinks are offered."""
    resize(page, size)
    bag = page.locator(".notes .icon-bag")
    for name in ("welcome-zh", "welcome-en", "welcome-offered-zh"):
        kiosk.show(page, screens[name])
        expect(bag, name).to_be_visible()
    kiosk.show(page, screens["welcome-offered-en"])
    expect(bag).to_be_visible(visible=size != "800x480")
    expect(page.locator('[data-value="tea"]')).to_be_visible()
