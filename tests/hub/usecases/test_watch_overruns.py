"""A talk that runs over calls once, holds what hangs on it, and is settled by one tap, on both databases."""

from dataclasses import replace
from datetime import timedelta

from hub.domain.agenda_changes import AgendaStep
from hub.domain.meetings import SegmentKind
from hub.domain.overruns import Remedy
from hub.domain.run_of_show import part_of
from hub.domain.task_kinds import RULES, Role, TaskKind
from hub.ports import Store
from hub.usecases import run_agenda
from hub.usecases.follow_agenda import RUNS_OVER, SPEAKER_DUE, follow_agenda
from hub.usecases.power_off_room import POWER_OFF
from hub.usecases.serve_meals import MEALS
from hub.usecases.strike_room import STRIKE
from hub.usecases.watch_overruns import settle_overrun
from tests.hub.usecases.test_run_agenda import (
    TIMES,
    arrive,
    begin,
    called,
    clock,
    do,
    due,
    held,
    morning,
    part,
    pass_to,
    prepared,
)


def with_tea(store: Store) -> Store:
    """Store the morning with a tea break after the talk: 09:30 talk, 10:30 tea, 10:50 case study, 11:20 lunch."""
    prepared(store)
    parts = (
        *morning().agenda[:2],
        part(SegmentKind.TEA_BREAK, "10:30", "10:50"),
        part(SegmentKind.CASE, "10:50", "11:20", "id:G2"),
        part(SegmentKind.MEAL, "11:20", "12:00"),
    )
    with store.write() as tx:
        planned = replace(morning(), agenda=parts)
        tx.meetings.save(planned)
        follow_agenda(tx, [planned], clock("08:00"), TIMES)
    arrive(store, 1)
    return store


def settle(store: Store, now: str, remedy: Remedy) -> None:
    """Tap on what is proposed for the talk."""
    do(store, clock(now), lambda tx, by: settle_overrun(tx, "launch", "talk", remedy, by, TIMES))


def test_a_talk_that_runs_over_calls_once_after_five_minutes_to_the_second(store: Store) -> None:
    """With what helps: the tea break gives ten minutes, and the case study begins as planned."""
    with_tea(store)
    begin(store, "09:30", "talk")
    pass_to(store, clock("10:34:59"))
    assert called(store, TaskKind.RUNS_OVER) == []
    pass_to(store, clock("10:35"))
    (task,) = called(store, TaskKind.RUNS_OVER)
    assert RULES[task.kind].owner is Role.SUPERVISOR
    assert (task.created_at, task.facts["segment"], task.facts["over"]) == (clock("10:35"), "talk", "5")
    assert (task.facts["remedy"], task.facts["n"], task.facts["other_zh"]) == ("shorten", "10", "tea_break 环节")
    assert part_of(held(store), "case").starts_at == clock("10:50"), "nobody has decided anything yet"
    pass_to(store, clock("10:37"))
    settle(store, "10:37", Remedy.SHORTEN)
    assert called(store, TaskKind.RUNS_OVER) == []
    meeting = held(store)
    assert part_of(meeting, "talk").ends_at == clock("10:40")
    assert (part_of(meeting, "tea_break").starts_at, part_of(meeting, "case").starts_at) == (
        clock("10:40"),
        clock("10:50"),
    )
    with store.read() as tx:
        (last, *_) = tx.agenda_changes.newest("m-launch", 9)
    assert (last.step, last.minutes, last.by) == (AgendaStep.CATCH_UP, 10, "小李")
    pass_to(store, clock("10:44:59"))
    assert called(store, TaskKind.RUNS_OVER) == []
    pass_to(store, clock("10:45"))
    assert len(called(store, TaskKind.RUNS_OVER)) == 1, "it was given until 10:40, and runs on"


def test_moving_everything_is_one_tap_too_and_the_speaker_who_ends_ends_the_call(store: Store) -> None:
    """Whatever counts from the agenda follows, as with every step."""
    with_tea(store)
    begin(store, "09:30", "talk")
    pass_to(store, clock("10:36"))
    settle(store, "10:36", Remedy.SHIFT)
    assert part_of(held(store), "case").starts_at == clock("11:00")
    assert due(store, RUNS_OVER) == {"m-launch/talk": clock("10:45")}
    pass_to(store, clock("10:45"))
    assert len(called(store, TaskKind.RUNS_OVER)) == 1
    begin(store, "10:46", "tea_break")
    assert called(store, TaskKind.RUNS_OVER) == []
    assert due(store, RUNS_OVER) == {"m-launch/tea_break": clock("11:11")}


def test_a_house_sets_after_how_many_minutes_it_is_asked(store: Store) -> None:
    """Here two."""
    with_tea(store)
    times = replace(TIMES, overrun_after=timedelta(minutes=2))
    do(store, clock("09:30"), lambda tx, by: run_agenda.begin_part(tx, "launch", "talk", by, times))
    pass_to(store, clock("10:32"))
    assert [task.facts["n"] for task in called(store, TaskKind.RUNS_OVER)] == ["5"]


def test_the_next_presenter_is_not_missed_while_the_talk_before_runs_over(store: Store) -> None:
    """They are looked for again each minute, and missed at once when their turn has really come."""
    prepared(store)
    arrive(store, 1)
    begin(store, "09:30", "talk")
    pass_to(store, clock("10:33"))
    assert called(store, TaskKind.SPEAKER_LATE) == []
    assert due(store, SPEAKER_DUE) == {"m-launch/case": clock("10:34")}
    do(store, clock("10:33:20"), lambda tx, by: run_agenda.end_part(tx, "launch", "talk", by, TIMES))
    pass_to(store, clock("10:33:20"))
    (late,) = called(store, TaskKind.SPEAKER_LATE)
    assert (late.facts["segment"], late.created_at) == ("case", clock("10:33:20"))


def test_lunch_is_asked_for_as_the_talk_really_stands(store: Store) -> None:
    """An hour before it: the talk was to end at 10:00, and runs on until somebody ends it at 10:04."""
    prepared(store)
    parts = (
        part(SegmentKind.TALK, "09:30", "10:00", "id:G1"),
        part(SegmentKind.CASE, "10:00", "11:02", "id:G2"),
        part(SegmentKind.MEAL, "11:02", "12:00"),
    )
    with store.write() as tx:
        tx.meetings.save(replace(morning(), agenda=parts))
        follow_agenda(tx, [replace(morning(), agenda=parts)], clock("08:00"), TIMES)
    for number in (1, 2):
        arrive(store, number)
    begin(store, "09:30", "talk")
    pass_to(store, clock("10:02"))
    assert called(store, TaskKind.MEAL) == []
    assert due(store, MEALS) == {"m-launch": clock("10:05")}
    begin(store, "10:04", "case")
    pass_to(store, clock("10:05:59"))
    assert called(store, TaskKind.MEAL) == []
    pass_to(store, clock("10:06"))
    assert len(called(store, TaskKind.MEAL)) == 1


def test_nothing_is_switched_off_or_cleared_while_somebody_speaks(store: Store) -> None:
    """The last part runs over; two hours beyond its end it was forgotten."""
    prepared(store)
    begin(store, "11:00", "meal")
    pass_to(store, clock("12:20"))
    assert called(store, TaskKind.STRIKE) == []
    assert due(store, STRIKE)["m-launch"] <= clock("12:21")
    assert due(store, POWER_OFF)["m-launch"] > clock("12:30")
    do(store, clock("12:20:30"), lambda tx, by: run_agenda.end_part(tx, "launch", "meal", by, TIMES))
    pass_to(store, clock("12:22"))
    assert len(called(store, TaskKind.STRIKE)) == 1


def test_a_forgotten_part_holds_nothing_for_ever(store: Store) -> None:
    """Nobody taps any more; the house goes home."""
    prepared(store)
    begin(store, "11:00", "meal")
    pass_minutes(store, "12:00", 135)
    assert len(called(store, TaskKind.STRIKE)) == 1
    assert len(called(store, TaskKind.RUNS_OVER)) == 1
    assert due(store, POWER_OFF) == {}


def pass_minutes(store: Store, since: str, minutes: int) -> None:
    """Let the minutes pass one by one."""
    for number in range(minutes + 1):
        pass_to(store, clock(since) + timedelta(minutes=number))
