"""What is done about each kind of incident, step by step (應急預案): R127, R128, R131, R134. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from hub.domain.task_kinds import Role
from hub.domain.words import Words


class IncidentKind(StrEnum):
    """What can happen (火災、地震、設備故障、人員突發疾病; 嘉賓遲到、參會者身體不適、天氣變化; 客戶投訴)."""

    FIRE = "fire"
    EARTHQUAKE = "earthquake"
    EQUIPMENT_FAILURE = "equipment_failure"
    SUDDEN_ILLNESS = "sudden_illness"
    ATTENDEE_UNWELL = "attendee_unwell"
    SPEAKER_LATE = "speaker_late"
    WEATHER_CHANGE = "weather_change"
    SECURITY = "security"
    COMPLAINT = "complaint"
    OTHER = "other"


NEEDED = (
    IncidentKind.FIRE,
    IncidentKind.EARTHQUAKE,
    IncidentKind.EQUIPMENT_FAILURE,
    IncidentKind.SUDDEN_ILLNESS,
    IncidentKind.SPEAKER_LATE,
    IncidentKind.ATTENDEE_UNWELL,
    IncidentKind.WEATHER_CHANGE,
)
"""No house is ready without a playbook for each of these (R127, R128)."""

EVACUATES = frozenset({IncidentKind.FIRE, IncidentKind.EARTHQUAKE})
"""Kinds in which nothing but people's safety counts: the way out is on every room's panel (C.3.4)."""

MOST_STEPS = 20
AT_ONCE = timedelta(seconds=60)
"""By when the first step is to be done where a playbook does not say (R133: 立即啟動預案)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookStep:
    """One step. ``within`` is its target, counted from the report; ``phone`` is whom to call, shown large.

    ``human``: only a person may say that it is done (R134); else the hub may, when it sees that it is.
    """

    key: str
    words: Words
    owner: Role
    within: timedelta
    phone: str = ""
    human: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """The steps for one kind of incident, in their order."""

    kind: IncidentKind
    steps: tuple[PlaybookStep, ...]


def missing(playbooks: Collection[Playbook]) -> tuple[IncidentKind, ...]:
    """Return the needed kinds for which nobody has written what to do."""
    there = {one.kind for one in playbooks if one.steps}
    return tuple(kind for kind in NEEDED if kind not in there)
