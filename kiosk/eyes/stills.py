"""Reads single photographs: every pass that ever helps, the cheap and promising ones first, until one reads.

The order was found on simulated and real photographs by gain over time. What one engine misses is mostly not a
matter of contrast but of shape (folds, curl, tilt, a hidden corner), so tracing comes before other engines.
"""

from collections.abc import Callable, Iterator

from kiosk.eyes.engines import look
from kiosk.eyes.grids import Grid
from kiosk.eyes.pictures import Grey, scaled, thresholded

Texts = tuple[str, ...]
_WORKING_SIDE = 1600
_SMALL_SIDE = 600
_TINY_SIDE = 120
_ENLARGED_PIXELS = 1_400_000
_SAME = 0.4
_TRACED = 8


class Stills:
    """The search of one photograph; remembers which grids were traced in vain."""

    def __init__(self, grey: Grey) -> None:
        """Keep the picture."""
        self._whole = grey
        side = max(grey.shape)
        self._grey = scaled(grey, _WORKING_SIDE / side) if side > _WORKING_SIDE else grey
        self._tried: list[Grid] = []

    def texts(self) -> Texts:
        """Return the texts that the first successful pass gave; empty when none did."""
        return next((found for step in self._steps() if (found := step())), ())

    def _steps(self) -> Iterator[Callable[[], Texts]]:
        grey = self._grey
        yield lambda: self._look(grey)
        if self._whole is not grey:
            yield lambda: self._read(look(self._whole), self._whole)
        if min(grey.shape) >= _SMALL_SIDE // 2:
            yield lambda: self._marks(grey, 0.25, 25, 5)
            yield lambda: self._marks(grey, 0.5, 25, 5)
        yield lambda: self._look(thresholded(grey))
        yield lambda: self._marks(grey, 0.5, 51, 5)
        yield lambda: self._marks(grey, 1.0, 51, 10)

    def _look(self, picture):
        return self._read(look(picture), picture)

    def _read(self, seen, picture):
        return seen.texts or self._trace(picture, seen.unread)

    def _trace(self, picture, grids): ...
