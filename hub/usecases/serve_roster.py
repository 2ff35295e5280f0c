"""A kiosk asks what it should know: guests (sealed), meetings, the ways from where it stands, its seats."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from devices.contract import codec
from devices.contract.envelope import MAX_BYTES
from devices.contract.messages import ItemKind, Request, RosterItem
from hub.domain.drinks import offered
from hub.domain.groups import members
from hub.domain.guests import InvitationStatus, Invited
from hub.domain.kiosk_view import is_in_view
from hub.domain.meetings import Meeting
from hub.domain.seat_leases import lease_key
from hub.ports import Change, Transaction
from hub.usecases.cards import Around, answer_card, guest_card, key_card, lease_card, meeting_card, place_card
from hub.usecases.group_cards import group_card

OF_ALL = (ItemKind.GUEST, ItemKind.MEETING, ItemKind.KEY, ItemKind.GROUP, ItemKind.ANSWER)
"""What every kiosk knows of."""

OWN = (ItemKind.PLACE, ItemKind.LEASE)
"""What each kiosk knows its own of; the keys begin with the device."""

KINDS = (*OF_ALL, *OWN)
ITEMS_A_PAGE = 40
"""Sealed guests fill a page of 16 KiB at about 25; more would be sealed for nothing."""

_ROOM_FOR_ITEMS = MAX_BYTES - 1_024
_ROOM_FOR_ONE = 160

Seal = Callable[[str, str], str]
"""Closes a card's JSON under a code: (code, json) to text."""


@dataclass(frozen=True, slots=True)
class Page:
    """Roster items after a position, up to ``to``; ``head`` is the newest position.

    ``fingerprint`` tells a kiosk that asked for it, and has all, whether its copy is whole.
    """

    items: tuple[RosterItem, ...]
    to: int
    head: int
    fingerprint: str | None = None


def roster_page(tx: Transaction, device: str, request: Request, seal: Seal, now: datetime) -> Page:
    """Return what changed for this kiosk after the position it asks from, as much as fits in one message.

    Of meetings that are out of view (``hub.domain.kiosk_view``), and of their guests, it is told that they are gone.
    """
    cursor = request.cursor or 0
    head = tx.feed.head(KINDS)
    changes = tx.feed.after(cursor, KINDS, ITEMS_A_PAGE)
    items: list[RosterItem] = []
    room = _ROOM_FOR_ITEMS
    to = cursor
    for change, item in _described(tx, device, changes, seal, now):
        if item is not None:
            room -= len(codec.dump_card(item.body).encode()) + _ROOM_FOR_ONE
            if room < 0 and items:
                return Page(tuple(items), to, head)
            items.append(item)
        to = change.seq
    if len(changes) == ITEMS_A_PAGE:
        return Page(tuple(items), to, head)
    return Page(tuple(items), head, head, tx.feed.fingerprint(OF_ALL, OWN, device) if request.check else None)


def _described(
    tx: Transaction, device: str, changes: Sequence[Change], seal: Seal, now: datetime
) -> Iterator[tuple[Change, RosterItem | None]]:
    """Pair each change with its item; None where the thing is none of this kiosk's business."""
    bodies = {
        **_guests(tx, [change.key for change in changes if change.kind == ItemKind.GUEST], seal, now),
        **_meetings(tx, [change.key for change in changes if change.kind == ItemKind.MEETING], now),
        **_places(tx, device),
        **_leases(tx, device, any(change.kind == ItemKind.LEASE for change in changes)),
        **_keys(tx, any(change.kind == ItemKind.KEY for change in changes)),
        **_answers(tx, [change.key for change in changes if change.kind == ItemKind.ANSWER]),
    }
    for change in changes:
        kind = ItemKind(change.kind)
        if kind in OWN and not change.key.startswith(f"{device}/"):
            yield change, None
            continue
        # Two large groups fill a page: the others are not made before their turn comes.
        body = _group(tx, change.key, seal, now) if kind is ItemKind.GROUP else bodies.get((kind, change.key))
        yield change, RosterItem(kind=kind, key=change.key, seq=change.seq, gone=body is None, body=body or "")


def _guests(tx: Transaction, lookups: list[str], seal: Seal, now: datetime) -> dict[tuple[ItemKind, str], str]:
    known = tx.guests.by_lookup(lookups)
    seen = _in_view(tx, {one.invitation.meeting for one in known.values()}, now)
    # Who was erased has no code any more under which anything could be sealed: to a kiosk they are gone.
    found = {lookup: one for lookup, one in known.items() if one.invitation.meeting in seen and one.invitation.code}
    around = _around(tx, found.values())
    return {
        (ItemKind.GUEST, lookup): seal(invited.invitation.code, codec.dump_card(guest_card(invited, around)))
        for lookup, invited in found.items()
    }


def _group(tx: Transaction, lookup: str, seal: Seal, now: datetime) -> str | None:
    """Describe a group whose code is good and of whom anybody may come; any other is gone."""
    group = tx.groups.by_lookup([lookup]).get(lookup)
    if group is None or group.status is not InvitationStatus.VALID or not _in_view(tx, {group.meeting}, now):
        return None
    coming = members(tx.guests.of_parties(group.meeting, [group.party]))
    return seal(group.code, codec.dump_briefly(group_card(group, coming, _around(tx, coming)))) if coming else None


def _in_view(tx: Transaction, meetings: Collection[str], now: datetime) -> dict[str, Meeting]:
    """Return those of these meetings that kiosks know now."""
    return {key: one for key, one in tx.meetings.get(meetings).items() if is_in_view(one, now)}


def _around(tx: Transaction, invited: Iterable[Invited]) -> Around:
    invitations = [one.invitation.id for one in invited]
    return Around(
        seats=tx.seats.of_invitations(invitations),
        admissions=tx.check_ins.admissions(invitations),
        doors=tx.meetings.doors(),
    )


def _meetings(tx: Transaction, ids: list[str], now: datetime) -> dict[tuple[ItemKind, str], str]:
    if not ids:
        return {}
    rooms = {room.key: room for room in tx.meetings.rooms()}
    menu, prepared = tx.drinks.menu(), tx.drinks.prepared(ids)
    return {
        (ItemKind.MEETING, key): codec.dump_card(
            meeting_card(
                meeting,
                rooms.get(meeting.room),
                offered(menu, prepared.get(key, {})),
                tx.materials.of_meeting(key),
            )
        )
        for key, meeting in _in_view(tx, ids, now).items()
    }


def _answers(tx: Transaction, keys: list[str]) -> dict[tuple[ItemKind, str], str]:
    found = tx.answers.by_key(keys)
    return {(ItemKind.ANSWER, key): codec.dump_card(answer_card(answer)) for key, answer in found.items()}


def _places(tx: Transaction, device: str) -> dict[tuple[ItemKind, str], str]:
    places = tx.meetings.places(device)
    return {(ItemKind.PLACE, f"{device}/{place.key}"): codec.dump_card(place_card(place)) for place in places}


def _leases(tx: Transaction, device: str, wanted: bool) -> dict[tuple[ItemKind, str], str]:  # noqa: FBT001 - spares a query
    lent = tx.leases.lent(device) if wanted else {}
    return {
        (ItemKind.LEASE, lease_key(device, meeting)): codec.dump_card(lease_card(meeting, seats))
        for meeting, seats in lent.items()
    }


def _keys(tx: Transaction, wanted: bool) -> dict[tuple[ItemKind, str], str]:  # noqa: FBT001 - spares a query
    keys = tx.keys.all() if wanted else ()
    return {(ItemKind.KEY, str(key.key_id)): codec.dump_card(key_card(key)) for key in keys}
