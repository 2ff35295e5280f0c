"""``CalDavSource`` with the real Radicale: the promises of every source, with sync tokens and without."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import pytest

from hub.booking_ports import BookingSource
from hub.booking_sources.caldav import CalDavSource
from tests.hub.booking_sources.between import Asked, Said, between
from tests.hub.booking_sources.contract import Entry, SourceContract
from tests.hub.booking_sources.ics import calendar, entered, event
from tests.hub.booking_sources.radicale import HUB, PASSWORD, Radicale, Shared

SHANGHAI = ZoneInfo("Asia/Shanghai")


def source_of(url: str, user: str = HUB) -> CalDavSource:
    """Return a source of one calendar."""
    return CalDavSource("calendar", [url], user, PASSWORD, SHANGHAI)


@dataclass
class CalDavPeer:
    """A calendar on Radicale, and the source that follows it, maybe by way of a server in between."""

    calendar: Shared
    source: BookingSource
    names: list[str] = field(default_factory=list)

    def enter(self, entry: Entry) -> str:
        """Put an event."""
        self.names.append(f"event {len(self.names)}")
        self.change(self.names[-1], entry)
        return self.names[-1]

    def change(self, name: str, entry: Entry) -> None:
        """Put it again."""
        self.calendar.put(f"{name}.ics", calendar(entered(name, entry)))

    def delete(self, name: str) -> None:
        """Delete it."""
        self.calendar.delete(f"{name}.ics")

    def spoil(self) -> None:
        """Put an event that ends before it starts."""
        wrong = event("SUMMARY:Wrong", "DTSTART:20261201T060000Z", "DTEND:20261201T050000Z", uid="wrong")
        self.calendar.put("wrong.ics", calendar(wrong))

    def go_away(self) -> None:
        """Stop the server."""
        self.calendar.server.stop()

    def come_back(self) -> None:
        """Start it again."""
        self.calendar.server.start()

    def outcome(self, name: str) -> dict[str, object]:
        """Read the hub's own properties."""
        lines = self.calendar.get(f"{name}.ics").splitlines()
        said = dict(line.split(":", 1) for line in lines if line.startswith("X-YINGBIN-"))
        if not said:
            return {}
        return {
            "attended": int(said["X-YINGBIN-ATTENDED"]),
            "expected": int(said["X-YINGBIN-EXPECTED"]),
            "no_show": said["X-YINGBIN-NO-SHOW"] == "TRUE",
        }

    def texts(self) -> str:
        """Return all events."""
        return "".join(one.read_text("utf-8") for one in self.calendar.files())


class TestCalDav(SourceContract):
    """With sync tokens."""

    @pytest.fixture
    def peer(self, radicale: Radicale) -> Iterator[CalDavPeer]:
        """Give an empty calendar."""
        made = radicale.calendar()
        source = source_of(made.url)
        yield CalDavPeer(made, source)
        source.close()


def without_tokens(asked: Asked, said: Said) -> Said:
    """Let a server not know what changed: neither does it say that it does, nor does it answer."""
    if b"sync-collection" in asked.body:
        return Said(415)
    return Said(said.status, said.headers, said.body.replace(b"sync-collection", b"expand-property"))


class TestWithoutSyncCollection(SourceContract):
    """A server that does not tell changes: listed, and compared by ETags."""

    @pytest.fixture
    def peer(self, radicale: Radicale) -> Iterator[CalDavPeer]:
        """Give an empty calendar behind such a server."""
        made = radicale.calendar()
        with between(radicale.url) as server:
            server.after = without_tokens
            source = source_of(server.url + made.path)
            yield CalDavPeer(made, source)
            source.close()
