"""Quick looks at frames, three a second: is something held before the camera, and how does it look.

The frame is reduced to means over 16 x 16 pixels and compared with what the place looks like when nobody is there,
which is learnt all the time: a chair that was moved belongs to it after a minute. A look costs a small part of one
plain pass of the decoder, and is taken on every fourth frame or fewer.
"""

from collections import deque

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.camera import Frame
from kiosk.eyes.hints import STEADY_MS, Glimpse
from kiosk.eyes.pictures import cell_means

EVERY_MS = 300
"""No look is taken sooner after another."""

_CELL = 16
_GREEN = 1
_LEARN_S = 8.0
_HELD_MOST_MS = 60_000
_STEADY_LOOKS = STEADY_MS // EVERY_MS
_MOVED_LOOKS = 4
_OTHER, _MOVED = 4.0, 7.0
"""By how many medians of the change from look to look a cell may, by chance, differ from the empty place, and move."""

_LEAST, _MOST = 3.0, 10.0
"""Grey levels: bounds of that."""

_LEAST_CELLS = 8
_SAME_SHARE = 0.3
_FEWER = 2
_GONE_MS = 1_000
_DIM = 45
_CLIPPED = 250
_STEP = 32

Cells = NDArray[np.float32]
Mask = NDArray[np.bool_]


class Glimpses:
    """Looks for one camera; remembers the empty place."""

    def __init__(self) -> None:
        """Take the first frame's scene for the empty place."""
        self._empty: Cells | None = None
        self._last: Cells | None = None
        self._looked_ms = 0
        self._others: deque[Mask] = deque(maxlen=_STEADY_LOOKS)
        self._moves: deque[Mask] = deque(maxlen=_MOVED_LOOKS)
        self._place: Mask | None = None
        self._since_ms = self._held_at_ms = 0

    def take(self, frame: Frame, now_ms: int) -> Glimpse | None:
        """Return what a look at this frame shows; None when the last look was a moment ago."""
        if self._last is not None and now_ms - self._looked_ms < EVERY_MS:
            return None
        cells = cell_means(frame[:, :, _GREEN]).astype(np.float32)
        passed_s = (now_ms - self._looked_ms) / 1000
        self._looked_ms = now_ms
        if self._empty is None or self._last is None or self._empty.shape != cells.shape:
            self._empty, self._last, self._place = cells.copy(), cells, None
            self._others.clear()
            self._moves.clear()
            return Glimpse()
        light = float(np.percentile(cells[::_FEWER, ::_FEWER], 90))
        self._compare(cells, self._last, self._empty)
        self._last = cells
        held = self._held(light)
        self._follow(held, now_ms)
        self._empty += (cells - self._empty) * self._rates(held, now_ms, passed_s)
        if held is None:
            return Glimpse(light=light)
        return Glimpse(
            held_ms=now_ms - self._since_ms,
            light=light,
            share=float(held.mean()),
            clipped=float(np.mean(cells[held] > _CLIPPED)),
            busy=_busyness(frame, held),
        )

    def _compare(self, cells: Cells, last: Cells, empty: Cells) -> None:
        """Note where the frame differs from the empty place and where from the last look, by more than chance."""
        change = np.abs(cells - last)
        noise = float(np.median(change[::_FEWER, ::_FEWER]))
        other, moved = (float(np.clip(times * noise, _LEAST, _MOST)) for times in (_OTHER, _MOVED))
        # The camera's own gain for light is put aside.
        gain = float(np.median((cells[::_FEWER, ::_FEWER] + 1) / (empty[::_FEWER, ::_FEWER] + 1)))
        self._others.append(np.asarray(np.abs(cells - empty * gain) > other))
        self._moves.append(np.asarray(change > moved))

    def _follow(self, held: Mask | None, now_ms: int) -> None:
        """Note since when what is held now is held; another thing in another place begins anew."""
        if held is None:
            if now_ms - self._held_at_ms > _GONE_MS:
                self._place = None
            return
        if self._place is None or float(np.mean((held & self._place)[held | self._place])) < _SAME_SHARE:
            self._since_ms = now_ms - STEADY_MS
        self._place, self._held_at_ms = held, now_ms

    def _rates(self, held: Mask | None, now_ms: int, passed_s: float) -> Cells:
        """Return how fast the place follows the scene: not what has just come, nor, for a minute, what is held."""
        kept = self._others[-1] & ~np.logical_and.reduce(list(self._others))
        if held is not None and now_ms - self._since_ms < _HELD_MOST_MS:
            kept |= held
        return np.where(kept, 0.0, min(1.0, passed_s / _LEARN_S)).astype(np.float32)

    def _held(self, light: float) -> Mask | None:
        """Return the largest part that has been different for a while and has stirred: a hand is never quite still.

        In the dark a tremor drowns in the noise, and is not asked for.
        """
        if len(self._others) < _STEADY_LOOKS:
            return None
        steady = np.logical_and.reduce(list(self._others))
        if int(np.count_nonzero(steady)) < _LEAST_CELLS:
            return None
        moved = np.logical_or.reduce(list(self._moves)).astype(np.uint8)
        near = np.asarray(cv2.dilate(moved, np.ones((3, 3), np.uint8)), dtype=np.bool_)
        _, labels, stats, _ = cv2.connectedComponentsWithStats(steady.astype(np.uint8), connectivity=8)
        areas = np.asarray(stats)[:, cv2.CC_STAT_AREA]
        for part in np.argsort(-areas[1:]) + 1:
            if int(areas[part]) < _LEAST_CELLS:
                break
            place = np.asarray(labels) == part
            if light < _DIM or bool(near[place].any()):
                return np.asarray(place)
        return None


def _busyness(frame: Frame, held: Mask) -> float:
    """Return the share of neighbouring pixels around what is held that differ strongly."""
    rows, columns = np.nonzero(held.any(axis=1))[0], np.nonzero(held.any(axis=0))[0]
    top, bottom, left, right = (int(edge) * _CELL for edge in (rows[0], rows[-1] + 1, columns[0], columns[-1] + 1))
    place = np.ascontiguousarray(frame[top:bottom, left:right, _GREEN])
    across, down = cv2.absdiff(place[:, 1:], place[:, :-1]), cv2.absdiff(place[1:], place[:-1])
    return float(np.mean(np.asarray(across) > _STEP) + np.mean(np.asarray(down) > _STEP)) / 2
