"""Live scans overtake a backlog, and acknowledgements keep the order of arrival."""

from collections import deque
from collections.abc import Iterator
from itertools import count

import pytest

from devices.contract.topics import Leaf, topic
from devices.ports import Received
from hub.lanes import LIVE_BATCH, OTHER_BATCH, Lanes
from hub.shares import MOST, Shares

LIVE = b'{"id":"%d","offline":false}'
BACKLOG = b'{"id":"%d","offline":true}'


@pytest.fixture
def tokens() -> Iterator[int]:
    """Return message ids as a broker gives them."""
    return count(1)


def scans(tokens: Iterator[int], how: bytes, number: int) -> list[Received]:
    """Make scans of one kind."""
    where = [topic("venue", f"kiosk-{door}", Leaf.UP_CHECKIN) for door in range(9)]  # no door has that many alone
    return [
        Received(where[token % 9], how % token, token=token) for token, _ in zip(tokens, range(number), strict=False)
    ]


def filled(*messages: Received) -> Lanes:
    """Let messages wait."""
    lanes = Lanes(Shares(lambda: 0))
    for message in messages:
        lanes.put(message)
    return lanes


def test_a_live_scan_overtakes_a_backlog_and_is_alone_in_its_batch(tokens: Iterator[int]) -> None:
    """The guest waits for no more than the batch in hand."""
    backlog = scans(tokens, BACKLOG, 3 * OTHER_BATCH)
    lanes = filled(*backlog)
    assert lanes.take(0) == backlog[:OTHER_BATCH]
    [live] = scans(tokens, LIVE, 1)
    lanes.put(live)
    assert lanes.take(0) == [live]
    assert lanes.take(0) == backlog[OTHER_BATCH : 2 * OTHER_BATCH]


def test_a_call_for_help_is_live_and_telemetry_is_not(tokens: Iterator[int]) -> None:
    """Somebody waits for the one; the other comes again."""
    pulse = Received(topic("venue", "kiosk-1", Leaf.TELE), b"{}")
    call = Received(topic("venue", "kiosk-1", Leaf.UP_REQUEST), b"{}", token=next(tokens))
    assert filled(pulse, call).take(0) == [call]


def test_a_backlog_goes_on_however_many_guests_come(tokens: Iterator[int]) -> None:
    """It has every second turn."""
    live, backlog = scans(tokens, LIVE, 3 * LIVE_BATCH), scans(tokens, BACKLOG, 2 * OTHER_BATCH)
    lanes = filled(*live, *backlog)
    assert [lanes.take(0) for _ in range(5)] == [
        live[:LIVE_BATCH],
        backlog[:OTHER_BATCH],
        live[LIVE_BATCH : 2 * LIVE_BATCH],
        backlog[OTHER_BATCH:],
        live[2 * LIVE_BATCH :],
    ]


def test_what_overtook_is_acknowledged_after_what_came_before_it(tokens: Iterator[int]) -> None:
    """MQTT 5, 4.6: acknowledgements in the order of arrival, and none before its message is stored."""
    early, late = scans(tokens, BACKLOG, 2), scans(tokens, BACKLOG, 1)
    [live] = scans(tokens, LIVE, 1)
    lanes = filled(*early, live, *late)
    assert lanes.take(0) == [live]
    assert lanes.stored([live]) == []
    assert lanes.take(0) == [*early, *late]
    assert lanes.stored(early) == [*early, live]
    assert lanes.stored(late) == late


def test_one_that_was_given_up_holds_no_other_back(tokens: Iterator[int]) -> None:
    """It is never acknowledged itself, so that it comes again."""
    [broken] = scans(tokens, BACKLOG, 1)
    [live] = scans(tokens, LIVE, 1)
    lanes = filled(broken, live)
    lanes.take(0)
    assert lanes.stored([live]) == []
    lanes.take(0)
    lanes.give_up([broken])
    assert lanes.stored([]) == [live]


def test_what_has_no_token_is_never_owed(tokens: Iterator[int]) -> None:
    """Telemetry has no acknowledgement, and leaves nothing behind however much of it comes."""
    lanes = filled(Received(topic("venue", "kiosk-1", Leaf.TELE), b"{}"))
    assert lanes.stored(lanes.take(0)) == []
    assert not lanes._stored
    [live] = scans(tokens, LIVE, 1)
    lanes.put(live)
    assert lanes.stored(lanes.take(0)) == [live]


def test_nothing_is_left_of_a_connection_that_is_over(tokens: Iterator[int]) -> None:
    """Neither messages nor acknowledgements."""
    [stale, sorted_in] = scans(tokens, BACKLOG, 2)
    lanes = filled(*scans(tokens, LIVE, 1), stale, sorted_in)
    lanes.take(0)
    lanes.put(stale)
    lanes.clear()
    assert len(lanes) == 0
    assert lanes.take(0) == []
    [live] = scans(tokens, LIVE, 1)
    lanes.put(live)
    assert lanes.stored(lanes.take(0)) == [live]


def test_an_empty_lane_says_so_after_a_while() -> None:
    """The writer has other things to do."""
    assert Lanes(Shares(lambda: 0)).take(0.01) == []


def test_a_flood_from_one_device_delays_another_ones_guest_by_a_batch_or_two(tokens: Iterator[int]) -> None:
    """What is beyond its share is dropped, acknowledged in order, and never read."""
    where = topic("venue", "kiosk-2", Leaf.UP_CHECKIN)
    flood = [Received(where, LIVE % token, token=token) for token, _ in zip(tokens, range(9 * MOST), strict=False)]
    guest = Received(topic("venue", "kiosk-1", Leaf.UP_CHECKIN), LIVE % 0, token=next(tokens))
    lanes = filled(*flood, guest)
    first, second = lanes.take(0), lanes.take(0)
    assert [*first, *second] == [*flood[:MOST], guest]
    assert lanes.stored(first) == first
    assert lanes.stored(second) == [*flood[LIVE_BATCH:], guest]


def test_a_flood_that_is_dropped_whole_is_acknowledged_without_a_batch(tokens: Iterator[int]) -> None:
    """Otherwise the broker would wait for us, and with it all others."""
    where = topic("venue", "kiosk-2", Leaf.UP_CHECKIN)
    flood = [Received(where, LIVE % token, token=token) for token, _ in zip(tokens, range(4 * MOST), strict=False)]
    lanes = filled(*flood)
    while batch := lanes.take(0):
        lanes.stored(batch)
    more = [Received(where, LIVE % token, token=token) for token, _ in zip(tokens, range(4 * MOST), strict=False)]
    for message in more:
        lanes.put(message)
    while batch := lanes.take(0):
        lanes.stored(batch)
    assert lanes._owed == deque()
    assert not lanes._stored
