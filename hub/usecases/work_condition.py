"""People work on what is wrong in the rooms: each step in one transaction, audited, and refused once it is over (T11).

The open conditions are locked as ``settle_conditions`` locks them, in the same order and before any task, so that the
hub and people wait for each other instead of standing in each other's way.
"""

from dataclasses import replace

from hub.domain import condition_steps as steps
from hub.domain.conditions import Condition, device_of
from hub.domain.errors import NotFound
from hub.domain.tasks import UNCLAIMED, UNDONE
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.place_device import forget_device
from hub.usecases.settle_conditions import release
from hub.usecases.work_task import accept_task, assign_task


def acknowledge_condition(tx: Transaction, condition: str, text: str, who: Deciding) -> Condition:
    """Note who has seen it, with a comment unless ``text`` is empty, and take its task if nobody has.

    Raises NotFound, AlreadyOver, TakenAlready (naming who was first) or InvalidInput.
    """
    found = _find(tx, condition)
    acked = steps.acknowledge(found, who.actor, who.at)
    if acked == found and not text.strip():
        return found  # a double tap
    if text.strip():
        acked = steps.comment(acked, text, who.actor, who.at)
    task = tx.tasks.get(found.task) if found.task else None
    if task and task.state in UNCLAIMED:
        accept_task(tx, task.id, who.actor, who.at)
        acked = replace(acked, assignee=who.actor)
    return _keep(tx, acked, "acknowledge", "", who)


def take_back_acknowledgement(tx: Transaction, condition: str, who: Deciding) -> Condition:
    """Let it ask for attention again; its task stays with whoever has it. Raises NotFound or AlreadyOver."""
    found = _find(tx, condition)
    back = steps.take_back(found)
    return found if back == found else _keep(tx, back, "take_back", found.acked_by, who)


def comment_on_condition(tx: Transaction, condition: str, text: str, who: Deciding) -> Condition:
    """Add a comment. Raises NotFound, AlreadyOver or InvalidInput."""
    return _keep(tx, steps.comment(_find(tx, condition), text, who.actor, who.at), "comment", "", who)


def assign_condition(tx: Transaction, condition: str, to: str, who: Deciding) -> Condition:
    """Give it, and its task while that is to be done, to a person by name. Raises NotFound, AlreadyOver or NotYours."""
    given = steps.assign(_find(tx, condition), to)
    task = tx.tasks.get(given.task) if given.task else None
    if task and task.state in UNDONE:
        assign_task(tx, task.id, to, who.actor, who.at)
    return _keep(tx, given, "assign", to, who)


def clear_condition(tx: Transaction, condition: str, who: Deciding) -> Condition:
    """End what is wrong with a device that was taken away: all that is open about it, and the device is forgotten.

    Raises NotFound, AlreadyOver, or ClearsItself where the device's own report will end it.
    """
    named = tx.conditions.get(condition)
    name = device_of(named) if named else ""
    device = tx.field_devices.get(name) if name else None  # before the conditions, as what devices say is stored
    found = _find(tx, condition)
    over = steps.clear(found, device, who.actor, who.at)
    forget_device(tx, name, who)
    others = [one for one in tx.conditions.open() if one.id != condition]
    gone = [steps.cleared(one, who.actor, who.at) for one in others if device_of(one) == name]
    for one in gone:
        _keep(tx, one, "clear", name, who)
    standing = {one.task for one in others if device_of(one) != name}
    release(tx, {one.task for one in (over, *gone)} - standing, who.at)
    return _keep(tx, over, "clear", name, who)


def _find(tx: Transaction, condition: str) -> Condition:
    """Return a condition that nobody else changes until this transaction ends, or one that is over. Raises NotFound."""
    found = next((one for one in tx.conditions.open() if one.id == condition), None) or tx.conditions.get(condition)
    if found is None:
        raise NotFound(f"nothing that is or was wrong has the id {condition!r}")
    return found


def _keep(tx: Transaction, condition: Condition, step: str, more: str, who: Deciding) -> Condition:
    tx.conditions.save(condition)
    tx.records.audit(who.actor, f"condition.{step}", " ".join(filter(None, (condition.id, more))), who.at)
    tx.feed.touch([("condition", condition.room or "")])
    return condition
