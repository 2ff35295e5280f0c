"""Each kind of client at the broker, and every topic that matters: it says and hears what is its own (fault 36)."""

from collections.abc import Iterator

import pytest

from devices.contract.topics import HUB, ROOMS, Leaf, announcement, hub_state, topic
from devices.link import MqttLink
from devices.ports import NotDelivered, Received
from tests.conftest import SITE
from tests.hub.secured import Secured, WaitUntil

pytestmark = pytest.mark.broker

STATIONS = ("kiosk-1", "kiosk-2", "room-1", "pager-1")
SENSOR, WORKER = "plug-7", "hub-2"
SAID = (Leaf.STATE, Leaf.INFO, Leaf.TELE, Leaf.UP_CHECKIN, Leaf.UP_REQUEST, Leaf.UP_ACK)
TOLD = (Leaf.DOWN_REPLY, Leaf.DOWN_ROSTER, Leaf.DOWN_COMMAND, Leaf.DOWN_ALERT)
OF_SENSOR = (f"{SENSOR}/sensor/power/state", f"homeassistant/switch/{SENSOR}/config", f"tele/{SENSOR}/SENSOR")
TO_SENSOR = (f"{SENSOR}/switch/relay/command", f"cmnd/{SENSOR}/POWER")
ELSEWHERE = ("anything", "homeassistant/status", topic("other", "kiosk-1", Leaf.UP_CHECKIN), "tele/zigbee2mqtt/SENSOR")


def everything() -> Iterator[str]:
    """Name every topic of the little house, and some that are nobody's."""
    yield hub_state(SITE)
    for station in STATIONS:
        yield from (topic(SITE, station, leaf) for leaf in (*SAID, *TOLD))
        yield announcement(station)
    yield from (*OF_SENSOR, *TO_SENSOR, *ELSEWHERE)


def may_say(who: str) -> set[str]:
    """Say from the outside, not from the access list, what a client has to be able to say."""
    if who in {HUB, WORKER}:
        return {name for name in everything() if name.startswith(f"yingbin/v1/{SITE}/")}
    if who == ROOMS:
        return {"homeassistant/status", OF_SENSOR[0], OF_SENSOR[1], *TO_SENSOR}
    if who == SENSOR:
        return {*OF_SENSOR, TO_SENSOR[0]}
    return {announcement(who), *(topic(SITE, who, leaf) for leaf in SAID)}


def may_hear(who: str) -> set[str]:
    """Say the same of what it has to hear."""
    if who in {HUB, WORKER}:
        return may_say(HUB)
    if who == ROOMS:
        of_guests = {topic(SITE, one, leaf) for one in STATIONS for leaf in (*SAID[3:], *TOLD)}
        return set(everything()) - of_guests
    if who == SENSOR:
        return {*OF_SENSOR[:2], *TO_SENSOR, "homeassistant/status"}
    return {announcement(who), hub_state(SITE), *(topic(SITE, who, leaf) for leaf in TOLD)}


def enter(secured: Secured, who: str, heard: list[Received]) -> MqttLink:
    """Connect as that kind of client does, and ask to hear everything."""
    asks = {"subscriptions": (("#", 1),), "state_topic": ""}
    if who in STATIONS:
        return secured.connected(who, secured.papers(who).file, heard.append, **asks)
    password = secured.broker.password(who)
    plain = {"tls_ca": None, "port": secured.broker.port, "username": who, "password": password}
    return secured.connected(who, None, heard.append, **asks, **plain)


@pytest.mark.parametrize("who", [*STATIONS, SENSOR, WORKER, ROOMS, HUB])
def test_a_client_says_what_is_its_own_and_nothing_else(secured: Secured, who: str) -> None:
    """Every other topic is refused with a code, so that its maker sees why."""
    link = enter(secured, who, [])
    for name in everything():
        if name in may_say(who):
            link.publish(name, b"x")
        else:
            with pytest.raises(NotDelivered, match="Not authorized"):
                link.publish(name, b"x")


@pytest.mark.parametrize("who", [*STATIONS, SENSOR, WORKER, ROOMS, HUB])
def test_a_client_hears_what_is_for_it_and_nothing_else(secured: Secured, wait_until: WaitUntil, who: str) -> None:
    """Though it asked for everything, and Mosquitto granted that."""
    heard: list[Received] = []
    speakers = {one: enter(secured, one, []) for one in (HUB, ROOMS, SENSOR, *STATIONS) if one != who}
    listener = enter(secured, who, heard)
    speakers[who] = listener
    spoken: set[str] = set()
    for speaker, link in speakers.items():
        for name in may_say(speaker) - spoken:
            link.publish(name, b"x")
            spoken.add(name)
    expected = may_hear(who) & spoken
    wait_until(lambda: expected <= {each.topic for each in heard})
    listener.stop()
    assert {each.topic for each in heard} == expected
    assert set(everything()) - spoken == {"anything", *ELSEWHERE[2:]}
