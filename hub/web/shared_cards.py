"""Cards drawn once for all who have nothing to do with their tasks: sixty tablets that look after a change cost one.

What is a person's own (``hub.web.task_list.is_own``) is drawn for them alone, so nobody is shown another's buttons.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import g
from markupsafe import Markup

from hub.web.language import tongue
from hub.web.open_tasks import read_open
from hub.web.page import fragment, now
from hub.web.parts import shelf
from hub.web.shift import person
from hub.web.task_cards import TaskCard, cards

FOR_MS = 1_000
"""So long a drawn card stands, where nothing changes: the pages count the seconds themselves."""


_SOMEBODY = "\N{NULL}"
"""Somebody at work, of whom nothing else is known: no name has this character (``hub.web.shift.clean``)."""


@dataclass(frozen=True, slots=True)
class _Looker:
    """Who looks at a card; ``person`` is empty, or a name."""

    person: str


class Drawn:
    """The cards as all see them who have nothing to do with the task, or are only asked to take it, by task.

    Each is drawn when it is first looked at, once for those who are asked and once for the others.
    """

    def __init__(self, cards: Mapping[str, TaskCard], looker: str) -> None:
        """Take the cards, and for whom: empty for nobody at work."""
        self.cards = cards
        self._looker = looker
        self._lock = threading.Lock()
        self._html: dict[tuple[str, bool], Markup] = {}

    def html(self, card: TaskCard, by: str) -> Markup:
        """Return one of these cards as a person sees it."""
        is_asked = bool(by) and by in card.asked
        with self._lock:
            if (card.id, is_asked) not in self._html:
                drawn_card = replace(card, asked=(_SOMEBODY,)) if is_asked else card
                self._html[card.id, is_asked] = _html(drawn_card, self._looker)
            return self._html[card.id, is_asked]


def drawn() -> Drawn:
    """Return the first cards in the language of this request, for somebody at work, or for nobody."""
    if "drawn" not in g:
        looker = _SOMEBODY if person() else ""
        g.drawn = shelf().recent.share(("cards", tongue().language, looker), lambda: _make(looker), FOR_MS)
    found: Drawn = g.drawn
    return found


def draw_card(card: TaskCard) -> Markup:
    """Return a card as the person at this browser sees it."""
    alike = drawn()
    return alike.html(card, person()) if alike.cards.get(card.id) is card else _html(card, person())


def _make(looker: str) -> Drawn:
    found = shelf().recent.get("tasks", read_open)
    return Drawn({card.id: card for card in cards(found, tongue(), now(), "")}, looker)


def _html(card: TaskCard, looker: str) -> Markup:
    return fragment("staff/card.html", card=card, tasks=_Looker(looker))
