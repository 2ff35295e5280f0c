"""Curves of readings: where things stand, what is a gap, and that nobody is told what was not measured."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hub.web.charts import HIGH, ROWS, WIDE, Sample, Window, draw_chart, mark, spark, strip, table

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = Window(start=START, end=START + 60 * MINUTE)


def sample(minute: float, value: float, spread: float = 0.0) -> Sample:
    """Return what was measured in a minute."""
    return Sample(START + minute * MINUTE, value - spread, value, value + spread)


def points(path: str) -> list[tuple[float, float]]:
    """Return the points of a path."""
    return [(float(x), float(y)) for x, y in re.findall(r"([\d.-]+),([\d.-]+)", path)]


def test_a_line_goes_through_its_values_in_their_time() -> None:
    """Left is the start, right the end, the bottom the lowest number of the scale."""
    chart = draw_chart([sample(0, 20), sample(1, 22), sample(2, 24)], HOUR, SHANGHAI)
    assert chart is not None
    assert (chart.bottom, chart.top) == (20, 24)
    assert points(chart.line) == [(0, HIGH), (16.7, HIGH / 2), (33.3, 0)]
    assert chart.samples == "0:20 60:22 120:24"
    assert (chart.low, chart.mean, chart.high) == (20, 22, 24)


def test_where_nothing_was_measured_there_is_no_line() -> None:
    """Two runs with nothing between them; a lonely sample is a dot."""
    gap = (START + 3 * MINUTE, START + 30 * MINUTE)
    chart = draw_chart([sample(0, 20), sample(1, 20), sample(2, 21), sample(30, 22)], HOUR, SHANGHAI, [gap])
    assert chart is not None
    assert chart.line.count("M") == 2
    assert chart.line.endswith("h0")
    assert chart.band.count("M") == 1
    whole = draw_chart([sample(5, 20), sample(9, 20)], HOUR, SHANGHAI, [(START, START + 5 * MINUTE), (START, HOUR.end)])
    assert whole is not None
    assert whole.line.count("M") == 1, "silence before and after parts nothing"


def test_the_band_lies_between_least_and_most() -> None:
    """There along the most, back along the least."""
    near = draw_chart([sample(0, 20, 2), sample(1, 20, 1)], HOUR, SHANGHAI)
    assert near is not None
    assert points(near.band) == [(0, 0), (16.7, 50), (16.7, 150), (0, 200)]


@pytest.mark.parametrize(
    ("low", "high", "least", "scale"),
    [
        (20.2, 23.7, 0, ["20", "21", "22", "23", "24"]),
        (21.0, 21.0, 2, ["20.0", "20.5", "21.0", "21.5", "22.0"]),
        (0.0, 0.0, 0, None),
        (-3.0, 4.0, 0, ["-4", "-2", "0", "2", "4"]),
        (412, 1804, 0, ["0", "500", "1,000", "1,500", "2,000"]),
        (0.61, 0.93, 0, ["0.6", "0.7", "0.8", "0.9", "1.0"]),
    ],
)
def test_scales_have_round_numbers(low: float, high: float, least: float, scale: list[str] | None) -> None:
    """As many digits as they need; one value alone has a scale too."""
    chart = draw_chart([sample(0, low), sample(1, high)], HOUR, SHANGHAI, (), least)
    assert chart is not None
    texts = [tick.text for tick in chart.up]
    assert scale is None or texts == scale
    assert chart.bottom <= low <= high <= chart.top
    assert chart.bottom < chart.top
    assert all(0 <= tick.place <= 100 for tick in chart.up)


@pytest.mark.parametrize(
    ("span", "first", "most"),
    [
        (timedelta(hours=1), "09:00", 8),
        (timedelta(hours=6), "09:00", 8),
        (timedelta(hours=24), "09:00", 8),
        (timedelta(days=7), "12-02", 8),
        (timedelta(days=60), "12-15", 8),
        (timedelta(minutes=3), "09:00", 8),
    ],
)
def test_times_are_full_ones_of_the_houses_clock(span: timedelta, first: str, most: int) -> None:
    """Few enough to be read; midnight is a date."""
    window = Window(start=START, end=START + span)
    chart = draw_chart([sample(0, 1), sample(1, 2)], window, SHANGHAI)
    assert chart is not None
    texts = [tick.text for tick in chart.across]
    assert texts[0] == first
    assert 2 <= len(texts) <= most
    assert [tick.place for tick in chart.across] == sorted(tick.place for tick in chart.across)


def test_days_are_the_houses_days_when_its_clock_is_put_back() -> None:
    """Midnight stays midnight through the end of summer time."""
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 10, 22, 22, 0, tzinfo=UTC)
    window = Window(start=start, end=start + timedelta(days=6))
    chart = draw_chart([Sample(start, 1, 1, 1)], window, berlin)
    assert chart is not None
    assert [tick.text for tick in chart.across] == ["10-23", "10-24", "10-25", "10-26", "10-27", "10-28"]


def test_samples_outside_the_window_are_not_drawn_and_none_is_no_chart() -> None:
    """The step that began before the window still counts: it reaches inside."""
    assert draw_chart([], HOUR, SHANGHAI) is None
    assert draw_chart([sample(60, 2)], HOUR, SHANGHAI) is None
    chart = draw_chart([sample(-0.5, 1), sample(0.5, 2)], HOUR, SHANGHAI)
    assert chart is not None
    assert points(chart.line)[0][0] == 0


def test_a_spark_is_a_line_without_a_scale() -> None:
    """A level day is a level line in the middle; nothing measured is nothing drawn."""
    assert spark([], HOUR) == ""
    assert {y for _, y in points(spark([sample(0, 5), sample(1, 5)], HOUR))} == {HIGH / 2}
    assert {y for _, y in points(spark([sample(0, 5), sample(1, 6)], HOUR))} == {HIGH, 0}


def test_marks_stand_in_their_time_and_no_further_than_the_chart() -> None:
    """What goes on ends at the right edge; what was over before is not drawn."""
    whole = mark(HOUR, START + 30 * MINUTE, None, "hot", "too_high")
    assert whole is not None
    assert (whole.x, whole.width) == (50, 50)
    early = mark(HOUR, START - 30 * MINUTE, START + 15 * MINUTE, "hot", "too_high")
    assert early is not None
    assert (early.x, early.width) == (0, 25)
    once = mark(HOUR, START + 15 * MINUTE, START + 15 * MINUTE, "excused", "act")
    assert once is not None
    assert (once.x, once.width) == (25, 0)
    assert mark(HOUR, START - 30 * MINUTE, START - MINUTE, "x", "x") is None
    assert mark(HOUR, HOUR.end, None, "x", "x") is None


def test_words_are_stretches_until_the_next_word() -> None:
    """The same word twice is one stretch, and looks the same when it comes again."""
    said = [(START + minute * MINUTE, words) for minute, words in ((15, "off"), (20, "off"), (30, "on"), (45, "off"))]
    found = strip(said, HOUR)
    assert [(one.x, one.width, one.words) for one in found] == [(25, 25, "off"), (50, 25, "on"), (75, 25, "off")]
    assert found[0].kind == found[2].kind != found[1].kind
    assert strip([], HOUR) == []


def test_the_table_tells_the_same_in_few_lines() -> None:
    """Least and most of a stretch are those of all its samples."""
    day = Window(start=START, end=START + timedelta(days=1))
    samples = [sample(minute, minute % 30, 0.5) for minute in range(1440)]
    rows = table(samples, day)
    assert len(rows) == ROWS
    assert (rows[0].low, rows[0].mean, rows[0].high) == (-0.5, 14.5, 29.5)
    assert rows[1].at == START + 30 * MINUTE


def test_a_day_of_minutes_is_one_path_of_all_of_them() -> None:
    """1,440 samples (T5)."""
    day = Window(start=START, end=START + timedelta(days=1))
    chart = draw_chart([sample(minute, 20 + minute / 500) for minute in range(1440)], day, SHANGHAI)
    assert chart is not None
    assert len(points(chart.line)) == 1440
    assert max(x for x, _ in points(chart.line)) < WIDE
