"""Asks a kiosk on this machine how it is, and hands it the picture it wished for."""

import http.client
import json
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

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


def hand_over(port: int, token: str, picture: bytes) -> bool:
    """Give the kiosk the picture that its ``/healthz`` asked for under ``token``; False when it is not taken."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_WITHIN_S)
    try:
        # The page's server takes what its own page sends, and nothing that comes from another.
        headers = {"Origin": f"http://127.0.0.1:{port}", "Content-Type": "image/webp"}
        connection.request("POST", f"/picture?token={quote(token)}", picture, headers)
        return connection.getresponse().status == HTTPStatus.NO_CONTENT
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
