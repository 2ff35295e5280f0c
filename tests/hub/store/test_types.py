from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, select, text
from sqlalchemy.dialects import sqlite

from hub.device_ports import DeviceRecord
from hub.ports import Store
from hub.store import attendance, check_ins, guests, reading_history, reading_upkeep, readings, seats, tables
from hub.store.types import Milliseconds, among
from tests.hub.build import at, check_in, furnished

SHANGHAI = timezone(timedelta(hours=8))


def _kept(store: Store, moment: datetime) -> datetime | None:
    with store.write() as tx:
        tx.devices.save(DeviceRecord(id="kiosk-1", seen_at=moment))
    with store.read() as tx:
        record = tx.devices.get("kiosk-1")
    return record.seen_at if record else None


def test_a_time_without_a_zone_is_refused_and_nothing_is_kept(store: Store) -> None:
    """A naive time would be read as another instant on another machine."""
    naive = datetime(2026, 11, 21, 17, 0, 0)  # noqa: DTZ001 - the mistake that is to be refused
    with pytest.raises(ValueError, match="without a zone"):
        _kept(store, naive)
    with store.read() as tx:
        assert tx.devices.all() == []


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 21, 17, 0, 0, tzinfo=SHANGHAI),
        datetime(2026, 11, 21, 17, 0, 0, 1, tzinfo=UTC),
        datetime(2026, 11, 21, 17, 0, 0, 999_999, tzinfo=SHANGHAI),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(9999, 12, 31, tzinfo=UTC),
    ],
)
def test_an_instant_comes_back_as_the_same_instant_in_utc(store: Store, moment: datetime) -> None:
    """17:00+08:00 must not come back as 17:00, nor lose its microseconds."""
    kept = _kept(store, moment)
    assert kept == moment
    assert kept is not None
    assert kept.tzinfo is UTC


def test_instants_sort_by_time_whatever_zone_they_were_given_in(store: Store) -> None:
    """Text sorts by its characters, so SQLite must not keep the offset it was given."""
    early, late = at(0).astimezone(SHANGHAI), at(1)
    with furnished(store).write() as tx:
        for number, moment in ((1, late), (2, early)):
            event = check_in(number)
            tx.check_ins.add([replace(event, scan=replace(event.scan, at=moment), received_at=moment)])
    engine = store._database.writer  # type: ignore[attr-defined]  # no port lists check-ins by time
    with engine.connect() as connection:
        ordered = connection.scalars(select(tables.check_ins.c.id).order_by(tables.check_ins.c.at)).all()
    assert ordered == ["ev-2", "ev-1"]


@given(moment=st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.sampled_from([UTC, SHANGHAI])))  # noqa: DTZ001
def test_milliseconds_are_the_same_instant_with_what_is_less_cut_off(moment: datetime) -> None:
    """Also before 1970, where cutting off and rounding to zero differ."""
    kind, dialect = Milliseconds(), sqlite.dialect()
    number = kind.process_bind_param(moment, dialect)
    kept = kind.process_result_value(number, dialect)
    assert kept is not None
    assert timedelta() <= moment - kept < timedelta(milliseconds=1)
    assert kept.tzinfo is UTC
    assert kind.process_bind_param(None, dialect) is None
    assert kind.process_result_value(None, dialect) is None


def test_milliseconds_of_a_time_without_a_zone_are_refused() -> None:
    """As every other time without one."""
    with pytest.raises(ValueError, match="without a zone"):
        Milliseconds().process_bind_param(datetime(2026, 11, 21), sqlite.dialect())  # noqa: DTZ001


@pytest.mark.parametrize("many", [1, 40_000])
def test_a_list_of_any_length_is_one_question(store: Store, many: int) -> None:
    """Both databases bound the number of parameters (SQLite 32,766, PostgreSQL 65,535); a list is one parameter."""
    furnished(store, guests=1)
    with store.read() as tx:
        found = tx.guests.by_invitation([f"inv-{number}" for number in range(1, many + 1)])
    assert list(found) == ["inv-1"]


@pytest.fixture(scope="module")
def plan_of() -> Iterator[object]:
    """Ask SQLite how it would answer a query."""
    engine = create_engine("sqlite://")
    tables.metadata.create_all(engine)
    with engine.connect() as connection:

        def ask(query: str) -> str:
            rows = connection.execute(text(f"EXPLAIN QUERY PLAN {query}"))
            return "\n".join(row.detail for row in rows)

        yield ask
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        check_ins._KNOWN,
        check_ins._OF_INVITATIONS,
        check_ins._ADMISSIONS,
        guests._BY_LOOKUP,
        guests._BY_ID,
        guests._OF_PARTIES,
        seats._OF_INVITATIONS,
        attendance._COUNTS,
        attendance._ARRIVALS,
        attendance._HOLDERS,
        select(tables.feed).where(among(tables.feed.c.kind, "kinds")),
        readings._NUMBERS,
        reading_history._EACH,
        reading_history._FEW,
        *reading_history._STEPPED.values(),
        reading_history._OLDEST_CHANGED,
        reading_upkeep._NEXT,
        reading_upkeep._OLDEST,
        *reading_upkeep._LAST_OF_PIECE.values(),
        *reading_upkeep._REMOVE_TO.values(),
        *(by_dialect["sqlite"] for by_dialect in reading_upkeep._ROLL_UP.values()),
    ],
)
def test_every_question_of_check_ins_and_pages_is_answered_by_an_index(plan_of: object, statement: object) -> None:
    """SQLAlchemy writes ``= 1`` behind a Boolean function for SQLite, which then reads whole tables."""
    assert callable(plan_of)
    query = str(statement.compile(dialect=sqlite.dialect())).replace("?", "'[]'")  # type: ignore[attr-defined]
    plan = plan_of(query)
    assert "SEARCH" in plan
    scans = [line for line in plan.splitlines() if line.startswith("SCAN") and "json_each" not in line]
    assert [line for line in scans if line not in {"SCAN grouped", "SCAN some"}] == []  # what was just found
