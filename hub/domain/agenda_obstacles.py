"""Why a step of the live agenda is refused, in words that say what to do instead."""

from enum import StrEnum

from hub.domain.errors import AgendaRefused

MOST_PARTS = 40
"""What a kiosk's card of a meeting holds."""


class Obstacle(StrEnum):
    """Why a step is refused."""

    CANCELLED = "cancelled"
    DOORS_CLOSED = "doors_closed"
    RUNS_ALREADY = "runs_already"
    BEGUN = "begun"
    OVER = "over"
    NOT_RUNNING = "not_running"
    NOTHING_LEFT = "nothing_left"
    TOO_EARLY = "too_early"
    TOO_SHORT = "too_short"
    ITSELF = "itself"
    FULL = "full"
    TOO_LARGE = "too_large"
    NO_STAND_IN = "no_stand_in"


_SAID = {
    Obstacle.CANCELLED: "the meeting is cancelled: nothing of its agenda can be changed",
    Obstacle.DOORS_CLOSED: "the doors are not open yet: nothing can begin before them",
    Obstacle.RUNS_ALREADY: "this part runs already",
    Obstacle.BEGUN: "this part has begun: only one that is still to come can be moved",
    Obstacle.OVER: "this part is over: it stays as it was",
    Obstacle.NOT_RUNNING: "this part does not run: begin it first",
    Obstacle.NOTHING_LEFT: "nothing is left of the agenda: put a part in first",
    Obstacle.TOO_EARLY: "it would begin in the past, or before the part before it ends: move it by less",
    Obstacle.TOO_SHORT: "nothing would be left of this part: shorten it by less, or cut it",
    Obstacle.ITSELF: "a part cannot change places with itself: choose another",
    Obstacle.FULL: f"the agenda has {MOST_PARTS} parts already: cut one first",
    Obstacle.TOO_LARGE: "kiosks could not be told an agenda of this size: choose a shorter title, or cut a part",
    Obstacle.NO_STAND_IN: "neither a case study nor a tea break can stand in for this part: move it instead",
}


def refuse(reason: Obstacle) -> AgendaRefused:
    """Return the refusal for a reason, to be raised."""
    return AgendaRefused(reason, _SAID[reason])
