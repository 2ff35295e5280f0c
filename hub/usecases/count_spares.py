"""When the last spare of a kind is gone a technician is to get another, in their own time (T9)."""

from devices.contract.topics import HUB
from hub.domain.assets import LEAST_SPARES, AssetState
from hub.domain.room_devices import DeviceKind
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Step, finish, key_of, raise_task
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import call
from hub.usecases.keep_task import keep


def count_spares(tx: Transaction, kind: DeviceKind, who: Deciding) -> None:
    """Call a technician when too few spares of a kind are left, and call them off once there are enough (I5)."""
    spares = [one for one in tx.assets.all() if one.kind is kind and one.state is AssetState.SPARE]
    if len(spares) < LEAST_SPARES:
        call(tx, raise_task(TaskKind.SPARES_OUT, kind, task_id=who.ids(), at=who.at, facts={"kind": kind.value}))
        return
    key = key_of(TaskKind.SPARES_OUT, kind)
    standing = tx.tasks.about([key]).get(key)
    if standing:
        keep(tx, standing, finish(standing, HUB, who.at), Step.FINISH, HUB, who.at)
