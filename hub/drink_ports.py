"""What the use cases need of the store for the drinks menu, as a Protocol; part of ``hub.ports.Transaction``."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from hub.domain.drinks import Drink, Prepared
from hub.domain.guests import Invited


class DrinksKept(Protocol):
    """The menu of the house, what was prepared of it, and what guests like. What they chose are tasks."""

    def menu(self) -> Sequence[Drink]:
        """Return the menu in its order; the usual one where the house has none of its own."""

    def put_menu(self, menu: Sequence[Drink]) -> None:
        """Take this menu for the one before; an empty one is the usual."""

    def prepared(self, meetings: Collection[str]) -> Mapping[str, Mapping[str, Prepared]]:
        """Return how many portions were prepared, by meeting and drink; what nobody counts is missing."""

    def prepare(self, meeting: str, portions: Mapping[str, int]) -> None:
        """Take these for all the portions that were prepared for a meeting; none of them is out."""

    def mark_out(self, meeting: str, drinks: Collection[str]) -> None:
        """Note which drinks of a meeting are out, of those that were prepared; all others are there."""

    def likes(self, meetings: Collection[str]) -> Sequence[Invited]:
        """Return the guests of these meetings of whom a list says what they like to drink, VIPs first by level."""
