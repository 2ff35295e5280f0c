"""Somebody watches the demo's day at a tablet of their own: a real browser that joins, signs in, and is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Error, Page

from hub.demo.day import Day
from tests.conftest import WAIT_S

_LOOK = """(touch) => {
  const seen = {
    text: document.getElementById('main').innerText,
    alerts: [...document.querySelectorAll('#alerts > li')].map((one) => one.innerText),
    ringing: document.body.classList.contains('ringing'),
    lost: document.getElementById('lost').hidden ? '' : document.getElementById('lost').textContent,
    bars: [...document.querySelectorAll('[data-due]')].flatMap((one) => {
      const bar = one.querySelector('[data-drain]');
      return bar ? [[one.id, one.innerText, Number(bar.value), Number(bar.max)]] : [];
    }),
  };
  touch.forEach((one) => document.querySelector(one)?.click());
  return seen;
}"""


@dataclass
class Watched:
    """One page and all that was ever seen on it. ``wrong`` are failed scripts, complaints, and lost connections."""

    name: str
    page: Page
    texts: list[str] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)
    bars: dict[str, list[tuple[str, float, float]]] = field(default_factory=dict)
    rang: int = 0
    wrong: list[str] = field(default_factory=list)

    def look(self, touch: Sequence[str] = ()) -> dict[str, Any]:
        """Look at the page once, and touch the first of each of these: nothing is touched that was not looked at."""
        now: dict[str, Any] = self.page.evaluate(_LOOK, list(touch))
        self.texts.append(now["text"])
        self.alerts += [one for one in now["alerts"] if one not in self.alerts]
        self.rang += bool(now["ringing"])
        if now["lost"]:
            self.wrong.append(now["lost"])
        for name, text, value, most in now["bars"]:
            self.bars.setdefault(name, []).append((text, value, most))
        return now

    def failed(self, error: Error) -> None:
        """Note that a script failed."""
        self.wrong.append(str(error))

    def said(self, message: ConsoleMessage) -> None:
        """Note what the browser complains of.

        That somebody else was quicker (409) is an answer; a page that nobody has touched yet may not tremble.
        """
        if message.type == "error" and not any(one in message.text for one in ("409 (CONFLICT)", "navigator.vibrate")):
            self.wrong.append(message.text)

    def saw(self, *words: str) -> bool:
        """Say whether all of these words once stood on the page together."""
        return any(all(word in text for word in words) for text in self.texts)

    def drained(self, word: str) -> bool:
        """Say whether the bar of a card with this word became shorter while it was looked at."""
        return any(
            word in seen[0][0] and seen[0][1] > seen[-1][1] and seen[0][2] > 0
            for seen in self.bars.values()
            if len(seen) > 1
        )


def watch(
    browser: Browser, day: Day, person: str, *paths: str, size: tuple[int, int], zh: bool = True
) -> list[Watched]:
    """Let a browser join the house as a tablet, sign a person in by their PIN, and open these pages."""
    base = f"http://127.0.0.1:{day.config.web.port}"
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    context.add_cookies([{"name": "yingbin_language", "value": "zh" if zh else "en", "url": base}])
    found: list[Watched] = []
    for path in paths:
        page = context.new_page()
        page.set_default_timeout(WAIT_S * 1000)
        seen = Watched(f"{person} {path}", page)
        page.on("pageerror", seen.failed)
        page.on("console", seen.said)
        if not found:
            page.goto(f"{base}/staff/join")
            _type(page, day.invite(f"{person} {size[0]} × {size[1]}"), "**/staff/sign-in")
            _type(page, day.pins[person], "**/staff")
        page.goto(base + path)
        page.wait_for_selector("[data-pulse=live]")
        found.append(seen)
    return found


def _type(page: Page, digits: str, then: str) -> None:
    for digit in digits:
        page.locator(f"[data-key='{digit}']").click()
    page.wait_for_url(then)
