"""Speaks to the service manager that started us, in systemd's sd_notify(3) protocol; silent where there is none."""

import logging
import os
import socket
from collections.abc import Mapping

_log = logging.getLogger(__name__)


class Service:
    """One service as its manager knows it. Telling never raises: the manager may be gone, the kiosk goes on."""

    def __init__(self, environment: Mapping[str, str] = os.environ, pid: int | None = None) -> None:
        """Read where the manager listens and how often it wants to be fed; ``pid`` is this process's."""
        address = environment.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._complained = False
        meant = environment.get("WATCHDOG_PID", "")
        ours = not meant or meant == str(os.getpid() if pid is None else pid)
        period = environment.get("WATCHDOG_USEC", "")
        self.period_s = int(period) / 1e6 if self._address and ours and period.isdigit() else 0.0
        """Seconds after which the manager restarts a service that did not feed its watchdog; 0 where none waits."""

    @property
    def managed(self) -> bool:
        """Say whether anybody listens."""
        return bool(self._address)

    def ready(self) -> None:
        """Tell that the start is over."""
        self._tell("READY=1")

    def stopping(self) -> None:
        """Tell that the end has begun."""
        self._tell("STOPPING=1")

    def feed(self, status: str) -> None:
        """Feed the watchdog, and say in one line how things are."""
        self._tell(f"WATCHDOG=1\nSTATUS={_line(status)}")

    def status(self, status: str) -> None:
        """Say in one line how things are, and feed nothing."""
        self._tell(f"STATUS={_line(status)}")

    def _tell(self, words: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
                out.settimeout(1.0)
                out.sendto(words.encode(), self._address)
        except OSError as problem:
            if not self._complained:
                _log.warning("the service manager cannot be told anything: %s", problem)
            self._complained = True


def _line(text: str) -> str:
    return " ".join(text.split())
