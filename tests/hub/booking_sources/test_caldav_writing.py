"""``CalDavSource`` writes to the real Radicale: conditionally, once, and says what came of it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from hub.booking_ports import SourceAway, SourceWrong, TargetGone, WriteRefused, WrittenMeanwhile
from hub.booking_sources.caldav import CalDavSource
from hub.domain.source_items import Outcome, WriteBack
from tests.hub.booking_sources.between import Asked, Between, Said, between
from tests.hub.booking_sources.contract import HORIZON, NOON
from tests.hub.booking_sources.ics import calendar, event
from tests.hub.booking_sources.radicale import HUB, PASSWORD, Radicale, Shared
from tests.hub.booking_sources.test_caldav import SHANGHAI

EVENT = event(
    "DTSTART;TZID=Asia/Shanghai:20261201T120000",
    "DURATION:PT2H",
    "RRULE:FREQ=DAILY;COUNT=3",
    "SUMMARY:渠道大会",
    "ATTENDEE;CN=Li Mei:mailto:li@example.cn",
    "X-THEIRS;X-P=1:kept",
    "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nDESCRIPTION:!\r\nEND:VALARM",
)


@pytest.fixture
def server(radicale: Radicale) -> Iterator[Between]:
    """Give a server before Radicale."""
    with between(radicale.url) as found:
        yield found


@pytest.fixture
def shared(radicale: Radicale) -> Shared:
    """Give a calendar with a series of three days."""
    made = radicale.calendar()
    made.put("a.ics", calendar(EVENT))
    return made


@pytest.fixture
def source(server: Between, shared: Shared) -> Iterator[CalDavSource]:
    """Give the source that asks by way of the server."""
    made = CalDavSource("calendar", [server.url + shared.path], HUB, PASSWORD, SHANGHAI)
    yield made
    made.close()


def second_day(source: CalDavSource) -> WriteBack:
    """Return what is to be told of the second day."""
    (resource,) = source.pull(source.collections()[0], None, HORIZON).resources
    item = resource.items[1]
    return WriteBack(
        op="op-1",
        resource=resource.key,
        occurrence=item.occurrence,
        uid=item.uid,
        version=resource.version,
        outcome=Outcome(expected=200, attended=153, first_check_in_at=NOON),
        ends_at=item.ends_at,
    )


def puts(server: Between) -> int:
    """Return how often something was written."""
    return sum(one.method == "PUT" for one in server.asked)


def test_one_day_of_a_series_is_told_and_the_others_stay(source: CalDavSource, shared: Shared) -> None:
    """What stood there stands there; the echo is known by its version, and changes no meeting."""
    collection = source.collections()[0]
    before = source.pull(collection, None, HORIZON)
    theirs = [line for line in shared.get("a.ics").splitlines() if not line.startswith(("DTSTAMP", "LAST-MOD"))]
    written = source.push(collection, second_day(source))
    after = source.pull(collection, before.cursor, HORIZON)
    assert [(one.version, one.items) for one in after.resources] == [(written.version, before.resources[0].items)]
    text = shared.get("a.ics")
    assert text.count("BEGIN:VEVENT") == 2
    assert text.count("X-YINGBIN-ATTENDED:153") == 1
    assert [line for line in theirs if line not in text.splitlines()] == []
    assert text.count("BEGIN:VALARM") == 2


def test_a_lost_answer_is_told_again_and_written_once(source: CalDavSource, server: Between, shared: Shared) -> None:
    """What somebody changed in between is not taken for the hub's own: the version stays behind."""
    told = second_day(source)
    server.after = lambda asked, said: Said(502) if asked.method == "PUT" else said
    with pytest.raises(SourceAway):
        source.push(source.collections()[0], told)
    server.after = lambda _, said: said
    shared.put("a.ics", shared.get("a.ics").replace("SUMMARY:渠道大会", "SUMMARY:渠道日"))
    assert source.push(source.collections()[0], told).version == told.version
    assert puts(server) == 1
    with pytest.raises(WrittenMeanwhile):
        source.push(source.collections()[0], replace(told, op="op-2"))


@pytest.mark.parametrize("deleted", [False, True])
def test_who_is_faster_by_a_moment_wins(
    source: CalDavSource, server: Between, shared: Shared, *, deleted: bool
) -> None:
    """Between the hub's reading and its writing: the server compares (If-Match), and nothing is lost."""
    told = second_day(source)

    def meanwhile(asked: Asked) -> None:
        if asked.method == "PUT":
            assert asked.headers["if-match"] == told.version
            server.instead = lambda _: None
            if deleted:
                shared.delete("a.ics")
            else:
                shared.put("a.ics", calendar(EVENT.replace("渠道大会", "年会")))

    server.instead = meanwhile
    with pytest.raises(TargetGone if deleted else WrittenMeanwhile):
        source.push(source.collections()[0], told)
    assert [one.exists() for one in shared.files()] == ([] if deleted else [True])
    if not deleted:
        assert "X-YINGBIN" not in shared.get("a.ics")


def test_a_server_that_gives_no_etag_for_what_it_took_is_asked_again(source: CalDavSource, server: Between) -> None:
    """Some rewrite what they take."""
    server.after = lambda asked, said: replace(said, headers={}) if asked.method == "PUT" else said
    written = source.push(source.collections()[0], second_day(source))
    (now,) = source.pull(source.collections()[0], None, HORIZON).resources
    assert written.version == now.version


def test_a_server_without_etags_is_not_written_to(source: CalDavSource, server: Between) -> None:
    """It could not say what was written over."""
    told = second_day(source)
    server.after = lambda asked, said: replace(said, headers={}) if asked.method == "GET" else said
    with pytest.raises(WriteRefused, match="no ETags"):
        source.push(source.collections()[0], told)
    assert puts(server) == 0


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (403, WriteRefused),
        (405, WriteRefused),
        (409, WriteRefused),
        (415, WriteRefused),
        (404, TargetGone),
        (410, TargetGone),
        (401, SourceWrong),
        (500, SourceAway),
        (503, SourceAway),
        (507, SourceAway),
    ],
)
def test_each_refusal_is_known_for_what_it_is(
    source: CalDavSource, server: Between, status: int, problem: type[Exception]
) -> None:
    """What is refused for good is for a person, what may pass is tried again."""
    told = second_day(source)
    server.instead = lambda asked: Said(status) if asked.method == "PUT" else None
    with pytest.raises(problem) as raised:
        source.push(source.collections()[0], told)
    assert PASSWORD not in str(raised.value)


def test_a_calendar_that_is_only_shared_to_be_read_refuses(radicale: Radicale) -> None:
    """Radicale's own 403."""
    made = radicale.calendar("read")
    made.put("a.ics", calendar(EVENT))
    source = CalDavSource("calendar", [made.url], HUB, PASSWORD, SHANGHAI)
    with pytest.raises(WriteRefused, match="403"):
        source.push(made.url, second_day(source))
    source.close()
