"""``python -m hub check`` reads the broker's real configuration, and tries its doors."""

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hub.__main__ import main
from hub.broker import HOST, Broker, BrokerSettings
from hub.broker_files import Users
from hub.broker_tls import TlsListener
from hub.commands.check_broker import DOOR, FILES, broker_findings
from hub.commands.checked import Finding
from hub.config import HubConfig
from hub.config_sections import BrokerConfig
from tests.firmware_config.certificates import make_authority, make_server
from tests.hub.mosquitto.test_settings import free_port, mosquitto
from tests.hub.secured import Secured

pytestmark = pytest.mark.broker

WaitUntil = Callable[[Callable[[], object]], None]
GIVEN = Path(__file__).parents[3] / "firmware_config" / "mosquitto"
DEBIANS = """\
# Place your local configuration in /etc/mosquitto/conf.d/
pid_file {folder}/mosquitto.pid

persistence true
persistence_location {folder}/

log_dest stderr

include_dir {folder}/conf.d
"""


def house(folder: Path, **broker: object) -> HubConfig:
    """Return the settings of a house whose files lie in a folder."""
    return HubConfig(site="hall", data=folder, broker=BrokerConfig(**broker))  # type: ignore[arg-type]


def about(found: list[Finding], what: str) -> list[Finding]:
    """Return the findings about one thing."""
    return [one for one in found if one.about == what]


def test_what_the_hub_writes_itself_is_strong_and_lets_nobody_in(secured: Secured) -> None:
    """Its files as they lie there now, and both of its listeners, while it runs."""
    folder = secured.broker._folder
    config = house(folder.parent, port=secured.broker.port, tls_host=HOST, workers=("hub-2",))
    assert folder.name == "broker"
    found = list(broker_findings(config))
    assert [one for one in found if not (one.well and one.seen)] == []
    assert "2 ways in" in about(found, FILES)[0].found
    doors = [one.found for one in about(found, DOOR)]
    assert doors == [
        f"{HOST}:{port} refuses whoever gives no name" for port in (secured.broker.port, secured.broker.tls_port)
    ]


def test_a_house_with_everything_is_strong_in_the_network_too(secured: Secured, tmp_path: Path) -> None:
    """Listening on each address, with further processes and other makers' devices; one line undone is found."""
    tls = TlsListener(authority=secured.authority, host="0.0.0.0", names=("hub.lan",))  # noqa: S104 - as a house does
    users = Users(workers=("hub-2",), sensors=("plug-7",))
    broker = Broker(BrokerSettings(tmp_path / "data" / "broker", "hall", ("kiosk-1",), users, tls=tls))
    broker.start()
    broker.stop()
    config = house(tmp_path / "data", port=broker.port, tls_host="0.0.0.0", names=("hub.lan",), workers=("hub-2",))  # noqa: S104
    found = list(broker_findings(config))
    assert all(one.well for one in found), found
    assert [one.seen for one in about(found, DOOR)] == [False, False], "it does not run: nobody was asked"
    conf = tmp_path / "data" / "broker" / "mosquitto.conf"
    conf.write_text(conf.read_text().replace("require_certificate true\n", ""))
    assert "lets devices in without a certificate" in " ".join(one.found for one in broker_findings(config))
    (tmp_path / "data" / "broker" / "server.key").chmod(0o644)
    assert "the broker's private key" in " ".join(one.found for one in broker_findings(config))


@pytest.fixture
def debian(tmp_path: Path) -> Iterator[Path]:
    """Lay Debian's own mosquitto.conf out, without anything in conf.d."""
    folder = tmp_path / "etc"
    (folder / "conf.d").mkdir(parents=True)
    (folder / "mosquitto.conf").write_text(DEBIANS.format(folder=folder))
    (tmp_path / "secret.toml").write_text('password = "x"\nlookup_key = "00"\n')
    yield folder
    shutil.rmtree(folder)


def operators(folder: Path, port: int) -> Path:
    """Install firmware_config/mosquitto as its README.md says, on loopback and without a mosquitto user."""
    ca, key, name = make_authority(folder, "ca")
    make_server(folder, key, name)
    (folder / "server.key").chmod(0o600)
    (folder / "passwords").write_text("hub:$7$101$c2FsdHNhbHRzYWx0$aGFzaA==\n")
    (folder / "passwords").chmod(0o600)
    (folder / "acl").write_text(
        (GIVEN / "acl").read_text(encoding="utf-8").replace("/venue/", "/hall/"), encoding="utf-8"
    )
    text = (GIVEN / "mosquitto.conf").read_text(encoding="utf-8").replace("/etc/mosquitto/yingbin/", f"{folder}/")
    assert ca == folder / "ca.crt"
    (folder / "conf.d" / "yingbin.conf").write_text(
        text.replace("listener 8883", f"listener {port} {HOST}"), encoding="utf-8"
    )
    conf = folder / "mosquitto.conf"
    conf.write_text(conf.read_text() + "user root\n")
    return conf


def test_the_example_for_an_operators_broker_passes_and_its_door_is_tried(
    debian: Path, tmp_path: Path, wait_until: WaitUntil
) -> None:
    """A real Mosquitto runs on it."""
    port = free_port()
    conf = operators(debian, port)
    config = house(tmp_path, managed=False, port=port, tls_ca=debian / "ca.crt", configuration=conf)
    with mosquitto(conf, port, wait_until):
        found = list(broker_findings(config))
    assert all(one.well and one.seen for one in found), found
    assert about(found, DOOR)[0].found == f"{HOST}:{port} refuses whoever gives no name"


def test_debians_own_file_is_refused_and_the_remedy_is_a_file_of_ours(debian: Path, tmp_path: Path) -> None:
    """It lets everybody on this machine in; the command says what to install, and is not content."""
    path = tmp_path / "hub.toml"
    settings = f'managed = false\nport = 1\nsecret = "secret.toml"\nconfiguration = "{debian}/mosquitto.conf"\n'
    path.write_text(f'site = "hall"\ndata = "data"\n[broker]\n{settings}')
    assert main(["check", "--config", str(path)]) == 1
    found = list(broker_findings(house(tmp_path, managed=False, configuration=debian / "mosquitto.conf")))
    (listens, *_) = [one for one in about(found, FILES) if "no listener" in one.found]
    assert "lets everybody on this machine in" in listens.found
    assert "firmware_config/mosquitto/mosquitto.conf" in listens.remedy
    assert (GIVEN / "mosquitto.conf").exists()


def test_a_broker_that_lets_everybody_in_is_found_out_without_its_files(
    debian: Path, tmp_path: Path, wait_until: WaitUntil
) -> None:
    """The house's own broker on another machine: its files are not looked at, and that is said, but it is tried."""
    port = free_port()
    conf = debian / "mosquitto.conf"
    conf.write_text(f"user root\nlistener {port} {HOST}\nallow_anonymous true\n")
    with mosquitto(conf, port, wait_until):
        found = list(broker_findings(house(tmp_path, managed=False, port=port)))
    (door,) = about(found, DOOR)
    assert "lets in whoever comes, without a name" in door.found
    assert "allow_anonymous false" in door.remedy
    (files,) = about(found, FILES)
    assert not files.seen
    assert "broker.configuration" in files.found


@pytest.mark.parametrize("what", ["conf", "acl", "folder"])
def test_what_cannot_be_looked_at_is_never_a_pass(debian: Path, tmp_path: Path, what: str) -> None:
    """A missing file, whichever it is, fails the check: else it would be the way around it."""
    conf = operators(debian, 8883)
    lost = {"conf": conf, "acl": debian / "acl", "folder": debian / "conf.d" / "yingbin.conf"}[what]
    lost.unlink()
    found = about(list(broker_findings(house(tmp_path, managed=False, configuration=conf))), FILES)
    assert not any(one.well for one in found), found


def test_a_hub_whose_broker_lost_its_file_is_not_ready(tmp_path: Path) -> None:
    """Before the first start there is none, and it is said; later its absence is a fault."""
    (fresh,) = about(list(broker_findings(house(tmp_path))), FILES)
    assert fresh.well
    assert not fresh.seen
    (tmp_path / "broker").mkdir()
    (lost,) = about(list(broker_findings(house(tmp_path))), FILES)
    assert not lost.well


def test_what_nobody_has_looked_at_is_said_at_the_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ready is one thing, looked at another."""
    path = tmp_path / "hub.toml"
    path.write_text('site = "hall"\ndata = "data"\n')
    assert main(["check", "--config", str(path)]) == 0
    said = capsys.readouterr().out
    assert f"open  {FILES}: there are none yet" in said
    assert f"ready, but nobody has looked at: {FILES}" in said


def test_a_program_that_is_no_broker_is_not_taken_for_one_that_refuses(tmp_path: Path) -> None:
    """Somebody else has the port."""
    with socket.create_server((HOST, 0)) as other:
        port = int(other.getsockname()[1])
        broker = tmp_path / "broker"
        broker.mkdir()
        (broker / "mosquitto.conf").write_text(f"listener {port} {HOST}\n")

        def answer() -> None:
            for _ in range(2):  # somebody looks whether it answers, and then asks
                with other.accept()[0] as client:
                    client.recv(64)
                    client.sendall(b"220 mail.example ESMTP\r\n")

        threading.Thread(target=answer, daemon=True).start()
        (door,) = about(list(broker_findings(house(tmp_path, port=port))), DOOR)
    assert "is no broker" in door.found
