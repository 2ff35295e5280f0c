"""What happens on the demo's event day besides guests who come: each act at its time, and what its people do about it.

An act only begins things, as people and machines do: a tap at a panel, a thermostat turned down, a lamp that dies. What
follows is the house's; ``hub.demo.day_checks`` looks at it afterwards.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from hub.demo.tablet import NotTaken, Tablet
from hub.domain.field_devices import Quantity
from hub.domain.guests import Invited
from hub.domain.incidents import Incident, IncidentState
from hub.domain.meetings import Meeting, Segment, SegmentKind
from hub.domain.playbooks import IncidentKind
from hub.domain.run_of_show import coming, opened, running
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import key_of
from hub.ports import Store, Transaction
from hub.usecases.follow_agenda import follow_agenda

ROOM = "hall"
AIR, AIR_NAME = "agent-hall", "Air"
"""The hall's agent, and what it calls its measure of the air."""

TURNED_TO = 17.0
"""To how many degrees Celsius somebody turns the hall's air conditioning down, by mistake."""

COLD_C = 20.0
"""Below so many degrees Celsius a guest says that it is too cold, and above that it is fine."""

WARM_C = 20.5
LUNCH = timedelta(minutes=20)
DRILL = IncidentKind.FIRE
_TRIES_AGAIN = timedelta(seconds=40)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When the house opens and closes, and when each act begins, as time since the morning's midnight in the house.

    None: the act is left out.
    """

    opens: timedelta
    closes: timedelta
    guests_until: timedelta
    rests: timedelta | None = None
    cold: timedelta | None = None
    speaker: timedelta | None = None
    """When the presenter who is late comes in."""
    lamp: timedelta | None = None
    drill: timedelta | None = None
    tea: timedelta | None = None
    """When the lead puts a tea break into the agenda."""


def clock(hours: int, minutes: int) -> timedelta:
    """Write a time of the house's day."""
    return timedelta(hours=hours, minutes=minutes)


WHOLE_DAY = Plan(
    opens=clock(8, 30),
    closes=clock(12, 50),
    guests_until=clock(9, 50),
    rests=clock(9, 25),
    cold=clock(9, 36),
    speaker=clock(10, 14),
    lamp=clock(10, 22),
    drill=clock(11, 8),
    tea=clock(11, 20),
)
"""Thirteen minutes at twenty times the speed: set-up, doors, tea, all that the policy fears, and the strike."""


class House(Protocol):
    """What acts play in."""

    late: Invited | None
    tablets: dict[str, Tablet]
    lead: str
    technician: str
    rests: str

    @property
    def store(self) -> Store:
        """Return the hub's store."""

    @property
    def meeting(self) -> Meeting:
        """Return the meeting of the day, as it was planned."""

    def say(self, text: str) -> None:
        """Tell on the terminal what happens."""

    def hold(self, code: str) -> None:
        """Let somebody hold a code up at the first door now."""


@dataclass(slots=True)
class Act:
    """One act: from ``at`` it is played again and again, until it says that it is over."""

    name: str
    at: datetime
    play: Callable[[House, datetime], bool]
    over: bool = False
    again: datetime | None = None
    problem: str = ""


@dataclass(slots=True)
class Story:
    """All acts of a day, and what they have to remember."""

    acts: list[Act] = field(default_factory=list)

    @classmethod
    def of(cls, plan: Plan, midnight: datetime) -> "Story":
        """Put the acts of a plan together; ``midnight`` is the morning's, aware."""
        cold, drill = Cold(), Drill()
        wanted = (
            ("the lead runs the agenda", plan.opens, _run_agenda),
            ("a receptionist rests", plan.rests, _rest),
            ("the hall gets cold", plan.cold, cold.play),
            ("the late presenter comes", plan.speaker, _come_late),
            ("a fire drill", plan.drill, drill.play),
            ("a tea break is put in", plan.tea, _insert_tea),
        )
        return cls([Act(name, midnight + at, play) for name, at, play in wanted if at is not None])

    def go_on(self, house: House, now: datetime) -> None:
        """Play what is to be played by now. A tap that is not taken is tried again a little later."""
        for act in self.acts:
            if act.over or now < act.at or (act.again and now < act.again):
                continue
            try:
                act.over = act.play(house, now)
            except NotTaken as problem:
                act.problem, act.again = str(problem), now + _TRIES_AGAIN
            else:
                act.problem, act.again = "", None

    def stuck(self) -> list[str]:
        """Return which acts could not do what they began, and why."""
        return [f"{one.name}: {one.problem}" for one in self.acts if one.problem]


def _run_agenda(house: House, now: datetime) -> bool:
    """Begin each part when its time has come, unless its presenter is missed; that stands on the lead's tablet."""
    with house.store.read() as tx:
        meeting = _meeting(tx, house.meeting)
        part = next(iter(coming(meeting)), None)
        missed = part and tx.tasks.about([key_of(TaskKind.SPEAKER_LATE, f"{meeting.id}/{part.key}")])
        on = running(meeting)
    if part is None:
        if on is None or now < on.ends_at:
            return False
        house.tablets[house.lead].tap(_agenda(house), do="end", part=on.key)
        house.say(f"{house.lead} ends the last part: {on.title.en}")
        return True
    if on is not None and part.speaker and now >= on.ends_at:
        house.tablets[house.lead].tap(_agenda(house), do="end", part=on.key)
        house.say(f"{house.lead} ends: {on.title.en}")
        return False
    if now < part.starts_at or missed or now < meeting.starts_at:
        return False
    if part.speaker and now < part.starts_at + timedelta(seconds=90):
        return False  # whoever runs a meeting looks round for the presenter first
    house.tablets[house.lead].tap(_agenda(house), do="begin", part=part.key)
    house.say(f"{house.lead} begins: {part.title.en}")
    return False


def _rest(house: House, now: datetime) -> bool:  # noqa: ARG001 - as all acts
    house.tablets[house.rests].tap("/staff/break")
    house.say(f"{house.rests} takes a break of a quarter of an hour: calls go to the others")
    return True


def _come_late(house: House, now: datetime) -> bool:  # noqa: ARG001 - as all acts
    if house.late is None:
        return True
    house.hold(house.late.invitation.code)
    house.say("the late presenter hurries in at the first door")
    return True


@dataclass(slots=True)
class Cold:
    """Somebody turns the thermostat down; when the room's sensor says that it is cold a guest taps the panel.

    What the guest answers later depends on what the sensor says then.
    """

    turned: bool = False
    asked: bool = False

    def play(self, house: House, now: datetime) -> bool:  # noqa: ARG002 - as all acts
        """Turn it down, ask, answer."""
        with house.store.read() as tx:
            air = next((one for one in tx.field_devices.all() if one.identity == AIR), None)
            celsius = room_celsius(tx)
            key = next((one for one in tx.tasks.open() if one.kind is TaskKind.COMFORT and "room" in one.facts), None)
        if not self.turned:
            if air is None:
                raise NotTaken(f"{AIR} is not known yet")
            tablet = house.tablets[house.technician]
            tablet.tap(f"/rooms/devices/{air.id}/command", kind="set_point", which="ac", celsius=f"{TURNED_TO:g}")
            house.say(f"somebody turns the hall's air conditioning to {TURNED_TO:g} °C")
            self.turned = True
        elif not self.asked:
            if celsius is not None and celsius < COLD_C:
                house.tablets[house.technician].press(f"/panel/{ROOM}", wish="too_cold")
                house.say(
                    f"a guest in the hall touches the panel: too cold ({celsius:.1f} °C by the room's own sensor)"
                )
                self.asked = True
        elif key is None:
            return True
        elif key.asked_at and celsius is not None:
            answer = "fine" if celsius >= WARM_C else "not_yet"
            house.tablets[house.technician].press(f"/panel/{ROOM}", wish="too_cold", answer=answer)
            house.say(f"asked again, the guest says {answer.replace('_', ' ')}: {celsius:.1f} °C")
        return False


@dataclass(slots=True)
class Drill:
    """The lead calls a fire drill; when its last step is ticked it is over for the guests, and told so."""

    incident: str = ""

    def play(self, house: House, now: datetime) -> bool:  # noqa: ARG002 - as all acts
        """Report it, and see to its end."""
        tablet = house.tablets[house.lead]
        if not self.incident:
            self.incident = tablet.tap("/staff/incidents", kind=DRILL.value, room="", drill="yes").rsplit("/", 1)[-1]
            house.say(f"{house.lead} calls a fire drill: every team is called at once")
            return False
        with house.store.read() as tx:
            found, steps = tx.incidents.get(self.incident), tx.incidents.steps(self.incident)
        if found is None or any(one.done_at is None for one in steps):
            return False
        _end_drill(found, tablet)
        house.say("the drill is over; the lead is asked to write down what it has shown")
        return True


def _end_drill(found: Incident, tablet: Tablet) -> None:
    path = f"/staff/incidents/{found.id}"
    if found.state is IncidentState.RESPONDING:
        tablet.tap(f"{path}/contain")
    tablet.tap(f"{path}/resolve", impact="delay", amount="5")


def _insert_tea(house: House, now: datetime) -> bool:  # noqa: ARG001 - as all acts
    """Put a tea break in before the questions, into the running agenda (R98)."""
    with house.store.read() as tx:
        part = next((one for one in coming(_meeting(tx, house.meeting)) if one.kind is SegmentKind.QUESTIONS), None)
    if part is not None:
        house.tablets[house.lead].tap(_agenda(house), do="insert", part=part.key)
        house.say(f"{house.lead} puts a tea break into the agenda, before {part.title.en}")
    return True


def _meeting(tx: Transaction, meeting: Meeting) -> Meeting:
    return opened(tx.meetings.get([meeting.id])[meeting.id])


def _agenda(house: House) -> str:
    return f"/staff/meetings/{house.meeting.key}/agenda"


def room_celsius(tx: Transaction) -> float | None:
    """Return what the hall's agent measures now, in °C."""
    point = air_point(tx)
    found = tx.readings.latest([point]).get(point) if point else None
    return found.value if found else None


def air_point(tx: Transaction) -> str:
    """Return the point of the hall's agent that measures the air; empty while it is not known."""
    device = next((one for one in tx.field_devices.all() if one.identity == AIR), None)
    points = tx.field_devices.points(device.id) if device else ()
    return next((one.id for one in points if one.quantity is Quantity.TEMPERATURE and one.name == AIR_NAME), "")


def book_half_a_day(
    store: Store, meeting: Meeting, guests: Sequence[Invited], now: datetime
) -> tuple[Meeting, Invited]:
    """Let the client have booked the hall until after a short lunch, and name who presents the talk: they come late.

    Returns the meeting and that guest: the presenter on the guest list, or, where there is none, another guest.
    """
    with store.write() as tx:
        found = _meeting(tx, meeting)
        talk = next(one for one in found.agenda if one.kind is SegmentKind.TALK)
        lunch = next(one for one in found.agenda if one.kind is SegmentKind.MEAL)
        known = {one.invitation.source_key: one for one in guests}
        late = known.get(talk.speaker) or next(
            one for one in guests if not (one.invitation.vip or one.invitation.party) and one.invitation.source_key
        )
        named = replace(talk, speaker=late.invitation.source_key, presenter=late.guest.name)
        short = replace(lunch, ends_at=lunch.starts_at + LUNCH)
        changed = {talk.key: named, lunch.key: short}
        parts = tuple(changed.get(one.key, one) for one in found.agenda if one.starts_at <= lunch.starts_at)
        booked = replace(meeting, agenda=tuple(_unplanned(one) for one in parts), ends_at=short.ends_at)
        tx.meetings.save(booked)
        follow_agenda(tx, [booked], now)
        tx.feed.touch([("meeting", booked.id)])
    return booked, late


def _unplanned(part: Segment) -> Segment:
    return replace(part, planned_at=None, planned_until=None)
