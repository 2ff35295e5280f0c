"""A calendar entry for each guest, with the QR in it (RFC 5545)."""

from datetime import datetime

from icalendar import Calendar, Event, vBinary, vText

from hub.letters.symbols import Symbol
from hub.letters.wording import Wording
from hub.usecases.invite import Letter

PIXELS = 8
"""For each module of the attached picture: sharp on a telephone, about 300 bytes."""


def calendar(letter: Letter, drawn: Symbol, wording: Wording, at: datetime) -> bytes:
    """Return one guest's .ics. Times are UTC; the same invitation keeps its UID, so that a newer file replaces it.

    ``at`` is when it was written (DTSTAMP).
    """
    language, invitation, meeting = letter.language, letter.invited.invitation, wording.occasion.meeting
    event = Event()
    event.add("uid", f"{invitation.id}@yingbin")
    event.add("dtstamp", at)
    event.add("dtstart", meeting.starts_at)
    event.add("dtend", meeting.ends_at)
    event.add("summary", vText(wording.subject(language), params={"LANGUAGE": wording.tag(language)}))
    event.add("location", f"{wording.venue(language)} · {wording.room(language)}")
    event.add("description", wording.summary(letter))
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    event.add(
        "attach",
        vBinary(drawn.picture(PIXELS)),
        parameters={"FMTTYPE": "image/png", "ENCODING": "BASE64", "VALUE": "BINARY", "X-FILENAME": "invitation.png"},
    )
    entries = Calendar()
    entries.add("prodid", "-//Yingbin//Invitation//EN")
    entries.add("version", "2.0")
    entries.add("method", "PUBLISH")
    entries.add_component(event)
    data: bytes = entries.to_ical()
    return data
