"""Cards drawn once for all who have nothing to do with their tasks: sixty tablets that look after a change cost one.

What is a person's own (``hub.web.task_list.is_own``) is drawn for them alone, so nobody is shown another's buttons.
"""

from collections.abc import Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class _Looker:
    """Who looks at a card; ``person`` is empty, or a name."""

    person: str


_SOMEBODY = _Looker("\N{NULL}")
"""Somebody at work, of whom nothing else is known: no name has this character (``hub.web.shift.clean``)."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The cards as everybody else sees them, and as they are drawn, by task."""

    cards: Mapping[str, TaskCard]
    html: Mapping[str, Markup]


def drawn() -> Drawn:
    """Return the first cards in the language of this request, for somebody at work, or for nobody."""
    if "drawn" not in g:
        at_work = bool(person())
        key = ("cards", tongue().language, at_work)
        g.drawn = shelf().recent.share(key, lambda: _draw(at_work=at_work), FOR_MS)
    found: Drawn = g.drawn
    return found


def draw_card(card: TaskCard) -> Markup:
    """Return a card as the person at this browser sees it."""
    alike = drawn()
    return alike.html[card.id] if alike.cards.get(card.id) is card else _html(card, _Looker(person()))


def _draw(*, at_work: bool) -> Drawn:
    found = shelf().recent.get("tasks", read_open)
    made = {card.id: card for card in cards(found, tongue(), now(), "")}
    looker = _SOMEBODY if at_work else _Looker("")
    return Drawn(made, {card.id: _html(card, looker) for card in made.values()})


def _html(card: TaskCard, looker: _Looker) -> Markup:
    return fragment("staff/card.html", card=card, tasks=looker)
