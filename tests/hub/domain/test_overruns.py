"""A part that runs over: by how much, how things really stand, and what helps, to the second."""

from datetime import datetime, timedelta

import pytest

from hub.domain.agenda_obstacles import Obstacle
from hub.domain.errors import AgendaRefused
from hub.domain.meetings import Meeting, Segment, SegmentKind
from hub.domain.overruns import Remedy, as_it_is, catch_up, overrun, proposals
from hub.domain.room_use import quiet_until
from hub.domain.run_of_show import begin, end, part_of
from hub.domain.words import Words
from tests.hub.build import at, meeting

MINUTE = timedelta(minutes=1)


def minute(number: float) -> datetime:
    """Return so many minutes after the doors open, on the second."""
    return at(0).replace(microsecond=0) + number * MINUTE


def part(kind: SegmentKind, starts: float, ends: float, *, quiet: bool = False) -> Segment:
    """Return a part."""
    words = Words(kind.value, kind.value)
    return Segment(kind=kind, title=words, starts_at=minute(starts), ends_at=minute(ends), quiet=quiet, key=kind.value)


def running(pause: float = 20, gap: float = 0) -> Meeting:
    """Return a talk that was begun at 30 and ends at 60, then a break, and a case study at 60 + gap + break."""
    tea = 60 + gap
    parts = (
        part(SegmentKind.TALK, 30, 60, quiet=True),
        part(SegmentKind.TEA_BREAK, tea, tea + pause),
        part(SegmentKind.CASE, tea + pause, 120),
    )
    held = meeting(doors_at=minute(0), starts_at=minute(30), ends_at=minute(120), agenda=parts)
    return begin(held, "talk", minute(30))


def starts(held: Meeting) -> list[float]:
    """Return when the parts begin, in minutes."""
    return [(one.starts_at - minute(0)) / MINUTE for one in held.agenda]


def test_a_part_is_over_its_end_from_the_second_after_it_until_it_is_ended_or_forgotten() -> None:
    """Two hours beyond, somebody has forgotten to tap."""
    held, second = running(), timedelta(seconds=1)
    assert overrun(held, minute(60)) == timedelta()
    assert overrun(held, minute(60) + second) == second
    assert overrun(held, minute(180)) == 120 * MINUTE
    assert overrun(held, minute(180) + second) == timedelta()
    assert overrun(end(held, "talk", minute(64)), minute(65)) == timedelta()
    assert overrun(begin(held, "tea_break", minute(64)), minute(65)) == timedelta()


def test_nobody_s_agenda_runs_over_by_itself() -> None:
    """Before somebody begins a part, the clock holds it."""
    held = running()
    assert overrun(meeting(agenda=held.agenda[1:]), minute(75)) == timedelta()


def test_how_things_stand_moves_what_follows_and_keeps_nothing_of_it() -> None:
    """The free time between absorbs it, as it would a step."""
    held = running()
    assert as_it_is(held, minute(60)) is held
    assert starts(as_it_is(held, minute(64))) == [30, 65, 85]
    assert starts(as_it_is(running(gap=10), minute(64))) == [30, 70, 90]
    assert as_it_is(held, minute(64)).ends_at == minute(125)
    assert starts(held) == [30, 60, 80]


def test_a_break_that_is_long_enough_gives_its_time_first() -> None:
    """What comes after it then begins as planned; else all of it moves."""
    shorten, shift = proposals(running(), minute(64))
    assert (shorten.remedy, shorten.by, shorten.other and shorten.other.key) == (
        Remedy.SHORTEN,
        5 * MINUTE,
        "tea_break",
    )
    assert (shift.remedy, shift.by, shift.other) == (Remedy.SHIFT, 5 * MINUTE, None)
    assert [one.remedy for one in proposals(running(pause=14), minute(64))] == [Remedy.SHIFT]
    assert [one.remedy for one in proposals(running(pause=15), minute(64))] == [Remedy.SHORTEN, Remedy.SHIFT]
    assert [one.remedy for one in proposals(running(gap=5), minute(64))] == [Remedy.SHIFT], "free time takes it all"
    assert proposals(running(), minute(60)) == ()


@pytest.mark.parametrize(("over", "by"), [(0.5, 5), (4.9, 5), (5, 10), (9, 10), (10, 15)])
def test_more_time_is_given_in_steps_of_five_minutes_that_are_not_over_yet(over: float, by: float) -> None:
    """So that the next call is not due at once."""
    assert proposals(running(), minute(60 + over))[0].by == by * MINUTE


def test_one_tap_gives_the_time_and_the_rest_follows() -> None:
    """From the break: the case study stays. By moving: everything is later."""
    short, chosen = catch_up(running(), "talk", Remedy.SHORTEN, minute(64))
    assert starts(short) == [30, 65, 80]
    assert part_of(short, "talk").ends_at == minute(65)
    assert part_of(short, "tea_break").ends_at == minute(80)
    assert chosen.other is not None
    moved, _ = catch_up(running(), "talk", Remedy.SHIFT, minute(64))
    assert starts(moved) == [30, 65, 85]
    half, _ = catch_up(running(gap=3), "talk", Remedy.SHORTEN, minute(64))
    assert starts(half) == [30, 65, 83], "free time gives three minutes, the break two"


def test_what_does_not_run_over_any_more_is_refused() -> None:
    """Two people tap at once, or the speaker has just ended."""
    for held, reason in (
        (running(), Obstacle.NOT_OVER),
        (end(running(), "talk", minute(64)), Obstacle.OVER),
    ):
        with pytest.raises(AgendaRefused) as caught:
            catch_up(held, "talk", Remedy.SHIFT, minute(60))
        assert caught.value.reason == reason
    with pytest.raises(AgendaRefused):
        catch_up(running(pause=14), "talk", Remedy.SHORTEN, minute(64))


def test_a_quiet_part_that_runs_over_is_quiet_yet() -> None:
    """No tea is brought through the last sentences (R109)."""
    held = running()
    assert quiet_until(held.agenda, minute(59)) == minute(60)
    assert quiet_until(held.agenda, minute(64)) == minute(65)
    assert quiet_until(end(held, "talk", minute(64)).agenda, minute(64)) is None
    assert quiet_until(held.agenda, minute(181)) is None
