"""The only place that chooses the hub's real things: database, broker, link, clock, ids, files."""

import gc
import logging
import secrets
import signal
import threading
from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import Flag, auto
from pathlib import Path

from flask import Flask

from devices.contract.topics import HUB, LEAVES_OF_HUB, ROOMS, every_device, hub_state
from devices.ids import uuid7
from devices.link import MqttLink
from devices.ports import LinkSettings
from devices.room.shelly import ShellyTranslator
from devices.room.tasmota import TasmotaTranslator
from devices.sealing import seal
from devices.server import WebServer
from hub.broker_files import read_password
from hub.calling_settings import make_caller
from hub.clock import Timekeeper
from hub.config import HubConfig
from hub.dispatch import Dispatcher
from hub.domain import pace
from hub.domain.task_kinds import adopt
from hub.domain.words import Language
from hub.enquiries import Enquiries
from hub.following import Follower
from hub.ingest import Ingest
from hub.kind_settings import house_rules
from hub.making import (
    clock_of,
    hub_secrets,
    mail_channel,
    make_broker,
    open_hub_store,
    service_of,
    write_message,
    write_page,
)
from hub.making_sources import followed, make_followers
from hub.outgoing import Outgoing
from hub.paging import Pages
from hub.pinyin import readings
from hub.post import Postman
from hub.rooms_settings import house_of, link_for_rooms
from hub.sensing import Sensing
from hub.store.sql import SqlStore
from hub.usecases.acting import Acting, Deciding
from hub.usecases.check_room import set_checks
from hub.usecases.come_into_view import set_views
from hub.usecases.follow_agenda import set_talks
from hub.usecases.hold_rooms import hold_rooms
from hub.usecases.house_work_times import set_house_work
from hub.usecases.keep_history import look_after_history
from hub.usecases.keep_staff import look_after_staff
from hub.usecases.lapse import look_after_options
from hub.usecases.plan_drills import plan_drills
from hub.usecases.power_off_room import set_power_off
from hub.usecases.rehearsal_times import set_rehearsals
from hub.usecases.remind import set_reminders
from hub.usecases.serve_roster import KINDS
from hub.usecases.timer_rules import timer_rules
from hub.usecases.watch_faults import watch_faults
from hub.usecases.watch_no_shows import look_after_no_shows
from hub.usecases.watch_rooms import RoomWatch
from hub.usecases.watch_roster import look_after_roster
from hub.venue_files import standard_playbooks
from hub.web import create_app
from hub.web.parts import WebParts, load_texts
from hub.web.watch import FeedWatch
from hub.witness import Witness

_log = logging.getLogger(__name__)
_SESSION_S = 86_400
_SHARE = "hub"
_WEB_THREADS = 100


class Part(Flag):
    """What one process of the hub runs."""

    INGEST = auto()
    WEB = auto()
    CLOCK = auto()
    ROOMS = auto()
    ALL = INGEST | WEB | CLOCK | ROOMS


class Hub:
    """One running hub process: ingest, pages, or both with their own broker."""

    def __init__(self, config: HubConfig, parts: Part = Part.ALL) -> None:
        """Open the database and put the parts together; nothing runs before ``start``. Raises CannotOpen."""
        self._config = config
        adopt(house_rules(config.task_kinds))
        self._parts = parts if config.hears_rooms else parts & ~Part.ROOMS
        pace.adopt(config.clock_speed)
        if config.clock_speed != 1:
            fast = "the clock runs %g times as fast: for demonstrations and rehearsals, not for guests"
            _log.warning(fast, config.clock_speed)
        self._clock = clock_of(config)
        self.store = open_hub_store(config)
        self.broker = make_broker(config) if config.broker.managed and Part.INGEST in parts else None
        self.watch = FeedWatch(self.store)
        witness = Witness(config.data / "witness.json")
        if Part.INGEST in parts:
            _notice_a_restored_backup(self.store, witness)
        self._outgoing = Outgoing(self.store, site=config.site, clock=self._clock, ids=uuid7, note=witness.note)
        service = service_of(config, makes_codes=Part.INGEST in parts)
        self._enquiries = Enquiries(
            self.store,
            self._outgoing,
            clock=self._clock,
            service=service,
            readings=readings,
            cards_kept=timedelta(days=config.business_cards.keep_days),
        )
        self.ingest = Ingest(
            self.store,
            self._outgoing,
            clock=self._clock,
            service=service,
            enquiries=self._enquiries,
            seal=seal,
            enrolled=config.kiosks,
            agents=config.agents,
            pagers=config.pagers,
            lease=config.seating.lease,
        )
        rules = timer_rules(
            config.tasks.times(),
            config.transfers.leads(),
            config.rooms.keep(),
            config.rehearsals.window(),
            config.house_work.times(),
            config.roster.times(),
            agenda=config.agenda_times(),
            no_show=config.no_shows.policy(),
            drill_months=config.incidents.drill_every_months,
        )
        self._timekeeper = Timekeeper(
            self.store, rules, clock=self._clock, ids=uuid7, after=self.watch.nudge, speed=config.clock_speed
        )
        self._dispatcher = Dispatcher(
            self.store,
            clock=self._clock,
            ids=uuid7,
            wait=self.watch.wait,
            after=self.watch.nudge,
            speed=config.clock_speed,
        )
        self._postman = Postman(
            self.store, mail_channel(config), write_message, clock=self._clock, after=self.watch.nudge
        )
        self.paging = Pages(
            self.store, write_page, site=config.site, pagers=config.pagers, clock=self._clock, ids=uuid7
        )
        self._caller = make_caller(config, self.store, self._clock) if Part.CLOCK in parts else None
        self._followers = self._make_followers() if Part.CLOCK in parts else ()
        self.sensing = Sensing(
            self.store,
            house=house_of(config),
            clock=self._clock,
            ids=uuid7,
            after=self.watch.nudge,
            watch=RoomWatch(config.tasks.times()),
            translators=(TasmotaTranslator(config.rooms.prefix), ShellyTranslator(discovery=config.rooms.prefix)),
        )
        self._rooms_link: MqttLink | None = None
        self._link: MqttLink | None = None
        self._server: WebServer | None = None

    @property
    def address(self) -> str:
        """Return the address of the pages, once started."""
        return f"http://{self._config.web.host}:{self._server.port}/" if self._server else ""

    def start(self) -> None:
        """Start what this process runs. Raises DeviceError (broker, port) with the remedy."""
        if self.broker:
            self.broker.start()
        if self._parts & (Part.WEB | Part.CLOCK):
            self.watch.start()
        if Part.INGEST in self._parts:
            self._link = MqttLink(self._link_settings(), self.ingest.received)
            self.ingest.attach(self._link, self.watch.nudge)
            self._outgoing.attach(self._link)
            self.paging.attach(self._link)
            self.ingest.start()
            self.paging.start()
            self._link.start()
        if Part.ROOMS in self._parts:
            self._rooms_link = MqttLink(self._rooms_settings(), self.sensing.received)
            self.sensing.attach(self._rooms_link)
            self.sensing.start()
            self._rooms_link.start()
        if Part.CLOCK in self._parts:
            self._set_timers()
            self._timekeeper.start()
            self._postman.start()
            self._dispatcher.start()
        if self._caller:
            self._caller.start()
        for follower in self._followers:
            follower.start()
        if Part.WEB in self._parts:
            self._server = WebServer(self._app(), self._config.web.host, self._config.web.port, _WEB_THREADS)
            self._server.start()
            _log.info("pages at %s", self.address)

    def stop(self) -> None:
        """End in good order: pages, then the batch in hand, a good-bye to the broker, the broker, the database."""
        self.watch.stop()
        if self._server:
            self._server.stop()
        if Part.CLOCK in self._parts:
            self._timekeeper.stop()
            self._postman.stop()
            self._dispatcher.stop()
        if self._caller:
            self._caller.stop()
        for follower in self._followers:
            follower.stop()
        if self._link:
            self.paging.stop()
            self.ingest.stop()
            self._link.stop()
        if self._rooms_link:
            self._rooms_link.stop()
            self.sensing.stop()
        if self.broker:
            self.broker.stop()
        self.store.close()

    def _set_timers(self) -> None:
        """Let the settings' leads hold for meetings that were imported before, history be kept, playbooks be known."""
        now = self._clock.now()
        with self.store.write() as tx:
            everything = tx.meetings.all()
            coming = [meeting for meeting in everything if meeting.starts_at > now]
            set_reminders(tx, coming, self._config.reminders.leads(), now)
            set_checks(tx, coming, now)
            set_rehearsals(tx, coming, now, self._config.rehearsals.window())
            set_power_off(tx, everything, now)
            set_views(tx, everything, now)
            running = [meeting for meeting in everything if meeting.ends_at > now]
            hold_rooms(tx, running, Deciding(actor=HUB, at=now, ids=uuid7))
            set_house_work(tx, running, now, self._config.house_work.times())
            set_talks(tx, running, now, self._config.agenda_times())
            look_after_history(tx, now)
            tx.incidents.put_playbooks(standard_playbooks(), own=False)
            look_after_staff(tx, now)
            look_after_roster(tx, now, self._config.roster.times())
            look_after_no_shows(tx, now)
            look_after_options(tx, now)
            watch_faults(tx, running, now)
            plan_drills(tx, now, self._config.incidents.drill_every_months)

    def _make_followers(self) -> Sequence[Follower]:
        """Return who follows the booking sources. Raises BadSettings."""
        site_key = bytes.fromhex(hub_secrets(self._config).lookup_key) if self._config.sources else b""

        def acting() -> Acting:
            return Acting(actor=HUB, at=self._clock.now(), ids=uuid7, bits=secrets.randbits, site_key=site_key)

        return make_followers(
            self._config,
            self.store,
            clock=self._clock,
            acting=acting,
            after=self.watch.nudge,
            alone=self.store.alone,
        )

    def _link_settings(self) -> LinkSettings:
        broker, site = self._config.broker, self._config.site
        ours = self.broker.secrets() if self.broker else hub_secrets(self._config)
        # A worker that dies must leave no session behind: the broker would go on giving it its share of the messages.
        share = _SHARE if broker.shares else ""
        seen = ((hub_state(site), 1),) if broker.shares else ()
        return LinkSettings(
            host=broker.host,
            port=self.broker.port if self.broker else broker.port,
            client_id=broker.name,
            username=broker.name,
            password=ours.password,
            tls_ca=broker.tls_ca,
            state_topic=hub_state(site),
            presence=self._outgoing.presence,
            subscriptions=tuple((every_device(site, leaf, share), qos) for leaf, qos in LEAVES_OF_HUB) + seen,
            clean_start=broker.shares,
            session_expiry_s=0 if broker.shares else _SESSION_S,
            manual_ack=True,
        )

    def _rooms_settings(self) -> LinkSettings:
        if self.broker:
            return link_for_rooms(self._config, self.broker.secrets(ROOMS).password, self.broker.port)
        return link_for_rooms(
            self._config, read_password(self._config.rooms.secret or Path()), self._config.broker.port
        )

    def _app(self) -> Flask:
        return create_app(
            WebParts(
                store=self.store,
                clock=self._clock,
                watch=self.watch,
                texts=load_texts(),
                default_language=Language.ZH,
                readings=readings,
                times=self._config.tasks.times(),
                house=self._config.house_work.times(),
                roster=self._config.roster.times(),
                counts=self._counts,
                alive=self._alive,
                leads=self._config.transfers.leads(),
                first_step=self._config.incidents.first_step(),
                drill_months=self._config.incidents.drill_every_months,
                low_battery=self._config.tablets.low_battery_percent,
                agenda=self._config.agenda_times(),
                speed=self._config.clock_speed,
                sources=followed(self._config),
            )
        )

    def _counts(self) -> Mapping[str, float]:
        counts = {f"ingest_{name.replace('.', '_')}_total": float(count) for name, count in self.ingest.counts.items()}
        counts |= {
            f"searches_{name.replace('.', '_')}_total": float(count) for name, count in self._enquiries.counts.items()
        }
        counts |= {f"pages_{name}_total": float(count) for name, count in self.paging.counts.items()}
        counts |= {f"timers_{name}_total": float(count) for name, count in self._timekeeper.counts.items()}
        counts |= {f"dispatch_{name}_total": float(count) for name, count in self._dispatcher.counts.items()}
        counts |= {f"messages_{name}_total": float(count) for name, count in self._postman.counts.items()}
        if Part.ROOMS in self._parts:
            told = {name.replace(".", "_"): float(count) for name, count in self.sensing.counts.items()}
            counts |= {f"sensors_{name}_total": count for name, count in told.items()}
            counts |= {f"sensors_{name}": count for name, count in self.sensing.listened.items()}
        if self._caller:
            counts |= {f"alerts_outside_{name}_total": float(count) for name, count in self._caller.counts.items()}
            counts["alerts_outside_addresses_down"] = float(self._caller.down)
        for one in self._followers:
            counts |= {f"source_{one.source}_{name}_total": float(count) for name, count in one.counts.items()}
        counts["undelivered_total"] = float(self._outgoing.undelivered)
        if self.broker:
            counts["broker_restarts_total"] = float(self.broker.restarts)
        return counts

    def _alive(self) -> Mapping[str, bool]:
        alive = {"database": self.watch.answering}
        if self._link:
            alive |= {"broker": self._link.connected, "ingest": self.ingest.alive}
            alive |= {"paging": self.paging.alive}
        if self._rooms_link:
            alive |= {"rooms_link": self._rooms_link.connected, "rooms": self.sensing.alive}
        if Part.CLOCK in self._parts:
            alive |= {"clock": self._timekeeper.alive, "post": self._postman.alive, "dispatch": self._dispatcher.alive}
        if self._caller:
            alive["calling"] = self._caller.alive
        alive |= {f"source {one.source}": one.alive for one in self._followers}
        return alive


def _notice_a_restored_backup(store: SqlStore, witness: Witness) -> None:
    """Give a database that has gone back a new incarnation, so that kiosks send everything again (fault 22)."""
    with store.read() as tx:
        incarnation, position = tx.feed.incarnation(), tx.feed.head(KINDS)
    if witness.contradicts(incarnation, position):
        _log.warning("the database was restored from a backup: every kiosk is asked for everything it keeps")
        store.renew_incarnation(incarnation, uuid7())


def _collect_seldom() -> None:
    """Look for garbage in cycles, of which there is little, once in ten thousand new objects, not in 700.

    A guest's check-in makes hundreds, so it would wait for that each time; and each full look goes through the seating
    plans of every meeting. What has been imported by now stays for good, and is not looked at again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 100)


def run_until_signal(hub: Hub) -> None:
    """Run until SIGTERM or SIGINT, then stop in good order."""
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    try:
        hub.start()
        _collect_seldom()
        over.wait()
    finally:
        hub.stop()
