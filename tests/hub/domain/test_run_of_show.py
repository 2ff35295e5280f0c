"""The agenda as it is run: what moves what, what stays, and what cannot be (R111, R113)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.agenda_obstacles import MOST_PARTS, Obstacle
from hub.domain.errors import AgendaRefused, NotFound
from hub.domain.meetings import Meeting, Segment, SegmentKind
from hub.domain.run_of_show import (
    Phase,
    begin,
    coming,
    cut,
    delays,
    end,
    expect,
    extend,
    insert,
    on_now,
    opened,
    part_of,
    phase,
    plan_of,
    replanned,
    running,
    shift,
    swap,
)
from hub.domain.words import Words
from tests.hub.build import meeting

NINE = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
"""09:00 in Shanghai."""


def clock(text: str) -> datetime:
    """Return a time of the morning."""
    hours, minutes = text.split(":")
    return NINE + timedelta(hours=int(hours) - 9, minutes=int(minutes))


def minutes(number: int) -> timedelta:
    """Return so many minutes."""
    return timedelta(minutes=number)


def part(kind: SegmentKind, starts: str, ends: str) -> Segment:
    """Return a part."""
    words = Words(kind.value, kind.value)
    return Segment(kind=kind, title=words, starts_at=clock(starts), ends_at=clock(ends))


def morning(**changes: Any) -> Meeting:  # noqa: ANN401 - any field of a meeting
    """Return a meeting of four parts with 10 minutes free before the questions."""
    parts = (
        part(SegmentKind.SIGN_IN, "09:00", "09:30"),
        part(SegmentKind.TALK, "09:30", "10:30"),
        part(SegmentKind.CASE, "10:30", "11:00"),
        part(SegmentKind.QUESTIONS, "11:10", "11:40"),
    )
    values: dict[str, Any] = {"doors_at": NINE, "starts_at": clock("09:30"), "ends_at": clock("11:40"), "agenda": parts}
    return meeting(**(values | changes))


def times(held: Meeting) -> dict[str, str]:
    """Return the parts' times as people read them."""
    return {
        one.key: f"{(one.starts_at + minutes(480)):%H:%M}-{(one.ends_at + minutes(480)):%H:%M}" for one in held.agenda
    }


def test_a_late_part_pushes_the_others_only_as_far_as_free_time_does_not_absorb_it() -> None:
    """The talk is 15 minutes late: the case too, the questions by 5."""
    held = begin(begin(morning(), "sign_in", NINE), "talk", clock("09:45"))
    assert times(held) == {
        "sign_in": "09:00-09:45",
        "talk": "09:45-10:45",
        "case": "10:45-11:15",
        "questions": "11:15-11:45",
    }
    assert held.ends_at == clock("11:45")
    assert held.starts_at == clock("09:45")


def test_what_comes_before_the_first_part_that_somebody_begins_counts_as_held_by_the_clock() -> None:
    """Nobody taps that guests sign in; what comes after it is to come all the same."""
    held = begin(morning(), "talk", clock("09:25"))
    assert times(held) == {
        "sign_in": "09:00-09:25",
        "talk": "09:25-10:25",
        "case": "10:30-11:00",
        "questions": "11:10-11:40",
    }
    assert [one.key for one in coming(held)] == ["case", "questions"]
    assert delays(held, minutes(2)) == []


def test_the_plan_stays_beside_what_happened() -> None:
    """Delay is the real beginning less the planned one; two minutes are none (R111)."""
    held = begin(begin(morning(), "sign_in", NINE + minutes(2)), "talk", clock("09:45"))
    held = end(held, "talk", clock("10:30"))
    talk = part_of(held, "talk")
    assert (talk.planned_at, talk.planned_until) == (clock("09:30"), clock("10:30"))
    assert (talk.started_at, talk.ended_at) == (clock("09:45"), clock("10:30"))
    assert [(one.key, late) for one, late in delays(held, minutes(2))] == [("talk", minutes(15))]
    assert times(plan_of(held)) == times(opened(morning()))
    assert (plan_of(held).starts_at, plan_of(held).ends_at) == (morning().starts_at, morning().ends_at)


def test_a_part_moves_alone_into_free_time_or_with_all_that_follow() -> None:
    """R113."""
    alone = shift(morning(), "case", minutes(5), NINE)
    assert (times(alone)["case"], times(alone)["questions"]) == ("10:35-11:05", "11:10-11:40")
    along = shift(morning(), "case", minutes(5), NINE, along=True)
    assert (times(along)["case"], times(along)["questions"]) == ("10:35-11:05", "11:15-11:45")
    back = shift(along, "questions", minutes(-5), NINE)
    assert times(back)["questions"] == "11:10-11:40"
    assert back.ends_at == clock("11:40")


def test_two_parts_change_places_and_those_after_them_stay() -> None:
    """Each is as long as it was, and the free time stays where it was."""
    held = swap(morning(), "talk", "case", NINE)
    assert times(held) == {
        "sign_in": "09:00-09:30",
        "case": "09:30-10:00",
        "talk": "10:00-11:00",
        "questions": "11:10-11:40",
    }
    assert times(swap(held, "case", "talk", NINE)) == times(opened(morning()))


def test_a_swap_after_the_planned_beginning_begins_now_and_pushes_the_rest() -> None:
    """The speaker is late, and it is five past already."""
    held = swap(morning(), "talk", "case", clock("09:35"))
    assert times(held) == {
        "sign_in": "09:00-09:30",
        "case": "09:35-10:05",
        "talk": "10:05-11:05",
        "questions": "11:10-11:40",
    }


def test_a_part_that_is_put_in_has_no_plan_and_a_name_of_its_own() -> None:
    """Two tea breaks are two parts."""
    tea = part(SegmentKind.TEA_BREAK, "00:00", "00:15")
    held, first = insert(morning(), tea, "case", NINE)
    held, second = insert(held, tea, "", NINE)
    assert (first, second) == ("tea_break", "tea_break-2")
    assert (times(held)[first], times(held)["case"]) == ("10:30-10:45", "10:45-11:15")
    assert times(held)[second] == "11:45-12:00"
    assert part_of(held, first).planned_at is None
    assert plan_of(held).agenda == plan_of(opened(morning())).agenda


def test_a_cut_gives_its_time_back_to_those_that_were_late_and_never_before_their_plan() -> None:
    """R113."""
    late = begin(begin(morning(), "sign_in", NINE), "talk", clock("09:50"))
    held = cut(late, "case", clock("10:00"))
    assert times(late)["questions"] == "11:20-11:50"
    assert times(held)["questions"] == "11:10-11:40"
    assert [one.key for one in held.cut] == ["case"]
    assert plan_of(held).agenda == plan_of(late).agenda


def test_a_part_is_made_longer_and_shorter() -> None:
    """Also the one that runs."""
    held = begin(begin(morning(), "sign_in", NINE), "talk", clock("09:30"))
    held = extend(held, "talk", minutes(10), clock("10:25"))
    assert (times(held)["talk"], times(held)["case"], times(held)["questions"]) == (
        "09:30-10:40",
        "10:40-11:10",
        "11:10-11:40",
    )
    assert times(extend(held, "case", minutes(-10), clock("10:25")))["case"] == "10:40-11:00"


def test_the_meeting_is_over_when_its_last_part_is_ended_and_runs_on_while_one_runs_over() -> None:
    """What counts from its end follows (R6)."""
    held = morning()
    assert phase(held, clock("09:29")) is Phase.PRE
    assert phase(held, clock("09:30")) is Phase.LIVE
    for key in ("sign_in", "talk", "case", "questions"):
        held = begin(held, key, clock("09:05"))
    assert held.ends_at == clock("11:40")
    held = end(held, "questions", clock("10:00"))
    assert held.ends_at == clock("10:00")
    assert phase(held, clock("10:00")) is Phase.POST
    assert phase(begin(morning(), "sign_in", NINE), NINE) is Phase.LIVE


def test_while_somebody_runs_the_agenda_the_clock_decides_nothing() -> None:
    """A talk that runs over is still on."""
    assert on_now(morning(), clock("09:45")) == morning().agenda[1]
    held = begin(morning(), "sign_in", NINE)
    assert on_now(held, clock("11:00")) == running(held)


REFUSALS = [
    (Obstacle.DOORS_CLOSED, lambda held: begin(held, "sign_in", clock("08:59"))),
    (Obstacle.CANCELLED, lambda held: begin(replace(held, cancelled=True), "sign_in", NINE)),
    (Obstacle.RUNS_ALREADY, lambda held: begin(begin(held, "talk", NINE), "talk", NINE)),
    (Obstacle.OVER, lambda held: begin(end(begin(held, "talk", NINE), "talk", NINE), "talk", NINE)),
    (Obstacle.OVER, lambda held: end(end(begin(held, "talk", NINE), "talk", NINE), "talk", NINE)),
    (Obstacle.OVER, lambda held: extend(end(begin(held, "talk", NINE), "talk", NINE), "talk", minutes(5), NINE)),
    (Obstacle.NOT_RUNNING, lambda held: end(held, "talk", NINE)),
    (Obstacle.BEGUN, lambda held: shift(begin(held, "talk", NINE), "talk", minutes(5), NINE)),
    (Obstacle.BEGUN, lambda held: swap(begin(held, "talk", NINE), "case", "talk", NINE)),
    (Obstacle.BEGUN, lambda held: cut(begin(held, "talk", NINE), "talk", NINE)),
    (Obstacle.ITSELF, lambda held: swap(held, "talk", "talk", NINE)),
    (Obstacle.TOO_EARLY, lambda held: shift(held, "talk", minutes(-5), NINE)),
    (Obstacle.TOO_EARLY, lambda held: shift(held, "talk", minutes(-5), clock("09:28"))),
    (Obstacle.TOO_SHORT, lambda held: extend(held, "case", minutes(-30), NINE)),
    (Obstacle.TOO_SHORT, lambda held: extend(begin(held, "talk", NINE), "talk", minutes(-10), clock("09:50"))),
]


@pytest.mark.parametrize(("reason", "step"), REFUSALS)
def test_what_cannot_be_is_refused_with_its_reason(reason: Obstacle, step: object) -> None:
    """And in a sentence that says what to do."""
    assert callable(step)
    with pytest.raises(AgendaRefused) as refused:
        step(morning())
    assert refused.value.reason == reason
    assert ":" in str(refused.value) or reason == Obstacle.RUNS_ALREADY


def test_a_part_that_is_gone_is_not_found_and_a_full_agenda_takes_no_more() -> None:
    """Two people at two tablets."""
    with pytest.raises(NotFound):
        shift(cut(morning(), "case", NINE), "case", minutes(5), NINE)
    full = morning()
    tea = part(SegmentKind.TEA_BREAK, "00:00", "00:01")
    while len(full.agenda) < MOST_PARTS:
        full, _ = insert(full, tea, "", NINE)
    with pytest.raises(AgendaRefused) as refused:
        insert(full, tea, "", NINE)
    assert refused.value.reason == Obstacle.FULL


def test_the_same_plan_again_leaves_a_running_agenda_alone_and_a_new_one_keeps_what_has_begun() -> None:
    """A venue file may be imported at any time."""
    before = expect(shift(begin(morning(), "sign_in", NINE), "talk", minutes(10), NINE), "talk", clock("09:50"))
    same = replanned(before, plan_of(before))
    assert same == before
    planned = plan_of(before)
    other = replace(planned, agenda=(*planned.agenda[:2], replace(planned.agenda[2], ends_at=clock("11:05"))))
    new = replanned(before, other)
    assert times(new) == {"sign_in": "09:00-09:30", "talk": "09:30-10:30", "case": "10:30-11:05"}
    assert part_of(new, "sign_in").started_at == NINE
    assert replanned(morning(), other) == replace(morning(), agenda=other.agenda)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["begin", "end", "shift", "along", "swap", "insert", "cut", "extend"]),
        st.integers(0, 6),
        st.integers(0, 6),
        st.integers(-30, 30).filter(bool),
        st.integers(0, 20),
    ),
    max_size=25,
)


def taken(held: Meeting, what: str, first: str, second: str, by: timedelta, now: datetime) -> Meeting:
    """Take one step of any kind."""
    tea = part(SegmentKind.TEA_BREAK, "00:00", "00:15")
    steps = {
        "begin": lambda: begin(held, first, now),
        "end": lambda: end(held, first, now),
        "shift": lambda: shift(held, first, by, now),
        "along": lambda: shift(held, first, by, now, along=True),
        "swap": lambda: swap(held, first, second, now),
        "insert": lambda: insert(held, tea, first, now)[0],
        "cut": lambda: cut(held, first, now),
        "extend": lambda: extend(held, first, by, now),
    }
    return steps[what]()


@given(STEPS)
def test_whatever_is_done_parts_never_overlap_lengths_stay_and_the_plan_is_never_lost(
    steps: list[tuple[str, int, int, int, int]],
) -> None:
    """Real times are never changed, and the meeting is never over before what is still to come."""
    held, now = opened(morning()), NINE
    plan = plan_of(held)
    for what, one, other, by, pause in steps:
        now += minutes(pause)
        keys = [part.key for part in held.agenda] or ["none"]
        first, second = keys[one % len(keys)], keys[other % len(keys)]
        real = {part.key: (part.started_at, part.ended_at) for part in held.agenda}
        try:
            held = taken(held, what, first, second, minutes(by), now)
        except (AgendaRefused, NotFound):
            continue
        after = {part.key: (part.started_at, part.ended_at) for part in held.agenda}
        for key, (started, ended) in real.items():
            if key in after:
                assert started is None or after[key][0] == started
                assert ended is None or after[key][1] == ended
        rest = coming(held)
        assert all(b.starts_at >= a.ends_at for a, b in pairwise(rest))
        assert all(part.ends_at > part.starts_at for part in rest)
        assert sum(part.started_at is not None and part.ended_at is None for part in held.agenda) <= 1
        assert all(part.ends_at <= held.ends_at for part in held.agenda)
        assert plan_of(held) == plan
