from dataclasses import replace

from hub.domain.timers import Timer
from hub.ports import Store
from tests.hub.build import T0, at

ASK = Timer(rule="ask", subject="task-1", due_at=at(60))


def test_a_timer_is_due_from_its_instant_on_and_not_before(store: Store) -> None:
    """To the microsecond."""
    with store.write() as tx:
        tx.timers.put([ASK])
    with store.read() as tx:
        assert tx.timers.next_due(at(59.999999)) is None
        assert tx.timers.next_due(at(60)) == ASK


def test_setting_a_timer_again_moves_it(store: Store) -> None:
    """A talk that begins later has one reminder, later."""
    with store.write() as tx:
        tx.timers.put([ASK, replace(ASK, subject="task-2", due_at=at(90))])
        tx.timers.put([replace(ASK, due_at=at(120), tries=2)])
    with store.read() as tx:
        assert [timer.subject for timer in tx.timers.of_rule("ask")] == ["task-2", "task-1"]
        assert tx.timers.next_due(at(100)) == replace(ASK, subject="task-2", due_at=at(90))
        assert tx.timers.of_rule("ask")[1].tries == 2


def test_a_timer_that_is_taken_back_is_never_due(store: Store) -> None:
    """Nor does taking back what is not there disturb anybody."""
    with store.write() as tx:
        tx.timers.put([ASK, replace(ASK, rule="other")])
        tx.timers.remove("ask", ["task-1", "task-none"])
        tx.timers.remove("ask", [])
    with store.read() as tx:
        assert tx.timers.next_due(at(999)) == replace(ASK, rule="other")


def test_the_one_that_waits_longest_comes_first(store: Store) -> None:
    """After an outage the day is caught up in its order."""
    with store.write() as tx:
        tx.timers.put([ASK, replace(ASK, subject="early", due_at=T0)])
        assert tx.timers.next_due(at(999)) == replace(ASK, subject="early", due_at=T0)


def test_a_meeting_has_its_own_timers_and_those_of_its_parts(store: Store) -> None:
    """Not those of another whose name begins the same."""
    subjects = ("m-1", "m-1/talk", "m-1/tea", "m-10", "m-10/talk", "m-1-b/talk", "m-2")
    with store.write() as tx:
        tx.timers.put(replace(ASK, subject=one, due_at=at(number)) for number, one in enumerate(subjects))
        tx.timers.put([replace(ASK, rule="other", subject="m-1")])
        assert [one.subject for one in tx.timers.about("ask", ["m-2", "m-1"])] == ["m-1", "m-1/talk", "m-1/tea", "m-2"]
        assert tx.timers.about("ask", []) == []
