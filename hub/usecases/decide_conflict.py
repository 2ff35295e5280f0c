"""A person decides what the house and a booking source see differently (C.6.6), and it is done at once.

Ours: everything stays as it is here. Theirs: what the source said is done, guests inside or not; of two that booked one
room, the later one gets it. Of two people who decide, the second is told who was first.
"""

from collections.abc import Mapping
from dataclasses import replace

from devices.contract.topics import HUB
from hub.domain import booked_meetings as booked
from hub.domain.bookings import BookingState, Firmness
from hub.domain.errors import DecidedAlready, InvalidInput, NotFound, Refused
from hub.domain.meetings import Meeting
from hub.domain.syncing import Conflict, ConflictKind, Decision, Link, Phase, Ruling, choices, refused
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.ask_desk import close
from hub.usecases.entry_changes import standing_of
from hub.usecases.keep_changes import Following
from hub.usecases.keep_meetings import keep_meetings
from hub.usecases.take_rooms import take_rooms
from hub.usecases.tell_doubled import tell_doubled
from hub.usecases.tell_source import tell_again


def decide_conflict(
    tx: Transaction, key: str, decision: Decision, seen: str, following: Mapping[str, Following], who: Deciding
) -> None:
    """Decide one. ``seen`` is its ``looked_at``, as the page showed it; ``following`` are the sources by name.

    The same person's second tap changes nothing. Raises NotFound, InvalidInput for what cannot be decided about it,
    DecidedAlready (naming who was first), Refused where it is not any more what was looked at.
    """
    conflict = _open(tx, key, decision, who)
    if conflict is None:
        return
    if decision not in choices(conflict.kind):
        can = ", ".join(choices(conflict.kind))
        raise InvalidInput("decision", f"is nothing to decide about {conflict.kind}", f"choose of {can}")
    if seen != looked_at(conflict):
        raise Refused("it has changed since; look again")
    if conflict.kind is ConflictKind.MASS_DELETION:
        _answer(tx, conflict, let_through=decision is Decision.TOOK_THEIRS)
    close(tx, conflict, decision, who)
    if conflict.kind is ConflictKind.WRITE_REFUSED:
        tell_again(tx, conflict.subject, who)
    if decision is Decision.TOOK_THEIRS:
        _take_theirs(tx, conflict, following, who)


def looked_at(conflict: Conflict) -> str:
    """Return what a person decides about, in one word: it is another one when the source says something else."""
    facts = conflict.facts
    names = (
        "held",
        "room",
        "starts_at",
        "ends_at",
        "said_room",
        "said_starts_at",
        "said_ends_at",
        "rival_zh",
        "rival_en",
    )
    return "|".join(facts.get(name, "") for name in names)


def let_through(tx: Transaction, source: str, collection: str, held: str, who: Deciding) -> None:
    """Take an answer after all that was held back and refused. Raises Refused where it is another one by now."""
    pull = tx.sync.pull(source, collection)
    if not held or pull.held != held:
        raise Refused("it has changed since; look again")
    tx.sync.save_pull(replace(pull, allowed=held))
    tx.records.audit(who.actor, "booking.let_through", f"{source}/{collection}", who.at)
    tx.feed.touch([("desk", "")])


def _open(tx: Transaction, key: str, decision: Decision, who: Deciding) -> Conflict | None:
    """Return one that is open, None where this very tap was taken before. Nobody else changes it before the end.

    What it is about is locked first, as by those who follow the source: otherwise they would wait for each other.
    """
    known = next((one for one in tx.sync.conflicts() if one.id == key), None)
    if known is not None and known.kind is ConflictKind.MASS_DELETION:
        tx.sync.pull(*_collection(known))
    elif known is not None:
        tx.meetings.lock([known.subject])
    conflict = tx.sync.conflict(key)
    if conflict is None:
        raise NotFound("nothing of this kind was ever asked")
    if conflict.decision is Decision.OPEN:
        return conflict
    if (conflict.by, conflict.decision) == (who.actor, decision):
        return None
    if conflict.by == HUB:
        raise Refused("the source and the house see it alike again: nothing is left to decide")
    raise DecidedAlready(conflict.by)


def _collection(conflict: Conflict) -> tuple[str, str]:
    source, _, collection = conflict.subject.partition("/")
    return source, collection


def _answer(tx: Transaction, conflict: Conflict, *, let_through: bool) -> None:
    """Let the answer that is held back through the next time it comes, or keep it out without asking again."""
    pull = tx.sync.pull(*_collection(conflict))
    tx.sync.save_pull(replace(pull, allowed=pull.held if let_through else refused(pull.held)))


def _take_theirs(tx: Transaction, conflict: Conflict, following: Mapping[str, Following], who: Deciding) -> None:
    if conflict.kind is ConflictKind.MASS_DELETION:
        return  # the source is asked again within seconds
    meeting = tx.meetings.get([conflict.subject]).get(conflict.subject)
    if meeting is None:  # pragma: no cover - no meeting is ever removed
        raise NotFound("there is no such meeting")
    if conflict.kind is ConflictKind.DOUBLE_BOOKED:
        _give_room(tx, meeting, who)
        return
    if standing_of(tx, meeting, who.at).phase is Phase.OVER:
        raise Refused("the meeting is over: what was, was")
    how, link = following.get(conflict.source), tx.sync.link_of(meeting.id)
    if how is None or link is None:
        raise Refused(f"the source {conflict.source} is not followed any more")
    after = _gone(tx, meeting) if conflict.kind is ConflictKind.GONE_IN_USE else _moved(tx, meeting, link, how)
    keep_meetings(tx, [after], {meeting.id: meeting}, who, how.times)
    tell_doubled(tx, take_rooms(tx, [after], who), who)


def _gone(tx: Transaction, meeting: Meeting) -> Meeting:
    for booking in tx.bookings.of_meetings([meeting.id]).values():
        others = tx.meetings.get([one for one in tx.bookings.meetings_of(booking.id) if one != meeting.id])
        if all(one.cancelled for one in others.values()):
            tx.bookings.save(replace(booking, state=BookingState.CANCELLED))
    return replace(meeting, cancelled=True)


def _moved(tx: Transaction, meeting: Meeting, link: Link, how: Following) -> Meeting:
    room = how.readings[link.source].room(link.item.room, tx.meetings.rooms())
    if room is None:
        raise Refused(f"the house has no room {link.item.room!r} any more")
    return booked.changed(meeting, link.item, room, Ruling(place=True, cancel=False))


def _give_room(tx: Transaction, meeting: Meeting, who: Deciding) -> None:
    """Let the later of two have the room. Raises Refused where guests of the other one are inside by now."""
    taken = take_rooms(tx, [meeting], who)
    held = [one.firmness for one in tx.bookings.held_by([meeting.id]).get(meeting.id, ())]
    if Firmness.DOUBLE_BOOKED in held:
        raise Refused("the other meeting has begun in that room: it stays there")
    tell_doubled(tx, replace(taken, doubled=[]), who)
