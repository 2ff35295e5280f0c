"""The shipped simulated camera: frames of invitations held before a lens, drawn from a script.

It fills the ``Camera`` port, so a kiosk with it runs the same code as one with a USB camera.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from devices.camera import Frame
from devices.fake.motion import pose_at
from devices.fake.scene import Act, Stage
from devices.fake.script import BadScript, FixedScript, FollowedScript, Hold, Medium, Script, load_script
from devices.ports import Clock

__all__ = ["FixedScript", "FollowedScript", "Hold", "SceneCamera", "SceneStyle", "load_script", "render_hold"]

_HOLD_FPS = 30
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SceneStyle:
    """How a simulated camera plays its script.

    ``size`` is (width, height) in pixels, ``fps`` frames a second. With ``loop`` the script begins again after its
    last hold; with ``ends`` (and no loop) the camera then gives None; with neither it shows the empty lobby for ever.
    ``light`` is the room's while nobody is there: 1 is day, 0.1 a room with its lights off.
    """

    size: tuple[int, int] = (1280, 720)
    fps: float = 15.0
    loop: bool = False
    ends: bool = False
    light: float = 1.0


class SceneCamera:
    """A camera before which a script of holds is played; moment 0 of the script is the first ``read``.

    The same seed and script give the same picture at the same moment. Where holds overlap the later one is seen.
    ``wait`` pauses the thread for seconds (such as ``Event.wait``, so that a stop is noticed at once).
    """

    def __init__(
        self,
        script: Script,
        clock: Clock,
        wait: Callable[[float], object],
        seed: int = 0,
        style: SceneStyle | None = None,
    ) -> None:
        """Keep everything; nothing is drawn before the first ``read``."""
        self._script = script
        self._clock = clock
        self._wait = wait
        self._style = style or SceneStyle()
        self._stage = Stage(self._style.size, seed)
        self._began_ms: int | None = None
        self._last_frame = -1
        self._refused: Hold | None = None

    def read(self) -> Frame | None:
        """Wait for the next frame that is due and return it; frames missed meanwhile are passed over.

        Returns None after the script's end where the style says so. A hold whose image has become unreadable since
        the script was read is logged and shows the empty lobby: the next guest is served.
        """
        moment = self._next_moment()
        holds = self._script.holds()
        end = max((hold.ends_ms for hold in holds), default=0)
        if self._style.loop and end:
            moment %= end
        elif self._style.ends and moment >= end:
            return None
        shown = [hold for hold in holds if hold.starts_ms <= moment < hold.ends_ms]
        if not shown:
            return self._stage.empty(moment, self._style.light)
        hold = max(shown, key=lambda one: one.starts_ms)
        try:
            return self._stage.show(hold, moment)
        except BadScript as problem:
            if hold != self._refused:
                _log.warning("%s", problem)
            self._refused = hold
            return self._stage.empty(moment, self._style.light)

    def close(self) -> None:
        """Do nothing: there is no hardware to give back, and the script goes on where it is."""

    def _next_moment(self) -> int:
        """Pace to the style's frame rate and return the due frame's time in milliseconds since the first frame."""
        now = self._clock.monotonic_ms()
        if self._began_ms is None:
            self._began_ms = now
        period = 1000 / self._style.fps
        due = max(self._last_frame + 1, int((now - self._began_ms) / period))
        early = self._began_ms + due * period - now
        if early > 0:
            self._wait(early / 1000)
        self._last_frame = due
        return int(due * period)


def render_hold(
    image: Path,
    medium: Medium,
    difficulty: float,
    rng: np.random.Generator,
    n: int = _HOLD_FPS,
    size: tuple[int, int] = (1280, 720),
) -> Iterator[Frame]:
    """Give the first ``n`` frames, at 30 a second, of a hold that goes on; for benchmarks and tests of a decoder."""
    stage = Stage(size, int(rng.integers(0, 1 << 31)))
    act = Act(image, medium, difficulty, rng)
    for number in range(n):
        t_ms = number * 1000 / _HOLD_FPS
        yield stage.picture(act, pose_at(act.troubles, t_ms, 1000.0), int(t_ms))
