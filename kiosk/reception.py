"""One scanned text, from reading to what the guest sees: look up, decide, keep, tell the hub, answer.

The order is the promise: nothing says Welcome before the event is on disk.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from devices.contract.cards import Arrival, GroupCard, GuestCard, LeasedSeat, MeetingCard
from devices.contract.codec import UnreadableMessage
from devices.contract.credential import lookup
from devices.contract.messages import Answer, CheckInEvent, Clock, CodeKind, Method, Verdict
from devices.sealing import CannotOpen
from kiosk.checkin import Decision, Known, Scanned, decide, scan
from kiosk.identity import Identity
from kiosk.leases import next_seat
from kiosk.outbox import Outbox, OutboxFull
from kiosk.roster import Roster

_log = logging.getLogger(__name__)

Ask = Callable[[CheckInEvent], Answer | None]
"""Sends an event and waits a moment for the hub's word."""


class CannotKeep(Exception):
    """The event cannot be kept (disk or outbox full, or failing): the guest goes to a person, and is not welcomed."""

    code = "cannot_keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the guest should see. ``event`` names the scan, for a later word of the hub; ``online``: it is there.

    ``from_hub``: guest and seat are as the hub has them. ``arrived_here`` is when this kiosk itself first let the guest
    in, before this scan (aware UTC).
    """

    event: str
    verdict: Verdict
    card: GuestCard | None
    meeting: MeetingCard | None
    from_hub: bool
    online: bool = True
    arrived_here: datetime | None = None


class Reception:
    """Decides at one door, one guest after the other: scans from the camera's thread, touches from the page's."""

    def __init__(  # noqa: PLR0913 - each is one thing a decision needs or sets off
        self,
        identity: Identity,
        roster: Roster,
        outbox: Outbox,
        *,
        lookup_key: bytes,
        ask: Ask,
        hub_reachable: Callable[[], bool],
        tell: Callable[[Result], None] = lambda _: None,
    ) -> None:
        """Take the parts; ``lookup_key`` is the venue's key for the hashes of codes.

        ``tell`` hears of every result once the event is on disk, for the door and the printer; it must be quick and
        must not raise. A later word of the hub on the same event is told again.
        """
        self._identity = identity
        self._roster = roster
        self._outbox = outbox
        self._lookup_key = lookup_key
        self._ask = ask
        self._hub_reachable = hub_reachable
        self._tell = tell
        self._one_by_one = threading.Lock()
        self._last_in: tuple[str, int] | None = None
        self._last: tuple[str, Decision | None] = ("", None)

    def last_in(self, within_ms: int) -> str:
        """Return the event of the guest who was let in alone at most ``within_ms`` ago, for what they ask next."""
        event, at_ms = self._last_in or ("", 0)
        return event if self._identity.clock.monotonic_ms() - at_ms <= within_ms else ""

    def receive(self, text: str, event_id: str, method: Method = Method.QR) -> Result:
        """Answer one scan under its new id. Raises CannotKeep when the event could not be made durable."""
        scanned = scan(text, method)
        hashed = lookup(self._lookup_key, scanned.code)
        return self._answer(scanned, hashed, lambda: self._known(scanned, hashed), event_id, method)

    def group_of(self, text: str, method: Method = Method.QR) -> GroupCard | None:
        """Return the group whose code a text is, to be ticked (G22); None for any other text.

        Nothing is kept of it: only those who are ticked are, one by one, by ``admit``.
        """
        scanned = scan(text, method)
        if scanned.kind is not CodeKind.SHORT or scanned.damaged:
            return None
        hashed = lookup(self._lookup_key, scanned.code)
        try:
            return self._roster.group(hashed, scanned.code)
        except (CannotOpen, UnreadableMessage):
            _log.exception("the roster entry of the group %s is damaged; its guests come on their own codes", hashed)
            return None

    def admit(self, hashed: str, card: GuestCard, event_id: str, method: Method) -> Result:
        """Answer a guest whose card the hub gave, or who was ticked in a group, as if the code had been held.

        ``hashed`` is the keyed hash of that guest's code. Raises CannotKeep as ``receive`` does.
        """
        scanned = Scanned(kind=CodeKind.SHORT, code="")
        return self._answer(scanned, hashed, lambda: self._known_by(card), event_id, method)

    def _answer(
        self, scanned: Scanned, hashed: str, known: Callable[[], Known], event_id: str, method: Method
    ) -> Result:
        with self._one_by_one:
            try:
                decision, before, event = self._decide_and_keep(scanned, hashed, known(), event_id, method)
            except (sqlite3.Error, OSError, OutboxFull) as problem:
                raise CannotKeep(str(problem)) from problem
        in_alone = event.verdict.admits and method is not Method.GROUP
        self._last_in = (event.id, self._identity.clock.monotonic_ms()) if in_alone else None
        self._last = (event.id, decision)
        answer = self._ask(event)
        result = self._result(event, decision, answer)
        if before is None and result.verdict.admits and not event.verdict.admits:  # the hub knows more than we do
            before = self._arrived(hashed)
        result = replace(result, arrived_here=before.at if before else None)
        self._tell(result)
        return result

    def _decide_and_keep(
        self, scanned: Scanned, hashed: str, known: Known, event_id: str, method: Method
    ) -> tuple[Decision, Arrival | None, CheckInEvent]:
        identity = self._identity
        at, clock = identity.clock.now(), identity.clock_state()
        decision, arrived = self._decide(scanned, known, hashed, at, clock)
        offline = not self._hub_reachable()
        given = self._seat(decision, hashed, at, clock, offline=offline)

        def make(seq: int) -> CheckInEvent:
            return CheckInEvent(
                id=event_id,
                ts=at,
                boot=identity.boot,
                seq=seq,
                lookup=hashed,
                kind=decision.kind,
                verdict=decision.verdict,
                offline=offline,
                mono_ms=identity.count_ms(),
                clock=clock,
                method=method,
                invitation=decision.card.invitation if decision.card else None,
                meeting=decision.meeting.key if decision.meeting else None,
                signed=decision.signed,
                machine=identity.machine,
                seat=given.label if given else None,
            )

        event = self._outbox.record(make, given)
        if given is None or decision.card is None:
            return decision, arrived, event
        return replace(decision, card=replace(decision.card, seat=given.seat)), arrived, event

    def _decide(
        self, scanned: Scanned, known: Known, hashed: str, at: datetime, clock: Clock
    ) -> tuple[Decision, Arrival | None]:
        """Decide; only of those who may go in the file is asked when they came before: a refusal costs it nothing."""
        decision = decide(scanned, known, at, clock)
        arrived = self._arrived(hashed) if decision.verdict.admits else None
        if arrived is None:
            return decision, None
        return decide(scanned, replace(known, arrived=arrived), at, clock), arrived

    def _seat(self, decision: Decision, hashed: str, at: datetime, clock: Clock, *, offline: bool) -> LeasedSeat | None:
        """Return the seat that the screen shows by this kiosk's own word: told here before, on the roster, or leased.

        One told before is said again with every scan, for a later scan may reach the hub first. It stands even before
        a seat that the hub keeps for a guest of whom it has not heard yet: this guest sits already. One of the roster
        is named too, since the hub may have moved this guest, or have given it to another, and nobody here knows.
        """
        card = decision.card
        if card is None or not decision.verdict.admits:
            return None
        told = self._outbox.seat_given(hashed, unanswered=card.seat is not None)
        if card.seat is not None:
            return told or LeasedSeat(label=card.seat.label, seat=card.seat)
        if told or not offline or decision.verdict is not Verdict.WELCOME:
            return told
        lease = self._roster.lease(self._identity.device, card.meeting)
        return next_seat(lease, card, self._outbox.seats_given(card.meeting), at, clock) if lease else None

    def _result(self, event: CheckInEvent, decision: Decision, answer: Answer | None) -> Result:
        """Let the hub's word, where it came, stand before this kiosk's own."""
        if answer is None or not answer.accepted:
            return Result(
                event=event.id,
                verdict=decision.verdict,
                card=decision.card,
                meeting=decision.meeting,
                from_hub=False,
                online=not event.offline,
            )
        return self._word(answer, decision)

    def late(self, answer: Answer) -> Result:
        """Say what the hub's word means for the screen when it came after this kiosk's own."""
        event, decision = self._last
        result = self._word(answer, decision if event == answer.id else None)
        self._tell(result)
        return result

    def _word(self, answer: Answer, decision: Decision | None) -> Result:
        """Take the hub's verdict, with its card.

        It sends none for a scan that is old by its own clock, which may be ahead: then this kiosk's card stands, and
        the seat on it is this kiosk's own word.
        """
        card = answer.card or (decision.card if decision else None)
        meeting = self._roster.meeting(card.meeting) if card else (decision.meeting if decision else None)
        known = answer.card is not None or card is None
        return Result(event=answer.id, verdict=answer.verdict, card=card, meeting=meeting, from_hub=known)

    def _known_by(self, card: GuestCard) -> Known:
        return Known(card=card, meeting=self._roster.meeting(card.meeting))

    def _arrived(self, hashed: str) -> Arrival | None:
        arrived_at = self._outbox.arrived_at(hashed)
        return Arrival(door=self._identity.door, at=arrived_at) if arrived_at else None

    def _known(self, scanned: Scanned, hashed: str) -> Known:
        card = self._card(scanned, hashed)
        if card is not None:
            return self._known_by(card)
        if scanned.signed is None:
            return Known()
        key = self._roster.key(scanned.signed.key_id)
        meeting = self._roster.meeting(key.meeting) if key else None
        if key is None or meeting is None or int(meeting.number, 16) != scanned.signed.meeting:
            return Known(key=key)
        return Known(key=key, meeting=meeting)

    def _card(self, scanned: Scanned, hashed: str) -> GuestCard | None:
        try:
            return self._roster.guest(hashed, scanned.code)
        except (CannotOpen, UnreadableMessage):
            _log.exception("the roster entry %s is damaged; the hub is asked", hashed)
            return None
