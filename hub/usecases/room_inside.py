"""What is known of a room when it is looked over: its devices, what is wrong with them, its places, reported faults."""

from hub.domain.room_checks import Inside
from hub.domain.task_kinds import TaskKind
from hub.ports import Transaction


def inside_of(tx: Transaction, room: str) -> Inside:
    """Read what ``hub.domain.room_checks.look_over`` looks at."""
    return Inside(
        devices=[one for one in tx.field_devices.all() if one.room == room],
        conditions={one.subject: one for one in tx.conditions.open()},
        places=tx.room_devices.of_room(room),
        faults={task.facts.get("thing", "") for task in tx.tasks.open() if _is_fault(task.kind, task.facts, room)},
    )


def _is_fault(kind: TaskKind, facts: dict[str, str], room: str) -> bool:
    return kind is TaskKind.DEVICE_FAULT and facts.get("room") == room
