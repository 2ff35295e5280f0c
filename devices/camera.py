"""The port to an eye. Apart from the other ports, because pictures need numpy and a hub has neither."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from devices.ports import DeviceError

Frame = NDArray[np.uint8]
"""One picture: height x width x 3, blue-green-red, 8 bits each (OpenCV's own order)."""


class CameraLost(DeviceError):
    """The camera gave no picture: unplugged, busy or at its end. Re-open it later."""

    code = "camera_lost"


class Camera(Protocol):
    """Gives frames, the newest first to be had; used by one thread."""

    def read(self) -> Frame | None:
        """Return the next frame; None when a file or folder has no more. Raises CameraLost."""

    def close(self) -> None:
        """Give the hardware back."""
