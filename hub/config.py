"""The settings of a hub (hub.toml; every one is explained in firmware_config/hub/hub.toml)."""

from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

from sqlalchemy import make_url

from devices.clock import FASTEST, SLOWEST, speed_problem
from devices.contract.fields import DeviceId
from devices.contract.limits import Number
from devices.contract.topics import HUB, ROOMS
from devices.settings import BadSettings, Mistake, load
from hub.channel_ports import Tls
from hub.config_sections import (
    AlertsConfig,
    BrokerConfig,
    CardConfig,
    IncidentConfig,
    MailConfig,
    PageTls,
    PrivacyConfig,
    QuestionConfig,
    RoomsConfig,
    RosterConfig,
    SeatingConfig,
    SessionConfig,
    StoreConfig,
    TabletConfig,
    TaskConfig,
    WalkInConfig,
    WebConfig,
)
from hub.database_address import address_problem, is_local
from hub.domain.meetings import PAPER
from hub.domain.run_of_show import AgendaTimes
from hub.kind_settings import KindSettings, mistakes_of
from hub.meeting_sections import (
    AgendaConfig,
    HouseWorkConfig,
    NoShowConfig,
    RehearsalConfig,
    ReminderConfig,
    TransferConfig,
)
from hub.security_settings import IssuingConfig, SecurityConfig
from hub.source_settings import SourceConfig, mistakes_of_sources


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
    issuing: IssuingConfig = field(default_factory=IssuingConfig)
    security: SecurityConfig = field(default_factory=SecurityConfig)
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
    tablets: TabletConfig = field(default_factory=TabletConfig)
    sessions: SessionConfig = field(default_factory=SessionConfig)
    agenda: AgendaConfig = field(default_factory=AgendaConfig)
    house_work: HouseWorkConfig = field(default_factory=HouseWorkConfig)
    roster: RosterConfig = field(default_factory=RosterConfig)
    no_shows: NoShowConfig = field(default_factory=NoShowConfig)
    privacy: PrivacyConfig = field(default_factory=PrivacyConfig)
    sources: tuple[SourceConfig, ...] = ()
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

    @property
    def audit_heads(self) -> Path:
        """Return where the audit log's heads are written down, night by night."""
        return self.data / "audit-heads.txt"

    def agenda_times(self) -> AgendaTimes:
        """Return the numbers for agendas, with those of house work, reminders and rehearsals that count from them."""
        leads, window = tuple(self.reminders.leads()), self.rehearsals.window()
        return replace(self.agenda.times(), house=self.house_work.times(), guest_leads=leads, rehearsal=window)

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
        *_in_the_open(config),
        *_no_listener(config),
        *_no_sensor(config),
        *_not_ours(config),
        *_not_shareable(config),
        *_too_early(config),
        *_half_mail(config),
        *_no_day(config),
        *_too_late(config),
        *_too_short(config),
        *_no_window(config),
        *_no_grace(config),
        *mistakes_of(config.task_kinds),
        *mistakes_of_sources(config.sources),
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
    """Note pages that would cross the network in the clear, and settings of a certificate that is not shown."""
    web, mistakes = config.web, []
    if web.tls is PageTls.OFF and not is_local(web.host):
        problem = "guests' names would cross the network in the clear: set web.tls, or listen on 127.0.0.1"
        mistakes.append(Mistake("web.host", problem))
    for name, file in (("certificate", web.certificate), ("key_file", web.key_file)):
        if web.tls is PageTls.FILES and not (file and file.is_file()):
            mistakes.append(Mistake(f"web.{name}", "is no file: name the operator's, in PEM"))
        if web.tls is not PageTls.FILES and file:
            mistakes.append(Mistake(f"web.{name}", 'is not used: set web.tls to "files"'))
    if web.redirect_port and (web.tls is PageTls.OFF or web.redirect_port == web.port):
        mistakes.append(Mistake("web.redirect_port", "leads to HTTPS: it needs web.tls, and a port of its own"))
    return mistakes


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


def _no_listener(config: HubConfig) -> list[Mistake]:
    """Note a listener for certificates that nobody can start, or that nobody can call."""
    broker = config.broker
    if not broker.tls_host:
        problem = "needs broker.tls_host: the address of this machine at which devices come in"
        return [Mistake("broker.password_port", problem)] if broker.password_port else []
    try:
        everywhere = ip_address(broker.tls_host).is_unspecified
    except ValueError:
        problem = f"{broker.tls_host!r} is no address: write one of this machine's, or 0.0.0.0 for each"
        return [Mistake("broker.tls_host", problem)]
    mistakes = []
    if not broker.managed:
        mistakes.append(Mistake("broker.tls_host", "a broker of your own has its own listeners: leave it empty"))
    if everywhere and not broker.names:
        mistakes.append(
            Mistake("broker.names", "is empty: give the name or address by which devices call this machine")
        )
    if broker.tls_port and broker.tls_port == broker.port:
        mistakes.append(Mistake("broker.tls_port", f"is broker.port as well ({broker.port}): give it another one"))
    if broker.password_port and broker.password_port in {broker.port, broker.tls_port}:
        mistakes.append(Mistake("broker.password_port", "is another port of the broker as well: give it its own"))
    return mistakes


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


def _not_ours(config: HubConfig) -> list[Mistake]:
    """Note what is said of a broker of the house's own where the hub runs its own, and knows better."""
    broker = config.broker
    named = (("configuration", broker.configuration), ("plain_at", broker.plain_at))
    problem = "is about a broker of your own: set broker.managed to false, or leave it out"
    return [Mistake(f"broker.{name}", problem) for name, value in named if broker.managed and value]


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
    if mail.user and mail.tls is Tls.NONE and not is_local(mail.host):
        mistakes.append(Mistake("mail.tls", 'the password would travel in the clear: use "starttls" or "tls"'))
    return mistakes


def _no_day(config: HubConfig) -> list[Mistake]:
    """Note whom to tell of a weakness without the day until which that holds: RFC 9116 wants one."""
    try:
        config.security.contact()
    except ValueError:
        problem = "with security.contacts it must be a day, YYYY-MM-DD, less than a year ahead"
        return [Mistake("security.expires_on", problem)]
    return []


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


def _no_grace(config: HubConfig) -> list[Mistake]:
    """Note a room that would count as empty before anybody was sent to look, and one of which two things are said."""
    ours, mistakes = config.no_shows, []
    if ours.grace_min < ours.warn_after_min:
        problem = f"must be at least no_shows.warn_after_min ({ours.warn_after_min}): people are warned first"
        mistakes.append(Mistake("no_shows.grace_min", problem))
    said = [*ours.release_rooms, *ours.notify_rooms, *ours.ignore_rooms]
    twice = sorted({one for one in said if said.count(one) > 1})
    problem = "stands twice, here or in another list of no_shows"
    return [*mistakes, *(Mistake("no_shows.release_rooms", f"{room} {problem}") for room in twice)]


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


def _in_the_open(config: HubConfig) -> list[Mistake]:
    """Note a broker or a database on another machine with which the hub would speak without TLS."""
    broker, mistakes = config.broker, []
    if not (broker.managed or broker.tls_ca or is_local(broker.host)):
        problem = "the hub's password and guests' data would cross the network in the open: name the broker's CA"
        mistakes.append(Mistake("broker.tls_ca", problem))
    if config.store.url and (problem := address_problem(config.store.url)):
        mistakes.append(Mistake("store.url", problem))
    return mistakes
