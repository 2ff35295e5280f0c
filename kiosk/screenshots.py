"""A picture of this kiosk's screen for a technician, taken while no guest is at it, or not at all (issue 4).

The browser's keeper takes it, for only its user can see the panel. It asks the kiosk every second whether one is
wished for; the kiosk says so only while the page is known to have drawn the idle screen, and takes the picture only if
nothing else was on the screen since. So a guest's name cannot be on it, whoever was quicker. It is never on a disk.
"""

import base64
import threading
from collections.abc import Callable
from dataclasses import dataclass

from devices.contract.commands import MOST_OF_PICTURE, Command, CommandResult
from kiosk.board import ScreenBoard
from kiosk.commands import refusal
from kiosk.identity import Identity

MOST_BYTES = MOST_OF_PICTURE // 4 * 3
"""Largest picture, in bytes, before it is written in base64."""

SETTLED_MS = 500
"""A page that says it has drawn a screen has handed it to the browser; so long after it, the panel shows it too."""

WITHIN_MS = 10_000
"""After so long without a picture the hub is told why there is none."""

BUSY, NO_PAGE, NO_PICTURE = "busy", "no_page", "no_picture"


@dataclass(slots=True)
class _Wish:
    """Who waits for a picture. ``token`` is what it is asked for under, while ``version`` is on the screen."""

    commands: list[str]
    since_ms: int
    token: str = ""
    version: int = 0


class Screenshots:
    """From the hub's command to its answer; at most one picture at a time. Safe to use from any thread."""

    def __init__(self, identity: Identity, board: ScreenBoard, drawn: Callable[[], tuple[int, int]]) -> None:
        """Take who answers, and what is on the screen.

        ``drawn`` returns the version that the page said last it has drawn, and how many milliseconds ago.
        """
        self._identity = identity
        self._board = board
        self._drawn = drawn
        self._lock = threading.Lock()
        self._wish: _Wish | None = None
        self._results: list[CommandResult] = []

    def ask(self, command: Command) -> None:
        """Take the hub's command; whoever waits already gets the same picture."""
        with self._lock:
            if self._wish is None:
                self._wish = _Wish([], self._identity.clock.monotonic_ms())
            self._wish.commands.append(command.id)
            self._look()

    def token(self) -> str | None:
        """Return under which name a picture may be taken now, for the browser's keeper; None when not, or not yet."""
        with self._lock:
            self._look()
            wish = self._wish
            return wish.token or None if wish else None

    def take(self, token: str, picture: bytes) -> bool:
        """Take the keeper's picture (WebP), empty when it has none; False when it is not wanted any more."""
        with self._lock:
            self._look()
            wish = self._wish
            if wish is None or not token or token != wish.token:
                return False
            if not 0 < len(picture) <= MOST_BYTES:
                self._refuse(NO_PICTURE)
                return False
            text = base64.b64encode(picture).decode("ascii")
            self._results += [
                CommandResult(**self._identity.stamp(), command=command, ok=True, picture=text)
                for command in wish.commands
            ]
            self._wish = None
            return True

    def results(self) -> list[CommandResult]:
        """Return what is to be answered now; each answer once."""
        with self._lock:
            self._look()
            if self._wish and self._identity.clock.monotonic_ms() - self._wish.since_ms > WITHIN_MS:
                self._refuse(NO_PICTURE if self._wish.token else NO_PAGE)
            results, self._results = self._results, []
            return results

    def _look(self) -> None:
        """Refuse when a guest is there; else ask for a picture once the page has drawn what is on the screen."""
        wish = self._wish
        if wish is None:
            return
        version, screen = self._board.current()
        if not screen.kind.waits:
            self._refuse(BUSY)
            return
        if wish.version != version:
            wish.token = ""  # what was taken under it may show what was there before, or between
            drawn, ago_ms = self._drawn()
            if drawn == version and ago_ms >= SETTLED_MS:
                wish.token, wish.version = self._identity.new_id(), version

    def _refuse(self, reason: str) -> None:
        if self._wish is not None:
            self._results += [refusal(self._identity, command, reason) for command in self._wish.commands]
        self._wish = None
