"""What is on in a room and what comes next, minute by minute."""

from dataclasses import replace

import pytest

from hub.domain.meetings import Segment, SegmentKind
from hub.domain.words import Words
from hub.web.room_now import room_now
from tests.hub.build import at, meeting


def part(name: str, begin: float, end: float, kind: SegmentKind = SegmentKind.TALK) -> Segment:
    """Return a part of the agenda; times in seconds after the doors open."""
    return Segment(kind=kind, title=Words(name, name), starts_at=at(begin), ends_at=at(end))


TALK, GAP_TALK = part("talk", 3600, 5400), part("second", 6000, 7200)
TEA, LUNCH = part("tea", 7200, 8100, SegmentKind.TEA_BREAK), part("lunch", 8100, 9000, SegmentKind.MEAL)
DAY = meeting(agenda=(LUNCH, TALK, TEA, GAP_TALK))
EVENING = meeting("dinner", doors_at=at(20_000), starts_at=at(21_600), ends_at=at(30_000), agenda=())


def names(*parts: Segment | None) -> list[str | None]:
    """Return what parts are called."""
    return [one.title.en if one else None for one in parts]


@pytest.mark.parametrize(
    ("seconds", "segment", "following", "pause", "until"),
    [
        (0, None, "talk", "tea", 3600),
        (3600, "talk", "second", "tea", 5400),
        (5399, "talk", "second", "tea", 5400),
        (5400, None, "second", "tea", 6000),
        (6000, "second", "tea", "lunch", 7200),
        (7200, "tea", "lunch", None, 8100),
        (8100, "lunch", None, None, 9000),
        (9000, None, None, None, 10_800),
    ],
)
def test_the_part_that_runs_and_what_follows_change_with_the_minute(
    seconds: float, segment: str | None, following: str | None, pause: str | None, until: float
) -> None:
    """And the page is told when to look again (R103)."""
    found = room_now([DAY, EVENING], "hall", at(seconds))
    assert found.meeting == DAY
    assert names(found.segment, found.following, found.pause) == [segment, following, pause]
    assert found.coming == EVENING
    assert found.until == at(until)


def test_between_meetings_the_next_one_is_named() -> None:
    """From the end of one until the doors of the next open."""
    found = room_now([DAY, EVENING], "hall", at(10_800))
    assert (found.meeting, found.segment, found.coming) == (None, None, EVENING)
    assert found.until == EVENING.doors_at
    assert room_now([DAY, EVENING], "hall", at(20_000)).meeting == EVENING


def test_an_empty_day_is_calm() -> None:
    """Nothing is on, nothing comes, nothing is to be looked at again."""
    for others in ([], [replace(DAY, room="annex")], [replace(DAY, cancelled=True)]):
        found = room_now(others, "hall", at(3600))
        assert (found.meeting, found.coming, found.until) == (None, None, None)


def test_while_the_next_doors_open_the_meeting_that_speaks_has_the_room() -> None:
    """Doors may open before the last talk is over."""
    close = meeting("dinner", doors_at=at(10_000), starts_at=at(10_800), ends_at=at(14_400), agenda=())
    found = room_now([DAY, close], "hall", at(10_100))
    assert (found.meeting, found.coming) == (DAY, close)
