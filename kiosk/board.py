"""The screen as it stands: one thread shows, others draw it and wait for the next change."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf

from devices.ports import Clock
from kiosk.preferences import Preferences
from kiosk.screen import WARNING_S, Kind, Screen

_CHOICE_LASTS_S = 30.0
_READ_ON_S = 15.0 + WARNING_S


@dataclass(frozen=True, slots=True)
class _Shown:
    """A screen and until when it stays, in milliseconds since boot; None stays."""

    screen: Screen
    until_ms: int | None


class ScreenBoard:
    """The current screen with a version that grows with every change. Safe to use from any thread.

    A screen that has had its time falls back to idle when anybody next looks or waits; no timer is needed. Every
    touch gives it its full time again, and the last ``WARNING_S`` seconds of a long one are announced (G12); the next
    scan waits for neither. A touch of the language button is remembered for the step on screen, and from idle into the
    next scan; then the house's own language leads again. So it is with what a guest prefers of look and sound. While
    everybody leaves the house one screen stands over all others.
    """

    def __init__(
        self,
        idle: Screen,
        clock: Clock,
        house: Preferences | None = None,
        told: Callable[[Screen, int], None] = lambda _screen, _at_ms: None,
    ) -> None:
        """Begin with the idle screen, whose leading language is the house's, in the house's look.

        ``told`` hears of every change, with its moment in milliseconds since boot; it must be quick, and ask nothing
        of the board.
        """
        self._told = told
        self._idle = idle
        self._clock = clock
        self._house = self._preferences = house or Preferences()
        self._changed = threading.Condition()
        self._version = 1
        self._shown = _Shown(idle, None)
        self._covered: _Shown | None = None
        self._chosen: str | None = None
        self._stands = False

    def stand(self, screen: Screen | None) -> None:
        """Put up what stays whatever is scanned, touched or said, until it is taken away (None); then idle."""
        with self._changed:
            self._lapse()
            if screen is None and not self._stands:
                return
            if not self._stands or screen is None:
                self._forget()
            self._covered = None
            self._stands = screen is not None
            if screen is None:
                self._change(_Shown(self._idle, None))
                return
            shown = self._shown.screen
            screen = replace(screen, called=shown.called) if isinstance(shown, type(screen)) else screen
            if screen.in_language(shown.language) != shown:
                self._put(screen)

    def restate(self, change: Callable[[Screen], Screen]) -> None:
        """Change what stands over all others; nothing where nothing does."""
        with self._changed:
            if self._stands:
                self._put(change(self._shown.screen), self._shown.screen.language)

    def show(self, screen: Screen) -> None:
        """Put a screen up at once, whatever was there: the next guest never waits for the last one's."""
        with self._changed:
            self._lapse()
            if self._stands:
                return
            beneath = (self._covered or self._shown).screen
            if not beneath.kind.waits and beneath.scan_id != screen.scan_id:
                self._forget()
            self._covered = None
            self._put(screen)

    def update(self, scan_id: str, screen: Screen) -> bool:
        """Replace the screen of one scan with a later answer; False when that scan's screen is no longer there."""
        with self._changed:
            self._lapse()
            if self._stands:
                return False
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
            if self._stands:
                return
            covered = self._covered or self._shown
            self._put(screen, self._shown.screen.language)
            self._covered = covered

    def turn(self, version: int, screen: Screen, *, over: bool = False) -> bool:
        """Put up the next step of the guest who touched the screen; False when that screen is no longer there.

        What a message covers stays covered; with ``over`` the screen that was touched is covered too.
        """
        with self._changed:
            self._lapse()
            if self._stands or version != self._version:
                return False
            touched = self._shown
            self._put(screen, touched.screen.language)
            if over and self._covered is None:
                self._covered = touched
            return True

    def amend(self, version: int, screen: Screen) -> bool:
        """Keep what a guest typed, with the screen's full time again, without drawing the page anew."""
        with self._changed:
            self._lapse()
            if self._stands or version != self._version:
                return False
            self._shown = self._timed(screen, self._shown.screen.language)
            return True

    def back(self, version: int) -> bool:
        """Leave the screen of a version (``leave``); False when it is no longer there."""
        with self._changed:
            self._lapse()
            if self._stands or version != self._version:
                return False
            self._leave()
            return True

    def revise(self, change: Callable[[Screen], Screen | None]) -> bool:
        """Replace the screen shown, or the covered one, by what ``change`` makes of it; None leaves it as it is."""
        with self._changed:
            self._lapse()
            screen = change(self._shown.screen)
            if screen is not None:
                self._put(screen, self._shown.screen.language)
                return True
            beneath = change(self._covered.screen) if self._covered else None
            if beneath is None:
                return False
            self._covered = self._timed(beneath, self._shown.screen.language)
            return True

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

    @property
    def preferences(self) -> Preferences:
        """Return what the guest who stands there chose, else the house's own."""
        with self._changed:
            self._lapse()
            return self._preferences

    def switch_look(self) -> None:
        """Turn to the next look (large text first), keeping the step and giving it its full time again."""
        with self._changed:
            self._lapse()
            self._preferences = self._preferences.next_look(self._house.theme)
            self._change(_Shown(self._shown.screen, self._until_ms(self._shown.screen)))

    def make_louder(self, steps: int) -> None:
        """Move the volume by some steps; nothing is drawn anew."""
        with self._changed:
            self._lapse()
            self._preferences = self._preferences.louder(steps)
            self._shown = replace(self._shown, until_ms=self._until_ms(self._shown.screen))
            self._changed.notify_all()

    def listen(self, *, listens: bool) -> None:
        """Take note that the guest wants to hear, or has heard enough; nothing is drawn anew."""
        with self._changed:
            self._lapse()
            self._preferences = replace(self._preferences, listens=listens)
            self._shown = replace(self._shown, until_ms=self._until_ms(self._shown.screen))
            self._changed.notify_all()

    def touch(self) -> None:
        """Take note that somebody is there: what is on screen gets its full time again, and no warning stands."""
        with self._changed:
            self._lapse()
            if self._shown.until_ms is not None:
                self._shown = replace(self._shown, until_ms=self._until_ms(self._shown.screen))
                self._changed.notify_all()

    def leave(self) -> None:
        """Go back at once: from a message to what it lies on, else to idle, keeping nothing of the guest."""
        with self._changed:
            self._lapse()
            self._leave()

    def warning_s(self) -> float | None:
        """Return the seconds that are left while the guest is to be warned that the screen will end, else None."""
        with self._changed:
            self._lapse()
            until_ms = self._shown.until_ms
            if until_ms is None or not self._shown.screen.warns:
                return None
            left_s = (until_ms - self._clock.monotonic_ms()) / 1000
            return left_s if left_s <= WARNING_S else None

    def current(self) -> tuple[int, Screen]:
        """Return the version and the screen as of now."""
        with self._changed:
            self._lapse()
            return self._version, self._shown.screen

    def wait(self, after_version: int, timeout_s: float) -> tuple[int, Screen]:
        """Return as ``current`` as soon as the version is not ``after_version``, or after ``timeout_s`` seconds.

        It may return sooner with the same version, when a warning begins or ends.
        """
        with self._changed:
            self._lapse()
            if self._version == after_version and timeout_s > 0:
                self._changed.wait(max(0.001, min(timeout_s, self._to_next_s())))
                self._lapse()
            return self._version, self._shown.screen

    def _to_next_s(self) -> float:
        """Return the seconds until time alone changes something: the warning, then the end."""
        if self._shown.until_ms is None:
            return inf
        left_s = (self._shown.until_ms - self._clock.monotonic_ms()) / 1000
        return left_s - WARNING_S if self._shown.screen.warns and left_s > WARNING_S else left_s

    def _lapse(self) -> None:
        until_ms = self._shown.until_ms
        if until_ms is not None and self._clock.monotonic_ms() >= until_ms:
            self._fall_back()

    def _leave(self) -> None:
        if not self._stands and (self._covered is not None or self._shown.screen.kind is not Kind.IDLE):
            self._fall_back()

    def _fall_back(self) -> None:
        covered, self._covered = self._covered, None
        if covered is not None and not covered.screen.kind.waits:
            until_ms = max(covered.until_ms or 0, self._clock.monotonic_ms() + int(_READ_ON_S * 1000))
            self._change(_Shown(covered.screen, until_ms))
            return
        self._forget()
        self._change(_Shown(self._idle, None))

    def _forget(self) -> None:
        self._chosen = None
        self._preferences = self._house

    def _put(self, screen: Screen, lead: str = "") -> None:
        self._change(self._timed(screen, lead))

    def _timed(self, screen: Screen, lead: str = "") -> _Shown:
        """Set the screen in the language chosen, else in its only one, else with ``lead`` or the house's own first."""
        own = screen.language if len(screen.languages) == 1 else lead or self._idle.language
        screen = screen.in_language(self._chosen or own)
        return _Shown(screen, self._until_ms(screen))

    def _until_ms(self, screen: Screen) -> int | None:
        as_ever = screen.language == self._idle.language and self._preferences == self._house
        chosen_idle = screen.kind is Kind.IDLE and not as_ever
        lasts_s = _CHOICE_LASTS_S if chosen_idle else screen.time_s
        return None if lasts_s is None else self._clock.monotonic_ms() + int(lasts_s * 1000)

    def _change(self, shown: _Shown) -> None:
        now_ms, until_ms = self._clock.monotonic_ms(), self._shown.until_ms
        self._told(shown.screen, now_ms if until_ms is None else min(now_ms, until_ms))
        self._shown = shown
        self._version += 1
        self._changed.notify_all()
