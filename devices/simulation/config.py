"""The settings of a simulated venue (sim.toml; every one is explained in firmware_config/room/sim.toml)."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from devices.clock import FASTEST, SLOWEST, speed_problem
from devices.contract.alerts import Act
from devices.contract.fields import DeviceId
from devices.contract.limits import Items, Number, Text
from devices.settings import BadSettings, Mistake, load
from devices.simulation.faults import BadFault, Fault, read_fault


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerConfig:
    """The broker. ``secrets`` is the hub's broker folder, with a file for each agent and sensor; none: no password."""

    host: Annotated[str, Text(253)] = "127.0.0.1"
    port: Annotated[int, Number(1, 65_535)] = 1884
    secrets: Path | None = None
    tls_ca: Path | None = None


Seconds = Annotated[float, Number(0, 86_400)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerConfig:
    """A pager and whoever wears it: answers with ``answer`` so many seconds after it has shown an alert.

    ``done_after_s``: and says done so long after accepting; 0: never. ``ignores_every``: each n-th alert is left
    without an answer; 0: none of them. ``battery`` is how full it is at the start, in percent.
    """

    name: DeviceId
    answer: Act = Act.ACCEPT
    answers_after_s: Seconds = 15.0
    done_after_s: Seconds = 60.0
    ignores_every: Annotated[int, Number(0, 1_000)] = 0
    battery: Annotated[float, Number(0, 100)] = 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationConfig:
    """A venue: how many rooms with how many sensors each, how often they speak, and what goes wrong.

    ``names`` are the keys of rooms of the venue file; those that are missing are ``room-<number>``. ``rate`` is how
    many times a second each device speaks, ``speed`` how many seconds pass in the rooms in one of ours.
    ``clock_offset_s`` moves the clocks of all devices, for demos and drills; they run ``clock_speed`` times as fast
    from ``clock_since_s`` (Unix seconds), as the hub's does in a rehearsal.
    """

    site: DeviceId = "hall-a"
    rooms: Annotated[int, Number(1, 500)] = 3
    names: Annotated[tuple[DeviceId, ...], Items(500)] = ()
    sensors: Annotated[int, Number(1, 60)] = 6
    rate: Annotated[float, Number(0.01, 20)] = 0.2
    speed: Annotated[float, Number(0.01, 10_000)] = 1.0
    seed: int = 1
    clock_offset_s: Annotated[float, Number(-1e9, 1e9)] = 0.0
    clock_speed: Annotated[float, Number(SLOWEST, FASTEST)] = 1.0
    clock_since_s: Annotated[float, Number(0, 1e11)] = 0.0
    faults: Annotated[tuple[str, ...], Items(200)] = ()
    pagers: Annotated[tuple[PagerConfig, ...], Items(200)] = ()
    broker: BrokerConfig = field(default_factory=BrokerConfig)

    def planned(self) -> tuple[Fault, ...]:
        """Return what goes wrong. Raises BadFault."""
        return tuple(read_fault(text) for text in self.faults)

    def room_names(self) -> tuple[str, ...]:
        """Return the keys of all rooms."""
        more = (f"room-{number}" for number in range(len(self.names) + 1, self.rooms + 1))
        return (*self.names, *more)[: self.rooms]


def read_config(path: Path) -> SimulationConfig:
    """Read the settings. Raises BadSettings with every mistake."""
    config = load(path, SimulationConfig)
    mistakes = []
    for number, text in enumerate(config.faults):
        try:
            read_fault(text)
        except BadFault as problem:
            mistakes.append(Mistake(f"faults[{number}]", str(problem)))
    if too_fast := speed_problem(config.clock_speed, config.clock_since_s):
        mistakes.append(Mistake("clock_speed", too_fast))
    names = [pager.name for pager in config.pagers]
    mistakes += [
        Mistake("pagers", f"{name} stands twice") for name in sorted({one for one in names if names.count(one) > 1})
    ]
    if mistakes:
        raise BadSettings(path, mistakes)
    return config
