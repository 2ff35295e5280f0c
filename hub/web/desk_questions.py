"""What the house and a source see differently, as questions that a receptionist can answer. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from devices.contract.topics import HUB
from devices.texts import clock_time, day
from hub.domain.alternatives import Alternative, Other
from hub.domain.syncing import Conflict, ConflictKind, Decision, choices
from hub.domain.words import Words
from hub.usecases.decide_conflict import looked_at
from hub.web.desk_lines import OFFERED, Desk
from hub.web.language import Tongue

_FACTS = ("gone", "known", "people", "seats")
_WORDS = ("title", "rival", "titles")
_NOTHING = "—"
_IN_USE = frozenset({ConflictKind.GONE_IN_USE, ConflictKind.MOVED_IN_USE})


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to decide: what its button says, what follows, and whether it is asked once more."""

    decision: Decision
    do: str
    then: str
    sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. ``seen`` names what the page shows of it; ``key`` is the meeting's, where it is about one.

    ``offers`` are other rooms, times and set-ups that are free for it at the moment.
    """

    conflict: Conflict
    title: str
    about: str
    choices: Sequence[Choice]
    seen: str
    key: str
    offers: Sequence[str] = ()

    @property
    def tells(self) -> bool:
        """Say whether there is nothing to choose."""
        return choices(self.conflict.kind) == (Decision.SETTLED,)


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided: in one sentence, by whom (empty: it settled itself), when."""

    id: str
    words: str
    what: str
    by: str
    at: datetime


def question_lines(desk: Desk, tongue: Tongue, zone: ZoneInfo, now: datetime) -> list[Question]:
    """Write the open questions, the newest first; what only needs to be seen comes last."""
    found = [_question(one, desk, tongue, zone, now) for one in desk.conflicts]
    return sorted(found, key=lambda one: one.tells)


def decided_lines(desk: Desk, tongue: Tongue, zone: ZoneInfo) -> list[Decided]:
    """Write what was decided, the newest first."""
    return [
        Decided(
            one.id,
            tongue.say(f"desk.ask.{one.kind}.short", **_facts(one, desk, tongue, zone)),
            _said(one, desk, tongue, zone),
            "" if one.by == HUB else one.by,
            one.decided_at,
        )
        for one in desk.decided
        if one.decided_at
    ]


def _question(one: Conflict, desk: Desk, tongue: Tongue, zone: ZoneInfo, now: datetime) -> Question:
    facts, meeting = _facts(one, desk, tongue, zone), desk.meetings.get(one.subject)
    over = meeting is not None and one.kind in _IN_USE and meeting.ends_at <= now
    can = [decision for decision in choices(one.kind) if not (over and decision is Decision.TOOK_THEIRS)]
    return Question(
        conflict=one,
        title=tongue.say(f"desk.ask.{one.kind}.title", **facts),
        about=tongue.say(f"desk.ask.{one.kind}.about", **facts),
        choices=[
            Choice(
                decision,
                tongue.say(f"desk.ask.{one.kind}.{decision}.do", **facts),
                tongue.say(f"desk.ask.{one.kind}.{decision}.then", **facts),
                decision is Decision.TOOK_THEIRS,
            )
            for decision in can
        ],
        seen=looked_at(one),
        key=meeting.key if meeting else "",
        offers=[_offer(offer, desk, tongue, zone) for offer in _offers(one, desk)],
    )


def _offers(one: Conflict, desk: Desk) -> Sequence[Alternative]:
    return desk.offers.get(one.subject, ()) if one.kind in OFFERED else ()


def _offer(offer: Alternative, desk: Desk, tongue: Tongue, zone: ZoneInfo) -> str:
    room = desk.rooms.get(offer.room)
    parts = [tongue.read(room.name) if room else offer.room, _when(offer.starts_at, offer.ends_at, tongue, zone)]
    parts += [tongue.say(f"rehearsal.style.{offer.style}")] if offer.other is Other.STYLE else []
    parts += [tongue.say("desk.seats", n=offer.seats)] if offer.seats else []
    return tongue.join(parts)


def _said(one: Conflict, desk: Desk, tongue: Tongue, zone: ZoneInfo) -> str:
    if one.by == HUB:
        return tongue.say("desk.settled")
    return tongue.say(f"desk.ask.{one.kind}.{one.decision}.do", **_facts(one, desk, tongue, zone))


def _facts(one: Conflict, desk: Desk, tongue: Tongue, zone: ZoneInfo) -> Mapping[str, str]:
    """Return what its sentences name; what is not known is a dash."""
    facts = one.facts
    room = desk.rooms.get(facts.get("room", ""))
    found = {name: facts.get(name, "") for name in _FACTS} | {
        "source": one.source,
        "room": tongue.read(room.name) if room else facts.get("room", ""),
        "said_room": _room_called(facts.get("said_room", ""), desk, tongue),
        "when": _span(facts.get("starts_at", ""), facts.get("ends_at", ""), tongue, zone),
        "said_when": _span(facts.get("said_starts_at", ""), facts.get("said_ends_at", ""), tongue, zone),
    }
    found |= {name: tongue.read(Words(*(facts.get(f"{name}_{one}", "") for one in ("zh", "en")))) for name in _WORDS}
    return {name: said or _NOTHING for name, said in found.items()}


def _room_called(said: str, desk: Desk, tongue: Tongue) -> str:
    """Return the room that a source names, as the house calls it in this language where it has one of that name."""
    known = next((one for one in desk.rooms.values() if said in {one.key, one.name.zh, one.name.en}), None)
    return tongue.read(known.name) if known else said


def _span(start: str, end: str, tongue: Tongue, zone: ZoneInfo) -> str:
    if not (start and end):
        return ""
    return _when(datetime.fromisoformat(start), datetime.fromisoformat(end), tongue, zone)


def _when(since: datetime, until: datetime, tongue: Tongue, zone: ZoneInfo) -> str:
    return f"{day(since, zone, tongue.language)} {clock_time(since, zone)}–{clock_time(until, zone)}"
