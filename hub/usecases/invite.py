"""Letters go out: what each one holds, which cannot be written and why (R74), and new codes for lost ones."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from hub.domain.errors import NotFound, Refused
from hub.domain.guests import InvitationStatus, Invited
from hub.domain.materials import NOTHING, Materials
from hub.domain.meetings import Meeting, Room, Venue
from hub.domain.transfers import Transfer
from hub.domain.words import Language, Words
from hub.ports import Transaction
from hub.usecases import group_codes
from hub.usecases.acting import Acting
from hub.usecases.group_codes import GroupLetter
from hub.usecases.issuing import note_issued

LONGEST_CODE = 150
"""Bytes of a code that a camera still reads from paper: a symbol of 57 x 57 (version 10, level Q)."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One guest's letter: its running number in the meeting's list, from 1, its language, and who meets the guest."""

    number: int
    invited: Invited
    language: Language
    pick_up: Transfer | None = None

    @property
    def label(self) -> str:
        """Name the letter's files: the number for the eye, the id's random end against mix-ups, nothing personal."""
        return f"{self.number:04d}-{self.invited.invitation.id[-8:]}"


@dataclass(frozen=True, slots=True)
class Blocked:
    """A letter that cannot be written, and every reason."""

    letter: Letter
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What all letters of a meeting have in common."""

    venue: Venue
    meeting: Meeting
    room: Room
    lounge: Words | None = None
    materials: Materials = NOTHING


@dataclass(frozen=True, slots=True)
class Batch:
    """A meeting's letters. ``occasion`` is None when something that all of them need is missing."""

    occasion: Occasion | None
    letters: tuple[Letter, ...]
    blocked: tuple[Blocked, ...] = field(default=())
    groups: tuple[GroupLetter, ...] = field(default=())


def prepare(tx: Transaction, meeting: Meeting, language: Language | None = None) -> Batch:
    """Collect the letters of all guests of a meeting; ``language`` overrides each guest's own."""
    venue, room = _house(tx, meeting)
    common = tuple(_missing(meeting, venue, room))
    met = {key: one for key, one in tx.transfers.of_meeting(meeting.id).items() if one.is_open}
    letters = [
        Letter(number, invited, language or invited.guest.language, met.get(invited.invitation.id))
        for number, invited in enumerate(tx.guests.of_meeting(meeting.id), start=1)
    ]
    reasons = {letter.label: (*common, *_obstacles(letter.invited)) for letter in letters}
    return Batch(
        occasion=_occasion(tx, meeting, venue, room),
        letters=tuple(letter for letter in letters if not reasons[letter.label]),
        blocked=tuple(Blocked(letter, reasons[letter.label]) for letter in letters if reasons[letter.label]),
        groups=() if common else tuple(group_codes.letters(tx, meeting, language)),
    )


def occasion(tx: Transaction, meeting: Meeting) -> Occasion:
    """Return what all papers of a meeting have in common. Raises Refused when the house is not imported yet."""
    found = _occasion(tx, meeting, *_house(tx, meeting))
    if found is None:
        raise Refused("the place is missing: import a file with [venue] and the meeting's room")
    return found


def renew(tx: Transaction, meeting: Meeting, wanted: Sequence[str], acting: Acting) -> list[Letter]:
    """Give guests new codes; the old ones answer ``replaced`` from now on. Nobody gets one when anybody cannot.

    ``wanted`` names them by a letter's label, an invitation's or a guest's id. Raises NotFound, or Refused for a
    withdrawn guest.
    """
    chosen = choose(tx, meeting, wanted)
    withdrawn = [one.label for one in chosen if one.invited.invitation.status is not InvitationStatus.VALID]
    if withdrawn:
        raise Refused(f"{', '.join(withdrawn)} was withdrawn: python -m hub withdraw --restore comes before a new code")
    for letter in chosen:
        invitation = letter.invited.invitation
        code = acting.new_code()
        tx.guests.replace_code(invitation.id, code.text, code.lookup, acting.at)
        tx.records.audit(acting.actor, "code.replaced", invitation.id, acting.at)
        tx.feed.touch([*invitation.entries(), ("guest", code.lookup)])
    note_issued(tx, acting, len(chosen))
    return chosen


def choose(tx: Transaction, meeting: Meeting, wanted: Sequence[str]) -> list[Letter]:
    """Find guests of a meeting by a letter's label, an invitation's or a guest's id. Raises NotFound."""
    letters = [
        Letter(number, invited, invited.guest.language)
        for number, invited in enumerate(tx.guests.of_meeting(meeting.id), start=1)
    ]
    found = {name: letter for letter in letters for name in _names(letter)}
    unknown = [name for name in wanted if name not in found]
    if unknown:
        raise NotFound(f"no guest of this meeting is called {', '.join(unknown)}; look into index.csv")
    return list({found[name].label: found[name] for name in wanted}.values())


def note_written(tx: Transaction, meeting: Meeting, letters: Iterable[Letter], acting: Acting) -> None:
    """Put into the audit log that codes left the house on paper."""
    count = sum(1 for _ in letters)
    tx.records.audit(acting.actor, f"letters.written:{count}", meeting.id, acting.at)


def _names(letter: Letter) -> tuple[str, ...]:
    return (letter.label, letter.invited.invitation.id, letter.invited.guest.id)


def _missing(meeting: Meeting, venue: Venue | None, room: Room | None) -> Iterator[str]:
    """Name the parts that no letter of this meeting can have (R74)."""
    if meeting.cancelled:
        yield "the meeting is cancelled"
    if not (meeting.title.zh or meeting.title.en):
        yield "the subject is missing: give the meeting a title"
    if venue is None:
        yield "the place is missing: import a file with [venue]"
    if room is None or not (room.name.zh or room.name.en):
        yield "the place is missing: give the room a name"
    if not meeting.agenda:
        yield "the agenda is missing: add [[meetings.agenda]]"


def _obstacles(invited: Invited) -> Iterator[str]:
    """Name what stands against one guest's letter."""
    invitation = invited.invitation
    if invitation.status is not InvitationStatus.VALID:
        yield "the invitation was withdrawn"
    if not invitation.code:
        yield "the QR is missing: the guest has no code"
    if len(invitation.code.encode()) > LONGEST_CODE:
        yield f"the QR cannot be read from paper: its code has more than {LONGEST_CODE} bytes"


def _house(tx: Transaction, meeting: Meeting) -> tuple[Venue | None, Room | None]:
    return tx.meetings.venue(), next((room for room in tx.meetings.rooms() if room.key == meeting.room), None)


def _occasion(tx: Transaction, meeting: Meeting, venue: Venue | None, room: Room | None) -> Occasion | None:
    if venue is None or room is None:
        return None
    places = {place.key: place.name for place in tx.meetings.places()}
    lounge, materials = places.get(meeting.lounge or ""), tx.materials.of_meeting(meeting.id)
    return Occasion(venue=venue, meeting=meeting, room=room, lounge=lounge, materials=materials)
