"""From marks to codes: which finder patterns belong together, and how their code's modules lie on the picture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, permutations

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.eyes.finders import Finder, Points

Matrix = NDArray[np.float64]
Place = tuple[float, float]
_MARK = 7
_VERSIONS = 40
_LIKELY_VERSIONS = 15
_OFF_TRIPLE = 1.5
_OFF_PAIR = 1.0
_COMBINED = 10
# What perspective may do: marks and edges this unequal, corners this far from square (cosine), sides askew (degrees).
_UNEQUAL = 2.2
_LEAN = 0.75
_ASKEW = 24
# Distance of neighbouring marks' middles over their side: version 1 has 2, two marks alone are believed to version 10.
_APART = 1.6
_APART_MOST = 9.0
_HORIZON = 1e-3
_ALL = (0, 1, 2)
_TURNS = {_ALL: (0,), (0, 1): (0, 1), (1, 2): (0, 2)}


@dataclass(frozen=True, slots=True)
class Grid:
    """A guess at one code: ``size`` modules a side, ``matrix`` from module coordinates (x, y) to picture pixels.

    ``marks`` are the middles, in modules, of the finder patterns that were really seen; ``turns`` are the quarter
    turns (to the left) that may still be needed to bring the code upright. ``off`` is the guess's misfit in modules.
    """

    size: int
    matrix: Matrix
    marks: tuple[Place, ...]
    turns: tuple[int, ...] = (0,)
    off: float = 0.0


def grid_from_corners(corners: NDArray[np.float32], size: int) -> Grid:
    """Lay a grid into the four corners of a code: top left, top right, bottom right, bottom left."""
    flat = np.array([[0, 0], [size, 0], [size, size], [0, size]], np.float32)
    matrix = np.asarray(cv2.getPerspectiveTransform(flat, corners.astype(np.float32)), dtype=np.float64)
    return Grid(size, matrix, _middles(size)[:3])


def rescaled(grid: Grid, factor: float) -> Grid:
    """Return the grid as it lies on the picture enlarged by the factor."""
    return replace(grid, matrix=np.diag([factor, factor, 1.0]) @ grid.matrix)


def corners_of(grid: Grid, rim: float = 0.0) -> Points:
    """Return the code's four corners on the picture, clockwise from the top left, ``rim`` modules further out."""
    low, high = -rim, grid.size + rim
    flat = np.array([[low, low, 1.0], [high, low, 1.0], [high, high, 1.0], [low, high, 1.0]])
    seen = flat @ grid.matrix.T
    # Far corners of a wild guess may lie behind the lens; they are then far away, not infinitely so.
    return np.asarray(seen[:, :2] / np.maximum(seen[:, 2:], _HORIZON), dtype=np.float64)


def propose(finders: Sequence[Finder], most: int = 6) -> list[Grid]:
    """Return the likeliest grids: three marks that fit together first, then two (the third hidden or glared away).

    Of the finders (most mark-like first) no more than ten are combined, so that a wall of squares costs little.
    """
    few = finders[:_COMBINED]
    found: list[Grid] = []
    for likeliest in (_threes(few), _twos(few)):
        cheapest = sorted(likeliest, key=lambda case: case.oddness)[:most]
        found += sorted((grid for case in cheapest for grid in _fit(case)), key=lambda grid: grid.off)[:most]
    return found


@dataclass(frozen=True, slots=True)
class _Case:
    """Marks that may belong together.

    ``inward`` points from the code's top left to its bottom right, ``far`` is the distance of neighbouring marks'
    middles, ``which`` tells the marks seen (0 top left, 1 top right, 2 bottom left) and ``oddness`` how unlike a
    code seen from the front they stand.
    """

    seen: tuple[Finder, ...]
    inward: Points
    far: float
    which: tuple[int, ...]
    oddness: float


def _middles(size: int) -> tuple[Place, Place, Place]:
    far = size - 3.5
    return (3.5, 3.5), (far, 3.5), (3.5, far)


def _threes(finders: Sequence[Finder]) -> Iterator[_Case]:
    for trio in permutations(finders, 3):
        corner, right, below = trio
        sides = [finder.side for finder in trio]
        if max(sides) > _UNEQUAL * min(sides):
            continue
        across, down = right.middle - corner.middle, below.middle - corner.middle
        wide, high = float(np.hypot(*across)), float(np.hypot(*down))
        turn = float(across[0] * down[1] - across[1] * down[0])
        lean = abs(float(across @ down)) / (wide * high)
        if (
            turn > 0
            and lean < _LEAN
            and max(wide, high) < _UNEQUAL * min(wide, high)
            and min(wide, high) > _APART * min(sides)
        ):
            oddness = lean + float(np.log(max(wide, high) / min(wide, high) * max(sides) / min(sides)))
            yield _Case(trio, across / wide + down / high, (wide + high) / 2, (0, 1, 2), oddness)


def _twos(finders: Sequence[Finder]) -> Iterator[_Case]:
    for one, other in combinations(finders, 2):
        sides = (one.side, other.side)
        way = other.middle - one.middle
        far = float(np.hypot(*way))
        if max(sides) > _UNEQUAL * min(sides) or not _APART * min(sides) < far < _APART_MOST * max(sides):
            continue
        ahead = way / far
        edge = one.corners[1] - one.corners[0]
        angle = float(np.degrees(np.arctan2(way[1], way[0]) - np.arctan2(edge[1], edge[0]))) % 90
        askew = min(angle, 90 - angle)
        oddness = float(np.log(max(sides) / min(sides)))
        if askew < _ASKEW:
            yield _side_by_side(one, other, ahead, far, oddness + askew / 90)
            yield _side_by_side(other, one, -ahead, far, oddness + askew / 90)
        elif askew > 45 - _ASKEW:
            yield _corner_to_corner(one, other, ahead, far, oddness + (45 - askew) / 90)


def _side_by_side(left: Finder, right: Finder, ahead: Points, far: float, oddness: float) -> _Case:
    return _Case((left, right), ahead + np.array([-ahead[1], ahead[0]]), far, (0, 1), oddness)


def _corner_to_corner(one: Finder, other: Finder, ahead: Points, far: float, oddness: float) -> _Case:
    """Take one as the top right mark and the other as the bottom left; upside down is the same with half a turn."""
    right = np.sqrt(0.5) * np.array([[-1.0, 1.0], [-1.0, -1.0]]) @ ahead
    inward = right + np.array([-right[1], right[0]])
    return _Case((one, other), inward, far / np.sqrt(2), (1, 2), oddness)


def _fit(case: _Case) -> list[Grid]:
    """Fit grids of the likeliest sizes to the corners of the marks seen; the best two."""
    module = sum(finder.side for finder in case.seen) / len(case.seen) / _MARK
    likely = round((case.far / module + _MARK - 17) / 4)
    corners = np.vstack([_from_first(finder, case.inward) for finder in case.seen])
    most, limit = (_VERSIONS, _OFF_TRIPLE) if case.which == _ALL else (_LIKELY_VERSIONS, _OFF_PAIR)
    grids = []
    for version in range(max(1, likely - 1), min(most, max(1, likely + 1)) + 1):
        grid = _solve(17 + 4 * version, corners, case.which, module)
        if grid is not None and grid.off < limit:
            grids.append(grid)
    return sorted(grids, key=lambda grid: grid.off)[:2]


def _from_first(finder: Finder, inward: Points) -> Points:
    """Return the corners from the one that points most outward (a code's top left) on."""
    return np.roll(finder.corners, -int(np.argmin(finder.corners @ inward)), axis=0)


def _solve(size: int, corners: Points, which: tuple[int, ...], module: float) -> Grid | None:
    middles = tuple(_middles(size)[number] for number in which)
    half = _MARK / 2
    around = np.array([[-half, -half], [half, -half], [half, half], [-half, half]])
    flat = np.vstack([np.array(middle) + around for middle in middles])
    matrix = _homography(flat, corners, module)
    seen = np.column_stack([flat, np.ones(len(flat))]) @ matrix.T
    if seen[:, 2].min() <= 0:
        return None
    off = float(np.sqrt(np.mean(np.sum(np.square(seen[:, :2] / seen[:, 2:] - corners), axis=1)))) / module
    return Grid(size, matrix, middles, _TURNS[which], off)


def _homography(flat: Points, seen: Points, module: float) -> Matrix:
    """Return the perspective map that takes flat points nearest to the seen ones (least squares).

    Both are first moved and scaled to be about 1 large: the equations stay well conditioned.
    """
    middle, reach = flat.mean(axis=0), float(np.ptp(flat))
    there = seen.mean(axis=0)
    x, y = ((flat - middle) / reach).T
    u, v = ((seen - there) / (reach * module)).T
    one, none = np.ones(len(flat)), np.zeros((len(flat), 3))
    rows_u = np.column_stack([x, y, one, none, -u * x, -u * y])
    rows_v = np.column_stack([none, x, y, one, -v * x, -v * y])
    found = np.linalg.lstsq(np.vstack([rows_u, rows_v]), np.concatenate([u, v]))[0]
    before = np.array([[1 / reach, 0, -middle[0] / reach], [0, 1 / reach, -middle[1] / reach], [0, 0, 1]])
    after = np.array([[reach * module, 0, there[0]], [0, reach * module, there[1]], [0, 0, 1]])
    return np.asarray(after @ np.append(found, 1.0).reshape(3, 3) @ before, dtype=np.float64)
