"""Who is inside now, who has left, and a room at its safe capacity, on both databases (R5)."""

from dataclasses import replace

import pytest

from hub.domain.departures import SECOND
from hub.domain.errors import NotFound
from hub.domain.rulings import RulingKind
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Outcome, Task, key_of
from hub.ports import Store
from hub.usecases.inside import note_left, read_inside
from hub.usecases.roll_call import read_roll
from hub.usecases.rule import tell_apart
from hub.usecases.work_task import finish_task
from tests.hub.build import HALL, at, furnished, meeting
from tests.hub.usecases.emergencies import furnish_playbooks, report
from tests.hub.usecases.scans import scan, take
from tests.hub.usecases.working import Floor, by


@pytest.fixture
def house(store: Store) -> Store:
    """Let two of three guests have come in."""
    take(furnish_playbooks(furnished(store)), scan(1, 600), scan(2, 601))
    return store


def leave(house: Store, person: str, seconds: float, *, left: bool = True) -> None:
    """Note that somebody has left, or take it back."""
    with house.write() as tx:
        note_left(tx, person, by("小李", at(seconds)), left=left)


def inside(house: Store) -> list[str]:
    """Return who is inside the hall."""
    with house.read() as tx:
        (hall,) = read_inside(tx, [meeting()])
    return [one.person for one in hall.inside]


def holds(house: Store, people: int) -> None:
    """Let the hall safely hold so many."""
    with house.write() as tx:
        tx.meetings.save_room(replace(HALL, safe_capacity=people))


def warning(house: Store) -> Task | None:
    """Return the newest warning of the hall."""
    key = key_of(TaskKind.ROOM_FULL, "m-launch")
    with house.read() as tx:
        return tx.tasks.latest([key], at(0)).get(key)


def test_who_has_left_is_not_inside_until_they_are_let_in_again(house: Store) -> None:
    """With person and time; a slip is taken back; a scan from before they left brings nobody back."""
    leave(house, "inv-1", 700)
    assert inside(house) == ["inv-2"]
    with house.read() as tx:
        (noted,) = tx.departures.of_meetings(["m-launch"])
    assert (noted.person, noted.left_at, noted.by) == ("inv-1", at(700), "小李")
    take(house, scan(1, 690, "kiosk-2"))
    assert inside(house) == ["inv-2"]
    take(house, scan(1, 800, "kiosk-2"))
    assert inside(house) == ["inv-1", "inv-2"]
    leave(house, "inv-1", 900)
    leave(house, "inv-1", 910, left=False)
    assert inside(house) == ["inv-1", "inv-2"]


def test_of_two_on_one_invitation_each_leaves_apart_and_who_comes_back_is_not_guessed(house: Store) -> None:
    """A roll call must miss nobody."""
    take(house, scan(3, 620, offline=True), scan(3, 632, "kiosk-2", offline=True))
    with house.read() as tx:
        key = key_of(TaskKind.DOUBLE_ENTRY, "inv-3")
        looked_at = tx.tasks.about([key])[key].facts["seen"]
    with house.write() as tx:
        tell_apart(tx, "inv-3", RulingKind.TWO_PEOPLE, "both_inside", looked_at, by("小李", at(660)))
    assert inside(house) == ["inv-1", "inv-2", "inv-3", f"inv-3{SECOND}"]
    leave(house, f"inv-3{SECOND}", 700)
    assert inside(house) == ["inv-1", "inv-2", "inv-3"]
    leave(house, "inv-3", 710)
    take(house, scan(3, 800))
    assert inside(house) == ["inv-1", "inv-2", "inv-3", f"inv-3{SECOND}"]


def test_nobody_leaves_who_never_came(house: Store) -> None:
    """Neither a guest at home nor a second person whom nobody has seen."""
    for person in ("inv-3", "nobody", f"inv-1{SECOND}"):
        with pytest.raises(NotFound):
            leave(house, person, 700)


def test_a_roll_call_looks_for_nobody_who_has_left_and_lists_them_apart(house: Store) -> None:
    """Who was found safe stays in the list of those who were found."""
    leave(house, "inv-1", 700)
    fire = report(house, seconds=800)
    with house.read() as tx:
        roll = read_roll(tx, fire, at(900))[0]
    assert [one.person for one in roll.people] == ["inv-2"]
    assert [(one.person, one.left.left_at if one.left else None) for one in roll.left] == [("inv-1", at(700))]


def test_a_room_at_its_safe_capacity_warns_the_supervisor_once_and_refuses_nobody(house: Store) -> None:
    """The count goes on in the card; it goes away by itself as people leave, and comes again."""
    holds(house, 3)
    take(house, scan(2, 610, "kiosk-2"))
    Floor(house).until(at(620))
    assert warning(house) is None
    assert [one.verdict.admits for one in take(house, scan(3, 630))] == [True]
    Floor(house).until(at(640))
    first = warning(house)
    assert first is not None
    assert (first.facts["inside"], first.facts["capacity"], first.meeting) == ("3", "3", "m-launch")
    leave(house, "inv-1", 650)
    Floor(house).until(at(660))
    gone = warning(house)
    assert gone is not None
    assert (gone.id, gone.outcome) == (first.id, Outcome.CLEARED)
    leave(house, "inv-1", 670, left=False)
    Floor(house).until(at(680))
    again = warning(house)
    assert again is not None
    assert again.id != first.id


def test_the_supervisor_s_word_holds_for_the_meeting(house: Store) -> None:
    """Whoever ends the warning lets people in: it does not come again in this meeting."""
    holds(house, 2)
    leave(house, "inv-1", 620)
    leave(house, "inv-1", 630, left=False)
    Floor(house).until(at(640))
    first = warning(house)
    assert first is not None
    with house.write() as tx:
        finish_task(tx, first.id, "王主管", at(650))
    take(house, scan(3, 660))
    Floor(house).until(at(670))
    latest = warning(house)
    assert latest is not None
    assert (latest.id, latest.done_at) == (first.id, at(650))
