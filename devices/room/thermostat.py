"""A thermostat: one relay (a valve, a heater, a fan coil) and one thermometer that keep a room at its set-point."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from devices.announcing import Component, Entity
from devices.contract.commands import Command, CommandKind, set_point_of
from devices.contract.fields import Reading
from devices.hands import Switch
from devices.ports import DeviceError
from devices.room.instruments import Disobeyed
from devices.room.sensing import measured
from devices.sensors import Measure, Sensor

BAND_C = 0.3
"""How far from its set-point a room may drift before the relay switches, in degrees."""


class Mode(StrEnum):
    """What the relay does to the room while it is on."""

    HEAT = "heat"
    COOL = "cool"


def wants_on(mode: Mode, celsius: float, set_point: float, *, on: bool) -> bool:
    """Say whether the relay belongs on: within the band it stays as it is."""
    lacks = set_point - celsius if mode is Mode.HEAT else celsius - set_point
    return lacks > BAND_C or (on and lacks > -BAND_C)


class Thermostat:
    """Reads, decides and switches at each turn. Without a thermometer the relay is off, and the problem shows."""

    takes = frozenset({CommandKind.SET_POINT})

    def __init__(  # noqa: PLR0913 - what it is made of, and its limits
        self,
        key: str,
        name: str,
        *,
        mode: Mode,
        new_switch: Callable[[], Switch],
        sensor: Sensor,
        set_point: float,
        limits: tuple[float, float],
        rest_s: float,
        every_s: float,
        now_s: Callable[[], float],
    ) -> None:
        """Take the parts. ``rest_s``: after it has switched off it stays off so long, to spare a compressor."""
        self.key = key
        self.every_s = every_s
        self._mode, self._limits, self._rest_s, self._now_s = mode, limits, rest_s, now_s
        self._new_switch, self._sensor = new_switch, sensor
        self._switch: Switch | None = None
        self._set_point = set_point
        self._off_since = -rest_s
        self._entities = [
            Entity(key=key, name=name, component=Component.BINARY_SENSOR, device_class="running"),
            measured(key, name, Measure.TEMPERATURE),
            Entity(key=set_point_of(key), name=f"{name} set-point", device_class="temperature", unit="°C"),
        ]

    def entities(self) -> Sequence[Entity]:
        """Say whether it runs, how warm it is, and what it keeps."""
        return self._entities

    def read(self) -> Mapping[str, Reading]:
        """Measure, and switch where that is due. Raises DeviceError, the relay then off."""
        self._switch = self._switch or self._new_switch()
        try:
            celsius = self._sensor.read()[Measure.TEMPERATURE]
        except (DeviceError, KeyError) as problem:
            self.close()
            raise DeviceError(f"no temperature, so the relay is off: {problem}") from problem
        now, on = self._now_s(), self._switch.is_on
        wanted = wants_on(self._mode, celsius, self._set_point, on=on)
        if on and not wanted:
            self._off_since = now
        self._switch.set(on=wanted and (on or now - self._off_since >= self._rest_s))
        return {
            self.key: "on" if self._switch.is_on else "off",
            f"{self.key}_{Measure.TEMPERATURE}": celsius,
            set_point_of(self.key): self._set_point,
        }

    def obey(self, command: Command) -> Mapping[str, Reading]:
        """Keep another temperature from now on. Raises Disobeyed outside the limits, DeviceError."""
        least, most = self._limits
        if command.celsius is None or not least <= command.celsius <= most:
            raise Disobeyed("out_of_range", f"{self.key} keeps {least:g} to {most:g} °C")
        self._set_point = command.celsius
        return self.read()

    def close(self) -> None:
        """Switch off, and give the pin back; the sensor is another instrument's."""
        switch, self._switch = self._switch, None
        if switch is not None:
            self._off_since = self._now_s() if switch.is_on else self._off_since
            switch.close()
