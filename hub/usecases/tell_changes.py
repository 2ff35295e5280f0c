"""A meeting is held at another time or place, or not at all: everybody invited is told at once, old and new (R104)."""

from collections.abc import Mapping

from devices.contract.codec import format_time
from hub.domain.guest_messages import GuestMessage, MessageKind
from hub.domain.guests import InvitationStatus
from hub.domain.meetings import Meeting
from hub.domain.words import Words
from hub.ports import Transaction
from hub.usecases.acting import Deciding

Facts = dict[str, str]


def tell_change(tx: Transaction, before: Meeting, after: Meeting, rooms: Mapping[str, Words], who: Deciding) -> None:
    """Keep one message for each valid invitation, where start, doors, room or cancellation differ.

    One that still waits, because a change follows a change, is taken back: the new one tells what the guest knew
    before. A meeting that is over is told to nobody. ``rooms`` are the rooms' names by key.
    """
    facts = _differences(_state(before, rooms), _state(after, rooms))
    until = max(before.ends_at, after.ends_at)
    if not facts or until <= who.at:
        return
    guests = [one.invitation for one in tx.guests.of_meeting(after.id)]
    valid = [one.id for one in guests if one.status is InvitationStatus.VALID]
    untold = {one.invitation: one.facts for one in tx.guest_messages.take_back(MessageKind.CHANGED, valid)}
    tx.guest_messages.put(
        GuestMessage(
            id=who.ids(),
            kind=MessageKind.CHANGED,
            dedupe=f"changed:{invitation}:{format_time(who.at)}",
            invitation=invitation,
            created_at=who.at,
            pointless_at=until,
            facts=told,
        )
        for invitation in valid
        if (told := _settled(untold.get(invitation, {}), facts))
    )
    tx.feed.touch([("messages", "")])


def _state(meeting: Meeting, rooms: Mapping[str, Words]) -> Facts:
    room = rooms.get(meeting.room, Words(meeting.room, meeting.room))
    return {
        "starts_at": format_time(meeting.starts_at),
        "doors_at": format_time(meeting.doors_at),
        "room_zh": room.zh,
        "room_en": room.en,
        "cancelled": "yes" if meeting.cancelled else "no",
    }


def _differences(old: Facts, new: Facts) -> Facts:
    found: Facts = {}
    for name, value in new.items():
        if value != old[name]:
            found |= {f"old_{name}": old[name], f"new_{name}": value}
    return found


def _settled(untold: Facts, facts: Facts) -> Facts:
    """Join what was not told yet with what has changed now; nothing is left where all is again as the guest knows."""
    joined = untold | facts | {name: value for name, value in untold.items() if name.startswith("old_")}
    names = [name.removeprefix("new_") for name in joined if name.startswith("new_")]
    return _differences({n: joined[f"old_{n}"] for n in names}, {n: joined[f"new_{n}"] for n in names})
