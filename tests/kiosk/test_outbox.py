import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from devices.contract import codec
from devices.contract.messages import CheckInEvent, CodeKind, Verdict
from devices.ids import uuid7
from kiosk.database import Database
from kiosk.outbox import KEPT, Outbox
from tests.kiosk.cards import MORNING

BOOT = uuid7()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Open a kiosk database on disk."""
    database = Database(tmp_path / "kiosk.sqlite3")
    database.open()
    yield database
    database.close()


def event(seq: int, boot: str = BOOT, verdict: Verdict = Verdict.WELCOME) -> CheckInEvent:
    """Make one scan of one code."""
    return CheckInEvent(
        id=uuid7(),
        ts=MORNING,
        boot=boot,
        seq=seq,
        lookup="0" * 32,
        kind=CodeKind.SHORT,
        verdict=verdict,
        offline=False,
        mono_ms=1,
    )


def test_an_event_that_was_recorded_is_there_after_the_process_is_gone(tmp_path: Path) -> None:
    """The row is committed before the guest is welcomed (I1)."""
    database = Database(tmp_path / "kiosk.sqlite3")
    database.open()
    recorded = Outbox(database, BOOT).record(event)
    other = sqlite3.connect(tmp_path / "kiosk.sqlite3")
    (payload,) = other.execute("SELECT payload FROM events").fetchone()
    other.close()
    database.close()
    assert codec.decode(payload, CheckInEvent) == recorded


def test_commits_are_durable_against_power_loss(database: Database) -> None:
    """WAL with NORMAL loses acknowledged commits when the plug is pulled; FULL does not."""
    with database.read() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_numbers_count_up_without_a_gap_and_start_again_with_a_new_boot(database: Database) -> None:
    """The hub finds a lost event by the gap it leaves (I9)."""
    outbox = Outbox(database, BOOT)
    assert [outbox.record(event).seq for _ in range(3)] == [1, 2, 3]
    boot = uuid7()
    assert Outbox(database, boot).record(lambda seq: event(seq, boot)).seq == 1
    assert [codec.decode(one.payload, CheckInEvent).seq for one in outbox.waiting(9)] == [1, 2, 3, 1]


def test_only_an_answer_clears_an_event(database: Database) -> None:
    """Unknown ids are harmless; what is not named stays."""
    outbox = Outbox(database, BOOT)
    first, second = outbox.record(event), outbox.record(event)
    outbox.settle({first.id: 12, "unknown": None}, MORNING)
    assert [one.id for one in outbox.waiting(9)] == [second.id]


def test_an_event_that_could_not_be_made_leaves_no_number_behind(database: Database) -> None:
    """A failure while recording takes nothing."""
    outbox = Outbox(database, BOOT)

    def fail(seq: int) -> CheckInEvent:
        raise RuntimeError(seq)

    with pytest.raises(RuntimeError):
        outbox.record(fail)
    assert outbox.record(event).seq == 1


def test_the_backlog_names_newest_number_count_and_age(database: Database) -> None:
    """The heartbeat tells the hub how much waits (I9)."""
    outbox = Outbox(database, BOOT)
    assert outbox.backlog().oldest_at is None
    first = outbox.record(event)
    outbox.record(lambda seq: replace(event(seq), ts=MORNING + timedelta(minutes=1)))
    backlog = outbox.backlog()
    assert (backlog.max_seq, backlog.unanswered, backlog.oldest_at) == (2, 2, first.ts)


def test_a_hub_with_another_database_gets_everything_kept_again(database: Database) -> None:
    """Answered events of the last seven days wait again; older ones are forgotten."""
    outbox = Outbox(database, BOOT)
    old, new = outbox.record(event), outbox.record(event)
    outbox.settle({old.id: 1}, MORNING - KEPT - timedelta(seconds=1))
    outbox.settle({new.id: 1}, MORNING)
    outbox.prune(MORNING)
    outbox.reopen()
    assert [one.id for one in outbox.waiting(9)] == [new.id]


def test_a_guest_who_was_let_in_is_remembered_and_one_turned_away_is_not(database: Database) -> None:
    """A second scan is answered kindly without the hub."""
    outbox = Outbox(database, BOOT)
    outbox.record(lambda seq: event(seq, verdict=Verdict.TOO_EARLY))
    assert outbox.arrived_at("0" * 32) is None
    outbox.record(event)
    assert outbox.arrived_at("0" * 32) == MORNING
    assert outbox.arrived_at("1" * 32) is None


def test_a_database_that_is_closed_says_so(tmp_path: Path) -> None:
    """Nothing is recorded into nowhere."""
    with pytest.raises(sqlite3.Error, match="not open"):
        Outbox(Database(tmp_path / "x.sqlite3"), BOOT).record(event)
