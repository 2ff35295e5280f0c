"""What all simulated devices have in common: they say hello, speak at each beat, and do what they are told. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from devices.contract.messages import Status
from devices.simulation.physics import Room


@dataclass(frozen=True, slots=True)
class Message:
    """Something to publish."""

    topic: str
    payload: bytes
    retain: bool = False
    qos: int = 0


@dataclass(frozen=True, slots=True)
class Now:
    """The instant of a beat: the device's own clock, and whether its sensors say that they are no number."""

    at: datetime
    nan: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """What a command would change in a room; None leaves it. ``node`` then confirms with ``beat`` or ``obeyed``."""

    set_point: float | None = None
    projector_on: bool | None = None
    ac_on: bool | None = None


class Node(Protocol):
    """One connection: a device, or a gateway for many. ``name`` is its user at the broker."""

    @property
    def name(self) -> str:
        """Return its name at the broker."""

    @property
    def state_topic(self) -> str:
        """Return where it says whether it is there."""

    @property
    def subscriptions(self) -> tuple[str, ...]:
        """Return what it listens to."""

    def presence(self, status: Status) -> bytes:
        """Write its birth, its farewell, or its will."""

    def hello(self, now: Now) -> Sequence[Message]:
        """Say what it is, after each connection."""

    def beat(self, rooms: Sequence[Room], now: Now) -> Sequence[Message]:
        """Say what it measures in its rooms, in the order it knows them."""

    def hear(self, topic: str, payload: bytes, now: Now) -> Wish | None:
        """Return what a command would change; None where it is none."""

    def obeyed(self, topic: str, payload: bytes, room: Room, now: Now) -> Sequence[Message]:
        """Confirm a command after the room has changed."""
