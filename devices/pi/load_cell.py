"""A load cell behind an HX711 on two of the Pi's pins (data sheet HX711: serial interface).

Linux may stop us at any moment. A clock pulse longer than 60 µs switches the chip off, and one near that may cost a
bit, so a reading during which that happened is thrown away and taken again. A microcontroller (firmware_config/) never
has that trouble; on a Pi it costs some tries.
"""

import threading
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

from gpiozero import InputDevice, OutputDevice

from devices.sensors import Measure, SensorLost

LONGEST_PULSE_NS = 50_000
_BITS = 24
_SIGN = 1 << (_BITS - 1)
_READY_WITHIN_S = 1.0
_GLANCE_S = 0.005
_SAMPLES = 5
_TRIES = 40


class LoadCell:
    """One cell. Weight in grams is (count - ``empty``) / ``per_gram``; both come from the check of the agent's file."""

    def __init__(
        self,
        data: int,
        clock: int,
        factory: Any,  # noqa: ANN401 - gpiozero ships no types
        *,
        empty: float,
        per_gram: float,
        now_ns: Callable[[], int],
    ) -> None:
        """Take the pins. ``now_ns`` counts nanoseconds. Raises SensorLost."""
        try:
            self._clock = OutputDevice(clock, pin_factory=factory)
            self._data = InputDevice(data, pull_up=False, pin_factory=factory)
        except Exception as problem:
            raise SensorLost(f"pins {data} and {clock} cannot be had: {problem}") from problem
        self._empty, self._per_gram, self._now_ns = empty, per_gram, now_ns
        self._pause = threading.Event()

    def read(self) -> Mapping[Measure, float]:
        """Measure: the median of five clean readings, which take half a second. Raises SensorLost."""
        counts: list[int] = []
        for _ in range(_TRIES):
            count = self._count()
            if count is not None:
                counts.append(count)
            if len(counts) == _SAMPLES:
                return {Measure.WEIGHT: round((median(counts) - self._empty) / self._per_gram, 1)}
        raise SensorLost("the HX711 could not be read undisturbed: this machine is too busy")

    def close(self) -> None:
        """Give the pins back."""
        self._clock.close()
        self._data.close()

    def _count(self) -> int | None:
        """Read once, as a signed number; None when the clock was disturbed. Raises SensorLost."""
        self._await_ready()
        clock, data, longest, raw = self._clock.pin, self._data.pin, 0, 0
        for bit in range(_BITS + 1):  # the 25th pulse asks for channel A with gain 128
            begun = self._now_ns()
            clock.state = True
            level = bool(data.state)
            clock.state = False
            longest = max(longest, self._now_ns() - begun)
            raw = raw << 1 | level if bit < _BITS else raw
        if longest > LONGEST_PULSE_NS:
            return None
        if raw in {_SIGN, _SIGN - 1}:
            raise SensorLost("the load cell is out of its range: too much on it, or a wire of it is broken")
        return raw - (1 << _BITS) if raw & _SIGN else raw

    def _await_ready(self) -> None:
        """Wait until the chip has measured: it then pulls its data line down, ten times a second."""
        for _ in range(int(_READY_WITHIN_S / _GLANCE_S)):
            if not self._data.pin.state:
                return
            self._pause.wait(_GLANCE_S)
        raise SensorLost("the HX711 does not answer: see its cable and supply")
