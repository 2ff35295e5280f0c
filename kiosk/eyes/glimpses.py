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
_LEARN_S, _LEARN_HELD_S = 10.0, 60.0
_STEADY_LOOKS = STEADY_MS // EVERY_MS
_MOVED, _MOVED_LOOKS = 8.0, 7
_NOISES, _LEAST_CONTRAST, _MOST_CONTRAST = 5.0, 3.0, 10.0
"""Grey levels: what a cell may differ by chance, in medians of its change from look to look, and its bounds."""

_LEAST_CELLS = 8
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
        cells = _cells(frame)
        passed_s = (now_ms - self._looked_ms) / 1000
        self._looked_ms = now_ms
        if self._empty is None or self._last is None or self._empty.shape != cells.shape:
            self._empty, self._last = cells.copy(), cells
            self._others.clear()
            self._moves.clear()
            return Glimpse()
        light = float(np.percentile(cells[::_FEWER, ::_FEWER], 90))
        change = np.abs(cells - self._last)
        self._others.append(self._other(cells, self._empty, float(np.median(change[::_FEWER, ::_FEWER]))))
        self._moves.append(np.asarray(change > _MOVED))
        self._last = cells
        held = self._held(light)
        self._learn(cells, held, passed_s)
        if held is None:
            if now_ms - self._held_at_ms > _GONE_MS:
                self._place = None
            return Glimpse(light=light)
        if self._place is None or not bool((held & self._place).any()):
            self._since_ms = now_ms - STEADY_MS
        self._place, self._held_at_ms = held, now_ms
        clipped = float(np.mean(cells[held] > _CLIPPED))
        return Glimpse(
            held_ms=now_ms - self._since_ms,
            light=light,
            share=float(held.mean()),
            clipped=clipped,
            busy=_busyness(frame, held),
        )

    def _other(self, cells: Cells, empty: Cells, noise: float) -> Mask:
        """Return where the frame differs from the empty place, the camera's own gain for light put aside."""
        gain = float(np.median((cells[::_FEWER, ::_FEWER] + 1) / (empty[::_FEWER, ::_FEWER] + 1)))
        least = np.clip(_NOISES * noise, _LEAST_CONTRAST, _MOST_CONTRAST)
        return np.asarray(np.abs(cells - empty * gain) > least)

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

    def _learn(self, cells: Cells, held: Mask | None, passed_s: float) -> None:
        """Let the empty place follow the scene, more slowly where something is held."""
        if self._empty is None:
            return
        slow, usual = passed_s / _LEARN_HELD_S, passed_s / _LEARN_S
        rate = np.float32(usual) if held is None else np.where(held, slow, usual).astype(np.float32)
        self._empty += (cells - self._empty) * np.minimum(rate, np.float32(1))


def _cells(frame: Frame) -> Cells:
    return cell_means(frame[:, :, _GREEN]).astype(np.float32)


def _busyness(frame: Frame, held: Mask) -> float:
    """Return the share of neighbouring pixels around what is held that differ strongly."""
    rows, columns = np.nonzero(held.any(axis=1))[0], np.nonzero(held.any(axis=0))[0]
    top, bottom, left, right = (int(edge) * _CELL for edge in (rows[0], rows[-1] + 1, columns[0], columns[-1] + 1))
    place = np.ascontiguousarray(frame[top:bottom, left:right, _GREEN])
    across, down = cv2.absdiff(place[:, 1:], place[:, :-1]), cv2.absdiff(place[1:], place[:-1])
    return float(np.mean(np.asarray(across) > _STEP) + np.mean(np.asarray(down) > _STEP)) / 2
