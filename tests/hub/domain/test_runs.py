from dataclasses import replace
from datetime import timedelta

from hub.domain.runs import ASK_AGAIN, GIVE_UP, PATIENCE, Gap, Kept, Tracked, gaps, look
from tests.hub.build import T0

RUN = Tracked(device="kiosk-1", boot="b")
S = timedelta(seconds=1)


def kept(last: int, first: int = 1) -> Kept:
    """Return that the device keeps these events."""
    return Kept(boot="b", first=first, last=last)


def test_gaps_are_the_spans_between_the_numbers_that_are_here() -> None:
    """Also before the first and after the last; a number that came twice is one."""
    assert gaps([], 1, 3) == [Gap(1, 3)]
    assert gaps([1, 2, 3], 1, 3) == []
    assert gaps([2, 2, 5], 1, 7) == [Gap(1, 1), Gap(3, 4), Gap(6, 7)]


def test_a_run_that_is_all_here_is_done_up_to_what_its_device_claims() -> None:
    """The next heartbeat need not look at it again."""
    step = look(RUN, kept(40), [], T0)
    assert (step.tracked.complete, step.tracked.claimed, step.ask, step.lost) == (40, 40, None, ())


def test_a_gap_is_asked_for_only_when_it_can_be_no_message_on_its_way() -> None:
    """Twenty seconds are more than any message takes that is coming at all."""
    first = look(RUN, kept(9), [Gap(4, 5)], T0)
    assert (first.ask, first.tracked.complete) == (None, 3)
    soon = look(first.tracked, kept(9), [Gap(4, 5)], T0 + PATIENCE - S)
    assert soon.ask is None
    due = look(soon.tracked, kept(9), [Gap(4, 5), Gap(8, 8)], T0 + PATIENCE)
    assert due.ask == Gap(4, 8)


def test_a_backlog_that_moves_is_left_alone() -> None:
    """It fills the gap by itself: the gap's age counts anew whenever its beginning moves."""
    tracked = RUN
    for second in range(0, 300, 15):
        step = look(tracked, kept(900), [Gap(second + 1, 900)], T0 + second * S)
        assert step.ask is None
        tracked = step.tracked


def test_a_gap_is_asked_for_again_each_minute_and_given_to_a_person_in_the_end() -> None:
    """Whoever asked may have been killed; but nobody asks for ever."""
    asked = look(replace(RUN, gap_since=T0), kept(9), [Gap(1, 9)], T0 + PATIENCE)
    assert asked.ask
    soon = look(asked.tracked, kept(9), [Gap(1, 9)], T0 + PATIENCE + ASK_AGAIN - S)
    assert soon.ask is None
    again = look(soon.tracked, kept(9), [Gap(1, 9)], T0 + PATIENCE + ASK_AGAIN)
    assert again.ask == Gap(1, 9)
    over = look(again.tracked, kept(12), [Gap(1, 9)], T0 + GIVE_UP + S)
    assert (over.ask, over.lost) == (None, (Gap(1, 9),))
    assert (over.tracked.lost, over.tracked.complete) == (9, 12)


def test_what_the_device_does_not_keep_any_more_is_lost_at_once_and_counted() -> None:
    """Nobody can send it; the rest is asked for as ever."""
    step = look(RUN, kept(20, first=11), [Gap(3, 4), Gap(9, 12)], T0)
    assert step.lost == (Gap(3, 4), Gap(9, 10))
    assert (step.tracked.lost, step.tracked.complete, step.ask) == (4, 10, None)
    gone = look(RUN, kept(20, first=11), [Gap(3, 4)], T0)
    assert (gone.lost, gone.tracked.complete, gone.tracked.lost) == ((Gap(3, 4),), 20, 2)
