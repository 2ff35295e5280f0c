"""Rounds of tea as staff read them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.domain.tea_rounds import rounds
from hub.web.language import Tongue
from hub.web.open_tasks import OpenTasks


@dataclass(frozen=True, slots=True)
class RoundCard:
    """One round: on which floor, its tasks by id, and each one's room with how much it wants, in the same order."""

    floor: str
    tasks: Sequence[str]
    rooms: Sequence[str]


def round_cards(found: OpenTasks, tongue: Tongue, now: datetime) -> list[RoundCard]:
    """Write the rounds that can be walked now in one language."""
    return [
        RoundCard(
            floor=one.floor,
            tasks=[task.id for task in one.tasks],
            rooms=[task.facts.get(f"room_{tongue.language}") or task.facts["room"] for task in one.tasks],
        )
        for one in rounds(found.tasks, found.floors, found.meetings, now)
    ]
