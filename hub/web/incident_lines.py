"""An incident as its page shows it: steps with what is left of their time, what can be done next, and figures. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from hub.domain.incidents import MOVES, Incident, IncidentMove, IncidentStep
from hub.domain.playbooks import AT_ONCE
from hub.web.language import Tongue
from hub.web.times import left_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """One step as drawn. ``haste`` is how its deadline stands, ``after_s`` how long after the report it was done."""

    step: IncidentStep
    words: str
    tel: str
    left: str
    left_s: int
    span_s: int
    haste: str
    after_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Incidents in numbers: how many, and the median time to the first step in seconds (R133); None without any."""

    count: int
    first_step_s: int | None
    in_time: int
    answered: int


def step_lines(incident: Incident, steps: Sequence[IncidentStep], tongue: Tongue, now: datetime) -> list[StepLine]:
    """Write the steps in their order."""
    return [_line(incident, step, tongue, now) for step in steps]


def can(incident: Incident) -> frozenset[IncidentMove]:
    """Return what can be done with an incident as it stands."""
    return frozenset(what for what, table in MOVES.items() if incident.state in table)


def figures(incidents: Sequence[Incident], target: timedelta = AT_ONCE) -> Figures:
    """Count incidents of one kind of seriousness: real ones, or drills."""
    spans = [one.answered_within for one in incidents if one.answered_within is not None]
    return Figures(
        count=len(incidents),
        first_step_s=round(median(span.total_seconds() for span in spans)) if spans else None,
        in_time=sum(span <= target for span in spans),
        answered=len(spans),
    )


def _line(incident: Incident, step: IncidentStep, tongue: Tongue, now: datetime) -> StepLine:
    left, soon = step.due_at - now, step.within / 4
    haste = "late" if left < timedelta() else "soon" if left <= soon else "calm"
    return StepLine(
        step=step,
        words=tongue.read(step.words),
        tel="".join(sign for sign in step.phone if sign.isdigit() or sign == "+"),
        left=left_in_words(tongue, left),
        left_s=max(0, int(left.total_seconds())),
        span_s=max(1, int(step.within.total_seconds())),
        haste=haste,
        after_s=int((step.done_at - incident.reported_at).total_seconds()) if step.done_at else 0,
    )
