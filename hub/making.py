"""Makes the hub's real things from its settings: database, broker, mail, secrets. Only it and wiring may."""

import functools
import gc
import logging
import secrets
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url

from devices.clock import SystemClock
from devices.contract.topics import HUB
from devices.ids import uuid7
from devices.texts import Texts
from hub.authority import Authority
from hub.broker import Broker, BrokerSettings, find_program
from hub.broker_files import Secrets, Users, ensure_secrets, read_secrets, secrets_file
from hub.broker_tls import TlsListener
from hub.channel_ports import GuestChannel, Mail
from hub.channels.mail import MailChannel, MailSettings
from hub.config import HubConfig
from hub.domain.meetings import Room
from hub.key_files import HOUSE, KeyFolder
from hub.ports import StoreUnavailable
from hub.store import migrate
from hub.store.errors import AlreadyOpen, CannotOpen
from hub.store.sql import SqlStore, open_store
from hub.usecases.acting import Acting
from hub.usecases.asking import Service
from hub.usecases.hand_out_code import CodeMaker
from hub.usecases.join_device import Joining, Told
from hub.usecases.page_alerts import Page, Paged
from hub.usecases.send_messages import Notice
from hub.usecases.serve_roster import KINDS
from hub.web.parts import load_texts
from hub.witness import Witness

_log = logging.getLogger(__name__)


def clock_of(config: HubConfig) -> SystemClock:
    """Return the clock that the settings describe; in a real house it is the machine's own."""
    return SystemClock.of(config.clock_offset_s, config.clock_speed, config.clock_since_s)


def database_url(config: HubConfig) -> str:
    """Return the database's URL with its password. Not for logs. Raises OSError when the password cannot be read."""
    url = make_url(config.database_url())
    if config.store.password_file:
        url = url.set(password=config.store.password_file.read_text(encoding="utf-8").strip())
    return url.render_as_string(hide_password=False)


def open_hub_store(config: HubConfig) -> SqlStore:
    """Open the hub's database, first bringing a SQLite file of our own to this program's schema.

    Raises hub.store.errors.CannotOpen with the remedy.
    """
    url = database_url(config)
    if make_url(url).get_backend_name() == "sqlite":
        make_private(config.data)
        migrate.upgrade(url)
    return open_store(url)


def look_at_store(config: HubConfig) -> str:
    """Say how the hub's database is, without changing it. Raises CannotOpen with the remedy."""
    url = make_url(database_url(config))
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return "there is none yet; the hub makes it when it starts"
    try:
        open_store(database_url(config)).close()
    except AlreadyOpen:
        return "a running hub has it open"
    return "it has this program's schema"


def known_rooms(config: HubConfig) -> Sequence[Room] | None:
    """Return the house's rooms, without changing anything; None where its database cannot be opened now."""
    url = make_url(database_url(config))
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return None
    try:
        with closing(open_store(database_url(config))) as store, store.read() as tx:
            return tx.meetings.rooms()
    except (CannotOpen, StoreUnavailable):
        return None


def broker_program() -> str | None:
    """Return where Mosquitto is; None when it is not installed."""
    return find_program()


def make_private(folder: Path) -> None:
    """Make a folder that only this user may look into."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def open_authority(config: HubConfig) -> Authority:
    """Return the house's certificate authority, which the first call makes. Raises AuthorityDamaged, OSError."""
    return Authority.open(config.data / "authority")


def joining_of(config: HubConfig, broker: Broker | None) -> Joining | None:
    """Return what devices need to join; None where none can come in. Raises AuthorityDamaged, OSError.

    A ``broker`` that runs in this process knows which port it has found.
    """
    at = config.broker
    if not at.tls_host:
        return None
    ours = hub_secrets(config)
    told = Told(
        site=config.site,
        host=at.names[0] if at.names else at.tls_host,
        port=broker.tls_port if broker else at.tls_port,
        lookup_key=ours.lookup_key,
    )
    return Joining(
        open_authority(config),
        config.devices,
        at.certificate_days,
        at.join_minutes,
        secrets.randbits,
        secrets.token_urlsafe,
        told,
        KeyFolder(config.data / "keys").house,
    )


def make_broker(config: HubConfig, on_words: Callable[[str], None]) -> Broker:
    """Return the managed broker, not yet started; ``on_words`` hears its log. Raises AuthorityDamaged, OSError."""
    folder = config.data / "broker"
    at = config.broker
    listens = None
    if at.tls_host:
        listens = TlsListener(
            authority=open_authority(config),
            host=at.tls_host,
            port=at.tls_port,
            password_port=at.password_port,
            names=at.names,
        )
    return Broker(
        BrokerSettings(
            folder=folder,
            site=config.site,
            devices=config.devices,
            users=Users(
                workers=config.broker.workers,
                sensors=config.sensors,
                prefix=config.rooms.prefix,
                birth=config.rooms.birth_topic,
            ),
            port=config.broker.port,
            tls=listens,
        ),
        on_words,
    )


def hub_secrets(config: HubConfig) -> Secrets:
    """Return the hub's password and lookup key, from its own broker's folder or from the file the settings name."""
    if config.broker.secret:
        return read_secrets(config.broker.secret)
    folder = config.data / "broker"
    ensure_secrets(folder, config.devices)
    return read_secrets(secrets_file(folder, HUB))


def acting_as(actor: str, config: HubConfig) -> Acting:
    """Return who changes something from the command line, with real time, ids and chance."""
    clock = clock_of(config)
    site_key = bytes.fromhex(hub_secrets(config).lookup_key)
    return Acting(
        actor=actor,
        at=clock.now(),
        ids=uuid7,
        bits=secrets.randbits,
        site_key=site_key,
        codes_a_day=config.issuing.codes_a_day,
    )


def code_maker(config: HubConfig, *, first: bool) -> CodeMaker | None:
    """Return what the pages need to make codes, None for a process that has not the house's keys.

    ``first``: this process may make keys that are missing; another one would make keys of a house of its own.
    """
    secret = config.broker.secret or secrets_file(config.data / "broker", HUB)
    folder = config.data / "keys"
    if not first and not (secret.exists() and (folder / HOUSE).exists()):
        return None
    return CodeMaker(KeyFolder(folder), lambda name: acting_as(name, config))


def mail_channel(config: HubConfig) -> GuestChannel | None:
    """Return the way by which guests get mail; None where the settings name no server."""
    mail = config.mail
    if not mail.host:
        return None
    settings = MailSettings(
        host=mail.host,
        port=mail.port,
        sender=mail.sender,
        tls=mail.tls,
        tls_ca=mail.tls_ca,
        user=mail.user,
        password_file=mail.password_file,
    )
    return MailChannel(settings, clock_of(config))


def write_message(notice: Notice, at: datetime) -> Mail:
    """Write a message to a guest."""
    return _message_writer()(notice, at)


@functools.cache
def _message_writer() -> Callable[[Notice, datetime], Mail]:
    from hub.letters.notices import Notices  # noqa: PLC0415 - with symbols and calendars; a hub without post starts sooner

    return Notices().write


def write_page(page: Page) -> Paged:
    """Write an alert for a pager."""
    return _page_writer()(page)


@functools.cache
def _page_writer() -> Callable[[Page], Paged]:
    from hub.letters.pagers import PagerWords  # noqa: PLC0415 - as above
    from hub.letters.wording import TEXTS_FOLDER  # noqa: PLC0415 - as above

    return PagerWords(load_texts(), Texts.load(TEXTS_FOLDER)).write


def service_of(config: HubConfig, *, makes_codes: bool) -> Service:
    """Return the rules for guests who ask; pages make no codes, so they know no key for them."""
    return Service(
        ids=uuid7,
        bits=secrets.randbits,
        site_key=bytes.fromhex(hub_secrets(config).lookup_key) if makes_codes else b"",
        walk_ins=config.walk_ins.policy,
        a_minute=config.questions.a_minute,
        times=config.tasks.times(),
    )


def notice_a_restored_backup(store: SqlStore, witness: Witness) -> None:
    """Give a database that has gone back a new incarnation, so that kiosks send everything again (fault 22)."""
    with store.read() as tx:
        incarnation, position = tx.feed.incarnation(), tx.feed.head(KINDS)
    if witness.contradicts(incarnation, position):
        _log.warning("the database was restored from a backup: every kiosk is asked for everything it keeps")
        store.renew_incarnation(incarnation, uuid7())


def collect_seldom() -> None:
    """Look for garbage in cycles, of which there is little, once in ten thousand new objects, not in 700.

    A guest's check-in makes hundreds, so it would wait for that each time; and each full look goes through the seating
    plans of every meeting. What has been imported by now stays for good, and is not looked at again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 100)
