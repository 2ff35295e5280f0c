"""The stream says what changed and where in the feed it is, and never calls old data fresh."""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub.domain.alerts import Ring
from hub.ports import Store
from hub.web import create_app
from hub.web.alert_lines import AlertLine
from hub.web.events import Ear, Story, _shown_to
from hub.web.parts import STREAMS, WebParts
from hub.web.streams import MOST_EACH
from hub.web.watch import PAGE_KINDS, FeedWatch
from tests.hub.web.people_scene import hire, signed_in
from tests.hub.web.scene import StillClock, arrive, enter, let_in, page, raise_help


def told(text: str) -> list[tuple[str, str, str]]:
    """Read events: name, id, key."""
    events = []
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        events.append((fields["event"], fields.get("id", ""), json.loads(fields["data"])["key"]))
    return events


def first(client: FlaskClient, address: str, **headers: str) -> list[tuple[str, str, str]]:
    """Open a stream, read what it says at once, and leave."""
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/event-stream")
    text = ""
    for chunk in answer.iter_encoded():
        text += chunk.decode()
        if "event: hello" in text or "event: reload" in text:
            break
    answer.close()
    return told(text)


def test_a_page_that_was_away_hears_what_it_missed(client: FlaskClient, house: Store) -> None:
    """By the position on the page or the browser's own header; then hello, so that it knows that this is all."""
    since = int(page(client.get("/staff")).split('data-since="')[1].split('"')[0])
    arrive(house, 1)
    raise_help(house)
    client.application.extensions["yingbin"].parts.watch.look()
    events = first(client, f"/events?since={since}")
    assert [(name, key) for name, _, key in events] == [("arrivals", "m-launch"), ("tasks", ""), ("hello", "")]
    assert events[-1][1] >= events[-2][1]
    assert first(client, "/events?since=0", **{"Last-Event-ID": events[-1][1]}) == [("hello", events[-1][1], "")]


def test_only_the_kinds_on_the_page_are_told(client: FlaskClient, house: Store) -> None:
    """A tablet for staff is not woken by every heartbeat."""
    arrive(house, 1)
    names = [name for name, _, _ in first(client, "/events?since=0&kinds=tasks")]
    assert names == ["tasks", "hello"]


def test_a_new_page_begins_at_the_newest_position(client: FlaskClient, house: Store) -> None:
    """Without a position nothing old is told."""
    arrive(house, 1)
    assert [name for name, _, _ in first(client, "/events")] == ["hello"]


def test_a_position_of_another_database_reloads_the_page(client: FlaskClient) -> None:
    """After a backup was put back nothing on the page is sure."""
    assert first(client, "/events?since=999999") == [("reload", "0", "")]


@pytest.mark.parametrize(
    "query", ["since=-1", "since=x", "since=1.5", "since=%EF%BC%91", "since=" + "9" * 400, "kinds=guest"]
)
def test_nonsense_is_refused_with_problem_details(client: FlaskClient, query: str) -> None:
    """Not served from somewhere else in the feed."""
    answer = client.get(f"/events?{query}")
    assert answer.status_code == 400
    assert answer.get_json()["code"] == "invalid_input"


def test_streams_are_bounded_and_given_back(app: Flask, parts: WebParts) -> None:
    """Pages always find a free thread; a closed stream makes room."""
    client = enter(app.test_client())
    open_ones = [client.get("/events") for _ in range(parts.streams)]
    refused = client.get("/events")
    assert refused.status_code == 503
    assert refused.get_json()["code"] == "too_many_pages"
    assert refused.headers["Retry-After"] == "5"
    for one in open_ones:
        one.close()
    assert app.extensions["yingbin"].streams.open == 0
    client.get("/events").close()


def test_one_tablet_that_was_taken_over_leaves_the_streams_to_the_others(parts: WebParts, house: Store) -> None:
    """Else a single one, at which nobody needs to sign in, would keep alerts from everybody's."""
    app = create_app(replace(parts, streams=STREAMS))
    hire(house)
    taken_over, other = (signed_in(app, house, key, name) for key, name in (("li", "大堂平板"), ("wu", "机房平板板")))
    open_ones = [taken_over.get("/events") for _ in range(STREAMS)]
    open_ones.append(other.get("/events"))
    statuses = [one.status_code for one in open_ones]
    for one in open_ones:
        one.close()
    assert statuses == [200] * MOST_EACH + [503] * (STREAMS - MOST_EACH) + [200]
    assert app.extensions["yingbin"].streams.open == 0


class BusyWatch(FeedWatch):
    """A watch whose waits end at once: no test waits a second."""

    def wait(self, after: int, timeout: float) -> int:
        """Return the newest position."""
        del after, timeout
        return self.head


class ScriptedWatch(FeedWatch):
    """A watch whose waits bring one position after the other."""

    heads: Iterator[int] = iter(())

    def wait(self, after: int, timeout: float) -> int:
        """Return the next position; the same one where the script is over."""
        del timeout
        return next(self.heads, after)


class TickingClock(StillClock):
    """A clock on which five seconds pass between two looks."""

    def monotonic_ms(self) -> int:
        """Return milliseconds since boot."""
        self.forward(5)
        return self.ms


class Listener:
    """One page that listens to a story, turn by turn."""

    def __init__(self, watch: BusyWatch, clock: StillClock) -> None:
        """Begin at the newest position."""
        self.story = Story(watch, clock, PAGE_KINDS)
        self.begin = self.story.catch_up(watch.head)

    def hear(self, turns: int) -> list[str]:
        """Return the names of what is told within some turns."""
        counted = iter(range(turns))
        events = self.story.tell((self.begin[0], []), lambda: next(counted, None) is None)
        return [name for text in events for name, _, _ in told(text)]


def test_silence_is_broken_by_a_ping(sqlite_store: Store, clock: StillClock) -> None:
    """After 15 s, before the page begins to worry at 20 s."""
    assert Listener(BusyWatch(sqlite_store), clock).hear(5) == []
    assert Listener(BusyWatch(sqlite_store), TickingClock()).hear(5) == ["ping"]


def test_no_ping_while_the_database_is_away(sqlite_store: Store) -> None:
    """The page then says by itself that its data are old."""
    watch = BusyWatch(sqlite_store)
    listener = Listener(watch, TickingClock())
    watch._answering = False
    assert listener.hear(20) == []


def test_a_change_is_told_as_it_comes(sqlite_store: Store, clock: StillClock) -> None:
    """With its position as the event's id."""
    watch = BusyWatch(sqlite_store)
    listener = Listener(watch, clock)
    with sqlite_store.write() as tx:
        tx.feed.touch([("tasks", ""), ("quarantine", "")])
    watch.look()
    assert listener.hear(3) == ["tasks", "quarantine"]
    events = told("".join(islice(listener.story.tell((0, []), lambda: False), 2)))
    assert [place for _, place, _ in events] == ["1", "2"]


def test_a_stream_ends_with_the_watch(sqlite_store: Store, clock: StillClock) -> None:
    """Instead of asking it in vain for ever."""
    watch = BusyWatch(sqlite_store)
    listener = Listener(watch, clock)
    watch.stop()
    assert list(listener.story.tell((0, ["last"]), lambda: False)) == ["last"]


def test_a_database_put_back_while_a_page_listens_reloads_it(sqlite_store: Store, clock: StillClock) -> None:
    """The positions it knows mean something else now."""
    watch = BusyWatch(sqlite_store)
    with sqlite_store.write() as tx:
        tx.feed.touch([("tasks", ""), ("quarantine", "")])
    listener = Listener(watch, clock)
    watch._learn(1, ())
    assert listener.hear(2) == ["reload"]


def test_who_is_called_hears_it_at_once_with_what_to_show_and_nobody_hears_of_anothers_alerts(
    sqlite_store: Store, clock: StillClock
) -> None:
    """So that a called tablet need not ask (decision 51); the others are told of the list alone, a moment later."""
    line = AlertLine(
        id="a1", tag="t1", ring=Ring.LOUD, priority=1, line="x", rings_ms=9, over=False, taken="", task="t1", buttons=[]
    )
    watch = BusyWatch(sqlite_store)
    head = watch.head
    with sqlite_store.write() as tx:
        tx.feed.touch([("tasks", ""), ("alerts", "小李")])
    watch.look()
    counted = iter(range(2))
    called = Story(watch, clock, PAGE_KINDS, Ear("小李", "小李"), lambda: [line])
    heard = list(called.tell((head, []), lambda: next(counted, None) is None))
    assert [told(text)[0][0] for text in heard] == ["tasks", "alerts"]
    assert [one["id"] for one in json.loads(heard[1].split("data: ")[1])["alerts"]] == ["a1"]
    for person in ("小陈", ""):
        other = Story(watch, clock, PAGE_KINDS, Ear(person, person), lambda: [line])
        assert [one.kind for one in other._changes(head)] == ["tasks"]


def test_pages_with_a_list_are_told_once_of_changes_that_come_together(sqlite_store: Store, clock: StillClock) -> None:
    """A task that comes up and finds its person is two changes, and one look; but nobody waits for ever."""
    watch = ScriptedWatch(sqlite_store)
    begin = watch.head
    heads = []
    for _ in range(12):
        with sqlite_store.write() as tx:
            tx.feed.touch([("tasks", "")])
        watch.look()
        heads.append(watch.head)

    def heard(script: list[int]) -> list[str]:
        watch.heads = iter(script)
        turns = iter(range(len(script)))
        story = Story(watch, clock, PAGE_KINDS)
        return list(story.tell((begin, []), lambda: next(turns, None) is None))

    assert heard(heads[:2]) == []
    assert len(heard([*heads[:2], heads[1]])) == 1
    assert len(heard(heads)) == 3, "told after each third wait, however much goes on"


def test_a_stream_tells_nothing_of_a_person_who_has_left_the_tablet(app: Flask, house: Store) -> None:
    """Somebody else works there by now: the stream that was opened before says that nothing rings."""
    with app.test_request_context(headers={"Cookie": f"yingbin_session={let_in(house, 'X')}"}):
        assert _shown_to("Y") == []
