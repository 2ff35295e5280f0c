"""Drinks are chosen, brought and counted: logistics hears in time that one runs short, kiosks that it is out (R110).

How warm one was may be written down when it was brought; where that is not right the person decides (R107).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from devices.contract.topics import HUB
from hub.domain.bands import Band
from hub.domain.drinks import MOST_PORTIONS, Stock, in_room, read_celsius, stock, warmth_facts
from hub.domain.errors import InvalidInput
from hub.domain.meetings import Meeting
from hub.domain.task_kinds import TaskKind
from hub.domain.task_life import TaskTimes
from hub.domain.tasks import UNCLAIMED, Step, Task, finish, key_of, move, raise_task
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import COUNT_DRINKS, call
from hub.usecases.keep_task import find_task, keep
from hub.usecases.work_task import finish_task

AGAIN = timedelta(minutes=15)
"""So long after somebody said that a short drink is seen to nobody is called again about it."""


def stock_of(tx: Transaction, meeting: str) -> tuple[Stock, ...]:
    """Count the drinks of a meeting."""
    return stock(tx.drinks.menu(), tx.drinks.prepared([meeting]).get(meeting, {}), tx.tasks.drinks([meeting]))


def fire_count(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Count a meeting's drinks after one was chosen, brought or prepared; fires a timer.

    A drink that runs short is one task while it does (I5); one that is out, or there again, is told to the kiosks.
    """
    meeting = tx.meetings.get([timer.subject]).get(timer.subject)
    if meeting is None:
        return
    counted, known = stock_of(tx, meeting.id), tx.drinks.prepared([meeting.id]).get(meeting.id, {})
    out = {one.drink.key for one in counted if one.out}
    if out != {key for key, one in known.items() if one.out}:
        tx.drinks.mark_out(meeting.id, out)
        tx.feed.touch([("meeting", meeting.id)])
    scarce = tx.watch_settings.all().of_room(meeting.room).tea.scarce
    over = meeting.cancelled or meeting.ends_at <= who.at
    short = {one.drink.key for one in counted if one.short(scarce) and not over}
    for one in counted:
        _settle(tx, meeting, one, short=one.drink.key in short, who=who)
    if short:
        tx.timers.put([Timer(rule=COUNT_DRINKS, subject=meeting.id, due_at=meeting.ends_at)])
    tx.feed.touch([("drinks", meeting.id)])


def serve(tx: Transaction, task: str, said: str, who: Deciding, times: TaskTimes) -> Task:
    """Finish bringing a drink; ``said`` is how warm it is, in °C, or empty.

    One that is not warm enough, or too hot, stays in hand with its warning, to be changed or finished all the same.
    Raises NotFound, NotOpen, or BadTemperature.
    """
    found, celsius = find_task(tx, task), read_celsius(said)
    if celsius is None:
        return finish_task(tx, task, who.actor, who.at, times)
    if found.kind is not TaskKind.DRINK:
        raise InvalidInput("temperature", "belongs to tea and drinks alone", "finish without it")
    move(found, Step.FINISH)
    measured = warmth_facts(celsius, _band(tx, found))
    tx.tasks.save(replace(found, facts=found.facts | measured))
    action = ":".join(filter(None, ("task.temperature", measured["celsius"], measured["warmth"])))
    tx.records.audit(who.actor, action, task, who.at)
    tx.feed.touch([("tasks", "")])
    return find_task(tx, task) if measured["warmth"] else finish_task(tx, task, who.actor, who.at, times)


def prepare(tx: Transaction, meeting: Meeting, drink: str, said: str, who: Deciding) -> None:
    """Say how many portions of a drink there are for a meeting; nothing: nobody counts them. Raises InvalidInput."""
    if drink not in {one.key for one in tx.drinks.menu()}:
        raise InvalidInput("drink", f"{drink!r} is not on the menu", "choose one that is")
    text = said.strip()
    digits = text.isascii() and text.isdigit() and len(text) <= len(str(MOST_PORTIONS))
    if text and not (digits and int(text) <= MOST_PORTIONS):
        raise InvalidInput("portions", f"{text[:20]!r} is no number of portions", f"write 0 to {MOST_PORTIONS:,}")
    before = {key: one.portions for key, one in tx.drinks.prepared([meeting.id]).get(meeting.id, {}).items()}
    others = {key: portions for key, portions in before.items() if key != drink}
    prepare_all(tx, meeting.id, others | ({drink: int(text)} if text else {}), who.at)
    tx.records.audit(who.actor, "drink.prepared", f"{meeting.key} {drink} {text or '-'}", who.at)


def prepare_all(tx: Transaction, meeting: str, portions: Mapping[str, int], now: datetime) -> None:
    """Take these for all that was prepared for a meeting, count anew, and let kiosks and pages hear of it."""
    tx.drinks.prepare(meeting, portions)
    tx.timers.put([Timer(rule=COUNT_DRINKS, subject=meeting, due_at=now)])
    tx.feed.touch([("meeting", meeting), ("drinks", meeting)])


def _settle(tx: Transaction, meeting: Meeting, one: Stock, *, short: bool, who: Deciding) -> None:
    subject = f"{meeting.id}:{one.drink.key}"
    key = key_of(TaskKind.DRINKS_SHORT, subject)
    standing = tx.tasks.about([key]).get(key)
    facts = {"thing": one.drink.key, "thing_zh": one.drink.name.zh, "thing_en": one.drink.name.en}
    facts |= {"left": str(one.left), "waiting": str(one.waiting)}
    if not short:
        if standing and standing.state in UNCLAIMED:
            keep(tx, standing, finish(standing, HUB, who.at), Step.FINISH, HUB, who.at)
        return
    if standing is None:
        before = tx.tasks.latest([key], who.at - AGAIN).get(key)
        if before is None or before.accepted_by == HUB:
            kind = TaskKind.DRINKS_SHORT
            call(tx, raise_task(kind, subject, task_id=who.ids(), at=who.at, facts=facts, meeting=meeting.id))
    elif standing.facts != facts:
        tx.tasks.save(replace(standing, facts=facts))
        tx.feed.touch([("tasks", "")])


def _band(tx: Transaction, task: Task) -> Band | None:
    """Return how warm this drink is to be; None where that does not matter."""
    hot = {one.key for one in tx.drinks.menu() if one.hot}
    if not in_room(task) and task.facts.get("note") not in hot:
        return None
    meeting = tx.meetings.get([task.meeting]).get(task.meeting) if task.meeting else None
    return tx.watch_settings.all().of_room(task.facts.get("room") or (meeting.room if meeting else None)).tea.warmth
