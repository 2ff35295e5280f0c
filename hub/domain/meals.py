"""Meals are cooked for who has really arrived, counted by diet (R18, R136). Pure.

按时供应餐饮, 符合参会者的饮食要求 (如素食者有专属餐区, 标注“素食”). A cover is one plate: a guest with two needs is one
cover of its own kind, so that all covers together are all who eat.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.guests import Diet
from hub.domain.meetings import Meeting, Segment, SegmentKind


@dataclass(frozen=True, slots=True)
class Meal:
    """One meal of a meeting. ``key`` names it there by its title, so that one which is put off stays the same."""

    key: str
    segment: Segment


@dataclass(frozen=True, slots=True)
class Cover:
    """How many plates of one kind are wanted: for who is there, and of whom that many were expected."""

    diets: frozenset[Diet]
    arrived: int
    expected: int


@dataclass(frozen=True, slots=True)
class Note:
    """What a guest wrote of a diet that has no tag, by their seat alone: the kitchen needs no name."""

    seat: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Covers:
    """All plates of a meeting's meals; ``along`` are people on somebody else's invitation, of no known need.

    ``guaranteed`` is the headcount that the organizer guaranteed.
    """

    kinds: Sequence[Cover] = ()
    along: int = 0
    notes: Sequence[Note] = ()
    guaranteed: int = 0

    @property
    def arrived(self) -> int:
        """Return how many eat."""
        return sum(one.arrived for one in self.kinds) + self.along

    @property
    def plain(self) -> int:
        """Return how many of them have no needs that are known."""
        return sum(one.arrived for one in self.kinds if not one.diets) + self.along

    @property
    def special(self) -> Sequence[Cover]:
        """Return the plates with needs, those that are wanted most first."""
        found = [one for one in self.kinds if one.diets]
        return sorted(found, key=lambda one: (-one.arrived, -one.expected, sorted(one.diets)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A meal that was served: planned for, and begun at (UTC), by whom, with the plates of that moment by diet."""

    meeting: str
    meal: str
    planned_at: datetime
    served_at: datetime
    by: str
    covers: dict[str, int]

    def late(self, least: timedelta) -> timedelta | None:
        """Return how long guests waited, where that is a delay: more than ``least``."""
        waited = self.served_at - self.planned_at
        return waited if waited > least else None


def meals(meeting: Meeting) -> Iterator[Meal]:
    """Return the meals of a meeting in their order."""
    seen: Counter[str] = Counter()
    for segment in sorted(meeting.agenda, key=lambda one: one.starts_at):
        if segment.kind is SegmentKind.MEAL:
            seen[segment.title.zh] += 1
            again = f" #{seen[segment.title.zh]}" if seen[segment.title.zh] > 1 else ""
            yield Meal(segment.title.zh + again, segment)


def diet_key(diets: frozenset[Diet]) -> str:
    """Return one word for a kind of plate: ``vegetarian+gluten_free``, empty without needs."""
    return "+".join(diet for diet in Diet if diet in diets)


def by_diet(covers: Covers) -> dict[str, int]:
    """Return the plates of who is there, by kind."""
    return {diet_key(one.diets): one.arrived for one in covers.special if one.arrived} | {"": covers.plain}
