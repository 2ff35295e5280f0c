"""Somebody without an invitation: a person is called, or they become a guest, or the house says no."""

from datetime import timedelta

import pytest

from devices.contract.messages import Method, Progress, RequestKind, Verdict
from hub.domain.task_kinds import TaskKind
from hub.ports import Store
from hub.usecases.asking import WalkIns
from tests.hub.build import HALL, furnish, furnished, guest, invited, meeting
from tests.hub.usecases.asks import NOW, ask, request, serve, service, tasks
from tests.hub.usecases.scans import scan, take

REGISTER = service(WalkIns.REGISTER)


def test_a_person_is_called_with_name_and_number(store: Store) -> None:
    """The default: nobody is let in by a machine alone."""
    furnished(store)
    answer = ask(store, RequestKind.WALK_IN, text="赵敏", phone="138 0000 9999")
    (task,) = tasks(store)
    assert answer.progress is Progress.TAKEN
    assert (task.kind, task.facts["name"], task.facts["phone"]) == (TaskKind.WALK_IN, "赵敏", "138 0000 9999")
    with store.read() as tx:
        assert len(tx.guests.of_meeting("m-launch")) == 3


def test_a_house_that_takes_nobody_says_so(store: Store) -> None:
    """And calls nobody; the kiosk's help button is beside it."""
    answer = ask(store, RequestKind.WALK_IN, text="赵敏", by=service(WalkIns.OFF))
    assert (answer.progress, answer.reason) == (Progress.REFUSED, "no_walk_ins")
    assert tasks(store) == []


def test_who_is_registered_is_admitted_and_seated_like_anybody(store: Store) -> None:
    """The answer's lookup and card are all the kiosk needs for the check-in that follows."""
    furnished(store)
    answer = ask(store, RequestKind.WALK_IN, text=" 赵  敏 ", phone="13800009999", by=REGISTER)
    assert answer.progress is Progress.ANSWERED
    assert answer.card is not None
    assert answer.lookup is not None
    assert (answer.card.name, answer.card.meeting, answer.card.language) == ("赵 敏", "m-launch", "zh")
    event = scan(1, 25, lookup=answer.lookup, method=Method.WALK_IN, invitation=answer.card.invitation)
    (told,) = take(store, event)
    assert told.verdict is Verdict.WELCOME
    assert told.card is not None
    assert told.card.seat is not None
    with store.read() as tx:
        assert ("guest", answer.lookup) in {(one.kind, one.key) for one in tx.feed.after(0, ["guest"], 99)}


def test_the_same_name_and_number_is_the_same_guest(store: Store) -> None:
    """However they are written, at whichever kiosk, and as often as the same request comes."""
    furnished(store)
    asked = request(RequestKind.WALK_IN, text="Zoë Martin", phone="+86 138-0000-9999")
    first, again = serve(store, asked, by=REGISTER), serve(store, asked, by=REGISTER)
    assert first is not None
    assert first == again
    other = ask(store, RequestKind.WALK_IN, text="ZOE  martin", phone="13800009999", by=REGISTER, device="kiosk-2")
    assert other.lookup == first.lookup
    third = ask(store, RequestKind.WALK_IN, text="Zoë Martin", phone="13800001111", by=REGISTER)
    assert third.lookup != first.lookup
    with store.read() as tx:
        assert len(tx.guests.of_meeting("m-launch")) == 5


def test_an_invited_guest_who_forgot_the_letter_is_not_entered_twice(store: Store) -> None:
    """Name and whole number as on the list; the name alone is not enough."""
    furnished(store, 0)
    with store.write() as tx:
        tx.guests.add(guest(1, name="李娜", phone="+86 139 1111 2222"), invited(1).invitation)
    same = ask(store, RequestKind.WALK_IN, text="李娜", phone="13911112222", by=REGISTER)
    assert same.card is not None
    assert same.card.invitation == "inv-1"
    other = ask(store, RequestKind.WALK_IN, text="李娜", phone="", by=REGISTER)
    assert other.card is not None
    assert other.card.invitation != "inv-1"


def test_no_more_are_taken_than_seats_are_left_when_all_who_are_invited_have_come(store: Store) -> None:
    """Four chairs, two guests invited: two walk-ins."""
    with store.write() as tx:
        furnish(tx, [invited(1), invited(2)], rows=1, numbers=4)
    answers = [
        ask(store, RequestKind.WALK_IN, text="赵敏", phone=f"1380000000{number}", by=REGISTER) for number in range(4)
    ]
    assert [one.reason for one in answers] == [None, None, "no_walk_ins", "no_walk_ins"]
    known = ask(store, RequestKind.WALK_IN, text="赵敏", phone="13800000001", by=REGISTER)
    assert known.lookup == answers[1].lookup


def test_a_meeting_without_numbered_seats_takes_them(store: Store) -> None:
    """There is no count to hold them to."""
    with store.write() as tx:
        tx.meetings.save_room(HALL)
        tx.meetings.save(meeting())
    assert ask(store, RequestKind.WALK_IN, text="赵敏", by=REGISTER).progress is Progress.ANSWERED


@pytest.mark.parametrize(
    ("named", "others", "taken"),
    [(None, [], True), (None, ["dinner"], False), ("m-dinner", ["dinner"], True), ("m-none", [], False)],
)
def test_with_several_open_meetings_one_must_be_named(
    store: Store,
    named: str | None,
    others: list[str],
    taken: bool,  # noqa: FBT001 - a row of the table
) -> None:
    """And it must be open, here."""
    furnished(store)
    with store.write() as tx:
        for key in others:
            tx.meetings.save(meeting(key))
    answer = ask(store, RequestKind.WALK_IN, text="赵敏", meeting=named, by=REGISTER)
    assert (answer.reason is None) == taken
    if taken:
        assert answer.card is not None
        assert answer.card.meeting == (named or "m-launch")
    else:
        assert answer.reason == "not_here"


@pytest.mark.parametrize("minutes", [-1, 181])
def test_before_the_doors_open_and_after_the_end_nobody_is_taken(store: Store, minutes: int) -> None:
    """Nobody is here to receive them."""
    furnished(store)
    when = NOW - timedelta(seconds=20) + timedelta(minutes=minutes)
    assert ask(store, RequestKind.WALK_IN, text="赵敏", by=REGISTER, now=when).reason == "not_here"


def test_who_gives_no_name_is_asked_for_one(store: Store) -> None:
    """A guest list of blanks helps nobody."""
    furnished(store)
    assert ask(store, RequestKind.WALK_IN, text="  ", by=REGISTER).reason == "no_name"


def test_a_kiosk_that_registers_one_after_the_other_is_stopped(store: Store) -> None:
    """Someone plays with it, or worse."""
    furnished(store)
    rules = service(WalkIns.REGISTER, a_minute=2)
    answers = [ask(store, RequestKind.WALK_IN, text=f"Guest {name}", by=rules) for name in "abc"]
    assert [one.reason for one in answers] == [None, None, "too_many_questions"]
