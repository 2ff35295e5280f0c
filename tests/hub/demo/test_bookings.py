"""The demo's booking database is a real one beside the hub, and the check of it notices when the two differ."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from devices.clock import SystemClock
from hub.demo import bookings
from hub.demo.house import open_house
from hub.demo.settings import house_config
from hub.demo.summary import Summary
from hub.following import ONLY, Follower
from hub.making_sources import make_followers
from hub.ports import Store
from hub.usecases.acting import Acting
from tests.hub.imports import acting

DAY = date(2026, 12, 31)
MORNING = datetime(2026, 12, 31, 1, 1, tzinfo=UTC)


class Morning(SystemClock):
    """The morning of the launch; each look is two seconds later."""

    def __init__(self) -> None:
        """Begin at nine."""
        super().__init__(timedelta())
        self._at = MORNING

    def now(self) -> datetime:
        """Return a later time whenever it is asked."""
        self._at += timedelta(seconds=2)
        return self._at


@pytest.fixture
def follower(sqlite_store: Store, tmp_path: Path) -> Follower:
    """Open the demo's house, with the sales team's bookings; nothing of them is followed yet."""
    bookings.begin(tmp_path)
    open_house(sqlite_store, DAY, MORNING, bytes(32))
    bookings.enter(tmp_path, DAY)
    config = house_config(tmp_path, 8700, timedelta(), sources=[bookings.source_in(tmp_path)])
    clock, seeds = Morning(), iter(range(1, 1_000))

    def who() -> Acting:
        return acting(next(seeds))

    (made,) = make_followers(config, sqlite_store, clock=clock, acting=who, after=lambda: None, alone=lambda _: ONLY)
    return made


def problems(store: Store, folder: Path) -> list[str]:
    """Return what the demo would say does not hold."""
    summary = Summary()
    with store.read() as tx:
        bookings.check_bookings(summary, tx, folder)
    assert summary.checked == 2
    return summary.problems


def test_what_the_sales_team_enters_and_moves_is_followed(
    follower: Follower, sqlite_store: Store, tmp_path: Path
) -> None:
    """Until it is, the check says so."""
    assert not bookings.is_followed(tmp_path, sqlite_store)
    follower.turn()
    assert bookings.is_followed(tmp_path, sqlite_store)
    assert problems(sqlite_store, tmp_path) == []
    assert "17:30" in bookings.move(tmp_path)
    (problem,) = problems(sqlite_store, tmp_path)
    assert "bookings followed" in problem
    follower.turn()
    assert problems(sqlite_store, tmp_path) == []
