"""A projector as an instrument: asked over PJLink, told to switch on and off, and looked at again afterwards.

Some projectors answer nothing, or ERR3, while they are in standby or on their way from one state to another. So one
that stays silent is *unknown* for two rounds, and only the third makes it a fault (``reference/iot-conventions.md`` 7).
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TypeVar

from devices.announcing import Component, Entity
from devices.contract.commands import Command, CommandKind, SwitchTo
from devices.contract.fields import Reading
from devices.ports import DeviceError
from devices.room.instruments import Disobeyed
from devices.room.pjlink import PORT, Conversation, Declined, ProjectorSilent, Unclear
from devices.room.pjlink_answers import (
    MOST_LAMPS,
    PARTS,
    Health,
    Mute,
    Power,
    in_words,
    read_class,
    read_freeze,
    read_health,
    read_hours,
    read_input,
    read_lamps,
    read_mute,
    read_power,
    read_resolution,
    read_words,
)

MISSES = 3
"""So many silent rounds one after another make a fault."""
OBEY_WITHIN_S = 8.0
"""The hub waits 10 seconds for the result of a command."""
_LOOK_AGAIN_S = 0.5
_LIT = {Power.ON, Power.WARMING}

V = TypeVar("V")


class Projector:
    """One projector (``Instrument``). ``key`` begins the keys of all its points.

    ``password_file`` holds its PJLink password in one line; it is read anew for each conversation. ``lamps`` is how
    many light sources it has, 1 to 8. Commands name ``<key>`` (power), ``<key>.mute`` (shutter and sound), or
    ``<key>.input.31`` (switch that input on).
    """

    takes = frozenset({CommandKind.SWITCH})

    def __init__(
        self,
        key: str,
        address: str,
        *,
        port: int = PORT,
        password_file: Path | None = None,
        lamps: int = 1,
        every_s: float = 30.0,
    ) -> None:
        """Keep where it is; nothing is asked yet. ``every_s`` is how often it is to be read, in seconds."""
        self.key = key
        self.every_s = every_s
        self._where = (address, port)
        self._password_file = password_file
        self._lamps = max(1, min(lamps, MOST_LAMPS))
        self._misses = 0
        self._class = 0
        self._plate: dict[str, Reading] = {}
        self._closed = Event()

    def entities(self) -> Sequence[Entity]:
        """Say which points it has."""
        key, binary = self.key, Component.BINARY_SENSOR
        lamps = [f"{key}_lamp_{number}" for number in range(1, self._lamps + 1)]
        health = tuple(Health)
        return (
            Entity(key=f"{key}_power", name="Power", device_class="enum", options=tuple(Power)),
            Entity(key=f"{key}_lit", name="On", component=binary, device_class="power"),
            Entity(key=f"{key}_problem", name="Problem", component=binary, device_class="problem"),
            Entity(key=f"{key}_detail", name="What is wrong"),
            *(
                Entity(key=f"{key}_{part}", name=part.capitalize(), device_class="enum", options=health)
                for part in PARTS
            ),
            Entity(key=f"{key}_input", name="Input"),
            Entity(key=f"{key}_mute", name="Shutter and sound", device_class="enum", options=tuple(Mute)),
            *(_hours(f"{lamp}_hours", f"Lamp hours {lamp[-1]}") for lamp in lamps),
            *(Entity(key=f"{lamp}_lit", name=f"Lamp {lamp[-1]} lit", component=binary) for lamp in lamps),
            _hours(f"{key}_filter_hours", "Filter hours"),
            Entity(key=f"{key}_resolution", name="Resolution"),
            Entity(key=f"{key}_freeze", name="Picture frozen", component=binary),
            *(
                Entity(key=f"{key}_{name}", name=name.capitalize(), diagnostic=True)
                for name in ("name", "maker", "model", "serial", "class")
            ),
        )

    def read(self) -> Mapping[str, Reading]:
        """Ask it everything in one conversation. Raises DeviceError: silent for the third time, password, no PJLink."""
        try:
            with self._conversation() as talk:
                found = self._ask_all(talk)
        except ProjectorSilent:
            self._misses += 1
            if self._misses >= MISSES:
                raise
            return self._named({})
        self._misses = 0
        return self._named(found)

    def obey(self, command: Command) -> Mapping[str, Reading]:
        """Tell it, then ask until it says so itself. Raises Disobeyed within eight seconds, or DeviceError."""
        which = (command.which or "").removeprefix(self.key)
        on = command.to is SwitchTo.ON
        if command.kind is not CommandKind.SWITCH or command.to not in {SwitchTo.ON, SwitchTo.OFF}:
            raise Disobeyed("out_of_range", "a projector is switched on or off, and nothing else")
        if which == "":
            return self._told("POWR", "1" if on else "0", "power", lambda said: (read_power(said) in _LIT) == on)
        if which == ".mute":
            wanted = Mute.BOTH if on else Mute.NONE
            return self._told("AVMT", "31" if on else "30", "mute", lambda said: read_mute(said) is wanted)
        head, _, number = which.rpartition(".")
        if head == ".input" and on:
            try:
                wanted_input = read_input(number)
            except Unclear as why:
                raise Disobeyed("out_of_range", str(why)) from None
            return self._told("INPT", number.upper(), "input", lambda said: read_input(said) == wanted_input)
        raise Disobeyed("unknown_which", f"{command.which} is nothing of this projector")

    def close(self) -> None:
        """Stop waiting for it."""
        self._closed.set()

    def _conversation(self, within_s: float = 20.0) -> Conversation:
        password = ""
        if self._password_file:
            try:
                password = self._password_file.read_text(encoding="utf-8").strip()
            except (OSError, ValueError) as why:
                raise DeviceError(f"password_file {self._password_file} cannot be read: {why}") from None
        return Conversation(*self._where, password, within_s=within_s)

    def _ask_all(self, talk: Conversation) -> dict[str, Reading]:
        """Ask the power first: one that answers to this is there. What fails afterwards is only not known."""
        found: dict[str, Reading] = {}
        try:
            power = read_power(talk.ask("POWR"))
            found |= {"power": power, "lit": _word(power in _LIT)}
        except Declined as why:  # ERR3 is what some say in standby; ERR4 that the projector itself has failed
            if why.why == "ERR4":
                found |= {"problem": "on", "detail": "error: the projector says it has failed"}
        with suppress(ProjectorSilent):  # in standby some answer about their power and to nothing else
            self._ask_rest(talk, found)
        return found

    def _ask_rest(self, talk: Conversation, found: dict[str, Reading]) -> None:
        health = _or_none(talk, "ERST", read_health)
        if health is not None:
            wrong = in_words(health)
            found.update(health)
            found.setdefault("problem", _word(wrong != ""))
            found.setdefault("detail", wrong or "ok")
        found["input"] = _or_none(talk, "INPT", read_input)
        found["mute"] = _or_none(talk, "AVMT", read_mute)
        for number, lamp in enumerate(_or_none(talk, "LAMP", read_lamps) or (), 1):
            found |= {f"lamp_{number}_hours": lamp.hours, f"lamp_{number}_lit": _word(lamp.lit)}
        if not self._class:
            self._class = _or_none(talk, "CLSS", read_class) or 0
        for name, what, level in (
            ("name", "NAME", 1),
            ("maker", "INF1", 1),
            ("model", "INF2", 1),
            ("serial", "SNUM", 2),
        ):
            if self._plate.get(name) is None and level <= max(self._class, 1):
                self._plate[name] = _or_none(talk, what, read_words, level)
        self._plate["class"] = self._class or None
        if self._class > 1:
            found["filter_hours"] = _or_none(talk, "FILT", read_hours, 2)
            found["resolution"] = _or_none(talk, "IRES", read_resolution, 2)
            freeze = _or_none(talk, "FREZ", read_freeze, 2)
            found["freeze"] = None if freeze is None else _word(freeze)

    def _named(self, found: Mapping[str, Reading]) -> dict[str, Reading]:
        """Return a reading for every point it has, by its key; None where it is not known."""
        known = {f"{self.key}_{name}": value for name, value in (self._plate | dict(found)).items()}
        return {entity.key: known.get(entity.key) for entity in self.entities()}

    def _told(self, what: str, value: str, name: str, done: Callable[[str], bool]) -> Mapping[str, Reading]:
        """Send one command and look until it has come true. A projector on its way counts as there."""
        ends = monotonic() + OBEY_WITHIN_S
        with self._conversation(OBEY_WITHIN_S) as talk:
            try:
                talk.ask(what, value)
            except Declined as why:
                reason = {"ERR2": "out_of_range", "ERR3": "busy"}.get(why.why, "broken")
                raise Disobeyed(reason, str(why)) from None
        while True:
            said = self._look(what, ends)
            if said is not None and done(said):
                return self._seen(name, said)
            if monotonic() + _LOOK_AGAIN_S >= ends or self._closed.wait(_LOOK_AGAIN_S):
                raise Disobeyed("broken", f"told {what} {value}, the projector still says {said or 'nothing'}")

    def _look(self, what: str, ends: float) -> str | None:
        """Ask in a new conversation; None while it answers nothing of use."""
        try:
            with self._conversation(max(0.1, ends - monotonic())) as talk:
                return talk.ask(what)
        except (Declined, ProjectorSilent):
            return None

    def _seen(self, name: str, said: str) -> dict[str, Reading]:
        if name == "power":
            power = read_power(said)
            return {f"{self.key}_power": power, f"{self.key}_lit": _word(power in _LIT)}
        return {f"{self.key}_{name}": read_mute(said) if name == "mute" else read_input(said)}


def _hours(key: str, name: str) -> Entity:
    return Entity(key=key, name=name, device_class="duration", unit="h", state_class="measurement")


def _word(true: bool) -> str:  # noqa: FBT001 - a value, no switch
    return "on" if true else "off"


def _or_none(talk: Conversation, what: str, read: Callable[[str], V], level: int = 1) -> V | None:
    """Ask for what a projector may not have, or not tell in standby, or tell in words of its own."""
    try:
        return read(talk.ask(what, level=level))
    except (Declined, Unclear):
        return None
