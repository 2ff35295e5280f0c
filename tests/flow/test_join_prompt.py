"""``python -m kiosk join`` at a real terminal: what a technician types and reads there, and what stays behind."""

import os
import pty
import select
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from devices.contract.joining import CODE_LETTERS, shown
from devices.link import MqttLink
from devices.renewing import certificate_health
from hub.domain.joining import Stage
from hub.usecases.join_device import approve, open_window
from hub.wiring import Hub
from kiosk.config import read_config
from kiosk.wiring import Kiosk
from tests.conftest import WAIT_S
from tests.flow.test_joining import WaitUntil, config, house_of, who

pytestmark = pytest.mark.broker

ROOT = Path(__file__).parents[2]


@dataclass(slots=True)
class Terminal:
    """A terminal in which the command runs, and all that it has shown."""

    side: int
    process: subprocess.Popen[bytes]
    written: bytearray = field(default_factory=bytearray)

    @property
    def text(self) -> str:
        """Return what the technician sees by now."""
        while select.select([self.side], [], [], 0)[0]:
            try:
                piece = os.read(self.side, 4_096)
            except OSError:
                break  # the last who had it open has gone
            if not piece:
                break
            self.written += piece
        return self.written.decode(errors="replace")

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self.side, keys.encode())

    def echoes(self) -> bool:
        """Say whether what is typed appears now."""
        return bool(termios.tcgetattr(self.side)[3] & termios.ECHO)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """Run a house that devices can join."""
    made = Hub(config(tmp_path))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def terminal(hub: Hub, tmp_path: Path) -> Iterator[Terminal]:
    """Type the command in a terminal of its own."""
    try:
        side, other = pty.openpty()
    except OSError:
        pytest.skip("this machine gives out no terminals: /dev/pts is not mounted")
    hears_ctrl_c = ["env", "--default-signal=INT"]  # what a shell runs in the background ignores it
    command = [*hears_ctrl_c, "setsid", "--ctty", "--wait", sys.executable, "-m", "kiosk", "join", hub.address]
    process = subprocess.Popen(
        [*command, "--to", str(tmp_path / "device")],
        stdin=other,
        stdout=other,
        stderr=other,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": ".", "LANG": "C.UTF-8"},
    )
    yield Terminal(side, process)
    process.kill()
    process.wait()
    os.close(other)
    os.close(side)


def code_of(hub: Hub) -> str:
    """Open a window and return its code as the page shows it."""
    with hub.store.write() as tx:
        _, code = open_window(tx, "kiosk-1", house_of(hub), who())
    return shown(code)


def asked(hub: Hub) -> str:
    """Return the fingerprint that the hub shows; empty until the device has asked."""
    with hub.store.read() as tx:
        found = [one for one in tx.certificates.windows() if one.stage is Stage.ASKED]
    return found[0].fingerprint if found else ""


def let_in(hub: Hub) -> None:
    """Do what the technician does at the hub."""
    with hub.store.write() as tx:
        (window,) = [one for one in tx.certificates.windows() if one.stage is Stage.ASKED]
        approve(tx, window.id, window.fingerprint, house_of(hub), who())


def comes_in(folder: Path, wait_until: WaitUntil) -> bool:
    """Say whether a kiosk whose settings name its door and that folder, and nothing else, reaches the broker."""
    path = folder / "kiosk.toml"
    path.write_text('joined = "device"\ndoor = { zh = "东门", en = "East" }\n', encoding="utf-8")
    found, secret = read_config(path)
    assert certificate_health(found.broker, datetime.now(UTC))[1] == ""
    kiosk = Kiosk(replace(found, data=folder / "data"), secret)
    link = MqttLink(kiosk.link_settings(secret.password), lambda _: None, lambda: None)
    link.start()
    wait_until(lambda: link.connected)
    link.stop()
    return True


def prompt(terminal: Terminal, wait_until: Callable[[Callable[[], object]], None], times: int = 1) -> None:
    """Wait until the command asks for the code."""
    wait_until(lambda: terminal.text.count("Code (not shown) 代码（不显示）") == times and not terminal.echoes())


def test_a_technician_types_the_code_compares_and_has_nothing_to_copy(
    hub: Hub, terminal: Terminal, tmp_path: Path, wait_until: WaitUntil
) -> None:
    """A wrong code is told in words and may be typed again; no code appears, and the terminal is as it was."""
    code = code_of(hub)
    prompt(terminal, wait_until)
    wrong = ("B" if code[0] != "B" else "C") + code[1:]
    terminal.type(f"{wrong}\r")
    prompt(terminal, wait_until, 2)
    assert "wrong, used, or too old" in terminal.text
    terminal.type("ABCD\r")
    prompt(terminal, wait_until, 3)
    assert "4 letters and digits were typed 已输入 4 个字符" in terminal.text
    assert "not 4: type it again" in terminal.text
    terminal.type(f"{hub.address}#{code}\r")
    wait_until(lambda: asked(hub) and asked(hub) in terminal.text)
    assert terminal.echoes()
    let_in(hub)
    assert terminal.process.wait(WAIT_S) == 0
    assert "this is kiosk-1 in" in terminal.text
    assert f'joined = "{tmp_path / "device"}"' in terminal.text
    assert code[:CODE_LETTERS] not in terminal.text
    assert code.replace("-", "")[:CODE_LETTERS] not in terminal.text
    assert {path.name for path in (tmp_path / "device").iterdir()} == {
        "device.pem",
        "authority.crt",
        "secret.toml",
        "joined.toml",
    }
    assert comes_in(tmp_path, wait_until)


@pytest.mark.parametrize("late", [False, True], ids=["at the prompt", "while it waits for approval"])
def test_ctrl_c_leaves_nothing_behind(
    hub: Hub, terminal: Terminal, tmp_path: Path, wait_until: WaitUntil, *, late: bool
) -> None:
    """No file, no folder, no traceback, and a terminal that shows again what is typed."""
    prompt(terminal, wait_until)
    if late:
        terminal.type(f"{code_of(hub)}\r")
        wait_until(lambda: asked(hub) and asked(hub) in terminal.text)
    terminal.type("\x03")
    assert terminal.process.wait(WAIT_S) == 1
    assert "it was stopped, and nothing was kept 已停止，未保存任何内容" in terminal.text
    assert "Traceback" not in terminal.text
    assert terminal.echoes()
    assert not (tmp_path / "device").exists()


def test_whoever_types_no_right_code_is_told_so_and_sent_away(
    hub: Hub, terminal: Terminal, tmp_path: Path, wait_until: WaitUntil
) -> None:
    """Three tries, with a code of another house among them; Ctrl-D is an empty one."""
    for number, keys in enumerate(("\x04", "A" * 26 + "\r", "\r"), 1):
        prompt(terminal, wait_until, number)
        terminal.type(keys)
    assert terminal.process.wait(WAIT_S) == 1
    assert "not the hub that made the code" in terminal.text
    assert terminal.text.rstrip().endswith("type it again")
    assert "the device has not joined" in terminal.text
    assert not (tmp_path / "device").exists()
    assert not asked(hub)
