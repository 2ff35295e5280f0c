"""The answers that a venue file gives: all of the house's, and all of each meeting's that it names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hub.domain.house_answers import HouseAnswer
from hub.domain.meetings import Meeting
from hub.ports import Transaction
from hub.usecases.venue_plan import VenueFile


@dataclass(frozen=True, slots=True)
class AnswerPlan:
    """Which answers an import would add (``new``) or change, and which it would remove."""

    put: tuple[HouseAnswer, ...] = ()
    new: frozenset[str] = frozenset()
    gone: tuple[str, ...] = ()

    def touched(self) -> Iterator[str]:
        """Return what kiosks must hear of."""
        yield from (one.key for one in self.put)
        yield from self.gone


def plan_answers(tx: Transaction, file: VenueFile, meetings: Sequence[Meeting]) -> AnswerPlan:
    """Compare what the file says with what is there. A list that the file does not name stays as it is."""
    wanted: dict[str, HouseAnswer] = {}
    named: set[str | None] = set()
    for meeting, answers in [(None, file.answers), *zip(meetings, (one.answers for one in file.meetings), strict=True)]:
        if answers is not None:
            named.add(meeting.id if meeting else None)
            wanted |= {one.key: one for one in _of(meeting, answers)}
    before = {one.key: one for one in tx.answers.all()} if named else {}
    return AnswerPlan(
        put=tuple(one for key, one in wanted.items() if before.get(key) != one),
        new=frozenset(wanted.keys() - before.keys()),
        gone=tuple(key for key, one in before.items() if one.meeting in named and key not in wanted),
    )


def write_answers(tx: Transaction, plan: AnswerPlan) -> None:
    """Keep what was planned, and let kiosks hear of it."""
    tx.answers.remove(plan.gone)
    tx.answers.put(plan.put)
    tx.feed.touch(("answer", key) for key in plan.touched())


def _of(meeting: Meeting | None, answers: Sequence[HouseAnswer]) -> Iterator[HouseAnswer]:
    """Give answers of a meeting keys of their own."""
    for one in answers:
        yield replace(one, key=f"{meeting.key}/{one.key}", meeting=meeting.id) if meeting else one
