"""Cuts the power of a recorded session, opens what is left with the product's own code, and judges what is there."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Protocol

from tests.faults.power.disk import Disk, Files, Operation, Write


class Damaged(Exception):
    """What was found cannot be opened, or contradicts itself."""


@dataclass(frozen=True, slots=True)
class Step:
    """One transaction of the product that has returned: when, and what the database said afterwards.

    A cut may undo one that is not ``durable``, with all such after the last durable one; never that one, and none in
    part.
    """

    what: str
    done_at: int
    state: str
    durable: bool = True


@dataclass(frozen=True, slots=True)
class Session:
    """What happened from opening on: the files it began with, every operation on them, and the steps that returned.

    ``before`` is the state that opening the first files gives.
    """

    start: Files
    before: str
    operations: Sequence[Operation]
    steps: Sequence[Step]

    def checkpoints(self) -> int:
        """Count the steps at work during which the log was copied back: they wrote to two files."""
        ends = [step.done_at for step in self.steps]
        return sum(
            len({one.file for one in self.operations[start:end] if isinstance(one, Write)}) > 1
            for step, start, end in zip(self.steps, [0, *ends], ends, strict=False)
            if step.what not in {"open", "close", "migrate"}
        )


class Subject(Protocol):
    """A database of the product under trial."""

    def record(self, start: Files, chance: Random) -> Session:
        """Do a piece of work that begins with these files; its steps and their order are drawn."""

    def reopen(self, folder: Path, chance: Random) -> str:
        """Open what a cut left, check it, and return its state. Raises Damaged."""


class Outcome(StrEnum):
    """What one cut came to. Everything but ``kept`` is a fault."""

    KEPT = "kept"
    LOST = "lost"
    IN_PART = "in part"
    DAMAGED = "damaged"


@dataclass(slots=True)
class Report:
    """What many cuts came to; ``faults`` describes the first of them."""

    cuts: int = 0
    commits: int = 0
    operations: int = 0
    checkpoints: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome, told: str) -> None:
        """Count one cut."""
        self.cuts += 1
        self.outcomes[outcome] += 1
        if outcome is not Outcome.KEPT and len(self.faults) < 20:
            self.faults.append(f"{outcome}: {told}")

    def join(self, other: "Report") -> None:
        """Add what another run came to."""
        self.cuts += other.cuts
        self.commits += other.commits
        self.operations += other.operations
        self.checkpoints += other.checkpoints
        self.outcomes += other.outcomes
        self.faults = [*self.faults, *other.faults][:20]

    @property
    def clean(self) -> bool:
        """Say whether every cut left everything that had returned, and nothing in part."""
        return self.cuts > 0 and self.outcomes[Outcome.KEPT] == self.cuts


def cut_often(subject: Subject, folder: Path, *, cuts: int, seed: int, start: Files, new_after: int = 200) -> Report:
    """Cut so many times. After ``new_after`` cuts the next session begins: half of them with what a cut has left.

    Each session is cut at every operation in turn, beginning anywhere; where there are more cuts than operations they
    go round again with other chances.
    """
    report = Report()
    chance = Random(seed)
    first = start
    while report.cuts < cuts:
        session = subject.record(start, Random(chance.random()))
        report.commits += len(session.steps)
        report.operations += len(session.operations)
        report.checkpoints += session.checkpoints()
        left = start
        positions = sorted(_positions(len(session.operations), min(new_after, cuts - report.cuts), chance))
        following = chance.choice(positions)
        for position, files in _images(session, positions, chance):
            outcome, told = _judge(subject, session, position, files, folder, chance)
            report.add(outcome, f"seed {seed}, cut {report.cuts} at {position} of {len(session.operations)}: {told}")
            if position == following:
                left = files
        start = left if report.clean and chance.random() < 0.5 else first
    return report


def _positions(operations: int, wanted: int, chance: Random) -> Iterator[int]:
    """Draw positions without going twice through one before all had their turn."""
    order: list[int] = []
    for _ in range(wanted):
        if not order:
            order = chance.sample(range(operations + 1), operations + 1)
        yield order.pop()


def _images(session: Session, positions: Sequence[int], chance: Random) -> Iterator[tuple[int, Mapping[str, bytes]]]:
    disk, at = Disk(session.start), 0
    for position in positions:
        for operation in session.operations[at:position]:
            disk.take(operation)
        at = position
        yield position, disk.cut(chance)


def _judge(
    subject: Subject, session: Session, position: int, files: Files, folder: Path, chance: Random
) -> tuple[Outcome, str]:
    lay_out(folder, files)
    try:
        found = subject.reopen(folder, chance)
    except Damaged as problem:
        return Outcome.DAMAGED, str(problem)
    states = [session.before, *(step.state for step in session.steps)]
    returned = sum(step.done_at <= position for step in session.steps)
    sure = max((at for at, step in enumerate(session.steps[:returned], 1) if step.durable), default=0)
    allowed = states[sure : returned + 2]
    told = " → ".join(["opening", *(step.what for step in session.steps)][max(0, returned - 1) : returned + 2])
    if found in allowed:
        return Outcome.KEPT, told
    if found in states[:returned]:
        last = max(index for index, state in enumerate(states[:returned]) if state == found)
        return Outcome.LOST, f"{returned - last} commits lost, around {told}"
    return Outcome.IN_PART, f"a state that never was, around {told}"


def lay_out(folder: Path, files: Files) -> None:
    """Let a folder hold these files and no others."""
    for path in folder.iterdir():
        if path.name not in files:
            path.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def drawn(chance: Random, *lengths: int) -> int:
    """Draw how long a piece of work is, the shorter the more often."""
    return chance.choices(lengths, range(len(lengths), 0, -1))[0]
