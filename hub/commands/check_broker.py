"""``python -m hub check``: whether the broker answers, lets nobody in who is not known, and is set up for that.

Its real files are read, whoever runs it; what cannot be read is never called well (decision 68).
"""

import socket
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path

from devices.contract.topics import HUB, ROOMS
from hub.broker_asking import NoBroker, lets_anybody_in
from hub.broker_files import CONFIG
from hub.broker_reading import CannotRead, read_broker
from hub.commands.checked import Finding
from hub.config import HubConfig
from hub.making import broker_program
from hub.mosquitto.found import File, House
from hub.mosquitto.settings import Configuration, Listener
from hub.mosquitto.weaknesses import weaknesses

ABOUT = "broker"
FILES = "broker's files"
DOOR = "broker's door"
_WITHIN_S = 10.0
_ANYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - compared with, never listened on


def broker_findings(config: HubConfig) -> Iterator[Finding]:
    """Look at the broker from outside, at its files, and then whether it lets in somebody whom nobody knows."""
    yield _answers(config)
    path = config.data / "broker" / CONFIG if config.broker.managed else config.broker.configuration
    if path is None:
        yield Finding(FILES, "where they are is not known: name its mosquitto.conf in broker.configuration", seen=False)
        yield _door(config.broker.host, config.broker.port, tls=config.broker.tls_ca is not None)
        return
    if config.broker.managed and not path.parent.exists():
        yield Finding(FILES, "there are none yet; the hub makes them when it starts", seen=False)
        return
    try:
        found, files = read_broker(path)
    except CannotRead as problem:
        remedy = "see broker.configuration, and check as a user who may read it (sudo)"
        yield Finding(FILES, str(problem), "start the hub, which writes it" if config.broker.managed else remedy)
        return
    yield from _judged(path, found, files, config)
    for one in found.listeners:
        yield _tried(one)


def _answers(config: HubConfig) -> Finding:
    """Look whether somebody answers at the broker's address; a broker of our own comes with the hub."""
    broker = config.broker
    at = f"{broker.host}:{broker.port}"
    if broker.managed and broker_program() is None:
        return Finding(ABOUT, "mosquitto is not installed", "type: sudo apt-get install mosquitto")
    try:
        with socket.create_connection((broker.host, broker.port), _WITHIN_S) as plain:
            if broker.tls_ca:
                context = ssl.create_default_context(cafile=broker.tls_ca)
                context.wrap_socket(plain, server_hostname=broker.host).close()
    except ssl.SSLError as problem:
        return Finding(ABOUT, f"no secret way to {at}: {problem}", "see broker.tls_ca and the broker's certificate")
    except OSError as problem:
        if broker.managed:
            return Finding(ABOUT, "installed; it is started by the hub, which does not run")
        return Finding(ABOUT, f"nobody answers at {at}: {problem}", "start it, or see broker.host and broker.port")
    return Finding(ABOUT, f"somebody answers at {at}")


def _judged(path: Path, found: Configuration, files: Mapping[str, File], config: HubConfig) -> Iterator[Finding]:
    """Judge the files: a finding for each weakness, with its line."""
    broker = config.broker
    house = House(
        site=config.site,
        processes=frozenset({HUB, ROOMS, broker.name, *broker.workers}),
        joins=bool(broker.tls_host),
        password_port=broker.password_port,
        apart=frozenset(broker.plain_at),
    )
    wrong = weaknesses(str(path), found, files, house)
    for one in wrong:
        yield Finding(FILES, f"{one.where}: {one.wrong}", one.remedy)
    if not wrong:
        yield Finding(FILES, f"{path}: {len(found.listeners)} ways in, and nobody comes in without proof")
    for line in dict.fromkeys(one.plugin for one in found.listeners if one.plugin):
        said = f"{line.where}: the plugin {Path(line.value).name} decides who may what; what it allows is not looked at"
        yield Finding(FILES, said, seen=False)


def _tried(one: Listener) -> Finding:
    if not one.port or ("protocol" in one.own and one.own["protocol"].value != "mqtt"):
        return Finding(DOOR, f"{one.called} speaks no plain MQTT and was not tried", seen=False)
    return _door("127.0.0.1" if one.host in _ANYWHERE else one.host, one.port, tls=one.encrypts)


def _door(host: str, port: int, *, tls: bool) -> Finding:
    """Ask to be let in without a name: a refusal is well, and silence proves nothing."""
    at = f"{host}:{port}"
    try:
        let_in = lets_anybody_in(host, port, tls=tls)
    except OSError:
        return Finding(DOOR, f"nobody answers at {at}, so nobody was asked to be let in", seen=False)
    except NoBroker as problem:
        return Finding(DOOR, f"what answers at {at} is no broker: {problem}", "see which program has that port")
    if let_in:
        remedy = "set allow_anonymous false in its configuration, and restart it"
        return Finding(DOOR, f"the broker at {at} lets in whoever comes, without a name", remedy)
    return Finding(DOOR, f"{at} refuses whoever gives no name")
