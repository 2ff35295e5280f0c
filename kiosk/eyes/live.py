"""Reads live video: a small, fixed effort on every frame, and more for a while where a code shows itself.

No single pass reads every code, and more frames of the same pass do not help (frames of one hold are far from
independent), so frames take turns in a round: the engine thorough and quick, the search for finder patterns, the
engine on an enlarged and on a thresholded picture. A code that was *found* (by the engine or by its finder patterns)
but not read earns extra tries, paid from a purse that fills slowly: whatever hangs on the wall, an empty scene costs
about one plain look a frame. Nothing is left out for a code held still: every pass comes round again.
"""

from collections.abc import Callable, Sequence

import numpy as np

from kiosk.eyes.engines import Look, look, zbar_texts
from kiosk.eyes.finders import find_finders
from kiosk.eyes.grids import Grid, corners_of, propose
from kiosk.eyes.pictures import Grey, inked, scaled, sharpened, thresholded
from kiosk.eyes.tracing import trace

Texts = tuple[str, ...]
FULL_PURSE = 30.0
"""Enough for one hard hold of a second; in plain looks."""
_INCOME = 0.25
_TRACE_COST = 2.0
_EXTRA_COST = 1.5
_TRACES = 3
_RIM = 5.0
_SMALLEST_SPOT = 40


class LiveEye:
    """Reads frame after frame; one for each camera, since it remembers whose turn it is."""

    def __init__(self) -> None:
        """Begin a round with a full purse."""
        self._turn = 0
        self._extra_turn = 0
        self._purse = FULL_PURSE

    def read(self, grey: Grey) -> Texts:
        """Return the texts found in this frame: usually none or one, more when several codes are in view."""
        self._purse = min(FULL_PURSE, self._purse + _INCOME)
        seen = _ROUND[self._turn](grey)
        self._turn = (self._turn + 1) % len(_ROUND)
        texts = seen.texts or self._try_harder(grey, seen.unread)
        if texts:
            self._purse = FULL_PURSE
        return texts

    def _try_harder(self, grey: Grey, grids: Sequence[Grid]) -> Texts:
        """Trace the likeliest grids, then give their surroundings one of the dearer passes, while the purse lasts."""
        for grid in grids[:_TRACES]:
            if not self._paid(_TRACE_COST):
                return ()
            found = trace(grey, grid)
            if found:
                return found
        if not grids or not self._paid(_EXTRA_COST):
            return ()
        extra = _EXTRAS[self._extra_turn]
        self._extra_turn = (self._extra_turn + 1) % len(_EXTRAS)
        return extra(_around(grey, grids[:_TRACES]))

    def _paid(self, cost: float) -> bool:
        if self._purse < cost:
            return False
        self._purse -= cost
        return True


def _quick(grey: Grey) -> Look:
    return look(grey, thorough=False)


def _marks(grey: Grey) -> Look:
    """Look for finder patterns only, at half size."""
    return Look(unread=tuple(propose(find_finders(inked(scaled(grey, 0.5), 25, 5), 0.5))))


def _enlarged(grey: Grey) -> Look:
    return Look(look(scaled(grey, 1.5), thorough=False).texts)


def _black_white(grey: Grey) -> Look:
    return Look(look(thresholded(grey), thorough=False, black_white=True).texts)


_ROUND: tuple[Callable[[Grey], Look], ...] = (
    look,
    _marks,
    _quick,
    look,
    _quick,
    _marks,
    _enlarged,
    _quick,
    _black_white,
    _quick,
)


def _doubled(spot: Grey) -> Texts:
    return look(scaled(spot, 2.0)).texts


def _evened(spot: Grey) -> Texts:
    return look(thresholded(spot)).texts


def _fine_marks(spot: Grey) -> Texts:
    """Look for finder patterns that blur has closed: enlarged and sharpened."""
    ink = inked(sharpened(scaled(spot, 2.0), 4.0, 2.0), 41, 3)
    grids = propose(find_finders(ink, 2.0))[:_TRACES]
    return next((found for grid in grids if (found := trace(spot, grid))), ())


def _second_engine(spot: Grey) -> Texts:
    return zbar_texts(thresholded(spot, 51, 5))


_EXTRAS: tuple[Callable[[Grey], Texts], ...] = (_doubled, _evened, _fine_marks, _second_engine)


def _around(grey: Grey, grids: Sequence[Grid]) -> Grey:
    """Cut out what holds the grids and their quiet zones."""
    height, width = grey.shape
    corners = np.vstack([corners_of(grid, _RIM) for grid in grids])
    left, top = np.clip(corners.min(axis=0), 0, (width, height)).astype(int).tolist()
    right, bottom = np.clip(corners.max(axis=0) + 1, 0, (width, height)).astype(int).tolist()
    large_enough = min(right - left, bottom - top) >= _SMALLEST_SPOT
    return np.ascontiguousarray(grey[top:bottom, left:right]) if large_enough else grey
