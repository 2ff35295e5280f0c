"""Speech on a Debian machine: espeak-ng makes it, ALSA's aplay lets it be heard at one named output."""

import contextlib
import fcntl
import io
import os
import re
import select
import shutil
import subprocess
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np

from devices.ports import DeviceError
from devices.speech import Sound

CARDS = Path("/proc/asound")
"""Where the kernel lists its sound cards by name."""

_VOICES = {"zh": "cmn", "en": "en-gb"}
_WORDS_A_MINUTE = {"zh": 150, "en": 150}
_MADE_WITHIN_S = 10.0
_LONGEST = 2_000
_CHUNK_S = 0.05
_PIPE_BYTES = 8192
_TAKES_WITHIN_S = 5.0
_CARD = re.compile(r"CARD=(\w+)")


class CannotSpeak(DeviceError):
    """No sound came of a text."""

    code = "cannot_speak"


class EspeakVoice:
    """espeak-ng 1.51 or later; its Mandarin (``cmn``) is in the package espeak-ng-data."""

    def __init__(self, program: str = "espeak-ng") -> None:
        """Take the program's name or path."""
        self._program = program

    @property
    def problem(self) -> str:
        """Return why it cannot speak, empty when it can."""
        if shutil.which(self._program):
            return ""
        return f"{self._program} is not installed, so no screen is read aloud; apt-get install espeak-ng"

    def speak(self, text: str, language: str) -> Sound:
        """Speak a text of at most 2,000 characters; the text goes by pipe, so no list of processes shows it."""
        command = [self._program, "-v", _VOICES[language], "-s", str(_WORDS_A_MINUTE[language]), "--stdin", "--stdout"]
        try:
            made = subprocess.run(  # noqa: S603 - our own command
                command, input=text[:_LONGEST].encode(), capture_output=True, timeout=_MADE_WITHIN_S, check=True
            )
            # A WAV of unknown length, as it came by pipe: the header's count of samples is to be ignored.
            with wave.open(io.BytesIO(made.stdout)) as wav:
                rate, form = wav.getframerate(), (wav.getnchannels(), wav.getsampwidth())
        except (OSError, subprocess.SubprocessError, wave.Error, EOFError) as problem:
            raise CannotSpeak(f"{self._program} made no sound: {type(problem).__name__}") from None
        if form != (1, 2):
            raise CannotSpeak(f"{self._program} made sound of {form} channels and bytes, where (1, 2) was expected")
        return Sound(rate, made.stdout[made.stdout.index(b"data") + 8 :])


class AplaySpeaker:
    """One ALSA output by its name, such as ``plughw:CARD=Headphones``; no other output ever hears a guest's name."""

    def __init__(self, device: str, program: str = "aplay", cards: Path = CARDS) -> None:
        """Take the ALSA device, the program that plays, and where cards are listed."""
        self._device = device
        self._program = program
        self._cards = cards

    @property
    def problem(self) -> str:
        """Return why nothing can be heard, empty when all is well."""
        if not shutil.which(self._program):
            return f"{self._program} is not installed, so no screen is read aloud; apt-get install alsa-utils"
        card = _CARD.search(self._device)
        if card and not (self._cards / card[1]).exists():
            return f"there is no sound card {card[1]!r}; plug it in, or set speech.device to one that `aplay -L` lists"
        return ""

    def play(self, sound: Sound, volume: Callable[[], float], wanted: Callable[[], bool]) -> None:
        """Feed the program a twentieth of a second at a time, so that volume and stop act at once."""
        command = [self._program, "-q", "-D", self._device, "-t", "raw", "-f", "S16_LE", "-c", "1"]
        command += ["-r", str(sound.rate), "--buffer-time=200000", "-"]
        try:
            player = subprocess.Popen(  # noqa: S603 - our own command
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, bufsize=0
            )
        except OSError as problem:
            raise CannotSpeak(f"{self._program} does not start: {problem.strerror}") from None
        try:
            assert player.stdin is not None  # noqa: S101 - asked for above
            with player.stdin as pipe:
                fed = _feed(pipe.fileno(), sound, volume, wanted)
            while fed and wanted() and player.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    player.wait(_CHUNK_S)
            ended = player.poll()
        finally:
            player.kill()
            player.wait()
        if ended or (not fed and wanted()):
            raise CannotSpeak(f"{self._program} cannot play to {self._device}; see `aplay -L` for what there is")


def _feed(pipe: int, sound: Sound, volume: Callable[[], float], wanted: Callable[[], bool]) -> bool:
    """Write all of the sound; False when it was not wanted to its end, or the player took none for a while."""
    fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    os.set_blocking(pipe, False)
    samples = np.frombuffer(sound.samples[: len(sound.samples) // 2 * 2], dtype="<i2")
    step = min(int(sound.rate * _CHUNK_S), select.PIPE_BUF // 2)  # no more than is written whole or not at all
    idle_turns = 0
    start = 0
    while start < len(samples):
        if not wanted() or idle_turns * _CHUNK_S > _TAKES_WITHIN_S:
            return False
        if not select.select([], [pipe], [], _CHUNK_S)[1]:
            idle_turns += 1
            continue
        idle_turns = 0
        try:
            os.write(pipe, (samples[start : start + step] * volume()).astype("<i2").tobytes())
        except BrokenPipeError:
            return True  # the program has ended; its exit code tells
        start += step
    return True
