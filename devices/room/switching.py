"""A relay as an instrument: on, off, or off and on again."""

from collections.abc import Callable, Mapping, Sequence

from devices.announcing import Component, Entity
from devices.contract.commands import Command, CommandKind, SwitchTo
from devices.contract.fields import Reading
from devices.hands import Switch
from devices.ports import DeviceError

REST_S = 5.0
"""How long a cycled device stays off: what it powers must forget that it was on."""


class SwitchInstrument:
    """One relay; off from the moment it is taken, and off when the agent ends."""

    takes = frozenset({CommandKind.SWITCH})

    def __init__(
        self, key: str, name: str, new_switch: Callable[[], Switch], every_s: float, wait: Callable[[float], object]
    ) -> None:
        """Take how the relay is had, which may raise DeviceError, and how to wait some seconds."""
        self.key = key
        self.every_s = every_s
        self._entities = [Entity(key=key, name=name, component=Component.BINARY_SENSOR, device_class="power")]
        self._new_switch = new_switch
        self._wait = wait
        self._switch: Switch | None = None

    def entities(self) -> Sequence[Entity]:
        """Say that it is on or off."""
        return self._entities

    def read(self) -> Mapping[str, Reading]:
        """Look at the pin. Raises DeviceError."""
        self._switch = self._switch or self._new_switch()
        return {self.key: SwitchTo.ON.value if self._switch.is_on else SwitchTo.OFF.value}

    def obey(self, command: Command) -> Mapping[str, Reading]:
        """Switch, and look at the pin again. Raises DeviceError."""
        self._switch = self._switch or self._new_switch()
        try:
            if command.to is SwitchTo.CYCLE:
                self._switch.set(on=False)
                self._wait(REST_S)
            self._switch.set(on=command.to is not SwitchTo.OFF)
        except DeviceError:
            self.close()
            raise
        return self.read()

    def close(self) -> None:
        """Switch off, and give the pin back."""
        switch, self._switch = self._switch, None
        if switch is not None:
            switch.close()
