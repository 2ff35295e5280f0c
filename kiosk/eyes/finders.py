"""Finds the three square marks (finder patterns) of QR codes by their nested outlines.

An outline within an outline within an outline, with areas as 49 : 25 : 9, is a mark, whatever its tilt and whichever
of ink and paper is the darker. Marks are found where blur, glare or folds keep the engines from reading the code.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.eyes.pictures import Grey

Points = NDArray[np.float64]
_MOST = 24
_OUTLINES = 12000
_MIDDLE_SHARE = 25 / 49
_CORE_SHARE = 9 / 49
_PARENT = 3


@dataclass(frozen=True, slots=True)
class Finder:
    """One mark: its middle (x, y), its four corners clockwise on the picture, its side in pixels."""

    middle: Points
    corners: Points
    side: float


def find_finders(ink: Grey, scale: float = 1.0, least: float = 7.0) -> list[Finder]:
    """Return the marks of a black-and-white picture, the most mark-like first, at most 24.

    ``scale`` is the picture's size over the original's: places are given on the original. ``least`` is the smallest
    side in pixels of this picture.
    """
    outlines, tree = cv2.findContours(ink, cv2.RETR_TREE, cv2.CHAIN_APPROX_NONE)
    if not 0 < len(outlines) <= _OUTLINES:
        return []
    ranked = sorted(_candidates(outlines, np.asarray(tree)[0], least), key=lambda pair: pair[0])
    found: list[Finder] = []
    for _, finder in ranked:
        if all(np.hypot(*(finder.middle - other.middle)) > max(finder.side, other.side) / 2 for other in found):
            found.append(finder)
        if len(found) == _MOST:
            break
    return [Finder(one.middle / scale, one.corners / scale, one.side / scale) for one in found]


def _candidates(outlines: Sequence[object], tree: NDArray[np.int32], least: float) -> list[tuple[float, Finder]]:
    """Measure every outline that has a parent and a grandparent of fitting lengths."""
    contours = [np.asarray(outline, dtype=np.int32).reshape(-1, 2) for outline in outlines]
    length = np.fromiter((len(outline) for outline in contours), np.int64, len(contours))
    parent = tree[:, _PARENT]
    core = np.nonzero(parent >= 0)[0]
    core = core[parent[parent[core]] >= 0]
    ring = parent[core]
    outer = parent[ring]
    fits = (length[outer] > 3.2 * least) & (length[outer] < 2.2 * length[ring]) & (length[ring] < length[outer])
    fits &= (length[core] < length[ring]) & (length[core] > 0.2 * length[outer])
    triples = zip(outer[fits].tolist(), ring[fits].tolist(), core[fits].tolist(), strict=True)
    measured = (_measure(contours[a], contours[b], contours[c], least) for a, b, c in triples)
    return [pair for pair in measured if pair is not None]


def _measure(
    outer: NDArray[np.int32], ring: NDArray[np.int32], core: NDArray[np.int32], least: float
) -> tuple[float, Finder] | None:
    """Return a mark and how far it is from the ideal (0); None when areas, middles or corners do not fit."""
    area, ring_area, core_area = (cv2.contourArea(outline) for outline in (outer, ring, core))
    if area < least * least or not 0.3 < ring_area / area < 0.85 or not 0.05 < core_area / area < 0.42:  # noqa: PLR2004 - wide about 25/49 and 9/49
        return None
    side = float(np.sqrt(area))
    middles = [outline.mean(axis=0) for outline in (outer, ring, core)]
    apart = max(np.hypot(*(middles[0] - middles[1])), np.hypot(*(middles[0] - middles[2]))) / side
    if core_area > 0.75 * ring_area or apart > 0.13:  # noqa: PLR2004 - shares of the mark's side
        return None
    corners = _corners(outer, area)
    if corners is None:
        return None
    oddness = abs(ring_area / area - _MIDDLE_SHARE) + abs(core_area / area - _CORE_SHARE) + 0.5 * apart
    return float(oddness), Finder(np.mean(middles, axis=0), corners, side)


def _corners(outline: NDArray[np.int32], area: float) -> Points | None:
    """Return the four corners to a fraction of a pixel: lines fitted to the four sides, and where they meet."""
    hull = cv2.convexHull(outline)
    if area < 0.75 * cv2.contourArea(hull):
        return None
    rough = _four_corners(outline, hull)
    points = outline.astype(np.float32)
    lines = [_side_line(points, rough[k], rough[(k + 1) % 4]) for k in range(4)]
    found = []
    for before, after in zip([lines[-1], *lines[:-1]], lines, strict=True):
        meeting = None if before is None or after is None else _meeting(before, after)
        if meeting is None:
            return None
        found.append(meeting)
    corners = np.array(found)
    if np.abs(corners - rough).max() > 0.4 * np.sqrt(area):
        return None
    following = np.roll(corners, -1, axis=0)
    turn = float(np.sum(corners[:, 0] * following[:, 1] - following[:, 0] * corners[:, 1]))
    return corners if turn > 0 else corners[::-1].copy()


def _four_corners(outline: NDArray[np.int32], hull: object) -> NDArray[np.float32]:
    shape = np.asarray(hull, dtype=np.int32)
    around = cv2.arcLength(shape, closed=True)
    for tolerance in (0.04, 0.06, 0.08, 0.1):
        polygon = np.asarray(cv2.approxPolyDP(shape, tolerance * around, closed=True), dtype=np.float32).reshape(-1, 2)
        if len(polygon) == 4:  # noqa: PLR2004 - a square has four corners
            return polygon
    return np.asarray(cv2.boxPoints(cv2.minAreaRect(outline)), dtype=np.float32)


def _side_line(
    points: NDArray[np.float32], start: NDArray[np.float32], end: NDArray[np.float32]
) -> tuple[Points, Points] | None:
    """Fit a line to the outline's points along one side, its rounded ends left out; (direction, point on it)."""
    way = end - start
    length = float(np.hypot(*way))
    if length < 4:  # noqa: PLR2004 - pixels; shorter sides tell no direction
        return None
    way = way / length
    along = (points - start) @ way
    aside = np.abs((points - start) @ np.array([-way[1], way[0]], np.float32))
    near = points[(along > 0.18 * length) & (along < 0.82 * length) & (aside < 0.15 * length + 1)]
    if len(near) < 3:  # noqa: PLR2004 - two points fit any line
        return None
    line = np.asarray(cv2.fitLine(near, cv2.DIST_L2, 0, 0.01, 0.01), dtype=np.float64).ravel()
    return line[:2], line[2:]


def _meeting(one: tuple[Points, Points], other: tuple[Points, Points]) -> Points | None:
    """Return where two lines meet; None when they are nearly parallel."""
    (way, point), (other_way, other_point) = one, other
    across = float(way[0] * other_way[1] - way[1] * other_way[0])
    if abs(across) < 0.2:  # noqa: PLR2004 - about 12 degrees
        return None
    gap = other_point - point
    step = float(gap[0] * other_way[1] - gap[1] * other_way[0]) / across
    return np.asarray(point + step * way, dtype=np.float64)
