"""What people do about something that is wrong: acknowledge it, give it to somebody, write about it, clear it. Pure.

An acknowledged condition stays open until the device is right again (ISA-18.2). Every step raises AlreadyOver for one
that is over, and InvalidInput for words that cannot be kept.
"""

import unicodedata
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from hub.domain.conditions import Cause, Condition, Note, SubjectKind
from hub.domain.errors import AlreadyOver, ClearsItself, InvalidInput, TakenAlready
from hub.domain.field_devices import FieldDevice, Standing

LONGEST_NOTE = 300
"""Characters of one comment."""

MOST_NOTES = 50
"""Comments on one condition; who has more to say about it should meet."""


class Ends(StrEnum):
    """By what a condition ends that no person may clear."""

    DEVICE = "device"
    ROOM = "room"
    STATION = "station"
    CAUSE = "cause"


def acknowledge(condition: Condition, by: str, at: datetime) -> Condition:
    """Note who has seen it. A second person hears who was first (TakenAlready)."""
    _check_open(condition)
    if condition.acked_by and condition.acked_by != by:
        raise TakenAlready(condition.acked_by)
    return condition if condition.acked_by else replace(condition, acked_by=by, acked_at=at)


def take_back(condition: Condition) -> Condition:
    """Return it as if nobody had acknowledged it; what was written stays."""
    _check_open(condition)
    return replace(condition, acked_by="", acked_at=None)


def comment(condition: Condition, text: str, by: str, at: datetime) -> Condition:
    """Add what a person wrote."""
    _check_open(condition)
    if len(condition.notes) >= MOST_NOTES:
        raise InvalidInput("text", f"there are {MOST_NOTES} comments already", "talk to each other instead")
    return replace(condition, notes=(*condition.notes, Note(at=at, by=by, text=_readable(text))))


def assign(condition: Condition, to: str) -> Condition:
    """Give it to a person by name."""
    _check_open(condition)
    return replace(condition, assignee=to)


def ends_by(condition: Condition, device: FieldDevice | None) -> Ends | None:
    """Say by what a condition ends that a person may not clear; None where only a person can end it.

    That is so for a device that is away and was taken away: nothing will ever report that it is right again. A kiosk
    that stays away is put away after a day, and a room is right with the first of its devices that comes back.
    """
    if condition.hidden_by:
        return Ends.CAUSE
    if condition.about is SubjectKind.STATION:
        return Ends.STATION
    if condition.about is SubjectKind.ROOM:
        return Ends.ROOM
    if device is None or device.standing is not Standing.ADMITTED or device.available:
        return Ends.DEVICE
    silent = condition.about is SubjectKind.DEVICE and condition.cause in {Cause.OFFLINE, Cause.STALE}
    return None if device.available is False or silent else Ends.DEVICE


def clear(condition: Condition, device: FieldDevice | None, by: str, at: datetime) -> Condition:
    """End it because its device was taken away. Raises ClearsItself where the device itself will end it."""
    _check_open(condition)
    by_itself = ends_by(condition, device)
    if by_itself is not None:
        raise ClearsItself(by_itself)
    return cleared(condition, by, at)


def cleared(condition: Condition, by: str, at: datetime) -> Condition:
    """Return it ended by a person."""
    return replace(condition, over_at=at, cleared_by=by)


def _check_open(condition: Condition) -> None:
    if condition.over_at is not None:
        raise AlreadyOver(f"this was right again at {condition.over_at.isoformat()}")


def _readable(text: str) -> str:
    tidy = " ".join(unicodedata.normalize("NFC", text).split())
    if not 0 < len(tidy) <= LONGEST_NOTE or not tidy.isprintable():
        raise InvalidInput("text", "is empty, too long or not readable", f"write 1 to {LONGEST_NOTE} characters")
    return tidy
