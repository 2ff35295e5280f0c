"""A line that fails at a rehearsal calls somebody at once: a technician with a spare, or logistics (R83, R84).

預演時發現投影儀無法連接電腦,技術組需立即更換備用設備; 發現資料袋未裝筆,需馬上補裝.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from hub.domain.conditions import Cause, SubjectKind
from hub.domain.meetings import Meeting, Room
from hub.domain.rehearsals import DEVICE, DOCUMENT, HAND_OUT, KIOSK, Item, Line, Mark, Part
from hub.domain.room_wishes import RoomWish, wish_key
from hub.domain.task_kinds import TaskKind
from hub.domain.task_life import due_before
from hub.domain.tasks import Step, Task, finish, key_of, raise_task
from hub.domain.words import Words
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import call
from hub.usecases.keep_task import keep
from hub.usecases.swap_asset import is_fault

CALLS = (TaskKind.REHEARSAL, TaskKind.REHEARSAL_LATE)
"""The calls to rehearse a meeting."""

WORRY = "worry."
"""The hub's note of a kiosk that is there and reports something wrong begins so."""

REHEARSAL = "rehearsal"
"""The fact of a fault's task that was found at a rehearsal: the key of the line."""


def call_for(tx: Transaction, meeting: Meeting, line: Line, mark: Mark, who: Deciding) -> None:
    """Call whoever puts a failed line right; nobody where that is done on the spot. Said again it is the same task."""
    task = _task(tx, meeting, line, mark, who)
    if task is None:
        return
    standing = call(tx, task)
    facts = standing.facts | task.facts
    if standing.id != task.id and facts != standing.facts:
        tx.tasks.save(replace(standing, facts=facts))


def close_for(tx: Transaction, meeting: Meeting, item: Item, who: Deciding) -> None:
    """Close the task of a line that passes. What the hub finds ends only what it has called for itself."""
    key = _key(meeting, item)
    standing = tx.tasks.about([key]).get(key) if key else None
    if standing and (not item.by_hub or standing.facts.get(REHEARSAL) == item.key):
        keep(tx, standing, finish(standing, who.actor, who.at), Step.FINISH, who.actor, who.at)


def end_calls(tx: Transaction, meeting: str, kinds: Iterable[TaskKind], by: str, now: datetime) -> None:
    """Close what is open of these kinds of calls to rehearse a meeting."""
    for task in tx.tasks.about([key_of(kind, meeting) for kind in kinds]).values():
        keep(tx, task, finish(task, by, now), Step.FINISH, by, now)


def swap_of(tx: Transaction, meeting: Meeting, item: Item) -> Task | None:
    """Return the open fault of a line whose piece can be swapped for a spare; None where there is none."""
    key = _key(meeting, item)
    task = tx.tasks.about([key]).get(key) if item.thing and key else None
    return task if task and is_fault(task) else None


def room_facts(tx: Transaction, meeting: Meeting) -> dict[str, str]:
    """Name a meeting's room."""
    room = next((one for one in tx.meetings.rooms() if one.key == meeting.room), None)
    room = room or Room(key=meeting.room, name=Words(meeting.room, meeting.room))
    return {"room": room.key, "room_zh": room.name.zh, "room_en": room.name.en}


def _task(tx: Transaction, meeting: Meeting, line: Line, mark: Mark, who: Deciding) -> Task | None:
    item, key = line.item, _key(meeting, line.item)
    if not key:
        return None
    facts = room_facts(tx, meeting)
    said = {} if item.by_hub or not mark.note else {"text": mark.note}
    if item.part is Part.MATERIALS:
        count = "" if mark.counted is None or line.wanted is None else f" {mark.counted:g}/{line.wanted}"
        facts |= {"what_zh": item.name.zh + count, "what_en": item.name.en + count} | said
        kind = TaskKind.MISSING_MATERIAL
        made = raise_task(kind, _subject(kind, key), task_id=who.ids(), at=who.at, facts=facts, meeting=meeting.id)
        return due_before(made, meeting.starts_at)
    facts |= {"thing_zh": item.name.zh, "thing_en": item.name.en} | said
    facts |= {"thing": item.thing or item.source} if item.thing or item.what == DEVICE else {}
    facts = (_of_kiosk(item, mark) if item.what == KIOSK else facts) | {REHEARSAL: item.key}
    kind = TaskKind.DEVICE_FAULT
    return raise_task(kind, _subject(kind, key), task_id=who.ids(), at=who.at, facts=facts, meeting=meeting.id)


def _of_kiosk(item: Item, mark: Mark) -> dict[str, str]:
    """Say what a kiosk's task is about, in the words of the watch over the rooms: it stands at a door."""
    facts = {"device": item.source, "door_zh": item.name.zh, "door_en": item.name.en}
    reports = mark.note.startswith(WORRY)
    return facts | ({} if reports else {"cause": Cause.OFFLINE.value, "about": SubjectKind.STATION.value})


def _subject(kind: TaskKind, key: str) -> str:
    return key.removeprefix(key_of(kind, ""))


def _key(meeting: Meeting, item: Item) -> str:
    """Return what the task of a line is known by; the same as where the fault is found in another way (I5)."""
    if item.part is Part.MATERIALS:
        what = item.key if item.what in {HAND_OUT, DOCUMENT} else item.what
        return key_of(TaskKind.MISSING_MATERIAL, f"{meeting.id}:{what}")
    if item.part is not Part.EQUIPMENT:
        return ""
    if item.what == KIOSK:
        return key_of(TaskKind.DEVICE_FAULT, f"station {item.source}")
    if item.source and not item.thing:
        return key_of(TaskKind.DEVICE_FAULT, f"device {item.source}")
    return wish_key(meeting.room, RoomWish.BROKEN, item.thing or item.what)
