"""The texts of QR codes in pictures: frames of live video under a budget, single photographs with all that helps.

No text is ever guessed: every pass ends in error correction with room to spare.
"""

from collections.abc import Iterator

import cv2
import numpy as np

from kiosk.eyes.live import LiveEye
from kiosk.eyes.pictures import Grey, grey8, grey_of, scaled
from kiosk.eyes.stills import Search

_LARGEST_FRAME = 1920 * 1080
_LARGEST_STILL = 40_000_000
_COLOURFUL = 12.0
_COLOUR = 3
_OPAQUE = 255

# One kiosk decodes one frame at a time beside its other work; more threads only make small pictures slower.
cv2.setNumThreads(1)


class Decoder:
    """Reads live video; keep one for each camera and give it every frame that you can."""

    def __init__(self) -> None:
        """Begin with no memory of earlier frames."""
        self._eye = LiveEye()

    def read(self, frame: object) -> list[str]:
        """Return the texts found in this frame, as they are: usually none or one, several for several codes in view.

        ``frame`` is a picture array (see ``Frame``; grey and other depths are taken, too). A code may be missed in
        one frame and read in the next; the texts given are true. Never raises on any picture.
        """
        grey = grey_of(frame)
        if grey is None:
            return []
        return list(self._eye.read(_at_most(grey, _LARGEST_FRAME)))


def read_still(image: object) -> str | None:
    """Return the text of a photographed QR code (the least damaged one of several), None when nothing reads it.

    ``image`` is any picture array: grey, BGR, BGRA, 8 or 16 bits. Takes from 1 ms (small and clear) to some 300 ms
    (1280 x 720 with no code to find). Never raises on any picture.
    """
    grey = grey_of(image)
    if grey is None:
        return None
    found = Search(_at_most(grey, _LARGEST_STILL), _others(image)).texts()
    return found[0] if found else None


def _at_most(grey: Grey, pixels: int) -> Grey:
    return scaled(grey, float(np.sqrt(pixels / grey.size))) if grey.size > pixels else grey


def _others(image: object) -> Iterator[Grey]:
    """Give other grey pictures of the same, when asked: ink and paper may differ in colour, or behind transparency.

    The blue and the red of a colourful picture, and a picture as it is when its transparent parts are ignored.
    """
    array = np.asarray(image)
    if array.ndim != _COLOUR or array.shape[2] < _COLOUR or array.dtype != np.uint8:
        return
    colours = array[:, :, :_COLOUR]
    if array.shape[2] > _COLOUR and int(array[:, :, _COLOUR].min()) < _OPAQUE:
        yield _at_most(grey8(cv2.cvtColor(np.ascontiguousarray(colours), cv2.COLOR_BGR2GRAY)), _LARGEST_FRAME)
    small = np.asarray(cv2.resize(colours, (64, 64), interpolation=cv2.INTER_AREA), dtype=np.float32)
    if float(np.abs(small.max(axis=2) - small.min(axis=2)).mean()) >= _COLOURFUL:
        for channel in (0, 2):
            yield _at_most(grey8(np.ascontiguousarray(array[:, :, channel])), _LARGEST_FRAME)
