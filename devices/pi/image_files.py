"""Reads image files safely: what they claim to be is checked before a single pixel is unpacked."""

import struct
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

MAX_PIXELS = 40_000_000
"""Unpacked, this takes up to 0.3 GB for a moment; a bomb of a few kilobytes may claim a thousand times as much."""

MAX_BYTES = 60_000_000
_HEAD = 256 * 1024
_JPEG_MARK = 0xFF
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Start-of-frame markers; the three left out mean other things (ITU-T T.81 table B.1)."""


class NotAnImage(ValueError):
    """A file that cannot be decoded; the text is a sentence for people."""


def load_image(file: Path, how: int = cv2.IMREAD_UNCHANGED) -> NDArray[np.generic]:
    """Read an image (``how`` is OpenCV's reading mode), its size checked before any pixel is unpacked.

    Raises NotAnImage.
    """
    data = _bytes_of(file)
    size = image_size(data[:_HEAD])
    if size is not None and size[0] * size[1] > MAX_PIXELS:
        raise NotAnImage(f"too large: {size[0]} x {size[1]} pixels, make it {MAX_PIXELS // 1_000_000} million or less")
    if size is None:
        raise NotAnImage("not a PNG, JPEG, WebP or BMP image, or damaged at its beginning")
    try:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), how)
    except (cv2.error, MemoryError) as problem:
        raise NotAnImage("the image is damaged and cannot be unpacked") from problem
    if picture is None:
        raise NotAnImage("the image is damaged and cannot be unpacked")
    return np.asarray(picture)


def _bytes_of(file: Path) -> bytes:
    try:
        if not file.is_file():
            raise NotAnImage("there is no such file" if not file.exists() else "not a file")
        if file.stat().st_size > MAX_BYTES:
            raise NotAnImage(f"too large: more than {MAX_BYTES // 1_000_000} MB")
        data = file.read_bytes()
    except OSError as problem:
        raise NotAnImage(f"cannot be opened: {problem.strerror or problem}") from problem
    if not data:
        raise NotAnImage("the file is empty")
    return data


def image_size(head: bytes) -> tuple[int, int] | None:
    """Return width and height from the beginning of a PNG, JPEG, WebP or BMP file; None when it is none of these."""
    for reader in (_png_size, _bmp_size, _webp_size, _jpeg_size):
        try:
            size = reader(head)
        except (struct.error, IndexError):
            return None
        if size is not None:
            return size if min(size) > 0 else None
    return None


def _png_size(head: bytes) -> tuple[int, int] | None:
    if not head.startswith(b"\x89PNG\r\n\x1a\n"):
        return None
    width, height = struct.unpack_from(">II", head, 16)
    return width, height


def _bmp_size(head: bytes) -> tuple[int, int] | None:
    if not head.startswith(b"BM"):
        return None
    width, height = struct.unpack_from("<ii", head, 18)
    return width, abs(height)


def _webp_size(head: bytes) -> tuple[int, int] | None:
    """Read the first chunk's own size field (RFC 9649 sections 2.5-2.7)."""
    if head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        return None
    kind = head[12:16]
    if kind == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if kind == b"VP8L":
        (packed,) = struct.unpack_from("<I", head, 21)
        return (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", head, 26)
    return width & 0x3FFF, height & 0x3FFF


def _jpeg_size(head: bytes) -> tuple[int, int] | None:
    """Walk the segments to the frame header (ITU-T T.81 annex B)."""
    if not head.startswith(b"\xff\xd8"):
        return None
    at = 2
    while True:
        if head[at] != _JPEG_MARK:
            return None
        marker = head[at + 1]
        if marker == _JPEG_MARK:
            at += 1
        elif marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", head, at + 5)
            return width, height
        else:
            (length,) = struct.unpack_from(">H", head, at + 2)
            at += 2 + length
