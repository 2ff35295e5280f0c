"""What the pages stand on: given once by the wiring, found by every page through the application."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import current_app

from devices.ids import uuid7
from devices.ports import Clock
from devices.texts import Texts
from hub.domain.accounts import TIMES, SessionTimes
from hub.domain.audit_chain import Head
from hub.domain.drills import EVERY_MONTHS
from hub.domain.house_work import HOUSE, HouseTimes
from hub.domain.name_search import Readings
from hub.domain.playbooks import AT_ONCE
from hub.domain.receipts import LOW_BATTERY
from hub.domain.roster import ROSTER, RosterTimes
from hub.domain.run_of_show import AgendaTimes
from hub.domain.security_contact import SecurityContact
from hub.domain.task_life import TaskTimes
from hub.domain.transfers import Leads
from hub.domain.words import Language
from hub.following import Followed
from hub.ports import Ids, Store
from hub.usecases.hand_out_code import CodeMaker
from hub.usecases.join_device import Joining
from hub.web.finding import GuestFinder
from hub.web.purses import Purses
from hub.web.recent import Recent
from hub.web.streams import Streams
from hub.web.together import Together
from hub.web.watch import FeedWatch

STREAMS = 80
"""Event streams at once, one for each open page; the server needs more threads than this."""

_KEY = "yingbin"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebParts:
    """The parts of the web application.

    ``watch`` is started and stopped by whoever made it. ``counts`` gives figures for ``/metrics``: a name that ends
    in ``_total`` only ever grows. ``alive`` says for ``/healthz`` which parts of the hub work. ``hosts`` are the names
    the pages answer to besides those of loopback: what a proxy in front of them is called. ``readings`` knows how
    Chinese characters are read, ``times`` are those of tasks, ``leads`` those of pick-ups, ``agenda`` those of agendas,
    ``house`` those of the house's routine work, ``roster`` those of shifts. ``first_step`` is within how long of its
    report an incident's first step is to be done. ``speed`` is how many of the house's seconds pass in a real one: 1,
    except in a rehearsal. ``low_battery``: below how many per cent a tablet's battery is pointed out. ``sources`` are
    the booking sources by name, the one that is believed first standing first. ``joining`` is what devices need to
    join. ``authority`` is the certificate of the house's own authority (PEM), where the pages show one that it has
    signed. ``codes`` makes guests' codes, where this process has the keys for them. ``sessions`` is how long people
    stay signed in. ``security`` is whom to tell of a weakness. ``kept_heads`` reads the audit log's heads that were
    written down outside of the database.
    """

    store: Store
    clock: Clock
    watch: FeedWatch
    texts: Texts
    default_language: Language
    counts: Callable[[], Mapping[str, float]]
    alive: Callable[[], Mapping[str, bool]]
    readings: Readings
    hosts: tuple[str, ...] = ()
    streams: int = STREAMS
    ids: Ids = uuid7
    times: TaskTimes = field(default_factory=TaskTimes)
    leads: Leads = Leads()  # noqa: RUF009 - never changes
    first_step: timedelta = AT_ONCE
    drill_months: int = EVERY_MONTHS
    agenda: AgendaTimes = AgendaTimes()  # noqa: RUF009 - never changes
    house: HouseTimes = HOUSE
    roster: RosterTimes = ROSTER
    speed: float = 1.0
    low_battery: int = LOW_BATTERY
    authority: str = ""
    sources: Mapping[str, Followed] = field(default_factory=dict)
    security: SecurityContact = SecurityContact((), datetime.min.replace(tzinfo=UTC))  # noqa: RUF009 - never changes
    joining: Joining | None = None
    codes: CodeMaker | None = None
    sessions: SessionTimes = TIMES
    kept_heads: Callable[[], Sequence[Head]] = tuple


@dataclass(frozen=True, slots=True)
class Shelf:
    """The parts together with what the pages share among themselves."""

    parts: WebParts
    recent: Recent = field(repr=False)
    streams: Streams
    finder: GuestFinder = field(repr=False)
    together: Together = field(repr=False)
    purses: Purses = field(repr=False)


def load_texts() -> Texts:
    """Read what the pages say. Raises BadTexts."""
    return Texts.load(Path(__file__).parent / "texts")


def keep(extensions: dict[str, object], parts: WebParts) -> None:
    """Lay the parts where ``shelf`` finds them."""
    together = Together(parts.store)
    extensions[_KEY] = Shelf(
        parts,
        Recent(parts.store, parts.watch, parts.clock),
        Streams(parts.streams),
        GuestFinder(parts.store, parts.readings),
        together,
        Purses(together),
    )


def shelf() -> Shelf:
    """Return what the running application was made from."""
    found = current_app.extensions[_KEY]
    if not isinstance(found, Shelf):  # pragma: no cover - only create_app writes there
        raise TypeError("the application was not made by create_app")
    return found
