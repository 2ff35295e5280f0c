"""What became of a meeting, as it is written on its event: the hub's own properties, and nobody else's."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hub.booking_ports import TargetGone, WriteRefused
from hub.booking_sources.marks import marked
from hub.booking_sources.objects import Reading
from hub.domain.source_items import Horizon, Outcome, Resource, WriteBack
from tests.hub.booking_sources.ics import calendar, event

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 12, 1, 6, 30, tzinfo=UTC)
STARTS = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
OUTCOME = Outcome(expected=200, attended=153, first_check_in_at=STARTS, started_at=STARTS)
TOLD = WriteBack(
    op="op-1", resource="/a.ics", occurrence="", uid="a", version='"1"', outcome=OUTCOME, ends_at=STARTS + 2 * HOUR
)
RELEASED = replace(TOLD, outcome=Outcome(no_show=True, released_at=STARTS + HOUR), ends_at=STARTS + HOUR)
SINGLE = (
    "DTSTART;TZID=Asia/Shanghai:20261201T120000",
    "DTEND;TZID=Asia/Shanghai:20261201T140000",
    "SEQUENCE:3",
    "SUMMARY:Channel day",
)
RICH = (
    *SINGLE,
    'X-OTHER;X-P="a:b":kept\\, as\r\n  it\r\n\t stands',
    "ATTENDEE;PARTSTAT=ACCEPTED;CN=Li Mei;X-NUM-GUESTS=2:mailto:li@example.cn",
    "ATTENDEE;CN=Wang Fang:mailto:wang@example.cn",
    "DESCRIPTION:no\\nchange",
    "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nDESCRIPTION:!\r\nEND:VALARM",
)
SERIES = (*SINGLE, "RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE;TZID=Asia/Shanghai:20261208T120000")
THIRD = "20261215T040000Z"
OURS = ("X-YINGBIN-", "DTSTAMP", "LAST-MODIFIED")


def mark(text: str, told: WriteBack = TOLD) -> str:
    """Return a text with what became of a meeting."""
    found = marked(text.encode(), told, SHANGHAI, NOW)
    assert found is not None
    return found.decode()


def said(text: str) -> dict[str, str]:
    """Return the hub's own properties."""
    return dict(line.split(":", 1) for line in text.split("\r\n") if line.startswith("X-YINGBIN-"))


def others(text: str) -> list[str]:
    """Return everything else, line by line."""
    return [line for line in text.split("\r\n") if not line.startswith(OURS)]


def read(text: str) -> Resource:
    """Return what an object stands for then."""
    around = Horizon(since=STARTS - timedelta(days=30), until=STARTS + timedelta(days=60))
    return Reading(SHANGHAI, around, "hall").resource("/a.ics", "", text.encode())[1]


def test_counts_and_times_stand_on_the_event_and_all_else_as_it_did() -> None:
    """Byte for byte, folds, alarms, guests and unknown properties included."""
    before = calendar(event(*RICH))
    after = mark(before)
    assert others(after) == others(before)
    assert said(after) == {
        "X-YINGBIN-OP": "op-1",
        "X-YINGBIN-EXPECTED": "200",
        "X-YINGBIN-ATTENDED": "153",
        "X-YINGBIN-NO-SHOW": "FALSE",
        "X-YINGBIN-FIRST-CHECK-IN": "20261201T040000Z",
        "X-YINGBIN-STARTED": "20261201T040000Z",
    }
    assert "DTSTAMP:20261201T063000Z\r\nDTSTART" in after
    assert "LAST-MODIFIED:20261201T063000Z\r\n" in after
    assert after.index("LAST-MODIFIED") < after.index("BEGIN:VALARM")


def test_the_same_again_is_nothing_and_the_newer_counts() -> None:
    """Each property stands there once."""
    once = mark(calendar(event(*RICH)))
    assert marked(once.encode(), TOLD, SHANGHAI, NOW) is None
    twice = mark(once, replace(TOLD, op="op-2", outcome=Outcome(expected=200, attended=160)))
    assert (said(twice)["X-YINGBIN-ATTENDED"], twice.count("X-YINGBIN-ATTENDED")) == ("160", 1)
    assert "X-YINGBIN-STARTED" not in twice
    assert others(twice) == others(once)


def test_one_date_of_a_series_gets_an_event_of_its_own() -> None:
    """It says what the series says, at the same time; the others stay as they were."""
    before = calendar(event(*RICH, *SERIES[-2:]))
    after = mark(before, replace(TOLD, occurrence=THIRD))
    assert read(after).items == read(before).items
    series, own = after.split("BEGIN:VEVENT")[1:]
    assert "X-YINGBIN" not in series
    assert "RECURRENCE-ID;TZID=Asia/Shanghai:20261215T120000\r\nDTSTART;TZID=Asia/Shanghai:20261215T120000\r\n" in own
    assert "DTEND;TZID=Asia/Shanghai:20261215T140000\r\n" in own
    assert "BEGIN:VALARM" in own
    assert "RRULE" not in own
    assert "EXDATE" not in own
    again = mark(after, replace(TOLD, occurrence=THIRD, op="op-2"))
    assert again.count("BEGIN:VEVENT") == 2


def test_a_date_that_goes_by_a_change_of_earlier_ones_repeats_that() -> None:
    """RANGE=THISANDFUTURE: an hour later, for one hour."""
    change = event(
        "RECURRENCE-ID;TZID=Asia/Shanghai;RANGE=THISANDFUTURE:20261215T120000",
        "DTSTART;TZID=Asia/Shanghai:20261215T130000",
        "DURATION:PT1H",
        "SUMMARY:Later",
    )
    before = calendar(event(*SERIES), change)
    after = mark(before, replace(TOLD, occurrence="20261222T040000Z"))
    assert read(after).items == read(before).items
    assert "DTSTART;TZID=Asia/Shanghai:20261222T130000\r\n" in after
    with pytest.raises(WriteRefused):
        mark(before, replace(TOLD, occurrence=THIRD))


@pytest.mark.parametrize("occurrence", ["20261208T040000Z", "20261216T040000Z", "20270112T040000Z"])
def test_a_date_that_the_series_has_not_is_gone(occurrence: str) -> None:
    """Left out, never there, or after its end."""
    with pytest.raises(TargetGone):
        mark(calendar(event(*SERIES)), replace(TOLD, occurrence=occurrence))


def test_an_event_that_is_not_there_is_gone_and_one_that_cannot_be_read_is_refused() -> None:
    """No new one is made."""
    lone = calendar(event("RECURRENCE-ID:20261215T040000Z", *SINGLE))
    with pytest.raises(TargetGone):
        mark(lone, replace(TOLD, occurrence="20261222T040000Z"))
    with pytest.raises(TargetGone):
        mark(lone)
    with pytest.raises(TargetGone):
        mark(calendar(event(*SINGLE, uid="other")))
    with pytest.raises(WriteRefused):
        mark("garbage")
    with pytest.raises(WriteRefused):
        mark(calendar(event("DTSTART:20261201T040000Z")))


@pytest.mark.parametrize("line", [SINGLE[0], SINGLE[1]])
@pytest.mark.parametrize("occurrence", ["", THIRD])
def test_an_event_that_says_twice_when_it_is_is_left_as_it_is(line: str, occurrence: str) -> None:
    """RFC 5545, 3.6.1. A date's own event would say so four times, and would be written again each time it is read."""
    with pytest.raises(WriteRefused, match="twice"):
        mark(calendar(event(*SERIES, line)), replace(TOLD, occurrence=occurrence))


@pytest.mark.parametrize(
    ("end", "cut"),
    [
        ("DTEND;TZID=Asia/Shanghai:20261201T140000", "DTEND;TZID=Asia/Shanghai:20261201T130000"),
        ("DTEND:20261201T060000Z", "DTEND:20261201T050000Z"),
        ("DTEND;TZID=Europe/Berlin:20261201T070000", "DTEND;TZID=Europe/Berlin:20261201T060000"),
        ("DURATION:PT2H", "DURATION:PT3600S"),
    ],
)
def test_a_room_that_was_released_is_free_and_taken_again_when_that_is_undone(end: str, cut: str) -> None:
    """In the way in which the end is written; each is a new revision."""
    before = calendar(event(SINGLE[0], end, "SEQUENCE:3"))
    after = mark(before, RELEASED)
    assert cut in others(after)
    assert "SEQUENCE:4" in others(after)
    assert said(after)["X-YINGBIN-RELEASED"] == "20261201T050000Z"
    assert said(after)["X-YINGBIN-NO-SHOW"] == "TRUE"
    undone = mark(after, replace(TOLD, op="op-2"))
    (was,), (now,) = read(before).items, read(undone).items
    assert (now.starts_at, now.ends_at) == (was.starts_at, was.ends_at)
    assert "SEQUENCE:5" in others(undone)
    assert "X-YINGBIN-RELEASED" not in undone
    assert "BOOKED-END" not in undone


def test_an_end_that_somebody_set_after_the_release_stays() -> None:
    """It is theirs."""
    cut = mark(calendar(event(*SINGLE)), RELEASED)
    theirs = cut.replace("DTEND;TZID=Asia/Shanghai:20261201T130000", "DTEND;TZID=Asia/Shanghai:20261201T180000")
    assert others(mark(theirs, replace(TOLD, op="op-2"))) == others(theirs)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (SINGLE, replace(RELEASED, ends_at=STARTS)),
        (SINGLE, replace(RELEASED, ends_at=STARTS + 3 * HOUR)),
        (("DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261202"), RELEASED),
    ],
)
def test_no_end_is_moved_later_or_before_the_start_or_into_a_whole_day(lines: tuple[str, ...], told: WriteBack) -> None:
    """The counts are written all the same."""
    before = calendar(event(*lines))
    after = mark(before, told)
    assert others(after) == others(before)
    assert said(after)["X-YINGBIN-NO-SHOW"] == "TRUE"


def test_a_server_without_a_date_keeps_its_stamps() -> None:
    """Nothing is made up."""
    found = marked(calendar(event(*SINGLE)).encode(), TOLD, SHANGHAI, None)
    assert found is not None
    assert b"DTSTAMP:20261101T000000Z" in found
