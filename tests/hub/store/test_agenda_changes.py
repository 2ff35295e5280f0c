"""What was done to agendas, and the agendas themselves as they are run, come back whole on both databases."""

from dataclasses import replace

from hub.domain.agenda_changes import AgendaChange, AgendaStep
from hub.domain.run_of_show import begin, cut, expect
from hub.domain.words import Words
from hub.ports import Store
from tests.hub.build import at, furnished, meeting


def test_a_meeting_that_is_run_comes_back_with_its_plan_its_real_times_and_what_was_cut(store: Store) -> None:
    """And as it was before, where nobody has run it."""
    furnished(store)
    held = cut(begin(replace(meeting(), number=7), "talk", at(60)), "tea_break", at(61))
    talk = replace(held.agenda[0], speaker="id:G1")
    other = expect(replace(meeting(), number=7), "talk", at(3700))
    for one in (replace(held, agenda=(talk,)), other, replace(meeting(), number=7)):
        with store.write() as tx:
            tx.meetings.save(one)
        with store.read() as tx:
            assert tx.meetings.get([one.id])[one.id] == one


def test_what_was_done_comes_back_newest_first_and_notices_while_they_stand(store: Store) -> None:
    """One meeting's steps are none of another's; the newest notice counts."""
    furnished(store)
    first = AgendaChange(
        id="1", meeting="m-launch", at=at(1), by="小李", step=AgendaStep.DELAY, part="talk", why="weather", until=at(90)
    )
    second = replace(first, id="2", at=at(2), minutes=10, title=Words("演讲", "Talk"), until=at(80))
    swap = AgendaChange(
        id="3", meeting="m-launch", at=at(3), by="hub", step=AgendaStep.SWAP, part="talk", other=Words("案例", "Case")
    )
    with store.write() as tx:
        for one in (first, second, swap):
            tx.agenda_changes.add(one)
    with store.read() as tx:
        assert tx.agenda_changes.newest("m-launch", 9) == [swap, second, first]
        assert tx.agenda_changes.newest("m-launch", 1) == [swap]
        assert tx.agenda_changes.newest("m-other", 9) == []
        assert tx.agenda_changes.notices(["m-launch", "m-other"], at(79)) == {"m-launch": second}
        assert tx.agenda_changes.notices(["m-launch"], at(85)) == {"m-launch": first}
        assert tx.agenda_changes.notices(["m-launch"], at(90)) == {}
        assert tx.agenda_changes.notices([], at(0)) == {}
