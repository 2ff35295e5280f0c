"""Starts the real Radicale on a free port, with its own folder, users and rights, and does what its users do there."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import quote

import requests

HUB, CLERK = "hub", "clerk"
PASSWORD = "pä$$w0rt-öffne-dich"
READY_S = 30

_CONFIG = """
[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {folder}/users
htpasswd_encryption = plain
delay = 0
[rights]
type = from_file
file = {folder}/rights
[storage]
filesystem_folder = {folder}/collections
[logging]
level = warning
"""
_RIGHTS = """
[root]
user: .+
collection:
permissions: R
[secret]
user: hub
collection: hub/secret-[^/]+
permissions:
[read]
user: hub
collection: hub/read-[^/]+
permissions: Rr
[all]
user: hub|clerk
collection: hub(/.*)?
permissions: RrWw
"""
_MAKE = """<?xml version="1.0"?><C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>
<D:displayname>{name}</D:displayname></D:prop></D:set></C:mkcalendar>"""


@dataclass
class Radicale:
    """A server that can be stopped and started again at the same address."""

    folder: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    numbers: Iterator[int] = field(default_factory=count)

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}"

    def prepare(self) -> None:
        """Write its settings."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (self.folder / "collections/collection-root" / HUB).mkdir(parents=True)
        (self.folder / "users").write_text(f"{HUB}:{PASSWORD}\n{CLERK}:{PASSWORD}\n", "utf-8")
        (self.folder / "rights").write_text(_RIGHTS)
        (self.folder / "config").write_text(_CONFIG.format(port=self.port, folder=self.folder))

    def start(self) -> None:
        """Start it, unless it runs; returns when it answers."""
        if self.process is not None and self.process.poll() is None:
            return
        with (self.folder / "log").open("ab") as log:
            program = [sys.executable, "-m", "radicale", "--config", str(self.folder / "config")]
            self.process = subprocess.Popen(program, stdout=log, stderr=log)
        until = time.monotonic() + READY_S
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((self.folder / "log").read_text())
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop it for good, or for a while."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
            self.process = None

    def calendar(self, prefix: str = "hall") -> "Shared":
        """Make a new calendar, as a clerk does."""
        made = Shared(self, f"/{HUB}/{prefix}-{next(self.numbers)}/")
        made.ask("MKCALENDAR", "", _MAKE.format(name=prefix))
        return made

    def forget_tokens(self, calendar: "Shared") -> None:
        """Lose its memory of what was read."""
        kept = self.folder / "collections/collection-root" / calendar.path.strip("/") / ".Radicale.cache/sync-token"
        for one in kept.iterdir():
            one.unlink()

    def _answers(self) -> bool:
        try:
            return requests.get(self.url, timeout=READY_S, allow_redirects=False).status_code > 0
        except requests.ConnectionError:
            return False


@dataclass(frozen=True, slots=True)
class Shared:
    """One calendar, and what its own users do in it. ``at`` names where it is asked, if not at the server itself."""

    server: Radicale
    path: str

    @property
    def url(self) -> str:
        """Return its address."""
        return self.server.url + self.path

    def ask(self, method: str, name: str, body: str = "") -> requests.Response:
        """Ask as a clerk. Fails where the server refuses."""
        auth = requests.auth.HTTPBasicAuth(CLERK.encode(), PASSWORD.encode())
        headers = {"Content-Type": "text/calendar; charset=utf-8"} if method == "PUT" else {}
        url = self.url + quote(name)
        answer = requests.request(method, url, data=body.encode(), auth=auth, headers=headers, timeout=30)
        answer.raise_for_status()
        return answer

    def put(self, name: str, text: str) -> str:
        """Write an event, whatever was there; returns its ETag."""
        return self.ask("PUT", name, text).headers["ETag"]

    def get(self, name: str) -> str:
        """Read an event."""
        answer = self.ask("GET", name)
        answer.encoding = "utf-8"
        return answer.text

    def delete(self, name: str) -> None:
        """Delete an event."""
        self.ask("DELETE", name)

    def files(self) -> list[Path]:
        """Return where its events are kept."""
        folder = self.server.folder / "collections/collection-root" / self.path.strip("/")
        return sorted(folder.glob("*.ics"))
