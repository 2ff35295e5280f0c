"""The broker's own words about who comes in, as Mosquitto 2.0.11 says them."""

from hub.broker_log import BrokerLog, Came

TOLD = (
    "New connection from 10.0.0.7:53547 on port 8883.",
    "Client kiosk-1 already connected, closing old connection.",
    "New client connected from 10.0.0.7:53547 as kiosk-1 (p5, c1, k15, u'kiosk-1').",
)


def read(*lines: str) -> list[Came]:
    """Return who came in by these lines."""
    log = BrokerLog()
    return [came for came in map(log.read, lines) if came is not None]


def test_a_takeover_names_the_device_and_where_it_came_from() -> None:
    """Two lines say it together."""
    assert read(*TOLD) == [Came("kiosk-1", "10.0.0.7", took_over=True)]


def test_one_takeover_is_one() -> None:
    """The next who comes in under that name took nothing, and nobody else did."""
    other = "New client connected from 10.0.0.8:1 as kiosk-2 (p5, c1, k15, u'kiosk-2')."
    assert [came.took_over for came in read(TOLD[1], other, TOLD[2], TOLD[2])] == [False, True, False]


def test_addresses_of_the_newer_internet_are_whole() -> None:
    """The port stands after the last colon."""
    (came,) = read("New client connected from fe80::1:2:53547 as kiosk-1 (p5, c1, k15, u'kiosk-1').")
    assert came.address == "fe80::1:2"


def test_what_a_stranger_calls_itself_is_no_takeover() -> None:
    """A client may choose its name, and the broker writes it down when it refuses it."""
    forged = "New client connected from 1.2.3.4:5 as kiosk-1 (p5, c1, k15, u'kiosk-1')."
    assert read(f"Client {forged} disconnected, not authorised.", "", "Warning: something") == []
