"""How many a room seats in each set-up style, and how long it is set up for that and cleared afterwards (C.2). Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hub.domain.bookings import Turnover
from hub.domain.meetings import SetUpStyle

NO_TURNOVER = Turnover()


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleSetUp:
    """One style in one room: ``capacity`` is how many it seats, 0 where the house does not say.

    ``turnover`` is None where it takes as long as the room's own.
    """

    style: SetUpStyle
    capacity: int = 0
    turnover: Turnover | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomSetUps:
    """What the house says of one room (key): its own set-up and strike, and the styles that it knows for it."""

    room: str
    turnover: Turnover = NO_TURNOVER
    styles: tuple[StyleSetUp, ...] = ()

    def turnover_for(self, style: SetUpStyle) -> Turnover:
        """Return how long the room is taken before and after a meeting in this style."""
        return next((one.turnover for one in self.styles if one.style is style and one.turnover), self.turnover)

    def seats(self, style: SetUpStyle) -> int:
        """Return how many the room seats in this style; 0 where nobody has said, so that nothing follows from it."""
        return next((one.capacity for one in self.styles if one.style is style), 0)

    def fits(self, style: SetUpStyle, people: int) -> bool:
        """Say whether so many fit, as far as the house has said."""
        return people <= self.seats(style) or not self.seats(style)


def turnover_of(set_ups: Mapping[str, RoomSetUps], room: str, style: SetUpStyle) -> Turnover:
    """Return a room's set-up and strike for a style; none where the house says nothing of the room."""
    return set_ups[room].turnover_for(style) if room in set_ups else NO_TURNOVER


def in_order(styles: Iterable[StyleSetUp]) -> tuple[StyleSetUp, ...]:
    """Return styles in the order in which they are kept, so that the same again is equal."""
    return tuple(sorted(styles, key=lambda one: one.style))
