"""The whole kiosk on a real broker; the hub is the test."""

import http.client
import json
import queue
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from devices.contract import codec
from devices.contract.cards import Words
from devices.contract.commands import Command, CommandKind, CommandResult
from devices.contract.credential import short
from devices.contract.envelope import Envelope
from devices.contract.messages import Heartbeat, HubState, Need, Request, RequestKind, Status
from devices.contract.topics import Leaf, every_device, hub_state, parse, topic
from devices.fake.hands import FakeLamp
from devices.fake.printer import FakePrinter
from devices.hands import Colour
from devices.ids import uuid7
from devices.link import MqttLink
from devices.pi.machine import boot_id
from devices.ports import Received
from devices.station import BrokerConfig
from hub.broker import Broker
from kiosk import loop, scanning
from kiosk.badges.settings import PrinterConfig, PrinterKind
from kiosk.config import (
    CameraConfig,
    CameraKind,
    ClockConfig,
    ClockTrust,
    DeviceSecret,
    KioskConfig,
    ScannerConfig,
    ScannerKind,
    ScreenConfig,
)
from kiosk.hands.settings import HandsConfig, Pins
from kiosk.wiring import Kiosk
from tests.conftest import SITE, WAIT_S
from tests.kiosk.cards import CODE, LOOKUP_KEY, MORNING, guest_item, page, usual_page

pytestmark = pytest.mark.broker
LEAVES = {Leaf.TELE: Heartbeat, Leaf.UP_ACK: CommandResult, Leaf.UP_REQUEST: Request}


class Hub:
    """Hears what a kiosk says, and speaks to it."""

    def __init__(self, connect: Callable[..., MqttLink]) -> None:
        self.heard: queue.Queue[Envelope] = queue.Queue()
        topics = tuple((every_device(SITE, leaf), 1) for leaf in LEAVES)
        self.link = connect("hub", self.take, subscriptions=topics)

    def take(self, message: Received) -> None:
        """Keep a message."""
        self.heard.put(codec.decode(message.payload, LEAVES[parse(message.topic).leaf]))

    def wait_for(self, accept: Callable[[Any], bool]) -> Any:  # noqa: ANN401 - whichever message is waited for
        """Return the first message that is accepted, within bounds."""
        for _ in range(100):
            found = self.heard.get(timeout=WAIT_S)
            if accept(found):
                return found
        raise AssertionError("the kiosk said other things only")

    def say(self, where: str, message: Envelope, *, retain: bool = False) -> None:
        """Publish a message."""
        self.link.publish(where, codec.encode(message), retain=retain)


def stamp() -> dict[str, Any]:
    """Return a hub's envelope."""
    return {"id": uuid7(), "ts": datetime.now(UTC), "boot": uuid7(), "seq": 1}


def made(broker: Broker, tmp_path: Path, **changes: Any) -> Kiosk:  # noqa: ANN401 - any field of KioskConfig
    """Make a kiosk before an empty lobby."""
    script = tmp_path / "script.jsonl"
    script.touch()
    config = KioskConfig(
        site=SITE,
        device="kiosk-1",
        door=Words(zh="东门", en="East door"),
        data=tmp_path / "data",
        broker=BrokerConfig(secret=tmp_path / "secret.toml", port=broker.port),
        camera=CameraConfig(kind=CameraKind.SIMULATED, source=str(script), frames_per_s=2),
        screen=ScreenConfig(port=0),
        clock=ClockConfig(trust=ClockTrust.ALWAYS),
    )
    password = broker.secrets("kiosk-1").password
    return Kiosk(replace(config, **changes), DeviceSecret(password=password, lookup_key=LOOKUP_KEY.hex()))


@pytest.fixture
def kiosk(broker: Broker, tmp_path: Path) -> Iterator[Kiosk]:
    """Run a kiosk before an empty lobby."""
    running = made(broker, tmp_path)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def blind_kiosk(broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kiosk]:
    """Run a kiosk whose camera and scanner are unplugged, which it notices soon."""
    for module in (loop, scanning):
        monkeypatch.setattr(module, "LOST_AFTER_MS", 100)
        monkeypatch.setattr(module, "REOPEN_S", 0.05)
    camera = CameraConfig(kind=CameraKind.FOLDER, source=str(tmp_path / "nowhere"))
    scanner = ScannerConfig(kind=ScannerKind.SIMULATED, source=tmp_path / "codes.txt")
    running = made(broker, tmp_path, camera=camera, scanner=scanner)
    running.start()
    yield running
    running.stop()


def test_a_running_kiosk_tells_of_itself_checks_its_roster_and_obeys(
    kiosk: Kiosk, connect: Callable[..., MqttLink]
) -> None:
    """Over the broker's own access list: heartbeat, fingerprint question, command and result."""
    hub = Hub(connect)
    hub.say(hub_state(SITE), HubState(**stamp(), status=Status.ONLINE, incarnation=uuid7(), roster=7), retain=True)
    asked = hub.wait_for(lambda found: isinstance(found, Request) and found.kind is RequestKind.ROSTER)
    assert (asked.cursor, asked.check) == (0, True)
    command = Command(**stamp(), kind=CommandKind.RESEND, of_boot=uuid7(), first=3, last=4)
    hub.say(topic(SITE, "kiosk-1", Leaf.DOWN_COMMAND), command)
    result = hub.wait_for(lambda found: isinstance(found, CommandResult))
    assert (result.command, result.ok) == (command.id, True)
    assert [(span.first, span.last) for span in result.missing] == [(3, 4)]
    kiosk._uplink._due["pulse"] = 0
    pulse = hub.wait_for(lambda found: isinstance(found, Heartbeat))
    assert (pulse.machine, pulse.needs, pulse.runs) == (boot_id(), (), ())


def test_a_kiosk_tells_of_a_page_that_is_not_seen_and_of_a_machine_that_is_too_hot(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are needs that a person is called for; both end by themselves."""
    began_ms = kiosk._page_life._heard_ms
    assert kiosk._needs() == ()
    kiosk._page_life._heard_ms = began_ms - 31_000
    assert kiosk._needs() == (Need.PAGE_LOST,)
    kiosk._page_life.heard()
    monkeypatch.setattr("kiosk.wiring.cpu_celsius", lambda: 84.0)
    assert kiosk._needs() == (Need.OVERHEATED,)
    monkeypatch.setattr("kiosk.wiring.cpu_celsius", lambda: 60.0)
    found = kiosk._health()
    assert found.needs == ()
    assert found.page_s is not None
    assert (found.memory_mb or 0) > 10
    assert found.up_s is not None


def test_a_guest_finds_the_lamp_green_the_door_open_and_a_slip_and_staff_hear_of_the_paper(
    broker: Broker, tmp_path: Path, connect: Callable[..., MqttLink], wait_until: Callable[[Callable[[], object]], None]
) -> None:
    """All of a kiosk, with simulated hands and a simulated printer that runs out of paper."""
    fake = FakePrinter(tmp_path / "slips")
    kiosk = made(
        broker,
        tmp_path,
        clock=ClockConfig(trust=ClockTrust.ALWAYS, offset_s=(MORNING - datetime.now(UTC)).total_seconds()),
        hands=HandsConfig(pins=Pins.SIMULATED, lamp_pins=(5,), door_pin=17),
        printer=PrinterConfig(kind=PrinterKind.ESCPOS, address=f"tcp://127.0.0.1:{fake.port}"),
    )
    hub = Hub(connect)
    kiosk.start()
    assert kiosk._roster.apply(usual_page())
    parts = kiosk._fittings._parts
    assert isinstance(parts.lamp, FakeLamp)
    lamp, door = parts.lamp, parts.door
    assert door is not None
    kiosk._loop.scanned(CODE)
    wait_until(lambda: lamp.rgb == Colour.GREEN.rgb)
    wait_until(lambda: door.is_on)
    wait_until(lambda: len(fake.slips) == 1)
    fake.paper = False
    kiosk._roster.apply(page(guest_item(4, short(1).text, invitation=uuid7()), cursor=3))
    kiosk._loop.scanned(short(1).text)
    wait_until(lambda: kiosk._needs() == (Need.PAPER_OUT,))
    kiosk._uplink._due["pulse"] = 0
    assert hub.wait_for(lambda found: isinstance(found, Heartbeat) and bool(found.needs)).needs == (Need.PAPER_OUT,)
    fake.paper = True
    wait_until(lambda: len(fake.slips) == 2)
    kiosk.stop()
    fake.close()
    assert not door.is_on


def test_a_kiosk_s_data_folder_holds_its_ballast_and_nothing_others_may_read(kiosk: Kiosk, tmp_path: Path) -> None:
    """Two megabytes of room for the worst day (fault 16)."""
    files = {path.name: path.stat() for path in (tmp_path / "data").iterdir()}
    assert kiosk.address
    assert files["ballast"].st_size == 2 << 20
    assert {found.st_mode & 0o777 for found in files.values()} == {0o600}


def test_a_kiosk_without_camera_and_scanner_says_so_and_serves_again_when_one_is_back(
    blind_kiosk: Kiosk, connect: Callable[..., MqttLink], tmp_path: Path, wait_until: Callable[..., None]
) -> None:
    """Both needs in its heartbeat; its page sends guests to a person, and to the scanner once that works."""
    hub = Hub(connect)
    address = urlsplit(blind_kiosk.address)

    def kind() -> str:
        page = http.client.HTTPConnection(str(address.hostname), int(address.port or 0), timeout=WAIT_S)
        page.request("GET", "/healthz")
        told = json.loads(page.getresponse().read())["kind"]
        page.close()
        return str(told)

    wait_until(lambda: kind() == "no_eye")
    wait_until(lambda: Need.SCANNER_LOST in blind_kiosk._needs())
    blind_kiosk._uplink._due["pulse"] = 0
    pulse = hub.wait_for(lambda found: isinstance(found, Heartbeat) and len(found.needs) > 1)
    assert set(pulse.needs) == {Need.CAMERA_LOST, Need.SCANNER_LOST}
    assert not pulse.camera_ok
    (tmp_path / "codes.txt").touch()
    wait_until(lambda: kind() == "use_scanner")
    assert blind_kiosk._needs() == (Need.CAMERA_LOST,)
    with (tmp_path / "codes.txt").open("a") as codes:
        codes.write("https://example.com\n")
    wait_until(lambda: kind() == "foreign")
