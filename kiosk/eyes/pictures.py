"""Pictures as the decoders want them: one grey channel of 8 bits, and the variants that make a hard code readable."""

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
"""height x width, 8 bits."""

_FLAT = 2
_ALPHA = 4
_HALF = 128
_DEEP = 257.0


def grey_of(picture: object) -> Grey | None:
    """Turn any picture array (grey, BGR, BGRA; 8 or 16 bits, floats 0-1) into grey; None when there are no pixels.

    Transparent parts become white, as on paper. Never raises: what is no picture gives None.
    """
    array = np.asarray(picture)
    if array.ndim not in {_FLAT, 3} or array.size == 0 or array.dtype.kind not in "buif":
        return None
    array = _eight_bits(array)
    if array.ndim == _FLAT:
        return np.ascontiguousarray(array)
    channels = array.shape[2]
    if channels < 3:  # noqa: PLR2004 - grey, perhaps with alpha
        return np.ascontiguousarray(array[:, :, 0])
    grey = grey8(cv2.cvtColor(np.ascontiguousarray(array[:, :, :3]), cv2.COLOR_BGR2GRAY))
    if channels == _ALPHA and int(array[:, :, 3].min()) < _HALF:
        grey[array[:, :, 3] < _HALF] = 255
    return grey


def _eight_bits(array: NDArray[np.generic]) -> Grey:
    if array.dtype == np.uint8:
        return np.asarray(array, dtype=np.uint8)
    if array.dtype.kind == "b":
        return np.asarray(array, dtype=np.uint8) * np.uint8(255)
    values = np.nan_to_num(np.asarray(array, dtype=np.float32))
    if array.dtype.kind == "f" and float(values.max()) <= 1.0:
        values = np.clip(values, 0, 1) * 255
    elif array.dtype.itemsize > 1 and array.dtype.kind in "ui" and float(values.max()) > 255:  # noqa: PLR2004 - 16 bits in use
        values = values / _DEEP
    return np.clip(values, 0, 255).astype(np.uint8)


def grey8(picture: object) -> Grey:
    """Say to the type checker what OpenCV's stubs leave open: one channel of 8 bits."""
    return np.asarray(picture, dtype=np.uint8)


def scaled(grey: Grey, factor: float) -> Grey:
    """Return the picture enlarged or reduced; reducing averages, so that nothing aliases."""
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    height, width = grey.shape
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return grey8(cv2.resize(grey, size, interpolation=how))


def cell_means(grey: Grey, cell: int = 16) -> Grey:
    """Return the means over ``cell`` x ``cell`` pixels, looking at every fourth row only: noise drowns in 64 pixels.

    Halving twice on the way takes a sixth of the time; a mean may be off by one grey level.
    """
    height, width = grey.shape
    size = (max(1, width // cell), max(1, height // cell))
    rows: object = grey[::4]
    for step in (2, 4):
        rows = cv2.resize(
            grey8(rows), (max(1, width // step), max(1, height // 4 // step)), interpolation=cv2.INTER_AREA
        )
    return grey8(cv2.resize(grey8(rows), size, interpolation=cv2.INTER_AREA))


def thresholded(grey: Grey, window: int = 25, below: int = 2) -> Grey:
    """Return black and white by each pixel's neighbourhood: evens out shade, glare and moire.

    Paper is what is no more than ``below`` darker than the mean around it; the same as OpenCV's adaptiveThreshold, but
    for ties, in two thirds of the time.
    """
    darker = cv2.subtract(cv2.blur(grey, (window, window)), grey)
    return grey8(cv2.threshold(darker, below - 1, 255, cv2.THRESH_BINARY_INV)[1])


def sharpened(grey: Grey, radius: float, amount: float) -> Grey:
    """Return the picture with what a blur of ``radius`` pixels took away put back ``amount`` times."""
    soft = cv2.GaussianBlur(grey, (0, 0), radius)
    return grey8(cv2.addWeighted(grey, 1 + amount, soft, -amount, 0))


def inked(grey: Grey, window: int, below: int) -> Grey:
    """Return ink as white on black, specks smoothed away first: what the search for finder patterns wants."""
    return grey8(cv2.bitwise_not(thresholded(grey8(cv2.blur(grey, (3, 3))), window, below)))
