"""A meeting's room is set up by logistics and signed off by a supervisor before the doors open (R39-R41).

会场布置应简洁大方、美观舒适: whether it is, one person judges and signs.
"""

import unicodedata
from dataclasses import replace
from datetime import datetime

from devices.contract.topics import HUB
from hub.domain.errors import InvalidInput, NotYours, Refused
from hub.domain.house_work import HOUSE, HouseTimes, HouseWork
from hub.domain.meetings import Meeting
from hub.domain.set_up import set_up_due, sheet_facts
from hub.domain.task_kinds import Role, TaskKind
from hub.domain.tasks import key_of, raise_task
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import call
from hub.usecases.house_calls import OF_SET_UP, end_calls, room_facts, work_of
from hub.usecases.strike_room import hurry_strikes

SET_UP, SIGN_OFF, DOORS = "set_up", "sign_off", "house_doors"
"""The rules of these timers, by the meeting: to set up, to have it signed off, and the doors' opening."""

LONGEST_NOTE = 120


def fire_set_up(tx: Transaction, timer: Timer, who: Deciding, times: HouseTimes = HOUSE) -> None:
    """Have a meeting's room set up; fires a timer. Once the meeting has begun nobody is asked any more."""
    meeting = tx.meetings.get([timer.subject]).get(timer.subject)
    if meeting is None or meeting.cancelled or meeting.starts_at <= who.at:
        return
    if work_of(tx, meeting).set_up_at is None:
        _ask(tx, meeting, HouseWork(meeting=meeting.id), "", who, times)


def fire_sign_off(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Call the supervisor to a room whose set-up was just done; fires a timer."""
    meeting = tx.meetings.get([timer.subject]).get(timer.subject)
    if meeting is None:
        return
    work = work_of(tx, meeting)
    if work.set_up_done_at is None or work.signed_at:
        return
    facts = room_facts(tx, meeting) | {"done_by": work.set_up_by}
    kind = TaskKind.SIGN_OFF
    task = raise_task(kind, meeting.id, task_id=who.ids(), at=who.at, facts=facts, meeting=meeting.id)
    soon = max(meeting.doors_at, who.at + (task.due_at - task.created_at) / 3)
    call(tx, replace(task, due_at=min(task.due_at, soon)))


def fire_doors(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """As a meeting's doors open: tell the supervisor what is not signed off, or not cleared; fires a timer."""
    meeting = tx.meetings.get([timer.subject]).get(timer.subject)
    if meeting is None or meeting.cancelled or meeting.ends_at <= who.at:
        return
    if work_of(tx, meeting).is_unsigned:
        facts = room_facts(tx, meeting)
        kind = TaskKind.SET_UP_LATE
        call(tx, raise_task(kind, meeting.id, task_id=who.ids(), at=who.at, facts=facts, meeting=meeting.id))
        tx.records.audit(who.actor, "set_up.late", meeting.key, who.at)
    hurry_strikes(tx, meeting, who)


def set_up_done(tx: Transaction, meeting: Meeting, by: str, now: datetime) -> None:
    """Note that logistics are done, and let the supervisor be called."""
    tx.house_work.save(replace(work_of(tx, meeting), set_up_done_at=now, set_up_by=by))
    tx.timers.put([Timer(rule=SIGN_OFF, subject=meeting.id, due_at=now)])
    tx.feed.touch([("house_work", meeting.id)])


def sign_off(tx: Transaction, meeting: Meeting, who: Deciding) -> HouseWork:
    """Let a supervisor say that a room is as it should be. Said again, the first one's word stands.

    Raises Refused while the work is not done, and for the person who did it; NotYours for anybody but a supervisor.
    """
    tx.meetings.lock([meeting.id])
    work = work_of(tx, meeting)
    if work.signed_at:
        return work
    if work.set_up_done_at is None:
        raise Refused("the set-up is not done yet")
    _check_supervisor(tx, who.actor)
    if work.set_up_by == who.actor:
        raise Refused("another person than the one who set the room up signs it off")
    signed = replace(work, signed_at=who.at, signed_by=who.actor)
    tx.house_work.save(signed)
    tx.records.audit(who.actor, "set_up.signed", meeting.key, who.at)
    tx.timers.remove(SIGN_OFF, [meeting.id])
    end_calls(tx, [key_of(kind, meeting.id) for kind in OF_SET_UP], who.actor, who.at)
    tx.feed.touch([("house_work", meeting.id)])
    return signed


def send_back(tx: Transaction, meeting: Meeting, note: str, who: Deciding, times: HouseTimes = HOUSE) -> HouseWork:
    """Let a supervisor say what is not right: it is set up anew, with the note.

    Raises Refused, InvalidInput, and NotYours for anybody but a supervisor.
    """
    tx.meetings.lock([meeting.id])
    work, said = work_of(tx, meeting), " ".join(unicodedata.normalize("NFC", note).split())
    if work.set_up_done_at is None or meeting.ends_at <= who.at:
        raise Refused("there is no set-up to send back")
    _check_supervisor(tx, who.actor)
    if not 0 < len(said) <= LONGEST_NOTE or not said.isprintable():
        raise InvalidInput("note", "is missing, too long or not readable", f"write in 1 to {LONGEST_NOTE} characters")
    end_calls(tx, [key_of(TaskKind.SIGN_OFF, meeting.id)], who.actor, who.at)
    tx.records.audit(who.actor, "set_up.sent_back", meeting.key, who.at)
    return _ask(tx, meeting, HouseWork(meeting=meeting.id, counted_at=work.counted_at), said, who, times)


def end_set_up(tx: Transaction, meeting: str, now: datetime) -> None:
    """End all calls about a meeting's set-up: it is cancelled, or over."""
    for rule in (SET_UP, SIGN_OFF, DOORS):
        tx.timers.remove(rule, [meeting])
    end_calls(tx, [key_of(kind, meeting) for kind in OF_SET_UP], HUB, now)


def _check_supervisor(tx: Transaction, by: str) -> None:
    """Raise NotYours for somebody who is no supervisor; where the house keeps no list of its people anybody may."""
    person = tx.staff.by_name(by)
    if person is not None and Role.SUPERVISOR not in person.roles:
        raise NotYours(Role.SUPERVISOR)


def _ask(tx: Transaction, meeting: Meeting, work: HouseWork, note: str, who: Deciding, times: HouseTimes) -> HouseWork:
    facts = room_facts(tx, meeting) | sheet_facts(meeting, tx.house_work.sheet(meeting.id))
    facts |= {"text": note} if note else {}
    kind = TaskKind.SET_UP
    task = raise_task(kind, meeting.id, task_id=who.ids(), at=who.at, facts=facts, meeting=meeting.id)
    call(tx, replace(task, due_at=set_up_due(meeting, who.at, times)))
    asked = replace(work, room=meeting.room, set_up_at=who.at)
    tx.house_work.save(asked)
    tx.feed.touch([("house_work", meeting.id)])
    return asked
