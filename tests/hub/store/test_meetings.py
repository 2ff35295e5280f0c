from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from hub.domain.errors import Refused
from hub.domain.meetings import Meeting, SetUpStyle
from hub.ports import Store
from hub.store.engine import open_database
from hub.store.sql import open_store
from tests.hub.build import HALL, at, meeting


@pytest.fixture
def with_hall(store: Store) -> Store:
    """Give a store that knows the hall."""
    with store.write() as tx:
        tx.meetings.save_room(HALL)
    return store


def _save(store: Store, *meetings: Meeting) -> None:
    with store.write() as tx:
        for one in meetings:
            tx.meetings.save(one)


def test_a_meeting_comes_back_whole_with_its_agenda_in_order(with_hall: Store) -> None:
    """Every field, with its instants, both languages, and what is None."""
    launch = meeting(style=SetUpStyle.CABARET, cancelled=True, lounge="lounge", number=2**48 - 1)
    plain = meeting("plain", agenda=())
    _save(with_hall, launch, plain)
    with with_hall.read() as tx:
        assert tx.meetings.get(["m-launch", "m-plain", "m-none"]) == {"m-launch": launch, "m-plain": plain}
        assert tx.meetings.by_key("launch") == launch
        assert tx.meetings.by_key("none") is None
        assert tx.meetings.get([]) == {}


def test_a_changed_agenda_replaces_the_old_one(with_hall: Store) -> None:
    """Rows of the old agenda do not stay behind the new one."""
    _save(with_hall, meeting())
    shorter = meeting(agenda=meeting().agenda[1:])
    _save(with_hall, shorter)
    with with_hall.read() as tx:
        assert tx.meetings.by_key("launch") == shorter


def test_meetings_come_by_start(with_hall: Store) -> None:
    """The page lists the day as it runs."""
    late, early = meeting("late", starts_at=at(7200)), meeting("early", starts_at=at(60))
    _save(with_hall, late, early)
    with with_hall.read() as tx:
        assert tx.meetings.all() == [early, late]


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (meeting("launch", id="m-other"), "another meeting has this key"),
        (meeting("other", number=7), "another meeting has this number"),
        (meeting("other", room="cellar"), "room"),
    ],
)
def test_the_database_refuses_a_second_meeting_of_that_name_or_a_room_that_is_not(
    with_hall: Store, second: Meeting, why: str
) -> None:
    """Keys and numbers stand on paper and in signed codes: each means one meeting. SQLite names no foreign key."""
    _save(with_hall, replace(meeting(), number=7))
    with pytest.raises(Refused, match=f"{why}|something it refers to"):
        _save(with_hall, second)
    with with_hall.read() as tx:
        assert [one.id for one in tx.meetings.all()] == ["m-launch"]


def test_many_meetings_may_have_no_number_yet(with_hall: Store) -> None:
    """Zero stands for none, and is not unique."""
    _save(with_hall, meeting("a"), meeting("b"))
    with with_hall.read() as tx:
        assert len(tx.meetings.all()) == 2


def test_what_is_already_so_is_not_written_again(database_url: str) -> None:
    """Else a booking that comes again would cost a page of each index; rows of PostgreSQL would grow old copies."""
    with closing(open_store(database_url)) as store:
        with store.write() as tx:
            tx.meetings.save_room(HALL)
        _save(store, meeting())
        before = _written(database_url)
        _save(store, meeting())
        assert _written(database_url) == before
        _save(store, meeting(ends_at=at(9000)))
        assert _written(database_url) != before


def _written(url: str) -> object:
    """Return what changes with every row that is written: PostgreSQL's versions of rows, SQLite's log."""
    if url.startswith("sqlite"):
        return Path(f"{url.removeprefix('sqlite:///')}-wal").stat().st_size
    with closing(open_database(url)) as database, database.writer.connect() as connection:
        rows = connection.execute(text("SELECT xmin FROM meetings UNION ALL SELECT xmin FROM segments"))
        return sorted(str(row.xmin) for row in rows)
