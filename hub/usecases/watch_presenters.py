"""A presenter who is not there when their part begins: one task proposes what stands in, one tap does it (R114).

如嘉賓遲到10分鐘,可先講案例分享,或安排茶歇.
"""

from dataclasses import dataclass
from datetime import timedelta

from devices.contract.topics import HUB
from hub.domain import run_of_show as show
from hub.domain.agenda_changes import AgendaStep
from hub.domain.agenda_obstacles import Obstacle, refuse
from hub.domain.guests import Invited
from hub.domain.meetings import Meeting, Segment, SegmentKind
from hub.domain.run_of_show import AgendaTimes, coming, part_of
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import key_of, raise_task
from hub.domain.timers import Timer
from hub.domain.words import Words
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import call
from hub.usecases.follow_agenda import drop, end_call, part_facts, part_of_timer
from hub.usecases.run_agenda import Done, keep, place_of_tea, take, tea_break

SPEAKER_LOOK = "speaker_look"
"""The timer of a presenter who is missed: look whether they are here now. Its subject is ``{meeting}/{part}``."""

LOOK_EVERY = timedelta(seconds=10)

TEA = "tea"
"""What stands in for a part where no other part does: a tea break that is put in."""

TEA_WORDS = Words("茶歇", "Tea break")


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """What can take the place of a part: another part by its key, or ``TEA``."""

    key: str
    title: Words


def presenter(tx: Transaction, meeting: Meeting, part: Segment) -> Invited | None:
    """Return the guest who presents a part, None where nobody on the list is named."""
    if not part.speaker:
        return None
    return next((one for one in tx.guests.of_meeting(meeting.id) if one.invitation.source_key == part.speaker), None)


def is_here(tx: Transaction, guest: Invited) -> bool:
    """Say whether a presenter has checked in."""
    return bool(tx.check_ins.admissions([guest.invitation.id]))


def stand_ins(tx: Transaction, meeting: Meeting, key: str) -> list[StandIn]:
    """Return what can take a part's place, the best first: case studies whose presenter is here, then a tea break."""
    parts = coming(meeting)
    after = parts[[one.key for one in parts].index(key) + 1 :]
    cases = [one for one in after if one.kind is SegmentKind.CASE]
    found = [StandIn(key=one.key, title=one.title) for one in cases if not _is_missed(tx, meeting, one)]
    return [*found, StandIn(key=TEA, title=TEA_WORDS)]


def fire_due(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Look whether the presenter of a part is here, and propose what stands in where not; fires a timer."""
    found = part_of_timer(tx, timer)
    if found is None or found[1].started_at is not None or who.at >= found[1].ends_at:
        drop(tx, timer, who)
        return
    if _is_missed(tx, *found):
        _propose(tx, *found, who)


def fire_look(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """End the call for a presenter once they have checked in; fires a timer."""
    key = key_of(TaskKind.SPEAKER_LATE, timer.subject)
    found = part_of_timer(tx, timer)
    if found is None or not tx.tasks.about([key]):
        return
    if _is_missed(tx, *found):
        tx.timers.put([Timer(rule=SPEAKER_LOOK, subject=timer.subject, due_at=who.at + LOOK_EVERY)])
        return
    end_call(tx, TaskKind.SPEAKER_LATE, *found, HUB, who.at)
    tx.feed.touch([("meeting", found[0].id)])


def report_late(tx: Transaction, key: str, part: str, late: timedelta, who: Deciding, times: AgendaTimes) -> Meeting:
    """Note that a presenter comes so much after the beginning; at ``presenter_late`` what stands in is proposed now.

    Raises NotFound, AgendaRefused.
    """
    meeting = take(tx, key)
    at = part_of(meeting, part).starts_at + late
    after = show.expect(meeting, part, at)
    minutes = late // timedelta(minutes=1)
    kept = keep(tx, meeting, after, Done(step=AgendaStep.EXPECT, part=part, minutes=minutes), who, times)
    if late >= times.presenter_late:
        _propose(tx, kept, part_of(kept, part), who)
    return kept


def stand_in(tx: Transaction, key: str, part: str, wanted: str, who: Deciding, times: AgendaTimes) -> Meeting:
    """Let another part, or a tea break, take a part's place, and end the call for its presenter.

    ``wanted`` is a key that ``stand_ins`` offers; empty takes the best. Raises NotFound, AgendaRefused.
    """
    meeting = take(tx, key)
    late = part_of(meeting, part)
    if late.started_at is not None:
        raise refuse(Obstacle.BEGUN)
    chosen = next((one for one in stand_ins(tx, meeting, part) if wanted in {"", one.key}), None)
    if chosen is None:
        raise refuse(Obstacle.NO_STAND_IN)
    at = who.at.replace(microsecond=0)
    if chosen.key == TEA:
        after, _ = show.insert(meeting, tea_break(times, at, place_of_tea(meeting)), part, at)
    else:
        after = show.swap(meeting, part, chosen.key, at)
    end_call(tx, TaskKind.SPEAKER_LATE, meeting, late, who.actor, who.at)
    return keep(tx, meeting, after, Done(step=AgendaStep.STAND_IN, part=part, other=chosen.title), who, times)


def _is_missed(tx: Transaction, meeting: Meeting, part: Segment) -> bool:
    """Say whether a part's presenter is on the list and has not checked in; of others nobody can know."""
    guest = presenter(tx, meeting, part)
    return guest is not None and not is_here(tx, guest)


def _propose(tx: Transaction, meeting: Meeting, part: Segment, who: Deciding) -> None:
    guest = presenter(tx, meeting, part)
    best = stand_ins(tx, meeting, part.key)[0]
    facts = part_facts(tx, meeting, part) | {
        "other": best.key,
        "instead_zh": best.title.zh,
        "instead_en": best.title.en,
        "expected": part.expected_at.isoformat() if part.expected_at else "",
    }
    if guest:
        facts |= {
            "name": guest.guest.name,
            "title": guest.guest.title,
            "company": guest.guest.company,
            "phone": guest.guest.phone,
            "host": guest.invitation.host,
            "invitation": guest.invitation.id,
        }
    subject = f"{meeting.id}/{part.key}"
    task = raise_task(TaskKind.SPEAKER_LATE, subject, task_id=who.ids(), at=who.at, facts=facts, meeting=meeting.id)
    call(tx, task)
    tx.timers.put([Timer(rule=SPEAKER_LOOK, subject=subject, due_at=who.at + LOOK_EVERY)])
    tx.feed.touch([("meeting", meeting.id)])
