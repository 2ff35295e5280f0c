"""The kinds of tasks, and what holds for every task of a kind: who does it, within how long, how loud (R4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from hub.domain.escalation import ALARM, CALM, EVERY_DAY, GREETING, PRESSING, Chain, Priority


class TaskKind(StrEnum):
    """Why a person is needed. Each kind has exactly one owner role (R4)."""

    VIP_ARRIVAL = "vip_arrival"
    HELP = "help"
    COMFORT = "comfort"
    DRINK = "drink"
    REQUEST = "request"
    QUESTION = "question"
    DIET = "diet"
    HANDED_UP = "handed_up"
    DEVICE_FAULT = "device_fault"
    WALK_IN = "walk_in"
    NO_SEAT = "no_seat"
    SEAT_CONFLICT = "seat_conflict"
    DOUBLE_ENTRY = "double_entry"
    REVOKED_INSIDE = "revoked_inside"
    UNKNOWN_INSIDE = "unknown_inside"
    ROOM_FULL = "room_full"
    SUSPECT_EVENT = "suspect_event"
    EVENTS_MISSING = "events_missing"
    KIOSK_NEEDS = "kiosk_needs"
    HUB_FAULT = "hub_fault"
    ROOM_CHECK = "room_check"
    LEFT_ON = "left_on"
    TRANSFER = "transfer"
    TRANSFER_LATE = "transfer_late"
    ROOM_CLIMATE = "room_climate"
    DEVICE_CHECK = "device_check"
    GUIDANCE = "guidance"
    REHEARSAL = "rehearsal"
    REHEARSAL_LATE = "rehearsal_late"
    MISSING_MATERIAL = "missing_material"
    DRINKS_SHORT = "drinks_short"
    SPARES_OUT = "spares_out"
    TALK_ENDS = "talk_ends"
    SPEAKER_LATE = "speaker_late"
    RUNS_OVER = "runs_over"
    INCIDENT_TOLD = "incident_told"
    INCIDENT_EMERGENCY = "incident_emergency"
    INCIDENT_TECHNICIAN = "incident_technician"
    INCIDENT_RECEPTIONIST = "incident_receptionist"
    INCIDENT_LOGISTICS = "incident_logistics"
    INCIDENT_LATE = "incident_late"
    INCIDENT_REVIEW = "incident_review"
    COMPLAINT = "complaint"
    DRILL = "drill"
    REMARK_RECEPTIONIST = "remark_receptionist"
    REMARK_LOGISTICS = "remark_logistics"
    REMARK_SUPERVISOR = "remark_supervisor"
    REMARK_TECHNICIAN = "remark_technician"
    SET_UP = "set_up"
    SIGN_OFF = "sign_off"
    SET_UP_LATE = "set_up_late"
    STRIKE = "strike"
    STRIKE_LATE = "strike_late"
    MEAL = "meal"
    STATIONERY = "stationery"
    DOCUMENTS = "documents"
    SHIFT_EMPTY = "shift_empty"
    NO_TECHNICIAN = "no_technician"
    BOOKING_CONFLICT = "booking_conflict"
    ROOM_EMPTY = "room_empty"
    NO_SHOW = "no_show"
    SERIES_EMPTY = "series_empty"
    STOLEN_IDENTITY = "stolen_identity"


class Role(StrEnum):
    """Who answers for a kind of task: the five teams of a house (R63, R67, R71).

    Receptionists are the sign-in team, supervisors coordinate.
    """

    RECEPTIONIST = "receptionist"
    LOGISTICS = "logistics"
    SUPERVISOR = "supervisor"
    TECHNICIAN = "technician"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRule:
    """What holds for every task of a kind: its owner, and within how long it must be done.

    ``asks``: a guest waits for it, and is asked after the work (R154). ``steps`` are the keys of its checklist.
    ``signed``: it ends with the list that its card leads to, not by a tap on the card (R84). ``quiet``: nobody is
    disturbed for it by a sound (tea is brought unobtrusively). ``helpers`` may take it beside its owner's team (R68),
    and are asked with their team, ``helpers_first`` from the first step on.
    ``asking`` is who is asked when; where it is None, how pressing the kind is decides. ``watched``: a rule of its own
    calls the supervisor when it is late. ``whole``: it does not end before every step is ticked. ``alarm``: it calls a
    whole team at once, people on a break too (R131). ``halfway``: its owner is reminded at half of its time too, for
    a guest was given a time (R150).
    """

    owner: Role
    within: timedelta
    urgent: bool = False
    asks: bool = False
    signed: bool = False
    whole: bool = False
    steps: tuple[str, ...] = ()
    quiet: bool = False
    helpers: frozenset[Role] = frozenset()
    helpers_first: bool = False
    asking: Chain | None = None
    watched: bool = False
    alarm: bool = False
    halfway: bool = False

    @property
    def priority(self) -> Priority:
        """Return how much it may disturb the person who is asked."""
        if self.quiet:
            return Priority.LOW
        return Priority.HIGH if self.urgent else Priority.MEDIUM

    @property
    def chain(self) -> Chain:
        """Return who is asked, and after how long."""
        by_priority = {Priority.HIGH: PRESSING, Priority.MEDIUM: EVERY_DAY, Priority.LOW: CALM}
        return self.asking or (ALARM if self.alarm else by_priority[self.priority])


def _to_team(owner: Role) -> TaskRule:
    """Return the rule of a team's steps in an incident; each step's target is its playbook's (R131)."""
    return TaskRule(owner=owner, within=timedelta(minutes=1), urgent=True, signed=True, watched=True, alarm=True)


def _remark(owner: Role) -> TaskRule:
    """Return the rule of what a guest remarked, for the team that it concerns: whoever ends it took note."""
    return TaskRule(owner=owner, within=timedelta(hours=1), quiet=True)


RULES: dict[TaskKind, TaskRule] = {
    TaskKind.VIP_ARRIVAL: TaskRule(
        owner=Role.RECEPTIONIST, within=timedelta(minutes=2), urgent=True, steps=("guide_given",), asking=GREETING
    ),
    TaskKind.HELP: TaskRule(owner=Role.RECEPTIONIST, within=timedelta(minutes=3), urgent=True, asks=True),
    TaskKind.COMFORT: TaskRule(owner=Role.LOGISTICS, within=timedelta(minutes=5), asks=True),
    TaskKind.DRINK: TaskRule(owner=Role.RECEPTIONIST, within=timedelta(minutes=10), quiet=True),
    TaskKind.REQUEST: TaskRule(owner=Role.RECEPTIONIST, within=timedelta(minutes=30), asks=True, halfway=True),
    TaskKind.QUESTION: TaskRule(owner=Role.RECEPTIONIST, within=timedelta(minutes=30), asks=True, halfway=True),
    TaskKind.DIET: TaskRule(owner=Role.LOGISTICS, within=timedelta(minutes=10), quiet=True),
    TaskKind.HANDED_UP: TaskRule(owner=Role.SUPERVISOR, within=timedelta(minutes=5), urgent=True),
    TaskKind.DEVICE_FAULT: TaskRule(owner=Role.TECHNICIAN, within=timedelta(minutes=5), urgent=True, watched=True),
    TaskKind.WALK_IN: TaskRule(owner=Role.RECEPTIONIST, within=timedelta(minutes=2), urgent=True),
    TaskKind.NO_SEAT: TaskRule(owner=Role.RECEPTIONIST, within=timedelta(minutes=5)),
    TaskKind.SEAT_CONFLICT: TaskRule(owner=Role.RECEPTIONIST, within=timedelta(minutes=3)),
    TaskKind.DOUBLE_ENTRY: TaskRule(owner=Role.SUPERVISOR, within=timedelta(minutes=5)),
    TaskKind.REVOKED_INSIDE: TaskRule(owner=Role.SUPERVISOR, within=timedelta(minutes=5)),
    TaskKind.UNKNOWN_INSIDE: TaskRule(owner=Role.SUPERVISOR, within=timedelta(minutes=5)),
    TaskKind.ROOM_FULL: TaskRule(owner=Role.SUPERVISOR, within=timedelta(minutes=2), urgent=True),
    TaskKind.SUSPECT_EVENT: TaskRule(owner=Role.TECHNICIAN, within=timedelta(minutes=30)),
    TaskKind.EVENTS_MISSING: TaskRule(owner=Role.TECHNICIAN, within=timedelta(minutes=30), urgent=True),
    TaskKind.KIOSK_NEEDS: TaskRule(owner=Role.TECHNICIAN, within=timedelta(minutes=10), urgent=True),
    TaskKind.HUB_FAULT: TaskRule(owner=Role.TECHNICIAN, within=timedelta(minutes=30)),
    TaskKind.ROOM_CHECK: TaskRule(owner=Role.TECHNICIAN, within=timedelta(minutes=30), urgent=True),
    TaskKind.LEFT_ON: TaskRule(owner=Role.TECHNICIAN, within=timedelta(minutes=30)),
    TaskKind.TRANSFER: TaskRule(
        owner=Role.RECEPTIONIST,
        within=timedelta(minutes=30),  # as the house's settings say: hub.domain.transfers.Leads
        steps=("met", "luggage", "to_the_car", "on_the_way", "handed_over"),
        watched=True,
    ),
    TaskKind.TRANSFER_LATE: TaskRule(owner=Role.SUPERVISOR, within=timedelta(minutes=5), urgent=True),
    TaskKind.ROOM_CLIMATE: TaskRule(owner=Role.LOGISTICS, within=timedelta(minutes=10)),
    TaskKind.DEVICE_CHECK: TaskRule(owner=Role.TECHNICIAN, within=timedelta(hours=2)),
    TaskKind.GUIDANCE: TaskRule(
        owner=Role.TECHNICIAN,
        within=timedelta(minutes=3),
        urgent=True,
        asks=True,
        helpers=frozenset({Role.RECEPTIONIST}),
        helpers_first=True,
    ),
    TaskKind.REHEARSAL: TaskRule(
        owner=Role.RECEPTIONIST,
        within=timedelta(days=1),  # as the house's settings say: hub.domain.rehearsals.Window
        signed=True,
        watched=True,
    ),
    TaskKind.REHEARSAL_LATE: TaskRule(owner=Role.SUPERVISOR, within=timedelta(hours=1), urgent=True),
    TaskKind.MISSING_MATERIAL: TaskRule(owner=Role.LOGISTICS, within=timedelta(minutes=10), urgent=True),
    TaskKind.DRINKS_SHORT: TaskRule(owner=Role.LOGISTICS, within=timedelta(minutes=10), quiet=True),
    TaskKind.SPARES_OUT: TaskRule(owner=Role.TECHNICIAN, within=timedelta(hours=8)),
    TaskKind.TALK_ENDS: TaskRule(owner=Role.RECEPTIONIST, within=timedelta(minutes=5), quiet=True),
    TaskKind.SPEAKER_LATE: TaskRule(owner=Role.SUPERVISOR, within=timedelta(minutes=5), urgent=True),
    TaskKind.RUNS_OVER: TaskRule(owner=Role.SUPERVISOR, within=timedelta(minutes=5), quiet=True),
    TaskKind.INCIDENT_TOLD: TaskRule(owner=Role.SUPERVISOR, within=timedelta(minutes=1), urgent=True, alarm=True),
    TaskKind.INCIDENT_EMERGENCY: _to_team(Role.EMERGENCY),
    TaskKind.INCIDENT_TECHNICIAN: _to_team(Role.TECHNICIAN),
    TaskKind.INCIDENT_RECEPTIONIST: _to_team(Role.RECEPTIONIST),
    TaskKind.INCIDENT_LOGISTICS: _to_team(Role.LOGISTICS),
    TaskKind.INCIDENT_LATE: TaskRule(owner=Role.SUPERVISOR, within=timedelta(minutes=1), urgent=True, alarm=True),
    TaskKind.INCIDENT_REVIEW: TaskRule(owner=Role.SUPERVISOR, within=timedelta(days=1), signed=True),
    TaskKind.COMPLAINT: TaskRule(owner=Role.SUPERVISOR, within=timedelta(minutes=5), urgent=True),
    TaskKind.DRILL: TaskRule(owner=Role.EMERGENCY, within=timedelta(days=14), signed=True, quiet=True),
    TaskKind.REMARK_RECEPTIONIST: _remark(Role.RECEPTIONIST),
    TaskKind.REMARK_LOGISTICS: _remark(Role.LOGISTICS),
    TaskKind.REMARK_SUPERVISOR: _remark(Role.SUPERVISOR),
    TaskKind.REMARK_TECHNICIAN: _remark(Role.TECHNICIAN),
    TaskKind.SET_UP: TaskRule(
        owner=Role.LOGISTICS,
        within=timedelta(hours=4),  # as the house's settings say, as for all below: hub.domain.house_work.HouseTimes
        whole=True,
        helpers=frozenset({Role.RECEPTIONIST}),
        steps=("tables_chairs", "sound_light", "banner", "plants"),
    ),
    TaskKind.SIGN_OFF: TaskRule(owner=Role.SUPERVISOR, within=timedelta(minutes=30), signed=True),
    TaskKind.SET_UP_LATE: TaskRule(owner=Role.SUPERVISOR, within=timedelta(minutes=5), urgent=True, signed=True),
    TaskKind.STRIKE: TaskRule(
        owner=Role.LOGISTICS,
        within=timedelta(minutes=30),
        whole=True,
        helpers=frozenset({Role.RECEPTIONIST}),
        steps=("furniture_back", "rubbish_out", "equipment_off"),
    ),
    TaskKind.STRIKE_LATE: TaskRule(owner=Role.SUPERVISOR, within=timedelta(minutes=5), urgent=True),
    TaskKind.MEAL: TaskRule(owner=Role.LOGISTICS, within=timedelta(hours=1)),
    TaskKind.STATIONERY: TaskRule(owner=Role.RECEPTIONIST, within=timedelta(minutes=5), asks=True),
    TaskKind.DOCUMENTS: TaskRule(owner=Role.RECEPTIONIST, within=timedelta(minutes=5), asks=True),
    TaskKind.SHIFT_EMPTY: TaskRule(owner=Role.SUPERVISOR, within=timedelta(minutes=10)),
    TaskKind.NO_TECHNICIAN: TaskRule(owner=Role.SUPERVISOR, within=timedelta(minutes=10), urgent=True),
    TaskKind.BOOKING_CONFLICT: TaskRule(owner=Role.SUPERVISOR, within=timedelta(minutes=30), signed=True),
    TaskKind.ROOM_EMPTY: TaskRule(
        owner=Role.RECEPTIONIST,
        within=timedelta(minutes=5),
        helpers=frozenset({Role.LOGISTICS}),
        steps=("somebody_there",),
    ),
    TaskKind.NO_SHOW: TaskRule(owner=Role.SUPERVISOR, within=timedelta(minutes=10), signed=True),
    TaskKind.SERIES_EMPTY: TaskRule(owner=Role.SUPERVISOR, within=timedelta(days=1), quiet=True),
    TaskKind.STOLEN_IDENTITY: TaskRule(owner=Role.TECHNICIAN, within=timedelta(minutes=10), urgent=True),
}


def adopt(rules: Mapping[TaskKind, TaskRule]) -> None:
    """Let kinds of tasks have the house's own rules from now on, in this process: its wiring does so, once."""
    RULES.update(rules)
