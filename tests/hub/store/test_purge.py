"""Every column that is said to be personal is cleared by the purge and by an erasure: rows are made from the schema."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, CheckConstraint, Column, Engine, Float, Integer, LargeBinary, Table, select

from hub.domain.bookings import Booking, BookingState
from hub.domain.guests import Guest
from hub.domain.retention import RETENTION, Retention
from hub.domain.words import Words
from hub.ports import Store, Transaction
from hub.store.personal import PERSONAL, PURGED
from hub.store.tables import metadata
from hub.store.types import UtcDateTime
from tests.hub.build import T0, admission, at, check_in, furnish, guest, invited, meeting

CANARY = "CANARY"
KEYS = {
    "sqlite": ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON"),
    "postgresql": ("SET LOCAL session_replication_role = replica", "SELECT 1"),
}
"""Keys between tables are not looked at, and looked at again."""

MONTH = timedelta(days=30)
DEFINITE = BookingState.DEFINITE
LATE = T0 + timedelta(days=4_000)
MADE = {"accounts": "accounts", "meetings": "m", "invitations": "i", "guests": "g", "bookings": "b", "tasks": "t"}
HERE = {
    "meeting": "m",
    "invitation": "i",
    "guest": "g",
    "person": "i",
    "booking": "b",
    "task": "t",
    "check_in": "c",
    "account": "accounts",
    "staff": "staff",
}


def _value(column: Column[Any], personal: bool) -> object:  # noqa: FBT001 - what the schema says of it
    """Make a value for a column: a canary where it is personal, what belongs together else."""
    plain: list[tuple[Any, object]] = [
        (UtcDateTime, None if column.nullable else T0),
        (JSON, {"note": CANARY, "client": CANARY, "guests": [CANARY]} if personal else {}),
        (LargeBinary, CANARY.encode()),
        (Boolean, False),
        ((Integer, Float), 1),
    ]
    for kind, value in plain:
        if isinstance(column.type, kind):
            return value
    if personal:
        return CANARY
    return MADE.get(column.table.name, "x") if column.name == "id" else HERE.get(column.name, column.table.name)


def _checked(table: Table) -> dict[str, str]:
    """Return a word that each column with a list of allowed ones may hold."""
    found = {}
    for rule in table.constraints:
        words = re.match(r"(\w+) IN \('(\w+)'", str(rule.sqltext)) if isinstance(rule, CheckConstraint) else None
        if words:
            found[words[1]] = words[2]
    return found


def _row(table: Table) -> dict[str, object]:
    personal = {column for one in PERSONAL if one.table == table.name for column in one.columns}
    row = {column.name: _value(column, column.name in personal) for column in table.c}
    row |= _checked(table)
    if table.name == "meetings":
        row |= {"starts_at": T0, "ends_at": T0}
    if table.name == "tasks":
        row |= {
            "kind": "question",
            "state": "closed",
            "dedupe": f"question:i:{CANARY}",
            "facts": {"note": CANARY, "room": "hall", "invitation": "i"},
        }
    if table.name == "booking_conflicts":
        row |= {"decision": "kept_ours"}
    if table.name == "assets":
        row |= {"tested_at": T0}
    if table.name == "booking_links":
        row |= {"item": {"title": ["周会", "Weekly"], "client": CANARY, "guests": [CANARY]}}
    if table.name == "guests":
        row |= {"diets": [CANARY]}
    return row


def _fill(store: Store) -> None:
    """Put one row into every table with personal data, and what it hangs on; keys between them are not looked at."""
    wanted = {one.table for one in PERSONAL} | {"meetings", "booking_meetings"}
    engine = store._database.writer  # type: ignore[attr-defined]  # no port fills all tables
    off, on = KEYS[engine.dialect.name]
    _say(engine, off)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(off)
        for table in metadata.sorted_tables:
            if table.name in wanted - {"audit"}:
                connection.execute(table.insert(), _row(table))
    _say(engine, on)
    with store.write() as tx:
        tx.records.audit("主管", "staff.retire", "staff receptionist", T0)
        tx.records.audit("管理员", "account.close", "accounts desk", T0)


def _say(engine: Engine, words: str) -> None:
    """Say something outside of any transaction."""
    borrowed = engine.raw_connection()
    borrowed.driver_connection.execute(words)  # type: ignore[union-attr]  # sqlite3's or psycopg's
    borrowed.close()


def _left(store: Store) -> Iterator[tuple[str, str]]:
    """Say in which columns there is a canary."""
    engine = store._database.writer  # type: ignore[attr-defined]  # the same
    with engine.connect() as connection:
        for one in PERSONAL:
            table = metadata.tables[one.table]
            for row in connection.execute(select(table)):
                for column in table.c:
                    value = row._mapping[column.name]
                    if CANARY in json.dumps(value, default=str):
                        yield one.table, column.name


def _purge(store: Store, now: datetime, retention: Retention = RETENTION, limit: int = 3) -> int:
    """Purge until nothing is left to do; returns in how many pieces."""
    for piece in range(1_000):
        with store.write() as tx:
            gone = tx.personal_data.purge(now, retention, limit)
        assert sum(gone.values()) <= limit
        if not gone:
            return piece
    raise AssertionError("the purge finds no end")


@pytest.fixture
def filled(store: Store) -> Store:
    """Give a store with a canary in every personal column."""
    _fill(store)
    return store


def test_after_their_terms_no_personal_column_holds_anything(filled: Store) -> None:
    """I14: each that the nightly purge sees to, whatever table it is in; and a second night finds nothing to do."""
    ours = {(one.table, column) for one in PERSONAL if one.term in PURGED and one.since for column in one.columns}
    before = set(_left(filled))
    assert ours <= before, "a test that has no canary shows nothing"
    assert _purge(filled, LATE) > 3
    assert ours & set(_left(filled)) == set()
    assert _purge(filled, LATE + MONTH) == 0
    others = {one.table for one in PERSONAL if one.term not in PURGED or not one.since}
    assert {found for found in before if found[0] in others} <= set(_left(filled)), "what has another term stays"


def test_before_its_term_nothing_is_touched(filled: Store) -> None:
    """Neither a day too early."""
    before = set(_left(filled))
    assert _purge(filled, T0 + timedelta(days=14)) == 0
    assert set(_left(filled)) == before


def test_erasing_one_guest_clears_all_that_is_theirs_at_once(filled: Store) -> None:
    """GDPR Art. 17, PIPL Art. 47: whatever its term."""
    with filled.write() as tx:
        gone = tx.personal_data.erase("g")
    mine = {one.table for one in PERSONAL if one.mine}
    assert gone.keys() == mine
    assert {table for table, _ in _left(filled)} & mine == set()
    with filled.write() as tx:
        assert tx.personal_data.erase("nobody") == {}


def test_one_guest_s_export_holds_every_row_of_theirs(filled: Store) -> None:
    """GDPR Art. 15 and 20, PIPL Art. 45."""
    with filled.read() as tx:
        found = tx.personal_data.export("g")
        assert found.keys() == {one.table for one in PERSONAL if one.mine}
        assert found["guests"][0]["phone"] == CANARY
        assert tx.personal_data.export("nobody") == {}


def _guests(tx: Transaction) -> None:
    """Two guests of a meeting; the second is invited to one ten days later as well."""
    furnish(tx, [invited(1), invited(2)])
    later = timedelta(days=10)
    tx.meetings.save(meeting("later", starts_at=at(3600) + later, ends_at=at(10_800) + later))
    other = invited(2, "m-later", id="inv-20", code="CODE-20", lookup="2" * 32)
    engine_work = tx._work  # type: ignore[attr-defined]  # a second invitation of a guest who is there
    engine_work.run(
        metadata.tables["invitations"].insert(),
        {
            "id": "inv-20",
            "meeting": "m-later",
            "guest": other.guest.id,
            "position": 1,
            "vip": False,
            "vip_level": 0,
            "off_list": False,
            "rsvp": "needs_action",
            **dict.fromkeys(("party", "host", "seat_wish", "source_key"), ""),
        },
    )
    event = check_in(1)
    tx.check_ins.add([event])
    tx.check_ins.admit([admission(event)])


def test_a_guest_is_kept_until_the_last_of_their_meetings_is_past_its_term(store: Store) -> None:
    """And then called by a name that names nobody; who came is still counted, and proved."""
    with store.write() as tx:
        _guests(tx)
    end = at(10_800) + MONTH
    for now, names in (
        (end - timedelta(seconds=1), ["王1", "王2"]),
        (end + timedelta(seconds=1), ["#", "王2"]),
        (end + timedelta(days=11), ["#", "#"]),
    ):
        _purge(store, now)
        with store.read() as tx:
            found = [one.guest.name for one in tx.guests.of_meeting("m-launch")]
        assert ["#" if name.startswith("#") else name for name in found] == names
    with store.read() as tx:
        (first, _) = tx.guests.of_meeting("m-launch")
        pseudonym = first.guest.name
        assert first.guest == Guest(
            id="guest-1", name=pseudonym, salutation=Words(pseudonym, pseudonym), language=guest(1).language
        )
        assert first.invitation.code == ""
        assert len(tx.attendance.arrivals("m-launch", 9)) == 1
        assert tx.check_ins.known(["ev-1"])["ev-1"].invitation == "inv-1"


def test_a_booking_whose_meetings_went_to_another_names_nobody_any_more(store: Store) -> None:
    """Its source gave them another key: there is no end of a meeting from which its term could count."""
    with store.write() as tx:
        furnish(tx, [invited(1)])
        for key in ("old", "new"):
            tx.bookings.save(
                Booking(id=key, source="s", key=key, subject=Words("会", "Talk"), state=DEFINITE, client=CANARY)
            )
            tx.bookings.put_meeting(key, "m-launch")
    _purge(store, at(0))
    with store.read() as tx:
        found = {one.key: one.client for one in tx.bookings.of_source("s", ["old", "new"]).values()}
    assert found == {"old": "", "new": CANARY}


PEOPLE = ("staff", "staff_codes", "accounts", "passkeys")


def _of_staff(store: Store) -> set[str]:
    return {table for table, _ in _left(store)} & {*PEOPLE}


def test_who_left_the_house_is_nobody_after_ninety_days(filled: Store) -> None:
    """Name, pager, hashes of PIN and badge, password, passkeys: not a day before, and of nobody who works here."""
    _purge(filled, T0 + timedelta(days=89))
    assert _of_staff(filled) == {*PEOPLE}
    _purge(filled, T0 + timedelta(days=91))
    assert _of_staff(filled) == set()


def test_who_came_back_is_kept_and_who_left_again_counts_from_then(filled: Store) -> None:
    """Whoever works here is kept for as long; of two times that somebody left the later one counts."""
    engine = filled._database.writer  # type: ignore[attr-defined]  # the same
    for active in (True, False):
        with engine.begin() as connection:
            for name in ("staff", "accounts"):
                connection.execute(metadata.tables[name].update().values(active=active))
        if not active:
            with filled.write() as tx:
                tx.records.audit("主管", "staff.retire", "staff", T0 + 10 * MONTH)
                tx.records.audit("管理员", "account.close", "accounts", T0 + 10 * MONTH)
        _purge(filled, T0 + 12 * MONTH)
        assert _of_staff(filled) == {*PEOPLE}
    with filled.write() as tx:
        tx.records.audit("主管", "staff.retire", "staffing x", T0 + 99 * MONTH)
    _purge(filled, T0 + 14 * MONTH)
    assert _of_staff(filled) == set(), "another's row, whose key begins alike, is not theirs"


def test_who_left_before_the_audit_log_s_own_term_is_gone_too(filled: Store) -> None:
    """The row that said when was sealed away; that is longer ago than ninety days."""
    with filled.write() as tx:
        tx.audit_chain.seal(T0 + MONTH, T0 + timedelta(days=1_100), 99)
    _purge(filled, T0 + timedelta(days=1_200))
    assert _of_staff(filled) == set()
