"""Rulings and refusals come back as they went in, newest first, on both databases."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import create_engine, text

from hub.domain.check_ins import Class
from hub.domain.meetings import Meeting
from hub.domain.rulings import Ruling, RulingKind
from hub.domain.task_kinds import TaskKind
from hub.domain.task_life import fine
from hub.domain.tasks import finish, key_of
from hub.ports import Store
from tests.hub.build import admission, assignment, at, check_in, furnished, invited, meeting, task


def ruling(key: str, check_in: str, number: int = 1, when: datetime | None = None) -> Ruling:
    """Return a ruling about a guest's scan."""
    return Ruling(
        id=f"r-{key}",
        check_in=check_in,
        invitation=f"inv-{number}",
        kind=RulingKind.UNDO,
        by="小李",
        reason="他没有进场",
        at=when or at(100),
    )


def other_meeting() -> Meeting:
    """Return a second meeting in the same hall."""
    return meeting("dinner", agenda=())


def test_rulings_come_back_whole_and_by_whom_they_are_about(store: Store) -> None:
    """Oldest first for the rules; those of others stay out."""
    furnished(store)
    later, earlier, foreign = ruling("a", "ev-1", when=at(9)), ruling("b", "ev-1", when=at(8)), ruling("c", "ev-2", 2)
    with store.write() as tx:
        tx.check_ins.add([check_in(1), check_in(2)])
        tx.rulings.add([later, earlier, foreign])
        tx.rulings.add([])
    with store.read() as tx:
        assert tx.rulings.of_invitations(["inv-1", "inv-3"]) == {"inv-1": [earlier, later]}
        assert tx.rulings.of_invitations([]) == {}


def test_decisions_are_listed_newest_first_with_guest_door_and_time(store: Store) -> None:
    """Of all meetings or of one; only so many."""
    furnished(store)
    with store.write() as tx:
        tx.meetings.save(other_meeting())
        guest = invited(7, "m-dinner")
        tx.guests.add(guest.guest, guest.invitation)
        tx.check_ins.add([check_in(1), check_in(7, meeting="m-dinner")])
        tx.rulings.add([ruling("a", "ev-1", when=at(8)), ruling("b", "ev-7", 7, at(9))])
    with store.read() as tx:
        newest, older = tx.rulings.newest(5)
        assert tx.rulings.newest(1) == [newest]
        assert tx.rulings.newest(5, "m-launch") == [older]
    assert (newest.ruling.id, newest.meeting, newest.who.name) == ("r-b", "m-dinner", "王7")
    assert (older.device, older.at, older.who.invitation) == ("kiosk-1", at(1), "inv-1")


def test_refusals_are_those_of_a_meeting_since_a_moment(store: Store) -> None:
    """Newest first, with the word for why: the hub's before the kiosk's, and a person's undo last."""
    furnished(store, 4)
    refused = {"classed": Class.REFUSED}
    events = [
        check_in(1, verdict="too_early", kiosk_verdict="welcome", **refused),
        check_in(2, verdict="welcome", kiosk_verdict="unknown", **refused),
        check_in(3, verdict="welcome", kiosk_verdict="already_in", **refused),
        check_in(4),
    ]
    with store.write() as tx:
        tx.check_ins.add(events)
    with store.read() as tx:
        found = tx.rulings.turned_away("m-launch", at(2), 9)
        assert [(one.who.invitation, one.verdict) for one in found] == [("inv-3", "undone"), ("inv-2", "unknown")]
        everything = tx.rulings.turned_away("m-launch", at(0), 9)
        assert [one.verdict for one in everything] == ["undone", "unknown", "too_early"]
        assert len(tx.rulings.turned_away("m-launch", at(0), 1)) == 1
        assert tx.rulings.turned_away("m-other", at(0), 9) == []


def test_refusals_are_found_without_reading_every_scan(sqlite_url: str) -> None:
    """The page asks often: SQLite takes the index over the few refused ones."""
    engine = create_engine(sqlite_url)
    with engine.connect() as connection:
        plan = connection.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT id FROM check_ins WHERE meeting = 'm' AND classed = 'refused' AND at >= '2'"
            )
        ).all()
    engine.dispose()
    assert "ix_check_ins_meeting_at" in plan[0].detail


def test_an_admission_can_be_taken_back_and_its_seat_kept(store: Store) -> None:
    """The event stays, and a later scan may admit."""
    furnished(store)
    first, second = check_in(1), replace(check_in(1, "b"), scan=replace(check_in(1, "b").scan, at=at(50)))
    with store.write() as tx:
        tx.check_ins.add([first, second])
        tx.check_ins.admit([admission(first)])
        tx.seats.assign([replace(assignment("A-1-1"), occupied=True)])
        tx.check_ins.withdraw(["inv-1"])
        tx.check_ins.withdraw([])
        tx.seats.vacate(["inv-1"])
        assert tx.check_ins.admissions(["inv-1"]) == {}
        assert tx.seats.assignments("m-launch") == [assignment("A-1-1")]
        tx.check_ins.admit([admission(second)])
        assert tx.check_ins.admissions(["inv-1"])["inv-1"].check_in == "ev-b"


def test_open_tasks_are_found_by_what_they_are_about(store: Store) -> None:
    """Closed ones and those about others stay out."""
    open_one, done, other = task("1", "a"), task("2", "b"), task("3", "c")
    with store.write() as tx:
        tx.tasks.raise_all([open_one, done, other])
        tx.tasks.save(fine(finish(done, "小李", at(5))))
        wanted = [key_of(TaskKind.HELP, "a"), key_of(TaskKind.HELP, "b"), "help:none"]
        assert tx.tasks.about(wanted) == {"help:a": open_one}
        assert tx.tasks.about([]) == {}
