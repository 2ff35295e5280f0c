"""Reads live video: a small, fixed effort on every frame, and more for a short while where a code shows itself.

No single pass reads every code, and more frames of the same pass do not help (reference measurements: frames of one
hold are far from independent), so frames take turns: the engine plain, our own tracing, the engine on an enlarged and
on a thresholded picture. Unread codes that were *found* (by the engine or by their finder patterns) earn extra tries,
paid from a purse that fills slowly: an empty or hopeless scene costs about one plain pass a frame, whatever hangs
on the wall.
"""

from collections.abc import Callable

import numpy as np

from kiosk.eyes.engines import look, zbar_texts
from kiosk.eyes.finders import find_finders
from kiosk.eyes.grids import Grid, propose
from kiosk.eyes.pictures import Grey, inked, scaled, sharpened, thresholded
from kiosk.eyes.tracing import trace

_FULL = 60.0
_INCOME = 0.25
_TRACE_COST = 2.0
_EXTRA_COST = 1.5
_TRACES = 3

Pass = Callable[[Grey], tuple[tuple[str, ...], tuple[Grid, ...]]]


def _plain(grey: Grey):
    seen = look(grey)
    return seen.texts, seen.unread


def _quick(grey):
    seen = look(grey, thorough=False)
    return seen.texts, seen.unread


def _marks(grey):
    return (), tuple(propose(find_finders(inked(scaled(grey, 0.5), 25, 5), 0.5)))


def _enlarged(grey):
    return look(scaled(grey, 1.5), thorough=False).texts, ()


def _black_white(grey):
    return look(thresholded(grey), thorough=False, black_white=True).texts, ()


_ROUND = (_plain, _marks, _quick, _marks, _enlarged, _marks, _plain, _marks, _black_white)


class LiveEye:
    def __init__(self) -> None:
        self._turn = 0
        self._purse = _FULL
        self._extra = 0
        self.stats = {}

    def read(self, grey: Grey) -> tuple[str, ...]:
        self._purse = min(_FULL, self._purse + _INCOME)
        step = _ROUND[self._turn % len(_ROUND)]
        self._turn += 1
        texts, grids = step(grey)
        if not texts and grids:
            texts = self._try_harder(grey, grids)
        if texts:
            self._purse = _FULL
        return texts

    def _try_harder(self, grey, grids):
        for grid in grids[:_TRACES]:
            if self._purse < _TRACE_COST:
                return ()
            self._purse -= _TRACE_COST
            texts = trace(grey, grid)
            if texts:
                return texts
        if self._purse >= _EXTRA_COST:
            self._purse -= _EXTRA_COST
            spot = _around(grey, grids)
            tries = [
                lambda s: look(scaled(s, 2.0)).texts,
                lambda s: look(thresholded(s)).texts,
                _fine_marks,
                lambda s: zbar_texts(thresholded(s, 51, 5)),
            ]
            self._extra += 1
            return tries[self._extra % len(tries)](spot)
        return ()


def _fine_marks(spot):
    double = scaled(spot, 2.0)
    for grid in propose(find_finders(inked(sharpened(double, 4, 2.0), 41, 3), 2.0), 3)[:3]:
        t = trace(spot, grid)
        if t:
            return t
    return ()


def _around(grey, grids):
    pts = []
    for g in grids[:3]:
        c = np.array([[-4, -4, 1], [g.size + 4, -4, 1], [g.size + 4, g.size + 4, 1], [-4, g.size + 4, 1]]) @ g.matrix.T
        c = c[c[:, 2] > 1e-6]
        pts.append(c[:, :2] / c[:, 2:])
    p = np.vstack(pts)
    h, w = grey.shape
    x0, y0 = np.clip(p.min(0), 0, [w - 1, h - 1]).astype(int)
    x1, y1 = np.clip(p.max(0) + 1, 1, [w, h]).astype(int)
    return grey[y0:y1, x0:x1] if (x1 - x0 > 20 and y1 - y0 > 20) else grey
