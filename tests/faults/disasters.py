"""What can happen to a house: each disaster is named, drawn by chance, counted, and can be healed."""

import os
import resource
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from random import Random

from tests.faults.clocks import jump
from tests.faults.nursery import Kept
from tests.faults.postmaster import Postmaster
from tests.faults.world import World

FULL_KIOSK_BYTES = 48 << 10
FULL_HUB_BYTES = 256 << 10
"""A file-size limit stands for a full disk: SQLite meets the same failing write."""

_FROZEN_S = 1.5
_FULL_S = 2.0
_BAD_WEATHER_S = 3.0
_WEATHER = (
    ("latency", "latency 0.3 0.3"),
    ("latency", "latency 1.5 1"),
    ("down", "down"),
    ("cut", "cut"),
    ("half_open", "half_open"),
    ("slice", "slice"),
    ("bandwidth", "bandwidth 3000"),
    ("duplicate", "duplicate 0.5"),
    ("reorder", "reorder 0.5"),
    ("corrupt", "corrupt 0.3"),
)
_PACKETS = ("duplicate", "reorder", "corrupt")
_CLOCKS_S = (-10_800, -3_600, -61, 61, 3_600, 10_800)


class Disasters:
    """Strikes one house. What is frozen, full or cut is healed after a moment, or by ``heal`` at the latest."""

    def __init__(self, world: World, chance: Random) -> None:
        """Choose what can strike here: PostgreSQL, the proxy and clocks only where the house has them."""
        self.chance = chance
        self.counts: Counter[str] = Counter()
        self._world = world
        self._later: list[tuple[float, Callable[[], object]]] = []
        self._postmaster = Postmaster(world.server) if world.server else None
        self._menu: dict[Callable[[], object], int] = {
            self._kill_door: 40,
            self._kill_hub: 18,
            self._kill_broker: 26,
            self._freeze: 8,
            self._fill_kiosk: 3,
        }
        if world.workers:
            self._menu[self._kill_worker] = 18
        if world.proxy:
            self._menu[self._spoil_network] = 12
        if world.clocks:
            self._menu[self._jump_clock] = 4
        if self._postmaster:
            self._menu |= {self._kill_backend: 6, self._kill_postmaster: 3}
        else:
            self._menu |= {self._fill_hub: 3}

    @property
    def kills(self) -> int:
        """Return how many SIGKILLs were sent."""
        return sum(times for name, times in self.counts.items() if name.startswith("kill"))

    def strike(self) -> None:
        """Let one thing happen, after healing what has lasted long enough."""
        self._heal_due(time.monotonic())
        (disaster,) = self.chance.choices(list(self._menu), weights=list(self._menu.values()))
        disaster()

    def calm(self) -> None:
        """End what lasts at the moment; guests go on coming."""
        self._heal_due(float("inf"))

    def heal(self) -> None:
        """End every fault: nobody is frozen, no disk is full, nobody comes to the doors any more."""
        self._world.quiet(still=True)
        self.calm()
        for kept in self._world.kept.values():
            _limit(kept, resource.RLIM_INFINITY)
            kept.signal(signal.SIGCONT)
        if self._world.clocks:
            for device in self._world.devices:
                jump(self._world.clock_file(device), 0)
        if self._world.proxy:
            counts = self._world.proxy.say("clear")
            self.counts.update({f"packet_{name}": counts[name] for name in _PACKETS if counts.get(name)})

    def close(self) -> None:
        """Watch over nothing any more."""
        if self._postmaster:
            self._postmaster.stop()

    def alive(self) -> dict[str, bool]:
        """Say by name which processes run."""
        alive = {name: kept.alive for name, kept in self._world.kept.items()}
        if self._postmaster:
            alive["postgresql"] = self._postmaster.alive
        return alive | {"broker": self._world.broker_pid() > 0}

    def _heal_due(self, now: float) -> None:
        due = [heal for at, heal in self._later if at <= now]
        self._later = [(at, heal) for at, heal in self._later if at > now]
        for heal in due:
            heal()

    def _count(self, name: str, struck: object) -> None:
        if struck:
            self.counts[name] += 1

    def _some_door(self) -> Kept:
        return self.chance.choice(list(self._world.doors.values()))

    def _kill_door(self) -> None:
        self._count("kill_kiosk", self._some_door().signal(signal.SIGKILL))

    def _kill_hub(self) -> None:
        self._count("kill_hub", self._world.hub.signal(signal.SIGKILL))

    def _kill_worker(self) -> None:
        self._count("kill_worker", self.chance.choice(list(self._world.workers.values())).signal(signal.SIGKILL))

    def _kill_broker(self) -> None:
        self._count("kill_broker", self._world.kill_broker())

    def _freeze(self) -> None:
        victims: dict[str, int] = {name: kept.pid for name, kept in self._world.kept.items()}
        victims["broker"] = self._world.broker_pid()
        name = self.chance.choice(sorted(victims))
        pid = victims[name]
        if pid and _send(pid, signal.SIGSTOP):
            self._count(f"freeze_{name.split('-')[0]}", struck=True)
            until = time.monotonic() + self.chance.uniform(0.1, _FROZEN_S)
            self._later.append((until, lambda: _send(pid, signal.SIGCONT)))

    def _fill_kiosk(self) -> None:
        door = self._some_door()
        self._fill("full_disk_kiosk", door, FULL_KIOSK_BYTES)

    def _fill_hub(self) -> None:
        self._fill("full_disk_hub", self._world.hub, FULL_HUB_BYTES)

    def _fill(self, name: str, kept: Kept, size: int) -> None:
        if _limit(kept, size):
            self._count(name, struck=True)
            until = time.monotonic() + self.chance.uniform(0.5, _FULL_S)
            self._later.append((until, lambda: _limit(kept, resource.RLIM_INFINITY)))

    def _spoil_network(self) -> None:
        name, command = self.chance.choice(_WEATHER)
        if self._world.proxy:
            self._world.proxy.say(command)
            self._count(f"network_{name}", struck=True)
            until = time.monotonic() + self.chance.uniform(0.3, _BAD_WEATHER_S)
            self._later.append((until, self._clear_network))

    def _clear_network(self) -> None:
        if self._world.proxy:
            self._world.proxy.say("clear")

    def _jump_clock(self) -> None:
        device = self.chance.choice(self._world.devices)
        jump(self._world.clock_file(device), self.chance.choice(_CLOCKS_S))
        self._count("clock_jump", struck=True)

    def _kill_backend(self) -> None:
        backends = self._postmaster.backends() if self._postmaster else []
        if backends:
            self._count("kill_backend", _send(self.chance.choice(backends), signal.SIGKILL))

    def _kill_postmaster(self) -> None:
        self._count("kill_postmaster", self._postmaster and self._postmaster.kill())


def _send(pid: int, number: signal.Signals) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
        return True
    return False


def _limit(kept: Kept, size: int) -> bool:
    """Let no file of a process grow beyond ``size`` bytes; the hard limit stays, so that this can be taken back."""
    pid = kept.pid
    with suppress(ProcessLookupError, PermissionError):
        if pid:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
            return True
    return False
