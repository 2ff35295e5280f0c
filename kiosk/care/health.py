"""Asks a kiosk on this machine how it is."""

import http.client
import json
from typing import Any

_WITHIN_S = 2.0


def ask(port: int) -> dict[str, Any] | None:
    """Return what the kiosk's ``/healthz`` says; None when nobody answers there."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_WITHIN_S)
    try:
        connection.request("GET", "/healthz")
        found = json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return found if isinstance(found, dict) else None
