import logging
import os
import tempfile
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from devices import renewing
from devices.clock import SystemClock
from devices.contract.topics import HUB, Leaf, topic
from devices.ports import Received
from devices.renewing import Renewal, certificate_health, is_due
from devices.station import BrokerConfig
from tests.conftest import SITE
from tests.hub.secured import Secured

WaitUntil = Callable[[Callable[[], object]], None]


class Moved(SystemClock):
    """The machine's clock, moved by so many days."""

    days = 0

    def now(self) -> datetime:
        """Return the moved time."""
        return datetime.now(UTC) + timedelta(days=self.days)


def config(secured: Secured, certificate: Path, renew_at: str = "https://hub.lan") -> BrokerConfig:
    """Write the settings of a station that has joined."""
    return BrokerConfig(secret=certificate, certificate=certificate, tls_ca=secured.ca, renew_at=renew_at)


@pytest.mark.broker
def test_a_certificate_is_due_when_a_third_of_its_time_is_left(secured: Secured) -> None:
    """Ten days of thirty: time enough for a hub that is away over a holiday."""
    file = secured.papers("kiosk-1").file
    now = datetime.now(UTC)
    assert [is_due(file, now + timedelta(days=days)) for days in (0, 19, 21, 31)] == [False, False, True, True]


@pytest.mark.broker
def test_a_station_asks_in_time_and_again_when_the_hub_was_away(
    secured: Secured, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, wait_until: WaitUntil
) -> None:
    """What went wrong is logged, and nobody is bothered with what is not due."""
    asked: list[str] = []
    clock = Moved()

    def away(hub: str, *_: object) -> None:
        asked.append(hub)
        raise OSError("nobody answers")

    monkeypatch.setattr(renewing, "renew", away)
    caplog.set_level(logging.WARNING)
    own = Renewal(config(secured, secured.papers("kiosk-1").file), clock, every_s=0.01)
    assert not own.look()
    clock.days = 25
    own.start()
    wait_until(lambda: len(asked) > 2)
    own.stop()
    assert "nobody answers" in caplog.text


def test_a_station_with_a_password_renews_nothing(tmp_path: Path) -> None:
    """Nor one that was told of nobody to ask."""
    before = threading.active_count()
    Renewal(BrokerConfig(secret=tmp_path), SystemClock()).start()
    Renewal(BrokerConfig(secret=tmp_path, certificate=tmp_path, tls_ca=tmp_path), SystemClock()).start()
    assert threading.active_count() == before


@pytest.mark.broker
def test_events_flow_on_while_the_certificate_is_replaced(
    secured: Secured, monkeypatch: pytest.MonkeyPatch, wait_until: WaitUntil
) -> None:
    """Each arrives once and in order: before, meanwhile, and after the next connection, which shows the new one."""
    papers = secured.papers("kiosk-1")
    secured.broker.settle(["kiosk-1"])
    heard: list[Received] = []
    up = topic(SITE, "kiosk-1", Leaf.UP_CHECKIN)
    secured.connected(
        HUB,
        None,
        heard.append,
        tls_ca=None,
        port=secured.broker.port,
        username=HUB,
        password=secured.broker.secrets().password,
        subscriptions=((up, 1),),
    )
    connects: list[int] = []
    kiosk = secured.connected("kiosk-1", papers.file, lambda _: None, lambda: connects.append(1))

    def signed(_hub: str, _authority: Path, certificate: Path) -> None:
        certificate.write_bytes(secured.papers("kiosk-1").file.read_bytes())

    monkeypatch.setattr(renewing, "renew", signed)
    clock = Moved()
    clock.days = 25
    own = Renewal(config(secured, papers.file), clock)
    for number in range(200):
        kiosk.publish(up, str(number).encode())
        if number == 100:
            assert own.look()
            secured.broker.settle(["kiosk-1"])
    wait_until(lambda: len(heard) == 200)
    assert connects == [1], "nothing was cut"
    assert [int(each.payload) for each in heard] == list(range(200))
    new = x509.load_pem_x509_certificate(papers.file.read_bytes())
    assert new.public_bytes(Encoding.PEM).decode() != papers.signed.pem
    secured.broker.settle(["kiosk-1"], [papers.signed.serial])
    secured.broker.throw_out("kiosk-1")
    wait_until(lambda: len(connects) == 2)
    kiosk.publish(up, b"200")
    wait_until(lambda: len(heard) == 201)


@pytest.mark.broker
def test_a_certificate_that_will_not_last_is_told_with_its_remedy(secured: Secured) -> None:
    """Before it is over, not after: a kiosk whose certificate ends stands outside its own house."""
    file, now = secured.papers("kiosk-1").file, datetime.now(UTC)
    file.chmod(0o600)
    own = config(secured, file)
    asks_nobody = config(secured, file, renew_at="")
    assert certificate_health(own, now)[1] == ""
    assert "renew_at" in certificate_health(own, now + timedelta(days=26))[1]
    assert "set broker.renew_at" in certificate_health(asks_nobody, now + timedelta(days=26))[1]
    assert certificate_health(own, now + timedelta(days=31))[1].startswith("let it join anew")
    file.chmod(0o640)
    assert "chmod 600" in certificate_health(own, now)[1]
    file.write_text("nothing", encoding="ascii")
    assert "cannot be read" in certificate_health(own, now)[0]
    assert certificate_health(BrokerConfig(secret=file), now)[1] == ""


@pytest.mark.broker
def test_a_certificate_that_its_user_cannot_replace_is_told(secured: Secured) -> None:
    """It works for months, and then its device is out: root may have let it join in place of the service's user."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "device.pem"
        file.write_bytes(secured.papers("kiosk-1").file.read_bytes())
        file.chmod(0o600)
        Path(folder).chmod(0o555)
        nobody = 65_534
        if os.geteuid() == 0:
            os.chown(file, nobody, nobody)
            os.seteuid(nobody)
        try:
            found, remedy = certificate_health(config(secured, file), datetime.now(UTC))
        finally:
            if os.getuid() == 0:
                os.seteuid(0)
            Path(folder).chmod(0o755)
    assert "cannot be written" in found
    assert remedy.startswith("let it join anew")
