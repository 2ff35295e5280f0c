from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hub.booking_sources.mapping import OUR_SCHEMA, Changes, Mapping, Times, read_mapping
from hub.domain.bookings import BookingState
from hub.domain.meetings import SetUpStyle
from hub.domain.source_items import BadItem, Batch, Item
from tests.hub.booking_sources.contract import HORIZON, NOON, Entry, items, title
from tests.hub.booking_sources.databases import (
    Database,
    DatabasePeer,
    MrbsPeer,
    OurPeer,
    PostgresqlDatabase,
    SqliteFile,
    mrbs,
    mrbs_tables,
    our_tables,
)

PLAIN = """
    CREATE TABLE plan (
        nr integer PRIMARY KEY, titel {long}, raum {long}, von {time}, bis {time}, zone {long}, status {long},
        stil {long}, personen {long}, bezahlt {long}, frist {time}
    );
"""
"""A table as somebody else made it: texts everywhere, times without a zone, all may be empty."""

THEIRS = """
    [bookings]
    table = "plan"
    key = "nr"
    title_en = "titel"
    room = "raum"
    starts_at = "von"
    ends_at = "bis"
    times = "local"
    zone = "zone"
    most = "personen"
    style = "stil"
    paid = "bezahlt"
    reply_by = "frist"

    [states]
    column = "status"
    words = [
      { said = "fest", means = "definite" },
      { said = "Option", means = "option_sent" },
    ]

    [[styles]]
    said = "Reihen"
    means = "theatre"
"""


def _pull(peer: DatabasePeer) -> Batch:
    return peer.source.pull("bookings", None, HORIZON)


def _items(peer: DatabasePeer) -> list[Item]:
    return items([("", _pull(peer))])


def _bad(peer: DatabasePeer) -> list[BadItem]:
    return [bad for one in _pull(peer).resources for bad in one.bad]


class _Plan(OurPeer):
    """Bookings in somebody else's table."""

    table = "plan"

    def row(self, number: int, **changes: object) -> None:
        """Enter a row: at noon in the hall, unless it is said otherwise."""
        values = {"nr": number, "titel": f"Nr {number}", "raum": "大厅", "status": "fest"}
        times = {"von": "2026-12-01 12:00:00", "bis": "2026-12-01 14:00:00"}
        names = ", ".join(values | times | changes)
        marks = ", ".join(f":{name}" for name in values | times | changes)
        self.database.run(f"INSERT INTO plan ({names}) VALUES ({marks})", **(values | times | changes))  # noqa: S608 - our own


@pytest.fixture
def plan(database: Database, theirs: Mapping) -> _Plan:
    """Give somebody else's table."""
    on_sqlite = database.kind == "sqlite"
    database.script(PLAIN.format(long="text", time="text" if on_sqlite else "timestamp"))
    if not on_sqlite:
        database.script("GRANT SELECT ON plan TO yingbin_hub")
    return _Plan(database, theirs)


@pytest.fixture
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Mapping:
    """Give the mapping of somebody else's table."""
    path = tmp_path_factory.mktemp("mapping") / "plan.toml"
    path.write_text(THEIRS, encoding="utf-8")
    return read_mapping(path)


def test_somebody_elses_words_and_local_times_are_read_by_the_mapping(plan: _Plan) -> None:
    """Noon of a row without a zone is the source's; of one with a zone, that one's."""
    plan.row(1, status="Option", stil="Reihen", personen="120", bezahlt="1", frist="2026-11-30 18:00:00")
    plan.row(2, zone="Europe/Berlin")
    first, second = _items(plan)
    assert (first.starts_at, first.state, first.style) == (NOON, BookingState.OPTION_SENT, SetUpStyle.THEATRE)
    assert (first.headcount.most, first.paid) == (120, True)
    assert first.reply_by == datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
    assert second.starts_at == datetime(2026, 12, 1, 11, 0, tzinfo=UTC)
    assert (second.paid, second.reply_by, second.style, second.guests) == (False, None, None, None)
    assert first.uid == "1@office"


@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        ({"bis": "2026-12-01 11:00:00"}, "ends_at", "before it starts"),
        ({"bis": "2026-12-01 12:00:00"}, "ends_at", "before it starts"),
        ({"zone": "Mars/Olympus"}, "zone", "Mars/Olympus"),
        ({"zone": "../../etc/passwd"}, "zone", "no time zone"),
        ({"raum": None}, "room", "no room"),
        ({"raum": "  "}, "room", "no room"),
        ({"von": None}, "starts_at", "is missing"),
        ({"status": "vielleicht"}, "state", "vielleicht"),
        ({"status": None}, "state", "nothing says"),
        ({"bezahlt": "halb"}, "paid", "neither yes nor no"),
        (
            {"zone": "Europe/Berlin", "von": "2027-03-28 02:30:00", "bis": "2027-03-28 05:00:00"},
            "starts_at",
            "does not",
        ),
    ],
)
def test_a_row_that_cannot_be_used_is_named_and_the_others_are_told(
    plan: _Plan, changes: dict[str, object], field: str, problem: str
) -> None:
    """By its field, what is wrong, and what to do."""
    horizon = replace(HORIZON, until=NOON + timedelta(days=200))
    plan.row(1)
    plan.row(2, **changes)
    batch = plan.source.pull("bookings", None, horizon)
    assert [title(one) for one in items([("", batch)])] == ["Nr 1"]
    (bad,) = [bad for one in batch.resources for bad in one.bad]
    assert bad.field == field
    assert problem in bad.problem.en
    assert bad.remedy.en
    assert bad.title == "Nr 2"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"personen": "viele"}, "most"),
        ({"personen": "-3"}, "most"),
        ({"stil": "Kreis"}, "style"),
        ({"titel": "长" * 1_000_000}, "title_en"),
    ],
)
def test_what_is_wrong_with_lesser_things_is_named_and_the_meeting_stands(
    plan: _Plan, changes: dict[str, object], field: str
) -> None:
    """A room that is booked is booked; and nothing that is shown is endless."""
    plan.row(1, **changes)
    (item,) = _items(plan)
    (bad,) = _bad(plan)
    assert bad.field == field
    assert len(item.title.en) <= 200
    assert max(len(bad.raw), len(bad.title), len(bad.problem.en)) < 400


def test_of_an_open_end_that_no_calendar_knows_only_that_row_is_lost(plan: _Plan) -> None:
    """PostgreSQL keeps "infinity", which Python's datetime cannot say; SQLite keeps anything."""
    plan.row(1)
    plan.row(2, bis="infinity")
    assert [title(one) for one in _items(plan)] == ["Nr 1"]
    assert [bad.field for bad in _bad(plan)] == ["ends_at"]


def test_text_in_a_number_column_costs_that_row_only(sqlite_bookings: SqliteFile) -> None:
    """SQLite keeps it there; it is neither overlooked nor taken for the year 1970."""
    mrbs_tables(sqlite_bookings)
    peer = MrbsPeer(sqlite_bookings, mrbs(sqlite_bookings))
    peer.enter(Entry())
    spoilt = peer.enter(Entry(title="坏"))
    peer.update(spoilt, start_time="morgen")
    assert [title(one) for one in _items(peer)] == ["渠道大会"]
    (bad,) = _bad(peer)
    assert (bad.field, "morgen" in bad.problem.en) == ("starts_at", True)


def test_bytes_that_are_no_text_cost_nobody_an_answer(sqlite_bookings: SqliteFile) -> None:
    """The row is shown with a mark for what cannot be read."""
    our_tables(sqlite_bookings)
    peer = OurPeer(sqlite_bookings, OUR_SCHEMA)
    peer.enter(Entry())
    sqlite_bookings.run("UPDATE yingbin_bookings SET title_zh = CAST(X'E4B8FF' AS TEXT)")
    assert "\ufffd" in title(_items(peer)[0])


def test_a_uid_that_stands_twice_is_named(database: Database) -> None:
    """Both are told, for the hub follows one of them; whoever reads the page sees why."""
    our_tables(database)
    peer = OurPeer(database, OUR_SCHEMA)
    first = peer.insert(**peer.values(Entry()), uid="a@b")
    second = peer.insert(**peer.values(Entry(title="年会")), uid="a@b")
    peer.insert(**peer.values(Entry(title="另一天")), uid="a@b", occurrence="20261202")
    (bad,) = _bad(peer)
    assert (bad.field, f"booking {first}" in bad.problem.en) == ("uid", True)
    assert len(_items(peer)) == 3
    before = _pull(peer)
    peer.update(second, room="小厅")
    (again,) = peer.source.pull("bookings", before.cursor, HORIZON).resources
    assert [one.problem for one in again.bad] == [bad.problem]


def test_a_guest_without_a_name_is_left_out_and_nobody_is_named(database: Database) -> None:
    """The page says which row; the other guests are there."""
    our_tables(database)
    peer = OurPeer(database, OUR_SCHEMA)
    key = int(peer.enter(Entry()))
    for name in ("", "王敏"):
        database.run("INSERT INTO yingbin_guests (booking_id, name) VALUES (:key, :name)", key=key, name=name)
    (item,), (bad,) = _items(peer), _bad(peer)
    assert [one.name for one in item.guests or ()] == ["王敏"]
    assert (bad.field, bad.problem.en.startswith("guest '"), bad.problem.zh.startswith("来宾 '")) == (
        "guests",
        True,
        True,
    )
    assert "王敏" not in str(bad)


def test_mrbs_status_bits_areas_by_periods_and_dates_of_a_series(database: Database) -> None:
    """1 is private and says nothing; a series has a row for each date, under one uid."""
    mrbs_tables(database)
    database.run("INSERT INTO mrbs_area (area_name, enable_periods) VALUES ('学校', 1)")
    database.run("INSERT INTO mrbs_room (area_id, room_name) VALUES (2, '教室')")
    peer = MrbsPeer(database, mrbs(database))
    for number, status in enumerate((1, 2, 5, 0)):
        entry = Entry(starts_at=NOON + timedelta(hours=number), ends_at=NOON + timedelta(hours=9))
        date = {"status": status, "ical_uid": "series@mrbs", "ical_recur_id": f"2026120{number + 1}T040000"}
        peer.insert(**{**peer.values(entry), **date})
    peer.insert(**{**peer.values(Entry(title="按节")), "room_id": 2})
    found = _items(peer)
    assert [one.state.value for one in found] == ["definite", "inquiry", "option_sent", "definite"]
    assert {one.uid for one in found} == {"series@mrbs"}
    assert found[0].occurrence == "20261201T040000"
    (bad,) = _bad(peer)
    assert "periods" in bad.problem.en


def test_times_in_utc_and_with_an_offset_are_the_same_instant(sqlite_bookings: SqliteFile) -> None:
    """Whatever the zone of the source: it is for times that name none."""
    our_tables(sqlite_bookings)
    peer = OurPeer(sqlite_bookings, OUR_SCHEMA)
    key = peer.enter(Entry())
    (item,) = _items(peer)
    assert item.starts_at == NOON
    in_utc = replace(OUR_SCHEMA, bookings=replace(OUR_SCHEMA.bookings, times=Times.UTC), changes=Changes())
    peer.update(key, starts_at="2026-12-01 04:00:00", ends_at="2026-12-01 05:00:00", made_at="2026-11-01 04:00:00")
    assert [bad.field for bad in _bad(peer)] == ["starts_at", "ends_at"]
    assert _items(OurPeer(sqlite_bookings, in_utc))[0].starts_at == NOON


@pytest.mark.postgresql
def test_a_view_with_words_of_the_databases_own_types_serves_as_a_table(
    postgresql_bookings: PostgresqlDatabase, theirs: Mapping
) -> None:
    """Enumerations, yes and no, names of rooms from elsewhere: what a mapping cannot say a view can."""
    postgresql_bookings.script(
        "CREATE TYPE hall AS ENUM ('大厅', '小厅'); CREATE TYPE sure AS ENUM ('fest', 'Option');"
        "CREATE VIEW plan AS SELECT 7 AS nr, '年会' AS titel, '小厅'::hall AS raum,"
        " timestamp '2026-12-01 12:00' AS von, timestamp '2026-12-01 13:00' AS bis,"
        " NULL::text AS zone, 'Option'::sure AS status, NULL::text AS stil,"
        " 12.0::numeric AS personen, true AS bezahlt, NULL::timestamp AS frist;"
        "GRANT SELECT ON plan TO yingbin_hub"
    )
    (item,) = _items(OurPeer(postgresql_bookings, theirs))
    assert (item.room, item.state, item.paid, item.headcount.most) == ("小厅", BookingState.OPTION_SENT, True, 12)
