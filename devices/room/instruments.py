"""The port to everything an agent reads and tells in its room: a thermometer, a relay, a projector."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from devices.announcing import Entity
from devices.contract.commands import Command, CommandKind
from devices.contract.fields import Reading
from devices.ports import DeviceError


class Disobeyed(DeviceError):
    """A command was not obeyed; ``reason`` is one of those that ``CommandResult`` names."""

    code = "disobeyed"

    def __init__(self, reason: str, detail: str = "") -> None:
        """Keep the stable reason beside the words."""
        super().__init__(detail or reason)
        self.reason = reason


class Instrument(Protocol):
    """One thing in a room. The agent gives each a thread of its own, so that none waits for another.

    ``key`` is its name within the agent: lower-case letters, digits and ``_``. ``every_s`` is how often it is read, in
    seconds. ``takes`` are the commands that may name it (``Command.which``).
    """

    @property
    def key(self) -> str:
        """Return its name within the agent."""

    @property
    def every_s(self) -> float:
        """Return how often it is read, in seconds."""

    @property
    def takes(self) -> frozenset[CommandKind]:
        """Return the commands it obeys; none for what can only be read."""

    def entities(self) -> Sequence[Entity]:
        """Say which points it has; always the same ones. Their keys begin with its own ``key``."""

    def read(self) -> Mapping[str, Reading]:
        """Read its points, by the keys of its entities; None is "not known". May block for some seconds.

        Raises DeviceError when it cannot be read: all its points are then unknown, and its problem shows.
        """

    def obey(self, command: Command) -> Mapping[str, Reading]:
        """Do what is told, look, and return what its points really say now. May block for some seconds.

        Called on the same thread as ``read``. Raises Disobeyed, or DeviceError when it is broken.
        """

    def close(self) -> None:
        """Put it to rest: outputs off, pins given back."""
