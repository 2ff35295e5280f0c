"""Calendar texts as the programs of a venue's people write them."""

from datetime import datetime

from hub.domain.bookings import BookingState
from tests.hub.booking_sources.contract import Entry

_STATES = {
    BookingState.DEFINITE: "CONFIRMED",
    BookingState.OPTION: "TENTATIVE",
    BookingState.CANCELLED: "CANCELLED",
}


def calendar(*parts: str) -> str:
    """Return a calendar of components."""
    return "".join(
        f"{line}\r\n" for line in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//venue//EN", *parts, "END:VCALENDAR"]
    )


def event(*lines: str, uid: str = "a") -> str:
    """Return one event of lines."""
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20261101T000000Z", *lines, "END:VEVENT"])


def entered(uid: str, entry: Entry) -> str:
    """Return the event of an entry."""
    return event(
        f"SUMMARY:{entry.title}",
        f"LOCATION:{entry.room}",
        f"DTSTART:{_utc(entry.starts_at)}",
        f"DTEND:{_utc(entry.ends_at)}",
        f"STATUS:{_STATES[entry.state]}",
        uid=uid,
    )


def _utc(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%SZ}"
