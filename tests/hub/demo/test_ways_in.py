"""The demo's kiosks come in as in a house: each with a certificate of its own, and nobody without."""

import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from devices.clock import SystemClock
from devices.ids import uuid7
from hub.authority import Authority
from hub.demo.house import open_house
from hub.demo.joining import let_kiosks_join
from hub.demo.kiosks import KioskProcess, make_kiosks
from hub.demo.settings import KIOSKS, house_config
from hub.demo.watcher import list_watcher
from hub.demo.ways_in import look_at_ways_in, ports_called, takes_older_tls
from hub.making import hub_secrets
from hub.usecases.acting import Deciding
from hub.usecases.join_device import revoke_device
from hub.wiring import Hub

WaitUntil = Callable[[Callable[[], object]], None]


class House:
    """The demo's hub, with its kiosks started."""

    def __init__(self, folder: Path, open_things: ExitStack) -> None:
        """Open it as the demo does."""
        config = house_config(folder, 0, timedelta())
        self.hub, self.clock = Hub(config), SystemClock()
        open_things.callback(self.hub.stop)
        list_watcher(self.hub.store, self.who())
        self.hub.start()
        self.data = config.data
        key = bytes.fromhex(hub_secrets(config).lookup_key)
        open_house(self.hub.store, datetime.now(UTC).date(), self.clock.now(), key)
        self.papers = let_kiosks_join(self.hub, config, self.clock, folder)
        self.kiosks: list[KioskProcess] = make_kiosks(self.hub.store, config, self.papers, folder, ())
        for kiosk in self.kiosks:
            open_things.callback(kiosk.stop)
            kiosk.start()

    def who(self) -> Deciding:
        """Say who does something now."""
        return Deciding(actor="test", at=self.clock.now(), ids=uuid7)

    def rows(self) -> dict[str, str]:
        """Return what the summary says of the ways in, as long as every promise holds."""
        found = look_at_ways_in(self.hub, self.kiosks)
        return {} if found.problems else dict(found.rows)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[House]:
    """Open the house."""
    with ExitStack() as open_things:
        yield House(tmp_path, open_things)


@pytest.mark.broker
@pytest.mark.timeout(120)
def test_each_kiosk_of_the_demo_is_connected_by_its_own_certificate_and_one_that_is_revoked_is_seen(
    demo: House, wait_until: WaitUntil
) -> None:
    """As the system's table of connections says; the count falls when one is put out, so it is really measured."""
    wait_until(demo.rows)
    assert demo.rows() == {
        "kiosks connected by TLS 1.3, each with its own certificate": "2 of 2",
        "let in at the broker without a name": "0 of 2 tries",
    }
    assert not (demo.data / "setup-code").exists(), "nobody who only watches is asked to set a house up"
    with demo.hub.store.write() as tx:
        revoke_device(tx, KIOSKS[0], demo.who())
    fewer = "kiosks connected by certificate: 1, expected 2"  # not at each look: who is refused knocks again
    wait_until(lambda: fewer in look_at_ways_in(demo.hub, demo.kiosks).problems)


@pytest.mark.broker
@pytest.mark.timeout(120)
def test_the_demos_kiosks_have_no_password_and_keys_that_nobody_else_has(demo: House, wait_until: WaitUntil) -> None:
    """What joining gave each of them: files for their user alone, two keys, and no line in the broker's passwords."""
    keys = {demo.papers[device].certificate.read_bytes() for device in KIOSKS}
    assert len(keys) == len(KIOSKS)
    for device in KIOSKS:
        paper = demo.papers[device]
        assert {one.stat().st_mode & 0o077 for one in (paper.certificate, paper.secret)} == {0}
        assert "password" not in paper.secret.read_text()
    passwords = demo.data / "broker" / "passwords"
    wait_until(lambda: not set(KIOSKS) & {line.partition(":")[0] for line in passwords.read_text().splitlines()})


def test_the_ports_that_a_process_calls_are_read_from_the_system() -> None:
    """An open connection is there, one that only listens is not, and one that was closed is gone."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = int(server.getsockname()[1])
        assert port not in ports_called(os.getpid())
        with socket.create_connection(("127.0.0.1", port)):
            assert port in ports_called(os.getpid())
        assert port not in ports_called(os.getpid())


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_server_that_takes_tls_1_2_is_found_out(demo_certificate: Path, newest: ssl.TLSVersion) -> None:
    """One that takes it says so; one that wants 1.3 refuses."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(demo_certificate)
    context.minimum_version = newest
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            client, _ = server.accept()
            try:
                context.wrap_socket(client, server_side=True).close()
            except OSError:
                client.close()

        threading.Thread(target=serve, daemon=True).start()
        assert takes_older_tls("127.0.0.1", int(server.getsockname()[1])) is (newest is ssl.TLSVersion.TLSv1_2)


@pytest.fixture
def demo_certificate(tmp_path: Path) -> Path:
    """Return a server's certificate and key in one file."""
    certificate, key = Authority.open(tmp_path / "authority").server(["localhost"], 1)
    path = tmp_path / "server.pem"
    path.write_text(key + certificate)
    return path
