"""One invitation let in at two doors that could not know of each other (DESIGN 4, conflict rule R3, faults 49, 50, 57).

Who is told "already in" by a kiosk that knew is nobody's task. But where two kiosks each said Welcome out of their own
knowledge, there may be two people inside, and a person has to look.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from hub.domain.check_ins import CheckIn, Scan
from hub.domain.pace import real
from hub.domain.rulings import TELLING_APART, Ruling, holding, ruled

NEWS_TAKES = timedelta(seconds=5)
"""Until a kiosk that is online has surely heard who came in elsewhere: it asks for news at most this often."""

WELCOMED = "welcome"
"""The kiosk's own verdict when it knew of no earlier arrival; ``already_in`` when it did."""


@dataclass(frozen=True, slots=True)
class DoubleEntry:
    """One invitation at several doors: the first welcome at each, in the total order; two at least.

    ``telling`` is the newest ruling about them, ``asked`` the scans (event ids) that no person has ruled on yet: each
    door after the first is one question.
    """

    entries: tuple[CheckIn, ...]
    telling: Ruling | None = None
    asked: frozenset[str] = frozenset()

    @property
    def settled(self) -> bool:
        """Say whether a person has ruled on every door after the first."""
        return not self.asked

    @property
    def seen(self) -> str:
        """Return a text that changes with the doors, their scans and the ruling: what a person looked at."""
        scans = ",".join(entry.scan.id for entry in self.entries)
        return f"{scans}/{self.telling.id if self.telling else ''}"


def double_entry(events: Iterable[CheckIn], rulings: Sequence[Ruling] = ()) -> DoubleEntry | None:
    """Return the double entry among one invitation's events, None where there is none.

    Two events are one where both admit (as people left them), both kiosks said Welcome by themselves, the devices
    differ, and either kiosk was offline or the scans lie within ``NEWS_TAKES`` of each other. It looks at nothing but
    what the events say of the door, so that any order of arrival gives the same answer (I6).
    """
    welcomes = _welcomes(events, rulings)
    unaware = [one for one in welcomes if any(_could_not_know(one, other) for other in welcomes)]
    by_door: dict[str, CheckIn] = {}
    for event in unaware:
        by_door.setdefault(event.scan.device, event)
    entries = tuple(by_door.values())
    if not entries:
        return None
    held = holding(rulings, TELLING_APART)
    told = [held[entry.scan.id] for entry in entries if entry.scan.id in held]
    asked = frozenset(entry.scan.id for entry in entries[1:] if entry.scan.id not in held)
    return DoubleEntry(entries, max(told, key=Ruling.order, default=None), asked)


def _welcomes(events: Iterable[CheckIn], rulings: Sequence[Ruling]) -> list[CheckIn]:
    """Return the events whose kiosk said Welcome by itself and which admit, in the total order."""
    by_id = {event.scan.id: event for event in events if event.kiosk_verdict == WELCOMED}
    scans = sorted(ruled((event.scan for event in by_id.values()), rulings), key=Scan.order)
    return [by_id[scan.id] for scan in scans if scan.admits]


def _could_not_know(one: CheckIn, other: CheckIn) -> bool:
    if one.scan.device == other.scan.device:
        return False
    return one.offline or other.offline or abs(one.scan.at - other.scan.at) <= real(NEWS_TAKES)
