"""Notices cheaply whether anything moves before the camera: means over 16 x 16 pixels, in which noise drowns."""

from dataclasses import dataclass

import cv2
import numpy as np

from kiosk.eyes.pictures import Grey, cell_means

_CHANGED = 10
"""Grey levels; two means of the same differ by less, even at night with noise of 10 levels a pixel."""

_LARGE_SHARE = 0.03
"""Of all cells: a phone or letter changes more when it comes; someone far off changes less from frame to frame."""

_HELD_SHARE = 0.1
_LIVELY_FRAMES = 45
_STILL_FRAMES = 20


@dataclass(slots=True)
class Watch:
    """Says how often it is worth looking: each frame while a guest may have come, less when little or nothing stirs."""

    _quiet_for: int = 0
    _still_for: int = 0
    _came: bool = False
    _changed: float = 1.0
    _settled: Grey | None = None

    @property
    def pace(self) -> int:
        """Return 1 to look at every frame, 2 or 3 when every second or third will do."""
        if self._quiet_for <= _LIVELY_FRAMES:
            return 1
        return 3 if self._still_for > _STILL_FRAMES else 2

    @property
    def held(self) -> bool:
        """Say whether something came a moment ago and is now held fairly still."""
        return self._came and self._quiet_for <= _LIVELY_FRAMES and self._changed < _HELD_SHARE

    def stir(self) -> None:
        """Count this frame as a large change: there is a code in it."""
        self._quiet_for = self._still_for = 0

    def see(self, grey: Grey) -> None:
        """Take the next frame. A picture of another size counts as a large change."""
        cells = cell_means(grey)
        settled = self._settled
        if settled is None or settled.shape != cells.shape:
            self._came, self._changed = False, 1.0
        else:
            # Compared with the last settled picture, so that a slow change adds up and is noticed.
            self._changed = float(np.mean(cv2.absdiff(cells, settled) > _CHANGED))
            self._came = self._came or self._changed > _LARGE_SHARE
        self._settled = cells if self._changed else settled
        self._still_for = 0 if self._changed else self._still_for + 1
        self._quiet_for = 0 if self._changed > _LARGE_SHARE else self._quiet_for + 1
