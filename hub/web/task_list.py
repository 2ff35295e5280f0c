"""The tasks as one person looks at them: theirs or all, of one part of the house, the least time left first. Pure.

What a person chose is kept by their browser, so that it is the same after it slept.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote, unquote

from hub.domain.meetings import Room
from hub.domain.seats import Seat
from hub.domain.tasks import Task
from hub.web.language import Tongue
from hub.web.open_tasks import OpenTasks
from hub.web.round_cards import RoundCard, round_cards
from hub.web.task_cards import MOST, TaskCard, cards
from hub.web.task_phases import ends
from hub.web.transfer_cards import GREETED

MINE, ALL = "mine", "all"
TABS = (MINE, ALL)
LONGEST_ZONE = 120
FLOOR, ROOM, AREA = "floor", "room", "area"


@dataclass(frozen=True, slots=True)
class View:
    """What a person looks at: which tab, and which part of the house (``floor:1F``, ``room:hall``, ``area:hall:A``)."""

    tab: str = ALL
    zone: str = ""

    def write(self) -> str:
        """Return the text that a browser keeps."""
        return quote(f"{self.tab}|{self.zone}")


def read_view(kept: str) -> View:
    """Return what a browser kept; the whole list where that is nothing we wrote."""
    tab, _, zone = unquote(kept).partition("|")
    return View(tab, zone if zone.isprintable() else "") if tab in TABS and len(zone) <= LONGEST_ZONE else View()


@dataclass(frozen=True, slots=True)
class Zone:
    """One part of the house to choose: its key and its name."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class ListItem:
    """One line of the list: a card, or a round (``round``) with the cards of its tasks; the first is due first."""

    cards: Sequence[TaskCard]
    round: RoundCard | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskList:
    """The list. ``counts`` is by tab, ``elsewhere`` how many the chosen part of the house hides."""

    view: View
    items: Sequence[ListItem]
    zones: Sequence[Zone]
    counts: Mapping[str, int]
    hidden: int
    elsewhere: int
    person: str


def task_list(  # noqa: PLR0913, PLR0917 - what is shown, and who looks at it how
    found: OpenTasks,
    zones: Sequence[Zone],
    view: View,
    tongue: Tongue,
    now: datetime,
    person: str,
    alike: Mapping[str, TaskCard] | None = None,
) -> TaskList:
    """Write the list in one language. A zone that is not there any more counts as the whole house.

    ``alike`` are the cards, by task, as everybody sees them who has nothing to do with the task; they are
    not made anew.
    """
    chosen = view if view.zone in {zone.key for zone in zones} else replace(view, zone="")
    here = [task for task in found.tasks if _is_in(task, chosen.zone, found)]
    mine = [task for task in here if person and (task.accepted_by == person or person in found.asked.get(task.id, ()))]
    shown = mine if chosen.tab == MINE else here
    return TaskList(
        view=chosen,
        items=_items(replace(found, tasks=in_order(shown)), tongue, now, person, alike or {}),
        zones=zones,
        counts={MINE: len(mine), ALL: len(here)},
        hidden=max(0, len(shown) - MOST),
        elsewhere=len(found.tasks) - len(here),
        person=person,
    )


def zones_of(rooms: Sequence[Room], areas: Mapping[str, Sequence[str]], tongue: Tongue) -> list[Zone]:
    """Name the parts of the house: its floors, its rooms, and the areas of rooms with seats (``areas``, by room)."""
    found = [Zone(f"{FLOOR}:{floor}", floor) for floor in sorted({room.floor for room in rooms if room.floor})]
    for room in rooms:
        name = tongue.read(room.name)
        found.append(Zone(f"{ROOM}:{room.key}", name))
        found += [
            Zone(f"{AREA}:{room.key}:{area}", tongue.join((name, tongue.say("seats.zone", zone=area))))
            for area in areas.get(room.key, ())
        ]
    return found


def areas_of(seats: Iterable[Seat]) -> list[str]:
    """Return the areas that a hall's rows stand in; tables are none."""
    return sorted({seat.zone for seat in seats if seat.row})


def in_order(tasks: Iterable[Task]) -> list[Task]:
    """Order tasks as a list shows them: what a lead put first, then by the time that is left (S6, S16)."""
    return sorted(tasks, key=_place)


def _place(task: Task) -> tuple[bool, datetime, str]:
    return task.rushed_at is None, ends(task), task.id


def is_own(task: Task, person: str) -> bool:
    """Say whether a task's card says something else to this person: it is theirs, or tells them how to greet."""
    return bool(person) and (task.accepted_by == person or (task.kind in GREETED and not task.accepted_by))


def _cards(
    found: OpenTasks, tongue: Tongue, now: datetime, person: str, alike: Mapping[str, TaskCard]
) -> Iterator[TaskCard]:
    shown = found.tasks[:MOST]
    own = [task for task in shown if task.id not in alike or is_own(task, person)]
    made = {card.id: card for card in cards(replace(found, tasks=own), tongue, now, person)}
    return (made.get(task.id) or alike[task.id] for task in shown)


def _items(
    found: OpenTasks, tongue: Tongue, now: datetime, person: str, alike: Mapping[str, TaskCard]
) -> list[ListItem]:
    """Write the first tasks; those of a round stand together, where the one that is due first stands."""
    rounds = {task: one for one in round_cards(found, tongue, now) for task in one.tasks}
    items: list[ListItem] = []
    made: dict[str, list[TaskCard]] = {}
    for card in _cards(found, tongue, now, person, alike):
        one = rounds.get(card.id)
        if one is None:
            items.append(ListItem([card]))
        elif one.floor in made:
            made[one.floor].append(card)
        else:
            made[one.floor] = [card]
            items.append(ListItem(made[one.floor], one))
    return items


def _is_in(task: Task, zone: str, found: OpenTasks) -> bool:
    """Say whether a task is in a part of the house. One of which nobody knows where it is, is everywhere."""
    meeting = found.meetings.get(task.meeting or "")
    room = task.facts.get("room") or (meeting.room if meeting else "")
    kind, _, rest = zone.partition(":")
    if not zone or not room:
        return True
    if kind == FLOOR:
        return found.floors.get(room, "") in {rest, ""}
    if kind == ROOM:
        return room == rest
    seat = task.facts.get("seat", "")
    return f"{room}:{seat.partition('-')[0]}" == rest if seat else room == rest.rpartition(":")[0]
