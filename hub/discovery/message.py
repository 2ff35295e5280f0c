"""One message as all readers of its topic see it: decoded once, read as JSON once."""

from typing import Any, Final

from hub.discovery.json_text import read_json
from hub.discovery.limits import STATE_BYTES

NO_JSON: Final = object()
"""What ``Message.json`` is where the payload is no JSON."""

_UNREAD: Final = object()


class Message:
    """A payload on its way to the readers of its topic.

    Give the same one to each of them: ten points that read one JSON object have it read once. ``text`` is None for a
    payload that is not in the encoding, or longer than ``limits.STATE_BYTES``.
    """

    __slots__ = ("_json", "payload", "text")

    def __init__(self, payload: bytes, encoding: str = "utf-8") -> None:
        self.payload = payload
        self._json: object = _UNREAD
        self.text: str | None = None
        if len(payload) <= STATE_BYTES:
            try:
                self.text = payload.decode(encoding)
            except UnicodeDecodeError:
                self.text = None

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON is any of its types
        """Return what the text says as JSON, or NO_JSON."""
        if self._json is _UNREAD:
            try:
                self._json = NO_JSON if self.text is None else read_json(self.text)
            except ValueError:
                self._json = NO_JSON
        return self._json
