"""Keeps one real process running, as systemd would, and starts it again at once when it was killed.

``python -m tests.faults.nursery STATE MUTANT MODULE ARGUMENTS…`` imports the module once and forks for each start, so
that a killed program is back in milliseconds and the storm can kill often; what runs is the module's own ``main``. The
process id and the number of starts are in the file STATE. MUTANT is ``-`` or the name of a fault to plant first.
"""

import ctypes
import gc
import importlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_QUICK_S = 0.5
_LONGEST_PAUSE_S = 1.0
_STOP_WITHIN_S = 20.0
_ROOT = Path(__file__).parents[2]


@dataclass(slots=True)
class Kept:
    """A kept process as the storm sees it."""

    name: str
    state: Path
    process: subprocess.Popen[bytes] = field(repr=False)

    @property
    def pid(self) -> int:
        """Return the process id of the run at hand, 0 between two runs."""
        try:
            return int(self.state.read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return 0

    @property
    def starts(self) -> int:
        """Return how often it was started."""
        try:
            return int(self.state.read_text().split()[1])
        except (OSError, ValueError, IndexError):
            return 0

    @property
    def alive(self) -> bool:
        """Say whether a run is at hand and no zombie."""
        pid = self.pid
        try:
            return pid > 0 and ") Z " not in Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return False

    def signal(self, number: signal.Signals) -> bool:
        """Send a signal to the run at hand; False when there is none."""
        pid = self.pid
        try:
            os.kill(pid, number) if pid else None
        except ProcessLookupError:
            return False
        return bool(pid)

    def crash(self) -> None:
        """End it for good, in no order at all: the run dies with its keeper."""
        self.process.kill()
        self.process.wait(_STOP_WITHIN_S)
        self.signal(signal.SIGKILL)


def keep(
    name: str,
    folder: Path,
    module: str,
    *arguments: str,
    mutant: str = "",
    environment: Mapping[str, str] | None = None,
) -> Kept:
    """Start a keeper for ``module``'s ``main(arguments)``; its log is ``<folder>/<name>.log``."""
    state = folder / f"{name}.state"
    command = [sys.executable, "-m", "tests.faults.nursery", str(state), mutant or "-", module, *arguments]
    surroundings = {**os.environ, "OPENBLAS_NUM_THREADS": "1", **(environment or {})}
    with (folder / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=_ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=surroundings
        )
    return Kept(name, state, process)


def _main(arguments: list[str]) -> int:
    state, mutant, module, *rest = arguments
    program: Callable[[list[str]], int] = importlib.import_module(module).main
    if mutant != "-":
        importlib.import_module("tests.faults.mutants").plant(mutant)  # loads kiosk and hub, which takes its time
    gc.freeze()
    return _Keeper(Path(state), program, rest).run()


class _Keeper:
    """Forks, waits, forks again."""

    def __init__(self, state: Path, program: Callable[[list[str]], int], arguments: list[str]) -> None:
        self._state = state
        self._program = program
        self._arguments = arguments
        self._child = 0
        self._stopping = False

    def run(self) -> int:
        """Keep the program running until SIGTERM."""
        signal.signal(signal.SIGTERM, self._stop)
        pause_s, starts = 0.0, 0
        while not self._stopping:
            starts += 1
            began = time.monotonic()
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
            self._child = os.fork()
            if self._child == 0:
                os._exit(self._live())
            self._note(f"{self._child} {starts}")
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
            _, status = os.waitpid(self._child, 0)
            self._child = 0
            self._note(f"0 {starts}")
            by_itself = os.WIFEXITED(status) and time.monotonic() - began < _QUICK_S
            pause_s = min(_LONGEST_PAUSE_S, pause_s * 2 + 0.05) if by_itself else 0.0
            if pause_s and not self._stopping:
                threading.Event().wait(pause_s)
        return 0

    def _live(self) -> int:
        """Be the program. A keeper that is killed takes it along."""
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        random.seed()
        try:
            code = self._program(self._arguments)
        except BaseException:  # noqa: BLE001 - the fork must end here, whatever happened
            traceback.print_exc()
            code = 1
        sys.stdout.flush()
        sys.stderr.flush()
        return code

    def _stop(self, *_: object) -> None:
        self._stopping = True
        if self._child:
            os.kill(self._child, signal.SIGTERM)

    def _note(self, words: str) -> None:
        unfinished = self._state.with_suffix(".new")
        unfinished.write_text(words)
        unfinished.replace(self._state)


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
