"""What kiosks and agents say, handed to whatever link there is."""

from pathlib import Path

import pytest

from devices.clock import SystemClock
from devices.contract import codec
from devices.contract.messages import DeviceState, Status
from devices.contract.topics import Leaf
from devices.identity import Identity
from devices.ids import uuid7
from devices.ports import NotDelivered, OnDone
from devices.station import BrokerConfig, Outlet, station_link

MINE = Identity("hall", "kiosk-1", uuid7(), SystemClock(), uuid7)


class Wire:
    """A link that takes everything, or nothing, and tells afterwards that the broker did not."""

    connected = True

    def __init__(self, *, full: bool = False, refused: bool = False) -> None:
        self.full = full
        self.refused = refused
        self.took: list[tuple[str, bytes, bool, int]] = []

    def publish_soon(self, topic: str, payload: bytes, on_done: OnDone, *, retain: bool = False, qos: int = 1) -> None:
        """Take a message."""
        if self.full:
            raise NotDelivered("too much waits")
        self.took.append((topic, payload, retain, qos))
        on_done(NotDelivered("not authorised") if self.refused else None)


def outlet(wire: Wire) -> Outlet:
    """Return an outlet that is attached."""
    found = Outlet(MINE)
    found.attach(wire)  # type: ignore[arg-type]  # what is used of a link
    return found


def state() -> DeviceState:
    """Return a message."""
    return DeviceState(**MINE.stamp(), status=Status.ONLINE)


def test_before_there_is_a_link_nothing_is_taken_and_nothing_fails() -> None:
    """Who says something keeps it, and says it again."""
    alone = Outlet(MINE)
    assert (alone.connected, alone.say(Leaf.STATE, state()), alone.put("a/b", b"")) == (False, False, False)


def test_what_is_said_goes_to_the_stations_own_topic_as_it_was_meant() -> None:
    """Encoded, retained or not, and with its quality of service."""
    wire, message = Wire(), state()
    speaker = outlet(wire)
    assert speaker.connected
    assert speaker.say(Leaf.TELE, message, qos=0)
    assert speaker.put("homeassistant/device/kiosk-1/config", b"{}", retain=True)
    assert wire.took == [
        ("yingbin/v1/hall/kiosk-1/tele", codec.encode(message), False, 0),
        ("homeassistant/device/kiosk-1/config", b"{}", True, 1),
    ]


def test_a_full_link_says_so_and_a_late_refusal_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The first can be tried again; of the second a technician reads."""
    assert not outlet(Wire(full=True)).say(Leaf.STATE, state())
    assert outlet(Wire(refused=True)).say(Leaf.STATE, state())
    assert "the broker did not take a message: not authorised" in caplog.text


def test_a_station_speaks_under_its_own_name_and_shows_no_password() -> None:
    """Its will and birth are on its own topic."""
    settings = station_link(MINE, BrokerConfig(secret=Path("s"), host="hub.lan", port=8883), "pa55", [("x/y", 1)])
    assert (settings.client_id, settings.username, settings.password) == ("kiosk-1", "kiosk-1", "pa55")
    assert (settings.host, settings.port, settings.subscriptions) == ("hub.lan", 8883, (("x/y", 1),))
    assert settings.state_topic == "yingbin/v1/hall/kiosk-1/state"
    assert "pa55" not in repr(settings)


@pytest.mark.parametrize("host", ["192.168.1.5", "::", "hub.lan"])
def test_a_station_never_speaks_across_the_network_in_the_clear(tmp_path: Path, host: str) -> None:
    """Its password, and every guest's code, could be read there by whoever listens."""
    secret = tmp_path / "secret"
    secret.touch()
    (mistake,) = BrokerConfig(secret=secret, host=host).mistakes()
    assert (mistake.key, "in the open" in mistake.problem) == ("broker.tls_ca", True)
    assert not BrokerConfig(secret=secret, host=host, tls_ca=secret).mistakes()
    for here in ("127.0.0.1", "::1", "localhost"):
        assert not BrokerConfig(secret=secret, host=here).mistakes()


def test_a_station_with_a_certificate_sends_no_password(tmp_path: Path) -> None:
    """It shows the certificate; its secret file holds the venue's key alone."""
    secret, authority, certificate = (tmp_path / name for name in ("secret", "authority", "certificate"))
    for file in (secret, authority, certificate):
        file.touch()
    broker = BrokerConfig(secret=secret, tls_ca=authority, certificate=certificate, host="hub.lan", port=8883)
    settings = station_link(MINE, broker, "", [])
    assert not broker.mistakes()
    assert (settings.certificate, settings.tls_ca) == (certificate, authority)
    assert settings.password is None


def test_files_that_go_together_are_named_when_one_is_missing(tmp_path: Path) -> None:
    """Each with what to do; a certificate without the authority would talk to any broker."""
    gone = tmp_path / "gone"
    found = BrokerConfig(secret=gone, certificate=gone).mistakes()
    assert [one.key for one in found] == ["broker.secret", "broker.certificate", "broker.tls_ca"]
    assert "join" in found[1].problem
