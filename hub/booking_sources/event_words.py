"""What one event of a calendar says: its title, state, room and guests."""

from collections.abc import Iterator

from hub.booking_sources.bad_events import SHORTEN, BadEvent
from hub.booking_sources.content_lines import Component, Line
from hub.domain.bookings import BookingState
from hub.domain.guests import Rsvp
from hub.domain.salutations import has_han
from hub.domain.source_items import ItemGuest
from hub.domain.words import Language, Words

LONGEST_TEXT = 500
"""Characters of a title, a place or a name."""

UNTITLED = Words("（无标题）", "(no title)")

_STATES = {
    "TENTATIVE": BookingState.OPTION,
    "CONFIRMED": BookingState.DEFINITE,
    "CANCELLED": BookingState.CANCELLED,
}
_ANSWERS = {
    "ACCEPTED": Rsvp.ACCEPTED,
    "DECLINED": Rsvp.DECLINED,
    "DELEGATED": Rsvp.DECLINED,  # somebody else comes, who is on the list too
    "TENTATIVE": Rsvp.TENTATIVE,
}


def title(event: Component) -> Words:
    """Return the title, in the language that it says it is in, or that its script shows. Raises BadEvent."""
    zh = en = ""
    for one in event.lines("SUMMARY"):
        said = short(one)
        if not said:
            continue
        is_zh = _language(one) is Language.ZH if _language(one) else has_han(said)
        zh, en = (zh or said, en) if is_zh else (zh, en or said)
    return Words(zh, en) if zh or en else UNTITLED


def state(event: Component) -> BookingState:
    """Return how firm it is; what takes no time (TRANSP) takes no room. Raises BadEvent for a state of a task."""
    status = _said(event, "STATUS") or "CONFIRMED"
    if status not in _STATES:
        problem = Words(f"{status[:40]!r} 不是日程的状态", f"{status[:40]!r} is no state of an event")
        remedy = Words("请设为 TENTATIVE、CONFIRMED 或 CANCELLED", "set TENTATIVE, CONFIRMED or CANCELLED")
        raise BadEvent("STATUS", problem, remedy)
    if status != "CANCELLED" and _said(event, "TRANSP") == "TRANSPARENT":
        return BookingState.INQUIRY
    return _STATES[status]


def room(event: Component) -> str:
    """Return what it calls its room: its place, or the room that was invited; empty where it names none."""
    place = event.first("LOCATION")
    named = short(place) if place else ""
    invited = (one for one in event.lines("ATTENDEE") if _is_room(one))
    return named or next((one.params.get("CN", "").strip() or _address(one) for one in invited), "")


def guests(event: Component) -> tuple[ItemGuest, ...] | None:
    """Return who was invited, each once; None where there is no list. Raises BadEvent."""
    people: dict[str, Line] = {}
    for one in event.lines("ATTENDEE"):
        if _is_person(one):
            people.setdefault(_address(one), one)
    return tuple(_guest(key, one) for key, one in people.items()) or None


def client(event: Component) -> str:
    """Return who called the meeting, empty where nobody is named."""
    organizer = event.first("ORGANIZER")
    return organizer.params.get("CN", "").strip()[:LONGEST_TEXT] if organizer else ""


def short(line: Line) -> str:
    """Return a text that people read in one line. Raises BadEvent where it is too long."""
    said = line.text
    if len(said) > LONGEST_TEXT:
        problem = Words(
            f"有 {len(said):,} 个字符，最多 {LONGEST_TEXT} 个",
            f"has {len(said):,} characters; at most {LONGEST_TEXT} fit",
        )
        raise BadEvent(line.name, problem, SHORTEN)
    return said


def _guest(key: str, line: Line) -> ItemGuest:
    address = _address(line)
    mail = address if "@" in address else ""
    return ItemGuest(
        key=key,
        name=line.params.get("CN", "").strip()[:LONGEST_TEXT] or address.partition("@")[0],
        email=mail,
        language=_language(line),
        rsvp=_ANSWERS.get(line.params.get("PARTSTAT", "").upper(), Rsvp.NEEDS_ACTION),
    )


def _is_room(line: Line) -> bool:
    is_room = line.params.get("CUTYPE", "").upper() == "ROOM"
    return is_room and line.params.get("PARTSTAT", "").upper() != "DECLINED"


def _is_person(line: Line) -> bool:
    kind, role = line.params.get("CUTYPE", "INDIVIDUAL"), line.params.get("ROLE", "")
    return kind.upper() == "INDIVIDUAL" and role.upper() != "NON-PARTICIPANT" and bool(_address(line))


def _address(line: Line) -> str:
    said = line.value.strip()
    return said[7:].casefold() if said[:7].casefold() == "mailto:" else said


def _language(line: Line) -> Language | None:
    said = line.params.get("LANGUAGE", "").casefold()
    return next((one for one in Language if said.partition("-")[0] == one), None)


def _said(event: Component, name: str) -> str:
    found = event.first(name)
    return found.value.strip().upper() if found else ""


def names(event: Component) -> Iterator[str]:
    """Yield what an event is called, as far as that can be read, for a message about it."""
    for one in event.lines("SUMMARY"):
        try:
            yield one.text[:LONGEST_TEXT]
        except BadEvent:
            continue
