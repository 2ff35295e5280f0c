"""What a guest remarks goes to the team that it concerns, and stays open until somebody there took note of it (R69).

及時收集客戶的意見和建議,反饋給相關部門.
"""

from hub.domain.incidents import said
from hub.domain.task_kinds import Role, TaskKind
from hub.domain.tasks import Task, raise_task
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import call

REMARKS = {
    Role.RECEPTIONIST: TaskKind.REMARK_RECEPTIONIST,
    Role.LOGISTICS: TaskKind.REMARK_LOGISTICS,
    Role.SUPERVISOR: TaskKind.REMARK_SUPERVISOR,
    Role.TECHNICIAN: TaskKind.REMARK_TECHNICIAN,
}
"""The task by which each team hears of a remark."""


def note_remark(tx: Transaction, text: str, team: Role, who: Deciding) -> Task:
    """Give a remark to a team. Raises InvalidInput for words that are empty, too long or not readable."""
    facts = {"text": said(text, "text", needed=True), "noted_by": who.actor}
    remark = raise_task(REMARKS[team], who.ids(), task_id=who.ids(), at=who.at, facts=facts)
    tx.records.audit(who.actor, "remark.note", remark.id, who.at)
    return call(tx, remark)
