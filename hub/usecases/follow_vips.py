"""A kiosk whose VIP guest waits for somebody is to hear who comes: the arrival is kept like a request (G7)."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from hub.domain.check_ins import Admission
from hub.domain.guests import Invited
from hub.domain.requests import ARRIVAL, TOLD_FOR, Asked
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import key_of
from hub.ports import Transaction


def follow_vips(
    tx: Transaction, arrivals: Iterable[Invited], admissions: Mapping[str, Admission], now: datetime
) -> None:
    """Tie each VIP's check-in to the task that was raised for it. Costs other guests nothing."""
    vips = [one.invitation.id for one in arrivals if one.invitation.vip]
    if not vips:
        return
    tasks = tx.tasks.about([key_of(TaskKind.VIP_ARRIVAL, vip) for vip in vips])
    for vip in vips:
        task, admission = tasks.get(key_of(TaskKind.VIP_ARRIVAL, vip)), admissions[vip]
        if task is not None and now - admission.at < TOLD_FOR:
            tx.requests.add(Asked(id=admission.check_in, device=admission.device, kind=ARRIVAL, at=now, task=task.id))
