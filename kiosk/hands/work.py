"""Lamp and buzzer follow the screen; the help button and the presence sensor are heard. On threads of their own."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, fields

from devices.hands import Button, Buzzer, Lamp, Presence, Relay
from kiosk.board import ScreenBoard
from kiosk.hands.settings import Lights
from kiosk.hands.signals import NOTHING, WARNING, light_for, melody_for
from kiosk.screen import Screen

_GLANCE_S = 0.5
_END_S = 3.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The hands this kiosk has; None for each that it has not."""

    lamp: Lamp | None = None
    buzzer: Buzzer | None = None
    help_button: Button | None = None
    presence: Presence | None = None
    door: Relay | None = None

    def names(self) -> tuple[str, ...]:
        """Return what there is, as the hub is told of it."""
        return tuple(part.name.replace("_", "-") for part in fields(self) if getattr(self, part.name) is not None)

    def close(self) -> None:
        """Put every part to rest, the door first; what one of them says about it keeps no other from it."""
        for name in ("door", "lamp", "buzzer", "help_button", "presence"):
            part = getattr(self, name)
            try:
                if part is not None:
                    part.close()
            except Exception:  # noqa: BLE001 - whatever a pin's library raises
                _log.exception("%s could not be put to rest", name)


class Hands:
    """Follows the screen. Nothing here is waited for by a guest, and a part that fails is left out."""

    def __init__(self, parts: Parts, board: ScreenBoard, lights: Lights, call_staff: Callable[[], None]) -> None:
        """Take the parts; ``call_staff`` does what the help button on the screen does."""
        self._parts = parts
        self._board = board
        self._lights = lights
        self._call_staff = call_staff
        self._listeners: list[Callable[[bool], None]] = []
        self._failing: set[str] = set()
        self._heard = NOTHING
        self._warned = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="hands", daemon=True)

    @property
    def someone_here(self) -> bool | None:
        """Say whether somebody is before the kiosk; None without a sensor."""
        return None if self._parts.presence is None else self._parts.presence.here

    def on_presence(self, listener: Callable[[bool], None]) -> None:
        """Tell this listener, too, each time somebody comes (True) or all have gone. Call it before ``start``."""
        self._listeners.append(listener)

    def start(self) -> None:
        """Begin to follow and to listen."""
        if self._parts.help_button is not None:
            self._parts.help_button.listen(self._call_staff)
        if self._parts.presence is not None:
            self._parts.presence.listen(self._tell_presence)
        if self._parts.lamp is not None or self._parts.buzzer is not None:
            self._thread.start()

    def stop(self) -> None:
        """Put all parts to rest."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(_END_S)
        self._parts.close()

    def _tell_presence(self, here: bool) -> None:  # noqa: FBT001 - the port's own shape
        for listener in self._listeners:
            listener(here)

    def _follow(self) -> None:
        version, screen = self._board.current()
        while not self._stopping.is_set():
            self._say(screen)
            before = version
            while version == before and not self._stopping.is_set():
                version, screen = self._board.wait(before, _GLANCE_S)
                self._warn()

    def _warn(self) -> None:
        """Let it be heard once that what is on screen will end soon."""
        before, self._warned = self._warned, self._board.warning_s() is not None
        buzzer = self._parts.buzzer
        if buzzer is not None and self._warned and not before:
            self._try("buzzer", lambda: buzzer.play(WARNING))

    def _say(self, screen: Screen) -> None:
        lamp, buzzer = self._parts.lamp, self._parts.buzzer
        melody, self._heard = melody_for(screen, self._heard)
        if lamp is not None:
            light = light_for(screen.kind, self._lights)
            self._try("lamp", lambda: lamp.show(light))
        if buzzer is not None and melody:
            self._try("buzzer", lambda: buzzer.play(melody))

    def _try(self, name: str, act: Callable[[], None]) -> None:
        """Use a part; log the first of a run of failures."""
        try:
            act()
        except Exception:  # noqa: BLE001 - as above
            if name not in self._failing:
                _log.exception("the %s is left out", name)
            self._failing.add(name)
        else:
            self._failing.discard(name)
