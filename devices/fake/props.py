"""What a guest holds up: a printed letter or a phone that shows a QR code, drawn flat and in grey."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.fake.script import BadScript, Medium

Plane = NDArray[np.uint8]
QR_SIDE = 340
"""Pixels of the QR picture on the flat prop, its quiet zone included."""

_PAPER = (760, 1000)
_PHONE = (430, 840)
_LARGEST_SIDE = 4096
_STEP = 4


@dataclass(frozen=True, slots=True)
class Prop:
    """A flat picture (grey), its shape (255 inside), and the middle (x, y) of the QR code on it."""

    picture: Plane
    shape: Plane
    middle: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Wear:
    """How the prop has suffered: each from 0 (none) to 1 (bad)."""

    bend: float = 0.0
    folds: float = 0.0
    stripes: float = 0.0
    inverted: bool = False


def load_qr(path: Path) -> Plane:
    """Read a picture of a QR code as grey pixels of QR_SIDE x QR_SIDE. Raises BadScript when it is no picture."""
    try:
        data = np.fromfile(path, dtype=np.uint8)
        found = cv2.imdecode(data, cv2.IMREAD_UNCHANGED) if data.size else None
    except (OSError, cv2.error) as problem:
        raise BadScript(f"{path}: cannot be read: {problem}") from problem
    if found is None or max(found.shape[:2]) > _LARGEST_SIDE:
        raise BadScript(f"{path}: is no picture of at most {_LARGEST_SIDE} x {_LARGEST_SIDE} pixels")
    return _fit(_grey(found))


def _grey(found: object) -> Plane:
    """Flatten any PNG to 8-bit grey, transparent parts to white."""
    picture = np.asarray(found)
    if picture.dtype != np.uint8:
        picture = np.asarray(cv2.convertScaleAbs(picture, alpha=1 / 257))
    if picture.ndim == 2:  # noqa: PLR2004 - rows and columns only
        return plane(picture)
    grey = cv2.cvtColor(picture[:, :, :3], cv2.COLOR_BGR2GRAY)
    if picture.shape[2] == 4:  # noqa: PLR2004 - blue, green, red and alpha
        grey = np.where(picture[:, :, 3] > 127, grey, 255)  # noqa: PLR2004 - half of 255
    return plane(grey)


def _fit(grey: Plane) -> Plane:
    """Bring it to the prop's size without smearing module edges: enlarge by a whole factor, then average down."""
    factor = -(-QR_SIDE // min(grey.shape))
    large = np.kron(grey, np.ones((factor, factor), np.uint8)) if factor > 1 else grey
    return plane(cv2.resize(large, (QR_SIDE, QR_SIDE), interpolation=cv2.INTER_AREA))


def plane(picture: object) -> Plane:
    """Say to the type checker what OpenCV's stubs leave open: one channel of 8 bits."""
    return np.asarray(picture, dtype=np.uint8)


def make_prop(qr: Plane, medium: Medium, wear: Wear, rng: np.random.Generator) -> Prop:
    """Draw the letter or the phone around a QR picture and bend it as worn as asked."""
    return _letter(qr, wear, rng) if medium == "letter" else _phone(qr, wear, rng)


def _letter(qr: Plane, wear: Wear, rng: np.random.Generator) -> Prop:
    width, height = _PAPER
    sheet = np.full((height, width), 244, np.uint8)
    cv2.rectangle(sheet, (50, 40), (190, 92), 90, -1)
    for y in (*range(140, 300, 26), *range(720, 950, 26)):
        _text_line(sheet, y, width - 60 - int(rng.integers(0, 2)) * 240, rng)
    top, left = 330, (width - QR_SIDE) // 2
    sheet[top : top + QR_SIDE, left : left + QR_SIDE] = np.clip(qr, 28, 244)
    shape = np.full(sheet.shape, 255, np.uint8)
    picture, shape = _bend(sheet, shape, wear, rng)
    return Prop(picture, shape, (width / 2, top + QR_SIDE / 2))


def _text_line(sheet: Plane, y: int, right: int, rng: np.random.Generator) -> None:
    """Set a line of strokes that looks like small print from the camera's distance."""
    x = 60
    while x < right:
        wide = int(rng.integers(4, 13))
        cv2.rectangle(sheet, (x, y + int(rng.integers(0, 5))), (min(x + wide, right), y + 11), 70, 2)
        x += wide + int(rng.choice([5, 6, 18]))


def _phone(qr: Plane, wear: Wear, rng: np.random.Generator) -> Prop:
    width, height = _PHONE
    body = np.full((height, width), 22, np.uint8)
    screen_tone, ink = (18, 225) if wear.inverted else (240, 40)
    cv2.rectangle(body, (14, 18), (width - 15, height - 19), screen_tone, -1)
    cv2.rectangle(body, (14, 18), (width - 15, 84), 120, -1)
    cv2.putText(body, "Invitation", (36, 62), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 240, 2)
    for row, y in enumerate(range(120, 220, 32)):
        cv2.line(body, (44, y), (int(width - 60 - 90 * (row % 2) - rng.integers(0, 60)), y), ink, 5)
    top, left = 260, (width - QR_SIDE) // 2
    body[top : top + QR_SIDE, left : left + QR_SIDE] = cv2.bitwise_not(qr) if wear.inverted else qr
    cv2.rectangle(body, (60, height - 130), (width - 60, height - 70), 110, -1)
    shape = np.zeros_like(body)
    cv2.rectangle(shape, (30, 30), (width - 31, height - 31), 255, -1)
    cv2.rectangle(shape, (30, 30), (width - 31, height - 31), 255, 60)  # a thick pen has round corners
    return Prop(_stripe(body, wear, rng), shape, (width / 2, top + QR_SIDE / 2))


def _stripe(body: Plane, wear: Wear, rng: np.random.Generator) -> Plane:
    """Lay the beat of two pixel grids, the screen's and the camera's, over the lit screen."""
    if not wear.stripes:
        return body
    height, width = body.shape
    period, angle = rng.uniform(3.5, 9), rng.uniform(0, np.pi)
    y, x = (part.astype(np.float32) for part in np.ogrid[0:height, 0:width])
    wave = np.cos((x * np.cos(angle) + y * np.sin(angle)) * (2 * np.pi / period))
    slow = np.cos((y * np.cos(angle) - x * np.sin(angle)) * (2 * np.pi / (period * 9)))
    return plane(np.clip(body * (1 - 0.5 * wear.stripes * (0.5 + 0.3 * wave + 0.2 * slow)), 0, 255))


def _bend(sheet: Plane, shape: Plane, wear: Wear, rng: np.random.Generator) -> tuple[Plane, Plane]:
    """Curl and fold the paper: a height field gives both the displacement of the print and its shade.

    The field is smooth, so it is worked out for every fourth pixel.
    """
    height, width = sheet.shape
    y, x = np.mgrid[0:height:_STEP, 0:width:_STEP].astype(np.float32)
    lift = wear.bend * 60 * np.sin(x / width * np.pi * rng.uniform(0.7, 1.4) + rng.uniform(-0.4, 0.4))
    for crease in (height / 3 + rng.uniform(-20, 20), height * 2 / 3 + rng.uniform(-20, 20)):
        lift += wear.folds * rng.uniform(10, 28) * np.exp(-np.abs(y - crease) / rng.uniform(40, 120))
    lift += _crumple((len(y), len(y[0])), 70 * wear.folds**2, rng)
    slope_y, slope_x = np.gradient(lift.astype(np.float32), _STEP)
    dx = np.cumsum(np.square(slope_x), axis=1) * (_STEP / 2)
    dy = lift * 0.22 + np.cumsum(np.square(slope_y), axis=0) * (_STEP / 2)
    middle = (len(y) // 2, len(y[0]) // 2)
    map_x, map_y = (_full(part, sheet) for part in (x + dx - dx[middle], y + dy - dy[middle]))
    shade = _full(np.clip(1 - 0.9 * slope_x - 0.7 * slope_y, 0.35, 1.04), sheet)
    bent = cv2.remap(sheet, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    outline = cv2.remap(shape, map_x, map_y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    return plane(np.minimum(np.multiply(bent, shade, out=shade), 255)), plane(outline)


def _full(coarse: NDArray[np.floating], sheet: Plane) -> NDArray[np.float32]:
    size = (sheet.shape[1], sheet.shape[0])
    return np.asarray(cv2.resize(coarse.astype(np.float32), size, interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _crumple(size: tuple[int, int], depth: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw smooth random dents of about ``depth`` pixels."""
    coarse = rng.standard_normal((7, 6)).astype(np.float32) * np.float32(depth * 0.35)
    return np.asarray(cv2.resize(coarse, (size[1], size[0]), interpolation=cv2.INTER_CUBIC), dtype=np.float32)
