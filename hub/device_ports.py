"""What the use cases need to know and keep of devices, and of what they are told; part of ``hub.ports.Transaction``."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hub.domain.commands import DeviceCommand
from hub.domain.door_time import Anchor
from hub.domain.runs import Tracked


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRecord:
    """What the hub knows of a device. ``health`` is its last heartbeat, as numbers and words.

    ``capabilities`` are those it names: what it can be told to do, such as ``switch:lights``.
    """

    id: str
    status: str = "offline"
    boot: str = ""
    status_at: datetime | None = None
    seen_at: datetime | None = None
    kind: str = ""
    model: str = ""
    software: str = ""
    capabilities: tuple[str, ...] = ()
    health: Mapping[str, object] | None = None


class Devices(Protocol):
    """The devices that have been heard."""

    def get(self, device: str) -> DeviceRecord | None:
        """Return what is known of one device; in a writing transaction nobody else changes it before the end."""

    def all(self) -> Sequence[DeviceRecord]:
        """Return all devices by id."""

    def save(self, record: DeviceRecord) -> None:
        """Store what is known of a device."""


class Delivery(Protocol):
    """How far each run of a device goes, and when its machine was started."""

    def runs(self, device: str, boots: Collection[str]) -> Mapping[str, Tracked]:
        """Return what is known of these runs of a device, by boot."""

    def save_run(self, run: Tracked) -> None:
        """Keep what is known of a run."""

    def numbers(self, device: str, boot: str, after: int, last: int, limit: int) -> Sequence[int]:
        """Return the numbers of the stored events of a run above ``after`` up to ``last``, ascending."""

    def anchors(self, machines: Collection[str]) -> Mapping[tuple[str, str], Anchor]:
        """Return the anchors of these machines' runs, by device and machine."""

    def save_anchor(self, anchor: Anchor) -> None:
        """Keep an anchor."""


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
