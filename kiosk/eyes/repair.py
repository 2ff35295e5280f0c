"""Mends a code of which a part cannot be seen: under a thumb, in a glare, torn off.

An engine takes every module for certain, so a hidden one costs a whole error wherever it guesses wrong. Here each
codeword carries how clearly its modules were seen; the least clear ones are given up as erasures, which cost half.
"""

import numpy as np
from numpy.typing import NDArray

from kiosk.eyes.layout import LARGEST, Dark, blocks, data_path, format_places, mask_at_data, read_format, version_of
from kiosk.eyes.reed_solomon import correct

_SPARE = 4
"""Check codewords that stay unused: with four, one hopeless block in four thousand million is mended wrongly."""

_STEPS = 6


def mend(dark: Dark, clearness: NDArray[np.floating]) -> Dark | None:
    """Return the code with all data as it must have been, or None when too much is hidden.

    ``dark`` are the modules of an upright code, ``clearness`` how sure each of them is (0 is not at all). Versions
    above 10 are not mended.
    """
    size = len(dark)
    shown = read_format(dark)
    if shown is None or version_of(size) > LARGEST:
        return None
    rows, columns = data_path(size)
    inverted = mask_at_data(size, shown.mask)
    bits = dark[rows, columns] ^ inverted
    codewords = np.packbits(bits)
    sure = clearness[rows, columns].reshape(-1, 8).min(axis=1)
    for block in blocks(size, shown.level):
        mended = _mend_block(codewords[block.codewords], sure[block.codewords], block.checks)
        if mended is None:
            return None
        codewords[block.codewords] = mended
    whole = dark.copy()
    whole[rows, columns] = np.unpackbits(codewords).astype(np.bool_) ^ inverted
    for copy in format_places(size):
        whole[copy] = shown.bits
    return whole


def _mend_block(word: NDArray[np.uint8], sure: NDArray[np.floating], checks: int) -> list[int] | None:
    """Give up more and more of the least clear codewords until the rest agrees."""
    doubtful = np.argsort(sure, kind="stable").tolist()
    most = checks - _SPARE
    for given_up in dict.fromkeys(round(most * step / _STEPS) for step in range(_STEPS + 1)):
        if given_up >= 0:
            found = correct(word.tolist(), checks, doubtful[:given_up], _SPARE)
            if found is not None:
                return found
    return None
