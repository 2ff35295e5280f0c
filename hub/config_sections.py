"""The sections of hub.toml: one class for each table of settings, with its defaults, units and bounds."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from devices.contract.fields import DeviceId
from devices.contract.limits import Items, Number, Text
from devices.contract.topics import DISCOVERY, HUB
from hub.channel_ports import Tls
from hub.domain.accounts import SessionTimes
from hub.domain.drills import EVERY_MONTHS
from hub.domain.history import Keep
from hub.domain.playbooks import AT_ONCE
from hub.domain.receipts import LOW_BATTERY
from hub.domain.retention import Retention
from hub.domain.roster import MINUTES_FROM, RosterTimes
from hub.domain.task_life import TaskTimes
from hub.usecases.asking import WalkIns

Port = Annotated[int, Number(0, 65_535)]

_Room = Annotated[str, Text(64, r"\S+")]
"""A room's key in the venue file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreConfig:
    """Where the venue's memory is: ``sqlite:///file`` or ``postgresql://…``.

    A password belongs in ``password_file`` (one line), not in the URL. A PostgreSQL on another machine needs
    ``?sslmode=verify-full``: without it the settings are refused (``hub.database_address``).
    """

    url: Annotated[str, Text(500)] = ""
    password_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerConfig:
    """The MQTT broker: our own Mosquitto child on loopback, or, with ``managed = false``, one the house runs.

    ``secret`` is then the file with the hub's password, and ``tls_ca`` the certificate of its CA. Where several
    processes take messages (PostgreSQL only) each has a ``name`` of its own and they share what comes; the process with
    the managed broker lists the others as ``workers``.

    Devices in the network come to the managed broker by TLS at ``tls_host`` (an address of this machine; empty: only
    devices on this machine come in) and ``tls_port`` (0: a free one), with a certificate of the house, which holds for
    ``certificate_days``. ``names`` are the names and addresses by which they call this machine, the one to be told
    first. A window in which a device can join is open for ``join_minutes``. Devices of other makers, which hold no
    certificate, come to the same address by TLS with their password, at ``password_port`` (0: they do not).

    ``configuration`` is the mosquitto.conf of a broker of the house's own, for ``python -m hub check`` to judge.
    ``plain_at`` are its addresses in networks of their own, where it may listen without TLS.
    """

    managed: bool = True
    host: Annotated[str, Text(253)] = "127.0.0.1"
    port: Port = 1884
    secret: Path | None = None
    tls_ca: Path | None = None
    configuration: Path | None = None
    plain_at: Annotated[tuple[Annotated[str, Text(64, r"\S+")], ...], Items(8)] = ()
    name: DeviceId = HUB
    workers: tuple[DeviceId, ...] = ()
    tls_host: Annotated[str, Text(64)] = ""
    tls_port: Port = 8883
    password_port: Port = 0
    names: Annotated[tuple[Annotated[str, Text(253, r"\S+")], ...], Items(8)] = ()
    certificate_days: Annotated[int, Number(7, 825)] = 365
    join_minutes: Annotated[int, Number(1, 60)] = 10

    @property
    def shares(self) -> bool:
        """Say whether several processes take messages."""
        return bool(self.workers) or self.name != HUB


class PageTls(StrEnum):
    """How the pages are served: plain (loopback), with a certificate of the house's own, or with the operator's."""

    OFF = "off"
    OWN = "own"
    FILES = "files"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebConfig:
    """The pages. Guests' names are on them, so the network beyond loopback gets them over TLS only.

    ``names`` are what this machine, or a proxy in front of it, is called by whoever asks. For ``tls = "files"`` the
    operator's ``certificate`` (with its chain) and ``key_file`` are shown. ``redirect_port``, 0 for none, answers plain
    HTTP with the way to HTTPS.
    """

    host: Annotated[str, Text(64)] = "127.0.0.1"
    port: Port = 8700
    names: tuple[Annotated[str, Text(253, r"[A-Za-z0-9.:-]+")], ...] = ()
    tls: PageTls = PageTls.OFF
    certificate: Path | None = None
    key_file: Path | None = None
    redirect_port: Port = 0


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
class SessionConfig:
    """How long people stay signed in, in minutes and hours (ASVS 7.3.1, 7.3.2; ``SessionTimes``)."""

    tablet_idle_min: Annotated[int, Number(1, 60)] = 5
    account_idle_min: Annotated[int, Number(1, 240)] = 30
    longest_h: Annotated[int, Number(1, 24)] = 12
    proof_min: Annotated[int, Number(1, 30)] = 5

    def times(self) -> SessionTimes:
        """Return the numbers as times."""
        return SessionTimes(
            tablet_idle=timedelta(minutes=self.tablet_idle_min),
            account_idle=timedelta(minutes=self.account_idle_min),
            longest=timedelta(hours=self.longest_h),
            proof=timedelta(minutes=self.proof_min),
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
class PrivacyConfig:
    """For how many days personal data is kept, and the local hour at which it goes (``hub.domain.retention``)."""

    purge_hour: Annotated[int, Number(0, 23)] = 3
    guests_days: Annotated[int, Number(1, 3_650)] = 30
    quarantine_days: Annotated[int, Number(1, 365)] = 14
    audit_days: Annotated[int, Number(30, 36_500)] = 1_095

    def retention(self) -> Retention:
        """Return them as spans of time."""
        return Retention(
            hour=self.purge_hour,
            guests=timedelta(days=self.guests_days),
            quarantine=timedelta(days=self.quarantine_days),
            audit=timedelta(days=self.audit_days),
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
