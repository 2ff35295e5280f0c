"""A network cable that can be pulled out: a relay of TCP between a kiosk and the broker."""

import contextlib
import socket
import threading

_AT_ONCE = 65_536


class Cable:
    """Passes bytes on to a port of this machine while it is plugged in."""

    def __init__(self) -> None:
        """Begin to listen; ``lead_to`` says where it leads."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._to = 0
        self._plugged = True
        self._ends: list[socket.socket] = []
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def lead_to(self, port: int) -> None:
        """Lead to this port from now on."""
        self._to = port

    def pull(self) -> None:
        """End what is connected, and let nobody through."""
        with self._lock:
            self._plugged = False
            for end in self._ends:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()
            self._ends.clear()

    def plug_in(self) -> None:
        """Let connections through again."""
        self._plugged = True

    def close(self) -> None:
        """End all of it."""
        self.pull()
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # the listener was closed
            while True:
                near, _ = self._listener.accept()
                self._join(near)

    def _join(self, near: socket.socket) -> None:
        with self._lock:
            if not self._plugged:
                near.close()
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                near.close()
                return
            self._ends += [near, far]
        for one, other in ((near, far), (far, near)):
            threading.Thread(target=_pass_on, args=(one, other), daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := one.recv(_AT_ONCE):
            other.sendall(data)
    with contextlib.suppress(OSError):
        other.shutdown(socket.SHUT_RDWR)
