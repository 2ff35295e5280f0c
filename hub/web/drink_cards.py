"""What staff read of tea and drinks: who likes what, how warm it was, and what runs short (R107, R110)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hub.domain.drinks import in_room
from hub.domain.guests import Invited
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task
from hub.domain.words import Words
from hub.ports import Transaction
from hub.web.language import Tongue

MOST = 5
"""VIPs, and drinks, that a card names; more nobody reads with both hands full."""

TELLS_LIKES = frozenset({TaskKind.DRINK, TaskKind.VIP_ARRIVAL})
"""Tasks in which somebody brings a guest something to drink."""


@dataclass(frozen=True, slots=True)
class Tastes:
    """What the guests of a meeting would like: each VIP with theirs, and how many others want what."""

    vips: Sequence[tuple[Words, Words]]
    others: Sequence[tuple[Words, int]]


def read_tastes(tx: Transaction, tasks: Iterable[Task]) -> Mapping[str, Tastes]:
    """Read what guests like, by meeting, where a task brings tea to a room."""
    meetings = {task.meeting for task in tasks if task.kind is TaskKind.DRINK and in_room(task) and task.meeting}
    chosen: dict[str, list[Task]] = defaultdict(list)
    likes: dict[str, list[Invited]] = defaultdict(list)
    for task in tx.tasks.drinks(meetings):
        chosen[task.meeting or ""].append(task)
    for invited in tx.drinks.likes(meetings):
        likes[invited.invitation.meeting].append(invited)
    return {meeting: tastes(likes[meeting], chosen[meeting]) for meeting in meetings}


def tastes(likes: Iterable[Invited], chosen: Iterable[Task]) -> Tastes:
    """Say what guests would like: what they chose at a kiosk last, else what the guest list says."""
    found: dict[str, tuple[bool, Words, Words]] = {}
    for one in likes:
        drink = Words(one.guest.drink, one.guest.drink)
        found[one.invitation.id] = (one.invitation.vip, one.guest.salutation, drink)
    for task in chosen:
        facts = task.facts
        if not in_room(task):
            who = Words(facts.get("salutation_zh", ""), facts.get("salutation_en", ""))
            note = facts.get("note", "")
            drink = Words(facts.get("drink_zh", note), facts.get("drink_en", note))
            found[facts["invitation"]] = ("vip" in facts, who, drink)
    others = Counter(drink for vip, _, drink in found.values() if not vip)
    return Tastes([(who, drink) for vip, who, drink in found.values() if vip][:MOST], others.most_common(MOST))


def drink_details(task: Task, of_meeting: Tastes | None, tongue: Tongue) -> list[str]:
    """Say what is to be known of a drink besides where it goes."""
    facts, said = task.facts, []
    if task.kind in TELLS_LIKES and facts.get("likes"):
        said.append(tongue.say("task.drink.likes", drink=facts["likes"]))
    if task.kind is TaskKind.DRINKS_SHORT and facts.get("left"):
        said.append(tongue.say("task.drinks_short.left", left=facts["left"], waiting=facts["waiting"]))
    if task.kind is TaskKind.DRINK and in_room(task) and of_meeting:
        for who, drink in of_meeting.vips:
            said.append(tongue.say("task.drink.taste", who=tongue.read(who), drink=tongue.read(drink)))
        times = [tongue.say("task.drink.times", drink=tongue.read(one), n=n) for one, n in of_meeting.others]
        said += [tongue.say("task.drink.chosen", list=tongue.join(times))] if times else []
    return said


def is_hot(task: Task) -> bool:
    """Say whether a task brings something whose temperature matters: a hot drink, or tea for a room."""
    return task.kind is TaskKind.DRINK and (in_room(task) or "hot" in task.facts)


def warning(task: Task, tongue: Tongue) -> str:
    """Say that a drink is too cold or too hot; nothing where it is right, or nobody measured."""
    facts = task.facts
    if not facts.get("warmth"):
        return ""
    return tongue.say(f"task.drink.{facts['warmth']}", celsius=facts["celsius"], limit=facts["warmth_limit"])


def where_to(task: Task, tongue: Tongue) -> str:
    """Say where a drink is to be brought: to the lounge, to a room, or to the guest's seat."""
    place = task.facts.get(f"place_{tongue.language}")
    if place:
        return tongue.say("task.drink.step_place", place=place)
    return tongue.say("task.drink.step_room" if task.facts.get("room") else "task.drink.step")
