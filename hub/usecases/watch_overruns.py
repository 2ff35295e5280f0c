"""A part runs over and nobody has said so: whoever coordinates the day is asked once, and one tap settles it.

Until somebody decides nothing of the agenda moves; what hangs on it is held to what is (``hub.domain.overruns``).
"""

from datetime import timedelta

from hub.domain.agenda_changes import AgendaStep
from hub.domain.meetings import Meeting
from hub.domain.overruns import Remedy, catch_up, overrun, proposals
from hub.domain.run_of_show import AgendaTimes, running
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import raise_task
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import call
from hub.usecases.follow_agenda import drop, part_facts, part_of_timer
from hub.usecases.run_agenda import Done, keep, take

_MINUTE = timedelta(minutes=1)


def fire_runs_over(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Propose what helps where a part still runs beyond its end; fires a timer.

    Long after, as when the hub was away, nobody is asked.
    """
    found = part_of_timer(tx, timer)
    if found is None or running(found[0]) != found[1] or not overrun(found[0], who.at):
        drop(tx, timer, who)
        return
    meeting, part = found
    best = proposals(meeting, who.at)[0]
    facts = part_facts(tx, meeting, part) | {
        "over": str(overrun(meeting, who.at) // _MINUTE),
        "n": str(best.by // _MINUTE),
        "remedy": best.remedy.value,
        "other_zh": best.other.title.zh if best.other else "",
        "other_en": best.other.title.en if best.other else "",
    }
    kind = TaskKind.RUNS_OVER
    call(tx, raise_task(kind, timer.subject, task_id=who.ids(), at=who.at, facts=facts, meeting=meeting.id))
    tx.feed.touch([("meeting", meeting.id)])


def settle_overrun(tx: Transaction, key: str, part: str, remedy: Remedy, who: Deciding, times: AgendaTimes) -> Meeting:
    """Give the part that runs over more time, from the break that follows or from all that follow.

    Raises NotFound, AgendaRefused.
    """
    meeting = take(tx, key)
    after, chosen = catch_up(meeting, part, remedy, who.at.replace(microsecond=0))
    other = chosen.other.title if chosen.other else None
    step = AgendaStep.CATCH_UP if other else AgendaStep.EXTEND
    return keep(tx, meeting, after, Done(step=step, part=part, other=other, minutes=chosen.by // _MINUTE), who, times)
