"""A kiosk that has joined knows the house's own key before it hears anybody: keys of others open no door."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devices.contract import codec
from devices.contract.cards import KeyCard
from devices.contract.messages import HubState, ItemKind, RosterItem, Status
from devices.contract.topics import Leaf, hub_state, topic
from devices.ids import uuid7
from devices.joining_here import join_here
from devices.link import MqttLink
from devices.ports import LinkSettings
from hub.config import HubConfig
from hub.config_sections import BrokerConfig, WebConfig
from hub.key_files import KeyFolder
from hub.usecases.join_device import approve, open_window
from hub.wiring import Hub
from kiosk.config import read_config
from kiosk.database import Database
from kiosk.roster import Roster
from kiosk.wiring import Kiosk
from tests.flow.test_joining import SITE, WaitUntil, house_of, who
from tests.kiosk.cards import page

pytestmark = pytest.mark.broker

OTHER = Ed25519PrivateKey.from_private_bytes(b"\7" * 32)
PUBLISHER = "hub-2"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """Run a house that lets devices of the network in, and that has another process with the hub's rights."""
    broker = BrokerConfig(port=0, tls_host="127.0.0.1", tls_port=0, workers=(PUBLISHER,))
    made = Hub(HubConfig(site=SITE, kiosks=("kiosk-1",), data=tmp_path / "hub", broker=broker, web=WebConfig(port=0)))
    made.start()
    yield made
    made.stop()


class _Screen(io.StringIO):
    """What the device shows; a technician reads it and lets the device in."""

    def __init__(self, approve_it: Callable[[str], None]) -> None:
        super().__init__()
        self._approve = approve_it

    def write(self, text: str) -> int:
        """Take words."""
        if "Compare" in text:
            self._approve(text.rsplit(" ", 1)[1].strip())
        return super().write(text)


@pytest.fixture
def settings(hub: Hub, tmp_path: Path) -> Path:
    """Join, and put what the device says into its settings."""
    house = house_of(hub)
    with hub.store.write() as tx:
        window, code = open_window(tx, "kiosk-1", house, who())

    def technician(fingerprint: str) -> None:
        with hub.store.write() as tx:
            approve(tx, window.id, fingerprint, house, who())

    screen = _Screen(technician)
    join_here(hub.address, tmp_path / "device", tmp_path, io.StringIO(code + "\n"), screen)
    (said,) = (line for line in screen.getvalue().splitlines() if "joined = " in line)
    script = tmp_path / "script.jsonl"
    script.touch()
    (tmp_path / "kiosk.toml").write_text(
        f'{said[said.index("joined = ") :]}\ndoor = {{ zh = "东门", en = "East" }}\ndata = "data"\n'
        f'[camera]\nkind = "simulated"\nsource = "{script}"\n[screen]\nport = 0\n[browser]\nexpected = false\n'
        '[speech]\nkind = "simulated"\n[clock]\ntrust = "always"\n',
        encoding="utf-8",
    )
    return tmp_path / "kiosk.toml"


def card_of(signing: Ed25519PrivateKey) -> KeyCard:
    """Return a key for signed codes with which somebody vouches for themselves."""
    public = signing.public_key().public_bytes_raw().hex()
    plain = KeyCard(key_id=7, meeting="m-launch", public_key=public, house_key=public)
    return replace(plain, statement=signing.sign(plain.stated()).hex())


def said_of(card: KeyCard) -> RosterItem:
    """Return what a roster's page says of a key."""
    return RosterItem(kind=ItemKind.KEY, key="7", seq=1, body=codec.dump_card(card))


def test_a_key_of_another_publisher_is_refused_by_name_from_the_first_message_on(
    hub: Hub, settings: Path, wait_until: WaitUntil, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever may speak for the hub at the broker comes first, before the kiosk has ever heard the hub."""
    assert hub._link is not None
    assert hub.broker is not None
    hub._link.pause()
    wait_until(lambda: hub._link is not None and not hub._link.connected)
    link = MqttLink(
        LinkSettings(
            host="127.0.0.1",
            port=hub.broker.port,
            client_id=PUBLISHER,
            username=PUBLISHER,
            password=hub.broker.secrets(PUBLISHER).password,
            state_topic="",
            presence=lambda _: b"",
        ),
        lambda _: None,
    )
    kiosk = Kiosk(*read_config(settings))
    link.start()
    kiosk.start()
    try:
        wait_until(lambda: link.connected and kiosk._link.connected)
        forge(link)
        wait_until(lambda: kiosk._roster.cursor() == 1)
        assert kiosk._roster.key(7) is None
    finally:
        kiosk.stop()
        link.stop()
    ours, named = KeyFolder(hub._config.data / "keys").house(), card_of(OTHER).house_key
    (said,) = [record.getMessage() for record in caplog.records if "is not believed" in record.getMessage()]
    assert ("the key 7" in said, named[:8] in said, ours[:8] in said) == (True, True, True)


def forge(link: MqttLink) -> None:
    """Speak for the hub: it is there, and names a key of one's own."""
    incarnation, now = uuid7(), datetime.now(UTC)
    state = HubState(id=uuid7(), ts=now, boot=uuid7(), seq=1, status=Status.ONLINE, incarnation=incarnation, roster=1)
    link.publish(hub_state(SITE), codec.encode(state), retain=True)
    told = replace(page(said_of(card_of(OTHER))), incarnation=incarnation)
    link.publish(topic(SITE, "kiosk-1", Leaf.DOWN_ROSTER), codec.encode(told))


def test_what_the_house_signs_is_believed_by_a_kiosk_that_has_joined(hub: Hub, settings: Path) -> None:
    """The key that it was given is the one that signs."""
    ring = KeyFolder(hub._config.data / "keys")
    plain = KeyCard(key_id=7, meeting="m-launch", public_key="ab" * 32, house_key=ring.house())
    item = said_of(replace(plain, statement=ring.attest(plain.stated()).hex()))
    config, secret = read_config(settings)
    assert (config.house_key, secret.house_key) == ("", ring.house())
    database = Database(config.data / "kiosk.sqlite3")
    database.open()
    roster = Roster(database, secret.house_key)
    assert roster.apply(page(item))
    assert roster.key(7) is not None
    database.close()
