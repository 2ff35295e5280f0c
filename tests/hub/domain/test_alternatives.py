"""What is offered for a meeting that cannot have its room (R29, C.4)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.alternatives import MOST, Alternative, Other, Wanted, alternatives
from hub.domain.bookings import Firmness, Hold, Turnover
from hub.domain.meetings import Room, SetUpStyle
from hub.domain.room_set_ups import RoomSetUps, StyleSetUp
from hub.domain.words import Words
from tests.hub.build import at

HOUR = 3600
ROOMS = [
    Room(key=key, name=Words(key, key), floor=floor)
    for key, floor in (("hall", "1"), ("large", "2"), ("near", "1"), ("small", "1"))
]
SEATS = {"hall": 100, "large": 400, "near": 150, "small": 20}
SET_UPS = {
    key: RoomSetUps(
        room=key,
        turnover=Turnover(set_up=timedelta(hours=1), strike=timedelta(hours=1)),
        styles=(StyleSetUp(style=SetUpStyle.THEATRE, capacity=seats),),
    )
    for key, seats in SEATS.items()
}
WANTED = Wanted(
    owner="m",
    room="hall",
    style=SetUpStyle.THEATRE,
    people=80,
    doors_at=at(4 * HOUR - 1800),
    starts_at=at(4 * HOUR),
    ends_at=at(6 * HOUR),
    day_from=at(0),
    day_until=at(10 * HOUR),
    now=at(0),
)


def held(room: str, since: float, until: float, firmness: Firmness = Firmness.DEFINITE, owner: str = "other") -> Hold:
    """Return that somebody has a room from and until so many hours after the first instant."""
    return Hold(owner=owner, room=room, since=at(since * HOUR), until=at(until * HOUR), firmness=firmness)


def offered(*holds: Hold, **changes: object) -> list[Alternative]:
    """Return what is offered while others have rooms."""
    return alternatives(replace(WANTED, **changes), ROOMS, SET_UPS, holds)  # type: ignore[arg-type] # its own fields


def rooms_of(offers: list[Alternative]) -> list[str]:
    """Return which other rooms are offered."""
    return [one.room for one in offers if one.other is Other.ROOM]


def test_other_rooms_come_first_the_nearest_and_the_least_too_large_before_all() -> None:
    """What is too small is not offered at all."""
    assert rooms_of(offered()) == ["near", "large"]
    assert rooms_of(offered(people=200)) == ["large"]
    assert rooms_of(offered(people=20)) == ["small", "near", "large"]


@pytest.mark.parametrize(
    ("hold", "is_free"),
    [
        (held("near", 7, 8), True),
        (held("near", 6.9, 8), False),
        (held("near", 1, 3), True),
        (held("near", 1, 3.1), False),
        (held("near", 3, 8, Firmness.OPTION), True),
        (held("near", 3, 8, Firmness.CLOSURE), False),
        (held("near", 3, 8, owner="m"), True),
    ],
)
def test_a_room_is_free_with_its_set_up_and_strike(hold: Hold, is_free: bool) -> None:  # noqa: FBT001 - a table
    """An hour each of set-up and strike; options block nobody, and nobody blocks themselves."""
    assert ("near" in rooms_of(offered(hold))) is is_free


def test_other_times_are_those_of_the_same_day_the_nearest_first_and_never_gone_by() -> None:
    """Of a room that is large enough; half an hour to and fro."""
    taken = [held(key, 0, 10) for key in ("large", "near", "small")]
    starts = [one.starts_at for one in offered(*taken, held("hall", 4, 5))]
    assert starts == [at(hours * HOUR) for hours in (6, 6.5, 1, 7, 0.5)]
    late = offered(*taken, held("hall", 4, 5), now=at(7 * HOUR))
    assert [one.starts_at for one in late] == [at(7.5 * HOUR), at(8 * HOUR)]
    assert offered(*taken, people=101) == []


def test_another_style_is_offered_where_it_seats_them() -> None:
    """After rooms and times."""
    both = replace(
        SET_UPS["small"],
        styles=(*SET_UPS["small"].styles, StyleSetUp(style=SetUpStyle.CABARET, capacity=30)),
    )
    wanted = replace(WANTED, room="small", people=25)
    found = alternatives(wanted, ROOMS[3:], {"small": both}, [])
    assert [(one.other, one.style, one.seats) for one in found] == [(Other.STYLE, SetUpStyle.CABARET, 30)]


def test_at_most_so_many_are_offered_and_rooms_of_unknown_size_last_of_their_kind() -> None:
    """A person knows whether they are large enough."""
    found = alternatives(WANTED, ROOMS, {key: one for key, one in SET_UPS.items() if key != "near"}, [])
    assert rooms_of(found) == ["large", "near"]
    assert len(found) == MOST
