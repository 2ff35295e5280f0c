"""Whether a camera lives: one that is lost in its driver gives the same picture for ever, or a black one."""

from dataclasses import dataclass

import numpy as np

from devices.camera import Frame

_STEP = 16
_BLACK = 12
"""Grey levels that no pixel looked at reaches: a covered or dead sensor. A dark room has noise and a lit screen."""

_BACK = 10
"""Living frames after which a camera that was lost is believed again."""


@dataclass(slots=True)
class Liveness:
    """Looks at some pixels of every frame; noise makes two pictures of a living camera differ somewhere."""

    _last: Frame | None = None
    _living: int = _BACK

    def see(self, frame: Frame) -> bool:
        """Take the next frame and say whether it proves that the camera lives."""
        some = frame[::_STEP, ::_STEP].copy()
        same = self._last is not None and np.array_equal(some, self._last)
        self._last = some
        if same or int(some.max(initial=0)) < _BLACK:
            return False
        self._living = min(self._living + 1, _BACK)
        return self._living == _BACK

    def lost(self) -> None:
        """Believe the camera again only after some living frames: a stuck driver gives a new one when it is opened."""
        self._living = 0
