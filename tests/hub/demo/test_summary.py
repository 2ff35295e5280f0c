import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from devices.contract import codec
from devices.contract.credential import lookup
from devices.contract.messages import CheckInEvent, CodeKind, Method, Verdict
from devices.ids import uuid7
from hub.demo.diary import Came, Diary
from hub.demo.house import Cast, open_house
from hub.demo.programme import Showing
from hub.demo.summary import AtDoor, Summary, summarise
from hub.domain.check_ins import Class
from hub.domain.seats import SeatAssignment
from hub.ports import Store
from hub.usecases.check_in import Desk, check_in
from hub.usecases.judging import Incoming

KEY = bytes(32)
DAY = date(2026, 12, 31)
MORNING = datetime(2026, 12, 31, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Evening:
    """A demo that has been played: what the kiosks have, what was held up, and the hub's store."""

    store: Store
    cast: Cast
    doors: list[AtDoor]
    showings: list[Showing]
    diary: Diary = field(default_factory=Diary)

    def summary(self) -> Summary:
        """Add it all up."""
        return summarise(self.store, self.doors, self.cast, self.showings, KEY, closed_ms=10**9, diary=self.diary)


@pytest.fixture
def evening(sqlite_store: Store) -> Evening:
    """Play a demo without lenses: eight guests, one twice, and every code that opens nothing."""
    cast = open_house(sqlite_store, DAY, MORNING, KEY)
    good = [one.invitation.code for one in cast.guests[:8]]
    refused = {
        Verdict.REVOKED: cast.revoked,
        Verdict.REPLACED: cast.replaced,
        Verdict.TOO_EARLY: cast.early,
        Verdict.UNKNOWN: cast.unknown,
        Verdict.DAMAGED: cast.damaged,
        Verdict.FOREIGN: cast.foreign,
    }
    scans = [(code, Verdict.WELCOME) for code in (*good, good[0])]
    scans += [(code, verdict) for verdict, codes in refused.items() for code in codes]
    incoming = [_scan(code, verdict, number) for number, (code, verdict) in enumerate(scans)]
    with sqlite_store.write() as tx:
        check_in(tx, incoming, Desk(uuid7, ("kiosk-1",)), MORNING + timedelta(minutes=5))
    doors = [
        AtDoor(item.event.id, item.event.lookup, item.event.verdict, answered=True, round_trip_ms=7)
        for item in incoming
    ]
    showings = [Showing("kiosk-1", code, number * 1000, 900, "phone", 0.1) for number, (code, _) in enumerate(scans)]
    return Evening(sqlite_store, cast, doors, showings)


def _scan(code: str, verdict: Verdict, number: int) -> Incoming:
    event = CheckInEvent(
        id=uuid7(),
        ts=MORNING + timedelta(seconds=number),
        boot=uuid7(),
        seq=number + 1,
        lookup=lookup(KEY, code),
        kind=CodeKind.SHORT,
        verdict=verdict,
        offline=True,
        mono_ms=number,
    )
    return Incoming("kiosk-1", event, hashlib.sha256(codec.encode(event)).hexdigest())


def test_a_demo_that_went_well_adds_up(evening: Evening) -> None:
    """Every figure is there and no promise is broken."""
    summary = evening.summary()
    assert summary.problems == []
    rows = dict(summary.rows)
    assert (rows["admitted"], rows["seated"], rows["refused: too_early"]) == ("8", "8", "2")
    assert rows["came back (rescan, duplicate)"] == "1"
    assert summary.checked > 15


def test_a_guest_whom_somebody_lets_in_at_a_screen_meanwhile_is_counted_apart(evening: Evening) -> None:
    """Whoever watches the demo may touch its screens: that is no fault of the numbers."""
    evening.doors[0] = replace(evening.doors[0], method=Method.FOUND)
    evening.doors[8] = replace(evening.doors[8], method=Method.FOUND)
    evening.showings = [one for one in evening.showings if one.code != evening.cast.guests[0].invitation.code]
    assert evening.summary().problems == []
    assert ("let in at a screen by somebody else", "1") in evening.summary().rows


def _lose_one(evening: Evening) -> None:
    evening.doors.append(replace(evening.doors[0], id=uuid7()))


def _invent_one(evening: Evening) -> None:
    evening.doors.pop()


def _leave_unanswered(evening: Evening) -> None:
    evening.doors[0] = replace(evening.doors[0], answered=False)


def _show_another_code(evening: Evening) -> None:
    evening.showings = [one for one in evening.showings if one.code != evening.cast.guests[0].invitation.code]


def _hold_a_code_up_that_was_touched(evening: Evening) -> None:
    evening.diary.came.append(Came(evening.cast.guests[0].invitation.id, Method.FOUND))


def _admit_twice(evening: Evening) -> None:
    with evening.store.write() as tx:
        tx.check_ins.reclass({evening.doors[8].id: Class.ADMITTED})


def _let_the_revoked_in(evening: Evening) -> None:
    event = next(one for one in evening.doors if one.verdict == Verdict.REVOKED)
    with evening.store.write() as tx:
        tx.check_ins.reclass({event.id: Class.DUPLICATE})


def _seat_an_absent_guest(evening: Evening) -> None:
    with evening.store.write() as tx:
        held = {one.seat for one in tx.seats.assignments(evening.cast.meeting.id)}
        seated = {one.invitation for one in tx.seats.assignments(evening.cast.meeting.id)}
        seat = next(one.label for one in tx.seats.of_meeting(evening.cast.meeting.id) if one.label not in held)
        absent = next(one.invitation.id for one in evening.cast.guests[20:] if one.invitation.id not in seated)
        tx.seats.assign([SeatAssignment(meeting=evening.cast.meeting.id, seat=seat, invitation=absent, occupied=True)])


def _unseat_a_guest(evening: Evening) -> None:
    with evening.store.write() as tx:
        tx.seats.release([evening.cast.guests[0].invitation.id])


@pytest.mark.parametrize(
    "fault",
    [
        _lose_one,
        _invent_one,
        _leave_unanswered,
        _show_another_code,
        _hold_a_code_up_that_was_touched,
        _admit_twice,
        _let_the_revoked_in,
        _seat_an_absent_guest,
        _unseat_a_guest,
    ],
)
def test_whatever_does_not_add_up_is_named(evening: Evening, fault: Callable[[Evening], None]) -> None:
    """A summary that cannot fail would be worth nothing: each of these must be seen."""
    fault(evening)
    assert evening.summary().problems
