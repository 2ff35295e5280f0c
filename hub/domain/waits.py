"""How long guests waited for what they asked for (R125: 密切关注客户需求,及时提供服务支持). Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from hub.domain.task_kinds import TaskKind

ASKED_FOR = (
    TaskKind.HELP,
    TaskKind.COMFORT,
    TaskKind.DRINK,
    TaskKind.REQUEST,
    TaskKind.QUESTION,
    TaskKind.GUIDANCE,
    TaskKind.STATIONERY,
    TaskKind.DOCUMENTS,
)
"""What people in a meeting ask for."""

_BY_HUB = frozenset({"before", "pots", "value", "unasked"})
"""Facts of drinks that nobody asked for: before the start, by the clock, by a pot's weight, for a VIP who comes in."""


def is_asked(kind: TaskKind, facts: Mapping[str, str]) -> bool:
    """Say whether somebody asked for what a task is about, and waits."""
    return kind in ASKED_FOR and not (kind is TaskKind.DRINK and _BY_HUB & facts.keys())


@dataclass(frozen=True, slots=True)
class Wait:
    """One request: when it was made, when somebody took it, and when it was done (UTC; None: not yet)."""

    asked_at: datetime
    taken_at: datetime | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Spell:
    """How long something took, in seconds: in the middle, and at worst, of ``count`` requests."""

    count: int
    median_s: float
    worst_s: float


@dataclass(frozen=True, slots=True)
class Waits:
    """How long the guests of a meeting waited until somebody took their request, and until it was done."""

    asked: int
    taken: Spell | None
    done: Spell | None


def waits(found: Iterable[Wait]) -> Waits:
    """Sum up the requests of a meeting; what is still open counts only as asked."""
    found = list(found)
    taken = [(one.taken_at - one.asked_at).total_seconds() for one in found if one.taken_at]
    done = [(one.done_at - one.asked_at).total_seconds() for one in found if one.done_at]
    return Waits(len(found), _spell(taken), _spell(done))


def _spell(seconds: list[float]) -> Spell | None:
    return Spell(len(seconds), median(seconds), max(seconds)) if seconds else None
