"""What the hub's answer, or its silence, makes of the step that waited for it. Pure."""

from dataclasses import replace

from devices.contract.messages import Method, Progress, RequestAnswer, RequestKind
from kiosk.screen import Kind, Order, Screen, staff_called
from kiosk.steps.screens import Asking, Form, Found, Said, Told, Typing
from kiosk.steps.turns import Admit, Turn

_REASONS = frozenset({Said.NOT_FOUND, Said.TOO_MANY_QUESTIONS, Said.NOT_HERE, Said.NO_WALK_INS})
_THANKS = {
    RequestKind.TOO_COLD: Said.TOO_COLD,
    RequestKind.TOO_HOT: Said.TOO_HOT,
    RequestKind.BUSINESS_CARD: Said.CARD_KEPT,
    RequestKind.WALK_IN: Said.WALK_IN_TAKEN,
}
_LOOKS_UP = frozenset({RequestKind.FIND, RequestKind.IDENTIFY})
_METHODS = {RequestKind.IDENTIFY: Method.FOUND, RequestKind.WALK_IN: Method.WALK_IN}


def heard(asking: Asking, answer: RequestAnswer | None) -> Turn:  # noqa: PLR0911 - one a kind of request
    """Return the next step for an answer; None is a hub that is away or silent."""
    if answer is None:
        return Turn(_unheard(asking))
    if answer.progress is Progress.REFUSED:
        return Turn(_told(asking, _reason(answer)))
    match asking.want:
        case RequestKind.HELP:
            return Turn(_coming(asking, answer))
        case RequestKind.FIND:
            return Turn(_found(asking, answer))
        case RequestKind.IDENTIFY | RequestKind.WALK_IN if answer.card is not None and answer.lookup is not None:
            return Turn(effect=Admit(answer.lookup, answer.card, _METHODS[asking.want]))
        case want if want in _THANKS:
            return Turn(_told(asking, _THANKS[want]))
        case _:
            return Turn(_coming(asking, answer))


def ordered(screen: Screen, request: str, answer: RequestAnswer | None) -> Screen | None:
    """Return the greeting on which a drink was chosen, with what became of it; None for any other screen."""
    if screen.order is not Order.ASKED or screen.request != request:
        return None
    taken = answer is not None and answer.progress is not Progress.REFUSED
    return replace(screen, order=Order.TAKEN if taken else Order.FAILED)


def _unheard(asking: Asking) -> Screen:
    """Say where to go instead: nobody could be told, or nothing be looked up."""
    if asking.want is RequestKind.HELP:
        return staff_called(reached=False)
    return _told(asking, Said.HUB_AWAY if asking.want in _LOOKS_UP else Said.NOT_SENT)


def _coming(asking: Asking, answer: RequestAnswer) -> Screen:
    staff = answer.by if answer.progress is Progress.ACCEPTED else ""
    if asking.note == "equipment":
        return replace(_told(asking, Said.EQUIPMENT), staff=staff)
    return staff_called(reached=True, request=asking.request, staff=staff)


def _found(asking: Asking, answer: RequestAnswer) -> Screen:
    if answer.found:
        return Found(languages=asking.languages, candidates=answer.found, text=asking.text)
    if answer.more:
        return Typing(
            kind=Kind.NO_CODE, languages=asking.languages, form=Form.FIND, text=asking.text, problem="too_many"
        )
    return _told(asking, Said.NOT_FOUND)


def _reason(answer: RequestAnswer) -> Said:
    known = {said.value: said for said in _REASONS}
    return known.get(answer.reason or "", Said.NOT_HERE)


def _told(asking: Asking, said: Said) -> Told:
    return Told(languages=asking.languages, said=said, text=asking.text, about=asking.about, request=asking.request)
