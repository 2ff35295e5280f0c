"""What the kiosk's eye costs and reads, against plain zxing-cpp and plain pyzbar on the same pictures.

Scenes and holds come from the simulated camera with seeds that no pass was chosen on. A hold is one second at 30
frames; a reader always takes the newest frame, so a slow one sees fewer.
"""

import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import segno
import zxingcpp
from numpy.typing import NDArray
from pyzbar import pyzbar

from devices.camera import Frame
from devices.contract.credential import short
from devices.fake.camera import FixedScript, SceneCamera, SceneStyle, render_hold
from kiosk.decode import Decoder
from tests.bench.rows import Row, row

SEED = 771_200
HOLDS = 60
HOLD_FRAMES = 30
FRAME_S = 1 / HOLD_FRAMES
EMPTY_FRAMES = 240
LOBBIES = 3
_MODEL_2 = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)

Reader = Callable[[Frame], Sequence[str]]


def rows() -> list[Row]:
    """Measure milliseconds a frame, milliseconds an empty frame, the share of holds read, and how soon."""
    with tempfile.TemporaryDirectory() as folder:
        holds = [_hold(Path(folder), number) for number in range(HOLDS)]
        plain_ms, our_ms = _coded_frame_ms(holds)
        ours, zbar = (_Trial(reader) for reader in (lambda: Decoder().read, lambda: _plain_zbar))
        for hold in holds:
            frames = list(hold())
            ours.run(frames)
            zbar.run(frames)
    empty_ms, empty_plain_ms = _empty_frame_ms()
    return [
        row("zxing_plain_ms", plain_ms, "ms"),
        row("decode_ms_frame", our_ms, "ms", "zxing_plain_ms", plain_ms),
        row("zxing_plain_ms_empty_frame", empty_plain_ms, "ms"),
        row("decode_ms_empty_frame", empty_ms, "ms", "zxing_plain_ms_empty_frame", empty_plain_ms),
        row("pyzbar_share_read", zbar.share, "share"),
        row("decode_share_read", ours.share, "share", "pyzbar_share_read", zbar.share),
        row("pyzbar_hold_s_median", zbar.median_s, "s"),
        row("decode_hold_s_median", ours.median_s, "s", "pyzbar_hold_s_median", zbar.median_s),
    ]
