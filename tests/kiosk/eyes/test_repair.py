"""Codes with hidden parts, and the layout that mending them needs."""

import numpy as np
import pytest
import segno
from numpy.typing import NDArray

from kiosk.eyes.layout import LARGEST, blocks, data_path, read_format
from kiosk.eyes.repair import mend

Dark = NDArray[np.bool_]


def code(version: int, level: str, mask: int | None = None) -> Dark:
    """Draw a code of a version and level, filled with letters."""
    made = segno.make("A" * (3 * version), version=version, error=level, mask=mask, boost_error=False, micro=False)
    return np.array([[bool(module) for module in row] for row in made.matrix])


@pytest.mark.parametrize("level", ["L", "M", "Q", "H"])
@pytest.mark.parametrize("version", range(1, LARGEST + 1))
def test_every_version_and_level_is_laid_out_as_another_program_draws_it(version: int, level: str) -> None:
    """An undamaged code drawn by segno satisfies every block's checks: path, mask, blocks and format are right."""
    dark = code(version, level, mask=(version + ord(level)) % 8)
    clear = np.ones(dark.shape)
    mended = mend(dark, clear)
    assert mended is not None
    assert np.array_equal(mended, dark)
    members = np.concatenate([block.codewords for block in blocks(len(dark), level)])
    assert sorted(members.tolist()) == list(range(len(data_path(len(dark))[0]) // 8))


@pytest.mark.parametrize("mask", range(8))
def test_every_mask_is_undone(mask: int) -> None:
    """The format names it."""
    dark = code(3, "M", mask)
    shown = read_format(dark)
    assert shown is not None
    assert (shown.level, shown.mask) == ("M", mask)
    assert mend(dark, np.ones(dark.shape)) is not None


def hidden(dark: Dark, share: float) -> tuple[Dark, NDArray[np.float64]]:
    """Cover a square of the bottom right, such a share of the code, with what a thumb looks like."""
    side = round(len(dark) * share**0.5)
    covered, clear = dark.copy(), np.ones(dark.shape)
    covered[-side:, -side:] = np.random.default_rng(1).integers(0, 2, (side, side)).astype(np.bool_)
    clear[-side:, -side:] = 0.01
    return covered, clear


def test_a_hidden_fifth_of_an_invitation_is_mended() -> None:
    """Level Q pays for a quarter of the codewords as erasures; as errors it would be half of that."""
    dark = code(2, "Q")
    covered, clear = hidden(dark, 0.2)
    mended = mend(covered, clear)
    assert mended is not None
    data = data_path(len(dark))
    assert np.array_equal(mended[data], dark[data])
    assert not np.array_equal(covered[data], dark[data])
    assert mend(covered, np.ones(dark.shape)) is None


def test_too_much_hidden_is_not_mended_into_something_else() -> None:
    """Better no text than a wrong one."""
    for version, level in ((2, "Q"), (5, "M"), (6, "L"), (10, "H")):
        covered, clear = hidden(code(version, level), 0.6)
        assert mend(covered, clear) is None


def test_one_hidden_copy_of_the_format_is_made_up_for_by_the_other() -> None:
    """A thumb on the top left corner hides one of the two."""
    dark = code(4, "Q")
    covered, clear = dark.copy(), np.ones(dark.shape)
    covered[:9, :9] = True
    clear[:9, :9] = 0
    mended = mend(covered, clear)
    assert mended is not None
    assert np.array_equal(mended[9:, 9:], dark[9:, 9:])


def test_a_code_whose_format_is_gone_or_that_is_too_large_is_left_alone() -> None:
    """Versions above ten have no place on an invitation."""
    dark = code(4, "Q")
    noise = np.random.default_rng(2).integers(0, 2, dark.shape).astype(np.bool_)
    dark[:9, :9], dark[:9, -9:], dark[-9:, :9] = noise[:9, :9], noise[:9, -9:], noise[-9:, :9]
    assert mend(dark, np.ones(dark.shape)) is None
    large = code(LARGEST + 1, "L")
    assert mend(large, np.ones(large.shape)) is None
