"""From marks to codes: which finder patterns belong together, and how their code's modules lie on the picture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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


def propose(finders: Sequence[Finder], most: int = 6) -> list[Grid]:
    """Return the likeliest grids: three marks that fit together first, then two (the third hidden or glared away)."""
    threes = sorted((grid for best in _threes(finders) for grid in best), key=lambda grid: grid.off)
    twos = sorted((grid for best in _twos(finders) for grid in best), key=lambda grid: grid.off)
    return threes[:most] + twos[:most]


def _middles(size: int) -> tuple[Place, Place, Place]:
    far = size - 3.5
    return (3.5, 3.5), (far, 3.5), (3.5, far)


def _threes(finders: Sequence[Finder]) -> Iterator[list[Grid]]:
    for trio in permutations(finders, 3):
        corner, right, below = trio
        across, down = right.middle - corner.middle, below.middle - corner.middle
        wide, high = float(np.hypot(*across)), float(np.hypot(*down))
        sides = [finder.side for finder in trio]
        if not _square_enough(across, down, wide, high) or max(sides) > 2.2 * min(sides):
            continue
        if min(wide, high) > 1.6 * min(sides):
            inward = across / wide + down / high
            yield _fit(trio, inward, (wide + high) / 2, (0, 1, 2))


def _square_enough(across: Points, down: Points, wide: float, high: float) -> bool:
    """Say whether two edges could be a code's: clockwise, of similar length, not nearly parallel."""
    turn = float(across[0] * down[1] - across[1] * down[0])
    shortest, longest = min(wide, high), max(wide, high)
    return turn > 0 and longest < 2.2 * shortest and abs(float(across @ down)) < 0.75 * wide * high


def _twos(finders: Sequence[Finder]) -> Iterator[list[Grid]]:
    for one, other in combinations(finders, 2):
        way = other.middle - one.middle
        far = float(np.hypot(*way))
        sides = (one.side, other.side)
        if max(sides) > 2 * min(sides) or not 1.6 * min(sides) < far < 9 * max(sides):
            continue
        edge = one.corners[1] - one.corners[0]
        angle = float(np.degrees(np.arctan2(way[1], way[0]) - np.arctan2(edge[1], edge[0]))) % 90
        if min(angle, 90 - angle) < 24:  # noqa: PLR2004 - degrees: the marks stand side by side
            for left, right in ((one, other), (other, one)):
                ahead = (right.middle - left.middle) / far
                yield _fit((left, right), ahead + np.array([-ahead[1], ahead[0]]), far, (0, 1))
        elif abs(angle - 45) < 24:  # noqa: PLR2004 - degrees: the marks stand corner to corner
            yield _fit_diagonal(one, other, way / far, far)


def _fit_diagonal(one: Finder, other: Finder, way: Points, far: float) -> list[Grid]:
    """Take one as the top right mark and the other as the bottom left; upside down is the same with half a turn."""
    turn = np.sqrt(0.5) * np.array([[-1.0, 1.0], [-1.0, -1.0]])
    right = turn @ way
    return _fit((one, other), right + np.array([-right[1], right[0]]), far / np.sqrt(2), (1, 2))


def _fit(seen: Sequence[Finder], inward: Points, far: float, which: tuple[int, ...]) -> list[Grid]:
    """Fit grids of the likeliest sizes to the corners of the marks seen; the best two.

    ``inward`` points from the code's top left to its bottom right, ``far`` is the distance of neighbouring marks'
    middles and ``which`` tells the marks seen: 0 top left, 1 top right, 2 bottom left.
    """
    module = sum(finder.side for finder in seen) / len(seen) / _MARK
    likely = round((far / module + _MARK - 17) / 4)
    corners = np.vstack([_from_first(finder, inward) for finder in seen])
    most = _VERSIONS if len(seen) == 3 else _LIKELY_VERSIONS  # noqa: PLR2004 - all marks seen
    limit = _OFF_TRIPLE if len(seen) == 3 else _OFF_PAIR  # noqa: PLR2004 - all marks seen
    grids = []
    for version in range(max(1, likely - 1), min(most, max(1, likely + 1)) + 1):
        size = 17 + 4 * version
        grid = _solve(size, corners, which, module)
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
    turns = {(0, 1, 2): (0,), (0, 1): (0, 1), (1, 2): (0, 2)}[which]
    return Grid(size, matrix, middles, turns, off)


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
