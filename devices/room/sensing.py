"""A sensor as an instrument: what it measures, each under a name of its own."""

import threading
from collections.abc import Callable, Mapping, Sequence

from devices.announcing import Entity
from devices.contract.commands import Command, CommandKind
from devices.contract.fields import Reading
from devices.ports import DeviceError
from devices.room.instruments import Disobeyed
from devices.sensors import UNIT, Measure, Sensor

MISSED = 3
"""So many readings in a row may be missed before the last value counts as old."""

_LEAST_EXPIRY_S = 60
_WORDS = {Measure.PRESSURE: "pressure", Measure.CARBON_DIOXIDE: "CO₂"}


def measured(key: str, name: str, measure: Measure, expires_s: int = 0) -> Entity:
    """Describe one measured value of the instrument ``key``."""
    return Entity(
        key=f"{key}_{measure}",
        name=f"{name} {_WORDS.get(measure, measure.value)}",
        device_class=measure.value,
        unit=UNIT[measure],
        state_class="measurement",
        expires_s=expires_s,
    )


class Reopening:
    """A sensor that is opened when it is first read, and anew after each failure: its plug may come out and go in.

    One reader at a time: a thermostat may share it.
    """

    def __init__(self, new_sensor: Callable[[], Sensor]) -> None:
        """Take how it is opened, which may raise DeviceError."""
        self._new_sensor = new_sensor
        self._sensor: Sensor | None = None
        self._lock = threading.Lock()

    def read(self) -> Mapping[Measure, float]:
        """Measure. Raises DeviceError."""
        with self._lock:
            self._sensor = self._sensor or self._new_sensor()
            try:
                return self._sensor.read()
            except DeviceError:
                self._close()
                raise

    def close(self) -> None:
        """Give the sensor back."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        sensor, self._sensor = self._sensor, None
        if sensor is not None:
            sensor.close()


class SensorInstrument:
    """Reads one sensor."""

    takes: frozenset[CommandKind] = frozenset()

    def __init__(self, key: str, name: str, measures: Sequence[Measure], sensor: Sensor, every_s: float) -> None:
        """Take the sensor and what it measures."""
        self.key = key
        self.every_s = every_s
        expires_s = max(_LEAST_EXPIRY_S, int(MISSED * every_s))
        self._entities = [measured(key, name, measure, expires_s) for measure in measures]
        self._measures = measures
        self._sensor = sensor

    def entities(self) -> Sequence[Entity]:
        """Say what it measures."""
        return self._entities

    def read(self) -> Mapping[str, Reading]:
        """Measure. Raises DeviceError."""
        found = self._sensor.read()
        return {f"{self.key}_{measure}": found.get(measure) for measure in self._measures}

    def obey(self, command: Command) -> Mapping[str, Reading]:
        """Refuse: a sensor can be told nothing. Raises Disobeyed."""
        raise Disobeyed("unknown_command", f"{self.key} cannot be told {command.kind}")

    def close(self) -> None:
        """Give the sensor back."""
        self._sensor.close()
