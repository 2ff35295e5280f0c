"""The QR of a letter is read by the decoder of the kiosks, and printed large enough."""

import cv2
import numpy as np
import pytest
import zxingcpp

from devices.contract import credential
from hub.letters.symbols import readable, symbol

CODE = credential.short(0x1234567890ABCDEF1234567890).text
SIGNED = "Y2" + "ABCDEFGH" * 16 + "AB%$"


def decoded(picture: bytes) -> tuple[str, int]:
    """Read a PNG as a kiosk does; return its text and width in pixels."""
    image = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert image is not None
    found = zxingcpp.read_barcodes(image)
    return found[0].text, image.shape[1]


def test_a_short_code_is_25_modules_of_level_q_in_alphanumeric_mode() -> None:
    """DESIGN 5: such a symbol is read in 98 % of one-second holds."""
    drawn = symbol(CODE)
    assert drawn.modules == 25
    assert drawn.drawn.designator == "2-Q"
    assert drawn.drawn.mode == "alphanumeric"


@pytest.mark.parametrize("code", [CODE, SIGNED, "k8ssjkzs9anxtz8m", "会员-10023"])
def test_the_picture_holds_the_code_and_nothing_else(code: str) -> None:
    """Also a code of the venue's own."""
    assert decoded(symbol(code).picture(8))[0] == code


def test_the_printed_symbol_is_at_least_35_mm_wide_with_a_quiet_zone_of_4() -> None:
    """25 modules on 35 mm, 33 with the quiet zone; longer codes get wider symbols instead of finer ones."""
    drawn = symbol(CODE)
    assert drawn.width_mm * 25 / 33 == pytest.approx(35.0)
    assert decoded(drawn.picture(10))[1] == 33 * 10
    assert 'viewBox="0 0 33 33"' in drawn.inline()
    long = symbol("x" * 150)
    assert long.width_mm / (long.modules + 8) >= 0.9


def test_the_drawing_says_its_size_and_stands_alone() -> None:
    """For letters of the venue's own."""
    svg = symbol(CODE).drawing().decode()
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" width="46.2mm" height="46.2mm"')
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")


def test_a_code_of_ours_is_written_in_groups_that_can_be_typed() -> None:
    """Read back by the kiosk; other codes are printed as they are."""
    assert readable(CODE).count(" ") == 5
    assert credential.canonical(credential.read_typed(readable(CODE))) == CODE
    assert readable("k8ssjkzs9anxtz8m") == "k8ssjkzs9anxtz8m"
