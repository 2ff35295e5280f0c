"""When much happens at once people are rung little, and nothing is lost from the list."""

from dataclasses import replace

from devices.ids import uuid7
from hub.domain.alerts import AlertKind, Ring
from hub.domain.task_kinds import Role, TaskKind
from hub.domain.tasks import raise_task
from hub.ports import Store
from hub.usecases.attend_tasks import attend_due
from hub.usecases.call_staff import call
from tests.hub.build import at
from tests.hub.on_duty import asked, deciding, somebody, tablet_alerts
from tests.hub.usecases.test_attend_tasks import LEAD, LI, TECH, TECH2, raised, staffed


def test_five_of_the_same_in_a_room_ring_once(store: Store) -> None:
    """One notification whose number grows (S9)."""
    staffed(store, TECH)
    for number in range(5):
        raised(store, TaskKind.DEVICE_CHECK, f"device d-{number}", seconds=number, device="room-agent")
        asked(store, number, start=number)
    told = tablet_alerts(store, "老周")
    assert [one.ring for one in told] == [Ring.BUZZ, *[Ring.NONE] * 4]
    assert [one.count for one in told] == [1, 2, 3, 4, 5]
    assert len({one.tag for one in told}) == 1


def test_in_a_flood_only_the_most_urgent_rings_and_one_digest_says_so(store: Store) -> None:
    """Thirty in five minutes; nothing is lost from the list (S12)."""
    staffed(store, LI)
    for number in range(30):
        kind = TaskKind.WALK_IN if number % 10 == 9 else TaskKind.REQUEST
        raised(store, kind, f"r-{number}", seconds=number * 10, name=f"guest {number}")
        asked(store, number * 10, start=number * 10)
    told = [one for one in tablet_alerts(store, "小李") if one.kind is AlertKind.OFFER and one.count == 1]
    rang = [one for one in told if one.ring is not Ring.NONE]
    assert len([one for one in rang if one.ring is Ring.BUZZ]) <= 10
    assert len([one for one in rang if one.ring is Ring.LOUD]) >= 3
    assert len([one for one in tablet_alerts(store, "小李") if one.kind is AlertKind.DIGEST]) == 1
    with store.read() as tx:
        assert len(tx.tasks.open()) == 30


def test_an_alarm_calls_the_whole_team_at_once_people_on_a_break_too_and_rings_in_a_flood(store: Store) -> None:
    """R131: nobody sits on in the canteen while the house burns."""
    staffed(store, TECH, TECH2, LEAD, LI)
    with store.write() as tx:
        for duty in tx.duties.all():
            away = at(900) if duty.person != "小李" else None  # one is there: the others are called all the same
            tx.duties.put(replace(duty, break_until=away, flooded=True))
    raised(store, TaskKind.INCIDENT_TECHNICIAN, "incident-1")
    said = asked(store, 121)
    assert {name for seconds, name, _ in said if seconds == 0} == {"老周", "小吴"}
    assert {name for seconds, name, _ in said if seconds == 60} == {"王姐"}
    assert {name for seconds, name, _ in said if seconds == 120} == {"老周", "小吴", "王姐", "小李"}
    assert {one.ring for one in tablet_alerts(store, "小李") if one.kind is AlertKind.OFFER} == {Ring.LOUD}


def test_a_storm_of_five_hundred_in_five_minutes_rings_nobody_more_than_the_flood_allows(store: Store) -> None:
    """One in twenty is most urgent and rings; of the rest eleven at most, then a digest; the list has all of them."""
    people = [somebody(f"技术{number}", Role.TECHNICIAN) for number in range(6)]
    staffed(store, *people)
    urgent = 0
    for second in range(300):
        with store.write() as tx:
            for number in range(2 if second % 3 < 2 else 1):
                kind = TaskKind.ROOM_CHECK if (second + number) % 20 == 0 else TaskKind.DEVICE_CHECK
                urgent += kind is TaskKind.ROOM_CHECK
                facts = {"cause": "offline", "room": f"room-{second}-{number}"}
                key = f"{second}-{number}"
                call(tx, raise_task(kind, key, task_id=uuid7(), at=at(second), facts=facts))
        if second % 5 == 4:
            while attend_due(store, deciding(second)).tasks:
                pass
    with store.read() as tx:
        assert len(tx.tasks.open()) == 500
    for one in people:
        told = tablet_alerts(store, one.name)
        work = [alert for alert in told if alert.kind not in {AlertKind.DIGEST, AlertKind.OVER}]
        assert len([alert for alert in work if alert.ring is Ring.BUZZ]) <= 10
        assert len([alert for alert in told if alert.kind is AlertKind.DIGEST]) == 1
        assert all(alert.ring is Ring.LOUD for alert in work if alert.priority == 1)
        assert all(alert.ring is not Ring.LOUD for alert in work if alert.priority != 1)
    assert urgent > 10
