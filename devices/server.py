"""Serves a WSGI application: waitress with a clear start, a bounded stop, TLS, and event streams that let go."""

import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from typing import Any
from wsgiref.types import WSGIApplication

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.task import ThreadedTaskDispatcher

from devices.connections import Bounds, Connection, Listener, TlsConnection
from devices.ports import DeviceError

STOPPING = "yingbin.stopping"
"""Key in the WSGI environment: a function that says whether the server is about to stop."""

_CLIENT_GONE = "waitress.client_disconnected"
_GRACE_S = 3.0
_IDLE_S = 60
_MOST_HEADER = 32_768
_MOST_BODY = 1_048_576
_TURN_S = 1.0


class CannotListen(DeviceError):
    """The address cannot be listened on: taken by another program, not ours, or not allowed."""

    code = "cannot_listen"


class WebServer:
    """One application on one address, in threads of its own."""

    def __init__(
        self,
        app: WSGIApplication,
        host: str,
        port: int,
        threads: int,
        *,
        tls: ssl.SSLContext | None = None,
        bounds: Bounds | None = None,
    ) -> None:
        """Take the application and its address; port 0 takes a free one. With ``tls`` only TLS is spoken there.

        An open event stream occupies one of ``threads`` for as long as it lasts.
        """
        self._app = app
        self._host = host
        self._port = port
        self._threads = threads
        self._tls = tls
        self._bounds = bounds or Bounds()
        self._stopping = threading.Event()
        self._finished = threading.Event()
        self._map: dict[int, Any] = {}
        self._server: Any = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """Return the port listened on; the one asked for before ``start``."""
        return int(self._server.effective_port) if self._server else self._port

    def start(self) -> None:
        """Listen, and answer in the background. Raises CannotListen."""
        listener = _listen(self._host, self._port)
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(self._threads)
        self._server = Listener(
            self._with_stopping,
            map=self._map,
            _sock=listener,
            dispatcher=dispatcher,
            adj=self._adjustments(),
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
            bind_socket=False,
        )
        self._server.channel_class = TlsConnection if self._tls else Connection
        self._server.context, self._server.bounds = self._tls, self._bounds
        self._thread = threading.Thread(target=self._serve, name=f"web-{self.port}", daemon=True)
        self._thread.start()

    def renew(self, tls: ssl.SSLContext) -> None:
        """Show another certificate to whoever connects from now on."""
        self._tls = tls
        if self._server:
            self._server.context = tls

    def stop(self) -> None:
        """Take no more requests, let running ones finish for three seconds, close everything. Safe to repeat."""
        if self._thread is None:
            return
        self._stopping.set()
        self._server.accepting = False
        self._server.task_dispatcher.shutdown(timeout=_GRACE_S)
        self._server.trigger.pull_trigger(self._finished.set)  # the loop itself sets it: its pipe stays open until then
        self._thread.join(_GRACE_S)
        self._thread = None

    def _adjustments(self) -> Adjustments:
        return Adjustments(
            ident=None,
            channel_request_lookahead=1,  # so that a closed page is noticed while its stream is being written
            connection_limit=max(100, 4 * self._threads),
            max_request_header_size=_MOST_HEADER,
            max_request_body_size=_MOST_BODY,
            channel_timeout=_IDLE_S,
            cleanup_interval=1,
            clear_untrusted_proxy_headers=True,
            url_scheme="https" if self._tls else "http",
        )

    def _serve(self) -> None:
        while not self._finished.is_set():
            wasyncore.loop(timeout=_TURN_S, map=self._map, count=1)
        wasyncore.close_all(self._map)

    def _with_stopping(self, environ: dict[str, Any], start_response: Any) -> Any:  # noqa: ANN401 - WSGI's own types
        environ[STOPPING] = self._stopping.is_set
        return self._app(environ, start_response)


def is_over(environ: Mapping[str, Any]) -> bool:
    """Say whether a long answer should end: the server is stopping, or the client has gone.

    An event stream asks at least once a second, so that neither a stop nor a closed page waits for it.
    """
    stopping: Callable[[], bool] | None = environ.get(STOPPING)
    gone: Callable[[], bool] | None = environ.get(_CLIENT_GONE)
    return bool((stopping and stopping()) or (gone and gone()))


def _listen(host: str, port: int) -> socket.socket:
    """Bind here rather than in waitress, which leaves threads and pipes behind when it cannot."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as problem:
        message = f"{host} is no address of this machine: {problem.strerror}"
        raise CannotListen(message) from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except OSError as problem:
        listener.close()
        message = f"cannot listen on {host} port {port} ({problem.strerror}); stop what uses it or set another port"
        raise CannotListen(message) from None
    return listener
