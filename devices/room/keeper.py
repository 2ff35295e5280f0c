"""Reads one instrument at its own pace, on a thread of its own, and passes commands on to it."""

import logging
import math
import queue
import threading
from collections.abc import Callable, Mapping
from functools import partial

from devices.announcing import Component, Entity
from devices.contract.commands import Command
from devices.contract.fields import Reading
from devices.patience import Seldom
from devices.ports import DeviceError
from devices.room.instruments import Disobeyed, Instrument

HANGS_MS = 30_000
"""A reading or a command that takes longer hangs: what the instrument said before counts no more."""

LATE_MS = 30_000
"""A command that waited so long behind a hanging one is not obeyed any more (DESIGN 5)."""

MOST_WAITING = 4
_LONGEST_WORD = 64
_END_S = 3.0
_ON, _OFF = "on", "off"
_log = logging.getLogger(__name__)

OnAnswer = Callable[[Command, Mapping[str, Reading], str], None]
"""Told what became of a command: what its points say now, and why it was not obeyed (empty when it was)."""


class Keeper:
    """One instrument and what it said last. Whatever it raises, and however long it hangs, stays in here."""

    def __init__(self, instrument: Instrument, now_ms: Callable[[], int], on_change: Callable[[], None]) -> None:
        """Take the instrument. ``on_change`` is called, on the keeper's thread, when its problem comes or goes."""
        self.instrument = instrument
        self._now_ms = now_ms
        self._on_change = on_change
        self._keys = {entity.key for entity in instrument.entities()}
        self._values: dict[str, Reading] = dict.fromkeys(self._keys)
        self._problem = ""
        self._busy_since: int | None = None
        self._orders: queue.Queue[tuple[Command, int, OnAnswer]] = queue.Queue(MOST_WAITING)
        self._seldom = Seldom()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"instrument-{instrument.key}", daemon=True)

    @property
    def problem_key(self) -> str:
        """Return the key of the point that says whether the instrument has a problem; it may have one of its own."""
        return f"{self.instrument.key}_problem"

    def entities(self) -> list[Entity]:
        """Say which points the instrument has, and the one for its problem."""
        if self.problem_key in self._keys:
            return list(self.instrument.entities())
        problem = Entity(
            key=self.problem_key,
            name=f"{self.instrument.key.replace('_', ' ').capitalize()} problem",
            component=Component.BINARY_SENSOR,
            device_class="problem",
            diagnostic=True,
        )
        return [*self.instrument.entities(), problem]

    @property
    def problem(self) -> str:
        """Return what is wrong, for a technician; empty when nothing is."""
        since = self._busy_since
        if since is not None and self._now_ms() - since > HANGS_MS:
            return f"{self.instrument.key} does not answer"
        return self._problem

    def readings(self) -> dict[str, Reading]:
        """Return what the points say now: unknown while there is a problem."""
        wrong = bool(self.problem)
        values = dict.fromkeys(self._keys) if wrong else self._values
        told = _ON if wrong else values.get(self.problem_key, _OFF)
        return {**values, self.problem_key: told}

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """Put the instrument to rest; one that hangs is left to the end of the process."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(_END_S)
        if not self._thread.is_alive():
            self.instrument.close()

    def obey(self, command: Command, on_answer: OnAnswer) -> None:
        """Pass a command on. Raises Disobeyed at once when the instrument hangs, or has too many to obey already."""
        if self.problem and self._busy_since is not None:
            raise Disobeyed("broken", self.problem)
        try:
            self._orders.put_nowait((command, self._now_ms(), on_answer))
        except queue.Full:
            raise Disobeyed("busy", f"{self.instrument.key} has {MOST_WAITING} commands to obey") from None
        self._wake.set()

    def _run(self) -> None:
        due = 0
        while not self._stopping.is_set():
            self._wake.clear()
            now = self._now_ms()
            try:
                command, came, on_answer = self._orders.get_nowait()
            except queue.Empty:
                if now < due:
                    self._wake.wait((due - now) / 1000)
                    continue
                due = now + int(self.instrument.every_s * 1000)
                self._try(self.instrument.read)
                continue
            reason = "late" if now - came > LATE_MS else self._try(partial(self.instrument.obey, command))
            on_answer(command, self.readings(), reason)

    def _try(self, act: Callable[[], Mapping[str, Reading]]) -> str:
        """Read or obey, and keep what the points say; returns why a command was not obeyed."""
        before = self.problem
        self._busy_since = self._now_ms()
        try:
            found = act()
        except Disobeyed as refusal:
            return refusal.reason
        except DeviceError as problem:
            self._problem = str(problem) or problem.code
        except Exception as problem:  # noqa: BLE001 - whatever a library raises, the other instruments go on
            self._problem = f"{type(problem).__name__}: {problem}"
        else:
            self._problem = ""
            self._values = {**self._values, **{key: clean(found[key]) for key in found if key in self._keys}}
        finally:
            self._busy_since = None
        if self._problem and self._seldom.due(self._now_ms() / 1000):
            _log.warning("%s: %s", self.instrument.key, self._problem)
        if bool(before) != bool(self._problem):
            self._on_change()
        return "broken" if self._problem else ""


def clean(value: Reading) -> Reading:
    """Return a value as it may go on the wire: what is no finite number is not known, and words are short."""
    if isinstance(value, str):
        return value[:_LONGEST_WORD]
    return float(value) if value is not None and math.isfinite(value) else None
