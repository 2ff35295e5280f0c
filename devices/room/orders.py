"""What the hub tells an agent to do: refused with a reason, or passed on to the instrument it names."""

import logging
from collections import deque
from collections.abc import Callable, Mapping

from devices.contract import codec
from devices.contract.codec import UnreadableMessage
from devices.contract.commands import Command, CommandKind, lacks
from devices.contract.envelope import Envelope
from devices.contract.fields import Reading
from devices.ports import Clock
from devices.room.instruments import Disobeyed
from devices.room.keeper import LATE_MS, Keeper

_REMEMBERED = 64
_log = logging.getLogger(__name__)

Answer = Callable[[str, Mapping[str, Reading], str], None]
"""Answers a command by its id: what the points say now, and why it was not obeyed (empty when it was)."""


class Orders:
    """Takes commands from the link's thread; each is obeyed once, however often it comes."""

    def __init__(
        self,
        clock: Clock,
        synced: Callable[[], bool],
        keepers: Mapping[str, Keeper],
        identify: Callable[[], None] | None,
        answer: Answer,
    ) -> None:
        """Take the parts; without ``identify`` the device cannot make itself seen or heard."""
        self._clock, self._synced = clock, synced
        self._keepers = keepers
        self._identify = identify
        self._answer = answer
        self._known: deque[str] = deque(maxlen=_REMEMBERED)

    def take(self, payload: bytes, *, retained: bool) -> None:
        """Obey a command or say why not. Raises UnreadableMessage when it does not even name itself."""
        try:
            command = codec.decode(payload, Command)
        except UnreadableMessage as problem:
            self._answer(codec.decode(payload, Envelope).id, {}, "unknown_command")
            _log.warning("a command was refused: %s", problem)
            return
        if command.id in self._known:
            return
        self._known.append(command.id)
        try:
            self._obey(command, retained=retained)
        except Disobeyed as refusal:
            self._answer(command.id, {}, refusal.reason)

    def _obey(self, command: Command, *, retained: bool) -> None:
        if retained or lacks(command):
            raise Disobeyed("retained" if retained else "incomplete")
        age_ms = (self._clock.now() - command.ts).total_seconds() * 1000
        if age_ms > LATE_MS and self._synced():
            raise Disobeyed("late")
        if command.kind is CommandKind.IDENTIFY and self._identify is not None:
            self._identify()
            self._answer(command.id, {}, "")
            return
        keeper = self._keepers.get((command.which or "").partition(".")[0])
        if keeper is None or command.kind not in keeper.instrument.takes:
            raise Disobeyed("unknown_which" if command.which else "unknown_command")
        keeper.obey(command, lambda told, readings, reason: self._answer(told.id, readings, reason))
