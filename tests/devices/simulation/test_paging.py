"""A simulated pager on a real broker: it says what it is, shows what it is told, and answers once."""

import io
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from devices.contract import codec
from devices.contract.alerts import Act, Alert, AlertAction, AlertAnswer, Ring
from devices.contract.commands import Command, CommandKind, CommandResult
from devices.contract.messages import ACKNOWLEDGEMENTS, DeviceInfo, DeviceState, Heartbeat, Status
from devices.contract.topics import Leaf, topic
from devices.ids import uuid7
from devices.link import MqttLink
from devices.ports import LinkSettings, Received
from devices.simulation.config import BrokerConfig, PagerConfig, SimulationConfig
from devices.simulation.pager import Button, Pager, Sound
from devices.simulation.paging import Worn
from devices.simulation.terminal import AtTerminal
from devices.simulation.wiring import build, hub_lines, wear
from hub.broker import Broker, BrokerSettings
from hub.broker_files import Users
from tests.conftest import SITE

pytestmark = pytest.mark.broker
Wait = Callable[[Callable[[], object]], None]
PAGER = "pager-1"
SAID = topic(SITE, PAGER, Leaf.UP_ACK)
VENUE = SimulationConfig(
    site=SITE,
    rooms=1,
    pagers=(PagerConfig(name=PAGER, answers_after_s=1, done_after_s=0, answer=Act.PASS_ON, battery=12),),
)
TOLD = topic(SITE, PAGER, Leaf.DOWN_ALERT)


class Person:
    """Who wears the pager: presses when asked to, and remembers what was heard."""

    def __init__(self) -> None:
        self.heard: list[Sound] = []
        self.screen: list[str] = []
        self.press: Button | None = None

    def __call__(self, pager: Pager, sound: Sound, now_ms: int) -> None:
        """Look once."""
        self.heard += [sound] if sound is not Sound.NONE else []
        self.screen = [pager.note or (pager.top.alert.glance if pager.top else "")]
        if self.press and pager.top:
            before = len(pager.unsent)
            pager.press(self.press, now_ms)
            self.press = self.press if len(pager.unsent) == before else None


class House:
    """The broker, the hub's own link to it, and pagers."""

    def __init__(self, broker: Broker, folder: Path) -> None:
        self.heard: list[Received] = []
        self.broker = broker
        self.way = BrokerConfig(port=broker.port, secrets=folder)
        self._worn: list[Worn] = []
        settings = LinkSettings(
            host="127.0.0.1",
            port=broker.port,
            client_id="hub",
            username="hub",
            password=broker.secrets("hub").password,
            state_topic=topic(SITE, "hub", Leaf.STATE),
            presence=lambda status: status.encode(),
            subscriptions=((f"yingbin/v1/{SITE}/+/#", 1),),
        )
        self.link = MqttLink(settings, self.heard.append)
        self.link.start()

    def wear(self, person: Callable[[Pager, Sound, int], None], name: str = PAGER) -> Worn:
        """Put a pager on."""
        self._worn.append(wear(SITE, name, self.way, person))
        self._worn[-1].start()
        return self._worn[-1]

    def alert(self, name: str = PAGER, *, retain: bool = False, **changes: object) -> Alert:
        """Send an alert."""
        now = datetime.now(UTC)
        alert = Alert(
            id=uuid7(),
            ts=now,
            boot=uuid7(),
            seq=1,
            tag=uuid7(),
            glance="Tea · Annex",
            priority=2,
            ring=Ring.LOUD,
            actions=(AlertAction(did=Act.ACCEPT, label="接受"), AlertAction(did=Act.PASS_ON, label="转交")),
            expires_at=now + timedelta(minutes=5),
        )
        alert = replace(alert, **changes)  # type: ignore[arg-type]
        left_s = max(1, int((alert.expires_at - now).total_seconds()))
        self.link.publish(topic(SITE, name, Leaf.DOWN_ALERT), codec.encode(alert), retain=retain, expiry_s=left_s)
        return alert

    def said(self, where: str) -> list[bytes]:
        """Return what was said on a topic."""
        return [message.payload for message in list(self.heard) if message.topic == where]

    def answers(self, alert: Alert) -> list[str]:
        """Return what was said about an alert, each answer by an id of its own."""
        found = [codec.decode_one_of(payload, ACKNOWLEDGEMENTS) for payload in self.said(SAID)]
        mine = [one for one in found if isinstance(one, AlertAnswer) and one.alert == alert.id]
        assert len({one.id for one in mine}) == len(mine)
        return [one.did.value for one in mine]

    def stop(self) -> None:
        """End everything."""
        for worn in self._worn:
            worn.stop()
        self.link.stop()


@pytest.fixture
def house(tmp_path: Path, wait_until: Wait) -> Iterator[House]:
    """Give a house with a broker that knows two pagers, and a simulated venue by the lines that it prints."""
    known = tomllib.loads(hub_lines(VENUE))
    devices = (*known["pagers"], "pager-2", *known["agents"])
    broker = Broker(BrokerSettings(tmp_path / "broker", SITE, devices, users=Users(sensors=tuple(known["sensors"]))))
    broker.start()
    made = House(broker, tmp_path / "broker")
    wait_until(lambda: made.link.connected)
    yield made
    made.stop()
    broker.stop()


def test_a_pager_says_that_it_is_there_what_it_is_and_how_full_its_battery_is(house: House, wait_until: Wait) -> None:
    """As the hub's pages show it; and it is named a pager."""
    worn = house.wear(Person())
    wait_until(lambda: house.said(topic(SITE, PAGER, Leaf.TELE)))
    info = codec.decode(house.said(topic(SITE, PAGER, Leaf.INFO))[-1], DeviceInfo)
    assert (info.kind, info.capabilities) == ("pager", ("alert", "identify"))
    beat = codec.decode(house.said(topic(SITE, PAGER, Leaf.TELE))[-1], Heartbeat)
    assert beat.readings is not None
    assert (beat.readings["battery"], beat.max_seq) == (90, 0)
    worn.stop()
    state = topic(SITE, PAGER, Leaf.STATE)
    wait_until(lambda: codec.decode(house.said(state)[-1], DeviceState).status is Status.STOPPING)


def test_an_alert_is_shown_rings_and_is_accepted(house: House, wait_until: Wait) -> None:
    """The whole way there and back through the broker."""
    person = Person()
    worn = house.wear(person)
    wait_until(lambda: worn.link.connected)
    alert = house.alert()
    wait_until(lambda: house.answers(alert) == ["shown"])
    assert person.screen == ["Tea · Annex"]
    wait_until(lambda: person.heard == [Sound.TUNE])
    person.press = Button.FIRST
    wait_until(lambda: house.answers(alert) == ["shown", "accept"])


def test_an_alert_of_another_pager_is_withheld_by_the_broker(house: House, wait_until: Wait) -> None:
    """Each hears its own alerts alone, whoever sends them."""
    person, other = Person(), Person()
    one, two = house.wear(person), house.wear(other, "pager-2")
    wait_until(lambda: one.link.connected and two.link.connected)
    house.alert("pager-2", glance="For two")
    wait_until(lambda: other.screen == ["For two"])
    mine = house.alert()
    wait_until(lambda: house.answers(mine) == ["shown"])
    assert "For two" not in person.screen


def test_the_same_alert_sent_again_is_neither_shown_nor_answered_again(house: House, wait_until: Wait) -> None:
    """A hub that died between sending and noting it down sends it again."""
    person = Person()
    worn = house.wear(person)
    wait_until(lambda: worn.link.connected)
    alert = house.alert(ring=Ring.BUZZ)
    wait_until(lambda: house.answers(alert) == ["shown"])
    again = house.alert(id=alert.id, tag=alert.tag, ring=Ring.BUZZ)
    later = house.alert(priority=1, ring=Ring.NONE)
    wait_until(lambda: house.answers(later) == ["shown"])
    assert again.id == alert.id
    assert house.answers(alert) == ["shown"]
    assert person.heard == [Sound.BUZZ]


def test_a_retained_alert_is_dropped(house: House, wait_until: Wait) -> None:
    """A ghost of an earlier run would ring at each connection."""
    ghost = house.alert(retain=True, glance="Ghost")
    worn = house.wear(Person())
    wait_until(lambda: worn.link.connected)
    alert = house.alert()
    wait_until(lambda: house.answers(alert) == ["shown"])
    assert house.answers(ghost) == []
    house.link.publish(TOLD, b"", retain=True)


def test_what_is_said_to_a_pager_in_a_gap_of_the_network_comes_late_unless_it_is_too_late(
    house: House, wait_until: Wait
) -> None:
    """The broker keeps it until it expires; a press in the gap is said once the pager is back."""
    person = Person()
    worn = house.wear(person)
    wait_until(lambda: worn.link.connected)
    first = house.alert()
    wait_until(lambda: house.answers(first) == ["shown"])
    worn.link.pause()
    wait_until(lambda: not worn.link.connected)
    person.press = Button.LAST
    wait_until(lambda: person.press is None)
    too_late = house.alert(expires_at=datetime.now(UTC) + timedelta(seconds=1))
    kept = house.alert(glance="Still good")
    wait_until(lambda: datetime.now(UTC) > too_late.expires_at)
    assert house.answers(first) == ["shown"]
    worn.link.resume()
    wait_until(lambda: house.answers(kept) == ["shown"])
    wait_until(lambda: house.answers(first) == ["shown", "pass_on"])
    assert house.answers(too_late) == []
    assert person.screen == ["Still good"]


def test_identify_rings_and_shows_the_pagers_name(house: House, wait_until: Wait) -> None:
    """The check at the start of a shift (S21); it does nothing else that it is told."""
    person = Person()
    worn = house.wear(person)
    wait_until(lambda: worn.link.connected)
    for kind in (CommandKind.IDENTIFY, CommandKind.RESEND):
        command = Command(id=uuid7(), ts=datetime.now(UTC), boot=uuid7(), seq=1, kind=kind)
        house.link.publish(topic(SITE, PAGER, Leaf.DOWN_COMMAND), codec.encode(command))
    wait_until(lambda: len(house.said(SAID)) == 2)
    results = [codec.decode(payload, CommandResult) for payload in house.said(SAID)]
    assert [(one.ok, one.reason) for one in results] == [(True, None), (False, "unknown_command")]
    wait_until(lambda: person.heard == [Sound.TUNE])


def test_bytes_that_are_no_alert_leave_the_pager_alive(house: House, wait_until: Wait) -> None:
    """It drops them and goes on."""
    worn = house.wear(Person())
    wait_until(lambda: worn.link.connected)
    for payload in (b"", b"{", b"[]", b'{"v":1}', b"\xff" * 100):
        house.link.publish(TOLD, payload)
    alert = house.alert()
    wait_until(lambda: house.answers(alert) == ["shown"])


def test_a_person_at_a_terminal_sees_alerts_and_answers_with_a_key(house: House, wait_until: Wait) -> None:
    """All three actions have a key there."""
    out = io.StringIO()
    person = AtTerminal(out)
    worn = house.wear(person)
    wait_until(lambda: worn.link.connected)
    actions = tuple(AlertAction(did=act, label=act.value[:7]) for act in (Act.ACCEPT, Act.PASS_ON, Act.DONE))
    alert = house.alert(actions=actions, detail="Two cups")
    wait_until(lambda: "[1] accept  [2] pass_on  [3] done" in out.getvalue())
    assert "!! Tea · Annex\n   Two cups\n" in out.getvalue()
    assert "(rings)" in out.getvalue()

    def answered() -> bool:
        person.typed.put("2")  # a press in the first second counts as meant for what stood there before
        return house.answers(alert) == ["shown", "pass_on"]

    wait_until(answered)
    wait_until(lambda: out.getvalue().endswith("-- nothing\n"))


def test_a_simulated_venue_has_pagers_whose_wearers_answer(house: House, wait_until: Wait) -> None:
    """As ``[[pagers]]`` of sim.toml says."""
    venue = build(replace(VENUE, broker=house.way))
    venue.start()
    try:
        wait_until(lambda: venue.connected == venue.size)
        alert = house.alert()
        wait_until(lambda: house.answers(alert) == ["shown", "pass_on"])
        beats = house.said(topic(SITE, PAGER, Leaf.TELE))
        assert (codec.decode(beats[0], Heartbeat).readings or {})["battery"] == 12
    finally:
        venue.stop()
