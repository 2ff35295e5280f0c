"""Reads a code from one tone for each module: which are dark, whether that is a code at all, and what is hidden."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.eyes.engines import look
from kiosk.eyes.layout import LARGEST, Dark, alignment_middles, version_of
from kiosk.eyes.pictures import Grey
from kiosk.eyes.repair import mend

Field = NDArray[np.float32]
_MARK = np.zeros((8, 8), np.bool_)
_MARK[:7, :7] = True
_MARK[1:6, 1:6] = False
_MARK[2:5, 2:5] = True
_ALIGNMENT = np.ones((5, 5), np.bool_)
_ALIGNMENT[1:4, 1:4] = False
_ALIGNMENT[2, 2] = True
_LIKE_MARK = 0.75
_LIKE_TIMING = 0.7
_MENDED = 2


@dataclass(frozen=True, slots=True)
class _View:
    """One way to see the modules: which are dark, and how clearly each was seen."""

    dark: Dark
    clearness: Field


def read_modules(tones: Field, turns: tuple[int, ...] = (0,)) -> tuple[str, ...]:
    """Return the texts of the code with these module tones; ``turns`` are quarter turns that may bring it upright."""
    likely = []
    for view in _views(tones, turns):
        if _like_code(view.dark):
            found = look(_drawn(view.dark), thorough=False).texts
            if found:
                return found
            likely.append(view)
    for view in likely[:_MENDED]:
        mended = mend(view.dark, view.clearness)
        found = () if mended is None else look(_drawn(mended), thorough=False).texts
        if found:
            return found
    return ()


def _views(tones: Field, turns: tuple[int, ...]) -> Iterator[_View]:
    """Judge dark and light in two ways each: sharpened or not, among few or many neighbours, ink darker or lighter.

    The first views are the best for mending, too.
    """
    for sharpness in (0.8, 0.0):
        clear = tones + np.float32(sharpness) * (tones - _field(cv2.blur(tones, (3, 3))))
        for window in (7, 11):
            above = clear - _halfway(clear, window)
            for sign in (-1, 1):
                for turn in turns:
                    turned = np.rot90(above * sign, turn)
                    yield _View(turned > 0, _field(np.abs(turned)))


def _field(values: object) -> Field:
    return np.asarray(values, dtype=np.float32)


def _halfway(tones: Field, window: int) -> Field:
    """Return for each module the tone halfway between the darkest and the lightest around it."""
    around = np.ones((window, window), np.uint8)
    rim = cv2.copyMakeBorder(tones, window, window, window, window, cv2.BORDER_REFLECT_101)
    high = _field(cv2.blur(cv2.dilate(rim, around), (window, window)))
    low = _field(cv2.blur(cv2.erode(rim, around), (window, window)))
    inner = slice(window, -window)
    return _field((high + low)[inner, inner] / 2)


def _like_code(dark: Dark) -> bool:
    """Say whether two of the three corners look like a finder pattern and one of the two timing lines alternates."""
    n = len(dark)
    corners = (dark[:8, :8], dark[:8, n - 8 :][:, ::-1], dark[n - 8 :, :8][::-1])
    if sorted(float((corner == _MARK).mean()) for corner in corners)[1] < _LIKE_MARK:
        return False
    timing = np.arange(8, n - 8) % 2 == 0
    lines = (dark[6, 8 : n - 8], dark[8 : n - 8, 6])
    return max(float((line == timing).mean()) for line in lines) >= _LIKE_TIMING


def _drawn(dark: Dark) -> Grey:
    """Draw the code cleanly, with its fixed patterns (which hold no data) as they must be, and a quiet zone."""
    n = len(dark)
    whole = dark.copy()
    whole[:8, :8], whole[:8, n - 8 :], whole[n - 8 :, :8] = _MARK, _MARK[:, ::-1], _MARK[::-1]
    timing = np.arange(8, n - 8) % 2 == 0
    whole[6, 8 : n - 8] = timing
    whole[8 : n - 8, 6] = timing
    if version_of(n) <= LARGEST:
        for row, column in alignment_middles(n):
            whole[row - 2 : row + 3, column - 2 : column + 3] = _ALIGNMENT
    tones = np.where(whole, 0, 255).astype(np.uint8)
    return np.pad(np.kron(tones, np.ones((3, 3), np.uint8)), 12, constant_values=255)
