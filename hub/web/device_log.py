"""What happened to one device, newest first: what was wrong, and what people did; for its page and its chart. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.commands import NO_ANSWER, CommandState, DeviceCommand
from hub.domain.pace import real
from hub.ports import Audited, Transaction
from hub.web.charts import Gaps, Mark, Window, mark
from hub.web.condition_lines import ConditionLine
from hub.web.language import Tongue

KEPT = timedelta(days=60)
MOST = 60
SHOWN_COMMANDS = 5

OVERDUE = timedelta(seconds=10)
"""What nobody has answered so soon is called so (T7). The answer may still come, and is then believed."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One step that a person took: what, who and when (UTC)."""

    at: datetime
    words: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLine:
    """One thing that a device was told: ``state`` is ``doing``, ``done``, ``failed`` or ``silent`` (no answer came)."""

    id: str
    words: str
    by: str
    at: datetime
    answered_at: datetime | None
    state: str
    problem: str

    @property
    def overdue_at(self) -> datetime:
        """Return when its silence is called so."""
        return self.at + real(OVERDUE)


def read_deeds(tx: Transaction, device: str, station: str, since: datetime) -> Sequence[Audited]:
    """Read what people did to a device, and, where it is one of ours, to it as a station."""
    found = [*tx.records.audited(device, since, MOST)]
    if station and station != device:
        found += tx.records.audited(station, since, MOST)
    return sorted(found, key=lambda one: one.at, reverse=True)


def deeds(found: Iterable[Audited], tongue: Tongue) -> list[Deed]:
    """Write what people did; a step that this page has no words for is named as the audit log names it."""
    return [Deed(one.at, tongue.say_or(f"deed.{one.action}", one.action), one.actor) for one in found]


def commands(
    found: Iterable[DeviceCommand], tongue: Tongue, now: datetime, points: Mapping[str, str] | None = None
) -> list[CommandLine]:
    """Write what a device was told lately, with what really came of it (T7). ``points`` are names, by id."""
    return [_command(one, tongue, now, points or {}) for one in list(found)[:SHOWN_COMMANDS]]


def marks(
    gaps: Gaps, lines: Iterable[ConditionLine], done: Iterable[Deed], window: Window, tongue: Tongue
) -> tuple[Mark, ...]:
    """Return when nothing came, what was wrong and what people did, as marks on a chart's time."""
    silent = (mark(window, start, end, tongue.say("chart.gap"), "gap") for start, end in gaps)
    wrong = (mark(window, one.since, one.over_at, one.words, "wrong") for one in lines)
    acts = (mark(window, one.at, one.at, tongue.join((one.words, one.by)), "act") for one in done)
    return tuple(one for one in (*silent, *wrong, *acts) if one is not None)


def _command(command: DeviceCommand, tongue: Tongue, now: datetime, points: Mapping[str, str]) -> CommandLine:
    state, problem = "doing" if now < command.created_at + real(OVERDUE) else "silent", ""
    if command.state is CommandState.DONE:
        state = "done"
    elif not command.open(now):
        silent = command.state is not CommandState.FAILED or command.problem == NO_ANSWER
        state = "silent" if silent else "failed"
        problem = "" if silent else tongue.say_or(f"command.problem.{command.problem}", command.problem)
    values = [points.get(str(value), value) for value in command.parameters.values()]
    told = [tongue.say_or(f"command.to.{value}", str(value)) for value in values]
    return CommandLine(
        id=command.id,
        words=tongue.join((tongue.say_or(f"command.kind.{command.kind}", command.kind), *told)),
        by=command.who,
        at=command.created_at,
        answered_at=command.answered_at,
        state=state,
        problem=problem,
    )
