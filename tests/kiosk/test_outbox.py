import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from devices.contract import codec
from devices.contract.cards import LeasedSeat, SeatLabel
from devices.contract.messages import CheckInEvent, CodeKind, Verdict
from devices.ids import uuid7
from kiosk.database import Database
from kiosk.outbox import KEPT, RUNS, Bounds, Outbox, OutboxFull
from tests.conftest import WAIT_S
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


def test_whether_it_fills_is_told_while_a_commit_is_under_way(database: Database) -> None:
    """A slow disk must not hold up the screen that says that a code was seen."""
    outbox = Outbox(database, BOOT, Bounds(unanswered=10))
    outbox.record(event)
    writing, written = threading.Event(), threading.Event()

    def write() -> None:
        with database.write():
            writing.set()
            written.wait(WAIT_S)

    slow = threading.Thread(target=write, daemon=True)
    slow.start()
    assert writing.wait(WAIT_S)
    told: list[bool] = []
    asking = threading.Thread(target=lambda: told.append(outbox.filling()), daemon=True)
    asking.start()
    asking.join(WAIT_S / 6)
    meanwhile = list(told)
    written.set()
    slow.join(WAIT_S)
    asking.join(WAIT_S)
    assert meanwhile == [False]


def test_an_outbox_that_is_full_takes_nothing_more_and_calls_a_person_in_time(database: Database) -> None:
    """At 80 % staff are told; at the bound the guest is sent to a person, and an answer makes room again (I13)."""
    outbox = Outbox(database, BOOT, Bounds(unanswered=10))
    events = [outbox.record(event) for _ in range(7)]
    assert not outbox.filling()
    events += [outbox.record(event) for _ in range(3)]
    assert outbox.filling()
    with pytest.raises(OutboxFull, match="10 events wait"):
        outbox.record(event)
    outbox.settle({one.id: None for one in events[:3]}, MORNING)
    assert not outbox.filling()
    assert outbox.record(event).seq == 11
    assert Outbox(database, BOOT).backlog().unanswered == 8


def test_answered_events_are_bounded_too_and_the_unanswered_are_never_touched(database: Database) -> None:
    """The oldest answered ones go first; without a trusted clock none is too old."""
    outbox = Outbox(database, BOOT, Bounds(answered=2))
    events = [outbox.record(event) for _ in range(6)]
    for number, one in enumerate(events[1:]):
        outbox.settle({one.id: 1}, MORNING - timedelta(days=40 - number))
    outbox.prune(None)
    assert [(run.first, run.last) for run in outbox.runs()] == [(1, 6)]
    with database.read() as connection:
        assert connection.execute("SELECT seq FROM events ORDER BY seq").fetchall() == [(1,), (5,), (6,)]
    outbox.prune(MORNING)
    assert [(run.first, run.last) for run in outbox.runs()] == [(1, 1)]
    assert [one.id for one in outbox.waiting(9)] == [events[0].id]


def test_named_events_wait_again_and_what_is_not_here_is_said(database: Database) -> None:
    """The hub found a gap and asks for it (I9)."""
    outbox = Outbox(database, BOOT)
    events = [outbox.record(event) for _ in range(9)]
    outbox.settle({one.id: 1 for one in events}, MORNING)
    with database.write() as connection:
        connection.execute("DELETE FROM events WHERE seq IN (4, 5, 8)")
    missing = outbox.requeue(BOOT, 3, 12)
    assert [(span.first, span.last) for span in missing] == [(4, 5), (8, 8), (10, 12)]
    assert [codec.decode(one.payload, CheckInEvent).seq for one in outbox.waiting(9)] == [3, 6, 7, 9]
    assert outbox.backlog().unanswered == 4
    stranger = outbox.requeue(uuid7(), 1, 5)
    assert [(span.first, span.last) for span in stranger] == [(1, 5)]


def test_the_newest_runs_are_told_with_what_is_kept_of_them(database: Database) -> None:
    """Newest is by the order of recording: ids of runs are made from a wall clock that may be wrong."""
    boots = [f"{number:08x}-0000-7000-8000-000000000000" for number in (5, 9, 1, *range(20, 40))]
    for boot in boots:
        outbox = Outbox(database, boot)
        for _ in range(2):
            outbox.record(lambda seq, boot=boot: event(seq, boot))  # type: ignore[misc]  # one run after the other
    assert [run.boot for run in outbox.runs()] == boots[: -RUNS - 1 : -1]
    assert {(run.first, run.last) for run in outbox.runs()} == {(1, 2)}


def test_a_commit_that_was_reported_as_failed_but_is_on_disk_is_not_made_twice(database: Database) -> None:
    """The retry after making room finds the first one."""
    outbox = Outbox(database, BOOT)
    first = outbox.record(event)
    assert outbox.record(lambda _: first) == first
    assert outbox.backlog().unanswered == 1


def test_the_bearer_of_a_code_keeps_the_leased_seat_that_was_given(database: Database) -> None:
    """The seat is stored with the event, as the guest read it."""
    outbox = Outbox(database, BOOT)
    given = LeasedSeat(label="A-3-5", seat=SeatLabel(zone="A", row="3", number="5"))
    kept = outbox.record(lambda seq: replace(event(seq), meeting="launch", seat="A-3-5"), given)
    assert outbox.seat_given("0" * 32) == outbox.seat_given("0" * 32, unanswered=True) == given
    outbox.settle({kept.id: None}, kept.ts)
    assert (outbox.seat_given("0" * 32), outbox.seat_given("0" * 32, unanswered=True)) == (given, None)
    assert outbox.seats_given("launch") == {"A-3-5"}
    assert (outbox.seat_given("1" * 32), outbox.seats_given("other")) == (None, frozenset())
