"""What a guest remarks reaches the team that it concerns; a complaint the supervisor, until its outcome is written."""

import pytest

from hub.domain.errors import InvalidInput, NotOpen, Refused
from hub.domain.incidents import Impact, IncidentState
from hub.domain.playbooks import IncidentKind
from hub.domain.task_kinds import RULES, Role, TaskKind
from hub.domain.tasks import TaskState
from hub.ports import Store
from hub.usecases.note_remark import REMARKS, note_remark
from hub.usecases.work_incident import close, describe, resolve, respond, review
from hub.usecases.work_task import finish_task
from tests.hub.build import at
from tests.hub.usecases.emergencies import ready, report, seen, steps
from tests.hub.usecases.working import Floor, by


@pytest.fixture
def house(store: Store) -> Store:
    """Give the hall of the launch with its playbooks."""
    return ready(store)


def test_a_remark_goes_to_its_team_and_is_open_until_somebody_there_took_note(house: Store) -> None:
    """R69: with its words and who wrote it; two of the same words are two."""
    for team in (Role.LOGISTICS, Role.LOGISTICS, Role.TECHNICIAN):
        with house.write() as tx:
            note_remark(tx, "  空调太\n冷 ", team, by("小李", at(100)))
    with house.read() as tx:
        open_ones = [one for one in tx.tasks.open() if one.kind in REMARKS.values()]
    assert sorted(RULES[one.kind].owner for one in open_ones) == [Role.LOGISTICS, Role.LOGISTICS, Role.TECHNICIAN]
    first = open_ones[0]
    assert (first.facts["text"], first.facts["noted_by"]) == ("空调太 冷", "小李")
    with house.write() as tx:
        finish_task(tx, first.id, "老赵", at(160))
    done = Floor(house).task(first.id)
    assert (done.state, done.accepted_by, done.done_at) == (TaskState.CLOSED, "老赵", at(160))


@pytest.mark.parametrize("text", ["", "  \n", "长" * 501, "\x07"])
def test_a_remark_without_words_is_refused(house: Store, text: str) -> None:
    """With the field that is wrong."""
    with pytest.raises(InvalidInput), house.write() as tx:
        note_remark(tx, text, Role.LOGISTICS, by("小李", at(100)))


def test_each_complaint_is_one_of_its_own_and_calls_the_supervisor_at_once(house: Store) -> None:
    """R66: two clients of one room complain; the superior's task presses, but is no alarm for the whole team."""
    one, other = (report(house, IncidentKind.COMPLAINT, seconds) for seconds in (10, 20))
    assert one.id != other.id
    assert {step.owner for step in steps(house, one.id)} == {Role.SUPERVISOR}
    with house.read() as tx:
        told = [task for task in tx.tasks.open() if task.kind is TaskKind.COMPLAINT]
        kinds = {task.kind for task in tx.tasks.open()}
    assert [task.facts["incident"] for task in told] == [one.id, other.id]
    assert kinds == {TaskKind.COMPLAINT}
    rule = RULES[TaskKind.COMPLAINT]
    assert (rule.owner, rule.urgent, rule.alarm) == (Role.SUPERVISOR, True, False)


def test_a_complaint_says_what_it_is_about_and_stays_open_until_its_outcome_is_written(house: Store) -> None:
    """Nobody closes it without one; what it is about may be put better, until it is over."""
    complaint = report(house, IncidentKind.COMPLAINT, 10).id
    with house.write() as tx:
        describe(tx, complaint, "等候 太久", by("小李", at(20)))
        respond(tx, complaint, by("王主管", at(30)))
        resolve(tx, complaint, Impact.PEOPLE, 1, by("王主管", at(40)))
        review(tx, complaint, "人手不足", by("王主管", at(50)))
    with house.read() as tx:
        assert [one.id for one in tx.incidents.open()] == [complaint]
        assert not [task for task in tx.tasks.open() if task.kind is TaskKind.COMPLAINT]
    with pytest.raises(InvalidInput), house.write() as tx:
        close(tx, complaint, " ", by("王主管", at(60)))
    with house.write() as tx:
        close(tx, complaint, "已致歉并赠券", by("王主管", at(70)))
    over = seen(house, complaint)
    assert (over.state, over.about, over.outcome) == (IncidentState.CLOSED, "等候 太久", "已致歉并赠券")
    with pytest.raises((NotOpen, Refused)), house.write() as tx:
        describe(tx, complaint, "还有", by("小李", at(80)))
