"""Reads live video: a small, fixed effort on every frame, and more for a while where a code may be.

No single pass reads every code, and more frames of the same pass do not help (frames of one hold are far from
independent), so frames take turns in a round: the engine thorough and quick, the search for finder patterns, the
engine on an enlarged and on a thresholded picture. A code that was *found* (by the engine or by its finder patterns)
but not read earns dearer tries, paid from a purse that fills slowly: whatever hangs on the wall, an empty scene costs
about one plain look a frame, and down to a third of it when little or nothing stirs. Nothing is left out for a code
held still: every pass comes round again.
"""

from collections.abc import Callable, Sequence
from itertools import cycle

import numpy as np

from kiosk.eyes.engines import Look, look, zbar_texts
from kiosk.eyes.finders import find_finders
from kiosk.eyes.grids import Grid, corners_of, propose, rescaled
from kiosk.eyes.pictures import Grey, inked, scaled, sharpened, thresholded
from kiosk.eyes.tracing import trace
from kiosk.eyes.watching import Watch

Texts = tuple[str, ...]
_FULL_PURSE = 30.0
"""Enough for one hard hold of a second. Prices are in plain looks."""
_INCOME = 0.2
_TRACE_PRICE = 2.0
_SPOT_PRICE = 1.5
_TRACES = 3
_ENLARGED = 1.5
_RIM = 5.0
_SMALLEST_SPOT = 40


class LiveEye:
    """Reads frame after frame; one for each camera, since it remembers whose turn it is."""

    def __init__(self) -> None:
        """Begin a round with a full purse."""
        self._watch = Watch()
        self._passed_over = 0
        self._purse = _FULL_PURSE
        self._round = cycle(_ROUND)
        self._spot_tries = cycle(_SPOT_TRIES)

    def read(self, grey: Grey) -> Texts:
        """Return the texts found in this frame: usually none or one, more when several codes are in view."""
        self._watch.see(grey)
        self._passed_over += 1
        if self._passed_over < self._watch.pace:
            return ()
        self._passed_over = 0
        self._purse = min(_FULL_PURSE, self._purse + _INCOME)
        step = next(self._round)
        if step is _fine_marks and not self._watch.held:
            step = _quick
        seen = step(grey)
        texts = seen.texts or self._try_found(grey, seen.unread)
        if not texts:
            return ()
        self._purse = _FULL_PURSE
        self._watch.stir()
        # A narrower pass stops at the first code it reads; a second one held beside it must not be overlooked.
        return texts if step is look else tuple(dict.fromkeys(texts + look(grey).texts))

    def _try_found(self, grey: Grey, grids: Sequence[Grid]) -> Texts:
        """Trace the likeliest grids, then give their surroundings one of the dearer passes, while the purse lasts."""
        for grid in grids[:_TRACES]:
            if not self._pay(_TRACE_PRICE):
                return ()
            found = trace(grey, grid)
            if found:
                return found
        if not grids or not self._pay(_SPOT_PRICE):
            return ()
        return next(self._spot_tries)(_around(grey, grids[:_TRACES]))

    def _pay(self, price: float) -> bool:
        if self._purse < price:
            return False
        self._purse -= price
        return True


def _quick(grey: Grey) -> Look:
    return look(grey, thorough=False)


def _marks(grey: Grey) -> Look:
    """Look for finder patterns only, at half size."""
    return Look(unread=tuple(propose(find_finders(inked(scaled(grey, 0.5), 25, 5), 0.5))))


def _fine_marks(grey: Grey) -> Look:
    """Look for finder patterns at full size, where ink stands out well from paper: dear, and kept for what is held."""
    return Look(unread=tuple(propose(find_finders(inked(grey, 51, 10)))))


def _enlarged(grey: Grey) -> Look:
    seen = look(scaled(grey, _ENLARGED), thorough=False)
    return Look(seen.texts, tuple(rescaled(grid, 1 / _ENLARGED) for grid in seen.unread))


def _black_white(grey: Grey) -> Look:
    return look(thresholded(grey), thorough=False, black_white=True)


_ROUND: tuple[Callable[[Grey], Look], ...] = (
    look,
    _marks,
    _quick,
    look,
    _quick,
    _fine_marks,
    _enlarged,
    _quick,
    look,
    _marks,
    _quick,
    _black_white,
)


def _traced(picture: Grey, grids: Sequence[Grid]) -> Texts:
    return next((found for grid in grids[:_TRACES] if (found := trace(picture, grid))), ())


def _seen_or_traced(picture: Grey) -> Texts:
    seen = look(picture)
    return seen.texts or _traced(picture, seen.unread)


def _doubled(spot: Grey) -> Texts:
    return _seen_or_traced(scaled(spot, 2.0))


def _evened(picture: Grey) -> Texts:
    return _seen_or_traced(thresholded(picture))


def _blurred_marks(spot: Grey) -> Texts:
    """Look for finder patterns that blur has closed: enlarged and sharpened."""
    return _traced(spot, propose(find_finders(inked(sharpened(scaled(spot, 2.0), 4.0, 2.0), 41, 3), 2.0)))


def _second_engine(spot: Grey) -> Texts:
    return zbar_texts(thresholded(spot, 51, 5))


_SPOT_TRIES: tuple[Callable[[Grey], Texts], ...] = (_doubled, _evened, _blurred_marks, _second_engine)


def _around(grey: Grey, grids: Sequence[Grid]) -> Grey:
    """Cut out what holds the grids and their quiet zones."""
    height, width = grey.shape
    corners = np.vstack([corners_of(grid, _RIM) for grid in grids])
    left, top = np.clip(corners.min(axis=0), 0, (width, height)).astype(int).tolist()
    right, bottom = np.clip(corners.max(axis=0) + 1, 0, (width, height)).astype(int).tolist()
    large_enough = min(right - left, bottom - top) >= _SMALLEST_SPOT
    return np.ascontiguousarray(grey[top:bottom, left:right]) if large_enough else grey
