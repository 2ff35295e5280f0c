"""Reads a code whose place is roughly known by following its own module grid over folds, curl, tilt and glare.

The edges between modules repeat once a module. Their local phase tells how far the paper has moved the print at each
spot (as in Fourier fringe analysis: Takeda, Ina and Kobayashi 1982); following it from the finder patterns outward
gives a map that lays the code flat. Then each module is one number (kiosk.eyes.modules).
"""

import heapq

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.eyes.engines import look
from kiosk.eyes.grids import Grid, Matrix
from kiosk.eyes.modules import read_modules
from kiosk.eyes.pictures import Grey, grey8

Field = NDArray[np.float32]
_PX = 6
_PAD = 2
_FINE, _BROAD = 0.7, 2.0
_TAU = 2 * np.pi


def trace(grey: Grey, grid: Grid) -> tuple[str, ...]:
    """Return the texts of the code that lies about as the grid says; empty when it cannot be read."""
    flat = flatten(grey, grid)
    return read_modules(_module_tones(flat, grid.size), grid.turns) or look(flat, thorough=False).texts


def flatten(grey: Grey, grid: Grid) -> Grey:
    """Return the code upright and flat, 6 pixels a module, with a rim of 2 modules."""
    n = (grid.size + 2 * _PAD) * _PX
    to_modules = np.array([[1 / _PX, 0, -_PAD], [0, 1 / _PX, -_PAD], [0, 0, 1]])
    rough = _warp(grey, grid.matrix @ to_modules, n)
    y, x = np.mgrid[0:n, 0:n].astype(np.float32)
    phasors = [_phasor(rough, axis, _FINE) for axis in (0, 1)]
    moved = [_dense(_follow(phasor, grid), _field(np.abs(phasor)), n) for phasor in phasors]
    map_x, map_y = x + moved[0], y + moved[1]
    better = _taken(rough, map_x, map_y)
    # What is left is less than half a module, so its phase needs no following and may be averaged more broadly.
    phasors = [_phasor(better, axis, _BROAD) for axis in (0, 1)]
    moved = [_dense(_field(np.angle(phasor) * (_PX / _TAU)), _field(np.abs(phasor)), n) for phasor in phasors]
    at_x, at_y = x + moved[0], y + moved[1]
    return _taken(rough, _field(_take(map_x, at_x, at_y)), _field(_take(map_y, at_x, at_y)))


def _warp(grey: Grey, matrix: Matrix, n: int) -> Grey:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return grey8(cv2.warpPerspective(grey, matrix, (n, n), flags=flags, borderMode=cv2.BORDER_REPLICATE))


def _take(picture: object, map_x: Field, map_y: Field) -> object:
    source = np.asarray(picture)
    return cv2.remap(source, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _taken(grey: Grey, map_x: Field, map_y: Field) -> Grey:
    return grey8(_take(grey, map_x, map_y))


def _field(values: object) -> Field:
    return np.asarray(values, dtype=np.float32)


def _phasor(grey: Grey, axis: int, spread: float) -> NDArray[np.complex64]:
    """Return, one number a module, how strongly edges repeat along x (axis 0) or y (1), and with which phase."""
    n = grey.shape[0]
    step = cv2.absdiff(grey[:, 1:], grey[:, :-1]) if axis == 0 else cv2.absdiff(grey[1:], grey[:-1])
    edges = _field(cv2.copyMakeBorder(step, 0, axis, 0, 1 - axis, cv2.BORDER_CONSTANT, value=0))
    turn = (np.arange(n, dtype=np.float32) + 1) * np.float32(_TAU / _PX)
    wave = (np.cos(turn), np.sin(turn))
    parts = [edges * (part[None, :] if axis == 0 else part[:, None]) for part in wave]
    size = (n // _PX, n // _PX)
    means = [cv2.resize(part, size, interpolation=cv2.INTER_AREA) for part in parts]
    real, imaginary = (_field(cv2.GaussianBlur(mean, (0, 0), spread)) for mean in means)
    return np.asarray(real + 1j * imaginary, dtype=np.complex64)


def _follow(phasor: NDArray[np.complex64], grid: Grid) -> Field:
    """Return each module's displacement in pixels.

    The phase is known but for whole turns. These are settled from the marks (whose place is known) outward, over the
    clearest modules first, each as near as can be to the neighbour it is reached from.
    """
    rows, columns = phasor.shape
    wide = columns + 2  # a rim of finished cells saves asking for the borders
    turns = np.pad(np.angle(phasor) / _TAU, 1).ravel().tolist()
    weights = np.pad(-np.abs(phasor), 1).ravel().tolist()
    done = np.pad(np.zeros((rows, columns), np.bool_), 1, constant_values=True).ravel().tolist()
    waiting = []
    for x, y in grid.marks:
        cell = (int(y) + _PAD + 1) * wide + int(x) + _PAD + 1
        done[cell] = True
        waiting.append((weights[cell], cell))
    heapq.heapify(waiting)
    while waiting:
        _, cell = heapq.heappop(waiting)
        here = turns[cell]
        for near in (cell + 1, cell - 1, cell + wide, cell - wide):
            if not done[near]:
                done[near] = True
                turns[near] += round(here - turns[near])
                heapq.heappush(waiting, (weights[near], near))
    return _field(np.array(turns, np.float32).reshape(rows + 2, wide)[1:-1, 1:-1] * _PX)


def _dense(shift: Field, weight: Field, n: int) -> Field:
    """Smooth displacements, the clear ones counting more, and spread them over all pixels."""
    share = weight / (float(weight.max()) + 1e-6) + np.float32(1e-3)
    smooth = _field(cv2.GaussianBlur(shift * share, (0, 0), 1.0)) / _field(cv2.GaussianBlur(share, (0, 0), 1.0))
    return _field(cv2.resize(smooth, (n, n), interpolation=cv2.INTER_LINEAR))


def _module_tones(flat: Grey, size: int) -> Field:
    """Return the mean grey of each module's core, size x size."""
    core = _field(cv2.blur(flat, (3, 3)))
    at = (_PAD + np.arange(size)) * _PX + _PX // 2
    total = core[np.ix_(at, at)] + core[np.ix_(at - 1, at - 1)] + core[np.ix_(at - 1, at)] + core[np.ix_(at, at - 1)]
    return _field(total / 4)
