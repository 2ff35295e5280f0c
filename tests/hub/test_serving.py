"""The pages of a running hub over TLS: with the house's certificate, which changes while it runs, and the redirect."""

import http.client
import logging
import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from hub.authority import Authority
from hub.config import HubConfig, read_config
from hub.page_certificate import BadCertificate
from hub.serving import Serving
from hub.web.trust import in_groups
from tests.conftest import WAIT_S
from tests.hub.web.scene import StillClock

Run = Callable[..., Serving]


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def settings(folder: Path, text: str) -> HubConfig:
    """Read a hub's settings."""
    path = folder / "hub.toml"
    path.write_text(f'site = "hall"\ndata = "data"\n[web]\nport = 0\n{text}')
    return read_config(path)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Give ``run(config, clock)``: pages served until the test ends, which look at their certificate all the time."""
    monkeypatch.setattr("hub.serving.LOOK_EVERY_S", 0.02)
    made: list[Serving] = []

    def start(config: HubConfig, clock: StillClock | None = None) -> Serving:
        app = Flask("pages")
        app.add_url_rule("/", view_func=lambda: "hello")
        made.append(Serving(config, app, clock))
        made[-1].start()
        return made[-1]

    yield start
    for one in made:
        one.stop()


def port_of(address: str) -> int:
    """Return the port of an address."""
    return int(address.rstrip("/").rpartition(":")[2])


def shown(port: int, authority: str) -> int:
    """Ask over TLS as a tablet that trusts the house; return the serial number of the certificate."""
    trust = ssl.create_default_context(cadata=authority)
    client = http.client.HTTPSConnection("localhost", port, timeout=WAIT_S, context=trust)
    client.request("GET", "/")
    assert client.getresponse().read() == b"hello"
    assert isinstance(client.sock, ssl.SSLSocket)
    found = client.sock.getpeercert()
    client.close()
    assert found
    return int(str(found["serialNumber"]), 16)


def trusted(config: HubConfig) -> str:
    """Return the certificate of the house's authority."""
    return Authority.open(config.data / "authority").certificate


def test_a_tablet_that_trusts_the_house_gets_the_pages(
    tmp_path: Path, run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing but one line of settings; the log has the fingerprint that people compare."""
    config = settings(tmp_path, 'tls = "own"')
    with caplog.at_level(logging.INFO):
        served = run(config)
    assert served.address.startswith("https://127.0.0.1:")
    shown(port_of(served.address), trusted(config))
    assert in_groups(Authority.open(config.data / "authority").fingerprint) in caplog.text


def test_a_certificate_is_changed_while_the_pages_run(
    tmp_path: Path, run: Run, wait_until: Callable[[Callable[[], bool]], None]
) -> None:
    """Before it ends, without a restart."""
    config, clock = settings(tmp_path, 'tls = "own"'), StillClock(datetime.now(UTC))
    port = port_of(run(config, clock).address)
    before = shown(port, trusted(config))
    clock.at += timedelta(days=61)
    wait_until(lambda: shown(port, trusted(config)) != before)


def test_an_operators_renewal_is_taken_up_and_a_broken_one_is_not(
    tmp_path: Path, run: Run, wait_until: Callable[[Callable[[], bool]], None], caplog: pytest.LogCaptureFixture
) -> None:
    """A half-written pair leaves the old one standing and is told once; the right key then makes it good."""
    house = Authority.open(tmp_path / "elsewhere")
    chain, key = house.server(("localhost",), 30)
    (tmp_path / "c.pem").write_text(chain)
    (tmp_path / "k.pem").write_text(key)
    config = settings(tmp_path, 'tls = "files"\ncertificate = "c.pem"\nkey_file = "k.pem"')
    port = port_of(run(config).address)
    before = shown(port, house.certificate)
    chain, key = house.server(("localhost",), 30)
    (tmp_path / "c.pem").write_text(chain)
    wait_until(lambda: "is not the key of" in caplog.text)
    assert shown(port, house.certificate) == before
    (tmp_path / "k.pem").write_text(key)
    wait_until(lambda: shown(port, house.certificate) != before)
    assert caplog.text.count("is not the key of") == 1
    assert not (config.data / "authority").exists()


def test_pages_do_not_start_with_a_certificate_that_browsers_would_refuse(tmp_path: Path, run: Run) -> None:
    """The operator is told at once, not by the first tablet."""
    chain, key = Authority.open(tmp_path / "elsewhere").server(("localhost",), 1)
    (tmp_path / "c.pem").write_text(chain)
    (tmp_path / "k.pem").write_text(key)
    config = settings(tmp_path, 'tls = "files"\ncertificate = "c.pem"\nkey_file = "k.pem"')
    with pytest.raises(BadCertificate, match="ended on"):
        run(config, StillClock(datetime.now(UTC) + timedelta(days=3)))


def test_plain_http_on_the_network_only_shows_the_way(tmp_path: Path, run: Run) -> None:
    """Only where it is asked for; a form's content is refused, and so is a name that is not ours."""
    config = settings(tmp_path, f'tls = "own"\nredirect_port = {free_port()}')
    secure = port_of(run(config).address)

    def ask(method: str, path: str, host: str = "localhost") -> http.client.HTTPResponse:
        client = http.client.HTTPConnection("127.0.0.1", config.web.redirect_port, timeout=WAIT_S)
        client.request(method, path, headers={"Host": host})
        answer = client.getresponse()
        answer.read()
        client.close()
        return answer

    answer = ask("GET", "/staff/%E4%BA%BA?a=1&b=%0d%0aX:1")
    assert answer.status == 308
    assert answer.headers["Location"] == f"https://localhost:{secure}/staff/%E4%BA%BA?a=1&b=%0d%0aX:1"
    assert ask("GET", "//evil.example/").headers["Location"].startswith(f"https://localhost:{secure}/")
    assert ask("POST", "/staff/shift").status == 403
    assert ask("GET", "/", host="evil.example").status == 421


def test_no_port_is_opened_for_a_redirect_that_nobody_asked_for(tmp_path: Path, run: Run) -> None:
    """One listener is all there is."""
    served = run(settings(tmp_path, 'tls = "own"'))
    assert served._redirect is None
