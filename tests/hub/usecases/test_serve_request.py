"""What guests ask at a kiosk, on both databases: one task each, answered as often as it is asked."""

import pytest

from devices.contract.messages import Progress, RequestKind
from devices.ids import uuid7
from hub.domain.meetings import Door
from hub.domain.task_kinds import RULES, Role, TaskKind
from hub.domain.tasks import Outcome, TaskState
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.work_task import accept_task, finish_task
from tests.hub.build import at, furnished
from tests.hub.usecases.asks import ask, request, serve, tasks
from tests.hub.usecases.scans import scan, take


def scanned(store: Store, number: int = 1, device: str = "kiosk-1") -> str:
    """Let a guest come in; returns the scan's id."""
    event = scan(number, seconds=10 + number, device=device)
    take(store, event)
    return event.event.id


@pytest.mark.parametrize("note", ["seat", "luggage", "equipment", "handouts", "small_item", "other"])
def test_help_of_every_kind_calls_the_reception(store: Store, note: str) -> None:
    """R101, R105 and R153 name the kinds."""
    with store.write() as tx:
        tx.meetings.save_door(Door(device="kiosk-1", name=Words("东门", "East door")))
    answer = ask(store, RequestKind.HELP, note=note)
    (task,) = tasks(store)
    assert answer.progress is Progress.TAKEN
    assert (task.kind, task.facts["note"], task.facts["door_en"]) == (TaskKind.HELP, note, "East door")
    assert RULES[task.kind].owner is Role.RECEPTIONIST


@pytest.mark.parametrize(("note", "told"), [("dance", "other"), (None, ""), ("", "")])
def test_a_kind_of_help_that_nobody_knows_is_some_other_help_and_a_mere_call_is_none(
    store: Store, note: str | None, told: str
) -> None:
    """A newer kiosk may know more words; its guests are not left alone. Who was just called need read no reason."""
    ask(store, RequestKind.HELP, note=note)
    assert [task.facts["note"] for task in tasks(store)] == [told]


def test_help_for_a_guest_names_guest_and_seat(store: Store) -> None:
    """The kiosk says whose scan it is about."""
    event = scanned(furnished(store))
    ask(store, RequestKind.HELP, note="luggage", about=event)
    (task,) = tasks(store)
    assert (task.facts["name"], task.facts["seat"], task.facts["chair_en"]) == (
        "王1",
        "A-1-1",
        "zone A, row 1, seat 1",
    )
    assert task.meeting == "m-launch"


@pytest.mark.parametrize("about", ["another kiosk's", "unknown"])
def test_a_kiosk_learns_and_says_nothing_of_scans_that_are_not_its_own(store: Store, about: str) -> None:
    """Help comes all the same, to the door."""
    event = scanned(furnished(store), device="kiosk-2") if about != "unknown" else uuid7()
    ask(store, RequestKind.HELP, about=event)
    (task,) = tasks(store)
    assert "name" not in task.facts
    assert task.facts["device"] == "kiosk-1"


@pytest.mark.parametrize("kind", [RequestKind.TOO_COLD, RequestKind.TOO_HOT])
def test_who_is_too_cold_or_hot_is_named_with_seat_and_room(store: Store, kind: RequestKind) -> None:
    """Logistics turn the temperature where the guest sits (R155)."""
    event = scanned(furnished(store))
    ask(store, kind, about=event)
    (task,) = tasks(store)
    assert (task.kind, RULES[task.kind].owner) == (TaskKind.COMFORT, Role.LOGISTICS)
    assert (task.facts["note"], task.facts["name"], task.facts["room_en"], task.facts["chair_zh"]) == (
        kind.value,
        "王1",
        "Grand Hall",
        "A 区 1 排 1 座",
    )


@pytest.mark.parametrize("note", ["tea", "coffee", "water"])
def test_a_drink_is_brought_to_the_seat(store: Store, note: str) -> None:
    """One tap (G21)."""
    event = scanned(furnished(store))
    assert ask(store, RequestKind.DRINK, note=note, about=event).progress is Progress.TAKEN
    (task,) = tasks(store)
    assert (task.kind, task.facts["note"], task.facts["chair_zh"]) == (TaskKind.DRINK, note, "A 区 1 排 1 座")


def test_no_drink_needs_nobody(store: Store) -> None:
    """Nothing is raised."""
    event = scanned(furnished(store))
    assert ask(store, RequestKind.DRINK, note="none", about=event).progress is Progress.ANSWERED
    assert tasks(store) == []


@pytest.mark.parametrize(("note", "known", "reason"), [("beer", True, "unknown_drink"), ("tea", False, "not_found")])
def test_a_drink_nobody_has_or_for_nobody_is_refused(store: Store, note: str, known: bool, reason: str) -> None:  # noqa: FBT001 - a row of the table
    """Rather than sent to no seat."""
    event = scanned(furnished(store)) if known else None
    answer = ask(store, RequestKind.DRINK, note=note, about=event)
    assert (answer.progress, answer.reason) == (Progress.REFUSED, reason)
    assert tasks(store) == []


def test_a_request_sent_again_raises_nothing_and_is_answered_as_it_stands_now(store: Store) -> None:
    """Idempotent by the request's id, also after somebody took it, and after it was done."""
    asked = request(RequestKind.HELP, note="seat")
    assert serve(store, asked) == serve(store, asked)
    (task,) = tasks(store)
    with store.write() as tx:
        accept_task(tx, task.id, "李娜", at(30))
    again = serve(store, asked, now=at(31))
    assert again is not None
    assert (again.progress, again.by) == (Progress.ACCEPTED, "李娜")
    with store.write() as tx:
        finish_task(tx, task.id, "李娜", at(40))
    again = serve(store, asked, now=at(41))
    assert again is not None
    assert again.progress is Progress.DONE
    assert [one.state for one in tasks(store)] == [TaskState.DONE]


def test_all_that_was_asked_since_an_instant_can_be_read_in_that_order(store: Store) -> None:
    """Each with what became of it; what was asked before is not among it."""
    for number, note in enumerate(("seat", "luggage", "other")):
        ask(store, RequestKind.HELP, note=note, now=at(30 + number))
    with store.read() as tx:
        since = tx.requests.since(at(31))
        assert list(since) == [tx.requests.get(one.id) for one in since]
        raised = [tx.tasks.get(one.task or "") for one in since]
    assert [one.at for one in since] == [at(31), at(32)]
    assert [task.facts["note"] for task in raised if task] == ["luggage", "other"]


def test_two_guests_wishes_are_two_tasks_and_one_guest_s_repeated_wish_is_one(store: Store) -> None:
    """Who presses twice calls one person, and hears of that one (I5)."""
    furnished(store)
    first, second = scanned(store, 1), scanned(store, 2)
    ask(store, RequestKind.DRINK, note="tea", about=first)
    with store.write() as tx:
        accept_task(tx, tx.tasks.open()[0].id, "李娜", at(30))
    assert ask(store, RequestKind.DRINK, note="tea", about=first, now=at(31)).by == "李娜"
    ask(store, RequestKind.DRINK, note="tea", about=second)
    ask(store, RequestKind.DRINK, note="water", about=first)
    assert sorted((task.facts["name"], task.facts["note"]) for task in tasks(store)) == [
        ("王1", "tea"),
        ("王1", "water"),
        ("王2", "tea"),
    ]


def test_one_id_for_two_things_or_from_two_kiosks_is_not_served(store: Store) -> None:
    """The caller sets it aside."""
    asked = request(RequestKind.HELP)
    assert serve(store, asked) is not None
    assert serve(store, asked, device="kiosk-2") is None
    assert serve(store, request(RequestKind.TOO_HOT, id=asked.id)) is None
    assert len(tasks(store)) == 1


@pytest.mark.parametrize(
    ("note", "asked_at", "due_at"),
    [
        ("equipment", 20, 200),
        ("equipment", 3_500, 3_600),
        ("handouts", 3_500, 3_600),
        ("equipment", 3_570, 3_630),
        ("handouts", 3_700, 3_880),
        ("luggage", 3_500, 3_680),
    ],
)
def test_equipment_and_papers_are_there_before_the_meeting_begins(
    store: Store, note: str, asked_at: float, due_at: float
) -> None:
    """Where that is sooner than usual, and never in less than a minute (R105). It begins 3600 s after T0."""
    event = scanned(furnished(store))
    ask(store, RequestKind.HELP, note=note, about=event, now=at(asked_at))
    (task,) = tasks(store)
    assert task.due_at == at(due_at)


@pytest.mark.parametrize(("kind", "degrees"), [(RequestKind.TOO_COLD, "+2"), (RequestKind.TOO_HOT, "-2")])
def test_a_room_is_changed_by_two_degrees(store: Store, kind: RequestKind, degrees: str) -> None:
    """Logistics read by how much (R155)."""
    ask(store, kind)
    assert tasks(store)[0].facts["degrees"] == degrees


def test_a_guest_who_asks_again_before_being_asked_was_not_helped(store: Store) -> None:
    """The same task goes back to its owner, whom the guest sees coming (R154)."""
    event = scanned(furnished(store))
    ask(store, RequestKind.TOO_COLD, about=event)
    (task,) = tasks(store)
    with store.write() as tx:
        finish_task(tx, task.id, "李娜", at(40))
    answer = ask(store, RequestKind.TOO_COLD, about=event, now=at(100))
    assert (answer.progress, answer.by) == (Progress.ACCEPTED, "李娜")
    (again,) = tasks(store)
    assert (again.id, again.state, again.rounds) == (task.id, TaskState.ACCEPTED, 1)


def test_a_call_from_nobody_known_rings_anew_after_the_last_one_was_done(store: Store) -> None:
    """It may be another guest at the same door: no old owner is taken for granted."""
    ask(store, RequestKind.HELP)
    (first,) = tasks(store)
    with store.write() as tx:
        finish_task(tx, first.id, "李娜", at(40))
    assert ask(store, RequestKind.HELP, now=at(100)).progress is Progress.TAKEN
    (second,) = tasks(store)
    assert (second.state, second.created_at) == (TaskState.NEW, at(100))
    with store.read() as tx:
        closed = tx.tasks.get(first.id)
    assert closed is not None
    assert closed.outcome is Outcome.UNCONFIRMED
