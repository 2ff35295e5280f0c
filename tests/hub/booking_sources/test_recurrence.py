"""Series: on which dates they take place, in which zone, and what a hostile one costs."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from hub.booking_sources.objects import Reading
from hub.domain.bookings import BookingState
from hub.domain.source_items import Horizon, Resource
from tests.hub.booking_sources.ics import calendar, event

SHANGHAI = ZoneInfo("Asia/Shanghai")
HORIZON = Horizon(since=datetime(2026, 10, 1, tzinfo=UTC), until=datetime(2027, 4, 30, tzinfo=UTC))

BERLIN = (
    "DTSTART;TZID=Europe/Berlin:20261020T090000",
    "DTEND;TZID=Europe/Berlin:20261020T100000",
    "RRULE:FREQ=WEEKLY;COUNT=3",
)
DESCRIBED = """BEGIN:VTIMEZONE
TZID:House Time
BEGIN:STANDARD
DTSTART:16011028T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010325T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE""".replace("\n", "\r\n")


def read(*parts: str, horizon: Horizon = HORIZON) -> Resource:
    """Return what one object stands for."""
    _, found = Reading(SHANGHAI, horizon, "hall").resource("a.ics", '"1"', calendar(*parts).encode())
    return found


def starts(*parts: str) -> list[str]:
    """Return when an object's meetings start."""
    found = read(*parts)
    assert found.bad == ()
    return [f"{one.starts_at:%m-%d %H:%M}" for one in found.items]


def change(of: str, *lines: str, range_: str = "") -> str:
    """Return an event for one date of a series in Berlin."""
    return event(f"RECURRENCE-ID;TZID=Europe/Berlin{range_}:{of}", *lines)


def test_a_series_keeps_its_local_time_when_clocks_change() -> None:
    """Nine in Berlin is seven, then eight in UTC; each date is known by its own instant."""
    assert starts(event(*BERLIN)) == ["10-20 07:00", "10-27 08:00", "11-03 08:00"]
    assert [one.occurrence for one in read(event(*BERLIN)).items] == [
        "20261020T070000Z",
        "20261027T080000Z",
        "20261103T080000Z",
    ]


@pytest.mark.parametrize(
    "zone", ["House Time", "W. Europe Standard Time", "/mozilla.org/20050126_1/Europe/Berlin", "Europe/Berlin"]
)
def test_a_zone_may_be_described_or_windows_or_of_the_world(zone: str) -> None:
    """All four are Berlin's."""
    lines = [line.replace("Europe/Berlin", zone) for line in BERLIN]
    assert starts(DESCRIBED, event(*lines)) == ["10-20 07:00", "10-27 08:00", "11-03 08:00"]


def test_china_standard_time_is_shanghais() -> None:
    """As Outlook calls it."""
    noon = ("DTSTART;TZID=China Standard Time:20261201T120000", "DURATION:PT1H")
    assert starts(event(*noon)) == ["12-01 04:00"]


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=YEARLY;BYSECOND=0,1,2", "X"])
def test_a_zone_with_hostile_rules_is_refused(rule: str) -> None:
    """It would be counted through for ever."""
    hostile = DESCRIBED.replace("FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", rule)
    (bad,) = read(hostile, event("DTSTART;TZID=House Time:20261201T120000", "DURATION:PT1H")).bad
    assert bad.field == "TZID"


def test_a_time_that_clocks_skip_is_read_by_the_offset_before() -> None:
    """RFC 5545 section 3.3.5; one that comes twice is the first."""
    skipped = ("DTSTART;TZID=Europe/Berlin:20270328T023000", "DURATION:PT1H")
    twice = ("DTSTART;TZID=Europe/Berlin:20261025T023000", "DURATION:PT1H")
    assert starts(event(*skipped)) == ["03-28 01:30"]
    assert starts(event(*twice)) == ["10-25 00:30"]


def test_dates_are_left_out_and_added() -> None:
    """EXDATE and RDATE, also as a period with an end of its own."""
    found = read(
        event(
            *BERLIN,
            "EXDATE;TZID=Europe/Berlin:20261027T090000",
            "EXDATE:20261103T080000Z",
            "RDATE;VALUE=PERIOD:20261205T080000Z/PT3H,20261206T080000Z/20261206T120000Z",
            "RDATE;TZID=Europe/Berlin:20261207T090000",
        )
    )
    lasts = [(f"{one.starts_at:%m-%d}", (one.ends_at - one.starts_at) / timedelta(hours=1)) for one in found.items]
    assert lasts == [("10-20", 1), ("12-05", 3), ("12-06", 4), ("12-07", 1)]


def test_one_date_may_be_moved_renamed_or_called_off() -> None:
    """And is still known as the date that it was."""
    moved = change("20261027T090000", "DTSTART:20261028T120000Z", "DTEND:20261028T130000Z", "SUMMARY:Moved")
    off = change("20261103T090000", "DTSTART:20261103T080000Z", "DTEND:20261103T090000Z", "STATUS:CANCELLED")
    found = read(event(*BERLIN, "SUMMARY:Series"), moved, off).items
    assert [(one.occurrence, one.title.en, one.state) for one in found] == [
        ("20261020T070000Z", "Series", BookingState.DEFINITE),
        ("20261027T080000Z", "Moved", BookingState.DEFINITE),
        ("20261103T080000Z", "(no title)", BookingState.CANCELLED),
    ]
    assert found[1].starts_at == datetime(2026, 10, 28, 12, tzinfo=UTC)


def test_a_date_of_its_own_is_told_though_the_series_is_not_there() -> None:
    """Who was invited to one date only gets that alone; the same where the series has no such date."""
    lone = change("20261215T090000", "DTSTART:20261215T080000Z", "DTEND:20261215T090000Z")
    assert starts(lone) == ["12-15 08:00"]
    assert "12-15 08:00" in starts(event(*BERLIN), lone)
    without = event(*BERLIN, "EXDATE;TZID=Europe/Berlin:20261215T090000")
    assert "12-15 08:00" not in starts(without, lone)


def test_a_date_and_all_later_ones_may_be_changed_at_once() -> None:
    """An hour later from the second on, for two hours; the third has a change of its own."""
    later = change(
        "20261027T090000",
        "DTSTART;TZID=Europe/Berlin:20261027T100000",
        "DTEND;TZID=Europe/Berlin:20261027T120000",
        "SUMMARY:Later",
        range_=";RANGE=THISANDFUTURE",
    )
    four = event(*BERLIN[:2], "RRULE:FREQ=WEEKLY;COUNT=4", "SUMMARY:Series")
    third = change("20261103T090000", "DTSTART:20261103T140000Z", "DTEND:20261103T150000Z", "SUMMARY:Own")
    found = [(f"{one.starts_at:%m-%d %H}-{one.ends_at:%H}", one.title.en) for one in read(four, later, third).items]
    assert found == [
        ("10-20 07-08", "Series"),
        ("10-27 09-11", "Later"),
        ("11-03 14-15", "Own"),
        ("11-10 09-11", "Later"),
    ]


def test_a_date_that_cannot_be_used_costs_the_others_nothing() -> None:
    """It is named by which one it is."""
    wrong = change("20261027T090000", "DTSTART:20261027T080000Z", "DTEND:20261027T070000Z", "SUMMARY:Wrong")
    found = read(event(*BERLIN), wrong)
    assert [one.occurrence[:8] for one in found.items] == ["20261020", "20261103"]
    (bad,) = found.bad
    assert (bad.field, bad.occurrence, bad.title) == ("DTEND", "20261027T080000Z", "Wrong")


def test_days_recur_by_the_calendar() -> None:
    """Midnight of the source's zone; the end of a rule may be a day, which counts."""
    days = ("DTSTART;VALUE=DATE:20261201", "RRULE:FREQ=DAILY;UNTIL=20261203", "EXDATE;VALUE=DATE:20261202")
    assert starts(event(*days)) == ["11-30 16:00", "12-02 16:00"]


def test_only_what_lies_in_the_horizon_is_told_of_a_series_without_end() -> None:
    """Also what began before it and is not over."""
    daily = event("DTSTART:15260101T220000Z", "DURATION:PT4H", "RRULE:FREQ=DAILY")
    around = Horizon(since=datetime(2026, 12, 1, tzinfo=UTC), until=datetime(2026, 12, 3, tzinfo=UTC))
    found = read(daily, horizon=around).items
    assert [f"{one.starts_at:%m-%d %H}" for one in found] == ["11-30 22", "12-01 22", "12-02 22"]
    far = event("DTSTART:23000101T220000Z", "DURATION:PT4H", "RRULE:FREQ=DAILY")
    assert read(far) == Resource(key="a.ics", version='"1"')


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=5",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYHOUR=1,2,3,4,5,6,7,8;BYMINUTE=1,2",
        "FREQ=YEARLY;BYHOUR=1,2,3,4,5;BYMINUTE=1,2,3,4,5,6,7,8,9;BYSECOND=1,2,3,4,5,6,7;BYYEARDAY=1,2,3,4,5,6,7;COUNT=99999999",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=99999999",
        "FREQ=DAILY;COUNT=x",
        "FREQ=DAILY;UNTIL=20261399",
        "FREQ=DAILY;" + "BYMONTH=1;" * 100,
        "RSCALE=CHINESE;FREQ=YEARLY",
        "",
    ],
)
def test_a_rule_that_is_absurd_or_none_is_named(rule: str) -> None:
    """However many dates it would give, it is done at once."""
    (bad,) = read(event("DTSTART:20261020T090000Z", "DURATION:PT1H", f"RRULE:{rule}")).bad
    assert (bad.field, bool(bad.problem.en), bool(bad.remedy.en)) == ("RRULE", True, True)


@pytest.mark.parametrize("frequency", ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"])
def test_a_rule_that_no_date_fulfils_ends(frequency: str) -> None:
    """By itself the library seeks a thirtieth of February until the year 9999."""
    rule = f"RRULE:FREQ={frequency};BYMONTH=2;BYMONTHDAY=30"
    assert starts(event("DTSTART:20261020T090000Z", "DURATION:PT1H", rule)) == ["10-20 09:00"]


def test_a_thousand_million_dates_cost_no_more_than_the_horizon() -> None:
    """From 500 years ago on."""
    rule = "RRULE:FREQ=DAILY;COUNT=1000000000"
    found = read(event("DTSTART:15261020T090000Z", "DURATION:PT1H", rule)).items
    assert len(found) == (HORIZON.until - HORIZON.since).days


@given(
    st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY"]),
    st.integers(1, 4),
    st.sampled_from(["", ";BYDAY=MO,-1FR", ";BYMONTHDAY=-1", ";BYMONTH=2", ";BYSETPOS=1;BYDAY=TU,WE", ";BYWEEKNO=10"]),
    st.integers(0, 2000),
)
def test_looking_late_or_early_gives_the_same_dates(frequency: str, interval: int, more: str, days: int) -> None:
    """The dates of a horizon are those of a wider one that lie in it."""
    if "BYWEEKNO" in more:
        frequency = "YEARLY"
    start = datetime(2021, 5, 4, 9, tzinfo=UTC) + timedelta(days=days)
    rule = f"RRULE:FREQ={frequency};INTERVAL={interval}{more}"
    lines = event(f"DTSTART;TZID=Europe/Berlin:{start:%Y%m%dT%H%M%S}", "DURATION:PT26H", rule)
    wide = read(lines, horizon=Horizon(since=HORIZON.since - timedelta(days=200), until=HORIZON.until))
    held = tuple(one for one in wide.items if HORIZON.holds(one.starts_at, one.ends_at))
    assert read(lines).items == held


def test_a_search_for_dates_begins_close_to_where_it_would_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library searches up to the year 9999; the calendar is the same every 400 years."""
    asked: list[datetime] = []

    def listening(text: str, dtstart: datetime) -> object:
        asked.append(dtstart)
        return rrulestr(text, dtstart=dtstart)

    monkeypatch.setattr("hub.booking_sources.recurrence.rrulestr", listening)
    rule = "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    assert starts(event("DTSTART:20261020T090000Z", "DURATION:PT1H", rule)) == ["10-20 09:00"]
    assert asked == [datetime(9626, 10, 20, 9)]  # noqa: DTZ001 - local, as the library takes it
