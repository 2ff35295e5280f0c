"""``python -m devices pager``: a pager for a person at a terminal. Keys 1 to 3 answer, q ends."""

import os
import select
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import TextIO

from devices.simulation.config import BrokerConfig
from devices.simulation.pager import Pager, Sound
from devices.simulation.paging import Worn
from devices.simulation.wiring import wear

_LOOK_S = 0.2
_QUIT = "q"
_HEARD = {Sound.BUZZ: "(buzz)", Sound.TUNE: "(rings)", Sound.URGENT: "(RINGS)"}


class AtTerminal:
    """Shows each change of a pager as lines of text, and presses what was typed."""

    def __init__(self, out: TextIO) -> None:
        """Write to ``out``."""
        self._out = out
        self._shown: tuple[object, ...] = ()
        self.typed: SimpleQueue[str] = SimpleQueue()

    def __call__(self, pager: Pager, sound: Sound, now_ms: int) -> None:
        """Press what was typed, and show what is new."""
        with suppress(Empty):
            pager.choose(int(self.typed.get_nowait()) - 1, now_ms)
        if sound is not Sound.NONE:
            self._write("\a" + _HEARD[sound])
        top = pager.top
        labels = tuple(action.label for action in top.offers) if top else ()
        shown = (pager.note, top.alert.id if top else "", labels, len(pager.waiting))
        if shown != self._shown:
            self._shown = shown
            self._write(*_lines(pager))

    def _write(self, *lines: str) -> None:
        print(*lines, sep="\n", file=self._out, flush=True)


def _lines(pager: Pager) -> list[str]:
    top = pager.top
    if pager.note:
        return [f"-- {pager.note}"]
    if top is None:
        return ["-- nothing"]
    waiting = f"  [{len(pager.waiting)} wait]" if len(pager.waiting) > 1 else ""
    buttons = [f"[{number}] {action.label}" for number, action in enumerate(top.offers, 1)] or ["[1] OK"]
    detail = [f"   {top.alert.detail}"] if top.alert.detail else []
    return [f"{'!' * (4 - top.alert.priority)} {top.alert.glance}{waiting}", *detail, f"   {'  '.join(buttons)}"]


def run(site: str, name: str, broker: BrokerConfig) -> int:
    """Wear a pager until q is typed or the input ends. Raises NoPassword."""
    person = AtTerminal(sys.stdout)
    worn = wear(site, name, broker, person)
    worn.start()
    try:
        with suppress(KeyboardInterrupt), _single_keys(sys.stdin.fileno()):
            _listen(sys.stdin.fileno(), worn, person)
    finally:
        worn.stop()
    return 0


def _listen(source: int, worn: Worn, person: AtTerminal) -> None:
    problem = ""
    while True:
        if worn.link.problem != problem:
            problem = worn.link.problem
            print(f"-- {problem or 'connected'}", flush=True)  # noqa: T201 - the command's own words
        if not select.select([source], [], [], _LOOK_S)[0]:
            continue
        keys = os.read(source, 64).decode(errors="replace")
        if not keys or _QUIT in keys:
            return
        for key in keys:
            if key in "123":
                person.typed.put(key)


@contextmanager
def _single_keys(source: int) -> Iterator[None]:
    """Let each key count at once where the input is a terminal."""
    if not os.isatty(source):
        yield
        return
    before = termios.tcgetattr(source)
    tty.setcbreak(source)
    try:
        yield
    finally:
        termios.tcsetattr(source, termios.TCSADRAIN, before)
