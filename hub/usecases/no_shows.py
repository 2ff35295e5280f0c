"""A room that nobody came to is given up, and given back: by the watch, by a person, or by the source (C.3.5).

Nothing is deleted: the meeting keeps its times, so that it can be billed, and be undone while its room is free.
"""

from dataclasses import replace

from devices.contract.topics import HUB
from hub.domain.bookings import Firmness, Hold, rivals
from hub.domain.errors import NotFound, Refused
from hub.domain.meetings import Meeting
from hub.domain.no_show import POLICY, Case, NoShow, NoShowState, begun
from hub.domain.run_of_show import plan_of
from hub.domain.syncing import ConflictKind
from hub.domain.task_kinds import TaskKind
from hub.domain.task_pace import cancel
from hub.domain.tasks import Step, key_of
from hub.domain.words import Words
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.ask_desk import ask_desk, settle
from hub.usecases.keep_task import keep
from hub.usecases.take_rooms import take_rooms
from hub.usecases.tell_doubled import meeting_facts, tell_doubled

CALLS = (TaskKind.ROOM_EMPTY, TaskKind.NO_SHOW)
"""Whom the watch calls: somebody to look, and somebody to decide."""


def release(tx: Transaction, meeting: str, who: Deciding) -> NoShow:
    """Give up the room of a meeting that nobody came to, from now on; repeating it changes nothing.

    Raises NotFound, and Refused where guests are inside, it has not begun, or it is over.
    """
    found = _meeting(tx, meeting)
    row = tx.no_shows.get([meeting]).get(meeting) or _unwatched(found)
    if row.gave_up:
        return row
    if not plan_of(found).starts_at <= who.at < found.ends_at or found.cancelled:
        raise Refused("only a meeting whose time it is can give up its room")
    if tx.attendance.counts([meeting])[meeting].guests.arrived:
        raise Refused("guests have checked in: undo their check-ins first, if they were a mistake")
    return give_up(tx, found, replace(row, state=NoShowState.RELEASED, released_at=who.at), who)


def give_up(tx: Transaction, meeting: Meeting, row: NoShow, who: Deciding) -> NoShow:
    """Keep that a room was given up, and let others have it."""
    row = replace(row, by=who.actor)
    tx.no_shows.save(row)
    tx.records.audit(who.actor, "no_show.released", meeting.id, who.at)
    tell_doubled(tx, take_rooms(tx, [meeting], who), who)
    end_calls(tx, meeting.id, who)
    touch(tx, meeting.id)
    return row


def undo_no_show(tx: Transaction, meeting: str, who: Deciding) -> bool:
    """Let a meeting have its room again; where others have it by now, a person is asked, and the answer is False.

    Repeating it changes nothing. Raises NotFound.
    """
    found = _meeting(tx, meeting)
    if not bring_back(tx, found, who):
        return False
    tell_doubled(tx, take_rooms(tx, [found], who), who)
    return True


def bring_back(tx: Transaction, meeting: Meeting, who: Deciding) -> bool:
    """Note that a meeting is to have its room again, if nobody else has it; ``take_rooms`` is to follow.

    ``meeting`` is as it is to be. Where the room is taken it stays given up, and the desk is asked once.
    """
    row = tx.no_shows.get([meeting.id]).get(meeting.id)
    if row is None or not row.gave_up:
        return True
    rest = max(meeting.doors_at, who.at), plan_of(meeting).ends_at
    hold = Hold(owner=meeting.id, room=meeting.room, since=rest[0], until=rest[1], firmness=Firmness.DEFINITE)
    rival = next(rivals(hold, tx.bookings.overlapping([hold])), None) if rest[0] < rest[1] else None
    if rival is None:
        tx.no_shows.save(replace(row, state=NoShowState.CLEARED, released_at=None, by=who.actor))
        tx.records.audit(who.actor, "no_show.undone", meeting.id, who.at)
        settle(tx, meeting.id, ConflictKind.RESTORED, who)
        end_calls(tx, meeting.id, who)
    elif row.state is not NoShowState.CONTESTED:
        tx.no_shows.save(replace(row, state=NoShowState.CONTESTED, by=who.actor))
        tx.records.audit(who.actor, "no_show.contested", meeting.id, who.at)
        _ask(tx, meeting, rival.owner, who)
    touch(tx, meeting.id)
    return rival is None


def say_in_use(tx: Transaction, meeting: str, who: Deciding) -> None:
    """Note a person's word that somebody is there, or that the room is kept all the same. Raises NotFound."""
    _meeting(tx, meeting)
    row = tx.no_shows.get([meeting]).get(meeting)
    if row is None:
        return
    if row.gave_up:
        undo_no_show(tx, meeting, who)
        return
    tx.no_shows.save(replace(row, state=NoShowState.CLEARED, by=who.actor))
    tx.records.audit(who.actor, "no_show.in_use", meeting, who.at)
    end_calls(tx, meeting, who)
    touch(tx, meeting)


def end_calls(tx: Transaction, meeting: str, who: Deciding) -> None:
    """Call off whoever was asked to look or to decide."""
    keys = [key_of(kind, meeting) for kind in CALLS]
    for task in tx.tasks.about(keys).values():
        keep(tx, task, cancel(task, who.at), Step.CANCEL, who.actor or HUB, who.at)


def room_facts(tx: Transaction, meeting: Meeting) -> dict[str, str]:
    """Name a meeting's room, as a task's card shows it."""
    room = next((one.name for one in tx.meetings.rooms() if one.key == meeting.room), Words(meeting.room, meeting.room))
    return {"room": meeting.room, "room_zh": room.zh, "room_en": room.en}


def touch(tx: Transaction, meeting: str) -> None:
    """Let pages and whoever tells the source look again."""
    tx.feed.touch([("meeting", meeting), ("desk", ""), ("tasks", "")])


def _meeting(tx: Transaction, meeting: str) -> Meeting:
    """Return a meeting that nobody else changes, and into which nobody checks in, until this transaction ends."""
    tx.meetings.lock([meeting])
    found = tx.meetings.get([meeting]).get(meeting)
    if found is None:
        raise NotFound("there is no such meeting")
    return found


def _unwatched(meeting: Meeting) -> NoShow:
    case = Case(room=meeting.room, starts_at=meeting.starts_at, ends_at=meeting.ends_at)
    return begun(meeting.id, case, POLICY)


def _ask(tx: Transaction, meeting: Meeting, rival: str, who: Deciding) -> None:
    other, link = tx.meetings.get([rival]).get(rival), tx.sync.link_of(meeting.id)
    facts = meeting_facts(meeting) | {"rival": (other.title.zh or other.title.en) if other else ""}
    ask_desk(tx, meeting.id, ConflictKind.RESTORED, link.source if link else "", facts, who)
