"""The storm's house: meetings with seat maps, guests alone, in parties and VIPs, and codes that open nothing."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from devices.contract import credential
from devices.ids import uuid7
from hub.broker_files import ensure_secrets, read_secrets, secrets_file
from hub.domain.guests import Guest, Invitation, InvitationStatus
from hub.domain.meetings import Door, Meeting, Place, Room, SetUpStyle
from hub.domain.seat_maps import SeatPlan, build
from hub.domain.words import Words
from hub.ports import Transaction
from hub.store import migrate
from hub.store.sql import open_store
from hub.usecases.acting import Acting
from hub.usecases.invite import renew
from tests.faults.books import follow_books, open_books

SITE = "storm"
HUB = "hub"
ROOMS = ("hall", "hall-2", "hall-3")
MEETINGS = len(ROOMS)
STRANGERS = 3
"""Codes in the right form that belong to nobody."""
NOT_INVITED = STRANGERS + 1
"""Codes that look like ours and are on no list: strangers', and a damaged one."""
_WIDE = timedelta(days=30)
"""Doors are open so long before and after, that a clock that jumped by hours turns nobody away."""
_VIP_EVERY, _PARTY_EVERY, _PARTY_OF = 12, 5, 3
_PLANS = ((SetUpStyle.THEATRE, 20), (SetUpStyle.CLASSROOM, 20), (SetUpStyle.THEATRE, 10))


def enrol(broker_folder: Path, devices: tuple[str, ...]) -> bytes:
    """Make the secrets of hub and devices; return the venue's key for the hashes of codes."""
    ensure_secrets(broker_folder, devices)
    return bytes.fromhex(read_secrets(secrets_file(broker_folder, HUB)).lookup_key)


def furnish(
    url: str, site_key: bytes, devices: tuple[str, ...], guests: int, chance: Random, books: Path | None = None
) -> list[str]:
    """Bring the database to the schema and invite ``guests`` to each meeting; return every code people may hold up.

    The last meeting has fewer seats than guests, so that some find none. ``books`` is where they shall be booked.
    """
    migrate.upgrade(url)
    now = datetime.now(UTC)
    acting = Acting(actor="storm", at=now, ids=uuid7, bits=chance.getrandbits, site_key=site_key)
    store = open_store(url)
    codes: list[str] = []
    with store.write() as tx:
        for key in ROOMS:
            tx.meetings.save_room(Room(key=key, name=Words("大厅", "Hall")))
        for device in devices:
            tx.meetings.save_door(Door(device=device, name=Words(device, device)))
            way = Words("直走", "Straight on")
            tx.meetings.save_place(Place(device=device, key="hall", name=Words("大厅", "Hall"), way=way))
            tx.feed.touch([("place", f"{device}/hall")])
        meetings = [_meeting(tx, number, guests, now) for number in range(MEETINGS)]
        for meeting in meetings:
            codes += _invite(tx, meeting, guests, acting)
        if books is not None:
            open_books(books, meetings)
            follow_books(tx, books, meetings, now)
    store.close()
    strangers = [credential.short(chance.getrandbits(credential.SHORT_BITS)).text for _ in range(STRANGERS)]
    return [*codes, *strangers, "https://example.com/menu", codes[0][:-1] + "?"]


def write_codes(path: Path, codes: list[str]) -> Path:
    """Write the codes where doors find them."""
    path.write_text(json.dumps(codes), encoding="utf-8")
    return path


def _meeting(tx: Transaction, number: int, guests: int, now: datetime) -> Meeting:
    style, seats_per_row = _PLANS[number % len(_PLANS)]
    meeting = Meeting(
        id=f"meeting-{number}",
        key=f"meeting-{number}",
        title=Words(f"第{number}场", f"Meeting {number}"),
        room=ROOMS[number],
        doors_at=now - _WIDE,
        starts_at=now,
        ends_at=now + _WIDE,
        zone="Asia/Shanghai",
        style=style,
    )
    tx.meetings.save(meeting)
    wanted = guests if number < MEETINGS - 1 else guests * 3 // 4
    rows = max(2, -(-wanted // seats_per_row))
    tx.seats.replace(meeting.id, build(style, SeatPlan(rows=rows, seats_per_row=seats_per_row)))
    tx.feed.touch([("meeting", meeting.id)])
    return meeting


def _invite(tx: Transaction, meeting: Meeting, guests: int, acting: Acting) -> list[str]:
    """Invite a meeting's guests; one of them is then uninvited, and one gets a new code."""
    made: list[Invitation] = []
    for number in range(guests):
        code = acting.new_code()
        guest = Guest(id=uuid7(), name=f"宾客{number}", salutation=Words(f"宾客{number}", f"Guest {number}"))
        party = f"party-{number // _PARTY_OF}" if number // _PARTY_OF % _PARTY_EVERY == 0 else ""
        invitation = Invitation(
            id=uuid7(),
            meeting=meeting.id,
            guest=guest.id,
            code=code.text,
            lookup=code.lookup,
            party=party,
            vip=number % _VIP_EVERY == 1,
        )
        tx.guests.add(guest, invitation)
        made.append(invitation)
    tx.feed.touch(("guest", one.lookup) for one in made)
    withdrawn, renewed = made[-1], made[-2]
    tx.guests.set_status(withdrawn.id, InvitationStatus.REVOKED, acting.at)
    renew(tx, meeting, [renewed.id], acting)
    (current,) = tx.guests.by_invitation([renewed.id]).values()
    return [*(one.code for one in made), current.invitation.code]
