"""What is packed is compared with the guaranteed headcount before a meeting, and documents need two (R48).

确保会议资料内容准确、完整, 用品数量充足. What people counted at the rehearsal holds before what the venue file says.
"""

from collections.abc import Iterator
from dataclasses import replace

from devices.contract.topics import HUB
from hub.domain.house_work import HOUSE, HouseTimes
from hub.domain.meetings import Meeting
from hub.domain.rehearsals import DOCUMENT, HAND_OUT, Line, Part, Result
from hub.domain.task_kinds import TaskKind
from hub.domain.task_life import due_before
from hub.domain.tasks import Step, finish, key_of, raise_task
from hub.domain.timers import Timer
from hub.domain.words import Words
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import call
from hub.usecases.house_calls import room_facts, work_of
from hub.usecases.keep_task import keep
from hub.usecases.rehearsal_list import read_rehearsal, surroundings

COUNT = "count_materials"
"""The timer of the comparison, by the meeting."""


def set_count(tx: Transaction, meeting: Meeting, times: HouseTimes = HOUSE, *, again: bool = False) -> None:
    """Set the timer, once; ``again`` where other numbers came since it fired."""
    if work_of(tx, meeting).counted_at is None or again:
        due_at = meeting.starts_at - times.count_before
        tx.timers.put([Timer(rule=COUNT, subject=meeting.id, due_at=due_at)])


def fire_count(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Call logistics for each thing of which there is too little, and end the calls for what is enough; fires a timer.

    Documents that two people have not checked are missing too.
    """
    meeting = tx.meetings.get([timer.subject]).get(timer.subject)
    if meeting is None or meeting.cancelled or meeting.starts_at <= who.at:
        return
    tx.house_work.save(replace(work_of(tx, meeting), counted_at=who.at))
    stock = {one.key: one.stock for one in tx.materials.of_meeting(meeting.id).hand_outs}
    for line in _counted(tx, meeting, who):
        key = key_of(TaskKind.MISSING_MATERIAL, f"{meeting.id}:{line.item.key}")
        lack = _lack(line, stock)
        if lack is None:
            standing = tx.tasks.about([key]).get(key)
            if standing:
                keep(tx, standing, finish(standing, HUB, who.at), Step.FINISH, HUB, who.at)
            continue
        facts = room_facts(tx, meeting) | {"what_zh": lack.zh, "what_en": lack.en}
        kind, subject = TaskKind.MISSING_MATERIAL, f"{meeting.id}:{line.item.key}"
        task = raise_task(kind, subject, task_id=who.ids(), at=who.at, facts=facts, meeting=meeting.id)
        standing = call(tx, due_before(task, meeting.starts_at))
        if standing.facts != standing.facts | facts:
            tx.tasks.save(replace(standing, facts=standing.facts | facts))


def _counted(tx: Transaction, meeting: Meeting, who: Deciding) -> Iterator[Line]:
    rehearsal = read_rehearsal(tx, meeting, surroundings(tx, meeting, who.at))
    for line in rehearsal.of(Part.MATERIALS):
        if line.item.what in {HAND_OUT, DOCUMENT}:
            yield line


def _lack(line: Line, stock: dict[str, int]) -> Words | None:
    """Say what is missing of a line; None where nothing is."""
    name = line.item.name
    if line.item.what == DOCUMENT:
        unchecked = Words(f"{name.zh}（未核对）", f"{name.en} (not checked)")
        return None if line.result is Result.PASSED else unchecked
    counted = line.mark.counted if line.mark else None
    there, wanted = stock.get(line.item.source, 0) if counted is None else counted, line.wanted or 0
    return None if there >= wanted else Words(f"{name.zh} {there:g}/{wanted}", f"{name.en} {there:g}/{wanted}")
