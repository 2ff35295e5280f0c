"""Everybody is to leave: what the hub said of it, kept on this kiosk's disk, and the screen that stands for it (C.3.4).

Only a hub that is online begins or ends it. A kiosk that is cut off, or starts anew meanwhile, goes on with what it
last heard, for ever: a way out that stands too long does less harm than one that goes while a house burns.
"""

import logging
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from devices.contract import codec
from devices.contract.cards import EvacuationCard, PlaceCard, Words
from devices.contract.codec import UnreadableMessage
from devices.contract.messages import HubState, Status
from kiosk.database import Database
from kiosk.screen import EXIT, LANGUAGES, Kind, Screen, Way

_FACT = "evacuation"
"""Its row among the kiosk's facts; empty or missing while nobody has to leave."""

KNOWN = frozenset({"fire", "earthquake"})
"""Kinds that have words of their own."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut(Screen):
    """The one screen that stands while everybody leaves: why, the exit from here, and where to gather.

    ``exit`` is None where the house has not said; then the green signs are named. ``step_free`` is the exit without
    stairs. ``why`` is of ``KNOWN``, or ``other``.
    """

    kind: Kind = Kind.EVACUATE
    why: str = "other"
    drill: bool = False
    exit: Way | None = None
    step_free: Words | None = None
    assembly: Words | None = None


def way_out(card: EvacuationCard, places: Mapping[str, PlaceCard], lead: str) -> WayOut:
    """Return the screen for what the hub said, with the way from this kiosk, the language ``lead`` first."""
    place = places.get(EXIT)
    order = tuple(sorted(LANGUAGES, key=lambda language: language != lead))
    return WayOut(
        languages=order,
        why=card.kind if card.kind in KNOWN else "other",
        drill=card.drill,
        exit=Way(name=place.name, words=place.way, arrow=place.arrow) if place else None,
        step_free=place.step_free_way if place else None,
        assembly=card.assembly,
    )


class Evacuation:
    """Hears of it, remembers it, and puts the screen up and away. For the uplink's thread, and once at the start."""

    def __init__(
        self,
        database: Database,
        places: Callable[[], Mapping[str, PlaceCard]],
        stand: Callable[[Screen | None], None],
        lead: str,
    ) -> None:
        """Take the disk, the ways from here, what puts a screen over all others (None: away), and who leads."""
        self._database = database
        self._places = places
        self._stand = stand
        self._lead = lead
        self._card: EvacuationCard | None = None

    def recall(self) -> None:
        """Go on with what this kiosk was last told, before it is heard by anybody. Never raises."""
        try:
            with self._database.read() as connection:
                row = connection.execute("SELECT value FROM facts WHERE name = ?", (_FACT,)).fetchone()
            self._card = codec.load_card(row[0], EvacuationCard) if row and row[0] else None
        except (sqlite3.Error, UnreadableMessage):
            _log.exception("what was last heard of an evacuation cannot be read; the hub will say it again")
        self.show()

    def hear(self, state: HubState) -> None:
        """Take what the hub says of itself: an online one begins or ends it. A disk that fails keeps nobody inside."""
        if state.status is not Status.ONLINE or state.evacuation == self._card:
            return
        self._card = state.evacuation
        self.show()
        told = codec.dump_card(self._card) if self._card else ""
        try:
            with self._database.write() as connection:
                connection.execute("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)", (_FACT, told))
        except sqlite3.Error:
            _log.exception("what was heard of an evacuation could not be kept for the next start")

    def show(self) -> None:
        """Put the screen up as things stand, or away: also when the ways from here have changed."""
        if self._card is None:
            self._stand(None)
            return
        try:
            places = self._places()
        except (sqlite3.Error, UnreadableMessage):
            _log.exception("the way out cannot be read from the roster; the green signs are named")
            places = {}
        self._stand(way_out(self._card, places, self._lead))
