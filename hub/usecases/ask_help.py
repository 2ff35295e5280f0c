"""A guest at a kiosk asks for a person, is too cold or hot, or would like a drink (R101, R105, R107, R152, R153)."""

from dataclasses import replace

from devices.contract.messages import RequestAnswer
from hub.domain.drinks import NO_DRINK
from hub.domain.guests import Invited
from hub.domain.task_kinds import TaskKind
from hub.domain.task_life import degrees, due_before
from hub.domain.tasks import Task, TaskState, key_of, raise_task
from hub.usecases.acting import Deciding
from hub.usecases.ask_guest import give_way, say_not_yet
from hub.usecases.asking import Asking
from hub.usecases.call_staff import call, count_drinks
from hub.usecases.serve_drinks import stock_of

OTHER = "other"
HELP = frozenset({"seat", "luggage", "equipment", "handouts", "small_item", OTHER})
"""What a guest needs help with (R101, R105, R153)."""

BEFORE_START = frozenset({"equipment", "handouts"})
"""What is of use only before the meeting begins (R105)."""


def serve_help(asking: Asking) -> RequestAnswer:
    """Call somebody. What kind of help nobody here knows is some other help: nobody is left alone for a word."""
    return _call(asking, TaskKind.HELP, _known(asking.request.note or ""), asking.guest())


def serve_comfort(asking: Asking) -> RequestAnswer:
    """Call somebody who makes it warmer or cooler where the guest sits."""
    note = asking.request.kind.value
    return _call(
        asking, TaskKind.COMFORT, note, asking.guest(), degrees=degrees(note, asking.service.times.comfort_step)
    )


def serve_drink(asking: Asking) -> RequestAnswer:
    """Have a drink brought to the guest's seat; no drink needs nobody."""
    note = asking.request.note or ""
    if note == NO_DRINK:
        return asking.answered()
    drink = next((one for one in asking.tx.drinks.menu() if one.key == note), None)
    if drink is None:
        return asking.refused("unknown_drink")
    guest = asking.guest()
    if guest is None:
        return asking.refused("not_found")  # nobody would know whom to bring it to
    if any(one.out for one in stock_of(asking.tx, guest.invitation.meeting) if one.drink == drink):
        return asking.refused("drink_is_out")
    more = {name: "yes" for name, holds in (("vip", guest.invitation.vip), ("hot", drink.hot)) if holds}
    facts = {"drink_zh": drink.name.zh, "drink_en": drink.name.en} | more
    standing = _vip_tea(asking, guest) if guest.invitation.vip else None
    if standing is None:
        return _call(asking, TaskKind.DRINK, note, guest, **facts)
    before = {name: value for name, value in standing.facts.items() if name not in {"hot", "unasked"}}
    asking.tx.tasks.save(replace(standing, facts=before | facts | {"note": note}))
    count_drinks(asking.tx, standing, asking.now)
    asking.tx.feed.touch([("tasks", "")])
    return asking.called(standing)


def _vip_tea(asking: Asking, guest: Invited) -> Task | None:
    """Return the tea that is on its way to a VIP since they came in: what they choose is brought in its place."""
    key = key_of(TaskKind.DRINK, guest.invitation.id)
    return asking.tx.tasks.about([key]).get(key)


def _call(asking: Asking, kind: TaskKind, note: str, guest: Invited | None, **more: str) -> RequestAnswer:
    facts = asking.facts(guest) | {"note": note} | more
    task = raise_task(
        kind,
        _subject(asking.device, note, guest),
        task_id=asking.service.ids(),
        at=asking.now,
        facts=facts,
        meeting=guest.invitation.meeting if guest else None,
    )
    if guest and note in BEFORE_START:
        task = due_before(task, asking.tx.meetings.get([guest.invitation.meeting])[guest.invitation.meeting].starts_at)
    return asking.called(_asked_again(asking, task, call(asking.tx, task)))


def _asked_again(asking: Asking, task: Task, standing: Task) -> Task:
    """Take a guest at their word who asks for the same again after it was done: it did not help (R154).

    Where nobody knows who asked, it may be somebody else: then a fresh task rings.
    """
    if standing.state is not TaskState.DONE:
        return standing
    who = Deciding(actor=asking.device, at=asking.now, ids=asking.service.ids)
    if standing.facts.get("invitation"):
        return say_not_yet(asking.tx, standing.id, who, asking.service.times)
    give_way(asking.tx, standing, who)
    return call(asking.tx, task)


def _known(note: str) -> str:
    """Return what help is wanted; nothing where a person was just called, which staff need no word for."""
    return note if not note or note in HELP else OTHER


def _subject(device: str, note: str, guest: Invited | None = None) -> str:
    """Return what one open task is about: a guest's wish, or that of whoever stands at the door."""
    return f"{guest.invitation.id if guest else device}:{note}"
