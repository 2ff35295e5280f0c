"""A broken piece is swapped for a spare within five minutes (R119: 技術組需5分鐘內更換備用設備).

A fault's task leads to the nearest tested spare; whoever swaps scans the old piece and the new one; the place then is
the new one's, and so is its device. The task closes when the new device has spoken, or, where nothing in it speaks,
when a person says that it works. What is not in place in time is told to the supervisor.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hub.domain import assets
from hub.domain.assets import TEST_HOLDS, Asset, Swap, nearest_spare, read_label
from hub.domain.errors import NotFound, NotOpen, WrongScan
from hub.domain.field_devices import FieldDevice, Standing
from hub.domain.room_devices import RoomDevice
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import UNDONE, Step, Task, accept, finish
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.count_spares import count_spares
from hub.usecases.hand_up import call_supervisor
from hub.usecases.keep_task import find_task, keep
from hub.usecases.place_device import LONGEST_EXCUSE, Excuse
from hub.usecases.settle_conditions import GONE

SWAP_SEEN = "swap_seen"
"""A timer, by the fault's task: look whether the new device has spoken."""

LATE_SWAP = "late_swap"
"""Why the supervisor is called."""

LOOK_EVERY = timedelta(seconds=1)
LOOK_SELDOM = timedelta(seconds=5)
SPEAKS_WITHIN = timedelta(seconds=30)
"""A new device should have spoken by then (user-experience §8); after that the page says that it is silent."""

SWAPPED_AT, OLD, NEW = "swapped_at", "swap_old", "swap_new"
"""Facts of a fault's task once its piece was swapped: when (ISO 8601, UTC), and both labels."""

SWAP_LATE = "task.swap_late"
"""What the audit log says of a fault that was not mended in time (技術組需5分鐘內更換備用設備, R119)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapPlan:
    """What is known of a swap: the fault's task, the place, what fills it, and the spare to fetch."""

    task: Task
    thing: RoomDevice
    fills: Asset | None
    spare: Asset | None


def is_fault(task: Task) -> bool:
    """Say whether a task is the open fault of a named device of a room, which can be swapped."""
    is_open = task.kind is TaskKind.DEVICE_FAULT and task.state in UNDONE
    return is_open and bool(task.facts.get("thing"))


def plan_swap(tx: Transaction, task: str, now: datetime, holds: timedelta = TEST_HOLDS) -> SwapPlan:
    """Find the spare for a fault. Raises NotFound; NotOpen for a task that is over or about no device of a room."""
    return _plan(tx, find_task(tx, task), now, holds)


def swap_asset(tx: Transaction, task: str, old: str, new: str, who: Deciding) -> Swap:
    """Put the piece with the label ``new`` in the place of ``old``, by two scans.

    Whoever does so owns the task. Raises NotFound, NotOpen, TakenAlready, or WrongScan naming ``old`` or ``new``.
    """
    found = find_task(tx, task)
    plan = _plan(tx, found, who.at)
    if SWAPPED_AT in found.facts:
        raise NotOpen("the piece was swapped already: wait until the new one has spoken")
    place = (plan.thing.room, plan.thing.key)
    labels = read_label(old, "old"), read_label(new, "new")
    out, fresh = (tx.assets.get(label) or label for label in labels)
    done = assets.swap(place, plan.thing.kind, out, fresh, who.at)
    if plan.fills and plan.fills.label != done.old.label:
        raise WrongScan("old", "not_here", done.old.label)
    tx.assets.put([done.old, done.new])  # the old one first: a place holds one piece
    _rebind(tx, done, who.at)
    facts = found.facts | {SWAPPED_AT: who.at.isoformat(), OLD: done.old.label, NEW: done.new.label}
    owned = replace(accept(found, who.actor, who.at), facts=facts)
    keep(tx, found, owned, Step.ACCEPT, who.actor, who.at)
    if done.new.device or "cause" in found.facts:
        tx.timers.put([Timer(rule=SWAP_SEEN, subject=found.id, due_at=who.at + LOOK_EVERY)])
    tx.records.audit(who.actor, "asset.swap", f"{done.old.label} {done.new.label} {'/'.join(place)}", who.at)
    tx.feed.touch([("asset", label) for label in (done.old.label, done.new.label)])
    count_spares(tx, done.new.kind, who)
    return done


def fire_late(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Call the supervisor once, unless it was mended, or swapped and only the last word is missing."""
    task = tx.tasks.get(timer.subject)
    if task and task.state in UNDONE and SWAPPED_AT not in task.facts:
        tx.records.audit(who.actor, SWAP_LATE, task.id, who.at)
        call_supervisor(tx, task, LATE_SWAP, who)


def fire_seen(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Close the task when the new device has spoken since the swap, or what was wrong is gone; else look again.

    The latter where another device watches the place: a plug, or the room's agent that asks the projector.
    """
    task = tx.tasks.get(timer.subject)
    if task is None or task.state not in UNDONE or SWAPPED_AT not in task.facts:
        return
    swapped_at = datetime.fromisoformat(task.facts[SWAPPED_AT])
    asset = tx.assets.get(task.facts[NEW])
    device = tx.field_devices.get(asset.device) if asset else None
    # What was wrong with the old piece is gone as soon as that is out of the room: a new one that speaks has to.
    if _has_spoken(device, swapped_at) if device else GONE in task.facts:
        keep(tx, task, finish(task, who.actor, who.at), Step.FINISH, who.actor, who.at)
        return
    pause = LOOK_EVERY if who.at - swapped_at < SPEAKS_WITHIN else LOOK_SELDOM
    tx.timers.put([Timer(rule=SWAP_SEEN, subject=task.id, due_at=who.at + pause)])


def mark_tested(tx: Transaction, label: str, who: Deciding) -> Asset:
    """Note that a person found a piece good. Raises NotFound."""
    return _keep(tx, assets.found_good(_asset(tx, label), who.actor, who.at), "asset.tested", who)


def mark_broken(tx: Transaction, label: str, who: Deciding) -> Asset:
    """Note that a spare is broken. Raises NotFound or InvalidInput."""
    return _keep(tx, assets.found_broken(_asset(tx, label), who.at), "asset.broken", who)


def _plan(tx: Transaction, task: Task, now: datetime, holds: timedelta = TEST_HOLDS) -> SwapPlan:
    if task.kind is not TaskKind.DEVICE_FAULT or task.state not in UNDONE:
        raise NotOpen("this task is no open fault of a device")
    room, thing = task.facts.get("room", ""), task.facts.get("thing", "")
    place = next((one for one in tx.room_devices.of_room(room) if one.key == thing), None)
    if place is None:
        raise NotOpen("nobody has said which device of the room is broken: there is nothing to swap it for")
    floor = next((one.floor for one in tx.meetings.rooms() if one.key == room), "")
    spare = nearest_spare(tx.assets.all(), place.kind, floor, now, holds)
    return SwapPlan(task=task, thing=place, fills=tx.assets.in_place(room, thing), spare=spare)


def _rebind(tx: Transaction, done: Swap, now: datetime) -> None:
    """Let the new piece's device be what the old one's was: its room, its name there; the old one is out of the way.

    What watches the place itself (the room's agent) stays, unless the new piece speaks for itself. The old piece waits
    to be repaired: nobody is called about its being away.
    """
    room, thing = done.new.room, done.new.thing
    speaks = bool(done.new.device)
    for device in tx.field_devices.all():
        if device.id == done.new.device:
            there = replace(device, room=room, thing=thing, standing=Standing.ADMITTED, excused_until=None, excuse="")
        elif device.id == done.old.device:
            until, why = now + LONGEST_EXCUSE, Excuse.MAINTENANCE.value
            there = replace(device, room=None, thing="", excused_until=until, excuse=why)
        elif speaks and (device.room, device.thing) == (room, thing):
            there = replace(device, room=None, thing="")
        else:
            continue
        tx.field_devices.save(there)
        tx.feed.touch([("field_device", device.id)])


def _has_spoken(device: FieldDevice, since: datetime) -> bool:
    return device.available is not False and device.heard_at is not None and device.heard_at > since


def _asset(tx: Transaction, label: str) -> Asset:
    found = tx.assets.get(label)
    if found is None:
        raise NotFound(f"nothing here has the label {label!r}")
    return found


def _keep(tx: Transaction, asset: Asset, action: str, who: Deciding) -> Asset:
    tx.assets.put([asset])
    tx.records.audit(who.actor, action, asset.label, who.at)
    tx.feed.touch([("asset", asset.label)])
    count_spares(tx, asset.kind, who)
    return asset
