"""A kiosk that is touched: a real board, roster, outbox and reception; only the hub is the test's own words."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from devices.contract.cards import GroupCard, Words
from devices.contract.messages import CheckInEvent, Progress, Request, RequestAnswer, RequestKind, RosterPage
from devices.ids import uuid7
from devices.ports import Clock
from kiosk.board import ScreenBoard
from kiosk.database import Database
from kiosk.identity import Identity
from kiosk.journey import Journey
from kiosk.outbox import Outbox
from kiosk.reception import Reception
from kiosk.roster import Roster
from kiosk.steps.turns import Press
from tests.kiosk.cards import LOOKUP_KEY


@dataclass
class Hub:
    """What the hub would say to each kind of request; nothing while it is away."""

    there: bool = True
    answers: dict[RequestKind, dict[str, Any]] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    def ask(self, request: Request, within_s: float) -> RequestAnswer | None:
        """Answer one request."""
        assert within_s > 0
        self.asked.append(request)
        self.meanwhile()
        told = self.answers.get(request.kind, {"progress": Progress.TAKEN})
        return RequestAnswer(**{"id": request.id} | told) if self.there else None


class Touched:
    """A kiosk at the east entrance, and a finger."""

    def __init__(self, database: Database, board: ScreenBoard, clock: Clock, *pages: RosterPage) -> None:
        self.board = board
        self.hub = Hub()
        self.groups: dict[str, GroupCard] = {}
        self.identity = Identity("house", "kiosk-1", uuid7(), clock, uuid7, Words(zh="东门", en="East"), lambda: True)
        self.roster = Roster(database)
        for page in pages:
            assert self.roster.apply(page)
        self.outbox = Outbox(database, self.identity.boot)
        self.events: list[CheckInEvent] = []
        self.reception = Reception(
            self.identity,
            self.roster,
            self.outbox,
            lookup_key=LOOKUP_KEY,
            ask=self.events.append,  # a hub that is late: the kiosk's own word stands
            hub_reachable=lambda: self.hub.there,
        )
        self.journey = Journey(
            self.identity, board, self.roster, self.reception, self.hub.ask, lambda text, _method: self.groups.get(text)
        )

    def touch(self, action: str, value: str = "") -> bool:
        """Touch a button of the screen that is there."""
        return self.journey.press(self.board.current()[0], Press(action, value))

    def hears(self, request: str, **told: Any) -> None:  # noqa: ANN401 - an answer's fields
        """Let the hub say how things stand, unasked."""
        answer = RequestAnswer(id=request, progress=Progress.ACCEPTED)
        self.journey.news(replace(answer, **told))
