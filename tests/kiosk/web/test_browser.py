"""The kiosk's page in a real Chromium: nothing cut off, large enough, accessible, live, and discreet."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from devices.contract.messages import Words
from devices.ports import Clock
from devices.server import WebServer
from devices.texts import Texts
from kiosk.board import ScreenBoard
from kiosk.screen import Screen, Way
from kiosk.web import create_app

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)

SIZES = {"800x480": 5.19, "720x1280": 8.18, "1280x800": 5.90}
"""The screens guests stand before, and their CSS pixels a millimetre."""

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

MEASURE = """(mm) => {
  const problems = [];
  const name = (box) => `${box.tagName}.${box.className.baseVal ?? box.className}`;
  for (const box of document.querySelectorAll('#stage *, #rail *')) {
    const rect = box.getBoundingClientRect();
    if (rect.width === 0 || box.closest('svg') !== box && box.closest('svg')) continue;
    const out = rect.left < -1 || rect.top < -1 || rect.right > innerWidth + 1 || rect.bottom > innerHeight + 1;
    if (out && !box.matches('strong')) problems.push(`${name(box)} leaves the screen`);
    const wide = box.clientWidth && box.scrollWidth > box.clientWidth;
    if (wide) problems.push(`${name(box)} is ${box.scrollWidth} px of text in ${box.clientWidth}`);
  }
  const stage = document.getElementById('stage').getBoundingClientRect();
  for (const box of document.querySelectorAll('.screen > *')) {
    const rect = box.getBoundingClientRect();
    if (rect.bottom > stage.bottom + 1 || rect.top < stage.top - 1) problems.push(`${name(box)} is cut off`);
  }
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const box = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !box.getClientRects().length) continue;
    const style = getComputedStyle(box);
    const size = parseFloat(style.fontSize);
    texts.push({ name: name(box), capitals: size * 0.733 / mm, line: parseFloat(style.lineHeight) / size,
                 color: style.color });
  }
  const buttons = [...document.querySelectorAll('button')].map((button) => {
    const rect = button.getBoundingClientRect();
    return { width: rect.width / mm, height: rect.height / mm, x: rect.x / mm, y: rect.y / mm };
  });
  return { problems, texts, buttons };
}"""


class MovableClock(Clock, Protocol):
    """The clock of this folder's tests."""

    def forward(self, seconds: float) -> None:
        """Let time pass."""


@dataclass
class Kiosk:
    """A kiosk's page being served, and what the tests move."""

    board: ScreenBoard
    clock: MovableClock
    server: WebServer
    restart: Callable[[], WebServer]

    @property
    def url(self) -> str:
        """Return the page's address."""
        return f"http://localhost:{self.server.port}/"

    def show(self, page: Page, screen: Screen) -> None:
        """Put a screen up and wait until the page has it."""
        self.board.show(screen)
        self.settle(page)

    def settle(self, page: Page) -> None:
        """Wait until the page shows what the board shows."""
        version, _ = self.board.current()
        page.wait_for_function(
            "version => document.getElementById('stage').dataset.id.endsWith(version)", arg=f".{version}"
        )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium once."""
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("the browser tests need Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def kiosk(board: ScreenBoard, clock: MovableClock, texts: Texts) -> Iterator[Kiosk]:
    """Serve the page of a kiosk."""
    started: list[WebServer] = []

    def start(port: int) -> WebServer:
        app = create_app(
            board,
            call_staff=lambda: True,
            hub_connected=lambda: True,
            texts=texts,
            clock=clock,
            zone=ZoneInfo("Asia/Shanghai"),
        )
        started.append(WebServer(app, "localhost", port, threads=8))
        started[-1].start()
        return started[-1]

    server = start(0)
    yield Kiosk(board=board, clock=clock, server=server, restart=lambda: start(server.port))
    for running in started:
        running.stop()


@pytest.fixture
def page(browser: Browser, kiosk: Kiosk) -> Iterator[Page]:
    """Open the kiosk's page; a complaint in the browser's console fails the test."""
    page = browser.new_page(viewport={"width": 800, "height": 480}, reduced_motion="reduce")
    complaints: list[str] = []
    page.on("console", lambda told: complaints.append(told.text) if told.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(kiosk.url)
    kiosk.settle(page)
    yield page
    page.close()
    assert complaints == []


def resize(page: Page, size: str) -> None:
    """Give the page one of the three sizes."""
    width, height = (int(part) for part in size.split("x"))
    page.set_viewport_size({"width": width, "height": height})


def measured(page: Page, size: str) -> dict[str, Any]:
    """Measure the page, in millimetres of that screen."""
    found: dict[str, Any] = page.evaluate(MEASURE, SIZES[size])
    return found


@pytest.mark.parametrize("size", SIZES)
def test_every_screen_is_whole_large_and_airy_at(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen], size: str
) -> None:
    """Each kind in each language: nothing cut off, capitals of 4.8 mm or more, lines 1.5 high, buttons of 20 mm."""
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
            if min(button["width"], button["height"]) < 20:
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
        places.add(json.dumps(measured(page, size)["buttons"]))
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


def test_every_screen_is_accessible(page: Page, kiosk: Kiosk, screens: dict[str, Screen]) -> None:
    """Axe finds nothing, with contrast of 7:1 and target sizes, which it does not check unless told."""
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


def luminance(color: str) -> float:
    """Return the relative luminance of ``rgb(r, g, b)`` (WCAG 2.2)."""
    parts = [int(part) / 255 for part in color.removeprefix("rgb(").removesuffix(")").split(",")]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


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
            if "总经理" not in text and name != "welcome-table-zh":
                assert chinese == (lang == "zh-CN"), f"{name}: {text} is marked {lang}"


def test_a_scan_changes_the_page_without_reloading_it(page: Page, kiosk: Kiosk, screens: dict[str, Screen]) -> None:
    """One document, one history entry, from idle to a greeting and on to the next guest's."""
    page.evaluate("window.same = true")
    entries = page.evaluate("history.length")
    kiosk.show(page, screens["welcome-zh"])
    expect(page.locator("h1")).to_have_text("王总，您好！")
    kiosk.show(page, screens["welcome-en"])
    expect(page.locator("h1")).to_have_text("Welcome, Ms Li")
    assert page.evaluate("[window.same, history.length]") == [True, entries]


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


def test_the_two_buttons_work_by_touch_and_by_keyboard(page: Page, kiosk: Kiosk, screens: dict[str, Screen]) -> None:
    """Touch turns the language; Tab and Enter call help, and the focus stays where it was, visibly."""
    kiosk.show(page, screens["welcome-zh"])
    page.get_by_role("button", name="中文").click()
    expect(page.locator("h1")).to_have_text("Welcome, Mr Wang")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#stage")).to_contain_text("工作人员马上就来")
    expect(page.locator("#stage")).to_contain_text("Our staff are on their way")
    button = page.get_by_role("button", name="Help")
    expect(button).to_be_focused()
    assert button.evaluate("box => getComputedStyle(box).outlineStyle") == "solid"
    kiosk.clock.forward(8)
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
