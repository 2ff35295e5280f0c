"""Somebody else uses a device's identity: one task for the technician (fault 37)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from devices.contract.codec import format_time
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import raise_task
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import call, door_facts


def tell_of_clone(tx: Transaction, device: str, since: datetime, who: Deciding, addresses: Sequence[str] = ()) -> None:
    """Call the technician about ``device``, whose name two have held since ``since`` (UTC).

    ``addresses`` are where both come from, where the broker says so; a task that is open already learns them.
    """
    facts = door_facts(device, tx.meetings.doors()) | {"since": format_time(since)}
    facts |= {"addresses": " · ".join(addresses)} if addresses else {}
    standing = call(tx, raise_task(TaskKind.STOLEN_IDENTITY, device, task_id=who.ids(), at=who.at, facts=facts))
    if addresses and standing.facts.get("addresses") != facts["addresses"]:
        tx.tasks.save(replace(standing, facts=standing.facts | {"addresses": facts["addresses"]}))
