"""The sections of hub.toml on meetings: what happens before one, during one and after one, and when."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from devices.contract.limits import Number, Text
from hub.domain.house_work import HouseTimes
from hub.domain.no_show import Action, Policy
from hub.domain.rehearsal_window import Window
from hub.domain.run_of_show import AgendaTimes
from hub.domain.transfers import Leads

_Room = Annotated[str, Text(64, r"\S+")]
"""A room's key in the venue file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderConfig:
    """How many hours before a meeting its guests are reminded (R104); none where the list is empty."""

    hours_before: tuple[Annotated[float, Number(0.25, 720)], ...] = (24.0, 2.0)

    def leads(self) -> tuple[timedelta, ...]:
        """Return them as time before the start."""
        return tuple(timedelta(hours=hours) for hours in self.hours_before)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferConfig:
    """How long before a guest's arrival at the airport things happen, in minutes (``hub.domain.transfers.Leads``)."""

    lead_min: Annotated[int, Number(1, 1_440)] = 45
    arrive_before_min: Annotated[int, Number(0, 1_440)] = 15
    accept_min: Annotated[int, Number(1, 1_440)] = 10

    def leads(self) -> Leads:
        """Return them as spans of time."""
        lead, arrive_before, accept = (
            timedelta(minutes=each) for each in (self.lead_min, self.arrive_before_min, self.accept_min)
        )
        return Leads(lead=lead, arrive_before=arrive_before, accept=accept)


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsalConfig:
    """When meetings are rehearsed, in hours before their start (R77; ``hub.domain.rehearsals.Window``)."""

    from_hours: Annotated[float, Number(2, 720)] = 48.0
    until_hours: Annotated[float, Number(1, 719)] = 24.0

    def window(self) -> Window:
        """Return them as spans of time."""
        return Window(opens=timedelta(hours=self.from_hours), due=timedelta(hours=self.until_hours))


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaConfig:
    """How agendas are run, in minutes (R111, R112, R114; ``hub.domain.run_of_show.AgendaTimes``)."""

    remind_before_min: Annotated[int, Number(1, 60)] = 5
    presenter_before_min: Annotated[int, Number(0, 120)] = 0
    presenter_late_min: Annotated[int, Number(1, 120)] = 10
    late_after_min: Annotated[int, Number(0, 60)] = 2
    tea_break_min: Annotated[int, Number(1, 120)] = 15
    overrun_after_min: Annotated[int, Number(1, 60)] = 5

    def times(self) -> AgendaTimes:
        """Return them as spans of time."""
        return AgendaTimes(
            remind_before=timedelta(minutes=self.remind_before_min),
            presenter_before=timedelta(minutes=self.presenter_before_min),
            presenter_late=timedelta(minutes=self.presenter_late_min),
            late_after=timedelta(minutes=self.late_after_min),
            tea_break=timedelta(minutes=self.tea_break_min),
            overrun_after=timedelta(minutes=self.overrun_after_min),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseWorkConfig:
    """When rooms are set up and struck, meals served and hand-outs counted (``hub.domain.house_work.HouseTimes``)."""

    set_up_from_hours: Annotated[float, Number(0.5, 72)] = 4.0
    set_up_lead_min: Annotated[int, Number(0, 1_440)] = 30
    strike_min: Annotated[int, Number(5, 1_440)] = 30
    turnover_min: Annotated[int, Number(0, 1_440)] = 60
    count_before_hours: Annotated[float, Number(0.5, 720)] = 24.0
    meal_from_min: Annotated[int, Number(5, 1_440)] = 60
    meal_late_min: Annotated[int, Number(0, 120)] = 5

    def times(self) -> HouseTimes:
        """Return them as spans of time."""
        return HouseTimes(
            set_up_from=timedelta(hours=self.set_up_from_hours),
            set_up_lead=timedelta(minutes=self.set_up_lead_min),
            strike=timedelta(minutes=self.strike_min),
            turnover=timedelta(minutes=self.turnover_min),
            count_before=timedelta(hours=self.count_before_hours),
            meal_from=timedelta(minutes=self.meal_from_min),
            meal_late=timedelta(minutes=self.meal_late_min),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoShowConfig:
    """What is done about booked rooms that nobody comes to, in minutes and hours (``hub.domain.no_show``).

    ``notify_rooms``, ``release_rooms`` and ``ignore_rooms`` are rooms (keys) of which another action holds.
    """

    action: Action = Action.NOTIFY
    release_rooms: tuple[_Room, ...] = ()
    notify_rooms: tuple[_Room, ...] = ()
    ignore_rooms: tuple[_Room, ...] = ()
    clients: bool = False
    ask_first: bool = True
    opens_before_min: Annotated[int, Number(0, 240)] = 30
    warn_after_min: Annotated[int, Number(0, 240)] = 5
    grace_min: Annotated[int, Number(1, 480)] = 10
    exempt_from_h: Annotated[float, Number(0.5, 24)] = 8.0
    exempt_booked_within_h: Annotated[float, Number(0, 48)] = 2.0
    blind_percent: Annotated[int, Number(0, 100)] = 20
    present_min: Annotated[int, Number(1, 60)] = 2
    series_strikes: Annotated[int, Number(0, 100)] = 3

    def policy(self) -> Policy:
        """Return them as the rules take them."""
        rooms = dict.fromkeys(self.release_rooms, Action.RELEASE)
        rooms |= dict.fromkeys(self.notify_rooms, Action.NOTIFY) | dict.fromkeys(self.ignore_rooms, Action.NONE)
        return Policy(
            action=self.action,
            rooms=rooms,
            clients=self.clients,
            asks=self.ask_first,
            opens_before=timedelta(minutes=self.opens_before_min),
            warn_after=timedelta(minutes=self.warn_after_min),
            grace=timedelta(minutes=self.grace_min),
            exempt_from=timedelta(hours=self.exempt_from_h),
            exempt_booked=timedelta(hours=self.exempt_booked_within_h),
            blind_share=self.blind_percent / 100,
            present_for=timedelta(minutes=self.present_min),
            strikes=self.series_strikes,
        )
