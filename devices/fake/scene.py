"""Puts a prop into the lobby as a camera would see it: perspective, focus, smear, glare, light, noise, compression."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.camera import Frame
from devices.fake.lobby import Lobby, cv2_frame
from devices.fake.motion import Pose, Troubles, draw_troubles, pose_at, troubled
from devices.fake.props import QR_SIDE, Plane, Prop, load_qr, make_prop, plane
from devices.fake.script import Hold, Medium, Trouble

_LINES = 720
_SMALL = 0.55
_SHARPEST = 0.6
_STILL = 1.2
_DISTANCE = 3.2
"""Focal length over the code's distance in code sides: sets how strongly a tilt converges."""


class Act:
    """One hold, drawn: its troubles and its prop at several sizes. Building one costs some ten milliseconds."""

    def __init__(
        self, image: Path, medium: Medium, difficulty: float, rng: np.random.Generator, trouble: Trouble = "none"
    ) -> None:
        """Draw troubles and prop. Raises BadScript when the image is no picture."""
        self.troubles = troubled(draw_troubles(medium, difficulty, rng), trouble)
        self.lit_itself = medium == "phone"
        prop = make_prop(load_qr(image), medium, self.troubles.wear, rng)
        self._sizes = [(1.0, prop), (0.5, _halve(prop))]
        self._sizes.append((0.25, _halve(self._sizes[1][1])))

    def prop_for(self, scale: float) -> tuple[float, Prop]:
        """Return the smallest drawing that is still large enough to be shown at ``scale`` without aliasing."""
        fitting = [pair for pair in self._sizes if scale <= pair[0] * (1 + _SMALL)]
        return fitting[-1] if fitting else self._sizes[0]


class Stage:
    """Renders frames of ``size`` (width, height); the same seed, hold and moment give the same frame."""

    def __init__(self, size: tuple[int, int], seed: int) -> None:
        """Keep size and seed; the lobby is drawn with the first frame."""
        self._size = size
        self._seed = seed
        self._lobby = Lobby(size, seed)
        self._act: tuple[Hold, Act] | None = None

    def empty(self, t_ms: int, light: float = 1.0) -> Frame:
        """Return the lobby without an invitation at a moment of the script; the darker, the more noise."""
        frame = self._lobby.view(light, t_ms)
        self._lobby.add_noise(frame, 2.0 + 6.0 * (1 - light), t_ms * 7)
        return frame

    def show(self, hold: Hold, t_ms: int) -> Frame:
        """Return the frame of a hold at a moment of the script. Raises BadScript when its image is no picture."""
        if self._act is None or self._act[0] != hold:
            rng = np.random.default_rng([self._seed, hold.starts_ms, 2])
            self._act = hold, Act(hold.image, hold.medium, hold.difficulty, rng, hold.trouble)
        act = self._act[1]
        pose = pose_at(act.troubles, t_ms - hold.starts_ms, hold.ends_ms - t_ms)
        return self.picture(act, pose, t_ms)

    def picture(self, act: Act, pose: Pose, t_ms: int) -> Frame:
        """Return the frame of a drawn hold in a pose."""
        troubles = act.troubles
        frame = self._lobby.view(troubles.light, t_ms)
        box = _place(frame, act, pose)
        self._lobby.add_noise(frame, troubles.noise, t_ms * 7)
        if box is not None:
            _compress(frame, box, troubles.jpeg)
        return frame


def _halve(prop: Prop) -> Prop:
    height, width = prop.picture.shape
    size = (width // 2, height // 2)
    picture = plane(cv2.resize(prop.picture, size, interpolation=cv2.INTER_AREA))
    shape = plane(cv2.resize(prop.shape, size, interpolation=cv2.INTER_NEAREST))
    return Prop(picture, shape, (prop.middle[0] / 2, prop.middle[1] / 2))


def _place(frame: Frame, act: Act, pose: Pose) -> tuple[slice, slice] | None:
    """Draw the prop into the frame in place; return where its code is, None when it is out of sight."""
    height, width = frame.shape[:2]
    size, prop = act.prop_for(pose.side * height / QR_SIDE)
    matrix = _projection(pose, prop, QR_SIDE * size, (width, height))
    region = _bounds(matrix, prop.picture.shape, (width, height))
    if region is None:
        return None
    rows, columns = region
    shift = np.array([[1, 0, -columns.start], [0, 1, -rows.start], [0, 0, 1]], np.float64)
    target = (columns.stop - columns.start, rows.stop - rows.start)
    picture = plane(cv2.warpPerspective(prop.picture, shift @ matrix, target, borderMode=cv2.BORDER_REPLICATE))
    shape = plane(cv2.warpPerspective(prop.shape, shift @ matrix, target, flags=cv2.INTER_NEAREST))
    picture = _expose(picture, act, pose, height / _LINES)
    coloured = cv2_frame(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR))
    cv2.copyTo(coloured, shape, frame[region])
    return _code_box(pose, (width, height))


def _projection(pose: Pose, prop: Prop, side: float, size: tuple[int, int]) -> NDArray[np.float64]:
    """Return the homography from the flat prop to the frame: scale, turn in space, look from the front, move."""
    width, height = size
    c, s = np.cos(pose.roll), np.sin(pose.roll)
    (cx, cy), (sx, sy) = np.cos(pose.tilt), np.sin(pose.tilt)
    turn = np.array([[cy, 0, sy], [sx * sy, cx, -sx * cy], [-cx * sy, sx, cx * cy]]) @ [
        [c, -s, 0],
        [s, c, 0],
        [0, 0, 1],
    ]
    flat = np.array([[1, 0, -prop.middle[0]], [0, 1, -prop.middle[1]], [0, 0, side]]) / side
    view = turn[:, :2]
    spread = np.column_stack([view, [0, 0, _DISTANCE]]) @ flat
    zoom = pose.side * height * _DISTANCE
    middle = (width / 2 + pose.middle[0] * height, height / 2 + pose.middle[1] * height)
    lens = np.array([[zoom, 0, middle[0]], [0, zoom, middle[1]], [0, 0, 1]])
    return np.asarray(lens @ spread, dtype=np.float64)


def _bounds(matrix: NDArray[np.float64], shape: tuple[int, ...], size: tuple[int, int]) -> tuple[slice, slice] | None:
    height, width = shape[:2]
    corners = np.array([[0, width, width, 0], [0, 0, height, height], [1, 1, 1, 1]])
    x, y, w = matrix @ corners
    if w.min() <= 0:
        return None
    left, right = max(0, int((x / w).min()) - 4), min(size[0], int((x / w).max()) + 5)
    top, bottom = max(0, int((y / w).min()) - 4), min(size[1], int((y / w).max()) + 5)
    return None if left >= right or top >= bottom else (slice(top, bottom), slice(left, right))


def _expose(picture: Plane, act: Act, pose: Pose, zoom: float) -> Plane:
    """Give the prop its light, glare and blur."""
    troubles = act.troubles
    # A phone shines by itself: in a dim room it stays bright and even blooms.
    gain = troubles.screen if act.lit_itself else troubles.light
    lit = plane(cv2.convertScaleAbs(picture, alpha=gain))
    if troubles.glare:
        _glare(lit, troubles)
    if pose.blur * zoom > _SHARPEST:
        lit = plane(cv2.filter2D(lit, -1, _disk(pose.blur * zoom)))
    smear = (pose.smear[0] * zoom, pose.smear[1] * zoom)
    return plane(cv2.filter2D(lit, -1, _streak(smear))) if np.hypot(*smear) > _STILL else lit


def _glare(lit: Plane, troubles: Troubles) -> None:
    """Add the mirror image of a lamp: a bright spot that does not move with the code."""
    height, width = lit.shape
    middle = (0.5 + 0.25 * np.cos(troubles.phases[6]), 0.5 + 0.25 * np.sin(troubles.phases[7]))
    y, x = np.ogrid[0:height:4, 0:width:4]
    far = np.square((x / width - middle[0]) / 0.16) + np.square((y / height - middle[1]) / 0.1)
    spot = np.clip(520 * troubles.glare * np.exp(-far), 0, 255).astype(np.uint8)
    cv2.add(lit, plane(cv2.resize(spot, (width, height))), dst=lit)


def _disk(radius: float) -> NDArray[np.float32]:
    """Return the blur kernel of a lens out of focus: an evenly lit disk with a soft rim."""
    reach = int(np.ceil(radius))
    y, x = np.ogrid[-reach : reach + 1, -reach : reach + 1]
    disk = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1).astype(np.float32)
    return np.asarray(disk / disk.sum(), dtype=np.float32)


def _streak(smear: tuple[float, float]) -> NDArray[np.float32]:
    """Return the blur kernel of a straight movement of ``smear`` pixels during the exposure."""
    reach = int(np.ceil(max(abs(smear[0]), abs(smear[1])) / 2))
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    for step in np.linspace(-0.5, 0.5, 4 * reach + 3):
        x, y = reach + step * smear[0], reach + step * smear[1]
        kernel[round(y), round(x)] += 1
    return np.asarray(kernel / kernel.sum(), dtype=np.float32)


def _code_box(pose: Pose, size: tuple[int, int]) -> tuple[slice, slice] | None:
    """Return the part of the frame around the code, on the 16-pixel grid of a JPEG encoder."""
    width, height = size
    reach = pose.side * height * 0.8
    x, y = width / 2 + pose.middle[0] * height, height / 2 + pose.middle[1] * height
    left, right = max(0, int(x - reach) // 16 * 16), min(width, int(x + reach))
    top, bottom = max(0, int(y - reach) // 16 * 16), min(height, int(y + reach))
    return None if left >= right or top >= bottom else (slice(top, bottom), slice(left, right))


def _compress(frame: Frame, box: tuple[slice, slice], quality: int) -> None:
    """Send the code's surroundings through the JPEG compression of a USB camera."""
    ok, data = cv2.imencode(".jpg", frame[box], [cv2.IMWRITE_JPEG_QUALITY, quality])
    again = cv2.imdecode(data, cv2.IMREAD_COLOR) if ok else None
    if again is not None:
        frame[box] = again
