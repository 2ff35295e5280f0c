"""Camera to screen, one frame after the other. No decisions here: the order of things is the whole content."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from devices.camera import Camera, CameraLost, Frame
from devices.contract.messages import Answer
from kiosk import screen
from kiosk.answered import answered
from kiosk.board import ScreenBoard
from kiosk.hold import Holds
from kiosk.identity import Identity
from kiosk.pulse import Health
from kiosk.reception import CannotKeep, Reception, Result
from kiosk.roster import Roster

REOPEN_S = 2.0
_END_PAUSE_S = 0.2
_RATE_OVER = 30

_log = logging.getLogger(__name__)


class Reader(Protocol):
    """Finds codes in pictures."""

    def read(self, frame: Frame) -> Sequence[str]:
        """Return the texts of the codes in one frame."""


class Loop:
    """Looks, decodes, and lets the reception answer; one code at a time, the next guest at once."""

    def __init__(  # noqa: PLR0913, PLR0917 - what is seen, by what, and who takes it
        self,
        identity: Identity,
        open_camera: Callable[[], Camera],
        decoder: Reader,
        reception: Reception,
        board: ScreenBoard,
        roster: Roster,
        divert: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """Take the parts; ``run`` does the work. ``divert`` says that it took a code that is no single guest's."""
        self._identity = identity
        self._open_camera = open_camera
        self._decoder = decoder
        self._reception = reception
        self._board = board
        self._roster = roster
        self._divert = divert
        self._holds = Holds()
        self._stopping = threading.Event()
        self._frame_times: deque[int] = deque(maxlen=_RATE_OVER)
        self._camera_ok = False

    def run(self) -> None:
        """Look until ``stop``; a camera that is lost is opened again every two seconds."""
        while not self._stopping.is_set():
            camera = self._open_camera()
            try:
                self._look(camera)
            except CameraLost as problem:
                _log.warning("the camera is lost: %s", problem)
            finally:
                self._camera_ok = False
                camera.close()
            self._stopping.wait(REOPEN_S)

    def stop(self) -> None:
        """End after the frame in hand."""
        self._stopping.set()

    def health(self) -> Health:
        """Return what the heartbeat tells of the eye."""
        times = list(self._frame_times)
        span = times[-1] - times[0] if len(times) > 1 else 0
        return Health(camera_ok=self._camera_ok, frames_per_s=1000 * (len(times) - 1) / span if span else 0.0)

    def late(self, answer: Answer) -> None:
        """Show the hub's word when it came after the screen, if that guest still stands there."""
        _, shown = self._board.current()
        if shown.scan_id == answer.id and answer.accepted:
            self._board.update(answer.id, self._screen(self._reception.late(answer)))

    def _look(self, camera: Camera) -> None:
        while not self._stopping.is_set():
            frame = camera.read()
            if frame is None:
                self._stopping.wait(_END_PAUSE_S)
                continue
            self._camera_ok = True
            self._frame_times.append(self._identity.clock.monotonic_ms())
            sight = self._holds.see(self._decoder.read(frame), self._identity.clock.monotonic_ms())
            if sight.crowd:
                self._board.show(screen.two_codes(self._identity.new_id()))
            elif sight.fresh is not None:
                self.scanned(sight.fresh)

    def scanned(self, text: str) -> None:
        """Take one code through to the screen: feedback at once, the answer when it is decided and on disk."""
        if self._divert(text):
            return
        scan_id = self._identity.new_id()
        self._board.show(screen.reading(scan_id))
        try:
            result = self._reception.receive(text, scan_id)
        except CannotKeep:
            _log.exception("a check-in could not be written to disk")
            self._board.show(screen.out_of_order(scan_id))
            return
        self._board.show(self._screen(result))

    def _screen(self, result: Result) -> screen.Screen:
        return answered(result, self._roster, self._identity.clock.now())
