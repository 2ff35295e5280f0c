"""The services are locked in as far as systemd can, and still work under the kernel's own filters."""

import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.firmware_config import sandbox

ROOT = Path(__file__).parents[2]
UNITS = {
    "hub": (ROOT / "firmware_config/hub/yingbin-hub.service", 2.0),
    "kiosk": (ROOT / "firmware_config/kiosk/yingbin-kiosk.service", 2.0),
    "room": (ROOT / "firmware_config/room/yingbin-room.service", 2.0),
}
SCORE = re.compile(r"Overall exposure level for \S+: ([0-9.]+)")


@pytest.fixture(autouse=True)
def _systemd() -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("this machine has no systemd, which alone can judge its units")


@pytest.mark.parametrize("name", UNITS)
def test_systemd_finds_little_that_a_service_may_do(name: str) -> None:
    """``systemd-analyze security``: 0 may do nothing, 10 everything; 2.0 at most (ETSI EN 303 645, 5.6)."""
    unit, most = UNITS[name]
    told = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    score = SCORE.search(told.stdout)
    assert score, told.stderr
    assert float(score[1]) <= most


@pytest.mark.parametrize("name", UNITS)
def test_systemd_understands_every_line(name: str, tmp_path: Path) -> None:
    """A setting that it does not know would be passed over, with a line in a log."""
    text = re.sub(r"/opt/[\w/-]+/bin/python", "/bin/true", UNITS[name][0].read_text(encoding="utf-8"))
    (tmp_path / UNITS[name][0].name).write_text(text, encoding="utf-8")
    told = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / UNITS[name][0].name)], capture_output=True, text=True, check=False
    )
    assert [line for line in told.stderr.splitlines() if "yingbin" in line] == []


LIBRARIES = """
import ctypes, mmap, os
import cryptography.hazmat.bindings._rust, cv2, lgpio_or_none, numpy, psycopg, pyzbar.pyzbar, sqlalchemy, zxingcpp
zxingcpp.read_barcodes(cv2.resize(numpy.zeros((8, 8), numpy.uint8), (64, 64)))
pyzbar.pyzbar.decode(numpy.zeros((64, 64), numpy.uint8))
back = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda number: number + 1)
print("works", back(2))
for what in (lambda: os.setpriority(0, 0, 5), lambda: mmap.mmap(-1, 4096, prot=7), lambda: os.chroot("/")):
    try:
        what()
    except PermissionError:
        print("refused")
""".replace(" lgpio_or_none,", "")


@pytest.mark.parametrize("name", UNITS)
def test_under_the_kernels_filters_the_libraries_work_and_the_rest_does_not(name: str) -> None:
    """Decoding and callbacks need no memory that is writable and executable; priorities and roots are not ours."""
    command = [
        sys.executable,
        "-m",
        "tests.firmware_config.sandbox",
        str(UNITS[name][0]),
        sys.executable,
        "-c",
        LIBRARIES,
    ]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.stdout.split() == ["works", "3", "refused", "refused", "refused"], told.stderr


@pytest.mark.broker
def test_a_hub_with_its_broker_runs_under_its_units_filters(
    tmp_path: Path, wait_until: Callable[[Callable[[], object]], None]
) -> None:
    """Its database, its own Mosquitto and its pages: every part says that it is well."""
    ports = []
    for _ in range(2):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            ports.append(free.getsockname()[1])
    text = (
        f'site = "hall"\nkiosks = ["kiosk-1"]\ndata = "data"\n[broker]\nport = {ports[0]}\n[web]\nport = {ports[1]}\n'
    )
    (tmp_path / "hub.toml").write_text(text)
    command = [sys.executable, "-m", "tests.firmware_config.sandbox", str(UNITS["hub"][0]), sys.executable]
    command += ["-m", "hub", "serve", "--config", str(tmp_path / "hub.toml")]
    log = tmp_path / "log"
    with log.open("wb") as file, subprocess.Popen(command, cwd=ROOT, stdout=file, stderr=file) as hub:

        def well() -> bool:
            assert hub.poll() is None, log.read_text()
            try:
                answer = requests.get(f"http://127.0.0.1:{ports[1]}/healthz", timeout=5)
            except requests.ConnectionError:
                return False
            return answer.status_code == requests.codes.ok

        try:
            wait_until(well)
            state = Path(f"/proc/{hub.pid}/status").read_text()
            assert re.search(r"^Seccomp:\t2$", state, re.MULTILINE)
        finally:
            hub.terminate()
        assert hub.wait(60) == 0


def test_a_filter_is_read_as_systemd_reads_it() -> None:
    """The first line allows, a line with ~ takes away again."""
    left = sandbox.allowed(["@system-service", "~@privileged @resources"])
    assert {"read", "futex", "execve", "socket"} <= left
    assert not {"setpriority", "setuid", "mount", "ptrace", "bpf", "reboot"} & left
