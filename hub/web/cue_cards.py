"""What the host says between two parts of a meeting, in the words of the house's policy (R115). Pure.

感謝李總的精彩演講,接下來我們進入案例分享環節,有請合作客戶張總.
"""

from dataclasses import dataclass

from hub.domain.guests import Guest
from hub.domain.meetings import Segment, SegmentKind
from hub.web.language import Tongue

THANKED = frozenset({SegmentKind.OPENING, SegmentKind.TALK, SegmentKind.CASE, SegmentKind.QUESTIONS})
"""Parts after which whoever spoke is thanked."""

PAUSES = frozenset({SegmentKind.TEA_BREAK, SegmentKind.MEAL})


@dataclass(frozen=True, slots=True)
class Spoken:
    """A part with the guest who presents it, where the guest list names one."""

    part: Segment
    guest: Guest | None = None


def cue_card(last: Spoken | None, coming: Spoken | None, tongue: Tongue, back_at: str = "") -> str:
    """Write what the host says; empty where there is neither. ``back_at`` is when a pause ends, as a time of day."""
    thanks = _thanks(last, tongue) if last and last.part.kind in THANKED else ""
    end = tongue.say("agenda.cue.end") if last else ""
    then = _next(coming, tongue, back_at) if coming else end
    return tongue.say("agenda.cue.both", thanks=thanks, then=then) if thanks and then else thanks or then


def _thanks(last: Spoken, tongue: Tongue) -> str:
    who = _addressed(last, tongue)
    return tongue.say(f"agenda.cue.thanks.{last.part.kind}", who=who) if who else tongue.say("agenda.cue.thanks.nobody")


def _next(coming: Spoken, tongue: Tongue, back_at: str) -> str:
    titled = coming.part.kind is SegmentKind.OTHER
    kind = "" if titled else tongue.say(f"agenda.kind.{coming.part.kind}")
    title = tongue.read(coming.part.title)
    if coming.part.kind in PAUSES:
        return tongue.say("agenda.cue.pause", kind=kind, time=back_at)
    known = tongue.say("agenda.cue.next_titled", title=title) if titled else tongue.say("agenda.cue.next", kind=kind)
    who = introduced(coming, tongue)
    return tongue.say("agenda.cue.welcome", next=known, who=who) if who else tongue.say("agenda.cue.on", next=known)


def _addressed(spoken: Spoken, tongue: Tongue) -> str:
    """Return what a speaker is called to their face."""
    return (tongue.read(spoken.guest.salutation) if spoken.guest else "") or spoken.part.presenter


def introduced(spoken: Spoken, tongue: Tongue) -> str:
    """Return a presenter's name with title and company, as they are announced."""
    guest = spoken.guest
    if guest is None:
        return spoken.part.presenter
    parts = [part for part in (guest.company, guest.title, guest.name) if part]
    return tongue.say("agenda.cue.introduced", name=guest.name, what=_what(guest, tongue)) if parts[1:] else guest.name


def _what(guest: Guest, tongue: Tongue) -> str:
    both = [part for part in (guest.company, guest.title) if part]
    return tongue.say("agenda.cue.of", company=guest.company, title=guest.title) if both[1:] else both[0]
