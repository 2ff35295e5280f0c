"""Reads single photographs: every pass that was measured to help, by gain over time, until one reads.

What the engine misses is mostly not a matter of contrast but of shape (folds, curl, tilt, a hidden corner), so
tracing from finder patterns comes before other pictures of the same and before the second engine.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

import cv2
import numpy as np

from kiosk.eyes.engines import look, zbar_texts
from kiosk.eyes.finders import find_finders
from kiosk.eyes.grids import Grid, corners_of, propose
from kiosk.eyes.pictures import Grey, grey8, inked, scaled, sharpened, thresholded
from kiosk.eyes.tracing import trace

Texts = tuple[str, ...]
Step = Callable[[], Texts]
_WORKING_SIDE = 1600
"""Larger photographs are searched at this size first: less noise, less time, and still 40 pixels a module."""
_LARGE_SIDE = 700
_DOUBLED_PIXELS = 1_500_000
_SMALL_PIXELS = 400_000
_SAME_PLACE = 0.4
_TRACED = 8


class Search:
    """The search of one photograph for the text of a QR code; ``others`` are other grey pictures of the same."""

    def __init__(self, whole: Grey, others: Iterable[Grey] = ()) -> None:
        """Keep the pictures."""
        side = max(whole.shape)
        self._whole = whole
        self._grey = scaled(whole, _WORKING_SIDE / side) if side > _WORKING_SIDE else whole
        self._others = others
        self._tried: list[Grid] = []

    def texts(self) -> Texts:
        """Return what the first successful pass read; empty when none did."""
        return next((found for step in self._steps() if (found := step())), ())

    def _steps(self) -> Iterator[Step]:
        grey, whole = self._grey, self._whole
        yield lambda: self._look(grey)
        if whole is not grey:
            yield lambda: self._look(whole, at_home=False)
        yield lambda: self._marks(0.5, 25, 5)
        yield lambda: self._look(thresholded(grey))
        yield lambda: self._marks(1.0, 51, 10)
        if grey.size <= _DOUBLED_PIXELS:
            yield lambda: self._look(scaled(grey, 2.0), at_home=False)
        yield lambda: self._look(sharpened(grey, 2.0, 2.0))
        yield lambda: self._look(grey8(cv2.GaussianBlur(grey, (5, 5), 0)))
        yield lambda: self._look(scaled(grey, 0.5), at_home=False)
        yield from self._by_size()
        for other in self._others:
            yield partial(self._look, other, at_home=False)
        yield lambda: zbar_texts(thresholded(grey, 51, 5))
        yield lambda: zbar_texts(whole)

    def _by_size(self) -> Iterator[Step]:
        """Look for coarse marks in large pictures, for fine ones in small."""
        grey, whole = self._grey, self._whole
        if max(grey.shape) >= _LARGE_SIDE:
            yield lambda: self._marks(0.25, 25, 5)
        if whole is not grey:
            yield lambda: self._trace(_proposed(whole, 0.5, 25, 5), whole, remember=False)
        if grey.size <= _SMALL_PIXELS:
            yield lambda: self._marks(2.0, 51, 5)

    def _look(self, picture: Grey, *, at_home: bool = True) -> Texts:
        """Let the engine look, and trace what it found without reading it.

        ``at_home`` says that places are the same as in the working picture, which then is the one to be traced.
        """
        seen = look(picture)
        return seen.texts or self._trace(seen.unread, self._grey if at_home else picture, remember=at_home)

    def _marks(self, scale: float, window: int, below: int) -> Texts:
        return self._trace(_proposed(self._grey, scale, window, below), self._grey)

    def _trace(self, grids: Sequence[Grid], picture: Grey, *, remember: bool = True) -> Texts:
        """Trace grids, each place only once where it is given in the working picture's pixels."""
        for grid in grids[:_TRACED]:
            if remember:
                if any(_same(grid, tried) for tried in self._tried):
                    continue
                self._tried.append(grid)
            found = trace(picture, grid)
            if found:
                return found
        return ()


def _proposed(grey: Grey, scale: float, window: int, below: int) -> list[Grid]:
    """Return grids by the finder patterns of a thresholded picture at a scale."""
    return propose(find_finders(inked(scaled(grey, scale), window, below), scale))


def _same(one: Grid, other: Grid) -> bool:
    """Say whether two grids lie within half a module of each other: tracing would find the same."""
    if one.size != other.size or one.turns != other.turns:
        return False
    corners = corners_of(one)
    module = float(np.hypot(*(corners[1] - corners[0]))) / one.size
    return float(np.abs(corners - corners_of(other)).max()) < _SAME_PLACE * module
