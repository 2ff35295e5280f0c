"""The demo's house is opened: venue, meeting and guests are imported as an operator would, and codes go out."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from devices.contract import credential
from devices.ids import uuid7
from hub import guest_lists, venue_files
from hub.demo import demo_files
from hub.domain.groups import Group
from hub.domain.guests import Guest, Invitation, Invited
from hub.domain.meetings import Meeting, Segment, SegmentKind, SetUpStyle
from hub.domain.name_search import NameIndex
from hub.domain.run_of_show import AgendaTimes, opened
from hub.domain.salutations import has_han
from hub.domain.words import Language, Words
from hub.pinyin import readings
from hub.ports import Store
from hub.usecases.acting import Acting, Deciding
from hub.usecases.group_codes import give_codes
from hub.usecases.import_guests import import_guests
from hub.usecases.import_venue import import_venue
from hub.usecases.invite import renew
from hub.usecases.run_agenda import insert_part
from hub.usecases.venue_plan import known_house
from hub.usecases.withdraw import withdraw_invitation

_EVENING = timedelta(hours=9)
_TWO = 2
_PARTY = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who comes to the demo's doors, by what they hold up. ``guests`` are invited to the launch and may go in."""

    meeting: Meeting
    guests: tuple[Invited, ...]
    revoked: tuple[str, ...]
    replaced: tuple[str, ...]
    early: tuple[str, ...]
    unknown: tuple[str, ...]
    damaged: tuple[str, ...]
    foreign: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchCast:
    """Who touches the demo's screens: guests who come alone, one who is found by ``letters``, and a ``group``."""

    alone: tuple[Invited, ...]
    found: Invited
    letters: str
    group: Group
    members: tuple[Invited, ...]


def open_house(store: Store, day: date, now: datetime, site_key: bytes) -> Cast:
    """Import the demo's files for a day, and prepare the codes that do not open the door."""
    acting = _acting(now, site_key)
    files = demo_files()
    with store.write() as tx:
        reading = venue_files.load(files.venue, known_house(tx), day)
        if not (reading.usable() and import_venue(tx, reading.file, acting).kept):
            raise RuntimeError(f"the demo's venue file cannot be used: {reading.findings}")
        (meeting,) = tx.meetings.all()
        rows = guest_lists.read(files.guests.read_bytes()).rows
        plan = import_guests(tx, meeting, rows, acting, good_rows=False, track=iter)
        if not plan.kept:
            raise RuntimeError(f"the demo's guest list cannot be used: {plan.findings}")
    return _hand_out(store, meeting, acting)


def cast_touches(store: Store, cast: Cast, now: datetime, site_key: bytes) -> TouchCast:
    """Choose who touches the screens, and give the parties a code each, as ``python -m hub invite`` does."""
    meeting = cast.meeting
    with store.write() as tx:
        groups = give_codes(tx, meeting, _acting(now, site_key))
        of_group = {one.party: tx.guests.of_parties(meeting.id, [one.party]) for one in groups}
        index = NameIndex(readings)
        for named in tx.names.of_meeting(meeting.id, None, len(cast.guests)):
            index.put(named)
    barred = {*cast.revoked, *cast.replaced}
    alone = [
        one
        for one in cast.guests
        if not (one.invitation.party or one.invitation.vip or one.invitation.code in barred)
        and one.guest.language is Language.ZH
    ]
    found, letters = _found_by_two_letters(alone, index, meeting)
    group = next(one for one in groups if has_han(one.party) and len(of_group[one.party]) == _PARTY)
    return TouchCast(
        alone=tuple(one for one in alone if one is not found),
        found=found,
        letters=letters,
        group=group,
        members=tuple(of_group[group.party]),
    )


def _found_by_two_letters(guests: Sequence[Invited], index: NameIndex, meeting: Meeting) -> tuple[Invited, str]:
    """Return a guest whom the initials of the first two characters find, and nobody else, with those letters."""
    for one in guests:
        letters = "".join(min(readings(character))[0] for character in one.guest.name[:_TWO]).upper()
        if [found.invitation for found in index.search(letters, [meeting.id]).guests] == [one.invitation.id]:
            return one, letters
    raise RuntimeError("two letters find no single guest of the demo")


def _acting(now: datetime, site_key: bytes) -> Acting:
    return Acting(actor="demo", at=now, ids=uuid7, bits=secrets.randbits, site_key=site_key)


def _hand_out(store: Store, meeting: Meeting, acting: Acting) -> Cast:
    """Withdraw one invitation, renew another, and invite two guests of the launch to a dinner later that day."""
    with store.write() as tx:
        everybody = tx.guests.of_meeting(meeting.id)
        plain = [one for one in everybody if not one.invitation.vip and not one.invitation.party]
        withdrawn, renewed, *others = plain
        withdraw_invitation(tx, withdrawn.invitation.id, acting.at, acting)
        renew(tx, meeting, [renewed.invitation.id], acting)
        dinner = _dinner(meeting)
        tx.meetings.save(dinner)
        tx.feed.touch([("meeting", dinner.id)])
        early = [_invited_to(dinner, one.guest, acting) for one in others[:_TWO]]
        for one in early:
            tx.guests.add(one.guest, one.invitation)
        tx.feed.touch(("guest", one.invitation.lookup) for one in early)
        guests = [one for one in tx.guests.of_meeting(meeting.id) if one.invitation.id != withdrawn.invitation.id]
    return Cast(
        meeting=meeting,
        guests=tuple(guests),
        revoked=(withdrawn.invitation.code,),
        replaced=(renewed.invitation.code,),
        early=tuple(one.invitation.code for one in early),
        unknown=tuple(acting.new_code().text for _ in range(_TWO)),
        damaged=(_misprinted(acting.new_code().text),),
        foreign=("https://example.com/menu", "WIFI:S:Guest;T:WPA;P:welcome;;"),
    )


def insert_tea_break(store: Store, meeting: Meeting, place: Words) -> Segment:
    """Let the coordinator put a tea break into the running agenda (R98): 11:30 beside the room, for 15 minutes."""
    questions = next(one for one in opened(meeting).agenda if one.kind is SegmentKind.QUESTIONS)
    tea = Segment(
        kind=SegmentKind.TEA_BREAK,
        title=Words("茶歇", "Tea break"),
        starts_at=questions.starts_at,
        ends_at=questions.starts_at + timedelta(minutes=15),
        owner="logistics",
        place=place,
    )
    who = Deciding(actor="demo", at=meeting.doors_at, ids=uuid7)
    with store.write() as tx:
        insert_part(tx, meeting.key, tea, questions.key, who, AgendaTimes())
    return tea


def _dinner(launch: Meeting) -> Meeting:
    return Meeting(
        id=uuid7(),
        key="dinner",
        title=Words("渠道伙伴晚宴", "Partners' dinner"),
        room=launch.room,
        doors_at=launch.starts_at + _EVENING,
        starts_at=launch.starts_at + _EVENING + timedelta(minutes=30),
        ends_at=launch.starts_at + _EVENING + timedelta(hours=3),
        zone=launch.zone,
        style=SetUpStyle.BANQUET_ROUNDS,
        number=secrets.randbits(48),
    )


def _invited_to(meeting: Meeting, guest: Guest, acting: Acting) -> Invited:
    code = acting.new_code()
    person = replace(guest, id=acting.ids())
    invitation = Invitation(id=acting.ids(), meeting=meeting.id, guest=person.id, code=code.text, lookup=code.lookup)
    return Invited(invitation=invitation, guest=person)


def _misprinted(code: str) -> str:
    """Return a code with one symbol wrong, as a smudged printer makes it."""
    wrong = credential.SYMBOLS[(credential.SYMBOLS.index(code[10]) + 1) % len(credential.SYMBOLS)]
    return code[:10] + wrong + code[11:]
