"""The simulated venue as a whole: its rooms, how they change, what is wrong in them, and which devices stand there.

Everything is decided by the seed and the time that is handed in; nothing here connects to anything.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from devices.identity import Identity
from devices.simulation.config import SimulationConfig
from devices.simulation.esphome import EspNode
from devices.simulation.faults import Fault, FaultKind, wrong_in
from devices.simulation.meetings import outside_at, people_at
from devices.simulation.nodes import Message, Node, Now, Wish
from devices.simulation.our_agent import OurAgent
from devices.simulation.physics import LOW_G, POT_G, Around, Pot, Room, step
from devices.simulation.points import points
from devices.simulation.shelly import ShellyPlug
from devices.simulation.tasmota import TasmotaPlug
from devices.simulation.zigbee2mqtt import ZigbeeGateway

EVERY = 5
"""Of each five rooms one has an agent of ours and a Shelly plug, one a Tasmota and a Shelly plug, one
a Shelly plug alone."""

GATEWAY = "zigbee2mqtt"
_DRAINS_PERCENT_H = 3_000.0
_LATE_YEARS = timedelta(days=20 * 365)


@dataclass(frozen=True, slots=True)
class Placed:
    """A device and the rooms that it stands in or measures; a gateway is on no room's Wi-Fi."""

    node: Node
    rooms: tuple[str, ...]
    on_wifi: bool = True


def place(config: SimulationConfig, new_identity: Callable[[str], Identity]) -> list[Placed]:
    """Return all devices of the venue; ``new_identity`` makes that of an agent, by its id."""
    names = config.room_names()
    found = []
    for number, room in enumerate(names):
        esp = EspNode(f"esp-{room}", f"3c71bf{number:06x}", room, points(config.sensors))
        found.append(Placed(esp, (room,)))
        match number % EVERY:
            case 0:
                found.append(Placed(OurAgent(new_identity(f"agent-{room}"), room, room), (room,)))
                found.append(Placed(_shelly(number), (room,)))
            case 1:
                found.append(Placed(TasmotaPlug(f"plug-{room}", f"A4CF12{number:06X}"), (room,)))
                found.append(Placed(_shelly(number), (room,)))
            case 2:
                found.append(Placed(_shelly(number), (room,)))
            case _:
                pass
    found.append(Placed(ZigbeeGateway(GATEWAY, names), names, on_wifi=False))
    return found


class Venue:
    """The rooms at each instant. ``elapsed_s`` are real seconds since the start; the rooms live ``speed`` times faster.

    Commands come on the links' threads and beats on the runner's, so one lock holds the rooms together.
    """

    def __init__(self, config: SimulationConfig, extra: Sequence[Fault] = ()) -> None:
        """Take the settings, and further faults. Raises BadFault."""
        self._config = config
        self._faults = (*config.planned(), *extra)
        self._numbers = {name: number for number, name in enumerate(config.room_names())}
        self._rooms = {name: Room(lamp_h=1_500.0 + 97 * number) for name, number in self._numbers.items()}
        self._frozen: dict[str, Room] = {}
        self._since = dict.fromkeys(self._rooms, 0.0)
        self._before: dict[str, frozenset[FaultKind]] = dict.fromkeys(self._rooms, frozenset())
        self._lock = threading.Lock()

    def order(self, fault: Fault) -> None:
        """Let something go wrong from now on (its ``starts_s`` counts from the start of the venue)."""
        with self._lock:
            self._faults = (*self._faults, fault)

    def wrong(self, room: str, elapsed_s: float) -> frozenset[FaultKind]:
        """Return what is wrong in a room now."""
        return wrong_in(self._faults, room, elapsed_s)

    def room(self, name: str, elapsed_s: float) -> Room:
        """Return a room as it really is now."""
        with self._lock:
            return self._advance(name, elapsed_s)

    def beat(self, placed: Placed, elapsed_s: float, at: datetime) -> Sequence[Message]:
        """Return what a device says now, with the faults of its room: what is stuck says what it said before."""
        seen = [self._seen(name, elapsed_s) for name in placed.rooms]
        return placed.node.beat(seen, self.now(placed, elapsed_s, at))

    def now(self, placed: Placed, elapsed_s: float, at: datetime) -> Now:
        """Return the device's own idea of the time, and whether its sensors work."""
        wrong = self.wrong(placed.rooms[0], elapsed_s) if placed.on_wifi else frozenset()
        return Now(at - _LATE_YEARS if FaultKind.CLOCK in wrong else at, nan=FaultKind.NAN in wrong)

    def obey(self, placed: Placed, topic: str, payload: bytes, elapsed_s: float, at: datetime) -> Sequence[Message]:
        """Do what a command says, and return what the device answers; a mute one does nothing and says nothing."""
        name = placed.rooms[0]
        if FaultKind.MUTE in self.wrong(name, elapsed_s):
            return ()
        now = self.now(placed, elapsed_s, at)
        wish = placed.node.hear(topic, payload, now)
        if wish is None:
            return ()
        with self._lock:
            room = _granted(self._advance(name, elapsed_s), wish)
            self._rooms[name] = room
        return placed.node.obeyed(topic, payload, room, now)

    def _seen(self, name: str, elapsed_s: float) -> Room:
        with self._lock:
            room = self._advance(name, elapsed_s)
            if FaultKind.STUCK not in self.wrong(name, elapsed_s):
                self._frozen.pop(name, None)
                return room
            return self._frozen.setdefault(name, room)

    def _advance(self, name: str, elapsed_s: float) -> Room:
        """Let time pass in a room up to now; what goes wrong at an instant (a lamp, a pot) happens once."""
        wrong, speed = self.wrong(name, elapsed_s), self._config.speed
        before = self._before[name]
        room = _struck(self._rooms[name], wrong - before, before - wrong)
        around = Around(
            people=people_at(self._config.seed, self._numbers[name], elapsed_s * speed),
            outside_c=outside_at(elapsed_s * speed),
            refill_after_s=None if FaultKind.DRY in wrong else 300.0,
            battery_percent_h=_DRAINS_PERCENT_H if FaultKind.BATTERY in wrong else 0.05,
        )
        span_s = max(0.0, elapsed_s - self._since[name]) * speed
        passed = replace(room, ac_on=False) if FaultKind.AC in wrong else room
        passed = replace(step(passed, span_s, around), ac_on=room.ac_on) if span_s else room
        self._rooms[name], self._since[name], self._before[name] = passed, elapsed_s, wrong
        return passed


def _shelly(number: int) -> ShellyPlug:
    return ShellyPlug(f"shellyplugsg3-b0b21c{number:06x}")


def _struck(room: Room, begun: frozenset[FaultKind], over: frozenset[FaultKind]) -> Room:
    """Return the room after what has begun to be wrong, and what was put right: a dead lamp was changed."""
    if FaultKind.LAMP in over:
        room = replace(room, lamp_h=0.0)
    if FaultKind.LAMP in begun:
        room = replace(room, lamp_h=room.lamp_life_h)
    if FaultKind.DRY in begun:
        room = replace(room, pot=Pot(water_g=LOW_G - POT_G - 50.0, celsius=room.pot.celsius))
    return room


def _granted(room: Room, wish: Wish) -> Room:
    """Return the room after a wish."""
    changes = {
        name: value for name in ("set_point", "projector_on", "ac_on") if (value := getattr(wish, name)) is not None
    }
    return replace(room, **changes)
