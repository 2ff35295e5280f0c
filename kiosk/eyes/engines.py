"""The two engines that read QR codes: zxing-cpp (main) and zbar (second), with the traps of each closed."""

from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp
from pyzbar import pyzbar

from kiosk.eyes.grids import Grid, grid_from_corners
from kiosk.eyes.pictures import Grey

_MODEL_2 = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)
_SMALLEST = 21
_ECI = "]Q2"


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a picture gave: the texts, the least damaged code's first, and codes found but not read."""

    texts: tuple[str, ...] = ()
    unread: tuple[Grid, ...] = ()


def look(grey: Grey, *, thorough: bool = True, black_white: bool = False) -> Look:
    """Look for QR codes with zxing-cpp.

    ``thorough`` also looks for inverted codes and at reduced sizes (about twice the time). ``black_white`` says that
    the picture is thresholded already. Only QR codes of model 2 are asked for: with ``QRCode`` zxing-cpp 3 also reads
    Micro QR, and invents it.
    """
    if min(grey.shape) < _SMALLEST:
        return Look()
    found = zxingcpp.read_barcodes(
        grey,
        formats=_MODEL_2,
        try_downscale=thorough,
        try_invert=thorough,
        text_mode=zxingcpp.TextMode.Plain,
        binarizer=zxingcpp.Binarizer.BoolCast if black_white else zxingcpp.Binarizer.LocalAverage,
        return_errors=True,
    )
    surest_first = sorted((code for code in found if code.valid), key=lambda code: -_spare(code))
    texts = tuple(dict.fromkeys(_text(code) for code in surest_first))
    grids = (_grid(code) for code in found if not code.valid)
    return Look(texts, tuple(grid for grid in grids if grid is not None))


def _text(code: zxingcpp.Barcode) -> str:
    """Return the text as it is, control characters included.

    zxing-cpp guesses the character set of byte mode and takes one short Chinese UTF-8 text in 25 for Shift-JIS.
    Codes without an explicit set are UTF-8 whenever their bytes are.
    """
    if not code.symbology_identifier.startswith(_ECI):
        try:
            return code.bytes.decode("utf-8")
        except UnicodeDecodeError:
            pass
    return code.text


def _extra(code: zxingcpp.Barcode) -> dict[str, object]:
    return code.extra if isinstance(code.extra, dict) else {}


def _spare(code: zxingcpp.Barcode) -> float:
    """Return the share of error correction that the read left unused: 1 for an undamaged code."""
    spare = _extra(code).get("UEC", 0.0)
    return spare if isinstance(spare, float) else 0.0


def _grid(code: zxingcpp.Barcode) -> Grid | None:
    """Return where an unread code lies, when zxing-cpp knew its place and version."""
    version = str(_extra(code).get("Version", ""))
    place = code.position
    points = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    corners = np.array([(point.x, point.y) for point in points], np.float32)
    if not version.isdigit() or cv2.contourArea(corners) < _SMALLEST**2:
        return None
    return grid_from_corners(corners, 17 + 4 * int(version))


def zbar_texts(grey: Grey) -> tuple[str, ...]:
    """Look for QR codes with zbar: about ten times the time of zxing-cpp, and another opinion on damaged codes.

    Only plain ASCII is believed: zbar guesses character sets, and takes Chinese for Japanese. Texts that it cannot
    hand over (parts of a divided message) count as not read.
    """
    try:
        found = pyzbar.decode(grey, symbols=[pyzbar.ZBarSymbol.QRCODE])
    except (ValueError, pyzbar.PyZbarError):
        return ()
    return tuple(dict.fromkeys(code.data.decode("ascii") for code in found if code.data.isascii()))
