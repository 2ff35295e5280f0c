"""The CUPS printer against a real cupsd, on a free port of loopback, with its own folders and a backend that keeps.

Needs Debian's package cups; it runs as any user but root (as root the daemon is started as nobody).
"""

import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from devices.pi.cups import CupsPrinter, QueuePatience
from devices.printing import PaperOut, Picture, PrinterLost

Wait = Callable[[Callable[[], object]], None]
CUPSD = Path("/usr/sbin/cupsd")
PICTURE = Picture(576, 800, b"\xf0" * 72 * 800)
NAMED = Picture(16, 8, b"\x0f\xf0" * 8)

BACKEND = """#!/bin/sh
[ $# -eq 0 ] && { echo 'direct keep "Unknown" "keep"'; exit 0; }
if [ -e "$YINGBIN/paper-out" ]; then
  echo "STATE: +media-empty-error" >&2
  while [ -e "$YINGBIN/paper-out" ]; do sleep 0.05; done
fi
[ -e "$YINGBIN/forgetful" ] || echo "STATE: -media-empty-error" >&2
[ -e "$YINGBIN/broken" ] && exit 4
cat ${6:+"$6"} > "$YINGBIN/printed/$1.pdf"
"""
FILES = """
FileDevice No
AccessLog {home}/access.log
ErrorLog {home}/error.log
PageLog {home}/page.log
CacheDir {home}/cache
DataDir /usr/share/cups
DocumentRoot {home}/root
RequestRoot {home}/spool
ServerBin {home}/bin
ServerRoot {home}
StateDir {home}/state
TempDir {home}/spool/tmp
SetEnv YINGBIN {home}
"""
SERVER = """
Listen 127.0.0.1:{port}
Browsing No
DefaultAuthType None
WebInterface No
LogLevel debug
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit Cancel-Job>
    Require user @OWNER @SYSTEM
    Order deny,allow
  </Limit>
  <Limit All>
    Order allow,deny
    Allow all
  </Limit>
</Policy>
"""


@dataclass(frozen=True, slots=True)
class Cups:
    """A running server."""

    home: Path
    address: str

    def printer(self, queue: str = "badges", print_s: float = 60.0) -> CupsPrinter:
        """Give the driver of one of its queues."""
        pause = threading.Event()
        patience = QueuePatience(print_s=print_s, settle_s=0.5)
        return CupsPrinter(queue, dots_per_mm=8, wait=pause.wait, server=self.address, patience=patience)

    def run(self, *command: str) -> None:
        """Run one of CUPS's own tools on it."""
        subprocess.run([command[0], "-h", self.address, *command[1:]], check=True, capture_output=True)

    def documents(self) -> list[str]:
        """Return the names of the documents in the spool: what could show a guest's name."""
        return [path.name for path in (self.home / "spool").iterdir() if path.name.startswith("d")]


@pytest.fixture
def cups(wait_until: Wait) -> Iterator[Cups]:
    """Run a server with one queue, ``badges``."""
    if not CUPSD.exists():
        pytest.skip("cups is not installed: apt-get install cups cups-client")
    home = Path(tempfile.mkdtemp(prefix="yingbin-cups-", dir="/tmp"))
    for folder in ("spool/tmp", "cache", "state/certs", "root", "bin/backend", "printed"):
        (home / folder).mkdir(parents=True)
    for part in ("filter", "daemon", "notifier", "monitor", "cgi-bin"):
        (home / "bin" / part).symlink_to(Path("/usr/lib/cups", part))
    backend = home / "bin" / "backend" / "keep"
    backend.write_text(BACKEND, encoding="utf-8")
    backend.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (home / "files.conf").write_text(FILES.format(home=home), encoding="utf-8")
    (home / "cupsd.conf").write_text(SERVER.format(port=port), encoding="utf-8")
    other = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
    if other:
        for path in (home, *home.rglob("*")):
            shutil.chown(path, "nobody", "nogroup") if not path.is_symlink() else None
    command = [str(CUPSD), "-f", "-c", str(home / "cupsd.conf"), "-s", str(home / "files.conf")]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **other)  # type: ignore[call-overload]
    try:
        wait_until(lambda: server.poll() is not None or answers(port))
        made = Cups(home, f"127.0.0.1:{port}")
        made.run("lpadmin", "-p", "badges", "-E", "-v", "keep:/slips")
        yield made
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(home)


def answers(port: int) -> bool:
    """Say whether somebody listens there."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def test_a_slip_leaves_as_a_pdf_of_its_true_size_and_nothing_of_it_stays(cups: Cups) -> None:
    """576 x 800 dots of 1/8 mm are 72 x 100 mm, 204 x 283 points; the spool is empty afterwards."""
    cups.printer().print(PICTURE)
    (printed,) = (cups.home / "printed").iterdir()
    document = printed.read_bytes()
    assert document.startswith(b"%PDF-")
    assert b"MediaBox [ 0 0 204.0944" in document
    assert cups.documents() == []


def test_a_queue_without_paper_says_so_and_gives_the_slip_back(cups: Cups) -> None:
    """It must not come out when the guest has long gone; with paper the next one does."""
    (cups.home / "paper-out").touch()
    with pytest.raises(PaperOut):
        cups.printer().print(PICTURE)
    (cups.home / "paper-out").unlink()
    assert cups.documents() == []
    with pytest.raises(PaperOut):
        cups.printer().check()
    cups.printer().print(NAMED)
    assert len(list((cups.home / "printed").iterdir())) == 1
    cups.printer().check()


def test_a_complaint_that_a_printed_slip_did_not_end_is_not_believed_any_more(cups: Cups) -> None:
    """Some backends never take one back."""
    printer = cups.printer()
    (cups.home / "paper-out").touch()
    (cups.home / "forgetful").touch()
    with pytest.raises(PaperOut):
        printer.print(NAMED)
    (cups.home / "paper-out").unlink()
    printer.print(NAMED)
    printer.check()


def test_a_stopped_queue_is_lost_and_told_how_to_start(cups: Cups) -> None:
    """Until somebody starts it again."""
    cups.run("cupsdisable", "badges")
    with pytest.raises(PrinterLost, match="cupsenable"):
        cups.printer().check()
    cups.run("cupsenable", "badges")
    cups.printer().check()


def test_a_job_that_fails_is_not_taken_for_printed(cups: Cups) -> None:
    """The backend gives up; the queue stops."""
    (cups.home / "broken").touch()
    with pytest.raises(PrinterLost):
        cups.printer(print_s=20).print(PICTURE)
    assert cups.documents() == []


def test_no_queue_and_no_server_are_lost(cups: Cups) -> None:
    """With the name that was looked for."""
    with pytest.raises(PrinterLost, match="queue nosuch cannot be used"):
        cups.printer("nosuch").check()
    with pytest.raises(PrinterLost, match="cannot be used"):
        CupsPrinter("badges", dots_per_mm=8, wait=lambda _: None, server="/nowhere/cups.sock").check()
