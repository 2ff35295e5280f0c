"""Playbooks, incidents and who was found come back whole, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from hub.domain.incidents import Accounted, Impact, IncidentState, IncidentStep
from hub.domain.meetings import Room
from hub.domain.playbooks import IncidentKind, Playbook, PlaybookStep
from hub.domain.task_kinds import Role
from hub.domain.words import Words
from hub.ports import Store
from tests.hub.build import at, furnished
from tests.hub.domain.test_incidents import BOOK, FIRE

OWN = Playbook(
    kind=IncidentKind.FIRE,
    steps=(
        PlaybookStep(
            key="own",
            words=Words("拨打消防", "Call"),
            owner=Role.LOGISTICS,
            within=timedelta(seconds=30),
            phone="+86 755 119",
            human=False,
        ),
    ),
)


def test_the_house_s_own_playbook_goes_before_the_one_that_came_with_the_program(store: Store) -> None:
    """And is gone again when the house names it no more; a kind without any has none."""
    with furnished(store).write() as tx:
        tx.incidents.put_playbooks([BOOK], own=False)
        tx.incidents.put_playbooks([OWN], own=True)
    with store.write() as tx:
        assert tx.incidents.playbook(IncidentKind.FIRE) == OWN
        assert (list(tx.incidents.playbooks(own=True)), list(tx.incidents.playbooks(own=False))) == ([OWN], [BOOK])
        assert tx.incidents.playbook(IncidentKind.OTHER) is None
        tx.incidents.put_playbooks([], own=True)
    with store.read() as tx:
        assert tx.incidents.playbook(IncidentKind.FIRE) == BOOK


def test_incidents_steps_and_who_was_found_come_back_whole(store: Store) -> None:
    """With every field, or none of those that may be missing."""
    late = replace(
        FIRE,
        id="i-2",
        kind=IncidentKind.OTHER,
        drill=True,
        state=IncidentState.CLOSED,
        meeting="m-launch",
        fault="t-1",
        reported_at=at(60),
        first_step_at=at(61),
        contained_at=at(62),
        resolved_at=at(63),
        ended_at=at(64),
        impact=Impact.PEOPLE,
        amount=3,
        note="n",
        outcome="o",
        reopened=2,
    )
    step = IncidentStep(
        position=1,
        key="call",
        words=Words("打", "Call"),
        owner=Role.EMERGENCY,
        within=timedelta(seconds=60),
        due_at=at(60),
        phone="119",
    )
    done = replace(step, done_at=at(5), done_by="小李", late_at=at(61))
    with furnished(store).write() as tx:
        assert tx.incidents.report(FIRE) == FIRE
        assert tx.incidents.report(replace(FIRE, id="i-9")) == FIRE
        tx.incidents.put_steps("i-1", [step, replace(step, position=2, human=False)])
        tx.incidents.put_steps("i-1", [done])
        for by in ("小李", "小陈"):
            tx.incidents.put_safe("i-1", Accounted(person="inv-1", by=by, at=at(7)))
        tx.incidents.put_safe("i-1", Accounted(person="inv-2", by="小李", at=at(8)))
        tx.incidents.drop_safe("i-1", "inv-2")
        tx.incidents.report(replace(late, state=IncidentState.REPORTED))
        tx.incidents.save(late)
        tx.meetings.save_room(Room(key="hall", name=Words("大厅", "Hall"), exit=Words("左转", "Turn left")))
    with store.read() as tx:
        assert (tx.incidents.get("i-1"), tx.incidents.get("i-2"), tx.incidents.get("i-3")) == (FIRE, late, None)
        assert [one.id for one in tx.incidents.open()] == ["i-1"]
        assert [one.id for one in tx.incidents.since(at(0), 9)] == ["i-2", "i-1"]
        assert [one.id for one in tx.incidents.since(at(0), 1)] == ["i-2"]
        assert [one.id for one in tx.incidents.since(at(1), 9)] == ["i-2"]
        assert tx.incidents.steps("i-1") == [done, replace(step, position=2, human=False)]
        assert tx.incidents.steps("i-2") == []
        assert tx.incidents.safe("i-1") == [Accounted(person="inv-1", by="小李", at=at(7))]
        assert tx.meetings.rooms()[0].exit == Words("左转", "Turn left")


def test_ten_people_who_report_the_same_fire_report_one(store: Store) -> None:
    """I5, at the same instant."""
    furnished(store)

    def shout(number: int) -> str:
        with store.write() as tx:
            return tx.incidents.report(replace(FIRE, id=f"fire-{number}")).id

    with ThreadPoolExecutor(10) as people:
        heard = set(people.map(shout, range(10)))
    assert len(heard) == 1
    with store.read() as tx:
        assert len(tx.incidents.open()) == 1
