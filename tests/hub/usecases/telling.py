"""A booking source of the tests that takes what became of its meetings, and may die on the way."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from hub.booking_ports import Capabilities, TargetGone, Written, WrittenMeanwhile
from hub.domain.source_items import Outcome, WriteBack
from hub.domain.syncing import Told
from hub.following import Follower as Door
from hub.ports import Store
from hub.store.alone import Alone
from tests.hub.build import admission, check_in, invited
from tests.hub.usecases.following import Book, Follower, Hand


class Killed(BaseException):
    """The process is no more."""


@dataclass
class Ledger(Book):
    """A book that takes outcomes, each operation once, and only on the version that it has.

    ``cuts``: it shows a room that was given up with an earlier end, as a calendar does. ``dies`` counts how often it
    takes something and the answer is lost with the process; ``refusals`` are what it answers in place of taking.
    """

    outcomes: dict[tuple[str, str], Outcome] = field(default_factory=dict)
    ops: list[str] = field(default_factory=list)
    pushes: int = 0
    cuts: bool = False
    dies: int = 0
    refusals: list[Exception] = field(default_factory=list)

    @property
    def can(self) -> Capabilities:
        """Say that it tells changes and takes what is told."""
        return Capabilities(deltas=True, writes=True, conditional=True)

    def push(self, collection: str, told: WriteBack) -> Written:
        """Take an outcome on top of the version that it was told for."""
        del collection
        self.pushes += 1
        if self.refusals:
            raise self.refusals.pop(0)
        found = self.kept.get(told.resource)
        if found is None:
            raise TargetGone(f"there is no {told.resource}")
        if found.version != told.version:
            raise WrittenMeanwhile(f"{told.resource} is at {found.version}")
        if told.op not in self.ops:
            self.ops.append(told.op)
            self.outcomes[told.resource, told.occurrence] = told.outcome
            self.number += 1
            items = tuple(
                replace(one, ends_at=told.ends_at) if self.cuts and one.occurrence == told.occurrence else one
                for one in found.items
            )
            found = replace(found, version=f"v{self.number}", items=items)
            self.kept[told.resource] = found
        if self.dies:
            self.dies -= 1
            raise Killed
        return Written(found.version)


class Teller:
    """A hub that follows a ledger and tells it: ``turn`` looks once, ``restart`` begins anew with the same store."""

    def __init__(self, store: Store, ledger: Ledger) -> None:
        """Open it; nothing was asked yet."""
        self.hub, self.ledger, self.clock, self.scans = Follower.over(store), ledger, Hand(), 0
        self.restart()

    def restart(self) -> None:
        """Let the process begin anew: all that it knew by heart is gone."""
        self.door = Door(
            self.hub.store,
            self.ledger,
            lambda: self.hub.following(self.ledger.source),
            clock=self.clock,
            acting=self.hub.who,
            every=timedelta(seconds=15),
            ahead=timedelta(days=90),
            after=lambda: None,
            turn=Alone(None, "follow"),
        )

    def turn(self, seconds: float = 0) -> None:
        """Look once, so much later."""
        self.clock.at += timedelta(seconds=seconds)
        self.hub.now = self.clock.now()
        self.door.turn()

    def at(self, seconds: float) -> None:
        """Let the clock stand so long after the first instant, and look."""
        self.hub.pass_time(seconds)
        self.clock.at = self.hub.now
        self.door.turn()

    def invite(self, *numbers: int) -> None:
        """Put guests on the list of the one meeting."""
        meeting = self.hub.meeting().id
        with self.hub.store.write() as tx:
            for number in numbers:
                one = invited(number, meeting)
                tx.guests.add(one.guest, one.invitation)

    def arrive(self, number: int) -> None:
        """Let a guest check in now."""
        self.arrive_at(self.hub.meeting().id, number)

    def arrive_at(self, meeting: str, number: int) -> None:
        """Let a guest check in to one of several meetings."""
        self.scans += 1
        now = self.clock.now()
        event = check_in(number, f"{number}-{self.scans}", meeting=meeting, door_at=now)
        event = replace(event, scan=replace(event.scan, seq=self.scans, at=now))
        with self.hub.store.write() as tx:
            tx.check_ins.add([event])
            tx.check_ins.admit([admission(event)])

    def leave(self, number: int) -> None:
        """Let a guest's check-in have been a mistake."""
        with self.hub.store.write() as tx:
            tx.check_ins.withdraw([f"inv-{number}"])

    def told(self) -> Told | None:
        """Return what was told last of the one meeting, or waits to be."""
        meeting = self.hub.meeting().id
        with self.hub.store.read() as tx:
            return tx.sync.told([meeting]).get(meeting)
