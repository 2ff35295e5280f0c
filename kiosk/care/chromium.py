"""The browser as a process: how it is started, alone and without memory, and how it is ended whatever its state."""

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

PROGRAMS = ("chromium", "chromium-browser")
"""Debian's name, and the one of older Raspberry Pi OS."""

SWITCHES = (
    "--kiosk",
    "--no-first-run",
    "--no-default-browser-check",
    "--noerrdialogs",
    "--disable-session-crashed-bubble",
    "--hide-crash-restore-bubble",
    "--disable-infobars",
    "--disable-features=Translate,TranslateUI,MediaRouter,OverscrollHistoryNavigation",
    "--disable-pinch",
    "--overscroll-history-navigation=0",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-breakpad",
    "--password-store=basic",
    "--autoplay-policy=no-user-gesture-required",
    "--disk-cache-size=16777216",
)
"""One page, no questions, no gestures that leave it, no pictures of it kept; sound may play without a touch."""

_END_S = 3.0


def find(program: str) -> str | None:
    """Return the path of the configured browser, or of Debian's when none is configured; None where there is none."""
    names = (program,) if program else PROGRAMS
    return next((path for path in map(shutil.which, names) if path), None)


class BrowserProcess:
    """One browser after the other, each with a new and empty profile."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        """Take the command line, and a folder in memory that is this browser's alone."""
        self._profile = folder / "profile"
        self._command = [*command]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Say whether its first process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def group(self) -> int | None:
        """Return the group of its processes, the compositor's among them; None when none was started."""
        return self._process.pid if self._process else None

    def start(self, url: str) -> None:
        """Open ``url`` in an empty profile. Raises OSError when the program cannot be started."""
        shutil.rmtree(self._profile, ignore_errors=True)
        self._profile.mkdir(mode=0o700, parents=True)
        own = [f"--user-data-dir={self._profile}", f"--disk-cache-dir={self._profile / 'cache'}"]
        self._process = subprocess.Popen(  # noqa: S603 - the browser of the settings, or Debian's
            [*self._command, *own, url],
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # so that all its processes are ended together
        )

    def end(self) -> None:
        """End it and all its processes, in three seconds at most, even where they are frozen. Safe to repeat."""
        if self._process is None:
            return
        with suppress(ProcessLookupError, subprocess.TimeoutExpired):
            self._process.terminate()  # a compositor gives the screen back when it is asked
            self._process.wait(_END_S)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None
        shutil.rmtree(self._profile, ignore_errors=True)
