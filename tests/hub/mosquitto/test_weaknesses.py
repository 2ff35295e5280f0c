"""Each way in which a broker's configuration can be weak is named, with its line and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hub.mosquitto.found import File, House, Weakness
from hub.mosquitto.lines import split_lines
from hub.mosquitto.settings import understand
from hub.mosquitto.weaknesses import weaknesses

GIVEN = Path(__file__).parents[3] / "firmware_config" / "mosquitto"
HOUSE = House(site="venue", processes=frozenset({"hub", "hub-rooms"}))
ACL, PASSWORDS, KEY = (f"/etc/mosquitto/yingbin/{name}" for name in ("acl", "passwords", "server.key"))
OURS = (GIVEN / "mosquitto.conf").read_text(encoding="utf-8")
"""The example for an operator's own broker; Debian's own file, which includes it, keeps messages."""
WHOLE = "persistence true\n" + OURS
TLS13 = ("tls_version tlsv1.2", "tls_version tlsv1.3")
CERTIFICATES = (
    "tls_version tlsv1.2",
    "tls_version tlsv1.3\nrequire_certificate true\nuse_identity_as_username true\ncrlfile /etc/mosquitto/yingbin/crl",
)


def files(**changes: File) -> Mapping[str, File]:
    """Return the files that the example names, as its README.md installs them."""
    folder = "/etc/mosquitto/yingbin"
    given = {
        "acl": File((GIVEN / "acl").read_text(encoding="utf-8")),
        "passwords": File("hub:$7$101$salt$hash\nkiosk-1:$7$101$salt$hash\n"),
        **{name: File() for name in ("ca.crt", "server.crt", "server.key", "crl", "dynamic.json")},
    }
    return {f"{folder}/{name}": file for name, file in given.items()} | {
        f"{folder}/{name.replace('_', '.')}": file for name, file in changes.items()
    }


def judge(text: str, house: House = HOUSE, **changes: File) -> list[Weakness]:
    """Judge a text as mosquitto.conf."""
    return weaknesses("mosquitto.conf", understand(split_lines("mosquitto.conf", text)), files(**changes), house)


def line_of(text: str, start: str) -> int:
    """Return on which line something stands."""
    return next(number for number, line in enumerate(text.splitlines(), start=1) if line.startswith(start))


def test_the_example_for_an_operators_broker_is_strong() -> None:
    """Whoever follows firmware_config/mosquitto/README.md is told that it is well."""
    assert judge(WHOLE) == []
    assert judge(WHOLE.replace(*TLS13)) == []
    assert judge(WHOLE.replace(*CERTIFICATES)) == []


def test_a_sensor_as_the_example_adds_it_is_no_trespasser() -> None:
    """Its part of the list keeps it off the house's own topics."""
    added = (GIVEN / "acl").read_text(encoding="utf-8") + (GIVEN / "acl-sensor").read_text(encoding="utf-8")
    assert judge(WHOLE, acl=File(added.replace("SENSOR", "plug-7"))) == []


@dataclass(frozen=True)
class Weak:
    """One change that makes the example weak; what is said of it, and at which line."""

    name: str
    change: tuple[str, str]
    wrong: str
    at: str
    remedy: str
    house: House = field(default=HOUSE)


WEAK = (
    Weak(
        "everybody is let in",
        ("allow_anonymous false", "allow_anonymous true"),
        "lets everybody in without a name",
        "allow_anonymous",
        "allow_anonymous false",
    ),
    Weak(
        "everybody is let in, as a number",
        ("allow_anonymous false", "allow_anonymous 1"),
        "lets everybody in without a name",
        "allow_anonymous",
        "allow_anonymous false",
    ),
    Weak(
        "no passwords",
        (f"password_file {PASSWORDS}", ""),
        "asks nobody to prove",
        "listener 8883",
        "give a password_file",
    ),
    Weak(
        "a certificate is asked for, and no name read from it",
        (
            f"password_file {PASSWORDS}\nacl_file {ACL}",
            f"acl_file {ACL}\n",
        ),
        "asks nobody to prove",
        "listener 8883",
        "use_identity_as_username true",
    ),
    Weak(
        "no access list",
        (f"acl_file {ACL}", ""),
        "has no access list",
        "listener 8883",
        "give acl_file",
    ),
    Weak(
        "no TLS",
        ("keyfile /etc/mosquitto/yingbin/server.key", ""),
        "open to the network without TLS",
        "listener 8883",
        "bind it to 127.0.0.1",
    ),
    Weak(
        "a second way in without TLS",
        ("listener 8883", "listener 1883 192.0.2.10\nuse_username_as_clientid true\nlistener 8883"),
        "the listener on port 1883 is open to the network without TLS",
        "listener 1883",
        "tls_version tlsv1.3",
    ),
    Weak(
        "an option before the first listener opens port 1883",
        ("listener 8883", "max_connections 10\nlistener 8883"),
        "the listener on port 1883 is open to the network without TLS",
        "max_connections",
        "bind it to 127.0.0.1",
    ),
    Weak(
        "old TLS",
        ("tls_version tlsv1.2", "tls_version tlsv1.1"),
        "takes tlsv1.1",
        "tls_version",
        "tls_version tlsv1.3",
    ),
    Weak(
        "certificates shown to all who listen",
        ("tls_version tlsv1.2", CERTIFICATES[1].replace("tlsv1.3", "tlsv1.2")),
        "takes tlsv1.2",
        "tls_version",
        "tls_version tlsv1.3",
    ),
    Weak(
        "certificates over whatever TLS there is",
        ("tls_version tlsv1.2", CERTIFICATES[1].replace("tls_version tlsv1.3\n", "")),
        "takes tlsv1.2 (Mosquitto's own choice)",
        "listener 8883",
        "tls_version tlsv1.3",
    ),
    Weak(
        "kiosks that join need no certificate",
        TLS13,
        "lets devices in without a certificate",
        "listener 8883",
        "require_certificate true",
        House(site="venue", processes=HOUSE.processes, joins=True),
    ),
    Weak(
        "revoked certificates count",
        ("tls_version tlsv1.2", CERTIFICATES[1].partition("\ncrlfile")[0]),
        "certificates in that were revoked",
        "require_certificate",
        "crlfile",
    ),
    Weak(
        "certificates of nobody in particular",
        (
            "cafile /etc/mosquitto/yingbin/ca.crt",
            "require_certificate true\ncrlfile /etc/mosquitto/yingbin/crl",
        ),
        "knows no authority",
        "require_certificate",
        "give cafile",
    ),
    Weak(
        "client ids can be stolen",
        ("use_username_as_clientid true", ""),
        "take another's client id",
        "listener 8883",
        "use_username_as_clientid true",
    ),
    Weak(
        "nothing is kept",
        ("persistence true", "persistence false"),
        "what waits for the hub is lost",
        "persistence",
        "persistence true",
    ),
    Weak(
        "messages of any size",
        ("max_packet_size 1114112", "max_packet_size 0"),
        "fill the broker's memory",
        "max_packet_size",
        "max_packet_size 1114112",
    ),
    Weak(
        "messages of a gigabyte",
        ("max_packet_size 1114112", "message_size_limit 1000000000"),
        "fill the broker's memory",
        "message_size_limit",
        "max_packet_size 1114112",
    ),
    Weak(
        "a queue without end",
        ("max_queued_messages 20000\nmax_queued_bytes 33554432", "max_queued_messages 0"),
        "has no bound",
        "max_queued_messages",
        "max_queued_messages 20000",
    ),
)


@pytest.mark.parametrize("weak", WEAK, ids=[one.name for one in WEAK])
def test_each_weakness_is_named_with_its_line_and_its_remedy(weak: Weak) -> None:
    """One change to the example is enough, and is found where it stands."""
    assert weak.change[0] in WHOLE, "the row changes nothing"
    text = WHOLE.replace(*weak.change)
    found = [one for one in judge(text, weak.house) if weak.wrong in one.wrong]
    assert [one.where for one in found] == [f"mosquitto.conf:{line_of(text, weak.at)}"], judge(text, weak.house)
    assert weak.remedy in found[0].remedy


@pytest.mark.parametrize(
    ("lines", "who"),
    [
        ("topic readwrite #", "whoever has no name is given readwrite on #"),
        ("topic #", "whoever has no name is given readwrite on #"),
        ("topic read yingbin/#", "whoever has no name is given read on yingbin/#"),
        ("pattern read #", "everybody is given read on #"),
        ("pattern readwrite yingbin/#", "everybody is given readwrite"),
        ("pattern write yingbin/v1/venue/+/up/#", "everybody is given write"),
        ("pattern read yingbin/v1/venue/%c/down/#", "everybody is given read on yingbin/v1/venue/%c/down/#"),
        ("user kiosk-1\ntopic read yingbin/v1/+/+/down/#", "kiosk-1 is given read"),
        ("user plug-7\ntopic deny yingbin/v2/#\ntopic read #", "plug-7 is given read on #"),
        ("user hub\npattern read yingbin/#", "everybody is given read on yingbin/#"),
    ],
)
def test_a_list_that_gives_somebody_what_is_anothers_is_weak(lines: str, who: str) -> None:
    """For everybody, for those without a name, for one device; patterns hold for all, under whomever they stand."""
    start = (GIVEN / "acl").read_text(encoding="utf-8")
    (found,) = judge(WHOLE, acl=File(f"{lines}\n{start}"))
    assert who in found.wrong
    assert found.where == f"{ACL}:{len(lines.splitlines())}"


def test_what_is_denied_to_a_user_is_not_given() -> None:
    """So a bridge may write everywhere but below our topics."""
    assert judge(WHOLE, acl=File("user bridge\ntopic deny yingbin/#\ntopic readwrite #\n")) == []


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("kiosk-1:secret", "the password of kiosk-1 stands there in the open"),
        ("kiosk-1:$6$c2FsdA==$aGFzaA==", "the password of kiosk-1 is kept as a weak hash"),
        ("kiosk-1:", "kiosk-1 has no password"),
        ("kiosk-1", "kiosk-1 has no password"),
    ],
)
def test_a_password_that_is_no_strong_hash_is_weak_and_is_not_repeated(line: str, wrong: str) -> None:
    """The line and the user are named, the password never."""
    (found,) = judge(WHOLE, passwords=File(f"hub:$7$101$salt$hash\n{line}\n"))
    assert found.where == f"{PASSWORDS}:2"
    assert wrong in found.wrong
    assert found.remedy == f"type: sudo mosquitto_passwd {PASSWORDS} kiosk-1"
    assert "secret" not in f"{found}"


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o666])
@pytest.mark.parametrize(("name", "path"), [("passwords", PASSWORDS), ("server_key", KEY)])
def test_secrets_that_others_can_read_or_write_are_weak(name: str, path: str, mode: int) -> None:
    """A group of the broker's own may read them."""
    (found,) = judge(WHOLE, HOUSE, **{name: File("hub:$7$101$salt$hash", mode)})
    assert "open to every user of this machine" in found.wrong
    assert found.remedy == f"type: sudo chmod 600 {path}"
    assert judge(WHOLE, HOUSE, **{name: File("hub:$7$101$salt$hash", 0o640)}) == []


@pytest.mark.parametrize("name", ["acl", "server_crt", "ca_crt"])
def test_files_that_anybody_may_change_are_weak(name: str) -> None:
    """Whoever writes the access list, or the authority that is trusted, needs no password."""
    (found,) = judge(WHOLE, HOUSE, **{name: File(mode=0o646)})
    assert "everybody may change" in found.wrong


@pytest.mark.parametrize("name", ["acl", "passwords", "server_key", "ca_crt", "crl"])
def test_what_cannot_be_read_is_no_pass(name: str) -> None:
    """A check that passes what it has not seen could not fail."""
    (found,) = judge(WHOLE.replace(*CERTIFICATES), HOUSE, **{name: File(problem="Permission denied")})
    assert "cannot be looked at: Permission denied" in found.wrong


def test_a_network_apart_is_the_operators_word() -> None:
    """For plugs that speak no TLS (README.md); only at the address that was named."""
    plain = WHOLE + (GIVEN / "yingbin_without_tls.conf").read_text(encoding="utf-8")
    (found,) = judge(plain)
    assert "the listener on port 1883 is open" in found.wrong
    apart = House(site="venue", processes=HOUSE.processes, apart=frozenset({"192.0.2.10"}))
    assert judge(plain, apart) == []
    assert judge(plain.replace("192.0.2.10", ""), apart)


def test_a_plugin_decides_who_comes_in_and_keeps_its_file_to_itself() -> None:
    """Dynamic security stands for passwords and access list; its file has both in it."""
    named = "plugin /usr/lib/mosquitto_dynamic_security.so\nplugin_opt_config_file /etc/mosquitto/yingbin/dynamic.json"
    text = WHOLE.replace(f"password_file {PASSWORDS}\nacl_file {ACL}", named)
    assert judge(text) == []
    (found,) = judge(text, dynamic_json=File(mode=0o644))
    assert "the plugin's file of users and rights" in found.wrong
    (found,) = judge(text, dynamic_json=File(problem="No such file"))
    assert "No such file" in found.wrong


def test_an_empty_file_is_as_weak_as_mosquitto_is() -> None:
    """Local mode: everybody on this machine is let in, and nothing is kept."""
    wrong = " ".join(one.wrong for one in judge(""))
    assert "everybody on this machine" in wrong
    assert "persistence is off" in wrong
