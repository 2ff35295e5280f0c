"""A station gets its next certificate in time, while it works: nobody waits, and nothing is cut."""

import logging
import os
import threading
from datetime import datetime
from pathlib import Path

from cryptography import x509

from devices.joining import CannotJoin, renew
from devices.ports import Clock
from devices.station import BrokerConfig

LOOK_EVERY_S = 3_600.0
OVERDUE = 6
"""The share of its time, one in so many, at which a certificate should long have been renewed."""

_log = logging.getLogger(__name__)


class Renewal:
    """Looks each hour whether a third of the certificate's time is left, and asks for the next one then.

    ``clock`` is the machine's own. The link reads the file anew with its next connection; this one goes on.
    """

    def __init__(self, broker: BrokerConfig, clock: Clock, every_s: float = LOOK_EVERY_S) -> None:
        """Take where things are; nothing runs before ``start``."""
        self._broker = broker
        self._clock = clock
        self._every_s = every_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="renewal", daemon=True)

    def start(self) -> None:
        """Begin to look, where there is something to renew and somebody to ask."""
        if self._broker.certificate and self._broker.renew_at:
            self._thread.start()

    def stop(self) -> None:
        """End; a request on its way may go on, and changes nothing but the file."""
        self._stopping.set()

    def look(self) -> bool:
        """Renew if it is time; returns whether it was. Raises CannotJoin, OSError."""
        broker = self._broker
        if broker.certificate is None or broker.tls_ca is None or not is_due(broker.certificate, self._clock.now()):
            return False
        renew(broker.renew_at, broker.tls_ca, broker.certificate)
        _log.info("this device has its next certificate")
        return True

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.look()
            except (CannotJoin, OSError, ValueError) as problem:
                _log.warning("the certificate could not be renewed, and is tried again in an hour: %s", problem)
            self._stopping.wait(self._every_s)


def is_due(certificate: Path, now: datetime) -> bool:
    """Say whether less than a third of a certificate's time is left. Raises OSError, ValueError."""
    held = x509.load_pem_x509_certificate(certificate.read_bytes())
    began, until = held.not_valid_before_utc, held.not_valid_after_utc
    return (until - now) * 3 < until - began


def certificate_health(broker: BrokerConfig, now: datetime) -> tuple[str, str]:
    """Return what there is to say of a station's certificate, and what to do about it ("" where all is well).

    It has to be this user's own, also to replace it, or the device is out of the house on the day on which it ends.
    """
    path = broker.certificate
    if path is None:
        return "none: this device has a password", ""
    anew = "let it join anew, as the user that its service runs as (docs/kiosk-on-a-pi.md)"
    try:
        held = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as problem:
        return f"{path} cannot be read: {getattr(problem, 'strerror', None) or problem}", anew
    ends = held.not_valid_after_utc
    found = f"{path} holds until {ends:%Y-%m-%d}"
    if path.stat().st_mode & 0o077:
        return f"{found}, and others may read its key", f"type: sudo chmod 600 {path}"
    if broker.renew_at and not os.access(path.parent, os.W_OK, effective_ids=True):
        return f"{found}, and its next one cannot be written to {path.parent}", anew
    if (ends - now) * OVERDUE > ends - held.not_valid_before_utc:
        return found, ""
    remedy = "see that the hub is reached at broker.renew_at" if broker.renew_at else "set broker.renew_at"
    return f"{found}, which is {'over' if now > ends else 'soon'}", anew if now > ends else f"{remedy}; or {anew}"
