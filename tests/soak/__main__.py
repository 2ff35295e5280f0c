"""``make soak MINUTES=120``: a demo kiosk with a real Chromium for hours, with random guests, fingers and crashes.

In the first fifth of the time the page's renderer is killed again and again; then nothing is killed, so that whatever
grows is seen; at the end it is killed once more. Prints one JSON line; the exit code is 0 when nothing was stuck, every
scan was answered, the page was always back in time, and no memory grew.
"""

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import sync_playwright

from tests.soak.measures import growth, memory_mb
from tests.soak.stand import Stand

ANSWERED_WITHIN_S = 10.0
BACK_WITHIN_S = 30.0
IDLE_WITHIN_S = 120.0
"""The longest screen, with a warning and what was covered by a message; every screen must be over by then."""

LEAST_MINUTES = 2.0
_READY_WITHIN_S = 90.0
_CRASHES = 0.2
_MEASURE_S = 5.0
_QUIET_EVERY_S = 240.0
_KILL_EVERY_S = 45.0
_TOUCH_MS = 1_000
KEYS = ("Tab", "Shift+Tab", "Enter", " ", "Escape", "ArrowUp", "ArrowDown", "a", "王", "1", "F1", "Backspace")
_NOTHING_YET = frozenset({"idle", "reading"})


@dataclass(slots=True)
class Seen:
    """What happened, for the line at the end."""

    seed: int
    minutes: float = 0.0
    scans: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    slowest_answer_s: float = 0.0
    taps: int = 0
    keys: int = 0
    kills: int = 0
    back_after_s: list[float] = field(default_factory=list)
    quiet_times: int = 0
    slowest_to_idle_s: float = 0.0
    kiosk_mb: list[float] = field(default_factory=list)
    page_mb: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class Soak:
    """Plays guest after guest before one stand."""

    def __init__(self, stand: Stand, seen: Seen, chance: random.Random) -> None:
        """Take the stand and what is filled in."""
        self._stand = stand
        self._seen = seen
        self._chance = chance
        self._measured_at = 0.0

    def run(self, seconds: float) -> None:
        """Do all of it."""
        began = time.monotonic()
        self._wait(lambda: self._page_age() < BACK_WITHIN_S, _READY_WITHIN_S, "the page never came up")
        self._play(began + seconds * _CRASHES, kill=True)
        self._seen.kiosk_mb.clear()
        self._seen.page_mb.clear()
        self._play(began + seconds, kill=False)
        self._kill()
        self._rest()
        self._seen.minutes = round((time.monotonic() - began) / 60, 1)

    def _play(self, until: float, *, kill: bool) -> None:
        killed = rested = time.monotonic()
        while time.monotonic() < until:
            self._scan()
            for _ in range(self._chance.randrange(4)):
                self._touch()
                time.sleep(self._chance.uniform(0.2, 1.0))
            self._stand.work()
            self._measure()
            if kill and time.monotonic() - killed > _KILL_EVERY_S:
                self._kill()
                killed = time.monotonic()
            if time.monotonic() - rested > _QUIET_EVERY_S:
                self._rest()
                rested = time.monotonic()

    def _scan(self) -> None:
        """Hold something up, and wait for a screen that says something about it."""
        before = int((self._health() or {}).get("version", 0))
        held = time.monotonic()
        sort = self._stand.showing.hold()
        self._seen.scans[sort] += 1
        while time.monotonic() - held < ANSWERED_WITHIN_S:
            told = self._health()
            if told and int(told["version"]) > before and told["kind"] not in _NOTHING_YET:
                self._seen.answered += 1
                self._seen.slowest_answer_s = max(self._seen.slowest_answer_s, round(time.monotonic() - held, 2))
                break
            time.sleep(0.05)
        else:
            self._complain(f"a {sort} code was not answered within {ANSWERED_WITHIN_S:g} s")
        time.sleep(max(0.0, 4.5 - (time.monotonic() - held)))  # taken away for longer than one hold counts as one scan

    def _touch(self) -> None:
        """Press something on the page, or any key, as a bored child would."""
        page = self._stand.page()
        if page is None:
            return
        try:
            if self._chance.random() < 0.4:
                page.keyboard.press(self._chance.choice(KEYS))
                self._seen.keys += 1
                return
            buttons = page.locator("button:visible, a:visible, input:visible, [role=button]:visible").all()
            if buttons and self._chance.random() < 0.7:
                self._chance.choice(buttons).click(timeout=_TOUCH_MS, force=True)
            else:
                size = page.evaluate("[innerWidth, innerHeight]")
                page.mouse.click(self._chance.uniform(0, size[0]), self._chance.uniform(0, size[1]))
            self._seen.taps += 1
        except BrowserError:
            return  # the screen changed under the finger

    def _kill(self) -> None:
        """Kill the renderer and wait for the page to be back."""
        self._stand.let_go()
        old = set(self._stand.browser_pids)
        if not self._stand.kill_renderers():
            self._complain("there was no renderer to kill")
            return
        self._seen.kills += 1
        began = time.monotonic()
        back = self._wait(
            lambda: self._page_age() < time.monotonic() - began and not old & set(self._stand.browser_pids),
            2 * BACK_WITHIN_S,
            "the page did not come back",
        )
        took_s = round(time.monotonic() - began, 1)
        self._seen.back_after_s.append(took_s)
        if back and took_s > BACK_WITHIN_S:
            self._complain(f"the page was back only after {took_s} s")

    def _rest(self) -> None:
        """Leave it alone until it is idle, and see that the page says so too."""
        began = time.monotonic()
        idle = self._wait(
            lambda: (self._health() or {}).get("kind") == "idle", IDLE_WITHIN_S, "no return to the idle screen"
        )
        self._seen.quiet_times += 1
        self._seen.slowest_to_idle_s = max(self._seen.slowest_to_idle_s, round(time.monotonic() - began, 1))
        if idle:
            self._wait(self._page_is_idle, BACK_WITHIN_S, "the kiosk is idle and its page is not")
        self._stand.let_go()  # a browser keeps all that its page loads for whoever watches it

    def _page_is_idle(self) -> bool:
        page = self._stand.page()
        try:
            return page is not None and page.evaluate("document.body.dataset.kind") == "idle"
        except BrowserError:
            return False

    def _measure(self) -> None:
        if time.monotonic() - self._measured_at < _MEASURE_S:
            return
        self._measured_at = time.monotonic()
        self._seen.kiosk_mb.append(memory_mb([self._stand.kiosk_pid]))
        self._seen.page_mb.append(memory_mb(self._stand.browser_pids))

    def _health(self) -> dict[str, Any] | None:
        if not self._stand.kiosk.alive:
            raise SystemExit(f"the kiosk ended by itself:\n{self._stand.kiosk.last_words()}")
        return self._stand.health

    def _page_age(self) -> float:
        age = (self._health() or {}).get("page_s")
        return float(age) if isinstance(age, int | float) else float("inf")

    def _wait(self, condition: Callable[[], bool], within_s: float, otherwise: str) -> bool:
        deadline = time.monotonic() + within_s
        while not condition():
            if time.monotonic() > deadline:
                self._complain(f"{otherwise} within {within_s:g} s")
                return False
            time.sleep(0.1)
        return True

    def _complain(self, problem: str) -> None:
        shown = (self._stand.health or {}).get("kind")
        self._seen.problems.append(f"{problem} (the screen: {shown})")
        say(self._seen.problems[-1])


def judge(seen: Seen) -> dict[str, object]:
    """Turn the measurements into thirds, add what grew to the problems, and return the line."""
    grown = {"the kiosk": growth(seen.kiosk_mb), "the page": growth(seen.page_mb)}
    seen.problems += [f"the memory of {name} grew: {it.thirds} MB" for name, it in grown.items() if not it.bounded]
    if not seen.quiet_times:
        seen.problems.append("it was never left alone, so that nothing is known of its way back to the idle screen")
    line: dict[str, object] = {name: getattr(seen, name) for name in Seen.__dataclass_fields__}
    line |= {"kiosk_mb": grown["the kiosk"].thirds, "page_mb": grown["the page"].thirds}
    return line | {"ok": not seen.problems}


def say(words: str) -> None:
    """Tell the person who watches."""
    sys.stderr.write(f"soak: {words}\n")
    sys.stderr.flush()


def main(arguments: list[str] | None = None) -> int:
    """Soak; the exit code is 0 when all went well."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "big"))
    parsed = parser.parse_args(arguments)
    if parsed.minutes < LEAST_MINUTES:
        parser.error(f"--minutes must be {LEAST_MINUTES:g} at least: growth is not seen in less")
    chance = random.Random(parsed.seed)
    seen = Seen(parsed.seed)
    folder = Path(tempfile.mkdtemp(prefix="yb-soak-"))
    try:
        with sync_playwright() as playwright:
            stand = Stand(folder, playwright, chance)
            try:
                Soak(stand, seen, chance).run(parsed.minutes * 60)
            finally:
                stand.let_go()
                stand.close()
        line = judge(seen)
    except BaseException:
        say(f"the evidence is in {folder}")
        raise
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    if line["ok"]:
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if line["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
