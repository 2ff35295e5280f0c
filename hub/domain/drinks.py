"""The drinks menu of the house, and how many portions of each drink a meeting has left (R107, R110). Pure.

咖啡、茶包、果汁、礦泉水. A portion is what one guest chose at a kiosk; pots in a room are counted by ``tea_pots``.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hub.domain.bands import Band
from hub.domain.conditions import Cause
from hub.domain.errors import BadTemperature
from hub.domain.tasks import Task, TaskState
from hub.domain.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Drink:
    """One drink of the menu; how warm a ``hot`` one is served matters."""

    key: str
    name: Words
    hot: bool = False


STANDARD_MENU = (
    Drink(key="tea", name=Words("茶", "Tea"), hot=True),
    Drink(key="coffee", name=Words("咖啡", "Coffee"), hot=True),
    Drink(key="juice", name=Words("果汁", "Juice")),
    Drink(key="water", name=Words("矿泉水", "Water")),
)
"""What a house offers that says nothing else."""

NO_DRINK = "none"
"""What a guest chooses who wants nothing."""

MOST_DRINKS = 6
MOST_PORTIONS = 1_000_000

COLDEST, HOTTEST = 0.0, 100.0
"""Between these, in °C, a drink is one; anything else is a slip of the finger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """How many portions of a drink there were for a meeting; ``out``: none was left when they were counted last."""

    portions: int
    out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """One drink of a meeting: how many guests chose it, how many have theirs, and how many there were (None: any)."""

    drink: Drink
    prepared: int | None = None
    chosen: int = 0
    served: int = 0

    @property
    def waiting(self) -> int:
        """Return how many guests still wait for it."""
        return self.chosen - self.served

    @property
    def left(self) -> int | None:
        """Return how many portions are left; None where nobody counts them."""
        return None if self.prepared is None else max(0, self.prepared - self.served)

    @property
    def out(self) -> bool:
        """Say whether the next guest who chose it would get none."""
        return self.left is not None and self.left <= self.waiting

    def short(self, scarce: float) -> bool:
        """Say whether fewer are left than guests wait for, or less than a share of what was prepared."""
        if self.left is None or self.prepared is None:
            return False
        return self.left < self.waiting or self.left < scarce * self.prepared


def stock(menu: Sequence[Drink], prepared: Mapping[str, Prepared], tasks: Iterable[Task]) -> tuple[Stock, ...]:
    """Count the drinks of a meeting, in the order of the menu. ``tasks`` are all that brought a guest a drink."""
    chosen, served = Counter[str](), Counter[str]()
    for task in tasks:
        if not in_room(task):
            chosen[task.facts.get("note", "")] += 1
            served[task.facts.get("note", "")] += task.state is TaskState.CLOSED
    return tuple(
        Stock(
            drink=one,
            prepared=prepared[one.key].portions if one.key in prepared else None,
            chosen=chosen[one.key],
            served=served[one.key],
        )
        for one in menu
    )


def in_room(task: Task) -> bool:
    """Say whether a task brings tea to a room, and not a portion to a guest."""
    return not task.facts.get("invitation")


def offered(menu: Sequence[Drink], prepared: Mapping[str, Prepared]) -> tuple[Drink, ...]:
    """Return what may be chosen: the menu without what is out."""
    return tuple(one for one in menu if one.key not in prepared or not prepared[one.key].out)


def read_celsius(text: str) -> float | None:
    """Read a temperature that somebody wrote down, in °C; None where they wrote nothing. Raises BadTemperature."""
    said = text.strip().removesuffix("°C").removesuffix("℃").strip().replace(",", ".")
    if not said:
        return None
    try:
        value = float(said)
    except ValueError:
        raise BadTemperature(text) from None
    if not math.isfinite(value) or not COLDEST <= value <= HOTTEST:
        raise BadTemperature(text)
    return round(value, 1)


def warmth_facts(celsius: float, band: Band | None) -> dict[str, str]:
    """Say how warm a drink was, and, where that is outside the band, on which side of which limit."""
    facts = {"celsius": f"{celsius:g}", "warmth": "", "warmth_limit": ""}
    side: Cause | None = band.side(celsius, None) if band else None
    if band is None or side is None:
        return facts
    return facts | {"warmth": side.value, "warmth_limit": f"{band.limit(side):g}"}
