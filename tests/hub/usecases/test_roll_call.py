"""The roll call of an incident: everybody inside, by room, and who found whom, on both databases (R5, R131)."""

import pytest

from hub.domain.errors import NotFound, NotOpen
from hub.domain.meetings import Room
from hub.domain.rulings import RulingKind
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import key_of
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.roll_call import SECOND, mark_safe, read_roll
from hub.usecases.rule import tell_apart
from hub.usecases.work_incident import dismiss
from tests.hub.build import at, meeting
from tests.hub.usecases.emergencies import ready, report, seen
from tests.hub.usecases.scans import scan, take
from tests.hub.usecases.working import by


@pytest.fixture
def house(store: Store) -> Store:
    """Let two of three guests have come in, and a meeting be held in the annex where nobody is."""
    with ready(store).write() as tx:
        tx.meetings.save_room(Room(key="annex", name=Words("副厅", "Annex")))
        tx.meetings.save_room(Room(key="cellar", name=Words("地下", "Cellar")))
        tx.meetings.save(meeting("talk", room="annex", number=7))
        tx.meetings.save(meeting("over", room="annex", number=8, starts_at=at(-9000), ends_at=at(-5400)))
        tx.meetings.save(meeting("off", room="cellar", number=9, cancelled=True))
    take(store, scan(1, 600), scan(2, 601))
    return store


def listed(house: Store, incident: str, seconds: float = 900) -> list[tuple[str, list[str], int]]:
    """Return the rooms, who is in each, and how many were found."""
    with house.read() as tx:
        found = tx.incidents.get(incident)
        assert found is not None
        rolls = read_roll(tx, found, at(seconds))
    return [(one.room.key, [each.person for each in one.people], one.safe) for one in rolls]


def test_everybody_who_came_in_is_listed_by_room_the_incident_s_own_first(house: Store) -> None:
    """Meetings that are on; none that was cancelled or has been over for long. Who comes later is listed too."""
    fire = report(house, seconds=800)
    assert listed(house, fire.id) == [("hall", ["inv-1", "inv-2"], 0), ("annex", [], 0)]
    take(house, scan(3, 890))
    assert listed(house, fire.id)[0][1] == ["inv-1", "inv-2", "inv-3"]


def test_who_was_found_is_noted_with_person_and_time_and_the_first_word_stands(house: Store) -> None:
    """Two people tick the same guest: one tick; a slip is taken back; the audit log has all of it."""
    fire = report(house, seconds=800)
    for name, seconds in (("小李", 810), ("小陈", 820)):
        with house.write() as tx:
            mark_safe(tx, fire.id, "inv-1", by(name, at(seconds)), safe=True)
    with house.read() as tx:
        (found,) = tx.incidents.safe(fire.id)
    assert (found.person, found.by, found.at) == ("inv-1", "小李", at(810))
    assert listed(house, fire.id)[0][2] == 1
    with house.write() as tx:
        mark_safe(tx, fire.id, "inv-1", by("小陈", at(830)), safe=False)
    assert listed(house, fire.id)[0][2] == 0
    with house.read() as tx:
        actions = [one.action for one in tx.records.audited(f"{fire.id} inv-1", at(0), 9)]
    assert actions == ["incident.not_safe", "incident.safe", "incident.safe"]


def test_a_second_person_on_an_invitation_is_found_apart(house: Store) -> None:
    """R5: the roll call must not miss who came along."""
    first = scan(3, 620, offline=True)
    take(house, first, scan(3, 632, "kiosk-2", offline=True))
    with house.read() as tx:
        key = key_of(TaskKind.DOUBLE_ENTRY, "inv-3")
        looked_at = tx.tasks.about([key])[key].facts["seen"]
    with house.write() as tx:
        tell_apart(tx, "inv-3", RulingKind.TWO_PEOPLE, "both_inside", looked_at, by("小李", at(700)))
    fire = report(house, seconds=800)
    people = listed(house, fire.id)[0][1]
    assert people == ["inv-1", "inv-2", "inv-3", f"inv-3{SECOND}"]
    with house.write() as tx:
        mark_safe(tx, fire.id, f"inv-3{SECOND}", by("小李", at(810)), safe=True)
    assert listed(house, fire.id)[0][2] == 1


def test_nobody_who_never_came_is_found_and_nothing_after_it_is_over(house: Store) -> None:
    """Each with its own error."""
    fire = report(house, seconds=800)
    with pytest.raises(NotFound), house.write() as tx:
        mark_safe(tx, fire.id, "inv-3", by("小李", at(810)), safe=True)
    with pytest.raises(NotFound), house.write() as tx:
        mark_safe(tx, fire.id, f"inv-1{SECOND}", by("小李", at(810)), safe=True)
    with pytest.raises(NotFound), house.write() as tx:
        mark_safe(tx, "nothing", "inv-1", by("小李", at(810)), safe=True)
    with house.write() as tx:
        dismiss(tx, fire.id, by("小李", at(820)))
    with pytest.raises(NotOpen), house.write() as tx:
        mark_safe(tx, fire.id, "inv-1", by("小李", at(830)), safe=True)
    assert not seen(house, fire.id).active
