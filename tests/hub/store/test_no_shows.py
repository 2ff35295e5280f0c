"""What is known of a booked room that nobody comes to comes back whole."""

from dataclasses import replace
from datetime import timedelta

from hub.domain.no_show import LOOKED_AT, NoShow, NoShowState, Sign
from hub.ports import Store
from tests.hub.build import at, furnished

ROW = NoShow(
    meeting="m-launch",
    state=NoShowState.WATCHED,
    starts_at=at(3600),
    since=at(1800),
    looked_at=at(1860),
    blind=timedelta(seconds=90),
    present=timedelta(seconds=30),
    air_ppm=512.5,
    things=frozenset({"plug-1.power"}),
    signs=frozenset({Sign.PRESENCE, Sign.GUESTS}),
    expected=3,
    arrived=1,
    deaf=("kiosk-1",),
    nobody=True,
    warned_at=at(1900),
    by="王芳",
)


def test_all_that_was_seen_comes_back(store: Store) -> None:
    """The last word counts."""
    furnished(store)
    with store.write() as tx:
        tx.no_shows.save(replace(ROW, blind=timedelta()))
        tx.no_shows.save(ROW)
        assert tx.no_shows.get(["m-launch", "m-other"]) == {"m-launch": ROW}
    with store.read() as tx:
        assert tx.no_shows.get([]) == tx.no_shows.given_up([]) == tx.no_shows.given_up(["m-launch"]) == {}


def test_what_is_decided_is_not_looked_at_any_more(store: Store) -> None:
    """A room that was given up is, as guests may be late; since when it is free is found by itself."""
    furnished(store)
    for state in NoShowState:
        with store.write() as tx:
            tx.no_shows.save(replace(ROW, state=state, released_at=at(4200)))
            assert (tx.no_shows.watched() != []) == (state in LOOKED_AT)
            assert tx.no_shows.given_up(["m-launch"]) == {"m-launch": at(4200)}
