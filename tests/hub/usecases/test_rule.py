"""A person decides about a scan: name and reason are kept, and everything follows at once (R8, I2, I4, I12)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from devices.contract.messages import Verdict
from devices.ids import uuid7
from hub.domain.check_ins import Class
from hub.domain.double_entries import double_entry
from hub.domain.errors import HubError, InvalidInput, NotFound, Refused, TakenAlready
from hub.domain.rulings import Ruling, RulingKind
from hub.domain.seats import SeatAssignment
from hub.domain.task_kinds import TaskKind
from hub.ports import Store
from hub.store import tables as t
from hub.store.sql import open_store
from hub.usecases.acting import Deciding
from hub.usecases.judging import Incoming
from hub.usecases.rule import rule, tell_apart
from hub.usecases.serve_roster import KINDS
from hub.usecases.withdraw import withdraw_invitation
from tests.hub.build import at, furnished, guest, invited, lookup
from tests.hub.usecases.scans import scan, take
from tests.hub.usecases.test_check_in import classes, open_tasks

UNDO, LET_IN, SAME, TWO = RulingKind.UNDO, RulingKind.LET_IN, RulingKind.SAME_PERSON, RulingKind.TWO_PEOPLE


def person(name: str = "小李", seconds: float = 900) -> Deciding:
    """Return somebody who decides."""
    return Deciding(actor=name, at=at(seconds), ids=uuid7)


def decide(store: Store, item: Incoming, kind: RulingKind, who: Deciding | None = None, reason: str = "slip") -> Ruling:
    """Rule on a scan."""
    with store.write() as tx:
        return rule(tx, item.event.id, kind, reason, who or person())


def seats(store: Store) -> list[SeatAssignment]:
    """Return who holds which seat."""
    with store.read() as tx:
        return list(tx.seats.assignments("m-launch"))


def came_by(store: Store, number: int = 1) -> str:
    """Return the scan by which a guest is in; empty when they are not."""
    key = f"inv-{number}"
    with store.read() as tx:
        found = tx.check_ins.admissions([key])
    return found[key].check_in if key in found else ""


def test_undoing_the_only_admission_takes_the_guest_out_and_keeps_the_seat(store: Store) -> None:
    """Out of the count and of the kiosks' cards at once; the seat stays theirs for when they really come."""
    furnished(store)
    arrival = scan(1, 10)
    take(store, arrival)
    (seat,) = seats(store)
    with store.read() as tx:
        before = tx.feed.head()
    made = decide(store, arrival, UNDO, reason="wrong_guest")
    assert came_by(store) == ""
    assert classes(store) == [Class.REFUSED]
    (kept,) = seats(store)
    assert (kept.seat, kept.occupied) == (seat.seat, False)
    with store.read() as tx:
        assert tx.attendance.counts(["m-launch"])["m-launch"].guests.arrived == 0
        assert [(one.kind, one.key) for one in tx.feed.after(before, KINDS, 9)] == [("guest", lookup(1))]
        assert ("arrivals", "m-launch") in {(one.kind, one.key) for one in tx.feed.after(before, ["arrivals"], 9)}
        (told,) = tx.rulings.newest(5)
        assert tx.rulings.of_invitations(["inv-1"]) == {"inv-1": [made]}
    assert (told.ruling, told.who.name, told.meeting, told.at, told.device) == (
        made,
        "王1",
        "m-launch",
        at(10),
        "kiosk-1",
    )
    assert (made.by, made.reason, made.at) == ("小李", "wrong_guest", at(900))
    (again,) = take(store, scan(1, 1000))
    assert again.verdict is Verdict.WELCOME
    assert seats(store) == [seat]


def test_the_person_and_the_decision_stand_in_the_audit_log(store: Store) -> None:
    """Who, what and about what (I12)."""
    furnished(store)
    arrival = scan(1, 10)
    take(store, arrival)
    decide(store, arrival, UNDO)
    with store.read() as tx:
        entries = tx._work.rows(select(t.audit).order_by(t.audit.c.id))  # type: ignore[attr-defined]  # no port reads it
    assert ("小李", "ruling.undo", arrival.event.id) in [(one.actor, one.action, one.subject) for one in entries]


def test_undoing_the_first_of_two_moves_the_admission_to_the_next(store: Store) -> None:
    """And taking it back moves it to the first again; the seat stays taken all the while."""
    furnished(store)
    first, second = scan(1, 10), scan(1, 500, "kiosk-2")
    take(store, first, second)
    decide(store, first, UNDO)
    assert came_by(store) == second.event.id
    assert classes(store) == [Class.REFUSED, Class.ADMITTED]
    assert [one.occupied for one in seats(store)] == [True]
    decide(store, first, LET_IN, person(seconds=901))
    assert came_by(store) == first.event.id
    assert classes(store) == [Class.ADMITTED, Class.DUPLICATE]


def test_an_undo_takes_the_repeats_at_the_same_door_along(store: Store) -> None:
    """Who held the code up three times came in once; a scan much later is another matter, with its own repeats."""
    furnished(store)
    first, later = scan(1, 10), scan(1, 400)
    take(store, first, scan(1, 15), scan(1, 22), later, scan(1, 410))
    decide(store, first, UNDO)
    assert classes(store) == [Class.REFUSED, Class.REFUSED, Class.REFUSED, Class.ADMITTED, Class.RESCAN]
    assert came_by(store) == later.event.id


def test_who_was_refused_can_be_let_in_and_is_seated_like_anybody(store: Store) -> None:
    """A VIP who came too early: admission, seat, and the greeter's task with its time from now on (R100)."""
    furnished(store)
    with store.write() as tx:
        tx.guests.change(guest(1), invited(1, vip=True).invitation)
    early = scan(1, -60, verdict=Verdict.TOO_EARLY)
    (answer,) = take(store, early)
    assert answer.verdict is Verdict.TOO_EARLY
    assert came_by(store) == ""
    with store.read() as tx:
        (turned_away,) = tx.rulings.turned_away("m-launch", at(-100), 9)
        assert tx.rulings.turned_away("m-launch", at(0), 9) == []
    assert (turned_away.check_in, turned_away.verdict, turned_away.who.name) == (early.event.id, "too_early", "王1")
    decide(store, early, LET_IN, reason="主管同意")
    assert came_by(store) == early.event.id
    assert [(one.invitation, one.occupied) for one in seats(store)] == [("inv-1", True)]
    with store.read() as tx:
        greet, tea = tx.tasks.open()
        assert tx.rulings.turned_away("m-launch", at(-100), 9) == []
    assert (greet.kind, greet.created_at) == (TaskKind.VIP_ARRIVAL, at(900))
    assert (tea.kind, tea.created_at) == (TaskKind.DRINK, at(900))


def test_the_ruling_holds_when_more_scans_arrive_late(store: Store) -> None:
    """An undone scan stays undone when an earlier one turns up; the newest ruling beats the rules (R8, I6)."""
    furnished(store)
    undone = scan(1, 100)
    take(store, undone)
    decide(store, undone, UNDO)
    late = scan(1, 50, "kiosk-2", offline=True)
    take(store, late, now=at(2000))
    assert came_by(store) == late.event.id
    assert classes(store) == [Class.ADMITTED, Class.REFUSED]
    take(store, undone, now=at(2100))
    assert classes(store) == [Class.ADMITTED, Class.REFUSED]


def test_tasks_about_an_arrival_that_was_none_are_closed(store: Store) -> None:
    """Nobody runs to greet a VIP who is not there (I5); each closing has the person's name."""
    furnished(store)
    with store.write() as tx:
        tx.guests.change(guest(1), invited(1, vip=True).invitation)
    arrival = scan(1, 10)
    take(store, arrival)
    assert sorted(open_tasks(store)) == [TaskKind.DRINK, TaskKind.VIP_ARRIVAL]
    decide(store, arrival, UNDO)
    assert open_tasks(store) == []


def both_doors(store: Store) -> tuple[Incoming, Incoming]:
    """Let one invitation in at two doors that could not know of each other."""
    scans = scan(1, 10, offline=True), scan(1, 12, "kiosk-2", offline=True)
    take(store, *scans, now=at(600))
    return scans


def seen(store: Store) -> str:
    """Return what a person who looks at the double entry sees now."""
    with store.read() as tx:
        events = tx.check_ins.of_invitations(["inv-1"])["inv-1"]
        found = double_entry(events, tx.rulings.of_invitations(["inv-1"]).get("inv-1", ()))
    assert found is not None
    return found.seen


def tell(store: Store, kind: RulingKind, looked_at: str, who: Deciding | None = None) -> Ruling:
    """Tell the double entry apart."""
    with store.write() as tx:
        return tell_apart(tx, "inv-1", kind, "walked_round", looked_at, who or person())


@pytest.mark.parametrize("kind", [SAME, TWO])
def test_one_ruling_settles_a_double_entry_and_closes_its_task(store: Store, kind: RulingKind) -> None:
    """The task is done by whoever said it; the same events again open nothing."""
    furnished(store)
    events = both_doors(store)
    with store.read() as tx:
        (task,) = tx.tasks.open()
    made = tell(store, kind, task.facts["seen"])
    with store.read() as tx:
        done = tx.tasks.get(task.id)
    assert done is not None
    assert (done.accepted_by, done.done_at) == ("小李", at(900))
    assert (made.check_in, made.kind) == (events[1].event.id, kind)
    take(store, *events, now=at(1000))
    assert open_tasks(store) == []
    assert classes(store) == [Class.ADMITTED, Class.DUPLICATE]


def test_undoing_one_of_the_two_settles_it_too(store: Store) -> None:
    """Who was sent away is not inside; when that was a slip, the question is open again."""
    furnished(store)
    _, second = both_doors(store)
    decide(store, second, UNDO)
    assert open_tasks(store) == []
    decide(store, second, LET_IN, person(seconds=950))
    assert open_tasks(store) == [TaskKind.DOUBLE_ENTRY]


def test_undoing_what_was_settled_asks_about_the_next_scan_at_that_door(store: Store) -> None:
    """The ruling was about a scan that counts no more; another one there has never been looked at (I5)."""
    furnished(store)
    first, second = scan(1, 10, offline=True), scan(1, 40, "kiosk-2", offline=True)
    third = scan(1, 400, "kiosk-2", offline=True)
    take(store, first, second, third, now=at(800))
    tell(store, SAME, seen(store))
    assert open_tasks(store) == []
    decide(store, second, UNDO)
    assert open_tasks(store) == [TaskKind.DOUBLE_ENTRY]
    assert seen(store) == f"{first.event.id},{third.event.id}/"


def test_news_that_a_settled_door_was_entered_before_opens_the_question_again(store: Store) -> None:
    """A late scan shows that an older one, which nobody has ruled on, was unaware of the other door (I5, I6)."""
    furnished(store)
    take(store, scan(1, 0), scan(1, 24, "kiosk-2"), scan(1, 102, "kiosk-2", offline=True), now=at(800))
    tell(store, SAME, seen(store))
    assert open_tasks(store) == []
    take(store, scan(1, 60, offline=True), now=at(850))
    assert open_tasks(store) == [TaskKind.DOUBLE_ENTRY]


def test_a_person_may_change_their_mind(store: Store) -> None:
    """With what was said before their eyes; the newest ruling is the one that holds."""
    furnished(store)
    both_doors(store)
    tell(store, SAME, seen(store))
    tell(store, TWO, seen(store), person("小陈", 950))
    with store.read() as tx:
        assert [one.ruling.kind for one in tx.rulings.newest(9)] == [TWO, SAME]


def test_the_second_person_to_tell_apart_sees_who_was_first(store: Store) -> None:
    """Both looked at the same open task; a double tap of one person is one tap."""
    furnished(store)
    both_doors(store)
    looked_at = seen(store)
    first = tell(store, SAME, looked_at)
    assert tell(store, SAME, looked_at) == first
    with pytest.raises(TakenAlready) as caught:
        tell(store, TWO, looked_at, person("小陈"))
    assert caught.value.by == "小李"


def test_what_was_not_seen_is_not_ruled_on(store: Store) -> None:
    """Between look and tap an earlier scan turned up: the person looks again."""
    furnished(store)
    both_doors(store)
    looked_at = seen(store)
    take(store, scan(1, 5, offline=True), now=at(700))
    with pytest.raises(Refused):
        tell(store, SAME, looked_at)


def test_what_makes_no_sense_is_refused_with_its_reason(store: Store) -> None:
    """Unknown scans, strangers, a missing reason, the wrong kind, nothing to undo, nobody to let in."""
    furnished(store)
    inside, refused, stranger = scan(1, 10), scan(2, 10, verdict=Verdict.TOO_EARLY), scan(99, 10)
    take(store, inside, refused, stranger, now=at(100))
    cases: list[tuple[type[HubError], Callable[[], object]]] = [
        (NotFound, lambda: decide(store, scan(1, 20), UNDO)),
        (Refused, lambda: decide(store, stranger, UNDO)),
        (InvalidInput, lambda: decide(store, inside, UNDO, reason=" ")),
        (InvalidInput, lambda: decide(store, inside, SAME)),
        (Refused, lambda: decide(store, refused, UNDO)),
        (Refused, lambda: decide(store, inside, LET_IN)),
        (Refused, lambda: tell(store, SAME, "")),
        (InvalidInput, lambda: tell(store, UNDO, "")),
    ]
    for error, attempt in cases:
        with pytest.raises(error):
            attempt()
    with store.read() as tx:
        assert tx.rulings.newest(9) == []


def test_a_withdrawn_guest_may_be_told_to_stay(store: Store) -> None:
    """Let in by a person: no flag, and the supervisor's task is done (R5, R8)."""
    furnished(store)
    arrival = scan(1, 10, offline=True)
    with store.write() as tx:
        withdraw_invitation(tx, "inv-1", at(5), person())
    take(store, arrival, now=at(600))
    assert open_tasks(store) == [TaskKind.REVOKED_INSIDE]
    decide(store, arrival, LET_IN, reason="host_vouches")
    assert open_tasks(store) == []
    assert classes(store) == [Class.ADMITTED]


def test_of_two_people_at_once_one_wins_and_the_other_is_told(database_url: str) -> None:
    """Eight taps from two programs in the same moment: one ruling (fault 53)."""
    stores = [open_store(database_url)]
    if not database_url.startswith("sqlite"):
        stores.append(open_store(database_url))
    furnished(stores[0])
    both_doors(stores[0])
    looked_at = seen(stores[0])

    def tap(number: int) -> str:
        try:
            return tell(stores[number % len(stores)], SAME, looked_at, person(f"p{number}")).by
        except TakenAlready as problem:
            return f"after {problem.by}"

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(tap, range(8)))
    (winner,) = [one for one in said if not one.startswith("after")]
    assert sorted(said) == sorted([winner, *[f"after {winner}"] * 7])
    with stores[0].read() as tx:
        assert [one.ruling.by for one in tx.rulings.newest(9)] == [winner]
        assert tx.tasks.open() == []
    for store in stores:
        store.close()
