"""The empty lobby a simulated camera looks at: a wall with windows, a floor, a sign, people far off, sensor noise."""

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.camera import Frame

Plane = NDArray[np.uint8]
_MARGIN = 16
_NOISE_STEPS = 3
_FINENESS = 50.0


class Lobby:
    """A background of ``size`` (width, height) pixels, the same for the same seed; nothing is drawn before ``view``."""

    def __init__(self, size: tuple[int, int], seed: int) -> None:
        """Keep size and seed."""
        self._size = size
        self._seed = seed
        self._lit: dict[float, Frame] = {}
        self._figures: dict[float, Frame] = {}
        self._grain: tuple[Frame, Frame] | None = None
        self._noise: dict[int, tuple[Frame, Frame]] = {}

    def view(self, light: float, t_ms: int) -> Frame:
        """Return a fresh picture of the lobby without noise; ``light`` 1 is day, 0.3 a dim evening."""
        if light not in self._lit:
            base = self._lit.setdefault(1.0, draw_lobby(self._size, self._seed))
            self._lit = {1.0: base, light: cv2_frame(cv2.convertScaleAbs(base, alpha=light))}
        frame = self._lit[light].copy()
        self._walk_by(frame, light, t_ms)
        return frame

    def add_noise(self, frame: Frame, sigma: float, shift: int) -> None:
        """Add sensor noise of about ``sigma`` grey levels in place; ``shift`` moves the pattern from frame to frame."""
        level = max(1, round(sigma * _NOISE_STEPS))
        if level not in self._noise:
            self._noise = {level: self._draw_noise(level / _NOISE_STEPS)}
        more, less = self._noise[level]
        height, width = frame.shape[:2]
        top, left = shift % _MARGIN, shift // _MARGIN % _MARGIN
        window = np.s_[top : top + height, left : left + width]
        cv2.add(frame, more[window], dst=frame)
        cv2.subtract(frame, less[window], dst=frame)

    def _draw_noise(self, sigma: float) -> tuple[Frame, Frame]:
        """Split noise into what is added and what is taken away: both stay unsigned bytes, OpenCV is fastest so."""
        if not self._grain:
            self._grain = self._draw_grain()
        more, less = (cv2_frame(cv2.convertScaleAbs(part, alpha=sigma / _FINENESS)) for part in self._grain)
        return more, less

    def _draw_grain(self) -> tuple[Frame, Frame]:
        """Draw the noise once, finely stepped, to be scaled to any strength."""
        width, height = self._size
        size = (height + _MARGIN, width + _MARGIN)
        rng = np.random.default_rng([self._seed, 7])
        grain = rng.standard_normal(size, dtype=np.float32)
        more, less = np.empty((*size, 3), np.uint8), np.empty((*size, 3), np.uint8)
        for channel in range(3):
            tint = rng.standard_normal(size, dtype=np.float32)
            noise = _FINENESS * (np.float32(0.9) * grain + np.float32(0.45) * tint)
            more[:, :, channel] = np.clip(noise, 0, 255)
            less[:, :, channel] = np.clip(-noise, 0, 255)
        return more, less

    def _walk_by(self, frame: Frame, light: float, t_ms: int) -> None:
        """Let a dark figure cross the background every few seconds."""
        width, height = self._size
        if light not in self._figures:
            self._figures = {light: self._figure(light)}
        figure = self._figures[light]
        tall, wide = figure.shape[:2]
        left = int(t_ms * width / 6000 + self._seed * 97) % (2 * width) - wide
        if not 0 <= left < width - wide:
            return
        top = height - tall - height // 12
        place = frame[top : top + tall, left : left + wide]
        cv2.min(place, figure, dst=place)

    def _figure(self, light: float) -> Frame:
        width, height = self._size
        wide, tall = max(4, width // 10), max(8, height // 2)
        figure = np.full((tall, wide, 3), 255, np.uint8)
        tone = tuple(int(part * light) for part in (78, 62, 58))
        cv2.ellipse(figure, (wide // 2, tall // 6), (wide // 5, tall // 9), 0, 0, 360, tone, -1)
        cv2.ellipse(figure, (wide // 2, tall * 6 // 10), (wide // 3, tall * 10 // 28), 0, 0, 360, tone, -1)
        return cv2_frame(cv2.blur(figure, (max(1, wide // 6), max(1, wide // 6))))


def cv2_frame(picture: object) -> Frame:
    """Say to the type checker what OpenCV's stubs leave open: 8 bits a channel."""
    return np.asarray(picture, dtype=np.uint8)


def draw_lobby(size: tuple[int, int], seed: int) -> Frame:
    """Draw the empty lobby: structure at every scale, straight edges, lettering and lamps, but no QR code."""
    width, height = size
    rng = np.random.default_rng([seed, 1])
    frame = np.empty((height, width, 3), np.uint8)
    ramp = np.linspace(200, 150, height, dtype=np.float32)[:, None, None]
    frame[:] = np.clip(ramp + np.array([-14, 0, 8]) + rng.integers(-8, 8, 3), 0, 255)
    floor = height * 2 // 3
    frame[floor:] = np.array([88, 100, 112]) + rng.integers(-10, 10, 3)
    _tile(frame, floor, rng)
    for _ in range(4):
        left, top = int(rng.integers(0, width)), int(rng.integers(0, floor // 2))
        corner = (left + int(rng.integers(width // 16, width // 5)), top + floor // 3)
        cv2.rectangle(frame, (left, top), corner, [int(v) for v in rng.integers(205, 250, 3)], -1)
        cv2.rectangle(frame, (left, top), corner, [int(v) for v in rng.integers(60, 110, 3)], max(1, width // 200))
    for _ in range(60):
        middle = (int(rng.integers(0, width // 5)), int(rng.integers(floor // 2, floor + height // 8)))
        leaf = (max(1, width // 60), max(1, width // 220))
        cv2.ellipse(frame, middle, leaf, float(rng.uniform(0, 180)), 0, 360, (60, int(rng.integers(80, 140)), 50), -1)
    _sign(frame, rng)
    frame = cv2_frame(cv2.GaussianBlur(frame, (0, 0), max(0.5, width / 900)))
    for _ in range(6):
        middle = (int(rng.integers(0, width)), int(rng.integers(0, max(1, height // 6))))
        cv2.circle(frame, middle, max(1, width // 70), (235, 245, 255), -1)
    return cv2_frame(cv2.GaussianBlur(frame, (0, 0), 0.8))


def _tile(frame: Frame, floor: int, rng: np.random.Generator) -> None:
    height, width = frame.shape[:2]
    grout = [int(v) for v in rng.integers(70, 95, 3)]
    for step in range(-12, 13):
        start, end = (width // 2 + step * width // 24, floor), (width // 2 + step * width // 6, height)
        cv2.line(frame, start, end, grout, max(1, width // 500))
    for row in range(1, 7):
        y = floor + (height - floor) * row * row // 36
        cv2.line(frame, (0, y), (width, y), grout, max(1, width // 500))


def _sign(frame: Frame, rng: np.random.Generator) -> None:
    """Hang up a sign with lettering: many small high-contrast edges that are no code."""
    height, width = frame.shape[:2]
    left, top = int(rng.integers(width // 2, width * 3 // 4)), height // 5
    cv2.rectangle(frame, (left, top), (left + width // 5, top + height // 4), (245, 245, 245), -1)
    for row in range(5):
        words = "".join(rng.choice(list("WELCOME TO THE MEETING 0123456789"), 16).tolist())
        place = (left + width // 100, top + (row + 1) * height // 22)
        cv2.putText(frame, words, place, cv2.FONT_HERSHEY_SIMPLEX, width / 2600, (40, 40, 40), max(1, width // 700))
