"""One person at a kiosk's screen: reads the page and touches what is on it, with the requests its own script sends."""

import http.client
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

LOOKS_S = 0.45
"""Between two touches: long enough for a bystander to see what is touched."""

_NO_ANSWER_S = 10.0
_GLANCE_S = 0.1
_WAITING = {"idle", "hint_dark", "hint_glare", "hint_far"}


class GivesWay(Exception):
    """The visitor leaves: the next guest is due, the doors close, or what they came for is not on the screen."""

    code = "gives_way"


@dataclass(frozen=True, slots=True)
class Page:
    """What the screen shows: its kind, what may be touched on it, and all that may be read. ``id`` names it."""

    id: str
    kind: str
    heading: str
    text: str
    buttons: frozenset[tuple[str, str]]

    def offers(self, action: str, value: str | None = None) -> bool:
        """Say whether there is such a button; without a value any will do."""
        return any(one == action and (value is None or held == value) for one, held in self.buttons)


@dataclass(slots=True)
class Visitor:
    """Somebody who stands there until ``late()``. ``pause`` waits some seconds; True when the doors close meanwhile."""

    port: int
    pause: Callable[[float], bool]
    late: Callable[[], bool] = lambda: False

    def is_there(self) -> bool:
        """Say whether there is a page at all."""
        try:
            return bool(self.look().id)
        except GivesWay:
            return False

    def look(self) -> Page:
        """Read the page as a browser would load it now. Raises GivesWay where there is none."""
        return read_page(self._send("GET", "/"))

    def sees(self, *kinds: str) -> Page:
        """Wait until the screen is of one of these kinds, and read it. Raises GivesWay."""
        while True:
            page = self.look()
            if page.kind in kinds:
                return page
            self._wait(_GLANCE_S)

    def greeted(self, as_: str) -> Page:
        """Wait for the greeting that names this guest. Raises GivesWay."""
        while True:
            page = self.sees("welcome", "already_in", "vip")
            if as_ in page.text:
                return page
            self._wait(_GLANCE_S)

    def touch(self, action: str, value: str = "", *, typed: str | None = None) -> Page:
        """Touch a button, after a look at it, and read what follows. Raises GivesWay when it is not there (any more).

        ``typed`` is what stands in the field of a page with keys, which goes with its button.
        """
        self._wait(LOOKS_S)
        page = self.look()
        if not page.offers(action, value):
            raise GivesWay(f"there is no button {action} {value} on the screen {page.kind}")
        self._send("POST", "/press", {"version": page.id, "action": action, "value": value if typed is None else typed})
        return self.look()

    def switch_language(self) -> Page:
        """Touch the button for the other language, which stands beside every screen."""
        self._wait(LOOKS_S)
        self._send("POST", "/language")
        return self.look()

    def begin(self) -> None:
        """Put away what the guest before has left, as the key Escape does; then the idle screen invites a touch."""
        while self.look().kind not in _WAITING:
            self._send("POST", "/leave")  # from a step to the greeting beneath it, from there to idle
            self._wait(_GLANCE_S)

    def read(self) -> None:
        """Stand there for a moment and read; nobody is in the way of the next guest by that."""
        self.pause(2 * LOOKS_S)

    def _wait(self, seconds: float) -> None:
        if self.pause(seconds):
            raise GivesWay("the doors close")
        if self.late():
            raise GivesWay("the next guest is due")

    def _send(self, method: str, path: str, fields: dict[str, str] | None = None) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_NO_ANSWER_S)
        body = urllib.parse.urlencode(fields or {}) if method == "POST" else None
        headers = {"Origin": f"http://127.0.0.1:{self.port}", "Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request(method, path, body, headers if method == "POST" else {})
            response = connection.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException) as problem:
            raise GivesWay(f"the screen does not answer: {problem}") from problem
        finally:
            connection.close()
        if not http.client.OK <= response.status < http.client.MULTIPLE_CHOICES:
            raise GivesWay(f"the screen refused a touch: {response.status}")
        return text


def read_page(html: str) -> Page:
    """Read a kiosk's page."""
    reader = _Reader()
    reader.feed(html)
    return Page(reader.id, reader.kind, " ".join(reader.heading), " ".join(reader.words), frozenset(reader.buttons))


@dataclass
class _Reader(HTMLParser):
    """Takes from a page what a visitor needs: the stage's words and the buttons that can be pressed."""

    id: str = ""
    kind: str = ""
    heading: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    buttons: set[tuple[str, str]] = field(default_factory=set)
    _within: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where the text that follows stands, and each button."""
        known = {name: value or "" for name, value in attrs}
        if tag in {"main", "h1"}:
            self._within.add(tag)
        if tag == "main":
            self.id = known.get("data-id", "")
        elif tag == "article" and not self.kind:
            self.kind = known.get("data-kind", "")
        elif tag == "button" and "data-action" in known and "disabled" not in known:
            self.buttons.add((known["data-action"], known.get("data-value", "")))

    def handle_endtag(self, tag: str) -> None:
        """Leave a part of the page."""
        self._within.discard(tag)

    def handle_data(self, data: str) -> None:
        """Read the words on the stage, its first heading apart."""
        if "main" in self._within and data.strip():
            self.words.append(data.strip())
            if "h1" in self._within:
                self.heading.append(data.strip())
