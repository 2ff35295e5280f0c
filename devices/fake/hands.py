"""The shipped simulated hands: they keep what they were told, and log it, where real ones would move."""

import logging
import time
from collections.abc import Callable, Sequence

from devices.hands import HandLost, Light, Note, level_at
from devices.performing import Act, Performer

_FRAME_S = 0.04
_log = logging.getLogger(__name__)


class FakeLamp:
    """A lamp of three colours; ``rgb`` is how bright each is now."""

    def __init__(self) -> None:
        """Begin dark."""
        self.rgb = (0.0, 0.0, 0.0)
        self._performer = Performer("simulated lamp", self._dark)

    def show(self, light: Light) -> None:
        """Show this from now on. Raises HandLost after ``close``."""
        _log.info("lamp: %s %s", light.colour, light.pattern)
        self._performer.perform(self._act(light))

    def close(self) -> None:
        """Go dark."""
        self._performer.close()

    def _act(self, light: Light) -> Act:
        began = time.monotonic()
        while True:
            level = level_at(light.pattern, int((time.monotonic() - began) * 1000))
            red, green, blue = light.colour.rgb
            self.rgb = (level * red, level * green, level * blue)
            yield _FRAME_S

    def _dark(self) -> None:
        self.rgb = (0.0, 0.0, 0.0)


class FakeBuzzer:
    """A buzzer; ``hertz`` is what sounds now, 0 is silence."""

    def __init__(self) -> None:
        """Begin silent."""
        self.hertz = 0
        self._performer = Performer("simulated buzzer", self._silence)

    def play(self, melody: Sequence[Note]) -> None:
        """Play this in the place of whatever sounds now. Raises HandLost after ``close``."""
        _log.info("buzzer: %s", " ".join(f"{note.hertz} Hz" for note in melody if note.hertz))
        self._performer.perform(self._act(melody))

    def close(self) -> None:
        """Fall silent."""
        self._performer.close()

    def _act(self, melody: Sequence[Note]) -> Act:
        for note in melody:
            self.hertz = note.hertz
            yield note.ms / 1000

    def _silence(self) -> None:
        self.hertz = 0


class FakeRelay:
    """A relay that switches nothing."""

    def __init__(self) -> None:
        """Begin switched off."""
        self._on = False
        self._performer = Performer("simulated door relay", self._off)

    @property
    def is_on(self) -> bool:
        """Say whether it is on at the moment."""
        return self._on

    def pulse(self, seconds: float) -> None:
        """Switch on for so long from now. Raises HandLost after ``close``."""
        _log.info("door relay: on for %g s", seconds)
        self._performer.perform(self._act(seconds))

    def close(self) -> None:
        """Switch off for good."""
        self._performer.close()

    def _act(self, seconds: float) -> Act:
        self._on = True
        yield seconds

    def _off(self) -> None:
        self._on = False


class FakeSwitch:
    """A relay that switches nothing."""

    def __init__(self) -> None:
        """Begin switched off."""
        self._on = self._closed = False

    @property
    def is_on(self) -> bool:
        """Say whether it is on at the moment."""
        return self._on

    def set(self, *, on: bool) -> None:
        """Switch on or off. Raises HandLost after ``close``."""
        if self._closed:
            raise HandLost("the simulated relay is closed")
        _log.info("relay: %s", "on" if on else "off")
        self._on = on

    def close(self) -> None:
        """Switch off for good."""
        self._on, self._closed = False, True


class FakeButton:
    """A button for a test's finger."""

    def __init__(self) -> None:
        """Begin not pressed."""
        self._on_press: Callable[[], None] | None = None
        self._on_hold: Callable[[], None] | None = None

    def listen(self, on_press: Callable[[], None], on_hold: Callable[[], None] | None = None) -> None:
        """Call this once for each press; ``on_hold`` for one that lasts."""
        self._on_press, self._on_hold = on_press, on_hold

    def press(self) -> None:
        """Press it and let go."""
        if self._on_press is not None:
            self._on_press()

    def hold(self) -> None:
        """Press it for long, and let go."""
        if self._on_hold is not None:
            self._on_hold()
        else:
            self.press()

    def close(self) -> None:
        """Hear no more."""
        self._on_press = self._on_hold = None


class FakePresence:
    """A presence sensor that is told who comes and goes."""

    def __init__(self) -> None:
        """Begin with nobody there."""
        self._here = False
        self._on_change: Callable[[bool], None] | None = None

    @property
    def here(self) -> bool:
        """Say whether somebody is there."""
        return self._here

    def listen(self, on_change: Callable[[bool], None]) -> None:
        """Call this each time somebody comes (True) or all have gone (False)."""
        self._on_change = on_change

    def set(self, *, here: bool) -> None:
        """Let somebody come, or all go."""
        before, self._here = self._here, here
        if here != before and self._on_change is not None:
            self._on_change(here)

    def close(self) -> None:
        """See no more."""
        self._on_change = None
