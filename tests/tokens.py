"""What a browser needs besides its cookies to send something: the token of a page of ours (``hub.web.form_token``)."""

import json
import urllib.request
from collections.abc import Mapping
from http.cookies import SimpleCookie

WITHIN_S = 60.0


def with_token(address: str, headers: Mapping[str, str]) -> dict[str, str]:
    """Ask the pages at an address for a token, with the cookies in the headers; return the headers with all of it."""
    cookies = headers.get("Cookie", "")
    asked = urllib.request.Request(f"{address.rstrip('/')}/token", headers={"Cookie": cookies})  # noqa: S310 - our own hub
    with urllib.request.urlopen(asked, timeout=WITHIN_S) as answer:  # noqa: S310 - same
        token = json.load(answer)["token"]
        given = SimpleCookie(answer.headers.get("Set-Cookie", ""))
    kept = [cookies] if cookies else []
    kept += [f"{name}={one.value}" for name, one in given.items()]
    return {**headers, "Cookie": "; ".join(kept), "X-Yingbin-Token": token}
