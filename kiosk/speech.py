"""Reads a screen aloud when a guest asks for it (G18), and never else (G24): to one speaker, one guest at a time.

The kiosk plays it itself, not the page: so it goes to the one output that was named, whatever the browser takes for its
own, and no sound of a guest's name comes into the browser's memory or cache.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from devices.ports import DeviceError
from devices.speech import Sound, Speaker, Voice
from kiosk.board import ScreenBoard
from kiosk.preferences import LOUDEST
from kiosk.screen import Screen

KEPT_SOUNDS: Final = 32
"""How many sounds of fixed texts are kept in memory, about 0.3 MB each."""

_GLANCE_S = 0.5
_GAINS = dict(enumerate((0.15, 0.3, 0.5, 0.75, 1.0), 1))
assert len(_GAINS) == LOUDEST  # noqa: S101 - a slip of the programmer
_log = logging.getLogger(__name__)


def is_fixed(screen: Screen) -> bool:
    """Say whether a screen tells nothing of any guest or meeting: it is its kind and nothing more."""
    return screen == Screen(
        kind=screen.kind, languages=screen.languages, scan_id=screen.scan_id, lasts_s=screen.lasts_s, asks=screen.asks
    )


class Speech:
    """Speaks what stands on the board until it is through, the screen changes, or the guest has heard enough.

    Who listens also hears that the screen will end soon, once, and is asked for no answer by it: that puts nothing off
    (G12). Sounds of fixed texts are kept in memory; those that may name a guest are made anew each time and kept
    nowhere.
    """

    def __init__(
        self,
        voice: Voice,
        speaker: Speaker,
        board: ScreenBoard,
        warning: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Take what makes the sound, what lets it be heard, and the board whose every change ends it.

        ``warning`` is what is said by language when a screen will end soon; nothing without it.
        """
        self._voice = voice
        self._speaker = speaker
        self._board = board
        self._warning = warning
        self._attending = False
        self._warned = False
        self._kept: OrderedDict[tuple[str, str], Sound] = OrderedDict()
        self._lock = threading.Lock()
        self._turn: object | None = None

    @property
    def volume(self) -> int | None:
        """Return the step of the volume while something is being read, else None."""
        with self._lock:
            return self._board.preferences.volume if self._turn is not None else None

    def toggle(self, version: int, screen: Screen, text: str) -> None:
        """Begin to read ``text``, which stands on ``screen`` since ``version``; or be silent, if it speaks already."""
        with self._lock:
            if self._turn is not None:
                self._turn = None
                self._board.listen(listens=False)
                return
            turn = self._turn = object()
            self._board.listen(listens=True)
            if self._warning and not self._attending:
                self._attending = True
                threading.Thread(target=self._attend, name="speech-warning", daemon=True).start()
        name = "speech"
        threading.Thread(target=self._read, args=(turn, version, screen, text), name=name, daemon=True).start()

    def stop(self) -> None:
        """Be silent."""
        with self._lock:
            self._turn = None

    def sound(self, screen: Screen, text: str) -> Sound:
        """Return the sound of a text that stands on a screen. Raises DeviceError."""
        return self._fixed(text, screen.language) if is_fixed(screen) else self._voice.speak(text, screen.language)

    def _fixed(self, text: str, language: str) -> Sound:
        key = (language, text)
        with self._lock:
            kept = self._kept.get(key)
        sound = kept or self._voice.speak(text, language)
        with self._lock:
            self._kept[key] = sound
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT_SOUNDS:
                self._kept.popitem(last=False)
        return sound

    def _read(self, turn: object, version: int, screen: Screen, text: str) -> None:
        def wanted() -> bool:
            if self._board.current()[0] != version:
                return False
            if self._board.warning_s() is not None:
                self._board.touch()  # who listens is there
            return self._turn is turn

        try:
            sound = self.sound(screen, text)
            self._speaker.play(sound, lambda: _GAINS[self._board.preferences.volume], wanted)
        except DeviceError as problem:
            _log.warning("a screen could not be read aloud: %s", problem)
        finally:
            if self._board.current()[0] == version:
                self._board.touch()
            with self._lock:
                if self._turn is turn:
                    self._turn = None

    def _attend(self) -> None:
        """Say the warning each time one begins, as long as somebody listens."""
        while True:
            with self._lock:
                self._attending = self._board.preferences.listens
                if not self._attending:
                    return
            version, screen = self._board.current()
            before, self._warned = self._warned, self._board.warning_s() is not None
            if self._warned and not before:
                self._warn(screen.language)
            self._board.wait(version, _GLANCE_S)

    def _warn(self, language: str) -> None:
        def wanted() -> bool:
            return self._board.warning_s() is not None and self._turn is None

        try:
            sound = self._fixed(self._warning[language], language)
            self._speaker.play(sound, lambda: _GAINS[self._board.preferences.volume], wanted)
        except DeviceError as problem:
            _log.warning("a warning could not be said: %s", problem)
