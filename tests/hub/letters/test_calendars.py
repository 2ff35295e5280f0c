"""The calendar entry is read back by another program's rules (RFC 5545), with times, place and the QR in it."""

from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
import zxingcpp
from icalendar import Calendar, Event

from hub.domain.words import Language
from hub.letters.calendars import calendar
from hub.letters.symbols import symbol
from hub.usecases.invite import Letter
from tests.hub.build import T0, at
from tests.hub.letters.letters import WRITTEN, letter, wording


def event(one: Letter) -> Event:
    """Write an entry and read it back."""
    data = calendar(one, symbol(one.invited.invitation.code), wording(), WRITTEN)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    found = Calendar.from_ical(data).walk("VEVENT")
    assert len(found) == 1
    assert isinstance(found[0], Event)
    return found[0]


def test_times_are_utc_and_the_invitation_is_the_uid() -> None:
    """A newer file for the same invitation replaces the older one."""
    found = event(letter())
    assert str(found["uid"]) == "inv-7@yingbin"
    assert found.decoded("dtstart") == at(3600).replace(microsecond=0)
    assert found.decoded("dtend") == at(10800).replace(microsecond=0)
    assert found.decoded("dtstart").tzinfo is UTC or found.decoded("dtstart").utcoffset() == timedelta()
    assert found.decoded("dtstamp") == T0.replace(microsecond=0)
    assert isinstance(found.decoded("dtstart"), datetime)


def test_subject_place_agenda_and_code_are_in_the_guests_language() -> None:
    """The agenda in local time."""
    found = event(letter(Language.EN))
    assert str(found["summary"]) == "Launch"
    assert str(found["location"]) == "Qiming Bay Conference Centre · Hall (1F)"
    description = str(found["description"])
    assert "10:00–10:30  The launch" in description
    assert "east side" in description
    assert symbol_code(found) in description.replace(" ", "")
    assert "新品发布" in str(event(letter())["description"])


def test_the_attached_picture_holds_the_code() -> None:
    """Inline and in Base64, so that it is there without a network."""
    one = letter()
    found = event(one)
    attached = found["attach"]
    assert attached.params["FMTTYPE"] == "image/png"
    assert attached.params["ENCODING"] == "BASE64"
    assert attached.params["VALUE"] == "BINARY"
    assert symbol_code(found) == one.invited.invitation.code


def symbol_code(found: Event) -> str:
    """Read the attached picture as a kiosk does."""
    image = cv2.imdecode(np.frombuffer(found.decoded("attach"), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert image is not None
    return zxingcpp.read_barcodes(image)[0].text


def test_nobody_is_named_in_it() -> None:
    """Calendars are shared more freely than letters."""
    one = letter(name="欧阳娜")
    assert "欧阳娜".encode() not in calendar(one, symbol(one.invited.invitation.code), wording(), WRITTEN)
