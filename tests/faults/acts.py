"""What directed scenarios have in common: guests come, and in the end everything drains and is judged."""

from contextlib import suppress

from tests.faults.checker import Report, check
from tests.faults.evidence import read_witnesses
from tests.faults.mutants import MUTANTS
from tests.faults.world import Size, World, accepts, wait_until

BEFORE, AFTER = 3, 6
"""Guests who come before the trouble begins, and while it lasts."""

SEEN_WITHIN_S = 90.0
SMALL = Size(doors=1, guests=12, rate=20)
_COMES_WITHIN_S = 90.0
_IN_VAIN_S = 5.0


def welcome(world: World, guests: int) -> None:
    """Let guests come until the witness has seen that many of them welcomed at each door."""
    world.let_in(guests)
    wanted = guests * len(world.doors)

    def seen() -> bool:
        return len({row["event"] for row in read_witnesses(world.witnesses())}) >= wanted

    wait_until(seen, SEEN_WITHIN_S, f"{wanted} guests are welcomed")


def patience_s(world: World) -> float:
    """Return how long to wait for what comes by itself: for ever, nearly, unless the planted fault keeps it away."""
    planted = MUTANTS.get(world.mutant.rpartition("+")[2])
    return _IN_VAIN_S if planted is not None and planted.lasts else _COMES_WITHIN_S


def judged(world: World) -> Report:
    """Let everything drain within bounds and check."""
    world.quiet(still=True)

    def drained() -> bool:
        return world.waiting() == 0 and all(kept.alive for kept in world.kept.values()) and accepts(world.broker_port)

    with suppress(TimeoutError):
        wait_until(drained, patience_s(world), "drained")
    return check(world.evidence({name: kept.alive for name, kept in world.kept.items()}))
