"""The guests of a booking become guests of its meeting: invited, changed, withdrawn, as the source's list says (R18).

What a list says anew is taken; what it repeats leaves alone what people of the house have changed since: a guest's
diets, a seat, a withdrawal. Who is named again gets the invitation and the code back that they had.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from hub.domain.booked_guests import coming, declined
from hub.domain.guests import InvitationStatus, Invited, Rsvp
from hub.domain.meetings import Meeting
from hub.domain.salutations import has_han, salutation
from hub.domain.seats import SeatAssignment
from hub.domain.source_items import Item, ItemGuest
from hub.domain.syncing import Link
from hub.domain.words import Language
from hub.ports import Transaction
from hub.usecases.acting import Acting
from hub.usecases.findings import Finding, mistakes
from hub.usecases.guest_rows import GUEST_FIELDS, GuestRow
from hub.usecases.import_guests import import_guests
from hub.usecases.withdraw import restore_invitation, withdraw_invitation

BOOKED = "booking:"
"""How the keys of these guests begin, before the source's name."""

_FIELDS = (*GUEST_FIELDS, "party", "vip", "vip_level", "rsvp", "seat")


def keep_guests(tx: Transaction, meeting: Meeting, link: Link, said: Item | None, who: Acting) -> None:
    """Let a meeting's guests be those whom its source names. ``said`` is what the same source said before.

    A source without a list, and a meeting that is over, change nothing. Who has come stays invited (R5).
    """
    if link.item.guests is None or meeting.ends_at <= who.at:
        return
    wanted = {_key(link.source, key): one for key, one in coming(link.item).items()}
    before = {_key(link.source, key): one for key, one in (coming(said) if said else {}).items()}
    refused = {_key(link.source, key) for key in declined(link.item)}
    known = _refusing(tx, meeting, _known(tx, meeting), refused)
    _take_off(tx, meeting, [one for key, one in known.items() if key not in wanted], who)
    rows = [_row(number, key, one) for number, (key, one) in enumerate(wanted.items(), start=1)]
    seats = {one.invitation: one for one in tx.seats.assignments(meeting.id)}
    changed, giving_back = [], []
    for row in rows:
        standing = known.get(row.source_key())
        old = before.get(row.source_key())
        given = frozenset(_FIELDS) if old is None else _said_anew(row, _row(row.line, row.row_id, old))
        if standing and not _may_seat(standing, seats.get(standing.invitation.id)):
            given -= {"seat"}
        elif standing and "seat" in given:
            giving_back.append(standing.invitation.id)
        if given or standing is None:
            changed.append(replace(row, given=given))
    tx.seats.release(giving_back)  # first, so that the outcome does not depend on who sat where before
    _invite(tx, meeting, changed, who)
    _put_back(tx, [known[key] for key in wanted if key in known], who)


def forget_named(tx: Transaction, guests: Collection[Invited]) -> None:
    """Let what sources said of these guests' meetings name them no more; what they say next is another matter."""
    keys, names = {one.invitation.source_key for one in guests}, {one.guest.name for one in guests}
    for link in tx.sync.copies({one.invitation.meeting for one in guests}):
        said = link.item.guests or ()
        left = tuple(one for one in said if _key(link.source, one.key) not in keys and one.name not in names)
        if len(left) < len(said):
            tx.sync.save_links([replace(link, item=replace(link.item, guests=left))])


def _known(tx: Transaction, meeting: Meeting) -> Mapping[str, Invited]:
    """Return who came from a booking's list, by the key under which an import finds them."""
    keys = ((one.invitation.source_key, one) for one in tx.guests.of_meeting(meeting.id))
    return {key: one for key, one in keys if key.startswith(f"id:{BOOKED}")}


def _key(source: str, guest: str) -> str:
    return f"id:{BOOKED}{source}/{guest}"


def _row(number: int, key: str, guest: ItemGuest) -> GuestRow:
    """Return what a source says of a guest as a row of a list; ``key`` is that of the whole meeting."""
    language = guest.language or (Language.ZH if has_han(guest.name) else Language.EN)
    texts = ("name", "title", "company", "phone", "email", "diet_note", "drink", "party", "seat")
    return GuestRow(
        line=number,
        row_id=key.removeprefix("id:"),
        given=frozenset(),
        salutation=salutation(guest.name, title=guest.title),
        language=language,
        diets=guest.diets,
        step_free=guest.step_free,
        vip=guest.vip > 0,
        vip_level=guest.vip,
        rsvp=guest.rsvp,
        **{name: getattr(guest, name) for name in texts},
    )


def _said_anew(row: GuestRow, before: GuestRow) -> frozenset[str]:
    return frozenset(name for name in _FIELDS if getattr(row, name) != getattr(before, name))


def _may_seat(standing: Invited, seat: SeatAssignment | None) -> bool:
    """Say whether a guest's seat is still the list's to give: none, or the one it named; any other a person gave."""
    if seat is None:
        return True
    return not seat.occupied and seat.seat.casefold() == standing.invitation.seat_wish.casefold()


def _refusing(
    tx: Transaction, meeting: Meeting, known: Mapping[str, Invited], refused: Collection[str]
) -> Mapping[str, Invited]:
    """Note who has declined, also where they have come all the same; returns all who are known as they are then."""
    noted = {
        key: replace(one, invitation=replace(one.invitation, rsvp=Rsvp.DECLINED))
        for key, one in known.items()
        if key in refused and one.invitation.rsvp is not Rsvp.DECLINED
    }
    for one in noted.values():
        tx.guests.change(one.guest, one.invitation)
    if noted:
        tx.feed.touch([("arrivals", meeting.id)])
    return {**known, **noted}


def _take_off(tx: Transaction, meeting: Meeting, gone: Sequence[Invited], who: Acting) -> None:
    """Withdraw the invitations of guests who are not named any more, and give their seats back."""
    here = tx.check_ins.admissions([one.invitation.id for one in gone])
    leaving = [
        one
        for one in gone
        if not one.invitation.off_list
        and one.invitation.status is InvitationStatus.VALID
        and one.invitation.id not in here
    ]
    if not leaving:
        return
    tx.seats.release([one.invitation.id for one in leaving])
    for one in leaving:
        tx.guests.change(one.guest, replace(one.invitation, off_list=True, seat_wish=""))
        withdraw_invitation(tx, one.invitation.id, who.at, who)
    tx.feed.touch([("arrivals", meeting.id)])


def _put_back(tx: Transaction, named: Iterable[Invited], who: Acting) -> None:
    """Make the invitations good again that were withdrawn only because their guests had not been named."""
    back = [one.invitation.id for one in named if one.invitation.off_list]
    for invited in tx.guests.by_invitation(back).values():
        tx.guests.change(invited.guest, replace(invited.invitation, off_list=False))
        if invited.invitation.status is InvitationStatus.REVOKED:
            restore_invitation(tx, invited.invitation.id, who.at, who)


def _invite(tx: Transaction, meeting: Meeting, rows: Sequence[GuestRow], who: Acting) -> None:
    """Import rows as those of a list; who cannot have the seat that they name is invited without it."""
    refused = {one.line for one in _import(tx, meeting, rows, who)} if rows else set()
    seatless = [replace(one, seat="") for one in rows if one.line in refused]
    if not seatless:
        return
    _import(tx, meeting, seatless, who)
    known = _known(tx, meeting)
    for invited in (known[one.source_key()] for one in seatless if one.source_key() in known):
        # by our id: by what a source knows guests may be an address, and a row of the log stays for years
        tx.records.audit(who.actor, "guest.seat_refused", invited.invitation.id, who.at)


def _import(tx: Transaction, meeting: Meeting, rows: Sequence[GuestRow], who: Acting) -> Sequence[Finding]:
    plan = import_guests(tx, meeting, rows, who, good_rows=True, track=lambda things: things)
    return mistakes(plan.findings)
