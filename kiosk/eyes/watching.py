"""Notices cheaply whether anything moves before the camera: means over 16 x 16 pixels, in which noise drowns."""

from dataclasses import dataclass

import cv2

from kiosk.eyes.pictures import Grey, grey8

_CELL = 16
_EVERY_ROW = 4
"""Of each cell every fourth row is looked at: a quarter of the time, and still 64 pixels to drown noise in."""

_CHANGED = 10
"""Grey levels; two means of the same differ by less, even at night with noise of 10 levels a pixel."""


@dataclass(slots=True)
class Watch:
    """Counts in ``still_for`` the frames since the last change of anything."""

    still_for: int = 0
    _settled: Grey | None = None

    def stir(self) -> None:
        """Count this frame as a change: a code was read in it."""
        self.still_for = 0

    def see(self, grey: Grey) -> None:
        """Take the next frame. A picture of another size counts as a change."""
        height, width = grey.shape
        size = (max(1, width // _CELL), max(1, height // _CELL))
        cells = grey8(cv2.resize(grey[::_EVERY_ROW], size, interpolation=cv2.INTER_AREA))
        self.still_for += 1
        # Compared with the last settled picture, so that a slow change adds up and is noticed.
        if self._settled is None or self._settled.shape != cells.shape or _differ(cells, self._settled):
            self._settled, self.still_for = cells, 0


def _differ(one: Grey, other: Grey) -> bool:
    return bool((cv2.absdiff(one, other) > _CHANGED).any())
