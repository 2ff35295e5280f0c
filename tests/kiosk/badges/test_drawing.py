"""Slips as pictures, with this machine's fonts."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.printing import Picture
from kiosk.badges.drawing import draw_slip
from kiosk.badges.fonts import Face, Fonts, NoFont, find_fonts
from tests.kiosk.badges.test_slip import slip

LONG = "阿卜杜热西提·买买提吐尔逊·阿布都克里木"


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    """Find the fonts."""
    return find_fonts(None)


def black(picture: Picture) -> int:
    """Count the black dots."""
    return sum(byte.bit_count() for byte in picture.rows)


def margins(picture: Picture) -> tuple[int, int]:
    """Return the columns of the first and the last black dot."""
    across = picture.bytes_a_row
    columns = [0] * across
    for at, byte in enumerate(picture.rows):
        columns[at % across] |= byte
    bits = "".join(f"{byte:08b}" for byte in columns)
    return bits.index("1"), bits.rindex("1")


@pytest.mark.parametrize("width", [384, 512, 576, 1_200])
def test_a_slip_is_as_wide_as_the_printer_and_its_bytes_are_whole(fonts: Fonts, width: int) -> None:
    """White at the edges of the paper, black where there is text."""
    picture = draw_slip(slip(), fonts, width)
    assert picture.width == width
    assert len(picture.rows) == picture.height * picture.bytes_a_row
    assert 0.02 < black(picture) / (picture.width * picture.height) < 0.3
    assert margins(picture)[1] < width


def test_slips_differ_where_their_guests_do(fonts: Fonts) -> None:
    """Name, seat, way, language: each is seen."""
    whole = slip()
    others = [
        replace(whole, name="李娜"),
        replace(whole, seat=whole.seat[:2]),
        replace(whole, way=None),
        slip(language="en"),
    ]
    pictures = {draw_slip(one, fonts, 576).rows for one in (whole, *others)}
    assert len(pictures) == 5


def test_a_long_name_makes_a_longer_slip_and_is_not_cut(fonts: Fonts) -> None:
    """Smaller, on more lines, and no black at the edge of the paper but the rules."""
    short, long = (draw_slip(slip(name=name), fonts, 576) for name in ("王建国", LONG))
    assert long.height > short.height
    assert black(long) > black(short)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200), st.text(max_size=200))
def test_whatever_a_guest_is_called_a_slip_comes_of_it(fonts: Fonts, name: str, role: str) -> None:
    """A picture of bounded height, and no exception."""
    picture = draw_slip(replace(slip(), name=name, role=role), fonts, 576)
    assert picture.height < 2_000


def test_a_font_without_chinese_is_refused_with_what_to_install(tmp_path: Path, fonts: Fonts) -> None:
    """Boxes in the place of names would be found by the first guest."""
    with pytest.raises(NoFont, match="cannot be used"):
        find_fonts(tmp_path)
    latin = next(Path("/usr/share/fonts").rglob("DejaVuSans.ttf"), None)
    if latin is not None:
        with pytest.raises(NoFont, match="fonts-noto-cjk"):
            find_fonts(latin)
    assert isinstance(fonts.bold, Face)
    assert find_fonts(fonts.bold.path).regular.path == fonts.bold.path
