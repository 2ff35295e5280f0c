"""A guest's journey by touch: presses taken to the screen, and what they set going done. Decisions are in ``steps``.

A press waits for the hub on the page's own thread; the camera's and the link's threads never wait for a guest.
"""

import logging
import sqlite3
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Protocol

from devices.contract.cards import GroupCard, SeatLabel
from devices.contract.codec import UnreadableMessage
from devices.contract.messages import Method, Progress, Request, RequestAnswer, RequestKind
from kiosk.answered import answered
from kiosk.board import ScreenBoard
from kiosk.business_card import read_card
from kiosk.evacuation import WayOut
from kiosk.identity import Identity
from kiosk.reception import CannotKeep, Reception, Result
from kiosk.roster import Roster
from kiosk.screen import Screen, accepted, out_of_order, reading, way_to_room
from kiosk.steps.heard import heard, ordered
from kiosk.steps.press import press
from kiosk.steps.screens import Admitted, Asking, GroupIn, card_step, group_step
from kiosk.steps.turns import Admit, AdmitGroup, Around, Ask, CheckIn, How, Press, Receive, Turn

WITHIN_S = 4.0
"""How long a guest waits for the hub, in seconds; then the screen says how to go on without it."""

CARD_OF_LAST_GUEST_MS = 60_000
"""A business card held up this soon after a greeting is that guest's (R95)."""

_NEWS = 16

_log = logging.getLogger(__name__)

GroupOf = Callable[[str, Method], GroupCard | None]
"""Opens the list of those who come on one code, if it is a group's."""


class AskHub(Protocol):
    """Sends a request to the hub and waits for its first answer; None when it is away or silent."""

    def __call__(self, request: Request, within_s: float) -> RequestAnswer | None:
        """Ask."""


class Journey:
    """Runs what touches lead to. Safe to use from several threads: the board decides who was first."""

    def __init__(
        self,
        identity: Identity,
        board: ScreenBoard,
        roster: Roster,
        reception: Reception,
        ask: AskHub,
        group_of: GroupOf = lambda _text, _method: None,
    ) -> None:
        """Take the parts."""
        self._identity = identity
        self._board = board
        self._roster = roster
        self._reception = reception
        self._ask = ask
        self._group_of = group_of
        self._news: deque[RequestAnswer] = deque(maxlen=_NEWS)

    def press(self, version: int, pressed: Press) -> bool:
        """Take a touch on the screen of that version; False when it means nothing, or that screen is gone."""
        now, screen = self._board.current()
        if now != version:
            return False
        if isinstance(screen, WayOut):
            return self._left_behind(pressed)
        return self._take(version, press(screen, pressed, self._around()))

    def call(self) -> None:
        """Call a person at once, whatever is on the screen: the button beside it was pushed."""
        for action in ("help", "call"):
            self.press(self._board.current()[0], Press(action))

    def news(self, answer: RequestAnswer) -> None:
        """Show who is on the way, as soon as somebody accepts. Called on the link's thread: it waits for nothing."""
        if answer.progress is Progress.ACCEPTED:
            self._news.append(answer)
            self._board.revise(lambda screen: accepted(screen, answer.id, answer.by))

    def shown(self, about: str) -> None:
        """Say on a screen that was just put up for this scan or request what was heard of it before."""
        for told in [one for one in self._news if one.id == about]:
            self._board.revise(partial(accepted, about=told.id, staff=told.by))

    def scanned(self, text: str) -> bool:
        """Take a code that was held up, if it is no single guest's; as any scan it replaces whatever was there.

        A group's code is answered with its list. A business card is on the screen alone until its guest agrees (R95).
        """
        language = self._board.current()[1].language
        card = read_card(text)
        if card is not None:
            self._board.show(card_step(card, language, self._reception.last_in(CARD_OF_LAST_GUEST_MS)))
            return True
        group = self._group_of(text, Method.QR)
        if group is not None:
            self._board.show(group_step(group, language))
        return group is not None

    def _left_behind(self, pressed: Press) -> bool:
        """Call a person for somebody who asks for help while everybody leaves; nothing else is offered then."""
        if pressed.action != "help":
            return False
        ask = Ask(id=self._identity.new_id(), kind=RequestKind.HELP)
        answer = self._ask(self._request(ask), WITHIN_S)
        if answer is not None and answer.progress is not Progress.REFUSED:
            self._board.restate(lambda standing: replace(standing, called=True))
        return True

    def _take(self, version: int, turn: Turn) -> bool:
        """Bring a turn onto the screen, if it still is the one that was touched, and do what follows."""
        screen, effect = turn.screen, turn.effect
        if turn.how is How.BACK:
            return self._board.back(version)
        if screen is None:
            if effect is None or isinstance(effect, Ask):
                return False
            return self._check_in(lambda shown: self._board.turn(version, shown), effect)
        if turn.how is How.KEEP:
            return self._board.amend(version, screen)
        if not self._board.turn(version, screen, over=turn.how is How.OVER):
            return False
        if isinstance(effect, Ask):
            self._wait(screen, effect)
        return True

    def _wait(self, waits: Screen, ask: Ask) -> None:
        """Ask the hub, and go on from whatever it says, if that guest still waits."""
        answer = self._ask(self._request(ask), WITHIN_S)
        if not isinstance(waits, Asking):
            self._board.revise(lambda screen: ordered(screen, ask.id, answer))
            return
        turn = heard(waits, answer)
        put = self._putter(ask.id)
        if turn.screen is not None:
            put(turn.screen)
            self.shown(ask.id)
        elif turn.effect is not None and not isinstance(turn.effect, Ask):
            self._check_in(put, turn.effect)

    def _putter(self, request: str) -> Callable[[Screen], bool]:
        """Return what puts a screen in the place of the step that waits for this request, shown or covered."""

        def put(screen: Screen) -> bool:
            return self._board.revise(
                lambda shown: screen if isinstance(shown, Asking) and shown.request == request else None
            )

        return put

    def _check_in(self, put: Callable[[Screen], bool], effect: CheckIn) -> bool:
        """Let in whom the guest says they are, unless another guest has taken the screen."""
        group = self._group_of(effect.text, Method.TYPED) if isinstance(effect, Receive) else None
        if group is not None:
            return put(group_step(group, self._board.current()[1].language))
        scan_id = self._identity.new_id()
        if not put(reading(scan_id)):
            return False
        try:
            screen = self._admitted(effect, scan_id)
        except CannotKeep:
            _log.exception("a check-in could not be written to disk")
            screen = out_of_order(scan_id)
        self._board.update(scan_id, screen)
        self.shown(scan_id)
        return True

    def _admitted(self, effect: CheckIn, scan_id: str) -> Screen:
        match effect:
            case Receive(text):
                result = self._reception.receive(text, scan_id, Method.TYPED)
            case Admit(lookup, card, method):
                result = self._reception.admit(lookup, card, scan_id, method)
            case AdmitGroup():
                return self._group(effect, scan_id)
        return answered(result, self._roster, self._identity.clock.now())

    def _group(self, effect: AdmitGroup, scan_id: str) -> Screen:
        """Let in each guest of a group who was ticked, with an event each; who cannot be kept goes to a person."""
        members = [effect.group.members[at] for at in effect.ticked]
        guests = []
        for member in members:
            try:
                result = self._reception.admit(member.lookup, member.card, self._identity.new_id(), Method.GROUP)
                ok, seat = result.verdict.admits, _seat(result)
            except CannotKeep:
                _log.exception("a check-in of a group could not be written to disk")
                ok, seat = False, None
            guests.append(Admitted(salutation=member.card.salutation, ok=ok, seat=seat))
        meeting = self._roster.meeting(effect.group.meeting)
        way = way_to_room(meeting, self._roster.places()) if meeting else None
        return GroupIn(languages=effect.languages, scan_id=scan_id, guests=tuple(guests), way=way)

    def _around(self) -> Around:
        identity = self._identity
        try:
            meetings, answers = tuple(self._roster.meetings()), tuple(self._roster.answers())
        except (sqlite3.Error, UnreadableMessage):
            _log.exception("the roster cannot be read; agenda and answers are left out")
            meetings, answers = (), ()
        return Around(id=identity.new_id(), now=identity.clock.now(), meetings=meetings, answers=answers)

    def _request(self, ask: Ask) -> Request:
        stamp = self._identity.stamp() | {"id": ask.id}
        return Request(
            **stamp,
            kind=ask.kind,
            note=ask.note or None,
            about=ask.about or None,
            text=ask.text,
            phone=ask.phone,
            lookup=ask.lookup or None,
            meeting=ask.meeting or None,
            card=ask.card,
        )


def _seat(result: Result) -> SeatLabel | None:
    return result.card.seat if result.card else None
