"""The only place that chooses the simulation's real things: clock, ids, links, passwords."""

import signal
import threading
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from devices.clock import SystemClock
from devices.identity import Identity
from devices.ids import uuid7
from devices.link import MqttLink
from devices.ports import Clock, DeviceError
from devices.simulation.config import BrokerConfig, PagerConfig, SimulationConfig
from devices.simulation.faults import Fault
from devices.simulation.habits import Habit
from devices.simulation.our_agent import OurAgent
from devices.simulation.pager import Pager, Sound
from devices.simulation.paging import Wearer, Worn
from devices.simulation.running import Running
from devices.simulation.venue import place

_REPORT_S = 10.0
_FOLDERS = ("devices", "sensors")


class NoPassword(DeviceError):
    """The hub has made no password for a device."""

    code = "no_password"


def build(config: SimulationConfig, faults: Sequence[Fault] = ()) -> Running:
    """Put a venue together; nothing runs before ``start``. Raises NoPassword, BadFault."""
    clock = SystemClock.of(config.clock_offset_s, config.clock_speed, config.clock_since_s)
    placed = place(config, lambda device: Identity(config.site, device, uuid7(), clock, uuid7))
    names = [one.node.name for one in placed] + [one.name for one in config.pagers]
    passwords = {name: password_of(config.broker.secrets, name) for name in names} if config.broker.secrets else {}
    pagers = [_worn(config, one, clock, passwords.get(one.name)) for one in config.pagers]
    return Running(config, placed, clock=clock, new_link=MqttLink, passwords=passwords, faults=faults, pagers=pagers)


def _worn(config: SimulationConfig, pager: PagerConfig, clock: Clock, password: str | None) -> Worn:
    """Make a pager and somebody who wears it and has habits."""
    habit = Habit(pager)

    def wearer(worn: Pager, _: Sound, now_ms: int) -> None:
        button = habit.presses(None if worn.note else worn.top, now_ms)
        if button:
            worn.press(button, now_ms)

    identity = Identity(config.site, pager.name, uuid7(), clock, uuid7)
    return Worn(identity, config.broker, password, MqttLink, wearer, pager.battery)


def wear(site: str, name: str, broker: BrokerConfig, wearer: Wearer) -> Worn:
    """Make a pager for somebody who looks at it, such as a person at a terminal. Raises NoPassword."""
    password = password_of(broker.secrets, name) if broker.secrets else None
    return Worn(Identity(site, name, uuid7(), SystemClock(), uuid7), broker, password, MqttLink, wearer)


def hub_lines(config: SimulationConfig) -> str:
    """Return the lines that hub.toml needs, so that the hub lets these devices in."""
    clock = SystemClock()
    placed = place(config, lambda device: Identity(config.site, device, uuid7(), clock, uuid7))
    agents = [one.node.name for one in placed if isinstance(one.node, OurAgent)]
    sensors = [one.node.name for one in placed if not isinstance(one.node, OurAgent)]
    pagers = [one.name for one in config.pagers]
    return f"agents = {_listed(agents)}\nsensors = {_listed(sensors)}\npagers = {_listed(pagers)}\n"


def run(venue: Running, out: TextIO, for_s: float | None) -> int:
    """Run until SIGTERM or SIGINT, or for so many seconds; say now and then how it goes."""
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    venue.start()
    try:
        while not over.wait(min(_REPORT_S, for_s - venue.elapsed_s()) if for_s is not None else _REPORT_S):
            _report(venue, out)
            if for_s is not None and venue.elapsed_s() >= for_s:
                break
    finally:
        venue.stop()
    return 0 if venue.counts["said"] else 1


def _report(venue: Running, out: TextIO) -> None:
    elapsed_s = venue.elapsed_s()
    line = f"{elapsed_s:.0f} s: {venue.connected} of {venue.size} devices connected"
    print(f"{line}, {venue.counts['said'] / max(elapsed_s, 1):.0f} messages a second", file=out, flush=True)
    for name, problem in list(venue.problems().items())[:3]:
        print(f"  {name}: {problem}", file=out, flush=True)


def password_of(folder: Path, name: str) -> str:
    """Return a device's password from the hub's broker folder. Raises NoPassword."""
    files = [folder / part / f"{name}.toml" for part in _FOLDERS]
    file = next((one for one in files if one.is_file()), None)
    if file is None:
        raise NoPassword(f"no password for {name} in {folder}: put the lines of --names into hub.toml")
    return str(tomllib.loads(file.read_text(encoding="utf-8"))["password"])


def _listed(names: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"
