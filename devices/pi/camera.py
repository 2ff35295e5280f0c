"""The real eyes: a camera, a film, or a folder of pictures, through OpenCV. Nothing opens before the first ``read``."""

import logging
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from devices.ports import CameraLost, Frame

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp"})
WIDTH, HEIGHT = 1280, 720

_log = logging.getLogger(__name__)


class DeviceCamera:
    """A camera by number or path. A lost one is not opened again: make a new DeviceCamera."""

    def __init__(self, source: int | str, frames_per_s: int = 15) -> None:
        """Keep the source; ``read`` opens it and asks for 1280 x 720."""
        self._source = source
        self._frames_per_s = frames_per_s
        self._capture: cv2.VideoCapture | None = None

    def read(self) -> Frame | None:
        """Return the next frame. Raises CameraLost when there is no camera, or it gives nothing any more."""
        if self._capture is None:
            self._capture = self._open()
        good, frame = self._capture.read()
        if not good:
            self.close()
            raise CameraLost(f"camera {self._source} gives no picture: is it unplugged, or used by another program?")
        return _colour(frame)

    def close(self) -> None:
        """Give the camera back."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def _open(self) -> cv2.VideoCapture:
        capture = cv2.VideoCapture(self._source)
        if not capture.isOpened():
            capture.release()
            raise CameraLost(f"there is no camera {self._source}: is it plugged in, and may this user read it?")
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, WIDTH)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, HEIGHT)
        capture.set(cv2.CAP_PROP_FPS, self._frames_per_s)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # the newest picture, not the oldest that waits
        return capture


class VideoCamera:
    """A film, once from its beginning to its end."""

    def __init__(self, path: Path) -> None:
        """Keep the path."""
        self._path = path
        self._capture: cv2.VideoCapture | None = None
        self._over = False

    def read(self) -> Frame | None:
        """Return the next frame, None after the last. Raises CameraLost when the film cannot be opened."""
        if self._over:
            return None
        if self._capture is None:
            self._capture = cv2.VideoCapture(str(self._path))
            if not self._capture.isOpened():
                self.close()
                raise CameraLost(f"{self._path} cannot be opened as a film")
        good, frame = self._capture.read()
        if not good:
            self.close()
            self._over = True
            return None
        return _colour(frame)

    def close(self) -> None:
        """Close the film."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None


class FolderCamera:
    """The pictures of a folder, in the order of their names; those that cannot be read are skipped and counted."""

    def __init__(self, folder: Path) -> None:
        """Keep the folder."""
        self._folder = folder
        self._paths: Iterator[Path] | None = None
        self.skipped = 0

    def read(self) -> Frame | None:
        """Return the next picture, None after the last. Raises CameraLost when there is no such folder."""
        if self._paths is None:
            if not self._folder.is_dir():
                raise CameraLost(f"there is no folder {self._folder}")
            self._paths = iter(sorted(path for path in self._folder.iterdir() if path.suffix.lower() in PICTURES))
        for path in self._paths:
            picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
            if picture is not None:
                return _colour(picture)
            self.skipped += 1
            _log.warning("%s is no picture; it is skipped", path)
        return None

    def close(self) -> None:
        """Begin anew with the next ``read``."""
        self._paths = None


def _colour(picture: object) -> Frame:
    frame = np.asarray(picture, dtype=np.uint8)
    return frame if frame.ndim == 3 else np.repeat(frame[..., np.newaxis], 3, axis=2)  # noqa: PLR2004 - colour has 3
