"""A venue file says whom its rooms seat, and how long they are made ready."""

from datetime import timedelta

import pytest

from hub.domain.bookings import Turnover
from hub.domain.meetings import SetUpStyle
from hub.domain.room_set_ups import RoomSetUps, StyleSetUp
from hub.usecases.venue_plan import House
from hub.venue_files import read

HALL = '[[rooms]]\nkey = "hall"\nname = "Hall"\nsafe_capacity = 320\n'


def test_a_room_has_times_and_each_style_its_capacity_and_times() -> None:
    """What a style leaves out is the room's; a room that says nothing is not named."""
    text = (
        f'{HALL}set_up_min = 60\nstrike_min = 30\n[[rooms.set_ups]]\nstyle = "theatre"\ncapacity = 300\n'
        '[[rooms.set_ups]]\nstyle = "banquet_rounds"\ncapacity = 200\nset_up_min = 120\n'
        '[[rooms]]\nkey = "side"\nname = "Side"\n'
    )
    found = read(text.encode(), House())
    assert found.findings == ()
    own = Turnover(set_up=timedelta(hours=1), strike=timedelta(minutes=30))
    rounds = Turnover(set_up=timedelta(hours=2), strike=own.strike)
    styles = (
        StyleSetUp(style=SetUpStyle.BANQUET_ROUNDS, capacity=200, turnover=rounds),
        StyleSetUp(style=SetUpStyle.THEATRE, capacity=300),
    )
    assert found.file.set_ups == (RoomSetUps(room="hall", turnover=own, styles=styles),)


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        ("set_up_min = -5\n", 5, "set_up_min"),
        ('strike_min = "half an hour"\n', 5, "strike_min"),
        ('[[rooms.set_ups]]\nstyle = "standing"\n', 6, "style"),
        ("[[rooms.set_ups]]\ncapacity = 9\n", 5, "style"),
        ('[[rooms.set_ups]]\nstyle = "theatre"\ncapacity = 321\n', 7, "capacity"),
        ('[[rooms.set_ups]]\nstyle = "theatre"\ncapacity = true\n', 7, "capacity"),
        ('[[rooms.set_ups]]\nstyle = "theatre"\n[[rooms.set_ups]]\nstyle = "theatre"\n', 8, "style"),
        ('[[rooms.set_ups]]\nstyle = "theatre"\nseats = 9\n', 7, "seats"),
    ],
)
def test_what_cannot_be_is_told_with_its_line(text: str, line: int, field: str) -> None:
    """As everywhere in the file: what is wrong, and what to write."""
    (found,) = read(f"{HALL}{text}".encode(), House()).findings
    assert (found.line, found.field, found.warning) == (line, field, False)
