"""What the use cases need of the store for what is told to devices, as Protocols; part of ``hub.ports.Transaction``."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from hub.domain.commands import DeviceCommand


class Commands(Protocol):
    """What devices were told to do."""

    def add(self, command: DeviceCommand) -> None:
        """Keep a new command."""

    def get(self, command: str) -> DeviceCommand | None:
        """Return a command by its id; in a writing transaction no other writer changes it before the end."""

    def save(self, command: DeviceCommand) -> None:
        """Keep how a command goes on."""

    def waiting(self, now: datetime, limit: int, *, points: bool = False) -> Sequence[DeviceCommand]:
        """Return the oldest that wait to be sent and have not expired; those another process has in hand are left.

        ``points``: those that set a point of another maker's device, in place of those to devices of ours.
        """

    def newest(self, kind: str) -> Mapping[str, DeviceCommand]:
        """Return the newest command of a kind for each device."""

    def of_device(self, device: str, since: datetime) -> Sequence[DeviceCommand]:
        """Return a device's commands that were given after an instant, the newest first."""

    def forget(self, before: datetime) -> None:
        """Remove those given before an instant."""


class Screenshots(Protocol):
    """The newest picture of each device's screen."""

    def put(self, device: str, picture: bytes, taken_at: datetime) -> None:
        """Keep a picture (WebP) in the place of the last one."""

    def get(self, device: str) -> bytes | None:
        """Return a device's picture."""

    def times(self) -> Mapping[str, datetime]:
        """Return when each picture was taken, by device."""

    def forget(self, before: datetime) -> None:
        """Remove pictures taken before an instant, or at it."""
