"""Whoever runs a meeting moves its parts, and everything that counts from them follows, to the second (R111-R115)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from hub.domain.agenda_changes import AgendaStep, Cause
from hub.domain.agenda_obstacles import Obstacle
from hub.domain.errors import AgendaRefused, InvalidInput, NotFound
from hub.domain.guest_messages import MessageKind
from hub.domain.meetings import Meeting, Segment, SegmentKind
from hub.domain.run_of_show import AgendaTimes, opened, part_of
from hub.domain.task_kinds import TaskKind
from hub.domain.task_life import TaskTimes
from hub.domain.tasks import Task, TaskState
from hub.domain.transfers import Leads
from hub.domain.words import Words
from hub.ports import Store, Transaction
from hub.usecases import run_agenda
from hub.usecases.acting import Deciding
from hub.usecases.announce_delay import announce_delay
from hub.usecases.follow_agenda import SPEAKER_DUE, TALK_ENDS, follow_agenda, set_talks
from hub.usecases.pass_time import fire_next
from hub.usecases.power_off_room import AFTER, POWER_OFF
from hub.usecases.serve_tea import ROUND
from hub.usecases.timer_rules import timer_rules
from hub.usecases.watch_presenters import report_late, stand_in
from tests.hub.build import admission, check_in, furnish, invited, meeting

NINE = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
"""09:00 in Shanghai."""

TIMES = AgendaTimes()
RULES = timer_rules(TaskTimes(), Leads())
_ids = count()

Step = Callable[[Transaction, Deciding], object]


def clock(text: str) -> datetime:
    """Return a time of the morning, such as 10:25 or 10:25:30."""
    hours, minutes, *seconds = (int(one) for one in text.split(":"))
    return NINE + timedelta(hours=hours - 9, minutes=minutes, seconds=sum(seconds))


def part(kind: SegmentKind, starts: str, ends: str, speaker: str = "", *, quiet: bool = False) -> Segment:
    """Return a part; ``speaker`` is the key of its presenter in the guest list."""
    words = Words(f"{kind.value} 环节", kind.value)
    return Segment(
        kind=kind, title=words, starts_at=clock(starts), ends_at=clock(ends), speaker=speaker, quiet=quiet, owner="组"
    )


def morning() -> Meeting:
    """Return a launch with a talk by guest 1 and a case study by guest 2."""
    parts = (
        part(SegmentKind.SIGN_IN, "09:00", "09:30"),
        part(SegmentKind.TALK, "09:30", "10:30", "id:G1", quiet=True),
        part(SegmentKind.CASE, "10:30", "11:00", "id:G2"),
        part(SegmentKind.MEAL, "11:00", "12:00"),
    )
    return meeting(doors_at=NINE, starts_at=clock("09:30"), ends_at=clock("12:00"), agenda=parts)


def prepared(store: Store) -> Store:
    """Store the morning with three guests, of whom two speak, and its timers as of 08:00."""
    guests = [invited(number, source_key=f"id:G{number}") for number in (1, 2, 3)]
    with_mail = [replace(one, guest=replace(one.guest, email=f"g{n}@example.com")) for n, one in enumerate(guests[:2])]
    with store.write() as tx:
        furnish(tx, [*with_mail, guests[2]])
        tx.meetings.save(morning())
        follow_agenda(tx, [morning()], clock("08:00"))
    return store


def who(now: datetime, actor: str = "小李") -> Deciding:
    """Return somebody who acts at an instant."""
    return Deciding(actor=actor, at=now, ids=lambda: f"id-{next(_ids):06}")


def pass_to(store: Store, now: datetime) -> None:
    """Let the clock stand at an instant: all that is due fires."""
    while (fired := fire_next(store, who(now, "hub"), RULES)) is not None:
        assert fired.problem is None, fired


def do(store: Store, now: datetime, step: Step) -> None:
    """Take one step at an instant."""
    with store.write() as tx:
        step(tx, who(now))


def called(store: Store, kind: TaskKind) -> list[Task]:
    """Return the open tasks of a kind."""
    with store.read() as tx:
        return [one for one in tx.tasks.open() if one.kind is kind]


def held(store: Store) -> Meeting:
    """Return the meeting as it is stored."""
    with store.read() as tx:
        return opened(tx.meetings.get(["m-launch"])["m-launch"])


def due(store: Store, rule: str) -> dict[str, datetime]:
    """Return the timers of a rule."""
    with store.read() as tx:
        return {one.subject: one.due_at for one in tx.timers.of_rule(rule)}


def arrive(store: Store, number: int) -> None:
    """Let a guest check in."""
    with store.write() as tx:
        tx.check_ins.add([check_in(number)])
        tx.check_ins.admit([admission(check_in(number))])


def begin(store: Store, now: str, key: str) -> None:
    """Begin a part."""
    do(store, clock(now), lambda tx, by: run_agenda.begin_part(tx, "launch", key, by, TIMES))


def test_a_morning_with_a_late_speaker_is_kept_on_time_to_the_second(store: Store) -> None:
    """Swap proposed at the very beginning, applied in one tap; the talk's host reminded 5 minutes before its new end.

    In between the hub restarts: what was set stays set, and nothing fires twice.
    """
    prepared(store)
    arrive(store, 2)
    begin(store, "09:00", "sign_in")
    pass_to(store, clock("09:29:59"))
    assert called(store, TaskKind.SPEAKER_LATE) == []
    pass_to(store, clock("09:30"))
    (late,) = called(store, TaskKind.SPEAKER_LATE)
    assert (late.created_at, late.facts["segment"], late.facts["other"]) == (clock("09:30"), "talk", "case")
    assert (late.facts["invitation"], late.facts["instead_zh"]) == ("inv-1", "case 环节")

    do(store, clock("09:31"), lambda tx, by: stand_in(tx, "launch", "talk", "", by, TIMES))
    assert called(store, TaskKind.SPEAKER_LATE) == []
    now = held(store)
    assert [(one.key, one.starts_at) for one in now.agenda] == [
        ("sign_in", clock("09:00")),
        ("case", clock("09:31")),
        ("talk", clock("10:01")),
        ("meal", clock("11:01")),
    ]
    assert now.ends_at == clock("12:01")
    begin(store, "09:31", "case")
    with store.write() as tx:  # the hub starts again, and sets what its settings say
        set_talks(tx, tx.meetings.all(), clock("09:40"))
    pass_to(store, clock("09:55:59"))
    assert called(store, TaskKind.TALK_ENDS) == []
    pass_to(store, clock("09:56"))
    (first,) = called(store, TaskKind.TALK_ENDS)
    assert (first.facts["segment"], first.due_at) == ("case", clock("10:01"))

    arrive(store, 1)
    begin(store, "10:02", "talk")
    assert called(store, TaskKind.TALK_ENDS) == [], "the case is over"
    pass_to(store, clock("10:56:59"))
    assert called(store, TaskKind.TALK_ENDS) == []
    assert called(store, TaskKind.SPEAKER_LATE) == [], "the speaker came before the new beginning"
    pass_to(store, clock("10:57"))
    (second,) = called(store, TaskKind.TALK_ENDS)
    assert (second.facts["segment"], second.created_at, second.due_at) == ("talk", clock("10:57"), clock("11:02"))
    with store.read() as tx:
        steps = [(one.step, one.part, one.by) for one in tx.agenda_changes.newest("m-launch", 9)]
    assert steps == [
        (AgendaStep.BEGIN, "talk", "小李"),
        (AgendaStep.BEGIN, "case", "小李"),
        (AgendaStep.STAND_IN, "talk", "小李"),
        (AgendaStep.BEGIN, "sign_in", "小李"),
    ]


def test_the_call_for_a_presenter_ends_by_itself_when_they_check_in(store: Store) -> None:
    """Looked at every ten seconds, while the call is open and no longer."""
    prepared(store)
    pass_to(store, clock("09:30"))
    assert len(called(store, TaskKind.SPEAKER_LATE)) == 1
    arrive(store, 1)
    pass_to(store, clock("09:30:09"))
    assert len(called(store, TaskKind.SPEAKER_LATE)) == 1
    pass_to(store, clock("09:30:10"))
    assert called(store, TaskKind.SPEAKER_LATE) == []
    assert due(store, "speaker_look") == {}


def test_without_a_case_study_whose_presenter_is_here_a_tea_break_stands_in(store: Store) -> None:
    """R114: 或安排茶歇."""
    prepared(store)
    pass_to(store, clock("09:30"))
    (late,) = called(store, TaskKind.SPEAKER_LATE)
    assert (late.facts["other"], late.facts["instead_en"]) == ("tea", "Tea break")
    do(store, clock("09:30"), lambda tx, by: stand_in(tx, "launch", "talk", "", by, TIMES))
    now = held(store)
    assert [(one.key, one.starts_at) for one in now.agenda][1:3] == [
        ("tea_break", clock("09:30")),
        ("talk", clock("09:45")),
    ]
    with pytest.raises(AgendaRefused) as refused:
        do(store, clock("09:31"), lambda tx, by: stand_in(tx, "launch", "talk", "case", by, TIMES))
    assert refused.value.reason == Obstacle.NO_STAND_IN


def test_a_presenter_who_reports_ten_minutes_is_stood_in_for_at_once_and_a_shorter_delay_is_waited_for(
    store: Store,
) -> None:
    """R114."""
    prepared(store)
    do(store, clock("09:10"), lambda tx, by: report_late(tx, "launch", "talk", timedelta(minutes=5), by, TIMES))
    assert called(store, TaskKind.SPEAKER_LATE) == []
    pass_to(store, clock("09:34:59"))
    assert called(store, TaskKind.SPEAKER_LATE) == []
    pass_to(store, clock("09:35"))
    assert len(called(store, TaskKind.SPEAKER_LATE)) == 1
    do(store, clock("09:36"), lambda tx, by: report_late(tx, "launch", "case", timedelta(minutes=10), by, TIMES))
    assert [one.facts["segment"] for one in called(store, TaskKind.SPEAKER_LATE)] == ["talk", "case"]
    assert called(store, TaskKind.SPEAKER_LATE)[1].facts["expected"] == clock("10:40").isoformat()
    later = timedelta(minutes=5)
    do(store, clock("09:37"), lambda tx, by: run_agenda.shift_part(tx, "launch", "meal", later, by, TIMES))
    assert len(called(store, TaskKind.SPEAKER_LATE)) == 2, "a step elsewhere ends no call"
    do(store, clock("09:38"), lambda tx, by: run_agenda.shift_part(tx, "launch", "case", 3 * later, by, TIMES))
    assert [one.facts["segment"] for one in called(store, TaskKind.SPEAKER_LATE)] == ["talk"], "now they are in time"


def test_a_reminder_follows_the_end_and_comes_again_only_for_a_new_one(store: Store) -> None:
    """R112: once for each end; acknowledged, then ten minutes more, so the speaker is told of the new end too."""
    prepared(store)
    arrive(store, 1)
    begin(store, "09:30", "talk")
    pass_to(store, clock("10:25"))
    assert len(called(store, TaskKind.TALK_ENDS)) == 1
    do(
        store,
        clock("10:27"),
        lambda tx, by: run_agenda.extend_part(tx, "launch", "talk", timedelta(minutes=2), by, TIMES),
    )
    (moved,) = called(store, TaskKind.TALK_ENDS)
    assert moved.due_at == clock("10:32"), "one that is still open moves along"
    do(
        store,
        clock("10:28"),
        lambda tx, by: run_agenda.extend_part(tx, "launch", "talk", timedelta(minutes=10), by, TIMES),
    )
    assert called(store, TaskKind.TALK_ENDS) == []
    pass_to(store, clock("10:36:59"))
    assert called(store, TaskKind.TALK_ENDS) == []
    pass_to(store, clock("10:37"))
    pass_to(store, clock("10:41"))
    (again,) = called(store, TaskKind.TALK_ENDS)
    assert (again.created_at, again.state) == (clock("10:37"), TaskState.NEW)


def test_after_an_outage_a_reminder_fires_once_or_is_dropped_and_counted(store: Store) -> None:
    """Five minutes before the end of a talk that is over is no use to anybody (C.5)."""
    prepared(store)
    for number in (1, 2):
        arrive(store, number)
    pass_to(store, clock("10:58"))  # the hub was away since 08:00
    assert [one.facts["segment"] for one in called(store, TaskKind.TALK_ENDS)] == ["case"]
    assert (due(store, TALK_ENDS), due(store, SPEAKER_DUE)) == ({}, {})
    with store.read() as tx:
        subjects = [f"{rule} m-launch/{key}" for rule in (SPEAKER_DUE, TALK_ENDS) for key in ("talk", "case")]
        dropped = {one: len(tx.records.audited(one, NINE, 9)) for one in subjects}
    assert dropped == {
        "speaker_due m-launch/talk": 1,
        "speaker_due m-launch/case": 0,
        "talk_ends m-launch/talk": 1,
        "talk_ends m-launch/case": 0,
    }


def test_tea_and_power_follow_the_agenda(store: Store) -> None:
    """A refill that waits for the end of a quiet talk waits for its new end; the room goes dark after the real one."""
    prepared(store)
    arrive(store, 1)
    pass_to(store, clock("09:15"))
    begin(store, "09:30", "talk")
    pass_to(store, clock("10:15"))
    assert due(store, ROUND)["m-launch"] == clock("10:30")
    do(
        store,
        clock("10:21"),
        lambda tx, by: run_agenda.extend_part(tx, "launch", "talk", timedelta(minutes=10), by, TIMES),
    )
    assert due(store, ROUND)["m-launch"] == clock("10:40")
    assert due(store, POWER_OFF)["m-launch"] == clock("12:10") + AFTER
    begin(store, "10:41", "case")
    begin(store, "11:05", "meal")
    do(store, clock("11:50"), lambda tx, by: run_agenda.end_part(tx, "launch", "meal", by, TIMES))
    assert due(store, POWER_OFF)["m-launch"] == clock("11:50") + AFTER


def test_a_delay_moves_the_agenda_and_writes_to_guests_with_an_address_in_one_transaction(store: Store) -> None:
    """R135; a second notice takes the place of a first one that has not gone out."""
    prepared(store)
    begin(store, "09:00", "sign_in")
    for now, minutes in (("09:20", 5), ("09:25", 10)):
        do(
            store,
            clock(now),
            lambda tx, by, minutes=minutes: announce_delay(  # type: ignore[misc]
                tx, "launch", Cause.EQUIPMENT, timedelta(minutes=minutes), by, TIMES
            ),
        )
    assert part_of(held(store), "talk").starts_at == clock("09:45")
    assert part_of(held(store), "case").starts_at == clock("10:45")
    with store.read() as tx:
        told = tx.guest_messages.newest(9)
        notice = tx.agenda_changes.notices(["m-launch"], clock("09:26"))["m-launch"]
        assert tx.agenda_changes.notices(["m-launch"], clock("09:45")) == {}
    waiting = [(one.kind, one.invitation, one.facts["minutes"]) for one in told if one.problem == ""]
    assert sorted(waiting) == [(MessageKind.DELAYED, "inv-1", "10"), (MessageKind.DELAYED, "inv-2", "10")]
    assert (notice.why, notice.minutes, notice.until) == ("equipment", 10, clock("09:45"))
    assert (due(store, TALK_ENDS)["m-launch/talk"], due(store, SPEAKER_DUE)["m-launch/talk"]) == (
        clock("10:40"),
        clock("09:45"),
    )


def test_a_part_that_runs_takes_longer_when_it_is_delayed(store: Store) -> None:
    """The projector fails in the middle of the last talk."""
    prepared(store)
    begin(store, "09:30", "talk")
    do(
        store,
        clock("09:50"),
        lambda tx, by: announce_delay(tx, "launch", Cause.EQUIPMENT, timedelta(minutes=10), by, TIMES, part="talk"),
    )
    assert part_of(held(store), "talk").ends_at == clock("10:40")


def test_what_cannot_be_leaves_nothing_behind(store: Store) -> None:
    """Neither in the agenda nor in its history, nor a message."""
    prepared(store)
    before = held(store)
    with pytest.raises(NotFound):
        do(store, NINE, lambda tx, by: run_agenda.begin_part(tx, "nowhere", "talk", by, TIMES))
    with pytest.raises(InvalidInput):
        do(store, NINE, lambda tx, by: announce_delay(tx, "launch", Cause.WEATHER, timedelta(), by, TIMES))
    large = replace(run_agenda.tea_break(TIMES, NINE, None), title=Words("茶" * 3000, "tea" * 1000))
    with pytest.raises(AgendaRefused) as refused:
        do(store, NINE, lambda tx, by: run_agenda.insert_part(tx, "launch", large, "", by, TIMES))
    assert refused.value.reason == Obstacle.TOO_LARGE
    assert held(store) == before
    with store.read() as tx:
        assert tx.agenda_changes.newest("m-launch", 9) == []
        assert tx.guest_messages.newest(9) == []


def test_every_step_tells_kiosks_and_pages(store: Store) -> None:
    """By the entry of the meeting in the feed, from which kiosks fetch its card (R113)."""
    prepared(store)
    with store.read() as tx:
        position = tx.feed.head(["meeting"])
    do(
        store,
        NINE,
        lambda tx, by: run_agenda.shift_part(tx, "launch", "case", timedelta(minutes=5), by, TIMES, why="客户要求"),
    )
    do(store, NINE, lambda tx, by: run_agenda.swap_parts(tx, "launch", "talk", "case", by, TIMES))
    do(store, NINE, lambda tx, by: run_agenda.cut_part(tx, "launch", "meal", by, TIMES))
    with store.read() as tx:
        changes = tx.feed.after(position, ["meeting"], 9)
        done = tx.agenda_changes.newest("m-launch", 9)
    assert [one.key for one in changes] == ["m-launch"]
    assert [(one.step, one.minutes, one.why) for one in done] == [
        (AgendaStep.CUT, 0, ""),
        (AgendaStep.SWAP, 0, ""),
        (AgendaStep.SHIFT, 5, "客户要求"),
    ]
    assert [one.key for one in held(store).cut] == ["meal"]
