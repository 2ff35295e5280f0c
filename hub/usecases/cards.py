"""The hub's values as the cards that travel to kiosks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from devices.contract import cards as wire
from hub.domain.check_ins import Admission
from hub.domain.drinks import Drink
from hub.domain.guests import Invited
from hub.domain.house_answers import HouseAnswer
from hub.domain.incidents import Incident
from hub.domain.keys import SigningKey
from hub.domain.materials import NOTHING, Materials, each_gets
from hub.domain.meetings import NO_WORDS, Door, Meeting, Place, Room, Segment, Venue, door_name
from hub.domain.seat_leases import SeatLease
from hub.domain.seats import Seat
from hub.domain.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What stands around guests' cards: their seats and arrivals by invitation, and the doors by device."""

    seats: Mapping[str, Seat]
    admissions: Mapping[str, Admission]
    doors: Mapping[str, Door]


def words(text: Words) -> wire.Words:
    """Put a text in both languages on the wire."""
    return wire.Words(zh=text.zh, en=text.en)


def guest_card(invited: Invited, around: Around) -> wire.GuestCard:
    """Make the card by which a kiosk greets one guest."""
    invitation, guest = invited.invitation, invited.guest
    return wire.GuestCard(
        invitation=invitation.id,
        meeting=invitation.meeting,
        name=guest.name,
        salutation=words(guest.salutation),
        title=guest.title,
        company=guest.company,
        language=guest.language.value,
        vip=invitation.vip,
        host=invitation.host,
        step_free=guest.step_free,
        status=invitation.status.value,
        seat=seat_label(around.seats.get(invitation.id)),
        arrived=_arrival(around.admissions.get(invitation.id), around.doors),
    )


def seat_label(seat: Seat | None) -> wire.SeatLabel | None:
    """Name a seat as a guest reads it."""
    return None if seat is None else _label(seat)


def _label(seat: Seat) -> wire.SeatLabel:
    return wire.SeatLabel(zone=seat.zone, row=seat.row, number=seat.number, table=seat.table)


def meeting_card(
    meeting: Meeting, room: Room | None, drinks: Sequence[Drink] = (), materials: Materials = NOTHING
) -> wire.MeetingCard:
    """Make the card of a meeting: its agenda as it stands, drinks that may be chosen now, what each guest is given."""
    return wire.MeetingCard(
        key=meeting.id,
        title=words(meeting.title),
        room=meeting.room,
        room_name=words(room.name if room else Words(meeting.room, meeting.room)),
        doors_at=meeting.doors_at,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=meeting.zone,
        cancelled=meeting.cancelled,
        lounge=meeting.lounge,
        number=f"{meeting.number:x}",
        segments=tuple(_segment_card(segment) for segment in meeting.agenda),
        drinks=tuple(wire.DrinkCard(drink=one.key, name=words(one.name)) for one in drinks),
        hand_outs=tuple(map(words, each_gets(materials))),
    )


def evacuation_card(incident: Incident, venue: Venue | None) -> wire.EvacuationCard:
    """Tell kiosks why everybody leaves, and where to gather."""
    assembly = venue.assembly if venue else NO_WORDS
    return wire.EvacuationCard(
        incident=incident.id,
        kind=incident.kind.value,
        since=incident.reported_at,
        drill=incident.drill,
        assembly=words(assembly) if assembly != NO_WORDS else None,
    )


def place_card(place: Place) -> wire.PlaceCard:
    """Make the card of a way from a kiosk."""
    return wire.PlaceCard(
        place=place.key,
        name=words(place.name),
        way=words(place.way),
        arrow=place.arrow,
        step_free_way=words(place.step_free_way) if place.step_free_way else None,
    )


def lease_card(meeting: str, lent: Sequence[tuple[SeatLease, Seat]]) -> wire.LeaseCard:
    """Make the card of the seats that a kiosk may give away by itself."""
    seats = (wire.LeasedSeat(label=seat.label, seat=_label(seat)) for _, seat in lent)
    return wire.LeaseCard(meeting=meeting, until=min(lease.until for lease, _ in lent), seats=tuple(seats))


def key_card(key: SigningKey) -> wire.KeyCard:
    """Make the card of a public key."""
    return wire.KeyCard(
        key_id=key.key_id,
        meeting=key.meeting,
        public_key=key.public_key,
        withdrawn=key.withdrawn,
        version=key.version,
        house_key=key.house_key,
        statement=key.statement,
    )


def answer_card(answer: HouseAnswer) -> wire.AnswerCard:
    """Make the card of one of the house's answers."""
    return wire.AnswerCard(
        key=answer.key,
        meeting=answer.meeting,
        position=answer.position,
        question=words(answer.question),
        answer=words(answer.answer),
    )


def _segment_card(segment: Segment) -> wire.SegmentCard:
    return wire.SegmentCard(
        kind=segment.kind.value,
        title=words(segment.title),
        starts_at=segment.starts_at,
        ends_at=segment.ends_at,
        place=words(segment.place) if segment.place else None,
    )


def _arrival(admission: Admission | None, doors: Mapping[str, Door]) -> wire.Arrival | None:
    if admission is None:
        return None
    return wire.Arrival(door=words(door_name(admission.device, doors)), at=admission.at)
