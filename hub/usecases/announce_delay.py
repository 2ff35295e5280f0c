"""A delay is told to guests in their language, on the room's panel and by mail, and the agenda moves with it (R135).

對不起,由于設備故障,演講會延遲10分鐘,我們會盡快解決.
"""

from datetime import datetime, timedelta

from devices.contract.codec import format_time
from hub.domain import run_of_show as show
from hub.domain.agenda_changes import AgendaStep, Cause
from hub.domain.agenda_obstacles import Obstacle, refuse
from hub.domain.errors import InvalidInput
from hub.domain.guest_messages import GuestMessage, MessageKind
from hub.domain.guests import InvitationStatus
from hub.domain.meetings import Meeting, Segment
from hub.domain.run_of_show import AgendaTimes, part_of
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.run_agenda import Done, keep, take

LONGEST = timedelta(hours=4)


def announce_delay(  # noqa: PLR0913 - one step with all that it needs
    tx: Transaction, key: str, cause: Cause, by: timedelta, who: Deciding, times: AgendaTimes, *, part: str = ""
) -> Meeting:
    """Move a part on and tell the guests why: ``part``, or else the next one to come, or the last where it runs.

    A part that runs takes longer instead. Raises NotFound, AgendaRefused, and InvalidInput for a time that cannot be.
    """
    if not timedelta(minutes=1) <= by <= LONGEST:
        raise InvalidInput("minutes", "is no delay that guests can be told", "give 1 to 240 minutes")
    meeting, at = take(tx, key), who.at.replace(microsecond=0)
    late = part_of(meeting, part) if part else _next(meeting, at)
    if late.started_at is None:
        after = show.shift(meeting, late.key, by, at)
        until = part_of(after, late.key).starts_at
    else:
        after, until = show.extend(meeting, late.key, by, at), at + by
    minutes = by // timedelta(minutes=1)
    done = Done(step=AgendaStep.DELAY, part=late.key, minutes=minutes, why=cause.value, until=until)
    kept = keep(tx, meeting, after, done, who, times)
    _write(tx, kept, part_of(kept, late.key), done, who)
    return kept


def _next(meeting: Meeting, at: datetime) -> Segment:
    part = next(iter(show.to_come(meeting, at)), None) or show.running(meeting)
    if part is None:
        raise refuse(Obstacle.NOTHING_LEFT)
    return part


def _write(tx: Transaction, meeting: Meeting, part: Segment, done: Done, who: Deciding) -> None:
    """Keep one message for each guest who gave an address; the others see it on the panel."""
    valid = [
        one.invitation.id
        for one in tx.guests.of_meeting(meeting.id)
        if one.invitation.status is InvitationStatus.VALID and one.guest.email
    ]
    tx.guest_messages.take_back(MessageKind.DELAYED, valid)
    facts = {
        "cause": done.why,
        "minutes": str(done.minutes),
        "kind": part.kind.value,
        "what_zh": part.title.zh,
        "what_en": part.title.en,
    } | ({"starts_at": format_time(part.starts_at)} if part.started_at is None else {})
    tx.guest_messages.put(
        GuestMessage(
            id=who.ids(),
            kind=MessageKind.DELAYED,
            dedupe=f"delayed:{invitation}:{part.key}:{format_time(who.at)}",
            invitation=invitation,
            created_at=who.at,
            pointless_at=done.until or who.at,
            facts=facts,
        )
        for invitation in valid
    )
    tx.feed.touch([("messages", "")])
