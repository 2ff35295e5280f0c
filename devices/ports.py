"""What a kiosk or the hub needs of the outside, as Protocols; real things and shipped fakes fill them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Frame = NDArray[np.uint8]
"""One picture: height x width x 3, blue-green-red, 8 bits each (OpenCV's own order)."""


class DeviceError(Exception):
    """A piece of hardware or a link is not to be had. ``code`` is stable, the text says what to do."""

    code = "device_error"


class CameraLost(DeviceError):
    """The camera gave no picture: unplugged, busy or at its end. Re-open it later."""

    code = "camera_lost"


class NotDelivered(DeviceError):
    """The broker has not taken the message; it must be sent again later."""

    code = "not_delivered"


class Camera(Protocol):
    """Gives frames, the newest first to be had; used by one thread."""

    def read(self) -> Frame | None:
        """Return the next frame; None when a file or folder has no more. Raises CameraLost."""

    def close(self) -> None:
        """Give the hardware back."""


class Clock(Protocol):
    """Tells the time; chosen in wiring, so that rules and tests pass time in."""

    def now(self) -> datetime:
        """Return the aware UTC time."""

    def monotonic_ms(self) -> int:
        """Return milliseconds since this machine's boot; never goes back."""


@dataclass(frozen=True, slots=True)
class Received:
    """One message as it came: topic, bytes, whether the broker had kept it, and how to acknowledge it."""

    topic: str
    payload: bytes
    retained: bool = False
    token: int = 0


class Link(Protocol):
    """A connection to the broker that reconnects by itself; callbacks must be quick and never raise."""

    @property
    def connected(self) -> bool:
        """Say whether the broker answers at the moment."""

    def start(self) -> None:
        """Connect in the background and keep connected until ``stop``."""

    def publish(self, topic: str, payload: bytes, *, retain: bool = False, qos: int = 1) -> None:
        """Hand one message to the broker. Raises NotDelivered when it was not taken or was refused."""

    def acknowledge(self, received: Received) -> None:
        """Tell the broker that a message is dealt with (only where the link acknowledges by hand)."""

    def stop(self) -> None:
        """Say ``stopping``, disconnect cleanly and end."""


OnMessage = Callable[[Received], None]
OnConnect = Callable[[], None]
