"""A kiosk's page being served to a browser, and how it is measured there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from devices.contract.messages import Need
from devices.server import WebServer
from kiosk.board import ScreenBoard
from kiosk.profiles import PX_PER_MM
from kiosk.screen import Screen
from kiosk.screenshots import Screenshots
from kiosk.web.alive import PageLife
from tests.kiosk.touched import Touched
from tests.kiosk.web.samples import StillClock

PROFILES = {profile.split("-")[1]: px for profile, px in PX_PER_MM.items()}
"""Every screen that a kiosk may have, and its CSS pixels a millimetre."""

SIZES = {size: PROFILES[size] for size in ("800x480", "720x1280", "1280x800")}
"""The screens guests stand before most: one small, one upright, one wide."""


MEASURE = (Path(__file__).parent / "measure.js").read_text(encoding="utf-8")
"""What the page looks like to somebody who stands before it: measure.js."""


@dataclass
class Kiosk:
    """A kiosk's page being served, and what the tests move."""

    board: ScreenBoard
    clock: StillClock
    needs: list[Need]
    touched: Touched
    life: PageLife
    screenshots: Screenshots
    server: WebServer = field(init=False)
    restart: Callable[[], WebServer] = field(init=False)

    @property
    def url(self) -> str:
        """Return the page's address."""
        return f"http://localhost:{self.server.port}/"

    def show(self, page: Page, screen: Screen) -> None:
        """Put a screen up, in its own order of languages, and wait until the page has it."""
        self.board.show(screen)
        if self.board.current()[1].language != screen.language:
            self.board.switch_language()
        self.settle(page)

    def settle(self, page: Page) -> None:
        """Wait until the page shows what the board shows."""
        version, _ = self.board.current()
        page.wait_for_function(
            "version => document.getElementById('stage').dataset.id.endsWith(version)", arg=f".{version}"
        )


def resize(page: Page, size: str) -> None:
    """Give the page the size of one of ``PROFILES``, in its true millimetres."""
    width, height = (int(part) for part in size.split("x"))
    page.evaluate("mm => document.documentElement.style.setProperty('--mm', `${mm}px`)", PROFILES[size])
    page.set_viewport_size({"width": width, "height": height})


def measured(page: Page, size: str) -> dict[str, Any]:
    """Measure the page, in millimetres of that screen."""
    found: dict[str, Any] = page.evaluate(MEASURE, PROFILES[size])
    return found


def luminance(color: str) -> float:
    """Return the relative luminance of ``rgb(r, g, b)`` (WCAG 2.2)."""
    parts = [int(part) / 255 for part in color.removeprefix("rgb(").removesuffix(")").split(",")]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def pages(page: Page) -> Iterator[int]:
    """Turn the pages of a screen that has several, from the first; most have one."""
    told = page.locator("#page").text_content() if page.locator("#pager").is_visible() else None
    count = int((told or "1/1").split("/")[1])
    for number in range(count):
        yield number
        if number + 1 < count:
            page.locator("#pager").press("Enter")


def apart(one: dict[str, Any], other: dict[str, Any]) -> float:
    """Return the gap between two buttons in millimetres, to the side or up and down."""
    across = max(one["x"], other["x"]) - min(one["x"] + one["width"], other["x"] + other["width"])
    down = max(one["y"], other["y"]) - min(one["y"] + one["height"], other["y"] + other["height"])
    return float(max(across, down))


def wrong(found: dict[str, Any], *, large: bool) -> list[str]:
    """Return what does not keep to the house's measures (G14, G16, G25).

    The sign on a key, and the one line that is typed, have no line beneath them to be kept apart from.
    """
    problems = list(found["problems"])
    for text in found["texts"]:
        least = 3.4 if text["staff"] else 7.3 if large else 4.8
        if text["capitals"] < least:
            problems.append(f"{text['name']} has capitals of {text['capitals']:.2f} mm")
        if text["line"] < 1.49 and text["name"] != "STRONG." and not text["single"]:
            problems.append(f"{text['name']} has lines {text['line']:.2f} high")
    for button in found["buttons"]:
        side = 12 if button["key"] else 20 if button["main"] else 15
        if min(button["width"], button["height"]) < side:
            problems.append(f"{button['name']} is {button['width']:.1f} x {button['height']:.1f} mm, less than {side}")
    for one, other in combinations(found["buttons"], 2):
        keys = one["key"] and other["key"]
        if one["over"] == other["over"] and apart(one, other) < (1.5 if keys else 2.99):
            problems.append(f"{one['name']} and {other['name']} are {apart(one, other):.1f} mm apart")
    return problems
