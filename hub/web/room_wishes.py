"""What was asked for at a room's panel and how it goes on, in words for everybody in the room. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from devices.contract.messages import Progress
from hub.domain.room_devices import RoomDevice
from hub.domain.room_wishes import RoomWish, wish_keys
from hub.domain.tasks import Task, TaskState
from hub.ports import Transaction
from hub.usecases.ask_from_room import RoomAnswer
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
"""The buttons of a panel. The last opens a list: what does not work, and what somebody may show (``EQUIPMENT``)."""

EQUIPMENT: Mapping[RoomWish, str] = {
    RoomWish.CONNECT: "screen",
    RoomWish.SLIDES: "projector",
    RoomWish.VOLUME: "sound",
}

BROUGHT: Mapping[RoomWish, str] = {RoomWish.STATIONERY: "pencil", RoomWish.DOCUMENTS: "book"}
"""What is brought to the room, or passed on for somebody in it (R126: 提供纸笔、文件袋等用品,协助传递文件、资料)."""

_TEMPERATURE = frozenset({RoomWish.TOO_COLD, RoomWish.TOO_HOT})
_ANSWERS: Mapping[bool, Sequence[RoomAnswer]] = {
    False: (RoomAnswer.FINE, RoomAnswer.NOT_YET),
    True: (RoomAnswer.FINE, RoomAnswer.NOT_YET, RoomAnswer.TOO_MUCH),
}
"""What may be answered about other things, and about the temperature."""

Wishes = Sequence[tuple[RoomWish, Task]]
"""What was asked in a room, with the task of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldLine:
    """How one wish stands, in the panel's language; ``choices`` are what the room may answer where it is asked."""

    id: str
    progress: Progress
    text: str
    wish: RoomWish
    choices: Sequence[tuple[RoomAnswer, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WishButton:
    """One button; ``asked`` while its wish is open."""

    wish: RoomWish
    icon: str
    asked: bool


def read_wishes(tx: Transaction, room: str, devices: Sequence[RoomDevice], now: datetime) -> Wishes:
    """Read a room's wishes: first those it is asked about, then those that are open, then what was just done."""
    keys, lately = wish_keys(room, devices), now - DONE_SHOWN
    found = [
        (keys[key], task)
        for key, task in tx.tasks.latest(keys, lately).items()
        if _open(task) or task.asked_at or (task.done_at and task.done_at >= lately)
    ]
    return sorted(found, key=lambda one: (_asks(one[1]), _open(one[1]), one[1].created_at), reverse=True)


def told(wishes: Wishes, tongue: Tongue) -> Iterator[ToldLine]:
    """Write how the first wishes stand, and ask whether what was done has helped (R154, R155)."""
    most = 1 if any(_asks(task) for _, task in wishes[:1]) else MOST_TOLD  # a question has buttons, which need room
    for wish, task in wishes[:most]:
        progress = PROGRESS[task.state]
        if _asks(task):
            about = wish if wish in _TEMPERATURE else "other"
            choices = [(one, tongue.say(f"panel.ask.{about}.{one}")) for one in _ANSWERS[wish in _TEMPERATURE]]
            text = tongue.say(f"panel.ask.{about}.question")
            yield ToldLine(id=task.id, progress=progress, text=text, wish=wish, choices=choices)
        else:
            yield ToldLine(id=task.id, progress=progress, text=sentence(wish, task, tongue), wish=wish)


def sentence(wish: RoomWish, task: Task, tongue: Tongue) -> str:
    """Say how one wish stands: an apology first, then who comes, then that it is done (R152, R154)."""
    thing = task.facts.get(f"thing_{tongue.language}") or tongue.say("panel.some_device")
    return tongue.say(f"panel.told.{wish}.{PROGRESS[task.state]}", by=task.accepted_by, thing=thing)


def buttons(wishes: Wishes, shown: Mapping[RoomWish, str] = ICONS) -> list[WishButton]:
    """Return the buttons of a panel, or those of a list."""
    asked = {wish for wish, task in wishes if _open(task)}
    return [WishButton(wish=wish, icon=icon, asked=wish in asked) for wish, icon in shown.items()]


def _asks(task: Task) -> bool:
    return task.state is TaskState.DONE and task.asked_at is not None


def _open(task: Task) -> bool:
    return PROGRESS[task.state] is not Progress.DONE
