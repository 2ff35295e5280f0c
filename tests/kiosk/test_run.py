"""``python -m kiosk run`` as systemd runs it: a process of its own that tells how it is."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from hub.broker import Broker
from tests.conftest import WAIT_S
from tests.kiosk.test_check import settings

pytestmark = pytest.mark.broker

TIMES = 20
"""How often the kiosk tells that it takes pictures, before it is stopped."""

PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"BM", b"II*", b"MM\0*", b"P5", b"P6")
SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tiff", ".pgm", ".npy", ".raw"})
SMALL = 4_096
"""A picture is larger, in whatever form."""


def test_a_kiosk_tells_its_service_manager_from_its_start_to_its_end(broker: Broker, tmp_path: Path) -> None:
    """Ready once it serves; fed with a line on how it is; and that it means to stop."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(WAIT_S)
        kiosk = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "run", "--config", str(settings(broker, tmp_path))],
            env={"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "900000", "PYTHONPATH": "."},
            cwd=Path(__file__).parents[2],
            stderr=subprocess.DEVNULL,
        )
        try:
            assert manager.recv(4096) == b"READY=1"
            while b"STATUS=15 pictures a second" not in (told := manager.recv(4096)):
                assert told.startswith(b"WATCHDOG=1\nSTATUS=")
            kiosk.send_signal(signal.SIGTERM)
            while (told := manager.recv(4096)) != b"STOPPING=1":
                assert told.startswith(b"WATCHDOG=1\n")
            assert kiosk.wait(WAIT_S) == 0
        finally:
            kiosk.kill()
            kiosk.wait()


def test_no_picture_of_the_camera_is_ever_in_a_file(broker: Broker, tmp_path: Path) -> None:
    """ETSI EN 303 645 5.8: watched from outside, over hundreds of pictures: what the process has open, and leaves."""
    home = tmp_path / "home"
    home.mkdir()
    config = settings(broker, tmp_path)
    before = set(tmp_path.rglob("*"))
    opened: set[str] = set()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(WAIT_S)
        places = {"HOME": str(home), "TMPDIR": str(home), "XDG_CACHE_HOME": str(home)}
        kiosk = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "run", "--config", str(config)],
            env={"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "900000", "PYTHONPATH": ".", **places},
            cwd=Path(__file__).parents[2],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            told = 0
            while told < TIMES:
                told += b"pictures a second" in manager.recv(4096)
                opened |= _open_for_writing(kiosk.pid)
            kiosk.send_signal(signal.SIGTERM)
            assert kiosk.wait(WAIT_S) == 0
        finally:
            kiosk.kill()
            kiosk.wait()
    assert any("kiosk" in name for name in opened), "a watch that sees nothing shows nothing"
    assert {name for name in opened if name.startswith("/") and not name.startswith(("/dev/", str(tmp_path)))} == set()
    made = [path for path in set(tmp_path.rglob("*")) - before if path.is_file()]
    assert made
    assert [path for path in made if path.read_bytes()[:16].startswith(PICTURES) or path.suffix in SUFFIXES] == []
    assert [path for path in home.rglob("*") if path.is_file() and path.stat().st_size > SMALL] == []


def _open_for_writing(pid: int) -> set[str]:
    """Return the names of what a process has open to write to."""
    found = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            flags = (entry.parents[1] / "fdinfo" / entry.name).read_text().split("flags:")[1].split()[0]
            if int(flags, 8) & (os.O_WRONLY | os.O_RDWR):
                found.add(str(entry.readlink()))
        except OSError:
            continue  # it was closed meanwhile
    return found
