from datetime import UTC, datetime

import pytest

from kiosk.care.revival import FIRST_WORD_S, LONGEST_S, SILENT_S, Look, Revival, Why

DAY = datetime(2026, 12, 31, 10, 0, tzinfo=UTC)
NIGHT = datetime(2026, 12, 31, 4, 5, tzinfo=UTC)
HOUR_MS = 3_600_000


def seen(page_s: float | None, *, idle: bool = True) -> Look:
    """See a browser that runs before a kiosk that answers."""
    return Look(running=True, answers=True, idle=idle, page_s=page_s)


def revival() -> Revival:
    """Begin to watch a browser that was started at 0."""
    made = Revival(4, 0)
    assert made.judge(seen(None), 0, DAY) is None
    return made


def test_a_page_that_spoke_a_moment_ago_is_left_alone() -> None:
    """Up to four of its words may be missed."""
    watched = revival()
    assert watched.judge(seen(1), 60_000, DAY) is None
    assert watched.judge(seen(SILENT_S), 60_000, DAY) is None


def test_a_page_that_fell_silent_gets_a_new_browser() -> None:
    """Whether its renderer died, froze, or draws nothing any more."""
    assert revival().judge(seen(SILENT_S + 1), 60_000, DAY) is Why.SILENT


def test_a_browser_that_ended_is_started_again() -> None:
    """Whatever else is known."""
    assert revival().judge(Look(running=False, answers=False), 60_000, DAY) is Why.GONE


def test_a_page_is_not_to_blame_while_the_kiosk_itself_is_away() -> None:
    """It says so on its screen; and the kiosk that is back has to be heard by it first."""
    watched = revival()
    assert watched.judge(Look(running=True, answers=False), HOUR_MS, DAY) is None
    assert watched.judge(seen(None), HOUR_MS + 1_000, DAY) is None
    assert watched.judge(seen(None), HOUR_MS + 1_000 + int(FIRST_WORD_S * 1000), DAY) is None
    assert watched.judge(seen(None), HOUR_MS + 2_000 + int(FIRST_WORD_S * 1000), DAY) is Why.SILENT


def test_a_slow_machine_is_given_more_and_more_time_for_the_first_word() -> None:
    """A browser killed before it could speak would never speak; the wait is bounded."""
    watched, now_ms, waits = revival(), 0, []
    for _ in range(6):
        began = now_ms
        while watched.judge(seen(600), now_ms, DAY) is None:  # what an earlier browser said counts for nothing
            now_ms += 1_000
        waits.append((now_ms - began) // 1000)
        watched.started(now_ms)
    assert waits == [31, 61, 121, 241, 301, 301]
    assert waits[-1] == LONGEST_S + 1


@pytest.mark.parametrize(
    ("local", "idle", "age_ms", "expected"),
    [
        (NIGHT, True, 3 * HOUR_MS, Why.NIGHT),
        (NIGHT, False, 3 * HOUR_MS, None),
        (NIGHT, True, HOUR_MS, None),
        (DAY, True, 3 * HOUR_MS, None),
    ],
)
def test_once_a_night_the_browser_is_started_anew_when_nobody_stands_there(
    local: datetime,
    idle: bool,  # noqa: FBT001 - a parameter of the test
    age_ms: int,
    expected: Why | None,
) -> None:
    """In the hour of the settings, by the venue's clock, and not again in that hour."""
    assert revival().judge(seen(1, idle=idle), age_ms, local) is expected


def test_the_nightly_start_can_be_switched_off() -> None:
    """No hour is -1."""
    assert Revival(-1, 0).judge(seen(1), 3 * HOUR_MS, NIGHT) is None
