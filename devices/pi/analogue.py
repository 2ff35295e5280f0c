"""An analogue sensor behind an MCP3008 converter on the Pi's SPI pins, through gpiozero."""

from collections.abc import Mapping
from typing import Any

from gpiozero import MCP3008

from devices.sensors import Measure, SensorLost

SUPPLY_V = 3.3
_SAMPLES = 8


class AnalogueSensor:
    """One channel, 0 to 7. The value is ``zero + per_volt`` × the voltage, in the measure's unit."""

    def __init__(
        self,
        channel: int,
        factory: Any,  # noqa: ANN401 - gpiozero ships no types
        *,
        measure: Measure = Measure.VOLTAGE,
        per_volt: float = 1.0,
        zero: float = 0.0,
        select: int = 0,
    ) -> None:
        """Take the channel of the chip on select line ``select``. Raises SensorLost."""
        try:
            self._chip = MCP3008(channel=channel, max_voltage=SUPPLY_V, pin_factory=factory, device=select)
        except Exception as problem:
            raise SensorLost(f"the MCP3008 cannot be had: switch SPI on (raspi-config): {problem}") from problem
        self._measure, self._per_volt, self._zero = measure, per_volt, zero

    def read(self) -> Mapping[Measure, float]:
        """Measure: the mean of a few looks. Raises SensorLost."""
        try:
            volts = sum(self._chip.voltage for _ in range(_SAMPLES)) / _SAMPLES
        except Exception as problem:
            raise SensorLost(f"the MCP3008 does not answer: {problem}") from problem
        return {self._measure: round(self._zero + self._per_volt * volts, 4)}

    def close(self) -> None:
        """Give the pins back."""
        self._chip.close()
