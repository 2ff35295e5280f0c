"""Pictures of QR codes for tests: drawn on the spot, so that each test says what it looks at."""

import io
from pathlib import Path

import cv2
import numpy as np
import segno
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
CODE = "Y1" + "0123456789ABCDEFGHJKM" + "X"
"""24 characters of the short credential's alphabet: a code of 25 x 25 modules at level Q, as on real invitations."""

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "qr"
"""Development photographs beside the checkout; tests that want them skip where they are absent."""


def qr(text: str | bytes = CODE, error: str = "q", scale: int = 6, border: int = 4) -> Picture:
    """Draw a code in grey, ``scale`` pixels a module."""
    file = io.BytesIO()
    segno.make(text, error=error, boost_error=False, micro=False).save(file, kind="png", scale=scale, border=border)
    found = cv2.imdecode(np.frombuffer(file.getvalue(), np.uint8), cv2.IMREAD_GRAYSCALE)
    return np.asarray(found, dtype=np.uint8)


def qr_file(folder: Path, text: str = CODE, name: str = "code.png") -> Path:
    """Draw a code into a PNG file."""
    file = folder / name
    assert cv2.imwrite(str(file), qr(text))
    return file


def modules(text: str = CODE, error: str = "q") -> NDArray[np.bool_]:
    """Return the code's modules, dark ones true."""
    rows = segno.make(text, error=error, boost_error=False, micro=False).matrix
    return np.array([[bool(module) for module in row] for row in rows])


def wall(size: tuple[int, int] = (1280, 720), tone: int = 170, noise: float = 3.0, seed: int = 1) -> Picture:
    """Draw an empty grey wall of (width, height) pixels with sensor noise."""
    rng = np.random.default_rng(seed)
    plain = np.full((size[1], size[0]), tone, np.float32) + noise * rng.standard_normal((size[1], size[0]))
    return np.clip(plain, 0, 255).astype(np.uint8)


def pasted(onto: Picture, picture: Picture, left: int, top: int) -> Picture:
    """Return ``onto`` with a picture laid on it."""
    whole = onto.copy()
    whole[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return whole


def crumpled(picture: Picture, depth: float = 7.0, waves: float = 2.0) -> Picture:
    """Return the picture with its print moved to and fro by up to ``depth`` pixels, as on crumpled paper."""
    height, width = picture.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    map_x = x + depth * np.sin(y / height * waves * 2 * np.pi)
    map_y = y + depth * np.sin(x / width * waves * 2 * np.pi + 1)
    moved = cv2.remap(picture, map_x.astype(np.float32), map_y.astype(np.float32), cv2.INTER_LINEAR, borderValue=255)
    return np.asarray(moved, dtype=np.uint8)


def colour(picture: Picture) -> Picture:
    """Return a grey picture as a camera frame: blue, green, red."""
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
