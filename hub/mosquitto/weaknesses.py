"""What is weak in a broker's configuration, with file, line and remedy (ETSI EN 303 645, 5.1, 5.5, 5.6)."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from hub.mosquitto.access import read_rules, trespasses
from hub.mosquitto.found import File, House, Weakness
from hub.mosquitto.lines import Line
from hub.mosquitto.passwords import weak_passwords
from hub.mosquitto.settings import Configuration, Listener
from hub.mosquitto.ways_in import certificates, encryption, way_in

LARGEST_BYTES = 16 << 20
"""No message of the house is larger than 1 MiB; far more is somebody who fills the broker's memory."""

_OTHERS = 0o007
_OTHERS_WRITE = 0o002
_FULL = ("max_queued_messages", "max_queued_bytes")


def weaknesses(file: str, found: Configuration, files: Mapping[str, File], house: House) -> list[Weakness]:
    """Judge a configuration that begins in ``file``; ``files`` are those that it names, by their names there."""
    parts: list[Iterable[Weakness]] = [_limits(file, found)]
    if not found.listeners:
        wrong = "there is no listener: Mosquitto then lets everybody on this machine in, whatever else is set"
        parts.append(
            [Weakness(file, wrong, "install firmware_config/mosquitto/mosquitto.conf; its README.md says how")]
        )
    for one in found.listeners:
        parts += [way_in(one), encryption(one, house), certificates(one, house), _files_of(one, files)]
    parts += [_access(found, files, house), _passwords(found, files), _plugin(found, files)]
    return list(dict.fromkeys(chain.from_iterable(parts)))


def _limits(file: str, found: Configuration) -> Iterator[Weakness]:
    """Look at what is kept when the broker ends, and at what one client may fill (I13)."""
    everywhere = found.everywhere
    kept = everywhere.get("persistence")
    if not (kept and kept.on):
        wrong = "persistence is off: what waits for the hub is lost when the broker ends"
        yield Weakness(kept.where if kept else file, wrong, "set: persistence true")
    limits = [everywhere[name] for name in ("max_packet_size", "message_size_limit") if name in everywhere]
    if not any(0 < _number(line) <= LARGEST_BYTES for line in limits):
        wrong = "messages may be of any size: one client can fill the broker's memory"
        yield Weakness(limits[0].where if limits else file, wrong, "set: max_packet_size 1114112")
    bounds = {name: everywhere[name] for name in _FULL if name in everywhere}
    if "max_queued_messages" in bounds and not any(_number(line) for line in bounds.values()):
        wrong = "what waits for a client that is away has no bound: it fills the broker's memory"
        yield Weakness(bounds["max_queued_messages"].where, wrong, "set: max_queued_messages 20000")


def _files_of(one: Listener, files: Mapping[str, File]) -> Iterator[Weakness]:
    """See that the files of a listener are there, and that its key is nobody else's."""
    for name in ("cafile", "certfile", "keyfile", "crlfile"):
        if (line := one.own.get(name)) is None:
            continue
        if problem := files[line.value].problem:
            yield _unseen(line, problem)
        elif name == "keyfile" and files[line.value].mode & _OTHERS:
            yield _readable(line, "the broker's private key")
        elif files[line.value].mode & _OTHERS_WRITE:
            yield Weakness(line.where, f"everybody may change {line.value}", f"type: sudo chmod o-w {line.value}")


def _access(found: Configuration, files: Mapping[str, File], house: House) -> Iterator[Weakness]:
    """See that there is a list of who may what, and that nobody is given what is another's."""
    for one in found.listeners:
        if not (one.plugin or "acl_file" in one.security):
            remedy = (
                "give acl_file, as firmware_config/mosquitto does: without it each client reads and writes everything"
            )
            yield Weakness(one.line.where, f"{one.called} has no access list", remedy)
    for line in _named(found, "acl_file"):
        known = files[line.value]
        if known.problem:
            yield _unseen(line, known.problem)
            continue
        if known.mode & _OTHERS_WRITE:
            yield Weakness(line.where, f"everybody may change {line.value}", f"type: sudo chmod o-w {line.value}")
        for rule in trespasses(read_rules(line.value, known.text), house.site, house.processes):
            who = "everybody" if rule.pattern else rule.user or "whoever has no name"
            wrong = f"{who} is given {rule.way} on {rule.filter}, which holds what is another device's"
            remedy = "give each device its own topics, as firmware_config/mosquitto/acl does"
            yield Weakness(rule.line.where, wrong, remedy)


def _passwords(found: Configuration, files: Mapping[str, File]) -> Iterator[Weakness]:
    for line in _named(found, "password_file"):
        known = files[line.value]
        if known.problem:
            yield _unseen(line, known.problem)
            continue
        if known.mode & _OTHERS:
            yield _readable(line, "the file of passwords")
        for at, wrong in weak_passwords(line.value, known.text):
            yield Weakness(at.where, wrong, f"type: sudo mosquitto_passwd {line.value} {at.name}")


def _plugin(found: Configuration, files: Mapping[str, File]) -> Iterator[Weakness]:
    """See that nobody reads the file in which the dynamic security plugin keeps users and rights; not what it says."""
    if line := found.everywhere.get("plugin_opt_config_file"):
        if problem := files[line.value].problem:
            yield _unseen(line, problem)
        elif files[line.value].mode & _OTHERS:
            yield _readable(line, "the plugin's file of users and rights")


def _named(found: Configuration, name: str) -> Iterable[Line]:
    return dict.fromkeys(one.security[name] for one in found.listeners if name in one.security)


def _unseen(line: Line, problem: str) -> Weakness:
    return Weakness(line.where, f"{line.name} cannot be looked at: {problem}", "put it right, or check as root (sudo)")


def _readable(line: Line, what: str) -> Weakness:
    wrong = f"{what}, {line.value}, is open to every user of this machine"
    return Weakness(line.where, wrong, f"type: sudo chmod 600 {line.value}")


def _number(line: Line) -> int:
    return int(line.value) if line.value.isdigit() else 0
