"""Hands on the pins of a Raspberry Pi, through gpiozero (its pins through lgpio; numbers are Broadcom's, "BCM").

Each part takes the pins' factory, so that tests run them over gpiozero's own simulated pins.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from gpiozero import Device, DigitalInputDevice, OutputDevice, PWMOutputDevice

from devices.hands import HandLost, Light, Note, Pattern, level_at
from devices.performing import Act, Performer

SETTLE_S = 0.03
"""A contact that has been still for so long, in seconds, has stopped bouncing."""

_FRAME_S = 0.04
_LONG_S = 3_600.0
_END_S = 3.0
_FIRST_HERTZ = 440
_log = logging.getLogger(__name__)


def open_pins(work_folder: Path) -> Any:  # noqa: ANN401 - gpiozero ships no types
    """Return the factory of this machine's pins. ``work_folder`` takes lgpio's pipe. Raises HandLost.

    lgpio makes that pipe in the folder it is started in unless LG_WD says otherwise, and a service's is not writable.
    Without GPIOZERO_PIN_FACTORY gpiozero would fall back to ways that see no edges, with a warning only.
    """
    os.environ.setdefault("LG_WD", str(work_folder))
    os.environ.setdefault("GPIOZERO_PIN_FACTORY", "lgpio")
    try:
        Device.ensure_pin_factory()
    except Exception as problem:
        raise HandLost(f"there are no pins to be had here (install lgpio, join the group gpio): {problem}") from problem
    return Device.pin_factory


def _output(number: int, factory: Any, kind: type, **settings: Any) -> Any:  # noqa: ANN401 - no types
    try:
        return kind(number, pin_factory=factory, **settings)
    except Exception as problem:
        raise HandLost(f"pin {number} cannot be had: {problem}") from problem


class GpioLamp:
    """One pin for a lamp of one colour, or three for red, green and blue."""

    def __init__(self, pins: Sequence[int], factory: Any, *, active_high: bool = True) -> None:  # noqa: ANN401
        """Take the pins, dark. Raises HandLost."""
        self._pins = [_output(pin, factory, PWMOutputDevice, active_high=active_high) for pin in pins]
        self._performer = Performer("lamp", self._dark)

    def show(self, light: Light) -> None:
        """Show this from now on. Raises HandLost."""
        self._performer.perform(self._act(light))

    def close(self) -> None:
        """Go dark."""
        self._performer.close()
        for pin in self._pins:
            pin.close()

    def _act(self, light: Light) -> Act:
        shares = light.colour.rgb if len(self._pins) > 1 else (1.0,)
        still = light.pattern in {Pattern.OFF, Pattern.STEADY}
        began = time.monotonic()
        while True:
            level = level_at(light.pattern, int((time.monotonic() - began) * 1000))
            for pin, share in zip(self._pins, shares, strict=True):
                pin.value = level * share
            yield _LONG_S if still else _FRAME_S

    def _dark(self) -> None:
        for pin in self._pins:
            pin.off()


class GpioBuzzer:
    """A passive buzzer. ``volume`` is the share of each swing that it is driven, 0 to 0.5; little is soft."""

    def __init__(self, number: int, factory: Any, volume: float) -> None:  # noqa: ANN401
        """Take the pin, silent. Raises HandLost."""
        self._pin = _output(number, factory, PWMOutputDevice, frequency=_FIRST_HERTZ)
        self._volume = volume
        self._performer = Performer("buzzer", self._pin.off)

    def play(self, melody: Sequence[Note]) -> None:
        """Play this in the place of whatever sounds now. Raises HandLost."""
        self._performer.perform(self._act(melody))

    def close(self) -> None:
        """Fall silent."""
        self._performer.close()
        self._pin.close()

    def _act(self, melody: Sequence[Note]) -> Act:
        for note in melody:
            if note.hertz:
                self._pin.frequency = note.hertz
                self._pin.value = self._volume
            else:
                self._pin.off()
            yield note.ms / 1000


class GpioRelay:
    """A relay on one pin, driven off from the moment the pin is taken.

    What holds it off before that, and after this process, is the Pi's own pull and a resistor (see kiosk.toml).
    """

    def __init__(self, number: int, factory: Any, *, active_high: bool = True) -> None:  # noqa: ANN401
        """Take the pin and switch it off, whatever an earlier process left there. Raises HandLost."""
        self._pin = _output(number, factory, OutputDevice, active_high=active_high, initial_value=False)
        self._performer = Performer("door relay", self._pin.off)

    @property
    def is_on(self) -> bool:
        """Say whether it is on at the moment."""
        return not self._pin.closed and bool(self._pin.value)

    def pulse(self, seconds: float) -> None:
        """Switch on for so long from now. Raises HandLost."""
        self._performer.perform(self._act(seconds))

    def close(self) -> None:
        """Switch off for good."""
        try:
            self._performer.close()
        finally:
            self._pin.close()

    def _act(self, seconds: float) -> Act:
        self._pin.on()
        yield seconds


class GpioSwitch:
    """A relay on one pin that stays as it is told, driven off from the moment the pin is taken."""

    def __init__(self, number: int, factory: Any, *, active_high: bool = True) -> None:  # noqa: ANN401
        """Take the pin and switch it off, whatever an earlier process left there. Raises HandLost."""
        self._number = number
        self._pin = _output(number, factory, OutputDevice, active_high=active_high, initial_value=False)

    @property
    def is_on(self) -> bool:
        """Say whether it is on at the moment, as its pin tells."""
        return not self._pin.closed and bool(self._pin.value)

    def set(self, *, on: bool) -> None:
        """Switch on or off until told otherwise. Raises HandLost."""
        try:
            self._pin.value = on
        except Exception as problem:
            raise HandLost(f"the relay on pin {self._number} does not obey: {problem}") from problem

    def close(self) -> None:
        """Switch off for good."""
        if not self._pin.closed:
            self._pin.off()
        self._pin.close()


class _Input:
    """An input whose changes wake a thread; ``_look`` says for how long, None until the next change."""

    def __init__(self, number: int, factory: Any, name: str, *, active_high: bool) -> None:  # noqa: ANN401
        pull = {"pull_up": False} if active_high else {"pull_up": True}
        self._pin = _output(number, factory, DigitalInputDevice, **pull)
        self._edge = threading.Event()
        self._closing = False
        self._pin.when_activated = self._pin.when_deactivated = self._edge.set
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def close(self) -> None:
        """Hear no more."""
        self._closing = True
        self._edge.set()
        if self._thread.is_alive():
            self._thread.join(_END_S)
        self._pin.close()

    def _run(self) -> None:
        pause_s: float | None = 0.0
        while not self._closing:
            self._edge.wait(pause_s)
            if not self._closing:
                try:
                    pause_s = self._look()
                except Exception:  # noqa: BLE001 - a listener's mistake must not make the part deaf
                    _log.exception("%s: what follows a change failed", self._thread.name)
                    pause_s = None

    def _look(self) -> float | None:
        raise NotImplementedError


class GpioButton(_Input):
    """A button between the pin and ground (or 3.3 V with ``active_high``).

    Debounced here and not by gpiozero, whose simulated pins would not show a mistake in it.
    """

    def __init__(
        self,
        number: int,
        factory: Any,  # noqa: ANN401
        *,
        active_high: bool = False,
        settle_s: float = SETTLE_S,
        hold_s: float = 2.0,
    ) -> None:
        """Take the pin. ``hold_s`` is how long a press lasts that counts as held. Raises HandLost."""
        super().__init__(number, factory, f"button {number}", active_high=active_high)
        self._settle_s = settle_s
        self._hold_s = hold_s
        self._pressed = False
        self._held_at: float | None = None
        self._on_press: Callable[[], None] | None = None
        self._on_hold: Callable[[], None] | None = None

    def listen(self, on_press: Callable[[], None], on_hold: Callable[[], None] | None = None) -> None:
        """Call this once for each press, on the button's own thread; ``on_hold`` for one that lasts."""
        self._on_press, self._on_hold = on_press, on_hold
        self._pressed = bool(self._pin.is_active)  # one that hangs at the start is no call
        self._thread.start()

    def _look(self) -> float | None:
        while self._edge.is_set() and not self._closing:
            self._edge.clear()
            self._edge.wait(self._settle_s)
        before, self._pressed = self._pressed, bool(self._pin.is_active)
        if self._on_hold is not None:
            return self._look_for_hold(before)
        if self._pressed and not before and self._on_press is not None:
            self._on_press()
        return None

    def _look_for_hold(self, before: bool) -> float | None:  # noqa: FBT001 - whether it was pressed
        """Tell a short press, when it is over, from a long one, as soon as it is long."""
        now = time.monotonic()
        if self._pressed and not before:
            self._held_at = now + self._hold_s
        if self._held_at is None:
            return None
        if now >= self._held_at:
            self._held_at = None
            if self._on_hold is not None:
                self._on_hold()
        elif not self._pressed:
            self._held_at = None
            if self._on_press is not None:
                self._on_press()
        return None if self._held_at is None else self._held_at - now


class GpioPresence(_Input):
    """A PIR sensor; somebody counts as there for ``lasts_s`` seconds after the last movement."""

    def __init__(self, number: int, factory: Any, lasts_s: float, *, active_high: bool = True) -> None:  # noqa: ANN401
        """Take the pin. Raises HandLost."""
        super().__init__(number, factory, "presence", active_high=active_high)
        self._lasts_s = lasts_s
        self._here = False
        self._gone_at = 0.0
        self._on_change: Callable[[bool], None] | None = None

    @property
    def here(self) -> bool:
        """Say whether somebody is there, or was until a moment ago."""
        return self._here

    def listen(self, on_change: Callable[[bool], None]) -> None:
        """Call this each time somebody comes (True) or all have gone (False), on the sensor's own thread."""
        self._on_change = on_change
        self._thread.start()

    def _look(self) -> float | None:
        moved = self._edge.is_set()
        self._edge.clear()
        active, now = bool(self._pin.is_active), time.monotonic()
        if active or moved:  # a movement may be over before this thread looks
            self._gone_at = now + self._lasts_s
        before, self._here = self._here, active or now < self._gone_at
        if self._here != before and self._on_change is not None:
            self._on_change(self._here)
        return None if active or not self._here else max(0.0, self._gone_at - now)
