"""The screen as it stands: one thread shows, others draw it and wait for the next change."""

import threading
from dataclasses import dataclass

from devices.ports import Clock
from kiosk.screen import Kind, Screen

_CHOICE_LASTS_S = 30.0
_READ_ON_S = 15.0


@dataclass(frozen=True, slots=True)
class _Shown:
    """A screen and until when it stays, in milliseconds since boot; None stays."""

    screen: Screen
    until_ms: int | None


class ScreenBoard:
    """The current screen with a version that grows with every change. Safe to use from any thread.

    A screen that has had its time falls back to idle when anybody next looks or waits; no timer is needed. A touch
    of the language button is remembered for the step on screen, and from idle into the next scan; then the house's
    own language leads again.
    """

    def __init__(self, idle: Screen, clock: Clock) -> None:
        """Begin with the idle screen, whose leading language is the house's."""
        self._idle = idle
        self._clock = clock
        self._changed = threading.Condition()
        self._version = 1
        self._shown = _Shown(idle, None)
        self._covered: _Shown | None = None
        self._chosen: str | None = None

    def show(self, screen: Screen) -> None:
        """Put a screen up at once, whatever was there: the next guest never waits for the last one's."""
        with self._changed:
            self._lapse()
            beneath = (self._covered or self._shown).screen
            if not beneath.kind.waits and beneath.scan_id != screen.scan_id:
                self._chosen = None
            self._covered = None
            self._put(screen)

    def update(self, scan_id: str, screen: Screen) -> bool:
        """Replace the screen of one scan with a later answer; False when that scan's screen is no longer there."""
        with self._changed:
            self._lapse()
            if self._covered is not None:
                if self._covered.screen.scan_id != scan_id:
                    return False
                self._covered = self._timed(screen)
                return True
            if not scan_id or self._shown.screen.scan_id != scan_id:
                return False
            self._put(screen)
            return True

    def over_idle(self, remark: Screen | None) -> None:
        """Lay a remark over the idle screen, or take it away (None); over anything else it is not shown.

        The same remark again only stays longer and is no change.
        """
        with self._changed:
            self._lapse()
            kind = self._shown.screen.kind
            if not kind.waits or self._covered is not None:
                return
            if remark is None:
                if kind is not Kind.IDLE:
                    self._put(self._idle)
            elif remark.kind is kind:
                self._shown = self._timed(remark)
            else:
                self._put(remark)

    def cover(self, screen: Screen) -> None:
        """Lay a short message over the screen, led by its language; what was there comes back, with time to read."""
        with self._changed:
            self._lapse()
            covered = self._covered or self._shown
            self._put(screen, self._shown.screen.language)
            self._covered = covered

    def switch_language(self) -> str:
        """Turn to the other language, keeping the step and giving it its full time again. Returns the language."""
        with self._changed:
            self._lapse()
            language = "en" if self._shown.screen.language == "zh" else "zh"
            self._chosen = language
            if self._covered is not None:
                self._covered = self._timed(self._covered.screen)
            self._put(self._shown.screen)
            if self._shown.screen.kind.waits and language == self._idle.language:
                self._chosen = None
            return language

    def current(self) -> tuple[int, Screen]:
        """Return the version and the screen as of now."""
        with self._changed:
            self._lapse()
            return self._version, self._shown.screen

    def wait(self, after_version: int, timeout_s: float) -> tuple[int, Screen]:
        """Return as ``current`` as soon as the version is not ``after_version``, or after ``timeout_s`` seconds."""
        with self._changed:
            self._lapse()
            if self._version == after_version and timeout_s > 0:
                until_ms = self._shown.until_ms
                left_s = timeout_s if until_ms is None else (until_ms - self._clock.monotonic_ms()) / 1000
                self._changed.wait(max(0.001, min(timeout_s, left_s)))
                self._lapse()
            return self._version, self._shown.screen

    def _lapse(self) -> None:
        now_ms = self._clock.monotonic_ms()
        if self._shown.until_ms is None or now_ms < self._shown.until_ms:
            return
        covered, self._covered = self._covered, None
        if covered is not None and not covered.screen.kind.waits:
            until_ms = max(covered.until_ms or 0, now_ms + int(_READ_ON_S * 1000))
            self._change(_Shown(covered.screen, until_ms))
            return
        self._chosen = None
        self._change(_Shown(self._idle, None))

    def _put(self, screen: Screen, lead: str = "") -> None:
        self._change(self._timed(screen, lead))

    def _timed(self, screen: Screen, lead: str = "") -> _Shown:
        """Set the screen in the language chosen, else in its only one, else with ``lead`` or the house's own first."""
        own = screen.language if len(screen.languages) == 1 else lead or self._idle.language
        screen = screen.in_language(self._chosen or own)
        chosen_idle = screen.kind is Kind.IDLE and screen.language != self._idle.language
        lasts_s = _CHOICE_LASTS_S if chosen_idle else screen.lasts_s
        until_ms = None if lasts_s is None else self._clock.monotonic_ms() + int(lasts_s * 1000)
        return _Shown(screen, until_ms)

    def _change(self, shown: _Shown) -> None:
        self._shown = shown
        self._version += 1
        self._changed.notify_all()
