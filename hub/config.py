"""The settings of a hub (hub.toml; every one is explained in firmware_config/hub/hub.toml)."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

from sqlalchemy import make_url

from devices.clock import FASTEST, SLOWEST, speed_problem
from devices.contract.fields import DeviceId
from devices.contract.limits import Number, Text
from devices.contract.topics import DISCOVERY, HUB, ROOMS
from devices.settings import BadSettings, Mistake, load
from hub.channel_ports import Tls
from hub.domain.history import Keep
from hub.domain.house_work import HouseTimes
from hub.domain.meetings import PAPER
from hub.domain.playbooks import AT_ONCE
from hub.domain.rehearsals import Window
from hub.domain.run_of_show import AgendaTimes
from hub.domain.task_life import TaskTimes
from hub.domain.transfers import Leads
from hub.kind_settings import KindSettings, mistakes_of
from hub.usecases.asking import WalkIns

Port = Annotated[int, Number(0, 65_535)]


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
    """Within how many seconds of the report the first step is to be done, as incidents are counted (R133)."""

    first_step_s: Annotated[int, Number(1, 3_600)] = int(AT_ONCE.total_seconds())

    def first_step(self) -> timedelta:
        """Return it as a span of time."""
        return timedelta(seconds=self.first_step_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaConfig:
    """How agendas are run, in minutes (R111, R112, R114; ``hub.domain.run_of_show.AgendaTimes``)."""

    remind_before_min: Annotated[int, Number(1, 60)] = 5
    presenter_before_min: Annotated[int, Number(0, 120)] = 0
    presenter_late_min: Annotated[int, Number(1, 120)] = 10
    late_after_min: Annotated[int, Number(0, 60)] = 2
    tea_break_min: Annotated[int, Number(1, 120)] = 15

    def times(self) -> AgendaTimes:
        """Return them as spans of time."""
        return AgendaTimes(
            remind_before=timedelta(minutes=self.remind_before_min),
            presenter_before=timedelta(minutes=self.presenter_before_min),
            presenter_late=timedelta(minutes=self.presenter_late_min),
            late_after=timedelta(minutes=self.late_after_min),
            tea_break=timedelta(minutes=self.tea_break_min),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class HubConfig:
    """One hub, its kiosks, the agents in its rooms, pagers, and ``sensors``: other makers' devices that may speak.

    ``data`` holds the SQLite file, the broker's state and the devices' secrets, for the hub's user only.

    For rehearsals and demonstrations the clock is moved by ``clock_offset_s`` seconds, and runs ``clock_speed`` times
    as fast from ``clock_since_s`` (Unix seconds).
    """

    site: DeviceId
    kiosks: tuple[DeviceId, ...] = ()
    agents: tuple[DeviceId, ...] = ()
    pagers: tuple[DeviceId, ...] = ()
    sensors: tuple[DeviceId, ...] = ()
    data: Path = Path("/var/lib/yingbin-hub")
    store: StoreConfig = field(default_factory=StoreConfig)
    broker: BrokerConfig = field(default_factory=BrokerConfig)
    web: WebConfig = field(default_factory=WebConfig)
    seating: SeatingConfig = field(default_factory=SeatingConfig)
    walk_ins: WalkInConfig = field(default_factory=WalkInConfig)
    questions: QuestionConfig = field(default_factory=QuestionConfig)
    business_cards: CardConfig = field(default_factory=CardConfig)
    tasks: TaskConfig = field(default_factory=TaskConfig)
    task_kinds: tuple[KindSettings, ...] = ()
    mail: MailConfig = field(default_factory=MailConfig)
    alerts: AlertsConfig = field(default_factory=AlertsConfig)
    reminders: ReminderConfig = field(default_factory=ReminderConfig)
    transfers: TransferConfig = field(default_factory=TransferConfig)
    rooms: RoomsConfig = field(default_factory=RoomsConfig)
    rehearsals: RehearsalConfig = field(default_factory=RehearsalConfig)
    incidents: IncidentConfig = field(default_factory=IncidentConfig)
    agenda: AgendaConfig = field(default_factory=AgendaConfig)
    house_work: HouseWorkConfig = field(default_factory=HouseWorkConfig)
    clock_offset_s: Annotated[float, Number(-1e9, 1e9)] = 0.0
    clock_speed: Annotated[float, Number(SLOWEST, FASTEST)] = 1.0
    clock_since_s: Annotated[float, Number(0, 1e11)] = 0.0

    @property
    def hears_rooms(self) -> bool:
        """Say whether this hub hears sensors: one process does, and on a broker of the house's own only if it may."""
        return self.broker.name == HUB and (self.broker.managed or self.rooms.secret is not None)

    @property
    def devices(self) -> tuple[str, ...]:
        """Return all devices of ours: those that the broker lets in and the hub listens to."""
        return (*self.kiosks, *self.agents, *self.pagers)

    def agenda_times(self) -> AgendaTimes:
        """Return the numbers for agendas, with those of the work in the house that counts from them."""
        return replace(self.agenda.times(), house=self.house_work.times())

    def database_url(self) -> str:
        """Return the database's URL without its password; a SQLite file in ``data`` unless told otherwise."""
        return self.store.url or f"sqlite:///{self.data / 'hub.sqlite3'}"


def read_config(path: Path) -> HubConfig:
    """Read a hub's settings. Raises BadSettings with every mistake."""
    config = load(path, HubConfig)
    mistakes = [
        *_twice(config),
        *_open_to_all(config),
        *_no_secret(config),
        *_no_sensor(config),
        *_not_shareable(config),
        *_too_early(config),
        *_half_mail(config),
        *_too_late(config),
        *_too_short(config),
        *_no_window(config),
        *mistakes_of(config.task_kinds),
        *_no_set_up(config),
        *_too_fast(config),
    ]
    if mistakes:
        raise BadSettings(path, mistakes)
    return config


def _too_fast(config: HubConfig) -> list[Mistake]:
    problem = speed_problem(config.clock_speed, config.clock_since_s)
    return [Mistake("clock_speed", problem)] if problem else []


def _twice(config: HubConfig) -> list[Mistake]:
    doubled = sorted({device for device in config.devices if config.devices.count(device) > 1})
    mistakes = [Mistake(_list_of(config, device), f"{device} stands twice") for device in doubled]
    if PAPER in config.devices:
        problem = f"{PAPER} stands for sign-in sheets on paper: choose another name"
        mistakes.append(Mistake(_list_of(config, PAPER), problem))
    return mistakes


def _list_of(config: HubConfig, device: str) -> str:
    """Return the setting to correct: pagers and agents came later."""
    later = {"pagers": config.pagers, "agents": config.agents}
    return next((name for name, devices in later.items() if device in devices), "kiosks")


def _open_to_all(config: HubConfig) -> list[Mistake]:
    if _is_local(config.web.host):
        return []
    problem = "the pages have no sign-in yet: listen on 127.0.0.1 and put a proxy that asks who is there in front"
    return [Mistake("web.host", problem)]


def _not_shareable(config: HubConfig) -> list[Mistake]:
    broker, mistakes = config.broker, []
    if broker.shares and make_url(config.database_url()).get_backend_name() == "sqlite":
        problem = "several processes need PostgreSQL: give store.url, or run one process"
        mistakes.append(Mistake("broker.workers" if broker.workers else "broker.name", problem))
    if broker.name != HUB and broker.managed:
        mistakes.append(Mistake("broker.managed", f"{broker.name} uses the broker of another process: set it to false"))
    names = (HUB, ROOMS, broker.name, *broker.workers)
    taken = sorted({name for name in names if name in config.devices})
    return mistakes + [Mistake(_list_of(config, name), f"{name} is the name of a process of the hub") for name in taken]


def _no_sensor(config: HubConfig) -> list[Mistake]:
    """Note sensors whose name is somebody else's: they could speak below it."""
    broker = config.broker
    topics = {config.rooms.prefix.split("/")[0], "tasmota", "tele", "stat", "cmnd", "yingbin"}
    taken = {HUB, ROOMS, broker.name, *broker.workers, *config.devices} | topics
    mistakes = [Mistake("sensors", f"{one} is taken: choose another name") for one in config.sensors if one in taken]
    doubled = sorted({one for one in config.sensors if config.sensors.count(one) > 1})
    mistakes += [Mistake("sensors", f"{one} stands twice") for one in doubled]
    secret = config.rooms.secret
    if secret and not secret.is_file():
        mistakes.append(Mistake("rooms.secret", "is no file: it holds `password` of the user hub-rooms at the broker"))
    if config.sensors and not broker.managed:
        mistakes.append(Mistake("sensors", "a broker of your own has its own list of users: add them there"))
    return mistakes


def _too_early(config: HubConfig) -> list[Mistake]:
    tasks, mistakes = config.tasks, []
    if tasks.warn_before_min >= tasks.reply_within_min:
        problem = (
            f"must be less than tasks.reply_within_min ({tasks.reply_within_min}): a warning comes after the promise"
        )
        mistakes.append(Mistake("tasks.warn_before_min", problem))
    if tasks.comfort_least_c >= tasks.comfort_most_c:
        problem = f"must be less than tasks.comfort_most_c ({tasks.comfort_most_c:g})"
        mistakes.append(Mistake("tasks.comfort_least_c", problem))
    return mistakes


def _half_mail(config: HubConfig) -> list[Mistake]:
    """Note a mail server without which nothing can be sent, or to which a password would go in the clear."""
    mail, mistakes = config.mail, []
    if not mail.host:
        return []
    if not mail.sender:
        mistakes.append(Mistake("mail.sender", "is missing: give the address that guests' messages come from"))
    if mail.user and not mail.password_file:
        mistakes.append(Mistake("mail.password_file", f"is missing: name the file with the password of {mail.user}"))
    if mail.user and mail.tls is Tls.NONE and not _is_local(mail.host):
        mistakes.append(Mistake("mail.tls", 'the password would travel in the clear: use "starttls" or "tls"'))
    return mistakes


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _too_late(config: HubConfig) -> list[Mistake]:
    times = config.transfers
    if times.arrive_before_min < times.lead_min:
        return []
    problem = f"the greeter must be called earlier: less than lead_min, which is {times.lead_min}"
    return [Mistake("transfers.arrive_before_min", problem)]


def _too_short(config: HubConfig) -> list[Mistake]:
    """Note a coarser level that would be thrown away before the finer one it stands for."""
    raw, minutes, hours = config.rooms.keep_raw_days, config.rooms.keep_minutes_days, config.rooms.keep_hours_days
    mistakes = []
    if minutes < raw:
        mistakes.append(Mistake("rooms.keep_minutes_days", f"must be at least rooms.keep_raw_days, which is {raw}"))
    if hours and hours < minutes:
        problem = f"must be at least rooms.keep_minutes_days, which is {minutes}, or 0 for ever"
        mistakes.append(Mistake("rooms.keep_hours_days", problem))
    return mistakes


def _no_window(config: HubConfig) -> list[Mistake]:
    hours = config.rehearsals
    if hours.until_hours < hours.from_hours:
        return []
    problem = f"must be less than rehearsals.from_hours, which is {hours.from_hours:g}: both count back from the start"
    return [Mistake("rehearsals.until_hours", problem)]


def _no_set_up(config: HubConfig) -> list[Mistake]:
    times = config.house_work
    if times.set_up_lead_min < times.set_up_from_hours * 60:
        return []
    problem = f"must be less than house_work.set_up_from_hours, which is {times.set_up_from_hours:g}: both count back"
    return [Mistake("house_work.set_up_lead_min", f"{problem} from the doors' opening")]


def _no_secret(config: HubConfig) -> list[Mistake]:
    if config.broker.managed or (config.broker.secret and config.broker.secret.is_file()):
        return []
    return [Mistake("broker.secret", "a broker of your own needs the file with the hub's password")]
