"""The only place that chooses the hub's real things: database, broker, link, clock, ids, files."""

import logging
import secrets
import signal
import threading
from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import Flag, auto
from pathlib import Path

from flask import Flask

from devices.clock import SystemClock
from devices.contract.topics import HUB, ROOMS
from devices.ids import uuid7
from devices.link import MqttLink
from devices.ports import LinkSettings
from devices.room.shelly import ShellyTranslator
from devices.room.tasmota import TasmotaTranslator
from devices.sealing import seal
from hub.at_start import rules_of, set_timers
from hub.audit_heads import AuditHeads
from hub.broker_files import read_password
from hub.calling_settings import make_caller
from hub.clock import Timekeeper
from hub.clone_watch import CloneWatch
from hub.config import HubConfig
from hub.dispatch import Dispatcher
from hub.domain import pace
from hub.domain.task_kinds import adopt
from hub.domain.words import Language
from hub.enquiries import Enquiries
from hub.figures import totals
from hub.following import Follower
from hub.gatekeeper import Gatekeeper
from hub.hub_link import link_for_messages
from hub.ingest import Ingest
from hub.kind_settings import house_rules
from hub.making import (
    clock_of,
    code_maker,
    collect_seldom,
    hub_secrets,
    joining_of,
    mail_channel,
    make_broker,
    notice_a_restored_backup,
    open_hub_store,
    service_of,
    write_message,
    write_page,
)
from hub.making_sources import followed, make_followers
from hub.outgoing import Outgoing
from hub.page_certificate import names_of
from hub.paging import Pages
from hub.pinyin import readings
from hub.post import Postman
from hub.purging import Purger
from hub.rooms_settings import house_of, link_for_rooms
from hub.sensing import Sensing
from hub.sensor_gate import SensorGate
from hub.serving import Serving, house_certificate
from hub.setup_code import let_the_first_in
from hub.usecases.acting import Acting, Deciding
from hub.usecases.watch_rooms import RoomWatch
from hub.web import create_app
from hub.web.parts import WebParts, load_texts
from hub.web.watch import FeedWatch
from hub.witness import Witness

_log = logging.getLogger(__name__)


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
        self.watch = FeedWatch(self.store)
        self._clones = CloneWatch(self.store, clock=self._clock, ids=uuid7, after=self.watch.nudge)
        managed = config.broker.managed and Part.INGEST in parts
        self.broker = make_broker(config, self._clones.heard) if managed else None
        witness = Witness(config.data / "witness.json")
        if Part.INGEST in parts:
            notice_a_restored_backup(self.store, witness)
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
        self._timekeeper = Timekeeper(
            self.store, rules_of(config), clock=self._clock, ids=uuid7, after=self.watch.nudge, speed=config.clock_speed
        )
        self._dispatcher = Dispatcher(
            self.store,
            clock=self._clock,
            ids=uuid7,
            wait=self.watch.wait,
            after=self.watch.nudge,
            speed=config.clock_speed,
        )
        self._purger = Purger(
            self.store, config.privacy.retention(), clock=self._clock, ids=uuid7, alone=self.store.alone("purge")
        )
        self._postman = Postman(
            self.store, mail_channel(config), write_message, clock=self._clock, after=self.watch.nudge
        )
        self._rounds = (self._timekeeper, self._postman, self._dispatcher, self._purger)
        self.paging = Pages(
            self.store, write_page, site=config.site, pagers=config.pagers, clock=self._clock, ids=uuid7
        )
        self._caller = make_caller(config, self.store, self._clock) if Part.CLOCK in parts else None
        self._gatekeeper = self._make_gatekeeper()
        self._sensor_gate = SensorGate(self.store, self.broker, self.watch.wait) if self.broker else None
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
        self._server: Serving | None = None

    @property
    def address(self) -> str:
        """Return the address of the pages, once started."""
        return self._server.address if self._server else ""

    def start(self) -> None:
        """Start what this process runs. Raises DeviceError (broker, port) with the remedy."""
        if self.broker or self._parts & (Part.WEB | Part.CLOCK):
            self.watch.start()
        self._open_gate()
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
            with self.store.write() as tx:
                set_timers(tx, self._config, self._clock.now())
            for one in self._rounds:
                one.start()
        if self._caller:
            self._caller.start()
        for follower in self._followers:
            follower.start()
        if Part.WEB in self._parts:
            self._server = Serving(self._config, self._app())
            self._server.start()
            who = Deciding(actor=HUB, at=self._clock.now(), ids=uuid7)
            let_the_first_in(self.store, self._config.data, self.address, who)

    def stop(self) -> None:
        """End in good order: pages, then the batch in hand, a good-bye to the broker, the broker, the database."""
        self.watch.stop()
        if self._server:
            self._server.stop()
        if Part.CLOCK in self._parts:
            for one in self._rounds:
                one.stop()
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
        for gate in filter(None, (self._gatekeeper, self._sensor_gate)):
            gate.stop()
        if self.broker:
            self.broker.stop()
            self._clones.stop()
        self.store.close()

    def _open_gate(self) -> None:
        """Start the broker, which knows who holds a certificate before it lets anybody in."""
        if self._gatekeeper:
            self._gatekeeper.settle()
        if self.broker:
            self.broker.start()
            self._clones.start()
        for gate in filter(None, (self._gatekeeper, self._sensor_gate)):
            gate.start()

    def _make_gatekeeper(self) -> Gatekeeper | None:
        if self.broker is None or not self._config.broker.tls_host:
            return None
        return Gatekeeper(self.store, self.broker, clock=SystemClock(), wait=self.watch.wait)

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
        password = (self.broker.secrets() if self.broker else hub_secrets(self._config)).password
        port = self.broker.port if self.broker else self._config.broker.port
        return link_for_messages(self._config, password, port, self._outgoing.presence)

    def _rooms_settings(self) -> LinkSettings:
        if self.broker:
            return link_for_rooms(self._config, self.broker.secrets(ROOMS).password, self.broker.port)
        password = read_password(self._config.rooms.secret or Path())
        return link_for_rooms(self._config, password, self._config.broker.port)

    def _app(self) -> Flask:
        return create_app(
            WebParts(
                store=self.store,
                clock=self._clock,
                watch=self.watch,
                texts=load_texts(),
                default_language=Language.ZH,
                readings=readings,
                hosts=names_of(self._config.web),
                authority=house_certificate(self._config),
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
                sessions=self._config.sessions.times(),
                sources=followed(self._config),
                security=self._config.security.contact(),
                joining=joining_of(self._config, self.broker),
                codes=code_maker(self._config, first=Part.INGEST in self._parts),
                kept_heads=AuditHeads(self._config.audit_heads).kept,
            )
        )

    def _counts(self) -> Mapping[str, float]:
        grown: dict[str, Mapping[str, int]] = {
            "ingest": self.ingest.counts,
            "searches": self._enquiries.counts,
            "pages": self.paging.counts,
            "timers": self._timekeeper.counts,
            "dispatch": self._dispatcher.counts,
            "purged": self._purger.counts,
            "messages": self._postman.counts,
        }
        grown |= {f"source_{one.source}": one.counts for one in self._followers}
        counts = {"undelivered_total": float(self._outgoing.undelivered)}
        if Part.ROOMS in self._parts:
            grown["sensors"] = self.sensing.counts
            counts |= {f"sensors_{name}": count for name, count in self.sensing.listened.items()}
        if self._caller:
            grown["alerts_outside"] = self._caller.counts
            counts["alerts_outside_addresses_down"] = float(self._caller.down)
        if self._gatekeeper:
            grown["gatekeeper"] = self._gatekeeper.counts
        if self.broker:
            counts["broker_restarts_total"] = float(self.broker.restarts)
            grown["clones"] = self._clones.counts
        return {**counts, **totals(grown)}

    def _alive(self) -> Mapping[str, bool]:
        alive = {"database": self.watch.answering}
        if self._link:
            alive |= {"broker": self._link.connected, "ingest": self.ingest.alive}
            alive |= {"paging": self.paging.alive}
        if self._rooms_link:
            alive |= {"rooms_link": self._rooms_link.connected, "rooms": self.sensing.alive}
        if Part.CLOCK in self._parts:
            names = ("clock", "post", "dispatch", "purge")
            alive |= {name: one.alive for name, one in zip(names, self._rounds, strict=True)}
        if self._gatekeeper:
            alive["gatekeeper"] = self._gatekeeper.alive
        if self._sensor_gate:
            alive |= {"clones": self._clones.alive, "sensor_gate": self._sensor_gate.alive}
        if self._caller:
            alive["calling"] = self._caller.alive
        alive |= {f"source {one.source}": one.alive for one in self._followers}
        return alive


def run_until_signal(hub: Hub) -> None:
    """Run until SIGTERM or SIGINT, then stop in good order."""
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    try:
        hub.start()
        collect_seldom()
        over.wait()
    finally:
        hub.stop()
