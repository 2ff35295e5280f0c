"""A guest at a kiosk asks for a person, is too cold or hot, or would like a drink (R101, R105, R107, R152, R153)."""

from devices.contract.messages import RequestAnswer
from hub.domain.guests import Invited
from hub.domain.tasks import TaskKind, raise_task
from hub.usecases.asking import Asking
from hub.usecases.call_staff import call

OTHER = "other"
HELP = frozenset({"seat", "luggage", "equipment", "handouts", "small_item", OTHER})
"""What a guest needs help with (R101, R105, R153)."""

NO_DRINK = "none"
DRINKS = frozenset({"tea", "coffee", "water"})
"""What a guest may have brought to the seat (G21)."""


def serve_help(asking: Asking) -> RequestAnswer:
    """Call somebody. What kind of help nobody here knows is some other help: nobody is left alone for a word."""
    return _call(asking, TaskKind.HELP, _known(asking.request.note or ""), asking.guest())


def serve_comfort(asking: Asking) -> RequestAnswer:
    """Call somebody who makes it warmer or cooler where the guest sits."""
    return _call(asking, TaskKind.COMFORT, asking.request.kind.value, asking.guest())


def serve_drink(asking: Asking) -> RequestAnswer:
    """Have a drink brought to the guest's seat; no drink needs nobody."""
    note = asking.request.note or ""
    if note == NO_DRINK:
        return asking.answered()
    if note not in DRINKS:
        return asking.refused("unknown_drink")
    guest = asking.guest()
    if guest is None:
        return asking.refused("not_found")  # nobody would know whom to bring it to
    return _call(asking, TaskKind.DRINK, note, guest)


def _call(asking: Asking, kind: TaskKind, note: str, guest: Invited | None) -> RequestAnswer:
    facts = asking.facts(guest) | {"note": note}
    task = raise_task(
        kind,
        _subject(asking.device, note, guest),
        task_id=asking.service.ids(),
        at=asking.now,
        facts=facts,
        meeting=guest.invitation.meeting if guest else None,
    )
    return asking.called(call(asking.tx, task))


def _known(note: str) -> str:
    """Return what help is wanted; nothing where a person was just called, which staff need no word for."""
    return note if not note or note in HELP else OTHER


def _subject(device: str, note: str, guest: Invited | None = None) -> str:
    """Return what one open task is about: a guest's wish, or that of whoever stands at the door."""
    return f"{guest.invitation.id if guest else device}:{note}"
