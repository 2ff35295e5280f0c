"""The drinks menu and the prepared portions, as a part of a venue file. What the file does not name stays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hub.domain.drinks import Drink
from hub.domain.kiosk_view import AHEAD
from hub.domain.meetings import Meeting
from hub.ports import Transaction
from hub.usecases.serve_drinks import prepare_all
from hub.usecases.venue_plan import VenueFile


@dataclass(frozen=True, slots=True)
class DrinkPlan:
    """What an import would write: another menu, or None, and other portions by meeting (id)."""

    menu: tuple[Drink, ...] | None = None
    portions: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def plan_drinks(tx: Transaction, file: VenueFile, meetings: Sequence[Meeting]) -> DrinkPlan:
    """Compare what the file says with what is there; ``meetings`` are those of the file, in its order."""
    named = {
        meeting.id: entry.drinks
        for entry, meeting in zip(file.meetings, meetings, strict=True)
        if entry.drinks is not None
    }
    before = {
        key: {drink: one.portions for drink, one in found.items()} for key, found in tx.drinks.prepared(named).items()
    }
    other = file.menu is not None and file.menu != tx.drinks.menu()
    return DrinkPlan(
        menu=file.menu if other else None,
        portions={key: portions for key, portions in named.items() if portions != before.get(key, {})},
    )


def write_drinks(tx: Transaction, plan: DrinkPlan, now: datetime) -> None:
    """Keep what was planned, and let kiosks hear of another menu."""
    if plan.menu is not None:
        tx.drinks.put_menu(plan.menu)
        tx.feed.touch(("meeting", one.id) for one in tx.meetings.between(now, now + AHEAD))
    for meeting, portions in plan.portions.items():
        prepare_all(tx, meeting, portions, now)
