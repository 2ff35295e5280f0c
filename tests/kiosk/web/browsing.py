"""A kiosk's page being served to a browser, and how it is measured there."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

from devices.contract.messages import Need
from devices.server import WebServer
from kiosk.board import ScreenBoard
from kiosk.screen import Screen
from tests.kiosk.touched import Touched
from tests.kiosk.web.samples import StillClock

SIZES = {"800x480": 5.19, "720x1280": 8.18, "1280x800": 5.90}
"""The screens guests stand before, and their CSS pixels a millimetre."""


MEASURE = """(mm) => {
  const problems = [];
  const name = (box) => `${box.tagName}.${box.className.baseVal ?? box.className}`;
  for (const box of document.querySelectorAll('#stage *, #rail *, #notice *')) {
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
  const shown = [...document.querySelectorAll('button')].filter((button) => button.checkVisibility());
  const buttons = shown.map((button) => {
    const rect = button.getBoundingClientRect();
    return { width: rect.width / mm, height: rect.height / mm, x: rect.x / mm, y: rect.y / mm,
             rail: Boolean(button.closest('#rail')), name: name(button),
             least: button.matches('.key') ? 12 : button.matches('.small, .row, .order button') ? 15 : 20 };
  });
  return { problems, texts, buttons };
}"""


@dataclass
class Kiosk:
    """A kiosk's page being served, and what the tests move."""

    board: ScreenBoard
    clock: StillClock
    server: WebServer
    restart: Callable[[], WebServer]
    touched: Touched
    needs: list[Need] = field(default_factory=list)

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
    """Give the page one of the three sizes."""
    width, height = (int(part) for part in size.split("x"))
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
