"""How the demo's kiosks really come in at its broker, as the system's own tables say; and who does not.

Nothing here asks the programs: their connections are read from ``/proc``, and the doors are tried by a stranger.
"""

import socket
import ssl
from collections.abc import Sequence
from pathlib import Path

from hub.broker_asking import lets_anybody_in
from hub.demo.kiosks import KioskProcess
from hub.demo.summary import Summary
from hub.wiring import Hub

_HOST = "127.0.0.1"
_PROC = Path("/proc")
_ESTABLISHED = "01"
_REMOTE, _STATE, _INODE = 2, 3, 9
_WITHIN_S = 5.0


def look_at_ways_in(hub: Hub, kiosks: Sequence[KioskProcess]) -> Summary:
    """Count the kiosks that are connected by certificate now, and try both doors; say nothing where it is unknown."""
    summary = Summary()
    if hub.broker is None or not (_PROC / "self" / "net" / "tcp").exists():
        return summary
    plain, secure = hub.broker.port, hub.broker.tls_port
    reached = [ports_called(kiosk.pid) for kiosk in kiosks if kiosk.pid]
    by_certificate = sum(secure in ports for ports in reached)
    stranger = [lets_anybody_in(_HOST, plain, tls=False), lets_anybody_in(_HOST, secure, tls=True)]
    summary.row("kiosks connected by TLS 1.3, each with its own certificate", f"{by_certificate} of {len(kiosks)}")
    summary.row("let in at the broker without a name", f"{sum(stranger)} of {len(stranger)} tries")
    summary.check("kiosks connected by certificate", by_certificate, len(kiosks))
    summary.check("kiosks connected by password", sum(plain in ports for ports in reached), 0)
    summary.check("let in at the broker without a name", sum(stranger), 0)
    summary.check("TLS 1.2 at the kiosks' door", int(takes_older_tls(_HOST, secure)), 0)
    return summary


def ports_called(pid: int) -> set[int]:
    """Return the ports to which a process has a connection open now."""
    own = {str(one.readlink()) for one in (_PROC / str(pid) / "fd").iterdir() if one.is_symlink()}
    rows = [line.split() for line in (_PROC / str(pid) / "net" / "tcp").read_text().splitlines()[1:]]
    open_ = [row for row in rows if row[_STATE] == _ESTABLISHED and f"socket:[{row[_INODE]}]" in own]
    return {int(row[_REMOTE].partition(":")[2], 16) for row in open_}


def takes_older_tls(host: str, port: int) -> bool:
    """Say whether a server agrees on TLS 1.2. Raises OSError where nobody answers."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # nothing is said: only the version counts
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with socket.create_connection((host, port), _WITHIN_S) as plain:
        try:
            context.wrap_socket(plain).close()
        except ssl.SSLError:
            return False
    return True
