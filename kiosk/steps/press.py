"""What a touch makes of the screen it was meant for. Pure: what does not fit there changes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from devices.contract.cards import AnswerCard, MeetingCard, Words
from devices.contract.messages import RequestKind
from kiosk.screen import Kind, Order, Screen
from kiosk.steps.pages import Paged, pages_of
from kiosk.steps.screens import (
    Agenda,
    Answers,
    Asking,
    CardOffer,
    Choosing,
    Form,
    Found,
    Group,
    Said,
    Step,
    Told,
    Typing,
)
from kiosk.steps.turns import NOTHING, AdmitGroup, Around, Ask, How, Press, Receive, Turn
from kiosk.steps.typed import Search, clean, is_name, is_phone, search, sought

HELPS = ("seat", "luggage", "equipment", "handouts", "small_item", "other")
"""What help is wanted, as it is named to the hub; without a name a person is just called (R101)."""

_REMARKS = frozenset(kind for kind in Kind if kind.waits and kind is not Kind.IDLE)

FINDABLE = frozenset({Kind.UNKNOWN, Kind.DAMAGED, Kind.FOREIGN, Kind.REPLACED}) | _REMARKS
"""Kinds on which a guest may be found by name instead: the code is none of ours, or cannot be read."""

_BACK = Turn(how=How.BACK)
_AHEAD = timedelta(hours=18)
_MOST_DIGITS = 4

Row = TypeVar("Row")


def press(screen: Screen, pressed: Press, around: Around) -> Turn:  # noqa: PLR0911 - one a button
    """Return what a touch leads to: the buttons of the rail and of idle first, then those of each step."""
    match pressed.action, screen:
        case "help", _:
            return _help(screen)
        case "back", _:
            return _back(screen)
        case "services", _ if not isinstance(screen, Asking):
            return _over(
                screen, Step(kind=Kind.SERVICES, languages=_one(screen), about=_about(screen), meeting=screen.meeting)
            )
        case "no_code", _ if screen.kind in {Kind.IDLE, Kind.TOLD, Kind.HELP, *FINDABLE}:
            return Turn(Typing(kind=Kind.NO_CODE, languages=_one(screen), form=Form.FIND, text=_text(screen)))
        case "drink", _ if screen.order is Order.OFFERED:
            return _drink(screen, pressed.value, around)
        case _, Step():
            return _step(screen, pressed, around)
        case _:
            return NOTHING


def open_meetings(meetings: Iterable[MeetingCard], now: datetime) -> tuple[MeetingCard, ...]:
    """Return the meetings a guest may have come for at ``now``: those with open doors, else the next of the day."""
    ahead = sorted(
        (one for one in meetings if not one.cancelled and now < one.ends_at and one.doors_at < now + _AHEAD),
        key=lambda one: (one.starts_at, one.key),
    )
    return tuple(one for one in ahead if one.doors_at <= now) or tuple(ahead)


def todays(meetings: Iterable[MeetingCard], now: datetime, own: Words | None = None) -> tuple[MeetingCard, ...]:
    """Return today's meetings that are not over, the guest's ``own`` (by its title) first."""
    ahead = [one for one in meetings if not one.cancelled and now < one.ends_at and one.starts_at < now + _AHEAD]
    return tuple(sorted(ahead, key=lambda one: (one.title != own, one.starts_at, one.key)))


def answers_for(
    answers: Iterable[AnswerCard], meetings: Iterable[MeetingCard], own: Words | None
) -> tuple[AnswerCard, ...]:
    """Return what the house answers to everybody, and to the guests of the meeting with this title."""
    mine = {one.key for one in meetings if one.title == own}
    return tuple(one for one in answers if one.meeting is None or one.meeting in mine)


def _step(step: Step, pressed: Press, around: Around) -> Turn:  # noqa: PLR0911 - one a step
    """Return what a touch leads to on a step that asks."""
    match step:
        case Typing():
            return _typing(step, pressed, around)
        case Found():
            return _found(step, pressed, around)
        case Choosing() if pressed.action == "choose":
            meeting = _picked(step.meetings, pressed.value)
            return _walk_in(step, step.name, step.phone, meeting.key, around) if meeting else NOTHING
        case Group():
            return _group(step, pressed)
        case CardOffer():
            return _card(step, pressed, around)
        case Told() if pressed.action == "walk_in":
            return Turn(Typing(kind=Kind.WALK_IN, languages=step.languages, form=Form.NAME))
        case Answers() if pressed.action == "choose":
            found = _picked(range(len(step.answers)), pressed.value)
            return Turn(replace(step, chosen=found)) if found is not None else NOTHING
    if pressed.action == "page" and isinstance(step, Paged):
        return _page(step, pressed.value)
    return _service(step, pressed, around)


def _service(step: Step, pressed: Press, around: Around) -> Turn:  # noqa: PLR0911 - one a button
    match pressed.action, pressed.value:
        case "call", "":
            return _ask(step, RequestKind.HELP, around)
        case "call", note if note in HELPS:
            return _ask(step, RequestKind.HELP, around, note=note)
        case "too_cold", _:
            return _ask(step, RequestKind.TOO_COLD, around)
        case "too_hot", _:
            return _ask(step, RequestKind.TOO_HOT, around)
        case "agenda", _:
            meetings = todays(around.meetings, around.now, step.meeting)
            return Turn(Agenda(languages=step.languages, about=step.about, meeting=step.meeting, meetings=meetings))
        case "privacy", _ if step.kind is Kind.SERVICES:
            return Turn(replace(step, kind=Kind.PRIVACY))
        case "answers", _:
            answers = answers_for(around.answers, around.meetings, step.meeting)
            return Turn(Answers(languages=step.languages, about=step.about, meeting=step.meeting, answers=answers))
        case _:
            return NOTHING


def _help(screen: Screen) -> Turn:
    if screen.kind is Kind.HELP:
        return NOTHING
    return _over(screen, Step(kind=Kind.HELP, languages=_one(screen), about=_about(screen)))


def _back(screen: Screen) -> Turn:
    match screen:
        case Typing(form=Form.PHONE):
            name = replace(screen, form=Form.NAME, text=screen.name, name="", problem="")
            return Turn(name)
        case Choosing():
            asked = Typing(
                kind=Kind.WALK_IN, languages=screen.languages, form=Form.PHONE, name=screen.name, text=screen.phone
            )
            return Turn(asked)
        case Answers(chosen=int()):
            return Turn(replace(screen, chosen=None))
        case Agenda() | Answers() | Step(kind=Kind.PRIVACY):
            services = Step(kind=Kind.SERVICES, languages=screen.languages, about=screen.about, meeting=screen.meeting)
            return Turn(services)
        case Found():
            return Turn(Typing(kind=Kind.NO_CODE, languages=screen.languages, form=Form.FIND, text=screen.text))
        case _:
            return NOTHING if screen.kind in {Kind.IDLE, Kind.READING} else _BACK


def _drink(screen: Screen, drink: str, around: Around) -> Turn:
    if drink == "none":
        return Turn(replace(screen, order=Order.DECLINED))
    if drink not in {one.drink for one in screen.drinks}:
        return NOTHING
    ask = Ask(id=around.id, kind=RequestKind.DRINK, note=drink, about=screen.scan_id)
    return Turn(replace(screen, order=Order.ASKED, request=around.id), ask)


def _typing(step: Typing, pressed: Press, around: Around) -> Turn:  # noqa: PLR0911 - one a form
    text = clean(pressed.value)
    if pressed.action == "type":
        return Turn(replace(step, text=text), how=How.KEEP)
    if pressed.action != "enter":
        return NOTHING
    step = replace(step, text=text, problem="")
    match step.form:
        case Form.FIND:
            return _find(step, around)
        case Form.NAME if not is_name(text):
            return Turn(replace(step, problem="too_short"))
        case Form.NAME:
            return Turn(replace(step, form=Form.PHONE, name=text.strip(), text=""))
        case Form.PHONE if not is_phone(text):
            return Turn(replace(step, problem="no_phone"))
        case Form.PHONE:
            return _which_meeting(step, around)


def _find(step: Typing, around: Around) -> Turn:
    match search(step.text):
        case Search.NAME | Search.PHONE:
            return _ask(step, RequestKind.FIND, around, text=sought(step.text), typed=step.text)
        case Search.CODE:
            return Turn(effect=Receive(step.text))
        case problem:
            return Turn(replace(step, problem=problem.value))


def _which_meeting(step: Typing, around: Around) -> Turn:
    meetings = open_meetings(around.meetings, around.now)
    phone = step.text.replace(" ", "")
    if len(meetings) > 1:
        return Turn(Choosing(languages=step.languages, name=step.name, phone=phone, meetings=meetings))
    return _walk_in(step, step.name, phone, meetings[0].key if meetings else "", around)


def _walk_in(step: Step, name: str, phone: str, meeting: str, around: Around) -> Turn:
    asking = Asking(languages=step.languages, request=around.id, want=RequestKind.WALK_IN)
    return Turn(asking, Ask(id=around.id, kind=RequestKind.WALK_IN, text=name, phone=phone, meeting=meeting))


def _found(step: Found, pressed: Press, around: Around) -> Turn:
    if pressed.action == "none":
        return Turn(Told(languages=step.languages, said=Said.NOT_FOUND, text=step.text))
    one = _picked(step.candidates, pressed.value) if pressed.action == "choose" else None
    if one is None:
        return NOTHING
    asking = Asking(languages=step.languages, request=around.id, want=RequestKind.IDENTIFY, text=step.text)
    return Turn(asking, Ask(id=around.id, kind=RequestKind.IDENTIFY, lookup=one.lookup))


def _group(step: Group, pressed: Press) -> Turn:
    if pressed.action == "page":
        return _page(step, pressed.value)
    if pressed.action == "enter" and step.ticked:
        return Turn(effect=AdmitGroup(step.group, tuple(sorted(step.ticked)), step.languages))
    at = _picked(range(len(step.group.members)), pressed.value) if pressed.action == "tick" else None
    return NOTHING if at is None else Turn(replace(step, ticked=step.ticked ^ {at}))


def _card(step: CardOffer, pressed: Press, around: Around) -> Turn:
    if pressed.action == "no":
        return Turn(Told(languages=step.languages, said=Said.CARD_NOT_KEPT, about=step.about))
    if pressed.action != "yes":
        return NOTHING
    asking = Asking(languages=step.languages, request=around.id, want=RequestKind.BUSINESS_CARD, about=step.about)
    return Turn(asking, Ask(id=around.id, kind=RequestKind.BUSINESS_CARD, about=step.about, card=step.card))


def _page(step: Paged, way: str) -> Turn:
    page = step.page + {"next": 1, "back": -1}.get(way, 0)
    return Turn(replace(step, page=page)) if page != step.page and 0 <= page < pages_of(step) else NOTHING


def _ask(step: Step, kind: RequestKind, around: Around, *, note: str = "", text: str = "", typed: str = "") -> Turn:
    asking = Asking(languages=step.languages, request=around.id, want=kind, note=note, text=typed, about=step.about)
    return Turn(asking, Ask(id=around.id, kind=kind, note=note, about=step.about, text=text))


def _over(screen: Screen, step: Step) -> Turn:
    """Lay a step over what a guest may want to come back to."""
    return Turn(step, how=How.NEXT if screen.kind.waits else How.OVER)


def _one(screen: Screen) -> tuple[str, ...]:
    return (screen.language,)


def _about(screen: Screen) -> str:
    """Return the scan of the guest who was greeted here, for what they ask next to be told as theirs."""
    return screen.about if isinstance(screen, Step) else screen.scan_id if screen.kind.admits else ""


def _text(screen: Screen) -> str:
    return screen.text if isinstance(screen, Told) else ""


def _picked(rows: Sequence[Row], value: str) -> Row | None:
    at = int(value) if value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS else len(rows)
    return rows[at] if at < len(rows) else None
