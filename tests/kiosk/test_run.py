"""``python -m kiosk run`` as systemd runs it: a process of its own that tells how it is."""

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
