"""A tablet in somebody's hands: it joins the house, they sign in by PIN, and each tap is the page's own request."""

import http.client
import json
import secrets
import threading
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

_NO_ANSWER_S = 10.0


class NotTaken(Exception):
    """The hub did not take a tap: somebody was first, or it is away. The text says what it said."""

    code = "not_taken"


class Locked(NotTaken):
    """Nobody is signed in at the tablet any more."""

    code = "locked"


@dataclass(slots=True)
class Tablet:
    """One browser with its cookies, used by one thread at a time. ``port`` is that of the hub's pages."""

    port: int
    _cookies: dict[str, str] = field(default_factory=dict)
    _pin: str = field(default="", repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def cookies(self) -> Mapping[str, str]:
        """Return what the hub gave this browser to keep: another browser with it is the same tablet."""
        return dict(self._cookies)

    def join(self, code: str, pin: str) -> None:
        """Join the house with a supervisor's code, and sign in. Raises NotTaken."""
        self._send("POST", "/staff/join", {"code": code})
        self._pin = pin
        self._sign_in()

    def alerts(self) -> list[dict[str, object]]:
        """Return what rings here now. Raises NotTaken."""
        found = self._send("GET", "/staff/alerts").get("alerts", [])
        return found if isinstance(found, list) else []

    def tap(self, path: str, **fields: str) -> str:
        """Touch a button; returns the address that follows it, where there is one. Raises NotTaken.

        A tablet that was left alone is locked by then: its person types their PIN, and touches the button again.
        """
        form = {"tap": secrets.token_hex(16), **fields}
        try:
            return str(self._send("POST", path, form).get("to", ""))
        except Locked:
            self._sign_in()
            return str(self._send("POST", path, form).get("to", ""))

    def press(self, path: str, **fields: str) -> None:
        """Touch a button of a room's panel, where nobody signs in. Raises NotTaken."""
        self._send("POST", path, fields)

    def _sign_in(self) -> None:
        if "/sign-in" in str(self._send("POST", "/staff/sign-in", {"code": self._pin}).get("to", "")):
            raise NotTaken("the PIN is nobody's")

    def _send(self, method: str, path: str, fields: Mapping[str, str] | None = None) -> dict[str, object]:
        with self._lock:
            token = {"X-Yingbin-Token": str(self._ask("GET", "/token").get("token"))} if method == "POST" else {}
            return self._ask(method, path, fields, token)

    def _ask(
        self, method: str, path: str, fields: Mapping[str, str] | None = None, more: Mapping[str, str] | None = None
    ) -> dict[str, object]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_NO_ANSWER_S)
        headers = {"Origin": f"http://127.0.0.1:{self.port}", "Accept": "application/json", **(more or {})}
        headers |= {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} if fields is not None else {}
        body = urllib.parse.urlencode(fields) if fields is not None else None
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as problem:
            raise NotTaken(f"the hub does not answer: {problem}") from problem
        finally:
            connection.close()
        for given in answer.headers.get_all("Set-Cookie", []):
            self._cookies |= {name: one.value for name, one in SimpleCookie(given).items()}
        said = _read(text) | {"to": answer.headers.get("Location", "")}
        if answer.status >= http.client.BAD_REQUEST:
            refused = Locked if answer.status == http.client.UNAUTHORIZED else NotTaken
            raise refused(f"{path}: {answer.status} {said.get('title', '')} {said.get('detail', '')}".strip())
        return said


def _read(text: str) -> dict[str, object]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
