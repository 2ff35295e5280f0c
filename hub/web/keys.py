"""``/staff/keys``: the keys for signed codes: which signs, which hold and until when; a next one; one that leaked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request

from hub.domain.errors import InvalidInput, NotFound
from hub.domain.keys import SigningKey
from hub.domain.meetings import Meeting
from hub.domain.permissions import Permission
from hub.ports import Transaction
from hub.usecases.roll_keys import roll_key
from hub.usecases.sign_codes import revoke_by_id
from hub.web.changing import change, done
from hub.web.invitations import code_maker
from hub.web.page import draw, now
from hub.web.parts import shelf
from hub.web.shift import person
from hub.web.visitor import visitor

HERE = "/staff/keys"

pages = Blueprint("keys", __name__, url_prefix=HERE)


class Stands(StrEnum):
    """What holds for the codes under a key."""

    SIGNS = "signs"
    ACCEPTED = "accepted"
    OVER = "over"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One key. Its codes open until ``until`` (aware UTC), unless it is withdrawn."""

    key_id: int
    stands: Stands
    until: datetime


@dataclass(frozen=True, slots=True)
class MeetingKeys:
    """A meeting with its keys, the newest first."""

    meeting: Meeting
    zone: ZoneInfo
    over: bool
    keys: Sequence[KeyLine]


@pages.get("")
def show() -> Response:
    """Show the keys of every meeting that has some, and of those that are to come."""
    return draw("keys.html", {"keys": _keys})


@pages.post("/meetings/<key>/roll")
def roll(key: str) -> Response:
    """Begin a meeting's next key: codes under the ones so far hold. Raises NotFound, InvalidInput."""
    maker = code_maker()
    change(lambda tx, by: roll_key(tx, _meeting(tx, key), maker.ring, maker.acting(by)))
    return done(HERE)


@pages.post("/revoke")
def revoke() -> Response:
    """Withdraw the key named ``key``, which has leaked; who has a code under it gets a new one. Raises InvalidInput."""
    maker, said = code_maker(), request.form.get("key", "")
    if not (said.isascii() and said.isdecimal() and len(said) <= 5):  # noqa: PLR2004 - 65535 is the highest
        raise InvalidInput("key", f"{said[:9]!r} is no key's number", "take one that the page lists")
    change(lambda tx, by: revoke_by_id(tx, int(said), maker.ring, maker.acting(by)))
    return done(HERE)


def _keys() -> object:
    meetings, keys, house = shelf().recent.get("keys", _read)
    moment = now()
    told = [_of_meeting(meeting, [key for key in keys if key.meeting == meeting.id], moment) for meeting in meetings]
    may = bool(person()) and Permission.REVOKE in visitor().may and shelf().parts.codes is not None
    return {"all": [one for one in told if one.keys or not one.over], "house": house, "may": may, "Stands": Stands}


def _read(tx: Transaction) -> tuple[Sequence[Meeting], Sequence[SigningKey], str]:
    keys = tx.keys.all()
    return tx.meetings.all(), keys, next((key.house_key for key in reversed(keys) if key.house_key), "")


def _of_meeting(meeting: Meeting, keys: Sequence[SigningKey], moment: datetime) -> MeetingKeys:
    over = meeting.cancelled or meeting.ends_at <= moment
    signs = max((key.key_id for key in keys if not key.withdrawn), default=None)
    lines = [KeyLine(key.key_id, _stands(key, signs, over=over), meeting.ends_at) for key in reversed(keys)]
    return MeetingKeys(meeting, ZoneInfo(meeting.zone), over, lines)


def _stands(key: SigningKey, signs: int | None, *, over: bool) -> Stands:
    if key.withdrawn:
        return Stands.WITHDRAWN
    if over:
        return Stands.OVER
    return Stands.SIGNS if key.key_id == signs else Stands.ACCEPTED


def _meeting(tx: Transaction, key: str) -> Meeting:
    found = tx.meetings.by_key(key)
    if found is None:
        raise NotFound(f"there is no meeting {key!r}")
    return found
