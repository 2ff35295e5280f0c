"""What the house says of its rooms comes back as it was said."""

from dataclasses import replace
from datetime import timedelta

from hub.domain.bookings import Turnover
from hub.domain.meetings import SetUpStyle
from hub.domain.room_set_ups import RoomSetUps, StyleSetUp
from hub.ports import Store
from tests.hub.build import furnished


def test_set_ups_come_back_whole_and_the_last_word_holds(store: Store) -> None:
    """What is left out of a room's list is gone; a room of which nothing was said is not there."""
    turnover = Turnover(set_up=timedelta(minutes=60), strike=timedelta(minutes=30))
    first = RoomSetUps(
        room="hall",
        turnover=turnover,
        styles=(
            StyleSetUp(style=SetUpStyle.CABARET, capacity=80),
            StyleSetUp(style=SetUpStyle.THEATRE, capacity=300, turnover=Turnover()),
        ),
    )
    with furnished(store).write() as tx:
        assert tx.set_ups.all() == {}
        tx.set_ups.save(first)
        assert tx.set_ups.all() == {"hall": first}
        tx.set_ups.save(replace(first, styles=first.styles[:1]))
    with store.read() as tx:
        assert tx.set_ups.all() == {"hall": replace(first, styles=first.styles[:1])}
