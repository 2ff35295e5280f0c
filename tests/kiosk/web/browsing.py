"""A kiosk's page being served to a browser, and how it is measured there."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from devices.contract.messages import Need
from devices.server import WebServer
from kiosk.board import ScreenBoard
from kiosk.screen import Screen
from kiosk.screenshots import Screenshots
from kiosk.web.alive import PageLife
from tests.kiosk.touched import Touched
from tests.kiosk.web.samples import StillClock

SIZES = {"800x480": 5.19, "720x1280": 8.18, "1280x800": 5.90}
"""The screens guests stand before, and their CSS pixels a millimetre."""


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
    """Give the page one of the three sizes, in its true millimetres."""
    width, height = (int(part) for part in size.split("x"))
    page.evaluate("mm => document.documentElement.style.setProperty('--mm', `${mm}px`)", SIZES[size])
    page.set_viewport_size({"width": width, "height": height})


def measured(page: Page, size: str) -> dict[str, Any]:
    """Measure the page, in millimetres of that screen."""
    found: dict[str, Any] = page.evaluate(MEASURE, SIZES[size])
    return found


def luminance(color: str) -> float:
    """Return the relative luminance of ``rgb(r, g, b)`` (WCAG 2.2)."""
    parts = [int(part) / 255 for part in color.removeprefix("rgb(").removesuffix(")").split(",")]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
