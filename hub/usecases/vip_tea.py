"""A VIP who comes in has something to drink brought to the lounge, or to their seat (R100: 提供茶水)."""

from collections.abc import Collection, Iterable, Mapping

from hub.domain.check_ins import Admission
from hub.domain.drinks import Drink
from hub.domain.guests import Invited
from hub.domain.meetings import Meeting
from hub.domain.seats import Seat
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task, key_of, raise_task
from hub.domain.words import Words
from hub.ports import Ids, Transaction
from hub.usecases.call_staff import guest_facts, place_facts

TEA = "tea"
"""What is brought to a VIP of whom nobody knows what they like."""


def tea_for_vips(
    tx: Transaction,
    arrivals: Iterable[Invited],
    admissions: Mapping[str, Admission],
    seats: Mapping[str, Seat],
    ids: Ids,
) -> list[Task]:
    """Return a task for each VIP who came in; none for one who has chosen a drink at a kiosk already."""
    vips = [one for one in arrivals if one.invitation.vip]
    if not vips:
        return []
    menu = tx.drinks.menu()
    chosen = tx.tasks.about(
        [key_of(TaskKind.DRINK, f"{one.invitation.id}:{drink.key}") for one in vips for drink in menu]
    )
    having = {task.facts.get("invitation") for task in chosen.values()}
    meetings = tx.meetings.get({one.invitation.meeting for one in vips})
    lounges = _lounges(tx, meetings.values())
    rooms = {room.key: room for room in tx.meetings.rooms()}
    tasks = []
    for one in vips:
        invitation, meeting = one.invitation, meetings.get(one.invitation.meeting)
        if invitation.id in having or meeting is None:
            continue
        seat, lounge = seats.get(invitation.id), lounges.get(meeting.lounge or "")
        facts = guest_facts(one, seat) | {"vip": "yes", "unasked": "yes"} | _what(one.guest.drink, menu)
        facts |= (
            {"place_zh": lounge.zh, "place_en": lounge.en} if lounge else place_facts(seat, rooms.get(meeting.room))
        )
        at = admissions[invitation.id].at
        task_id = ids()
        tasks.append(raise_task(TaskKind.DRINK, invitation.id, task_id=task_id, at=at, facts=facts, meeting=meeting.id))
    return tasks


def _lounges(tx: Transaction, meetings: Collection[Meeting]) -> dict[str, Words]:
    wanted = {meeting.lounge for meeting in meetings if meeting.lounge}
    return {place.key: place.name for place in tx.meetings.places() if place.key in wanted} if wanted else {}


def _what(likes: str, menu: Iterable[Drink]) -> dict[str, str]:
    """Say what to bring: what they like, in the menu's words where it has it, else in those of the guest list."""
    named = {word: drink for drink in menu for word in (drink.key, drink.name.zh, drink.name.en.casefold())}
    drink = named.get(likes.strip().casefold()) or (None if likes else named.get(TEA))
    if drink is None:
        return {"drink_zh": likes, "drink_en": likes} if likes else {"note": TEA}
    facts = {"note": drink.key, "drink_zh": drink.name.zh, "drink_en": drink.name.en}
    return facts | ({"hot": "yes"} if drink.hot else {})
