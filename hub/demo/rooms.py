"""The demo's rooms: devices of five makers on the demo's own broker, and three things that go wrong among them.

The devices are simulated (``python -m devices simulate``) and speak as the real ones do; everything that hears them is
the hub's own. A technician sees to what they call for, as ``hub.demo.staff`` does for guests.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from devices.ids import uuid7
from hub.config import HubConfig
from hub.demo.programs import Program
from hub.demo.summary import Summary
from hub.domain.errors import HubError
from hub.domain.field_devices import Standing
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import UNCLAIMED, Outcome, Task
from hub.ports import Store, Transaction
from hub.usecases.acting import Deciding
from hub.usecases.place_device import Place, place_device
from hub.usecases.swap_asset import NEW, SWAPPED_AT, is_fault, swap_asset
from hub.usecases.swap_asset import OLD as OUT
from hub.usecases.work_task import accept_task, finish_task

ROOMS = ("hall", "lounge", "tea")
AGENT = "agent-hall"
AGENTS = (AGENT,)
_SHELLY = "shellyplugsg3-b0b21c00000{}"
HALL_PLUG, LOUNGE_PLUG, STRANGER = (_SHELLY.format(number) for number in range(len(ROOMS)))
"""The last one is not trusted from the start, so that the page of rooms shows how a new device waits."""

SENSORS = ("esp-hall", "esp-lounge", "esp-tea", "plug-lounge", HALL_PLUG, LOUNGE_PLUG, STRANGER, "zigbee2mqtt")

PUBLISHERS = tuple(name for name in SENSORS if name != STRANGER)
TECHNICIAN = "小周"
OLD, SPARE = "PRJ-001", "PRJ-002"

_PLACES = {
    AGENT: Place(room="hall", thing="projector"),
    HALL_PLUG: Place(room="hall"),
    LOUNGE_PLUG: Place(room="lounge"),
    "plug-lounge": Place(room="lounge"),
}
_FAULTS = ("dry hall at 12s", "wifi lounge 40s at 12s", "lamp hall 24s at 5s")
_SPEAKS_EVERY_S, _MOST_A_SECOND = 10.0, 4.0
"""In a fast house a device speaks each so many of its seconds, and at most so many times in a real one."""

_CALLED_S = {"pot": 48, "wifi": 47, "lamp": 45}
"""Seconds from the start by which somebody was called for each, and the lamp's fault is over, at the latest."""

_ACCEPTS_AFTER = timedelta(seconds=3)
_SWAPS_AFTER = timedelta(seconds=7)
_FINISHES_AFTER = timedelta(seconds=6)


@dataclass(slots=True)
class RoomDiary:
    """What happened in the rooms: every task that a device called for, or that one answered, as it was seen last."""

    tasks: dict[str, Task] = field(default_factory=dict)

    def note(self, tx: Transaction) -> None:
        """Keep the open tasks, and see how those went on that were open before."""
        found = {task.id: task for task in tx.tasks.open() if "cause" in task.facts or "air" in task.facts}
        found |= {key: task for key in self.tasks if (task := tx.tasks.get(key))}
        self.tasks |= found

    def of(self, **facts: str) -> list[Task]:
        """Return the tasks with these facts."""
        return [task for task in self.tasks.values() if facts.items() <= task.facts.items()]


def simulate(folder: Path, config: HubConfig, port: int, faults: Sequence[str] = _FAULTS) -> Program:
    """Write the settings of the simulated devices of a hub; returns the program, not started yet.

    Where the house's clock is fast its rooms live as fast, and devices speak oftener: to the hub as often as ever.
    """
    speed = config.clock_speed
    path = folder / "sim.toml"
    listed = ", ".join(f'"{name}"' for name in ROOMS)
    wrong = ", ".join(f'"{fault}"' for fault in faults)
    rate = min(_MOST_A_SECOND, max(1.0, speed / _SPEAKS_EVERY_S))
    path.write_text(
        f'site = "{config.site}"\nrooms = {len(ROOMS)}\nnames = [{listed}]\nrate = {rate}\nspeed = {speed}\n'
        f"clock_offset_s = {config.clock_offset_s}\nclock_speed = {speed}\nclock_since_s = {config.clock_since_s}\n"
        f'faults = [{wrong}]\n\n[broker]\nport = {port}\nsecrets = "{config.data / "broker"}"\n',
        encoding="utf-8",
    )
    return Program(["devices", "simulate", "--config", str(path)], folder / "simulate.log")


def work(store: Store, now: datetime) -> Sequence[str]:
    """Let the technician do what is due; returns what was done, for the terminal."""
    with store.read() as tx:
        tasks = [task for task in tx.tasks.open() if task.kind is TaskKind.DEVICE_FAULT]
    said = [_see_to(store, task, now) for task in tasks]
    return [one for one in (*said, *place_all(store, now, TECHNICIAN)) if one]


def place_all(store: Store, now: datetime, technician: str) -> Sequence[str]:
    """Let the technician say in which rooms devices stand that have just come; returns what was said."""
    with store.read() as tx:
        devices = [one for one in tx.field_devices.all() if one.standing is Standing.ADMITTED]
    said = []
    for device in devices:
        place = _PLACES.get(device.publisher)
        if place and (device.room, device.thing) != (place.room, place.thing):
            with store.write() as tx:
                place_device(tx, device.id, place, Deciding(actor=technician, at=now, ids=uuid7))
            said.append(f"{technician} puts {device.name} into the {place.room}")
    return said


def _see_to(store: Store, task: Task, now: datetime) -> str:
    who = Deciding(actor=TECHNICIAN, at=now, ids=uuid7)
    what = task.facts.get("thing_en") or task.facts.get("room_en", "")
    try:
        with store.write() as tx:
            if task.state in UNCLAIMED and now >= task.created_at + _ACCEPTS_AFTER:
                accept_task(tx, task.id, TECHNICIAN, now)
                return f"{TECHNICIAN} accepts the fault: {what}"
            if task.accepted_by != TECHNICIAN or task.accepted_at is None or SWAPPED_AT in task.facts:
                return ""
            if is_fault(task) and task.facts.get("thing") == "projector" and now >= task.accepted_at + _SWAPS_AFTER:
                swap_asset(tx, task.id, OLD, SPARE, who)
                return f"{TECHNICIAN} swaps {OLD} for {SPARE} by two scans; it closes when all is well again"
            if "gone" in task.facts and now >= task.accepted_at + _FINISHES_AFTER:
                finish_task(tx, task.id, TECHNICIAN, now)
                return f"{TECHNICIAN} has seen that it is well again: {what}"
    except HubError:
        return ""  # a visitor of the demo was first
    return ""


def check_rooms(
    summary: Summary, tx: Transaction, diary: RoomDiary, counts: Mapping[str, float], *, lasted_s: float
) -> None:
    """See that each thing that went wrong has called one person, and that the rooms were heard all the time."""
    devices = tx.field_devices.all()
    admitted = sum(one.standing is Standing.ADMITTED for one in devices)
    waiting = [one.publisher for one in devices if one.standing is Standing.QUARANTINED]
    summary.row("devices in the rooms", f"{admitted}, {int(counts.get('readings', 0)):,} readings")
    summary.check("devices that wait for a technician", waiting, [STRANGER])
    summary.check("readings lost", int(counts.get("lost", 0) + counts.get("dropped", 0)), 0)
    states = [plug.state.value for plug in tx.watch_settings.plugs().values()]
    summary.row("things at plugs", ", ".join(f"{states.count(state)} {state}" for state in sorted(set(states))))
    for task in diary.tasks.values():
        if air := task.facts.get("air"):
            summary.row("too cold: the hall's air is set", f"to {task.facts['set_to']} °C, {air}")
            summary.check("air conditioning that does not obey", air, air if air in {"asked", "done"} else "done")
    if lasted_s > _CALLED_S["wifi"]:
        away = [task for task in diary.of(cause="offline") if task.kind is TaskKind.DEVICE_FAULT]
        gone = sum(one.room == "lounge" for one in devices)
        summary.row("Wi-Fi of the lounge lost", f"{gone} devices, {len(away)} task")
        summary.check("tasks for one lost Wi-Fi", len(away), 1)
    if lasted_s > _CALLED_S["lamp"]:
        lamps = diary.of(thing="projector", cause="fault")
        summary.check("tasks for one dead lamp", len(lamps), 1)
        for lamp in lamps:
            took = (lamp.done_at - lamp.created_at).total_seconds() if lamp.done_at else 0.0
            summary.row(
                "projector swapped", f"{lamp.facts.get(OUT)} for {lamp.facts.get(NEW)}, well after {took:.0f} s"
            )
            summary.check("how the fault ended", (lamp.outcome, lamp.facts.get(NEW)), (Outcome.FINISHED, SPARE))
    if lasted_s > _CALLED_S["pot"]:
        pots = sum("pots" in task.facts for task in diary.tasks.values())
        summary.row("tea pot ran low", f"{pots} task")
        summary.check("tasks for one pot that ran low", pots, 1)
