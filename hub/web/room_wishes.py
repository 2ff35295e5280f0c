"""What was asked for at a room's panel and how it goes on, in words for everybody in the room. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from devices.contract.messages import Progress
from hub.domain.room_devices import RoomDevice
from hub.domain.room_wishes import RoomWish, wish_keys
from hub.domain.tasks import Task
from hub.ports import Transaction
from hub.usecases.asking import PROGRESS
from hub.web.language import Tongue

DONE_SHOWN = timedelta(minutes=3)
"""How long a panel says that something was done."""

MOST_TOLD = 2
"""Lines above the agenda; more would push it out of the picture."""

ICONS: Mapping[RoomWish, str] = {
    RoomWish.HELP: "bell",
    RoomWish.TOO_COLD: "cold",
    RoomWish.TOO_HOT: "warmth",
    RoomWish.TEA: "cup",
    RoomWish.BROKEN: "wrench",
}


Wishes = Sequence[tuple[RoomWish, Task]]
"""What was asked in a room, with the task of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldLine:
    """How one wish stands, in the panel's language."""

    id: str
    progress: Progress
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WishButton:
    """One button; ``asked`` while its wish is open."""

    wish: RoomWish
    icon: str
    asked: bool


def read_wishes(tx: Transaction, room: str, devices: Sequence[RoomDevice], now: datetime) -> Wishes:
    """Read a room's wishes that are open or were just done: open ones before done ones, new ones before old ones."""
    keys = wish_keys(room, devices)
    found = [(keys[key], task) for key, task in tx.tasks.latest(keys, now - DONE_SHOWN).items()]
    return sorted(found, key=lambda one: (_open(one[1]), one[1].created_at), reverse=True)


def told(wishes: Wishes, tongue: Tongue) -> Iterator[ToldLine]:
    """Write how the first wishes stand. What a panel asks about a task whose work is done belongs here too."""
    for wish, task in wishes[:MOST_TOLD]:
        yield ToldLine(id=task.id, progress=PROGRESS[task.state], text=sentence(wish, task, tongue))


def sentence(wish: RoomWish, task: Task, tongue: Tongue) -> str:
    """Say how one wish stands: an apology first, then who comes, then that it is done (R152, R154)."""
    thing = task.facts.get(f"thing_{tongue.language}") or tongue.say("panel.some_device")
    return tongue.say(f"panel.told.{wish}.{PROGRESS[task.state]}", by=task.accepted_by, thing=thing)


def buttons(wishes: Wishes) -> list[WishButton]:
    """Return the buttons of a panel."""
    asked = {wish for wish, task in wishes if _open(task)}
    return [WishButton(wish=wish, icon=icon, asked=wish in asked) for wish, icon in ICONS.items()]


def _open(task: Task) -> bool:
    return PROGRESS[task.state] is not Progress.DONE
