"""A pager as ``firmware_config/esphome/parts/alerts.h`` makes one, in Python: both are tested with the same cases.

Pure: instants are arguments. ``mono_ms`` counts since the pager's start; ``now`` is the time of day, or None while
nobody has told it.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from devices.contract.alerts import Act, Alert, AlertAction, AlertAnswer, Did, Ring
from devices.identity import Stamp
from devices.simulation.pager_screen import TEXT_LINES, footer, pages

MOST = 8
"""Alerts that wait at a time; the least of more is dropped unseen, so that the hub asks somebody else."""

KNOWN = 64
UNSENT = 32
RING_EVERY_MS = 5_000
RING_FOR_MS = 120_000
NOTE_MS = 5_000
PAGE_MS = 4_000
SETTLE_MS = 1_000
"""A press so soon after the screen has changed was meant for what stood there before."""

URGENT = 1


class Sound(StrEnum):
    """What is heard or felt now."""

    NONE = "none"
    BUZZ = "buzz"
    TUNE = "tune"
    URGENT = "urgent"


class Button(StrEnum):
    """The two buttons: the first action of the alert, and the last."""

    FIRST = "first"
    LAST = "last"


@dataclass(slots=True)
class Held:
    """One alert that waits. ``ends`` and ``came`` are on the pager's own count, in milliseconds."""

    alert: Alert
    came: int
    ends: int
    offers: list[AlertAction]
    rings_until: int = 0
    buzz: bool = False
    shown: bool = False
    accepted: bool = False

    @property
    def rank(self) -> tuple[bool, int, int]:
        """What nobody has accepted comes first, then the highest priority, then the oldest."""
        return self.accepted, self.alert.priority, self.came


class Pager:
    """Takes alerts and presses. ``unsent`` are its answers, in order, until the caller has sent them."""

    def __init__(self, stamp: Callable[[], Stamp]) -> None:
        """Take what numbers its answers."""
        self._stamp = stamp
        self._held: list[Held] = []
        self._known: deque[str] = deque(maxlen=KNOWN)
        self._note = ("", 0)
        self._drawn = ("", 0)
        self._next_ring = 0
        self.unsent: deque[AlertAnswer] = deque(maxlen=UNSENT)

    @property
    def waiting(self) -> tuple[Alert, ...]:
        """Return the alerts in the order in which they are shown."""
        return tuple(held.alert for held in self._held)

    @property
    def top(self) -> Held | None:
        """Return the alert that is shown, unless a note stands before it."""
        return self._held[0] if self._held else None

    @property
    def note(self) -> str:
        """Return the word that stands on the screen for a moment."""
        return self._note[0]

    def take(self, alert: Alert, mono_ms: int, now: datetime | None) -> None:
        """Take an alert from the wire; one that is known, or too old, changes nothing."""
        self._forget_old(mono_ms)
        left_ms = (alert.expires_at - (now or alert.ts)) // timedelta(milliseconds=1)
        if alert.id in self._known or left_ms <= 0:
            return
        self._known.append(alert.id)
        earlier = next((held for held in self._held if held.alert.tag == alert.tag), None)
        if earlier:
            self._held.remove(earlier)
        if alert.over:
            if earlier:
                self.tell(alert.glance, mono_ms)
            return
        self._add(alert, earlier.came if earlier else mono_ms, mono_ms, mono_ms + left_ms)

    def _add(self, alert: Alert, came: int, mono_ms: int, ends: int) -> None:
        held = Held(alert, came, ends, list(alert.actions), buzz=alert.ring is Ring.BUZZ)
        self._held.append(held)
        self._held.sort(key=lambda one: one.rank)
        if len(self._held) > MOST and self._held.pop() is held:
            return
        self._note = ("", 0)
        if alert.ring is Ring.LOUD:
            held.rings_until = mono_ms + RING_FOR_MS
            self._next_ring = mono_ms

    def tell(self, text: str, mono_ms: int) -> None:
        """Show a word for a moment."""
        self._note = (text, mono_ms + NOTE_MS)

    def press(self, button: Button, mono_ms: int) -> None:
        """Answer the alert on the screen; a note that stands there goes away instead."""
        self.choose(0 if button is Button.FIRST else -1, mono_ms)

    def choose(self, number: int, mono_ms: int) -> None:
        """Answer with one of the actions, counted from 0, or from -1 at the end: for pagers with more than two buttons.

        One that is not offered is no answer; where none is offered, any is ``seen``.
        """
        self._forget_old(mono_ms)
        if self._note[0]:
            self._note = ("", 0)
            return
        if not self._held or self._drawn[0] != self._held[0].alert.id or mono_ms - self._drawn[1] < SETTLE_MS:
            return
        held = self._held[0]
        if held.offers:
            if number >= len(held.offers):
                return
            action = held.offers.pop(number)
            self._say(held, Did(action.did.value))
            held.accepted = action.did is Act.ACCEPT
        elif not held.accepted:
            self._say(held, Did.SEEN)
        else:
            held.accepted = False
        if not held.accepted:
            self._held.remove(held)
        self._held.sort(key=lambda one: one.rank)
        self._drawn = (self._drawn[0], mono_ms)

    def tick(self, mono_ms: int) -> Sound:
        """Return what is to be heard now; to be asked several times a second."""
        self._forget_old(mono_ms)
        loud = [held for held in self._held if not held.accepted and mono_ms < held.rings_until]
        if loud and mono_ms >= self._next_ring:
            self._next_ring = mono_ms + RING_EVERY_MS
            self._still()
            return Sound.URGENT if any(held.alert.priority == URGENT for held in loud) else Sound.TUNE
        return Sound.BUZZ if self._still() else Sound.NONE

    def draw(self, mono_ms: int, *, online: bool) -> list[str]:
        """Return the four lines of the screen; an alert that stands there for the first time is said to be shown."""
        self._forget_old(mono_ms)
        if self._note[0]:
            self._drawn = ("", 0)
            return [*pages(self._note[0])[0], ""]
        if not self._held:
            self._drawn = ("", 0)
            return [*[""] * TEXT_LINES, "" if online else "no network"]
        held = self._held[0]
        if self._drawn[0] != held.alert.id:
            self._drawn = (held.alert.id, mono_ms)
        if not held.shown:
            held.shown = True
            self._say(held, Did.SHOWN)
        found = pages(held.alert.glance, held.alert.detail)
        page = found[(mono_ms - self._drawn[1]) // PAGE_MS % len(found)]
        labels = [action.label for action in held.offers]
        return [*page, footer(labels, len(self._held), online=online)]

    def _say(self, held: Held, did: Did) -> None:
        self.unsent.append(AlertAnswer(**self._stamp(), alert=held.alert.id, did=did))

    def _still(self) -> bool:
        """Take note of the buzzes that are due; return whether there were any."""
        due = [held for held in self._held if held.buzz]
        for held in due:
            held.buzz = False
        return bool(due)

    def _forget_old(self, mono_ms: int) -> None:
        self._held = [held for held in self._held if mono_ms < held.ends]
        if mono_ms >= self._note[1]:
            self._note = ("", 0)
