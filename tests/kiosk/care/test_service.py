import socket
from pathlib import Path

import pytest

from kiosk.care.service import Service


def manager(address: str) -> socket.socket:
    """Listen as systemd does."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listening.bind(address)
    listening.settimeout(5)
    return listening


@pytest.mark.parametrize("name", ["in a folder", "abstract"])
def test_a_service_tells_its_manager_in_datagrams(tmp_path: Path, name: str) -> None:
    """sd_notify(3): one assignment a line; an address that begins with @ is in the abstract namespace."""
    address = str(tmp_path / "notify") if name == "in a folder" else f"@{tmp_path}"
    with manager(address.replace("@", "\0")) as listening:
        service = Service({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "30000000"})
        service.ready()
        service.feed("15 pictures\na second")
        service.stopping()
        told = [listening.recv(4096) for _ in range(3)]
    assert told == [b"READY=1", b"WATCHDOG=1\nSTATUS=15 pictures a second", b"STOPPING=1"]
    assert service.period_s == 30


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"WATCHDOG_USEC": "30000000"},
        {"NOTIFY_SOCKET": "/run/nobody", "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"},
        {"NOTIFY_SOCKET": "/run/nobody", "WATCHDOG_USEC": "often"},
    ],
)
def test_nobody_is_fed_who_does_not_wait_for_this_process(environment: dict[str, str]) -> None:
    """No manager, another process's watchdog, or nonsense."""
    assert Service(environment, pid=4711).period_s == 0


def test_a_manager_that_is_gone_stops_nobody(tmp_path: Path) -> None:
    """Telling it is not worth a kiosk."""
    service = Service({"NOTIFY_SOCKET": str(tmp_path / "gone"), "WATCHDOG_USEC": "1000000"})
    service.ready()
    service.feed("well")
