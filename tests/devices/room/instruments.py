"""An instrument that does what a test wants: say, hang, fail, obey."""

import threading
from collections.abc import Mapping, Sequence

from devices.announcing import Entity
from devices.contract.commands import Command, CommandKind
from devices.contract.fields import Reading
from devices.ports import DeviceError
from devices.room.instruments import Disobeyed

LOST = DeviceError("it is unplugged")


class Tool:
    """Reads ``value`` under its own key; ``go`` cleared, it hangs; ``problem`` is raised."""

    takes = frozenset({CommandKind.SWITCH})

    def __init__(self, key: str = "tool", every_s: float = 0.05) -> None:
        self.key = key
        self.every_s = every_s
        self.value: Reading = 1.0
        self.problem: Exception | None = None
        self.go = threading.Event()
        self.go.set()
        self.reads = 0
        self.told: list[Command] = []
        self.closed = False

    def entities(self) -> Sequence[Entity]:
        """Say its one point."""
        return [Entity(key=self.key, name=self.key)]

    def read(self) -> Mapping[str, Reading]:
        """Say the value, in its time."""
        self.reads += 1
        self.go.wait()
        if self.problem:
            raise self.problem
        return {self.key: self.value, "not_mine": 7.0}

    def obey(self, command: Command) -> Mapping[str, Reading]:
        """Become what is told."""
        self.told.append(command)
        if command.to is None:
            raise Disobeyed("out_of_range")
        self.value = command.to.value
        return self.read()

    def close(self) -> None:
        """Note it."""
        self.closed = True
