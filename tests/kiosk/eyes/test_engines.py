"""The two engines, each with its traps closed."""

import numpy as np
import pytest

from kiosk.eyes.engines import look, zbar_texts
from kiosk.eyes.grids import corners_of
from tests.pictures import CODE, crumpled, pasted, qr, wall


def test_both_engines_read_a_plain_code() -> None:
    """Each in its own way."""
    picture = pasted(wall(), qr(), 400, 200)
    assert look(picture).texts == look(picture, thorough=False).texts == zbar_texts(picture) == (CODE,)


@pytest.mark.parametrize("text", ["迎宾", "é", "日本"])
def test_zbar_is_believed_in_plain_ascii_only(text: str) -> None:
    """It takes UTF-8 for Shift-JIS and would greet a guest as somebody else."""
    assert zbar_texts(qr(text.encode(), error="m")) == ()


def test_a_code_that_is_found_but_not_read_is_given_with_its_place() -> None:
    """Its corners and version are where tracing begins."""
    left, top, scale = 400, 200, 9
    picture = pasted(wall(), crumpled(qr(scale=scale), depth=5), left, top)
    seen = look(picture)
    assert seen.texts == ()
    assert [grid.size for grid in seen.unread] == [25]
    quiet, side = 4 * scale, 25 * scale
    true = np.array([[0, 0], [side, 0], [side, side], [0, side]]) + np.array([left + quiet, top + quiet])
    assert np.abs(corners_of(seen.unread[0]) - true).max() < 2.5 * scale


def test_a_picture_smaller_than_any_code_is_not_looked_at() -> None:
    """Version 1 has 21 modules a side."""
    assert look(np.zeros((20, 400), np.uint8)).texts == ()
