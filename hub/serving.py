"""Serves the pages as the settings say: plain on loopback, or over TLS, with a certificate that stays fresh."""

import logging
from collections.abc import Callable

from flask import Flask

from devices.clock import SystemClock
from devices.ports import Clock, DeviceError
from devices.server import WebServer
from hub.authority import Authority, AuthorityDamaged
from hub.config import HubConfig
from hub.config_sections import PageTls
from hub.page_certificate import Shown, certificate_of, names_of
from hub.rounds import Rounds
from hub.web.redirect import to_https
from hub.web.trust import in_groups

THREADS = 100
LOOK_EVERY_S = 600.0
"""Seconds between two looks whether the certificate is still the right one."""

_REDIRECT_THREADS = 2
_log = logging.getLogger(__name__)


def house_certificate(config: HubConfig) -> str:
    """Return the certificate that tablets must trust (PEM); empty where the pages show none of the house's own."""
    return Authority.open(config.data / "authority").certificate if config.web.tls is PageTls.OWN else ""


def house_print(config: HubConfig) -> str:
    """Return the fingerprint of that certificate, as the page shows it (``hub.web.trust``)."""
    return in_groups(Authority.open(config.data / "authority").fingerprint)


class Serving:
    """The pages of one process, from ``start`` to ``stop``."""

    def __init__(self, config: HubConfig, app: Flask, clock: Clock | None = None) -> None:
        """Take the settings and what is to be served. Browsers judge certificates by the machine's own clock."""
        self._config = config
        self._app = app
        self._clock = clock or SystemClock()
        self._server: WebServer | None = None
        self._redirect: WebServer | None = None
        self._fresh: _Fresh | None = None

    @property
    def address(self) -> str:
        """Return the address of the pages."""
        web = self._config.web
        secure = web.tls is not PageTls.OFF
        host = names_of(web)[0] if secure else web.host
        shown = f"[{host}]" if ":" in host else host
        return f"{'https' if secure else 'http'}://{shown}:{self._server.port if self._server else web.port}/"

    def start(self) -> None:
        """Listen. Raises DeviceError (port, certificate) or AuthorityDamaged, with the remedy."""
        web = self._config.web
        shown = None if web.tls is PageTls.OFF else self._look()
        self._server = WebServer(self._app, web.host, web.port, THREADS, tls=shown.context if shown else None)
        self._server.start()
        _log.info("pages at %s", self.address)
        if shown is None:
            return
        if web.tls is PageTls.OWN:
            _log.info(
                "each tablet is to trust the house once: %strust, SHA-256 %s", self.address, house_print(self._config)
            )
        self._fresh = _Fresh(shown, self._look, self._server)
        self._fresh.start()
        if web.redirect_port:
            self._redirect = WebServer(
                to_https(names_of(web), self._server.port), web.host, web.redirect_port, _REDIRECT_THREADS
            )
            self._redirect.start()

    def stop(self) -> None:
        """Take no more requests, and end."""
        for one in (self._fresh, self._redirect, self._server):
            if one:
                one.stop()

    def _look(self) -> Shown:
        data = self._config.data
        return certificate_of(
            self._config.web, data / "pages", lambda: Authority.open(data / "authority"), self._clock.now()
        )


class _Fresh(Rounds):
    """Shows a new certificate as soon as there is one; a bad one leaves the old standing, and is told once."""

    def __init__(self, shown: Shown, look: Callable[[], Shown], server: WebServer) -> None:
        super().__init__("certificate")
        self.every_s = LOOK_EVERY_S
        self._shown, self._look, self._server = shown, look, server
        self._told = ""

    def turn(self) -> int:
        """Look once."""
        try:
            found = self._look()
        except (DeviceError, AuthorityDamaged, OSError) as problem:
            if self._told != str(problem):
                self._told = str(problem)
                _log.error("the pages go on with their old certificate, until %s: %s", self._shown.until, problem)
            return 0
        self._told = ""
        if found.fingerprint != self._shown.fingerprint:
            self._server.renew(found.context)
            self._shown = found
            _log.info("the pages show a new certificate, until %s", found.until)
        return 0
