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
from kiosk.eyes.glimpses import Glimpses
from kiosk.eyes.hints import Hints
from kiosk.eyes.liveness import Liveness
from kiosk.hold import Holds
from kiosk.identity import Identity
from kiosk.pulse import Health
from kiosk.reception import CannotKeep, Reception, Result
from kiosk.roster import Roster
from kiosk.usage import UsageMeter

REOPEN_S = 2.0
LIFELESS_MS = 5_000
"""A camera whose pictures show no life for so long is closed and opened anew."""

LOST_AFTER_MS = 6_000
"""The eye counts as lost, for guests and for staff, when nothing living was seen for so long."""

_END_PAUSE_S = 0.2
_RATE_OVER = 30

_log = logging.getLogger(__name__)


class Reader(Protocol):
    """Finds codes in pictures."""

    def read(self, frame: Frame) -> Sequence[str]:
        """Return the texts of the codes in one frame."""


class Loop:
    """Looks, decodes, and lets the reception answer; one code at a time, the next guest at once."""

    def __init__(  # noqa: PLR0913 - each is one part of the way from camera to screen
        self,
        identity: Identity,
        open_camera: Callable[[], Camera],
        decoder: Reader,
        reception: Reception,
        board: ScreenBoard,
        roster: Roster,
        *,
        divert: Callable[[str], bool] = lambda _: False,
        shown: Callable[[str], None] = lambda _: None,
        scanner_works: Callable[[], bool] = lambda: False,
        usage: UsageMeter | None = None,
    ) -> None:
        """Take the parts; ``run`` does the work.

        ``divert`` says that it took a code that is no single guest's; ``shown`` is told of each scan whose answer is on
        the screen now; ``scanner_works`` says whether guests can use a scanner instead of the camera; ``usage`` counts.
        """
        self._identity = identity
        self._open_camera = open_camera
        self._decoder = decoder
        self._reception = reception
        self._board = board
        self._roster = roster
        self._divert = divert
        self._shown = shown
        self._scanner_works = scanner_works
        self._usage = usage or UsageMeter(identity.clock.monotonic_ms)
        self._holds = Holds()
        self._glimpses = Glimpses()
        self._hints = Hints()
        self._liveness = Liveness()
        self._stopping = threading.Event()
        self._one_by_one = threading.RLock()
        self._frame_times: deque[int] = deque(maxlen=_RATE_OVER)
        self._camera_ok = False
        self._alive_ms = identity.clock.monotonic_ms()
        self._told = ""

    def run(self) -> None:
        """Look until ``stop``; a camera that is lost is opened again every two seconds, whatever the trouble."""
        self._alive_ms = self._identity.clock.monotonic_ms()
        while not self._stopping.is_set():
            try:
                self._look()
            except CameraLost as problem:
                self._tell(f"the camera is lost: {problem}")
            except Exception as problem:  # noqa: BLE001 - a driver may raise anything; a kiosk goes on
                self._tell(f"the camera failed: {problem!r}")
            self._camera_ok = False
            self._liveness.lost()
            self._remark(None)
            self._stopping.wait(REOPEN_S)

    def stop(self) -> None:
        """End after the frame in hand."""
        self._stopping.set()

    @property
    def eye_lost(self) -> bool:
        """Say whether the camera has shown no living picture for a while."""
        return self._identity.clock.monotonic_ms() - self._alive_ms > LOST_AFTER_MS

    def health(self) -> Health:
        """Return what the heartbeat tells of the eye."""
        times = list(self._frame_times)
        span = times[-1] - times[0] if len(times) > 1 else 0
        frames_per_s = 1000 * (len(times) - 1) / span if span else 0.0
        eye_works = self._camera_ok and not self.eye_lost
        return Health(camera_ok=eye_works, frames_per_s=frames_per_s, usage=self._usage.figures())

    def late(self, answer: Answer) -> None:
        """Show the hub's word when it came after the screen, if that guest still stands there."""
        _, shown = self._board.current()
        if shown.scan_id == answer.id and answer.accepted:
            later = screen.after_choice(shown, self._screen(self._reception.late(answer)))
            self._board.update(answer.id, later)
            self._shown(answer.id)

    def _look(self) -> None:
        camera = self._open_camera()
        opened_ms = self._identity.clock.monotonic_ms()
        try:
            while not self._stopping.is_set():
                frame = camera.read()
                now_ms = self._identity.clock.monotonic_ms()
                if frame is None or self._liveness.see(frame):
                    self._told = "" if self.eye_lost else self._told
                    self._alive_ms = now_ms
                if frame is None:
                    self._stopping.wait(_END_PAUSE_S)
                    continue
                if now_ms - max(self._alive_ms, opened_ms) > LIFELESS_MS:
                    raise CameraLost("it gives the same picture again and again, or a black one: is it covered?")
                self._frame(frame, now_ms)
        finally:
            camera.close()

    def _frame(self, frame: Frame, now_ms: int) -> None:
        self._camera_ok = True
        self._frame_times.append(now_ms)
        texts = self._texts(frame)
        self.seen(texts)
        if texts:
            self._hints.read(now_ms)
        glimpse = self._glimpses.take(frame, now_ms)
        if glimpse is not None:
            hint = self._hints.see(glimpse, now_ms)
            self._remark(screen.hint(hint) if hint else None)

    def _texts(self, frame: Frame) -> Sequence[str]:
        """Read a frame. One that the decoder stumbles over holds no code, and the next frame is looked at."""
        try:
            return self._decoder.read(frame)
        except Exception as problem:  # noqa: BLE001 - see above
            self._tell(f"a frame could not be decoded: {problem!r}")
            return ()

    def _remark(self, hint: screen.Screen | None) -> None:
        """Lay over the idle screen what a guest should know of the eye; nothing where all is well."""
        self._board.over_idle(screen.no_eye(scanner=self._scanner_works()) if self.eye_lost else hint)

    def _tell(self, problem: str) -> None:
        """Log a trouble when it is new: a camera that is away for a day is not told of 43,000 times."""
        if problem != self._told:
            _log.warning("%s", problem)
        self._told = problem

    def seen(self, texts: Sequence[str]) -> None:
        """Act on the codes that a reader sees at this moment: once on each, however long it is held. Any thread."""
        with self._one_by_one:
            sight = self._holds.see(texts, self._identity.clock.monotonic_ms())
            if sight.crowd:
                self._board.show(screen.two_codes(self._identity.new_id()))
            elif sight.fresh is not None:
                read_ms = self._identity.clock.monotonic_ms()
                self.scanned(sight.fresh)
                self._usage.scanned(sight.fresh, self._identity.clock.monotonic_ms() - read_ms)

    def scanned(self, text: str) -> None:
        """Take one code through to the screen: feedback at once, the answer when it is decided and on disk."""
        with self._one_by_one:
            scan_id = self._identity.new_id()
            try:
                if self._divert(text):
                    return
                self._board.show(screen.reading(scan_id))
                result = self._reception.receive(text, scan_id)
            except Exception as problem:  # noqa: BLE001 - the next guest is served
                kept = isinstance(problem, CannotKeep)
                _log.exception("a check-in could not be written to disk" if kept else "a code could not be answered")
                self._board.show(screen.out_of_order(scan_id))
            else:
                self._board.show(self._screen(result))
                self._shown(scan_id)

    def _screen(self, result: Result) -> screen.Screen:
        return answered(result, self._roster, self._identity.clock.now())
