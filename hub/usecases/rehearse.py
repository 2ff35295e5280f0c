"""A meeting is rehearsed: people say how each line of its list was found, the hub fills in its own (R77-R85)."""

from dataclasses import dataclass, replace
from datetime import timedelta

from hub.domain.errors import InvalidInput, NotFound, Refused
from hub.domain.meetings import Meeting
from hub.domain.rehearsals import (
    DOCUMENT,
    HUB,
    TEMPERATURE,
    Course,
    Line,
    Mark,
    Part,
    Rehearsal,
    Result,
    checked_by_another,
    judged,
)
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import key_of
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.check_room import check_room
from hub.usecases.rehearsal_calls import CALLS, call_for, close_for, end_calls
from hub.usecases.rehearsal_list import Surroundings, band_of, found_by_hub, read_rehearsal, surroundings

LOOK = "rehearsal_look"
"""The timer of a rehearsal under way, by the meeting: the hub looks again at what it looks at by itself."""

LOOK_EVERY = timedelta(seconds=30)
LOOK_FOR = timedelta(hours=2)
"""So long after somebody has last said something the hub goes on looking."""

LONGEST_NOTE = 120
MOST_PIECES = 100_000
COLDEST_C, WARMEST_C = -20.0, 60.0
"""A room's temperature beyond these was not read from a thermometer in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a person says of a line. ``counted`` are pieces or degrees Celsius, ``wanted`` how many there should be."""

    result: Result
    note: str = ""
    counted: float | None = None
    wanted: int | None = None


def mark_line(tx: Transaction, meeting: Meeting, key: str, said: Said, who: Deciding) -> Rehearsal:
    """Keep how a person found one line, call whoever puts it right, and let the hub look at its own lines.

    Raises NotFound for a line that is not on the list (any more), Refused for one that only the hub looks at or a
    document that the same person has checked already, and InvalidInput for a note or number that cannot be.
    """
    tx.meetings.lock([meeting.id])
    around = surroundings(tx, meeting, who.at)
    rehearsal = read_rehearsal(tx, meeting, around)
    line = rehearsal.line(key)
    if line is None:
        raise NotFound("this line is not on the list any more")
    if line.item.by_hub:
        raise Refused("the hub looks at this by itself")
    if said.result is Result.PASSED and not checked_by_another(line, rehearsal, who.actor):
        raise Refused("another person checks this document too")
    mark = _heard(tx, meeting, line, said, who)
    was_passed = rehearsal.passed
    course = rehearsal.course or Course(meeting=meeting.id)
    if mark.result is not Result.PASSED:
        course = replace(course, passed_at=None, passed_by="")
    tx.rehearsals.save(course)
    tx.rehearsals.put(meeting.id, [mark])
    tx.records.audit(who.actor, f"rehearsal.line_{mark.result}", f"{meeting.key} {key}", who.at)
    _follow(tx, meeting, line, mark, who)
    if not was_passed:
        _look(tx, meeting, rehearsal, around, who)
        tx.timers.put([Timer(rule=LOOK, subject=meeting.id, due_at=who.at + LOOK_EVERY)])
    _check_room_again(tx, meeting, who)
    tx.feed.touch([("rehearsal", meeting.id)])
    return read_rehearsal(tx, meeting, around)


def look_again(tx: Transaction, meeting: Meeting, who: Deciding) -> Rehearsal:
    """Let the hub look now at all that it looks at by itself."""
    tx.meetings.lock([meeting.id])
    around = surroundings(tx, meeting, who.at)
    rehearsal = read_rehearsal(tx, meeting, around)
    tx.rehearsals.save(rehearsal.course or Course(meeting=meeting.id))
    _look(tx, meeting, rehearsal, around, who)
    _check_room_again(tx, meeting, who)
    tx.feed.touch([("rehearsal", meeting.id)])
    return read_rehearsal(tx, meeting, around)


def fire_look(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Look again while somebody is rehearsing, and set the next look; fires a timer."""
    meeting = tx.meetings.get([timer.subject]).get(timer.subject)
    if meeting is None or meeting.cancelled or meeting.ends_at <= who.at:
        return
    said = [mark.at for mark in tx.rehearsals.marks(meeting.id) if mark.by != HUB]
    if not said or who.at - max(said) > LOOK_FOR:
        return
    if not read_rehearsal(tx, meeting, surroundings(tx, meeting, who.at)).passed:
        look_again(tx, meeting, who)
        tx.timers.put([Timer(rule=LOOK, subject=meeting.id, due_at=who.at + LOOK_EVERY)])


def pass_rehearsal(tx: Transaction, meeting: Meeting, who: Deciding) -> Course:
    """Let a person say that the rehearsal passed: only when every line has (R84). Raises Refused."""
    tx.meetings.lock([meeting.id])
    rehearsal = read_rehearsal(tx, meeting, surroundings(tx, meeting, who.at))  # as the person sees it
    if not rehearsal.complete:
        raise Refused("every line must have passed first")
    if rehearsal.passed and rehearsal.course:
        return rehearsal.course
    passed = replace(rehearsal.course or Course(meeting=meeting.id), passed_at=who.at, passed_by=who.actor)
    tx.rehearsals.save(passed)
    tx.rehearsals.put(meeting.id, [line.mark for line in rehearsal.of(Part.PEOPLE) if line.mark])  # so they rest now
    tx.records.audit(who.actor, "rehearsal.passed", meeting.key, who.at)
    end_calls(tx, meeting.id, CALLS, who.actor, who.at)
    tx.timers.remove(LOOK, [meeting.id])
    tx.feed.touch([("rehearsal", meeting.id)])
    return passed


def _look(tx: Transaction, meeting: Meeting, rehearsal: Rehearsal, around: Surroundings, who: Deciding) -> None:
    found = list(found_by_hub(rehearsal, around, who.at))
    tx.rehearsals.put(meeting.id, [mark for _, mark in found])
    hub = replace(who, actor=HUB)
    for line, mark in found:
        if mark.result is not line.result:
            _follow(tx, meeting, line, mark, hub)


def _check_room_again(tx: Transaction, meeting: Meeting, who: Deciding) -> None:
    """Look over the room again where it was found not ready: this may have been why (R38, R85)."""
    if tx.tasks.about([key_of(TaskKind.ROOM_CHECK, meeting.id)]):
        check_room(tx, meeting, replace(who, actor=HUB))


def _follow(tx: Transaction, meeting: Meeting, line: Line, mark: Mark, who: Deciding) -> None:
    """Call somebody for a line that failed, and end the call for one that passed."""
    if mark.result is Result.FAILED:
        call_for(tx, meeting, Line(line.item, mark), mark, who)
    elif mark.result is Result.PASSED:
        close_for(tx, meeting, line.item, who)


def _heard(tx: Transaction, meeting: Meeting, line: Line, said: Said, who: Deciding) -> Mark:
    """Return what a person said, as it counts. Raises InvalidInput."""
    note = " ".join(said.note.split())
    if len(note) > LONGEST_NOTE or not (note.isprintable() or not note):
        raise InvalidInput("note", "is too long or not readable", f"give up to {LONGEST_NOTE} characters")
    mark = Mark(line=line.item.key, result=said.result, by=who.actor, at=who.at, note=note)
    if line.item.part is Part.MATERIALS and line.item.what != DOCUMENT:
        return _counted(line, mark, said)
    if line.item.what == TEMPERATURE and said.counted is not None:
        return _measured(tx, meeting, mark, said.counted)
    return mark


def _counted(line: Line, mark: Mark, said: Said) -> Mark:
    for name, value in (("counted", said.counted), ("wanted", said.wanted)):
        if value is not None and not (0 <= value <= MOST_PIECES and value == int(value)):
            raise InvalidInput(name, "is no number of pieces", f"give a whole number from 0 to {MOST_PIECES:,}")
    before = line.mark.wanted if line.mark else None
    wanted = before if said.wanted is None else said.wanted
    counted = None if mark.result is Result.NOT_YET else said.counted
    return judged(line, replace(mark, counted=counted, wanted=wanted))


def _measured(tx: Transaction, meeting: Meeting, mark: Mark, degrees: float) -> Mark:
    """Judge a temperature that a person read from a thermometer, as the hub judges a sensor's (R82)."""
    if not COLDEST_C <= degrees <= WARMEST_C:
        raise InvalidInput("counted", "is no room temperature", f"give °C from {COLDEST_C:g} to {WARMEST_C:g}")
    band = band_of(tx, meeting.room)
    right = band is None or band.side(degrees, None) is None
    return replace(mark, counted=degrees, result=Result.PASSED if right else Result.FAILED)
