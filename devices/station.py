"""What every station of ours needs to speak to the hub, a kiosk at a door as an agent in a room."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

from devices.contract import codec
from devices.contract.envelope import Envelope
from devices.contract.limits import Number, Text
from devices.contract.topics import Leaf
from devices.identity import Identity
from devices.ports import Link, LinkSettings, NotDelivered
from devices.settings import Mistake

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerConfig:
    """The way to the hub. ``secret`` is the file the hub made for this device; ``tls_ca`` a CA's certificate.

    A device that joined has a ``certificate`` instead of a password: one file, with its key, so that both change at
    once. It gets the next one at ``renew_at``, the address of the hub's pages.
    """

    secret: Path
    host: Annotated[str, Text(253)] = "127.0.0.1"
    port: Annotated[int, Number(1, 65_535)] = 1884
    tls_ca: Path | None = None
    certificate: Path | None = None
    renew_at: Annotated[str, Text(300)] = ""

    def mistakes(self) -> list[Mistake]:
        """Return which files are missing, and what goes only together."""
        found = []
        if not self.secret.is_file():
            problem = f"no file at {self.secret}; copy it from the hub's devices folder, or let the device join"
            found.append(Mistake("broker.secret", problem))
        if self.tls_ca is None and self.certificate is None and not _is_here(self.host):
            problem = "password and codes would cross the network in the open: name the broker's CA, or let it join"
            found.append(Mistake("broker.tls_ca", problem))
        if self.certificate is not None:
            for name, path in (("certificate", self.certificate), ("tls_ca", self.tls_ca)):
                if path is None:
                    found.append(Mistake(f"broker.{name}", "is missing: a certificate needs it, to know the broker by"))
                elif not path.is_file():
                    found.append(Mistake(f"broker.{name}", f"no file at {path}; let the device join"))
        return found


def station_link(
    identity: Identity, broker: BrokerConfig, password: str, subscriptions: Sequence[tuple[str, int]]
) -> LinkSettings:
    """Return how a station speaks to the broker: under its own name, saying whether it is there."""
    return LinkSettings(
        host=broker.host,
        port=broker.port,
        client_id=identity.device,
        username=identity.device,
        password=password or None,
        tls_ca=broker.tls_ca,
        certificate=broker.certificate,
        state_topic=identity.topic(Leaf.STATE),
        presence=identity.presence,
        subscriptions=tuple(subscriptions),
    )


class Outlet:
    """Hands what a station says to its link, once there is one; from any thread, never waits, never raises.

    Each method returns whether the link took the message; that the broker refused it later is logged.
    """

    def __init__(self, identity: Identity) -> None:
        """Speak for this station."""
        self._identity = identity
        self._link: Link | None = None

    def attach(self, link: Link) -> None:
        """Take the link."""
        self._link = link

    @property
    def connected(self) -> bool:
        """Say whether the broker is reached."""
        return self._link is not None and self._link.connected

    def say(self, leaf: Leaf, message: Envelope, *, retain: bool = False, qos: int = 1) -> bool:
        """Send a message on one of the station's own topics."""
        return self.put(self._identity.topic(leaf), codec.encode(message), retain=retain, qos=qos)

    def put(self, topic: str, payload: bytes, *, retain: bool = False, qos: int = 1) -> bool:
        """Send bytes on any topic that is allowed to it."""
        if self._link is None:
            return False
        try:
            self._link.publish_soon(topic, payload, _log_refusal, retain=retain, qos=qos)
        except NotDelivered:
            return False
        return True


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _log_refusal(problem: NotDelivered | None) -> None:
    if problem:
        _log.warning("the broker did not take a message: %s", problem)
