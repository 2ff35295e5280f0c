"""Starts a PostgreSQL that was killed again, as systemd would."""

import os
import signal
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

from tests.hub import postgres

_LOOK_EVERY_S = 0.1


class Postmaster:
    """Watches over a running server. Shared memory of killed backends may stop it from starting once or twice."""

    def __init__(self, server: postgres.Server) -> None:
        """Take the running server."""
        self._server = server
        self._process = server.process
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="postmaster", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Say whether the server's first process runs."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """Return the process id of the postmaster."""
        return self._process.pid

    def backends(self) -> list[int]:
        """Return the processes that serve the hub's connections."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        found = []
        with suppress(OSError):
            for pid in (int(word) for word in children.read_text().split()):
                with suppress(OSError):
                    if b"hub storm" in Path(f"/proc/{pid}/cmdline").read_bytes():
                        found.append(pid)
        return found

    def kill(self) -> bool:
        """Kill the postmaster; its children find out and end."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
            return True
        return False

    def stop(self) -> None:
        """Watch no more, and end a server that was started here."""
        self._stopping.set()
        self._thread.join()
        if self._process is not self._server.process and self.alive:
            self._process.send_signal(signal.SIGQUIT)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(30)

    def _watch(self) -> None:
        while not self._stopping.wait(_LOOK_EVERY_S):
            if not self.alive:
                self._process = postgres.launch(self._server.folder, self._server.port)
