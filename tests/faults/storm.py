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
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TextIO

from tests.faults.checker import Report, Violation, check
from tests.faults.disasters import Disasters
from tests.faults.world import Size, World, wait_until

DRAIN_WITHIN_S = 150.0
LOOK_EVERY_S = 20.0
_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How long a storm shall blow: until so many seconds have passed and so many kills were made, both."""

    seconds: float = 0.0
    kills: int = 0
    within_s: float = 36_000.0
    gap_s: float = 0.25
    network: bool = True
    clocks: bool = True


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

    @property
    def good(self) -> bool:
        """Say whether all holds, and whether there was a storm at all."""
        return not self.violations and self.drain_s is not None and self.accepted > 0 and self.kills > 0


def blow(world: World, wish: Wish, seed: int, say: TextIO) -> Outcome:
    """Let a storm blow over a house that runs; its guests come and go meanwhile."""
    disasters = Disasters(world, random.Random(seed), network=wish.network, clocks=wish.clocks)
    try:
        return _blow(world, wish, seed, say, disasters)
    finally:
        disasters.close()


def _blow(world: World, wish: Wish, seed: int, say: TextIO, disasters: Disasters) -> Outcome:
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
                print(_progress(looked - began, disasters.counts, world), file=say, flush=True)
    finally:
        disasters.heal()
    minutes = (time.monotonic() - began) / 60
    drained_s = _drain(world, disasters)
    report = check(world.evidence(disasters.alive()))
    return _conclude(world, seed, report, [*early.values()], drained_s, disasters.counts, minutes)


def _enough(wish: Wish, began: float, kills: int) -> bool:
    passed = time.monotonic() - began
    return passed > wish.within_s or (passed >= wish.seconds and kills >= wish.kills)


def _look(world: World, early: dict[str, Violation]) -> None:
    """Check what holds at all times, in the middle of it. A database that is down just now is looked at later."""
    try:
        evidence = world.evidence()
    except Exception:  # noqa: BLE001 - the storm may have taken the database away; the end is what counts
        return
    for violation in check(evidence, during=True).violations:
        early.setdefault(str(violation), violation)


def _drain(world: World, disasters: Disasters) -> float | None:
    """Return the seconds until no event waits and all runs, None when that does not come."""
    try:
        return wait_until(lambda: all(disasters.alive().values()) and world.waiting() == 0, DRAIN_WITHIN_S, "drained")
    except TimeoutError:
        return None


def _conclude(  # noqa: PLR0913 - the parts of one report
    world: World,
    seed: int,
    report: Report,
    early: list[Violation],
    drained_s: float | None,
    counts: Counter[str],
    minutes: float,
) -> Outcome:
    evidence = world.evidence()
    during = [f"{one} (seen during the storm)" for one in early if one not in report.violations]
    return Outcome(
        kills=sum(times for name, times in counts.items() if name.startswith("kill")),
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
        faults=dict(sorted(counts.items())),
        violations=[str(one) for one in report.violations] + during,
    )


def _progress(passed: float, counts: Counter[str], world: World) -> str:
    kills = sum(times for name, times in counts.items() if name.startswith("kill"))
    return f"{passed:5.0f} s: {kills} kills, {world.recorded()} events on kiosks, {world.waiting()} wait for the hub"


def told(outcome: Outcome, report: Report | None = None) -> str:
    """Write the outcome for people."""
    faults = ", ".join(f"{name} {times}" for name, times in outcome.faults.items())
    drained = "not drained" if outcome.drain_s is None else f"drained in {outcome.drain_s:g} s"
    lines = [
        f"storm with seed {outcome.seed} on {outcome.database}, {outcome.minutes:g} min",
        f"  {outcome.kills} kills; faults: {faults}",
        f"  {outcome.accepted} accepted check-ins seen, {outcome.stored} stored, {outcome.lost} lost, "
        f"{outcome.double} double, {outcome.seats_double} seats double; {drained}",
        *(f"  {line}" for line in (report.lines() if report else ())),
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
    parser.add_argument("--keep", action="store_true", help="leave the folder with databases and logs")
    parsed = parser.parse_args(arguments)
    seed = parsed.seed if parsed.seed is not None else int.from_bytes(os.urandom(4), "big")
    print(f"storm: seed {seed}", file=sys.stderr, flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = Path(tempfile.mkdtemp(prefix="yb-storm-"))
    outcome: Outcome | None = None
    try:
        size = Size(doors=parsed.doors, guests=400)
        with World(folder, database=parsed.database, size=size, seed=seed, mutant=parsed.mutant) as world:
            world.open_doors()
            outcome = blow(world, Wish(seconds=parsed.minutes * 60), seed, sys.stderr)
            print(told(outcome), file=sys.stderr, flush=True)
            print(json.dumps(asdict(outcome), ensure_ascii=False), flush=True)  # noqa: T201 - the output
            if not outcome.good:
                print(world.last_words(), file=sys.stderr)
    finally:
        if parsed.keep or outcome is None or not outcome.good:
            print(f"the evidence is in {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return 0 if outcome is not None and outcome.good else 1


if __name__ == "__main__":
    sys.exit(main())
