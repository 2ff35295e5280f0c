"""A guest without a code, by touch, through a real broker: the whole kiosk, and the hub's words on the wire.

The hub's side of requests is a stand-in of this test (``Desk``), which speaks the contract's messages and no more:
give this test the real hub (``House`` of ``tests/flow/conftest.py``) when it answers requests itself.
"""

import re
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from devices.contract import codec
from devices.contract.cards import Candidate, Words
from devices.contract.credential import lookup
from devices.contract.messages import (
    CheckInEvent,
    Envelope,
    HubState,
    Method,
    Progress,
    Reply,
    Request,
    RequestAnswer,
    RequestKind,
    Status,
)
from devices.contract.topics import Leaf, hub_state, parse, topic
from devices.link import MqttLink
from devices.ports import Received
from hub.broker import Broker
from kiosk.config import (
    BrokerConfig,
    CameraConfig,
    CameraKind,
    ClockConfig,
    ClockTrust,
    DeviceSecret,
    KioskConfig,
    ScreenConfig,
)
from kiosk.wiring import Kiosk
from tests.conftest import SITE
from tests.kiosk.cards import CARD, CODE, HUB, LOOKUP_KEY, MORNING, usual_page
from tests.kiosk.uplinked import stamp

pytestmark = pytest.mark.broker
Wait = Callable[[Callable[[], object]], None]
HASHED = lookup(LOOKUP_KEY, CODE)


@dataclass
class Desk:
    """A stand-in for the hub: one roster, one guest who can be found, and somebody who comes when called."""

    asked: list[Request] = field(default_factory=list)
    events: list[CheckInEvent] = field(default_factory=list)
    link: MqttLink | None = None

    def hear(self, message: Received) -> None:
        """Answer one message of the kiosk, as the contract says."""
        match parse(message.topic).leaf:
            case Leaf.UP_REQUEST:
                self.answer(codec.decode(message.payload, Request))
            case Leaf.UP_CHECKIN:
                self.events.append(codec.decode(message.payload, CheckInEvent))
            case _:
                pass

    def answer(self, request: Request) -> None:
        """Answer a request."""
        if request.kind is RequestKind.ROSTER:
            page = usual_page()
            items = page.items if not request.cursor else ()
            told = replace(page, request=request.id, cursor=request.cursor or 0, items=items)
            self.send(Leaf.DOWN_ROSTER, told)
            return
        self.asked.append(request)
        one = Candidate(lookup=HASHED, meeting="launch", name="王**", phone="138****1234")
        answers = {
            RequestKind.FIND: RequestAnswer(id=request.id, progress=Progress.ANSWERED, found=(one,)),
            RequestKind.IDENTIFY: RequestAnswer(id=request.id, progress=Progress.ANSWERED, lookup=HASHED, card=CARD),
        }
        self.tell(answers.get(request.kind, RequestAnswer(id=request.id, progress=Progress.TAKEN)))

    def tell(self, answer: RequestAnswer) -> None:
        """Say how a request stands."""
        self.send(Leaf.DOWN_REPLY, Reply(**stamp(), incarnation=HUB, replies=(), requests=(answer,)))

    def send(self, leaf: Leaf, message: Envelope) -> None:
        """Send a message to the kiosk."""
        assert self.link is not None
        self.link.publish_soon(topic(SITE, "kiosk-1", leaf), codec.encode(message), lambda _: None)


@pytest.fixture
def desk(connect: Callable[..., MqttLink]) -> Desk:
    """Connect the stand-in, and say that the hub is there."""
    desk = Desk()
    leaves = (Leaf.UP_REQUEST, Leaf.UP_CHECKIN)
    desk.link = connect("hub", desk.hear, subscriptions=tuple((topic(SITE, "kiosk-1", leaf), 1) for leaf in leaves))
    state = HubState(**stamp(), status=Status.ONLINE, incarnation=HUB, roster=usual_page().to)
    desk.link.publish(hub_state(SITE), codec.encode(state), retain=True)
    return desk


@pytest.fixture
def kiosk(broker: Broker, desk: Desk, tmp_path: Path, wait_until: Wait) -> Iterator[Kiosk]:
    """Start a whole kiosk; only its lens sees nothing."""
    script = tmp_path / "script.jsonl"
    script.touch()
    config = KioskConfig(
        site=SITE,
        device="kiosk-1",
        door=Words(zh="东门", en="East door"),
        data=tmp_path,
        broker=BrokerConfig(secret=tmp_path, port=broker.port),
        camera=CameraConfig(kind=CameraKind.SIMULATED, source=str(script)),
        screen=ScreenConfig(port=0),
        clock=ClockConfig(trust=ClockTrust.ALWAYS, offset_s=(MORNING - datetime.now(UTC)) / timedelta(seconds=1)),
    )
    kiosk = Kiosk(config, DeviceSecret(password=broker.secrets("kiosk-1").password, lookup_key=LOOKUP_KEY.hex()))
    kiosk.start()
    wait_until(lambda: kiosk._roster.cursor() == usual_page().to and kiosk._uplink.hub_reachable)
    assert desk.asked == []
    yield kiosk
    kiosk.stop()


def page(kiosk: Kiosk) -> str:
    """Return the page as a browser would load it now."""
    with urllib.request.urlopen(kiosk.address, timeout=60) as response:  # noqa: S310 - our own address
        text: str = response.read().decode()
    return text


def touch(kiosk: Kiosk, action: str, value: str = "") -> None:
    """Touch a button that is on the page, as its script does."""
    shown = page(kiosk)
    assert f'data-action="{action}"' in shown
    (version,) = re.findall('data-id="([^"]+)"', shown)
    data = urllib.parse.urlencode({"version": version, "action": action, "value": value}).encode()
    origin = {"Origin": kiosk.address.rstrip("/")}
    with urllib.request.urlopen(  # noqa: S310 - our own address
        urllib.request.Request(f"{kiosk.address}press", data, origin),  # noqa: S310 - same
        timeout=60,
    ):
        pass


def test_a_guest_without_a_code_is_found_greeted_and_counted(kiosk: Kiosk, desk: Desk, wait_until: Wait) -> None:
    """From idle to the seat in three touches and typing, over the wire and back (G9)."""
    touch(kiosk, "no_code")
    touch(kiosk, "enter", "WJG")
    assert "138****1234" in page(kiosk)
    touch(kiosk, "choose", "0")
    assert "王总，您好！" in page(kiosk)
    wait_until(lambda: desk.events)
    assert (desk.events[0].method, desk.events[0].lookup) == (Method.FOUND, HASHED)
    touch(kiosk, "drink", "tea")
    assert "马上为您送上" in page(kiosk)
    drink = desk.asked[-1]
    assert (drink.kind, drink.note, drink.about) == (RequestKind.DRINK, "tea", desk.events[0].id)


def test_a_guest_sees_who_is_on_the_way(kiosk: Kiosk, desk: Desk, wait_until: Wait) -> None:
    """The answer that comes later changes the screen by itself (G11)."""
    touch(kiosk, "help")
    touch(kiosk, "call", "luggage")
    assert "工作人员马上就来" in page(kiosk)
    (request,) = desk.asked
    assert (request.kind, request.note) == (RequestKind.HELP, "luggage")
    desk.tell(RequestAnswer(id=request.id, progress=Progress.ACCEPTED, by="李小梅"))
    wait_until(lambda: "李小梅正在过来" in page(kiosk))


def test_without_the_hub_a_typed_code_still_lets_its_guest_in(kiosk: Kiosk, broker: Broker, wait_until: Wait) -> None:
    """And a name is not looked for in vain."""
    broker.stop()
    wait_until(lambda: not kiosk._uplink.hub_reachable)
    touch(kiosk, "no_code")
    touch(kiosk, "enter", "WJG")
    assert "现在无法查询" in page(kiosk)
    touch(kiosk, "no_code")
    touch(kiosk, "enter", CODE)
    assert "王总，您好！" in page(kiosk)
    broker.start()
