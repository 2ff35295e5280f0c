"""What a planted fault is: who plants it, in which scenario it must be caught, and by which invariants."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

BLACKOUT = "blackout"
FULL_DISK = "full_disk"
BUSY_DAY = "busy_day"
WRONG_CLOCK = "wrong_clock"
LOST_EVENTS = "lost_events"
RESTORED_BACKUP = "restored_backup"
ISLANDS = "islands"

HASTE = "haste"
"""What a scenario may plant beside a fault, or without one: nobody waits as long as on a real day."""

Plant = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: what plants it, its scenario, and the invariants of which at least one must be broken."""

    plant: Plant
    scenario: str
    caught_by: frozenset[str]

    @property
    def lasts(self) -> bool:
        """Say whether its harm is that something never comes: then nobody need wait for that long."""
        return self.scenario in {LOST_EVENTS, RESTORED_BACKUP} or self.caught_by == {"I15"}


@dataclass(frozen=True, slots=True)
class Faults:
    """A list of faults by name; ``in_scenario`` is the decorator that adds to it."""

    mutants: dict[str, Mutant] = field(default_factory=dict)

    def in_scenario(self, scenario: str, *caught_by: str) -> Callable[[Plant], Plant]:
        """Add the decorated function under its own name."""

        def register(plant: Plant) -> Plant:
            self.mutants[plant.__name__] = Mutant(plant, scenario, frozenset(caught_by))
            return plant

        return register


Part: TypeAlias = Any
"""A running part of the product that a fault reaches into, whatever its type."""


def part(owner: object, name: str) -> Part:
    """Return something of the product as it is. Raises AttributeError when that is gone."""
    return getattr(owner, name)


def swap(owner: object, name: str, other: object) -> None:
    """Put ``other`` in the place of something of the product. Raises AttributeError when that is gone."""
    part(owner, name)
    setattr(owner, name, other)
