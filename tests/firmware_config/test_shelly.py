"""The settings of a Shelly, held against the fields of its API, and the script that applies them, run for real."""

import hashlib
import json
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from werkzeug import Request, Response
from werkzeug.serving import make_server

from tests.firmware_config.access import may

FOLDER = Path(__file__).parents[2] / "firmware_config" / "shelly"
ID = "shellyplugsg3-a0b1c2d3e4f5"
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUY\nb25l\n-----END CERTIFICATE-----\n"
Json = dict[str, Any]

# shelly-api-docs.shelly.cloud/gen2, the page of each component, "Configuration"; Shelly itself, its methods.
TEXT, YES, NUMBER = (str,), (bool,), (int, float)
FIELDS: dict[str, Any] = {
    "Sys.SetConfig": {"config": {"device": {"name": TEXT}}},
    "Cloud.SetConfig": {"config": {"enable": YES}},
    "BLE.SetConfig": {"config": {"enable": YES}},
    "Switch.SetConfig": {
        "id": NUMBER,
        "config": {
            "name": TEXT,
            "initial_state": {"off", "on", "restore_last", "match_input"},
            "auto_on": YES,
            "auto_off": YES,
        },
    },
    "MQTT.SetConfig": {
        "config": {
            **dict.fromkeys(("enable", "use_client_cert", "rpc_ntf", "status_ntf", "enable_control"), YES),
            **dict.fromkeys(("server", "client_id", "user", "pass", "topic_prefix"), TEXT),
            "ssl_ca": {"*", "user_ca.pem", "ca.pem"},
        }
    },
    "WiFi.SetConfig": {"config": {"ap": {"enable": YES}}},
    "Shelly.PutUserCA": {"data": TEXT, "append": YES},
    "Shelly.SetAuth": {"user": {"admin"}, "realm": TEXT, "ha1": TEXT},
    "Shelly.GetDeviceInfo": {},
    "Shelly.Reboot": {},
    "MQTT.GetStatus": {},
}


def wrong(given: Any, known: Any, at: str) -> Iterator[str]:  # noqa: ANN401 - JSON
    """List what of a call is not as the API says."""
    if isinstance(known, dict):
        for key, value in given.items():
            yield from wrong(value, known[key], f"{at}.{key}") if key in known else [f"{at}.{key} is unknown"]
    elif (isinstance(known, set) and given not in known) or (isinstance(known, tuple) and type(given) not in known):
        yield f"{at} is {given!r}"


@dataclass
class Plug:
    """What a plug was told, and how it answers; ``missed`` is how often it is asked before it is at the broker."""

    port: int = 0
    missed: int = 0
    refuses: str = ""
    calls: list[tuple[str, Json]] = field(default_factory=list)
    guarded: list[str] = field(default_factory=list)
    locked: bool = False

    def answer(self, method: str, params: Json, allowed: str) -> tuple[int, Json]:
        """Note a call, and say what a plug says."""
        self.calls.append((method, params))
        if method == self.refuses:
            return 500, {"code": -103, "message": "Invalid argument"}
        if method == "Shelly.GetDeviceInfo":
            return 200, {"id": ID, "gen": 3, "auth_en": self.locked}
        self.locked |= method == "Shelly.SetAuth"
        if allowed:
            self.guarded.append(allowed)
        if method == "MQTT.GetStatus":
            self.missed -= 1
            return 200, {"connected": self.missed < 0}
        return 200, {"restart_required": True}

    @property
    def told(self) -> dict[str, Json]:
        """Return the last call of each method."""
        return dict(self.calls)


@pytest.fixture
def plug() -> Iterator[Plug]:
    """Run something that answers on HTTP as a Shelly does, and asks for a password once it has one."""
    made = Plug()

    @Request.application
    def answers(request: Request) -> Response:
        method = request.path.removeprefix("/rpc/")
        allowed = request.headers.get("Authorization", "")
        if made.locked and method != "Shelly.GetDeviceInfo" and not allowed:
            asks = f'Digest qop="auth", realm="{ID}", nonce="1", algorithm=SHA-256'
            return Response(status=401, headers={"WWW-Authenticate": asks})
        code, said = made.answer(method, request.get_json(force=True), allowed)
        return Response(json.dumps(said), status=code)

    server = make_server("127.0.0.1", 0, answers, threaded=True)
    made.port = server.server_port
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def apply(
    plug: Plug, folder: Path, *changes: str, asked: str = "the-brokers-1\nits-own-one\n"
) -> subprocess.CompletedProcess[str]:
    """Run the script as a technician does."""
    (folder / "ca.crt").write_text(CERTIFICATE)
    words = [f"127.0.0.1:{plug.port}", "room-1-plug", "broker.example.com:8883", str(folder / "ca.crt"), "off"]
    words[1 : 1 + len(changes)] = changes
    environment = {"PATH": "/usr/bin:/bin", "TRIES": "3", "PAUSE": "0.1"}
    return subprocess.run(
        [FOLDER / "apply", *words], input=asked, env=environment, capture_output=True, text=True, check=False
    )


def test_a_plug_is_told_everything_and_nothing_that_it_does_not_know(plug: Plug, tmp_path: Path) -> None:
    """Every method and field is one of the API; nothing is left to be filled in."""
    done = apply(plug, tmp_path)
    assert done.returncode == 0, done.stderr
    settings = json.loads((FOLDER / "settings.json").read_text(encoding="utf-8"))
    assert {one["method"] for one in settings} < set(plug.told)
    problems = [
        problem
        for method, params in plug.calls
        for problem in (wrong(params, FIELDS[method], method) if method in FIELDS else [f"{method} is unknown"])
    ]
    assert problems == []
    left = json.dumps(plug.calls)
    assert not [word for word in ("NAME", "BROKER", "PASSWORD", "AT_POWER_ON") if f'"{word}"' in left]


def test_it_is_at_our_broker_under_its_own_name(plug: Plug, tmp_path: Path) -> None:
    """TLS with our authority, status and notifications on, no cloud, and topics that the access list gives it."""
    apply(plug, tmp_path)
    mqtt = plug.told["MQTT.SetConfig"]["config"]
    assert mqtt["server"] == "broker.example.com:8883"
    assert (mqtt["enable"], mqtt["rpc_ntf"], mqtt["status_ntf"], mqtt["ssl_ca"]) == (True, True, True, "user_ca.pem")
    assert {mqtt["user"], mqtt["topic_prefix"], mqtt["client_id"]} == {"room-1-plug"}
    assert mqtt["pass"] == "the-brokers-1"
    assert plug.told["Cloud.SetConfig"] == {"config": {"enable": False}}
    assert plug.told["Switch.SetConfig"]["config"]["initial_state"] == "off"
    sent = [params for method, params in plug.calls if method == "Shelly.PutUserCA"]
    assert "".join(one["data"] for one in sent) == CERTIFICATE
    assert [one["append"] for one in sent] == [False, True, True, True]
    for leaf in ("online", "status/switch:0", "events/rpc"):
        assert may(mqtt["user"], "write", f"{mqtt['topic_prefix']}/{leaf}", sensors=[mqtt["user"]])
    for leaf in ("rpc", "command/switch:0"):
        assert may(mqtt["user"], "read", f"{mqtt['topic_prefix']}/{leaf}", sensors=[mqtt["user"]])


def test_its_own_page_is_locked_and_the_script_still_gets_in(plug: Plug, tmp_path: Path) -> None:
    """The password goes there as a hash, and from then on each call answers the digest."""
    apply(plug, tmp_path)
    expected = hashlib.sha256(f"admin:{ID}:its-own-one".encode()).hexdigest()
    assert plug.told["Shelly.SetAuth"] == {"user": "admin", "realm": ID, "ha1": expected}
    assert plug.guarded
    assert all('username="admin"' in one for one in plug.guarded)


def test_it_waits_until_the_plug_is_at_the_broker_and_says_if_it_is_not(plug: Plug, tmp_path: Path) -> None:
    """A technician on a ladder learns it there."""
    plug.missed = 1
    done = apply(plug, tmp_path)
    assert (done.returncode, "at the broker" in done.stderr) == (0, True)
    plug.missed = 100
    failed = apply(plug, tmp_path)
    assert failed.returncode == 1
    assert "is not at the broker" in failed.stderr


def test_a_refusal_is_named_and_nothing_follows(plug: Plug, tmp_path: Path) -> None:
    """With the plug's own words, and without the passwords."""
    plug.refuses = "Switch.SetConfig"
    done = apply(plug, tmp_path)
    assert done.returncode == 1
    assert "Switch.SetConfig" in done.stderr
    assert "Invalid argument" in done.stderr
    assert "MQTT.SetConfig" not in plug.told
    assert "the-brokers-1" not in done.stderr


@pytest.mark.parametrize(
    ("changes", "asked", "complaint"),
    [
        (("Room 1",), "", "NAME must be"),
        (("room-1-plug", "broker"), "", "BROKER:PORT"),
        (("room-1-plug", "broker:8883", "/dev/null"), "", "no certificate"),
        (("room-1-plug",), 'with"quote-1\nits-own-one\n', "a password is"),
    ],
)
def test_a_slip_is_named_before_the_plug_is_touched(
    plug: Plug, tmp_path: Path, changes: tuple[str, ...], asked: str, complaint: str
) -> None:
    """What would break the JSON, or be found out only at the broker, is said at once."""
    done = apply(plug, tmp_path, *changes, asked=asked)
    assert done.returncode != 0
    assert complaint in done.stderr
    assert plug.calls == []
