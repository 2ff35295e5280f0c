"""``make storm``: a house of real processes under random faults, and then the checker (reliability.md §2, §3).

Kills (SIGKILL), freezes, a bad network, full disks and jumping clocks, all drawn from one seed, which is printed. What
was killed is started again at once. At the end the faults stop, everything must drain, and every promise is checked.
A readable report goes to stderr and exactly one JSON line to stdout.
"""

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.faults import staff
from tests.faults.checker import Violation, check
from tests.faults.disasters import Disasters
from tests.faults.evidence import CannotRead, read_hub
from tests.faults.world import Size, World, wait_until

DRAIN_WITHIN_S = 150.0
TOLD_WITHIN_S = 120.0
"""Counts go to the booking database once a minute."""
LOOK_EVERY_S = 15.0
_SHOWN = 40
_STAYS_S = 0.8
_LULL_S = 6.0
_FEW = 20
_TASKS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How long a storm shall blow: until so many seconds have passed and so many kills were made, both."""

    seconds: float = 0.0
    kills: int = 0
    within_s: float = 36_000.0
    gap_s: float = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a storm came to: the JSON line."""

    kills: int
    accepted: int
    lost: int
    double: int
    seats_double: int
    drain_s: float | None
    seed: int
    database: str
    mutant: str
    minutes: float
    stored: int
    faults: dict[str, int] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    report: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Say whether all holds, and whether there was a storm at all."""
        return not self.violations and self.drain_s is not None and self.accepted > 0 and self.kills > 0


def blow(world: World, wish: Wish, seed: int) -> Outcome:
    """Let a storm blow over a house that runs; its guests come and go meanwhile."""
    disasters = Disasters(world, random.Random(seed))
    try:
        return _blow(world, wish, seed, disasters)
    finally:
        disasters.close()


def _blow(world: World, wish: Wish, seed: int, disasters: Disasters) -> Outcome:
    early: dict[str, Violation] = {}
    began = time.monotonic()
    looked = began
    try:
        world.quiet(still=False)
        while not _enough(wish, began, disasters.kills):
            disasters.strike()
            threading.Event().wait(disasters.chance.expovariate(1 / wish.gap_s))
            if time.monotonic() - looked > LOOK_EVERY_S:
                looked = time.monotonic()
                _look(world, early)
                say(_progress(looked - began, disasters.kills, world))
                _lull(world, disasters)
    finally:
        disasters.heal()
    minutes = (time.monotonic() - began) / 60
    drained_s = _drain(world, disasters)
    if world.booked:
        with suppress(TimeoutError):
            wait_until(lambda: _is_told(world), TOLD_WITHIN_S, "the booking database")
    evidence = world.evidence(disasters.alive())
    report = check(evidence)
    during = [f"{one} (seen during the storm)" for one in early.values() if one not in report.violations]
    return Outcome(
        kills=disasters.kills,
        accepted=len({line["event"] for line in evidence.witnessed}),
        lost=report.count("I1"),
        double=report.count("I2"),
        seats_double=report.count("I4"),
        drain_s=None if drained_s is None else round(drained_s, 1),
        seed=seed,
        database=world.database,
        mutant=world.mutant,
        minutes=round(minutes, 2),
        stored=len(evidence.hub["check_ins"]),
        faults=dict(sorted(disasters.counts.items())),
        violations=[str(one) for one in report.violations] + during,
        report=tuple(report.lines()),
    )


def _enough(wish: Wish, began: float, kills: int) -> bool:
    passed = time.monotonic() - began
    return passed > wish.within_s or (passed >= wish.seconds and kills >= wish.kills)


def _lull(world: World, disasters: Disasters) -> None:
    """Let the house come to itself for a moment, in which staff see to tasks.

    Without it a slow machine would only ever start processes and store nothing.
    """
    disasters.calm()
    with suppress(TimeoutError):
        wait_until(lambda: world.waiting() < _FEW, _LULL_S, "a lull")
    with suppress(CannotRead):
        unfinished = [row["id"] for row in read_hub(world.address)["tasks"] if row["state"] == "new"]
        disasters.counts["staff_steps"] += staff.work(world.web_port, world.folder / "hub", unfinished[:_TASKS])


def _look(world: World, early: dict[str, Violation]) -> None:
    """Check what holds at all times, in the middle of it. A database that is down just now is looked at later."""
    try:
        evidence = world.evidence()
    except Exception:  # noqa: BLE001 - the storm may have taken the database away; the end is what counts
        return
    for violation in check(evidence, during=True).violations:
        early.setdefault(str(violation), violation)


def _drain(world: World, disasters: Disasters) -> float | None:
    """Return the seconds until no event waits and all runs, None when that does not come.

    The last guest may just be on the way through a kiosk: only what stays so for a moment counts.
    """
    began = time.monotonic()
    while time.monotonic() - began < DRAIN_WITHIN_S:
        before = world.recorded()
        if world.waiting() == 0 and all(disasters.alive().values()):
            drained_s = time.monotonic() - began
            threading.Event().wait(_STAYS_S)
            if (world.waiting(), world.recorded()) == (0, before) and all(disasters.alive().values()):
                return drained_s
        threading.Event().wait(0.1)
    return None


def _is_told(world: World) -> bool:
    try:
        return check(world.evidence()).count("I11") == 0
    except CannotRead:
        return False


def _progress(passed: float, kills: int, world: World) -> str:
    return f"{passed:5.0f} s: {kills} kills, {world.recorded()} events on kiosks, {world.waiting()} wait for the hub"


def told(outcome: Outcome) -> str:
    """Write the outcome for people."""
    faults = ", ".join(f"{name} {times}" for name, times in outcome.faults.items())
    drained = "not drained" if outcome.drain_s is None else f"drained in {outcome.drain_s:g} s"
    counted = f"{outcome.lost} lost, {outcome.double} double, {outcome.seats_double} seats double"
    lines = [
        f"storm with seed {outcome.seed} on {outcome.database}, {outcome.minutes:g} min",
        f"  {outcome.kills} kills; faults: {faults}",
        f"  {outcome.accepted} accepted check-ins seen, {outcome.stored} stored, {counted}; {drained}",
        *(f"  {line}" for line in outcome.report),
        *(f"  BROKEN {line}" for line in outcome.violations[:_SHOWN]),
        "  all promises hold" if outcome.good else "  THE STORM WAS NOT SURVIVED, or there was none",
    ]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Blow one storm; 0 when all holds and it really did something."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.storm", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--seed", type=int, default=None, help="draws all faults; a random one is taken and printed")
    parser.add_argument("--mutant", default="", help="a fault to plant into the product first (tests.faults.mutants)")
    parser.add_argument("--doors", type=int, default=3)
    parser.add_argument("--processes", type=int, default=1, help="of the hub; several need --database postgresql")
    parser.add_argument("--keep", action="store_true", help="leave the folder with databases and logs")
    parsed = parser.parse_args(arguments)
    seed = parsed.seed if parsed.seed is not None else int.from_bytes(os.urandom(4), "big")
    say(f"storm: seed {seed}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = Path(tempfile.mkdtemp(prefix="yb-storm-"))
    outcome: Outcome | None = None
    try:
        size = Size(doors=parsed.doors, guests=400)
        with World(
            folder,
            database=parsed.database,
            size=size,
            seed=seed,
            mutant=parsed.mutant,
            clocks=True,
            processes=parsed.processes,
            booked=True,
        ) as world:
            world.open_doors()
            outcome = blow(world, Wish(seconds=parsed.minutes * 60), seed)
            say(told(outcome))
            line = {name: value for name, value in asdict(outcome).items() if name != "report"}
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
            if not outcome.good:
                say(world.last_words())
    finally:
        if parsed.keep or outcome is None or not outcome.good:
            say(f"the evidence is in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return 0 if outcome.good else 1


def say(words: str) -> None:
    """Tell the person who watches."""
    sys.stderr.write(words + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
