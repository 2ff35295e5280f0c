"""The sections of hub.toml: one class for each table of settings, with its defaults, units and bounds."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from devices.contract.fields import DeviceId
from devices.contract.limits import Number, Text
from devices.contract.topics import DISCOVERY, HUB
from hub.channel_ports import Tls
from hub.domain.drills import EVERY_MONTHS
from hub.domain.history import Keep
from hub.domain.house_work import HouseTimes
from hub.domain.no_show import Action, Policy
from hub.domain.playbooks import AT_ONCE
from hub.domain.receipts import LOW_BATTERY
from hub.domain.rehearsal_window import Window
from hub.domain.roster import MINUTES_FROM, RosterTimes
from hub.domain.run_of_show import AgendaTimes
from hub.domain.task_life import TaskTimes
from hub.domain.transfers import Leads
from hub.usecases.asking import WalkIns

Port = Annotated[int, Number(0, 65_535)]

_Room = Annotated[str, Text(64, r"\S+")]
"""A room's key in the venue file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreConfig:
    """Where the venue's memory is: ``sqlite:///file`` or ``postgresql://…``.

    A password belongs in ``password_file`` (one line), not in the URL.
    """

    url: Annotated[str, Text(500)] = ""
    password_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerConfig:
    """The MQTT broker: our own Mosquitto child on loopback, or, with ``managed = false``, one the house runs.

    ``secret`` is then the file with the hub's password, and ``tls_ca`` the certificate of its CA. Where several
    processes take messages (PostgreSQL only) each has a ``name`` of its own and they share what comes; the process with
    the managed broker lists the others as ``workers``.
    """

    managed: bool = True
    host: Annotated[str, Text(253)] = "127.0.0.1"
    port: Port = 1884
    secret: Path | None = None
    tls_ca: Path | None = None
    name: DeviceId = HUB
    workers: tuple[DeviceId, ...] = ()

    @property
    def shares(self) -> bool:
        """Say whether several processes take messages."""
        return bool(self.workers) or self.name != HUB


@dataclass(frozen=True, slots=True, kw_only=True)
class WebConfig:
    """The pages. Guests' names are on them and nobody signs in yet, so they are served on loopback only."""

    host: Annotated[str, Text(64)] = "127.0.0.1"
    port: Port = 8700


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatingConfig:
    """How guests are seated. ``lease``: how many seats of a meeting each kiosk may give away while the hub is away."""

    lease: Annotated[int, Number(0, 40)] = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkInConfig:
    """What becomes of people without an invitation (``hub.usecases.asking.WalkIns``)."""

    policy: WalkIns = WalkIns.CALL


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionConfig:
    """How many questions about guests (find, identify, walk in) each kiosk may ask in a minute."""

    a_minute: Annotated[int, Number(1, 600)] = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CardConfig:
    """For how many days guests' business cards are kept (R95)."""

    keep_days: Annotated[int, Number(1, 3_650)] = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskConfig:
    """How long guests wait for staff, and staff for guests, in minutes; and how a room is made warmer or cooler."""

    reply_within_min: Annotated[int, Number(1, 1_440)] = 30
    warn_before_min: Annotated[int, Number(0, 1_440)] = 5
    answer_within_min: Annotated[int, Number(1, 1_440)] = 15
    comfort_asks_after_min: Annotated[int, Number(1, 120)] = 10
    comfort_step_c: Annotated[float, Number(0.5, 5)] = 2.0
    comfort_rounds: Annotated[int, Number(1, 10)] = 3
    comfort_least_c: Annotated[float, Number(5, 40)] = 18.0
    comfort_most_c: Annotated[float, Number(5, 40)] = 28.0
    guidance_min: Annotated[int, Number(1, 120)] = 5

    def times(self) -> TaskTimes:
        """Return them as the rules take them."""
        return TaskTimes(
            reply_within=timedelta(minutes=self.reply_within_min),
            warn_before=timedelta(minutes=self.warn_before_min),
            answer_within=timedelta(minutes=self.answer_within_min),
            comfort_asks_after=timedelta(minutes=self.comfort_asks_after_min),
            comfort_step=self.comfort_step_c,
            comfort_rounds=self.comfort_rounds,
            comfort_least=self.comfort_least_c,
            comfort_most=self.comfort_most_c,
            guidance_within=timedelta(minutes=self.guidance_min),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MailConfig:
    """The mail server that takes messages to guests; without ``host`` no mail goes out, and staff are asked to call."""

    host: Annotated[str, Text(253)] = ""
    port: Port = 587
    tls: Tls = Tls.STARTTLS
    tls_ca: Path | None = None
    user: Annotated[str, Text(254)] = ""
    password_file: Path | None = None
    sender: Annotated[str, Text(254, r"|[^@\s<>\",;]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsConfig:
    """How staff outside the house are alerted (``hub.channels.addresses``); without a file nobody is.

    ``link`` is where a message leads, the page of tasks as telephones reach it. ``tls_ca`` signed the certificates of
    the house's own ntfy or Gotify.
    """

    addresses_file: Path | None = None
    link: Annotated[str, Text(200, r"|https?://[^\s]+")] = ""
    tls_ca: Path | None = None


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
class IncidentConfig:
    """Within how many seconds of the report the first step is to be done, as incidents are counted (R133).

    ``drill_every_months``: so often each playbook is practised, 0 for never (R129).
    """

    drill_every_months: Annotated[int, Number(0, 60)] = EVERY_MONTHS
    first_step_s: Annotated[int, Number(1, 3_600)] = int(AT_ONCE.total_seconds())

    def first_step(self) -> timedelta:
        """Return it as a span of time."""
        return timedelta(seconds=self.first_step_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class TabletConfig:
    """The tablets of staff. Below ``low_battery_percent`` the board points a tablet's battery out."""

    low_battery_percent: Annotated[int, Number(1, 90)] = LOW_BATTERY


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
class RosterConfig:
    """Shifts, in minutes, and from which importance on meetings need a minutes-taker (``hub.domain.roster``).

    ``minutes_from`` is 1 to 5; 6 where none does by its importance.
    """

    grace_min: Annotated[int, Number(0, 120)] = 5
    hand_over_min: Annotated[int, Number(0, 120)] = 15
    minutes_from: Annotated[int, Number(1, 6)] = MINUTES_FROM

    def times(self) -> RosterTimes:
        """Return them as the rules take them."""
        return RosterTimes(
            grace=timedelta(minutes=self.grace_min),
            hand_over=timedelta(minutes=self.hand_over_min),
            minutes_from=self.minutes_from,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomsConfig:
    """What stands in the rooms: how sensors and other makers' devices are heard (``hub.sensing``), and what is kept.

    They announce themselves below ``prefix``; ``birth_topic`` hears that the hub is there, empty for nowhere. The
    ``publishers`` are trusted from the start. ``points`` bounds all values together, ``devices_per_publisher`` the
    devices of each. For a broker of the house's own, ``secret`` is the file of the user ``hub-rooms``.

    Readings, their minutes and their hours (0: for ever) are kept for so many days.
    """

    prefix: Annotated[str, Text(64, r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*")] = DISCOVERY
    birth_topic: Annotated[str, Text(128, r"|[^\s+#$][^\s+#]*")] = f"{DISCOVERY}/status"
    publishers: tuple[Annotated[str, Text(128, r"[^\s/+#$]+")], ...] = ()
    points: Annotated[int, Number(1, 50_000)] = 5_000
    devices_per_publisher: Annotated[int, Number(1, 5_000)] = 200
    secret: Path | None = None
    keep_raw_days: Annotated[int, Number(1, 60)] = 3
    keep_minutes_days: Annotated[int, Number(1, 3_650)] = 60
    keep_hours_days: Annotated[int, Number(0, 36_500)] = 1_100

    def keep(self) -> Keep:
        """Return them as spans of time."""
        raw, minutes, hours = (
            timedelta(days=days) for days in (self.keep_raw_days, self.keep_minutes_days, self.keep_hours_days)
        )
        return Keep(readings=raw, minutes=minutes, hours=hours or None)
