import pytest

from hub.domain.announcements import AnnouncedDevice, AnnouncedPoint, Announcement
from hub.domain.publishers import Ground, Trespass, publisher_of

GROUND = Ground(
    site="hall",
    prefix="homeassistant",
    hub="yingbin/v1/hall/hub/state",
    enrolled=frozenset({"kiosk-1"}),
    trusted=frozenset({"zigbee2mqtt"}),
)


@pytest.mark.parametrize(
    ("topic", "publisher"),
    [
        ("hall-node/sensor/temperature/state", "hall-node"),
        ("zigbee2mqtt/Hall 1", "zigbee2mqtt"),
        ("tele/plug-7/SENSOR", "plug-7"),
        ("stat/plug-7/POWER", "plug-7"),
        ("cmnd/plug-7/POWER", "plug-7"),
        ("plug-7/tele/SENSOR", "plug-7"),
        ("homeassistant/sensor/bedroom/state", "bedroom"),
        ("yingbin/v1/hall/kiosk-1/tele", "kiosk-1"),
        ("tele", "tele"),
    ],
)
def test_a_topic_belongs_to_whom_it_names(topic: str, publisher: str) -> None:
    """Its first level, but for Tasmota's, those below the prefix, and ours."""
    assert GROUND.publisher(topic) == publisher


@pytest.mark.parametrize(
    ("topic", "reason"),
    [
        ("#", "wildcard"),
        ("a/+/b", "wildcard"),
        ("$SYS/broker/uptime", "trespass"),
        ("/a/b", "trespass"),
        ("tele//SENSOR", "trespass"),
        ("yingbin/v1/hall/kiosk-2/tele", "trespass"),
        ("yingbin/v1/other/kiosk-1/tele", "trespass"),
        ("yingbin/v2/hall/kiosk-1/tele", "trespass"),
        ("yingbin/v1/hall/hub/state", "trespass"),
        ("yingbin", "trespass"),
        ("homeassistant/status", "trespass"),
        ("homeassistant/sensor/x/config", "trespass"),
        ("homeassistant/sensor//state", "trespass"),
        ("kiosk-1/temperature", "trespass"),
    ],
)
def test_what_can_be_nobodys_is_a_trespass(topic: str, reason: str) -> None:
    """The broker's own, ours, other people's announcements, and a stranger under a kiosk's name."""
    with pytest.raises(Trespass) as caught:
        GROUND.publisher(topic)
    assert (caught.value.reason, caught.value.topic) == (reason, topic)


def announced(*states: str, available: str = "", command: str = "") -> Announcement:
    """Return an announcement that names these topics."""
    points = tuple(
        AnnouncedPoint(
            unique_id=str(number),
            key=str(number),
            component="sensor",
            name="x",
            config={"availability": [{"topic": available}]} if available else {},
            topics=frozenset({state, *([available] if available else [])}),
            command_topics=frozenset({command} if command else ()),
        )
        for number, state in enumerate(states)
    )
    return Announcement(topic="homeassistant/device/x/config", device=AnnouncedDevice(identity="x"), points=points)


def test_all_topics_of_a_device_have_one_publisher() -> None:
    """States, commands and availability alike."""
    assert publisher_of(announced("a/1", "a/2", available="a/status", command="a/set"), GROUND) == "a"
    for other in (
        announced("a/1", "b/2"),
        announced("a/1", command="b/set"),
        announced("a/1", available="b/status"),
        announced("a/1", available="$SYS/x"),
    ):
        with pytest.raises(Trespass):
            publisher_of(other, GROUND)


def test_availability_may_also_be_the_bridges_through_which_a_device_speaks() -> None:
    """And, for what is ours, the hub's."""
    assert publisher_of(announced("a/1", available="bridge/state"), GROUND, via=["bridge"]) == "a"
    ours = announced("yingbin/v1/hall/kiosk-1/tele", available="yingbin/v1/hall/hub/state")
    assert publisher_of(ours, GROUND) == "kiosk-1"
    with pytest.raises(Trespass):
        publisher_of(announced("a/1", available="yingbin/v1/hall/hub/state"), GROUND)


def test_who_is_trusted_is_in_the_settings_or_ours() -> None:
    """All others wait for a technician."""
    assert [GROUND.trusts(name) for name in ("zigbee2mqtt", "kiosk-1", "hall-node")] == [True, True, False]
