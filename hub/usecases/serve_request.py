"""What the hub does with everything asked at a kiosk, or by a button in a room, once: who asks again is answered again.

Rosters are served by ``serve_roster``; searches, which take longer, by ``find_guest`` in a thread of their own.
"""

from collections.abc import Callable, Mapping

from devices.contract.messages import Progress, RequestAnswer, RequestKind
from hub.domain.requests import Asked
from hub.usecases.ask_from_room import serve_room
from hub.usecases.ask_help import serve_comfort, serve_drink, serve_help
from hub.usecases.asking import PROGRESS, Asking, refusal
from hub.usecases.identify_guest import open_again, serve_identify
from hub.usecases.keep_card import serve_card
from hub.usecases.walk_in import serve_walk_in

SERVED: Mapping[RequestKind, Callable[[Asking], RequestAnswer]] = {
    RequestKind.TEA: serve_room,
    RequestKind.HELP: serve_help,
    RequestKind.TOO_COLD: serve_comfort,
    RequestKind.TOO_HOT: serve_comfort,
    RequestKind.DRINK: serve_drink,
    RequestKind.IDENTIFY: serve_identify,
    RequestKind.WALK_IN: serve_walk_in,
    RequestKind.BUSINESS_CARD: serve_card,
}


def serve_request(asking: Asking) -> RequestAnswer | None:
    """Do what is asked and answer it; None for an id under which something else was asked."""
    before = asking.tx.requests.get(asking.request.id)
    if before is None:
        return (serve_room if asking.request.room else SERVED[asking.request.kind])(asking)
    return _again(asking, before) if asking.same(before) else None


def _again(asking: Asking, before: Asked) -> RequestAnswer:
    if before.reason:
        return refusal(asking.request, before.reason)
    if before.invitation:
        return open_again(asking.tx, before, asking.now)
    task = asking.tx.tasks.get(before.task) if before.task else None
    if task is None:
        return RequestAnswer(id=before.id, progress=Progress.ANSWERED)
    return RequestAnswer(id=before.id, progress=PROGRESS[task.state], by=task.accepted_by)
