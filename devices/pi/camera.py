"""Cameras through OpenCV: one that is plugged in, a video file, a folder of images.

Each opens at the first ``read`` and not before. After CameraLost or ``close`` make a new one.
"""

import logging
from pathlib import Path

import cv2
import numpy as np
from cv2.utils import logging as opencv_log

from devices.camera import CameraLost, Frame
from devices.pi.camera_names import places_of
from devices.pi.image_files import NotAnImage, load_image

IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp"})
_BUFFERED = 1
_MISSED = 3
_log = logging.getLogger(__name__)


class DeviceCamera:
    """A camera by its number (0 is the first), its path, or a part of its name in ``/dev/v4l/by-id``.

    Frames of another size than asked for are passed on. The driver's queue is kept at one frame where the driver lets
    us, so that a frame is never old.
    """

    def __init__(self, device: str = "0", size: tuple[int, int] = (1280, 720)) -> None:
        """Keep which camera is meant and the size (width, height) to ask for."""
        self._device = device
        self._size = size
        self._capture: cv2.VideoCapture | None = None

    def read(self) -> Frame | None:
        """Wait for the next frame and return it. Raises CameraLost when there is no camera or it gives no picture."""
        capture = self._opened()
        # A USB camera now and then drops a frame; only several in a row mean that it is gone.
        for _ in range(_MISSED):
            frame = _next_frame(capture)
            if frame is not None:
                return frame
        self.close()
        raise CameraLost(f"camera {self._device} gives no picture: is it plugged in, and used by nothing else?")

    def close(self) -> None:
        """Give the device back."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def _opened(self) -> cv2.VideoCapture:
        if self._capture is None:
            # A missing camera is told once, by CameraLost, and not by two lines of OpenCV's at each new try.
            opencv_log.setLogLevel(opencv_log.LOG_LEVEL_ERROR)
            found = (cv2.VideoCapture(place) for place in places_of(self._device))
            capture = next((one for one in found if one.isOpened()), None)
            if capture is None:
                raise CameraLost(f"camera {self._device} cannot be opened: is it plugged in, and used by nothing else?")
            # Uncompressed 720p does not fit through USB 2 at a useful rate; a driver without MJPEG ignores this.
            capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._size[0])
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._size[1])
            capture.set(cv2.CAP_PROP_BUFFERSIZE, _BUFFERED)
            self._capture = capture
        return self._capture


class VideoCamera:
    """A video file, frame by frame as fast as it is read; None at its end."""

    def __init__(self, file: Path) -> None:
        """Keep the file's path."""
        self._file = file
        self._capture: cv2.VideoCapture | None = None
        self._seen = 0

    def read(self) -> Frame | None:
        """Return the next frame, None at the end. Raises CameraLost when the file is no video that can be played."""
        if self._capture is None:
            if not self._file.is_file():
                raise CameraLost(f"there is no video file {self._file}")
            self._capture = cv2.VideoCapture(str(self._file))
        frame = _next_frame(self._capture)
        if frame is None and not self._seen:
            raise CameraLost(f"{self._file} is no video that can be played")
        self._seen += frame is not None
        return frame

    def close(self) -> None:
        """Close the file."""
        if self._capture is not None:
            self._capture.release()


class FolderCamera:
    """The images of a folder (png, jpg, jpeg, webp), one a frame, in name order; None after the last.

    Images that cannot be read are passed over and counted in ``skipped``.
    """

    def __init__(self, folder: Path) -> None:
        """Keep the folder's path."""
        self._folder = folder
        self._left: list[Path] | None = None
        self.skipped = 0

    def read(self) -> Frame | None:
        """Return the next readable image, None after the last. Raises CameraLost when the folder cannot be listed."""
        if self._left is None:
            self._left = self._listed()
        while self._left:
            frame = _load(self._left.pop())
            if frame is not None:
                return frame
            self.skipped += 1
        return None

    def close(self) -> None:
        """Do nothing: no file is held open."""

    def _listed(self) -> list[Path]:
        """Return the image files, the first in name order at the end."""
        try:
            files = [file for file in self._folder.iterdir() if file.suffix.lower() in IMAGE_SUFFIXES]
        except OSError as problem:
            raise CameraLost(f"the folder {self._folder} cannot be listed: {problem.strerror}") from problem
        return sorted(files, reverse=True)


def _next_frame(capture: cv2.VideoCapture) -> Frame | None:
    """Return the next frame as blue-green-red bytes; None when there is none."""
    try:
        there, picture = capture.read()
    except cv2.error:
        return None
    return _as_frame(picture) if there else None


def _load(file: Path) -> Frame | None:
    """Return an image file as a frame; None when it is no image, damaged or too large."""
    try:
        return _as_frame(load_image(file, cv2.IMREAD_COLOR))
    except NotAnImage as problem:
        _log.warning("%s is passed over: %s", file, problem)
        return None


def _as_frame(picture: object) -> Frame:
    """Bring what a driver gives (grey now and then) to the form that the port promises."""
    frame = np.asarray(picture, dtype=np.uint8)
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR), dtype=np.uint8) if frame.ndim == 2 else frame  # noqa: PLR2004 - rows and columns only
