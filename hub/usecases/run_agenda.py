"""Whoever runs a meeting says what happens: parts begin, end, move, change places, come and go (R111, R113).

Each step is kept with who, when and why, moves every timer that counts from the agenda, and reaches panels and kiosks
by the feed, in one transaction.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from devices.contract import codec
from hub.domain import run_of_show as show
from hub.domain.agenda_changes import AgendaChange, AgendaStep
from hub.domain.agenda_obstacles import Obstacle, refuse
from hub.domain.errors import NotFound
from hub.domain.meetings import Meeting, Segment, SegmentKind
from hub.domain.run_of_show import AgendaTimes
from hub.domain.words import Words
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.cards import meeting_card
from hub.usecases.follow_agenda import follow_agenda

LARGEST_CARD = 12_000
"""Bytes of a meeting's card that travel to kiosks in one message."""

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was done to which part; see ``hub.domain.agenda_changes.AgendaChange``."""

    step: AgendaStep
    part: str
    other: Words | None = None
    minutes: int = 0
    why: str = ""
    until: datetime | None = None


def take(tx: Transaction, key: str) -> Meeting:
    """Return the meeting with this key, which nobody else changes until the transaction ends. Raises NotFound."""
    found = tx.meetings.by_key(key)
    if found is None:
        raise NotFound(f"there is no meeting {key!r}")
    tx.meetings.lock([found.id])
    return show.opened(tx.meetings.get([found.id])[found.id])


def begin_part(tx: Transaction, key: str, part: str, who: Deciding, times: AgendaTimes, *, why: str = "") -> Meeting:
    """Begin a part, which ends the one that runs. Raises NotFound, AgendaRefused; so do all steps here."""
    meeting = take(tx, key)
    after = show.begin(meeting, part, _second(who))
    return keep(tx, meeting, after, Done(step=AgendaStep.BEGIN, part=part, why=why), who, times)


def end_part(tx: Transaction, key: str, part: str, who: Deciding, times: AgendaTimes, *, why: str = "") -> Meeting:
    """End the part that runs."""
    meeting = take(tx, key)
    after = show.end(meeting, part, _second(who))
    return keep(tx, meeting, after, Done(step=AgendaStep.END, part=part, why=why), who, times)


def shift_part(  # noqa: PLR0913 - one step with all that it needs
    tx: Transaction,
    key: str,
    part: str,
    by: timedelta,
    who: Deciding,
    times: AgendaTimes,
    *,
    along: bool = False,
    why: str = "",
) -> Meeting:
    """Move a part that is to come; free time absorbs it, or, ``along``, all that follow move with it."""
    meeting = take(tx, key)
    after = show.shift(meeting, part, by, _second(who), along=along)
    return keep(tx, meeting, after, Done(step=AgendaStep.SHIFT, part=part, minutes=by // _MINUTE, why=why), who, times)


def extend_part(  # noqa: PLR0913 - one step with all that it needs
    tx: Transaction, key: str, part: str, by: timedelta, who: Deciding, times: AgendaTimes, *, why: str = ""
) -> Meeting:
    """Make a part longer or shorter."""
    meeting = take(tx, key)
    after = show.extend(meeting, part, by, _second(who))
    return keep(tx, meeting, after, Done(step=AgendaStep.EXTEND, part=part, minutes=by // _MINUTE, why=why), who, times)


def swap_parts(  # noqa: PLR0913 - one step with all that it needs
    tx: Transaction, key: str, part: str, other: str, who: Deciding, times: AgendaTimes, *, why: str = ""
) -> Meeting:
    """Let two parts change places."""
    meeting = take(tx, key)
    after = show.swap(meeting, part, other, _second(who))
    done = Done(step=AgendaStep.SWAP, part=part, other=show.part_of(meeting, other).title, why=why)
    return keep(tx, meeting, after, done, who, times)


def insert_part(  # noqa: PLR0913 - one step with all that it needs
    tx: Transaction, key: str, new: Segment, before: str, who: Deciding, times: AgendaTimes, *, why: str = ""
) -> Meeting:
    """Put a part in before another one, or at the end where ``before`` is empty."""
    meeting = take(tx, key)
    after, named = show.insert(meeting, new, before, _second(who))
    minutes = (new.ends_at - new.starts_at) // _MINUTE
    return keep(tx, meeting, after, Done(step=AgendaStep.INSERT, part=named, minutes=minutes, why=why), who, times)


def cut_part(tx: Transaction, key: str, part: str, who: Deciding, times: AgendaTimes, *, why: str = "") -> Meeting:
    """Take a part out that is to come."""
    meeting = take(tx, key)
    after = show.cut(meeting, part, _second(who))
    return keep(tx, meeting, after, Done(step=AgendaStep.CUT, part=part, why=why), who, times)


def keep(tx: Transaction, before: Meeting, after: Meeting, done: Done, who: Deciding, times: AgendaTimes) -> Meeting:
    """Keep an agenda after a step, with what was done, and let everything that counts from it follow."""
    room = next((one for one in tx.meetings.rooms() if one.key == after.room), None)
    card = meeting_card(after, room, tx.drinks.menu(), tx.materials.of_meeting(after.id))
    if len(codec.dump_card(card).encode()) > LARGEST_CARD:
        raise refuse(Obstacle.TOO_LARGE)
    tx.meetings.save(after)
    title = next(one.title for one in (*after.agenda, *after.cut, *before.agenda) if one.key == done.part)
    tx.agenda_changes.add(
        AgendaChange(
            id=who.ids(),
            meeting=after.id,
            at=who.at,
            by=who.actor,
            step=done.step,
            part=done.part,
            title=title,
            other=done.other,
            minutes=done.minutes,
            why=done.why,
            until=done.until,
        )
    )
    tx.records.audit(who.actor, f"agenda.{done.step}", f"{after.key} {done.part}", who.at)
    follow_agenda(tx, [after], who.at, times, before={before.id: before})
    tx.feed.touch([("meeting", after.id)])
    return after


def tea_break(times: AgendaTimes, at: datetime, place: Words | None) -> Segment:
    """Return a tea break to put in, as long as the house has it."""
    kind, title = SegmentKind.TEA_BREAK, Words("茶歇", "Tea break")
    return Segment(kind=kind, title=title, starts_at=at, ends_at=at + times.tea_break, place=place)


def place_of_tea(meeting: Meeting) -> Words | None:
    """Return where a meeting has its other tea breaks or meals, None where it has none."""
    kinds = (SegmentKind.TEA_BREAK, SegmentKind.MEAL)
    return next((one.place for kind in kinds for one in meeting.agenda if one.kind is kind and one.place), None)


def _second(who: Deciding) -> datetime:
    """Return now to the second, as people read it."""
    return who.at.replace(microsecond=0)
