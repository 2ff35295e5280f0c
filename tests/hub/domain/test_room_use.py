"""Whether a room is in use, and until when nobody is to be disturbed there."""

from dataclasses import replace

import pytest

from hub.domain.meetings import SegmentKind
from hub.domain.room_use import EMPTY_ROOM, RoomUse, quiet_until, use_of_rooms
from tests.hub.build import at, meeting

TALK, TEA = meeting().agenda
OPENING = replace(TALK, kind=SegmentKind.OPENING, starts_at=at(3000), ends_at=at(3600))
QUIET_TALK = replace(TALK, quiet=True)

USES = [
    (-1801, EMPTY_ROOM),
    (-1800, RoomUse(soon=True, meeting="m-launch")),
    (0, RoomUse(soon=True, live=True, meeting="m-launch", since=at(0))),
    (10799, RoomUse(soon=True, live=True, meeting="m-launch", since=at(0))),
    (10800, EMPTY_ROOM),
]


@pytest.mark.parametrize(("seconds", "use"), USES)
def test_a_room_is_in_use_from_half_an_hour_before_its_doors_to_the_end(seconds: int, use: RoomUse) -> None:
    """Live from the doors on (R118)."""
    assert use_of_rooms([meeting()], at(seconds)).get("hall", EMPTY_ROOM) == use


def test_a_cancelled_meeting_uses_no_room_and_two_that_follow_are_told_apart() -> None:
    """The one that runs has the room."""
    following = meeting("next", doors_at=at(10800), starts_at=at(11000), ends_at=at(12000))
    assert use_of_rooms([meeting(cancelled=True)], at(60)) == {}
    assert use_of_rooms([meeting(), following], at(10700))["hall"].meeting == "m-launch"
    assert use_of_rooms([meeting(), following], at(10800))["hall"].meeting == "m-next"


def test_speeches_and_signings_are_quiet_and_parts_that_follow_each_other_are_one_silence() -> None:
    """By their kind, or because the agenda says so (R109); a tea break ends it."""
    agenda = (TEA, QUIET_TALK, OPENING)
    assert quiet_until(agenda, at(2999)) is None
    assert quiet_until(agenda, at(3000)) == at(5400)
    assert quiet_until(agenda, at(5399)) == at(5400)
    assert quiet_until(agenda, at(5400)) is None
    assert quiet_until((TALK,), at(4000)) is None
