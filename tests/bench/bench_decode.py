"""What the kiosk's eye costs and reads, against plain zxing-cpp and plain pyzbar on the same pictures.

Scenes and holds come from the simulated camera, with seeds that no pass was chosen on. A hold is one second at 30
frames; a reader always takes the newest frame, so a slow one sees fewer. Times are this process's own (CPU) time.
"""

import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import segno
import zxingcpp
from numpy.typing import NDArray
from pyzbar import pyzbar

from devices.camera import Frame
from devices.contract.base45 import ALPHABET
from devices.contract.credential import SIGNED_PREFIX, short
from devices.fake.camera import FixedScript, SceneCamera, SceneStyle, render_hold
from devices.fake.script import Medium
from kiosk.decode import Decoder
from kiosk.eyes.glimpses import Glimpses
from tests.bench.rows import Row, percentile, row

SEED = 771_200
HOLDS = 60
FPS = 30
SIGNED_LENGTH = 132
"""Characters after the prefix of a signed credential; one hold in four shows one, the others a short one."""

EMPTY_FRAMES = 240
LOBBIES = 3
_MODEL_2 = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)
_NEVER = 9.9

Reader = Callable[[Frame], Sequence[str]]


def rows() -> list[Row]:
    """Measure milliseconds a frame, with a code and empty, the share of holds read within a second, and how soon."""
    ours, zxing, zbar = _Trial(lambda: Decoder().read), _Trial(lambda: _plain_zxing), _Trial(lambda: _plain_zbar)
    coded, empty = _Cost(), _Cost()
    for text, frames in _holds():
        for trial in (ours, zxing, zbar):
            trial.run(text, frames)
        coded.add(frames[FPS // 2 :])
    for lobby in range(LOBBIES):
        empty.add(_lobby(lobby))
    return [
        row("zxing_plain_ms", coded.plain_ms, "ms"),
        row("decode_ms_frame", coded.our_ms, "ms", "zxing_plain_ms", coded.plain_ms),
        row("zxing_plain_ms_empty_frame", empty.plain_ms, "ms"),
        row("decode_ms_empty_frame", empty.our_ms, "ms", "zxing_plain_ms_empty_frame", empty.plain_ms),
        row("decode_and_hints_ms_empty_frame", empty.whole_ms, "ms", "zxing_plain_ms_empty_frame", empty.plain_ms),
        row("pyzbar_share_read", zbar.share, "share"),
        row("zxing_share_read", zxing.share, "share"),
        row("decode_share_read", ours.share, "share", "pyzbar_share_read", zbar.share),
        row("pyzbar_hold_s_median", zbar.median_s, "s"),
        row("decode_hold_s_median", ours.median_s, "s", "pyzbar_hold_s_median", zbar.median_s),
        row("decode_hold_cpu_ms", ours.mean_ms, "ms", "pyzbar_hold_cpu_ms", zbar.mean_ms),
    ]


@dataclass(slots=True)
class _Trial:
    """One way to read, tried on holds; a wrong text ends the benchmark."""

    make: Callable[[], Reader]
    read_at: list[float] = field(default_factory=list)
    spent_s: list[float] = field(default_factory=list)

    def run(self, text: str, frames: Sequence[Frame]) -> None:
        """Read a hold until its text is found or its second is over, always the newest frame."""
        reader, now, spent = self.make(), 0.0, 0.0
        self.read_at.append(_NEVER)
        while (number := int(now * FPS + 1e-9)) < len(frames):
            began = time.process_time()
            texts = reader(frames[number])
            took = time.process_time() - began
            spent += took
            if any(found != text for found in texts):
                raise AssertionError(f"{texts} was read, {text} was shown")
            if texts:
                self.read_at[-1] = now + took
                break
            now = max((number + 1) / FPS, now + took)
        self.spent_s.append(spent)

    @property
    def share(self) -> float:
        """Return the share of holds read within their second."""
        return sum(at <= 1.0 for at in self.read_at) / len(self.read_at)

    @property
    def median_s(self) -> float:
        """Return the median time to the first read in seconds."""
        return percentile(self.read_at, 0.5)

    @property
    def mean_ms(self) -> float:
        """Return the mean time spent on a hold in milliseconds."""
        return 1000 * sum(self.spent_s) / len(self.spent_s)


@dataclass(slots=True)
class _Cost:
    """Time for a frame, ours and plain zxing-cpp's, over the same frames."""

    frames: int = 0
    our_s: float = 0.0
    plain_s: float = 0.0
    hints_s: float = 0.0

    def add(self, frames: Sequence[Frame]) -> None:
        """Let both read these frames, one decoder in their order."""
        decoder = Decoder()
        self.frames += len(frames)
        self.our_s += _spent(decoder.read, frames)
        self.plain_s += _spent(_plain_zxing, frames)
        self.hints_s += _spent(_Looking().look, frames)

    @property
    def our_ms(self) -> float:
        """Return the live decoder's mean milliseconds a frame."""
        return 1000 * self.our_s / self.frames

    @property
    def whole_ms(self) -> float:
        """Return the same with the looks that hints are told from."""
        return 1000 * (self.our_s + self.hints_s) / self.frames

    @property
    def plain_ms(self) -> float:
        """Return the plain pass's mean milliseconds a frame."""
        return 1000 * self.plain_s / self.frames


class _Looking:
    """Looks at frames that come fifteen a second, as the loop does."""

    def __init__(self) -> None:
        self._glimpses = Glimpses()
        self._number = 0

    def look(self, frame: Frame) -> list[str]:
        """Take a look where one is due."""
        self._number += 1
        self._glimpses.take(frame, self._number * 1000 // 15)
        return []


def _spent(reader: Reader, frames: Sequence[Frame]) -> float:
    began = time.process_time()
    for frame in frames:
        reader(frame)
    return time.process_time() - began


def _holds() -> Iterator[tuple[str, list[Frame]]]:
    """Draw holds of every difficulty, letters and phones, three short credentials to one signed."""
    chance = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(HOLDS):
            text, level = short(chance.getrandbits(105)).text, "q"
            if number % 4 == 0:
                text, level = SIGNED_PREFIX + "".join(chance.choices(ALPHABET, k=SIGNED_LENGTH)), "m"
            image = Path(folder) / f"{number}.png"
            segno.make(text, error=level, boost_error=False, micro=False).save(str(image), scale=8, border=4)
            rng = np.random.default_rng([SEED, number])
            medium: Medium = "letter" if chance.random() < 0.5 else "phone"
            yield text, list(render_hold(image, medium, number / (HOLDS - 1), rng, FPS))


def _lobby(seed: int) -> list[Frame]:
    """Watch an empty lobby, people passing far off, as a kiosk does most of the day."""
    camera = SceneCamera(FixedScript(()), _Instant(), lambda _: None, SEED + seed, SceneStyle(fps=15))
    frames = (camera.read() for _ in range(EMPTY_FRAMES // LOBBIES))
    return [frame for frame in frames if frame is not None]


class _Instant:
    """A clock for a camera that need not wait: only its own count of frames moves on."""

    def now(self) -> datetime:
        """Return some instant."""
        return datetime(2026, 12, 31, tzinfo=UTC)

    def monotonic_ms(self) -> int:
        """Return the same moment always."""
        return 0


def _grey(frame: Frame) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def _plain_zxing(frame: Frame) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(_grey(frame), formats=_MODEL_2)]


def _plain_zbar(frame: Frame) -> list[str]:
    return [code.data.decode() for code in pyzbar.decode(_grey(frame), symbols=[pyzbar.ZBarSymbol.QRCODE])]
