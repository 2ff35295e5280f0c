"""What a running hub listens at: what its settings name, and nothing else (ETSI 5.6; Home Assistant CVE-2026-34205)."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest

pytestmark = pytest.mark.broker

Wait = Callable[[Callable[[], object]], None]
_LISTENING = "0A"
_TABLES = ("tcp", "tcp6", "udp", "udp6")


def free_ports(many: int) -> list[int]:
    """Return ports that nobody listens at."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(many)]
    ports = [int(one.getsockname()[1]) for one in held]
    for one in held:
        one.close()
    return ports


@contextmanager
def running(folder: Path, text: str) -> Iterator[int]:
    """Run a hub as its service does; give its process id."""
    path = folder / "hub.toml"
    path.write_text(f'site = "hall"\ndata = "data"\n{text}')
    command = [sys.executable, "-m", "hub", "serve", "--config", str(path)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(30)


def family(pid: int) -> set[int]:
    """Return a process and all that it has started, the broker too."""
    found = {pid}
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found |= family(int(child))
    return found


def open_to_others(pid: int) -> set[tuple[str, str, int]]:
    """Return where a hub can be reached: (tcp or udp, address, port); a UDP socket that only sends counts as well."""
    inodes = set()
    for one in family(pid):
        for handle in Path(f"/proc/{one}/fd").iterdir():
            inodes.add(str(handle.readlink()) if handle.is_symlink() else "")
    found = set()
    for table in _TABLES:
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            ours = f"socket:[{fields[9]}]" in inodes
            if ours and (fields[3] == _LISTENING or table.startswith("udp")):
                address, _, port = fields[1].partition(":")
                found.add((table[:3], _address(address), int(port, 16)))
    return found


def _address(text: str) -> str:
    raw = b"".join(bytes.fromhex(text[at : at + 8])[::-1] for at in range(0, len(text), 8))
    return str(IPv4Address(raw) if len(raw) == 4 else IPv6Address(raw))


def test_a_fresh_hub_can_be_reached_from_this_machine_alone(tmp_path: Path, wait_until: Wait) -> None:
    """Its pages and its broker, on loopback; nothing else listens, whatever the broker was built with."""
    pages, broker = free_ports(2)
    with running(tmp_path, f"[web]\nport = {pages}\n[broker]\nport = {broker}\n") as pid:
        allowed = {("tcp", "127.0.0.1", pages), ("tcp", "127.0.0.1", broker)}
        wait_until(lambda: len(open_to_others(pid)) >= len(allowed))
        assert open_to_others(pid) == allowed


def test_with_tls_the_network_reaches_the_pages_and_the_redirect_alone(tmp_path: Path, wait_until: Wait) -> None:
    """The broker stays where it was; plain HTTP is only where the settings ask for the redirect."""
    pages, broker, plain = free_ports(3)
    web = f'[web]\nhost = "0.0.0.0"\nport = {pages}\ntls = "own"\nredirect_port = {plain}\n'
    with running(tmp_path, f"{web}[broker]\nport = {broker}\n") as pid:
        allowed = {("tcp", "0.0.0.0", pages), ("tcp", "0.0.0.0", plain), ("tcp", "127.0.0.1", broker)}  # noqa: S104 - same
        wait_until(lambda: len(open_to_others(pid)) >= len(allowed))
        assert open_to_others(pid) == allowed
