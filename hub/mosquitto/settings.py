"""What lines of mosquitto.conf mean together: which listeners there are, and which options hold for each."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address

from hub.mosquitto.lines import Line

_OF_LISTENERS = frozenset(
    {
        "bind_interface",
        "cafile",
        "capath",
        "certfile",
        "crlfile",
        "keyfile",
        "max_connections",
        "mount_point",
        "protocol",
        "psk_hint",
        "require_certificate",
        "socket_domain",
        "tls_version",
        "use_identity_as_username",
        "use_subject_as_username",
        "use_username_as_clientid",
    }
)
_OF_SECURITY = frozenset({"acl_file", "allow_anonymous", "auth_plugin", "password_file", "plugin", "psk_file"})
_PLUGINS = ("plugin", "auth_plugin", "global_plugin")
_USUAL_PORT = "1883"


@dataclass(frozen=True, slots=True)
class Listener:
    """One way in: the line that opens it, its port (0: a socket file), its address, and what holds for it."""

    line: Line
    port: int
    host: str = ""
    own: dict[str, Line] = field(default_factory=dict)
    security: dict[str, Line] = field(default_factory=dict)

    @property
    def called(self) -> str:
        """Name it as a person would."""
        return f"the listener on port {self.port}" if self.port else f"the listener on the socket {self.host}"

    @property
    def reaches_out(self) -> bool:
        """Say whether other machines can reach it; without an address it listens on each of this machine."""
        if not self.port or self._on("bind_interface") == "lo":
            return False
        try:
            return not ip_address(self.host).is_loopback
        except ValueError:
            return self.host != "localhost"

    @property
    def encrypts(self) -> bool:
        """Say whether it speaks TLS with a certificate of its own."""
        return {"certfile", "keyfile"} <= self.own.keys()

    @property
    def asks_for_certificates(self) -> bool:
        """Say whether whoever comes in must hold a certificate."""
        return self.encrypts and self.is_on("require_certificate")

    @property
    def plugin(self) -> Line | None:
        """Return the plugin that decides who comes in, where there is one."""
        return next((self.security[name] for name in _PLUGINS if name in self.security), None)

    def is_on(self, name: str) -> bool:
        """Say whether an option of this listener is true."""
        return name in self.own and self.own[name].on

    def _on(self, name: str) -> str:
        return self.own[name].value if name in self.own else ""


@dataclass(frozen=True, slots=True)
class Configuration:
    """All that is set: for the whole broker, and for each listener. Without ``listeners`` it is in local mode.

    Local mode (no ``listener``, ``port`` or ``bind_address``) is loopback alone, and lets everybody there in, even with
    ``allow_anonymous false`` and a password file.
    """

    everywhere: dict[str, Line]
    listeners: tuple[Listener, ...]


def understand(lines: Iterable[Line]) -> Configuration:
    """Put lines together, in the order in which Mosquitto comes upon them.

    What stands before a file's first ``listener`` belongs to a listener on port 1883 that any such option opens; an
    included file begins anew. ``per_listener_settings`` counts from its line on.
    """
    everywhere: dict[str, Line] = {}
    shared: dict[str, Line] = {}
    first = Listener(Line("", 0, "port", _USUAL_PORT), 0)
    made: list[Listener] = []
    current: dict[str, Listener] = {}
    asked = False
    for line in lines:
        at = current.get(line.file, first)
        if line.name == "listener":
            port, _, rest = line.value.partition(" ")
            host = rest.split(" ")[0]
            current[line.file] = Listener(line, _number(port), "" if host.startswith("#") else host)
            made.append(current[line.file])
        elif line.name in {"port", "bind_address"} or line.name in _OF_LISTENERS:
            at.own[line.name] = line
        elif line.name in _OF_SECURITY:
            apart = "per_listener_settings" in everywhere and everywhere["per_listener_settings"].on
            (at.security if apart else shared)[line.name] = line
        else:
            (shared if line.name == "global_plugin" else everywhere)[line.name] = line
        asked = asked or line.name in {"listener", "port", "bind_address"}
    if not asked:
        return Configuration(everywhere | shared, ())
    if first.own or first.security.keys() - {"allow_anonymous", "acl_file"}:
        opened = next(iter((first.own | first.security).values()))
        port, host = (first.own[name].value if name in first.own else "" for name in ("port", "bind_address"))
        made.insert(0, Listener(opened, _number(port or _USUAL_PORT), host, first.own, first.security))
    listeners = (Listener(one.line, one.port, one.host, one.own, shared | one.security) for one in made)
    return Configuration(everywhere | shared, tuple(listeners))


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0
