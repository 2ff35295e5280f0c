"""Histories of a meeting's doors for the proof of I6, and what the hub makes of one, in a form to be compared.

A history is a set of events: who was scanned where, when, by which of two kiosks, under which of their codes, and what
the kiosk said. Guests may be withdrawn, have a second code, belong to a party or be nobody's guests.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from random import Random
from uuid import UUID

from devices.contract.messages import Clock, Verdict
from devices.ids import uuid7
from hub.domain.guests import InvitationStatus
from hub.ports import Transaction
from hub.usecases.check_in import Desk, check_in
from hub.usecases.judging import Incoming
from tests.hub.build import at, furnish, invited, lookup
from tests.hub.usecases.scans import KIOSKS, scan

GUESTS = 6
STRANGERS = 2
SEATS = (2, 4)
"""Rows and numbers: a seat for each guest."""

SECOND_CODE = 100
"""Guest 3's second code is number 103."""

MEETING = "m-launch"
LATER = at(20_000)
"""When all of it reaches the hub: long after the doors, so that no answer depends on how fast it came."""

_VERDICTS = (Verdict.WELCOME, Verdict.WELCOME, Verdict.ALREADY_IN, Verdict.UNKNOWN, Verdict.TOO_EARLY, Verdict.REVOKED)


@dataclass(frozen=True, slots=True)
class History:
    """What was so before the doors opened (by guest's number), and the events in the order of the doors."""

    parties: dict[int, str]
    withdrawn: dict[int, datetime]
    second_codes: dict[int, datetime]
    events: tuple[Incoming, ...]


def draw(chance: Random) -> History:
    """Draw a history with few guests, few moments and many scans, so that they meet each other."""
    guests = range(1, GUESTS + 1)
    second = {number: at(chance.randint(0, 300)) for number in guests if chance.random() < 0.3}
    numbers = [*range(1, GUESTS + STRANGERS + 1), *(SECOND_CODE + number for number in second)]
    events = [_event(chance, chance.choice(numbers), place) for place in range(chance.randint(2, 24))]
    return History(
        parties={number: chance.choice(("", "示例公司")) for number in guests},
        withdrawn={number: at(chance.randint(0, 300)) for number in guests if chance.random() < 0.3},
        second_codes=second,
        events=tuple(sorted(events, key=lambda item: (item.event.ts, item.event.id))),
    )


def _event(chance: Random, number: int, place: int) -> Incoming:
    return scan(
        number,
        chance.choice((0, 30, 60, 61, 90, 120, 300)) + chance.choice((0, 0, 0.5)),
        chance.choice(KIOSKS),
        id=str(UUID(int=chance.getrandbits(128))),
        seq=place,
        verdict=chance.choice(_VERDICTS),
        offline=chance.random() < 0.5,
        clock=chance.choice((Clock.SYNCED, Clock.SYNCED, Clock.UNSYNCED)),
    )


def shuffled(history: History, chance: Random) -> list[list[Incoming]]:
    """Cut the events into batches in any order, some of them several times."""
    waiting = [*history.events, *chance.choices(history.events, k=chance.randint(0, len(history.events)))]
    chance.shuffle(waiting)
    batches = []
    while waiting:
        size = chance.choice((1, 2, 5, 24))
        batches.append(waiting[:size])
        waiting = waiting[size:]
    return batches


def prepare(tx: Transaction, history: History) -> None:
    """Store the meeting and its guests as they stand before the doors open."""
    furnish(tx, [invited(number, party=party) for number, party in history.parties.items()], *SEATS)
    for number, moment in history.second_codes.items():
        code = SECOND_CODE + number
        tx.guests.replace_code(f"inv-{number}", f"CODE-{code}", lookup(code), moment)
    for number, moment in history.withdrawn.items():
        tx.guests.set_status(f"inv-{number}", InvitationStatus.REVOKED, moment)


def take(tx: Transaction, batch: Sequence[Incoming], desk: Desk) -> None:
    """Check one batch in, and see that each event is answered and no given seat is lost, changed or given twice."""
    before = {one.invitation: one.seat for one in tx.seats.assignments(MEETING)}
    answers = check_in(tx, batch, desk, LATER)
    assert [answer.id for answer in answers] == [item.event.id for item in batch]
    after = {one.invitation: one.seat for one in tx.seats.assignments(MEETING)}
    assert before.items() <= after.items(), "a seat once given stays given"
    assert len(set(after.values())) == len(after), "a seat has one holder (I4)"


def desk() -> Desk:
    """Return a desk that knows both kiosks and no seat map yet."""
    return Desk(uuid7, KIOSKS)


def projection(tx: Transaction, history: History) -> str:
    """Return the SHA-256 of all that must not depend on the order: events, classes, admissions and counts.

    Left out is what tells of the receipt itself (``received_at``), and who sits where: who comes first has the choice.
    """
    stored = tx.check_ins.known({item.event.id for item in history.events})
    invitations = [f"inv-{number}" for number in history.parties]
    said = {
        "events": {key: asdict(replace(one, received_at=LATER)) for key, one in stored.items()},
        "admissions": {key: asdict(one) for key, one in tx.check_ins.admissions(invitations).items()},
        "tally": {classed.value: count for classed, count in tx.check_ins.tally().items()},
        "heads": {key: asdict(count.guests) for key, count in tx.attendance.counts([MEETING]).items()},
        "seated": sorted(one.invitation for one in tx.seats.assignments(MEETING) if one.occupied),
    }
    return hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()
