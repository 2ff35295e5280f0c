"""The self-check against a real broker, real files, and a kiosk that runs."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from devices.fake.printer import FakePrinter
from hub.broker import Broker
from kiosk import check
from kiosk.care.health import ask
from kiosk.care.machine_checks import Finding
from kiosk.config import read_config
from kiosk.wiring import Kiosk
from tests.conftest import SITE

pytestmark = pytest.mark.broker
WaitUntil = Callable[[Callable[[], object]], None]
SILENT = '[speech]\nkind = "simulated"\n'


def settings(
    broker: Broker, folder: Path, *, password: str | None = None, camera: str = "", more: str = SILENT
) -> Path:
    """Write a kiosk's settings and its secret."""
    secret = folder / "secret.toml"
    right = broker.secrets("kiosk-1").password
    secret.write_text(f'password = "{password or right}"\nlookup_key = "{"00" * 32}"\n', encoding="utf-8")
    secret.chmod(0o600)
    script = folder / "script.jsonl"
    script.touch()
    simulated = f'kind = "simulated"\nsource = "{script}"'
    path = folder / "kiosk.toml"
    path.write_text(
        f'site = "{SITE}"\ndevice = "kiosk-1"\ndoor = {{ zh = "东门", en = "East" }}\ndata = "data"\n'
        f'[broker]\nsecret = "secret.toml"\nport = {broker.port}\n'
        f"[camera]\n{camera or simulated}\n"
        '[screen]\nport = 0\n[browser]\ncompositor = "none"\n[clock]\ntrust = "always"\n' + more,
        encoding="utf-8",
    )
    return path


def found(path: Path) -> dict[str, Finding]:
    """Check, and return what was found."""
    return {finding.about: finding for finding in check.findings(path)}


def test_a_machine_that_is_ready_passes_every_check(broker: Broker, tmp_path: Path) -> None:
    """Each thing is really tried: the camera gives pictures, the broker takes the password."""
    seen = found(settings(broker, tmp_path))
    assert [*seen] == [
        "settings",
        "secret",
        "certificate",
        "data",
        "room",
        "clock",
        "camera",
        "broker",
        "fonts",
        "speech",
        "browser",
    ]
    wrong = [str(finding) for finding in seen.values() if not finding.well and finding.about != "data"]
    assert wrong == []
    assert seen["camera"].found.startswith("1280 x 720, brightness ")


def test_scanner_printer_and_voice_are_tried_where_there_are_some(broker: Broker, tmp_path: Path) -> None:
    """What is missing is named with what to do; a printer that answers passes."""
    printer = FakePrinter(tmp_path / "slips")
    at = f'[printer]\nkind = "escpos"\naddress = "tcp://127.0.0.1:{printer.port}"\n'
    nowhere = f'[scanner]\nkind = "device"\nsource = "{tmp_path}/nothing-*"\n'
    mute = '[speech]\ndevice = "plughw:CARD=Nobodys"\n'
    try:
        seen = found(settings(broker, tmp_path, more=at + nowhere + mute))
        assert seen["printer"].well
        assert (seen["scanner"].well, seen["speech"].well) == (False, False)
        assert "is it plugged in?" in seen["scanner"].found
        assert "speech.kind" in seen["speech"].remedy
        printer.paper = False
        assert found(settings(broker, tmp_path, more=at))["printer"].remedy == "add paper"
    finally:
        printer.close()
    assert not found(settings(broker, tmp_path, more=at))["printer"].well


def test_each_thing_that_is_wrong_is_named_with_its_remedy(broker: Broker, tmp_path: Path) -> None:
    """A wrong password, a camera that is not there, a secret for everybody; the rest is checked all the same."""
    path = settings(broker, tmp_path, password="guessed", camera='source = "/dev/video-of-nobody"')
    (tmp_path / "secret.toml").chmod(0o644)
    out = io.StringIO()
    assert check.check(path, out) == 1
    said = out.getvalue()
    assert "FAIL  secret: " in said
    assert "FAIL  camera: camera /dev/video-of-nobody cannot be opened" in said
    assert "FAIL  broker: 127.0.0.1 port " in said
    assert "copy the secret anew" in said
    assert "pass  fonts: " in said
    assert said.splitlines()[-1].startswith("not ready: ")


def test_bad_settings_are_the_first_thing_to_put_right(tmp_path: Path) -> None:
    """Nothing else can be checked without them; a program reads what failed."""
    path = tmp_path / "kiosk.toml"
    path.write_text("site = 7\n", encoding="utf-8")
    out = io.StringIO()
    assert check.check(path, out, as_json=True) == 1
    assert json.loads(out.getvalue()) == {"failed": ["settings"]}


def test_a_running_kiosk_is_asked_instead_of_disturbed(
    broker: Broker, tmp_path: Path, wait_until: WaitUntil, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can have its camera or its name at the broker twice."""
    path = settings(broker, tmp_path)
    kiosk = Kiosk(*read_config(path))
    kiosk.start()
    port = int(kiosk.address.rstrip("/").rpartition(":")[2])
    monkeypatch.setattr(check, "ask", lambda _: ask(port))
    monkeypatch.setattr(check, "Kiosk", None)
    wait_until(lambda: "0.0 pictures" not in found(path)["camera"].found)
    seen = found(path)
    assert seen["camera"].well
    assert (seen["broker"].found, seen["broker"].well) == ("the running kiosk does not hear the hub", False)
    kiosk.stop()
