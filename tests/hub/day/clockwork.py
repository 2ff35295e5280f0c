"""A whole hub as it is wired, in one thread, with a clock that only the test moves.

``hub.wiring.Hub`` makes every part; nothing of it is started. Instead ``Day.until`` walks the clock from one due moment
to the next and lets each part take the turn that its thread would take: timers, the door for sensors, whoever asks
people, pagers, mail, announcements. What devices and people say comes in by the doors that they use: MQTT payloads,
and posts of a signed-in tablet.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from devices.contract.topics import HUB
from devices.ports import NotDelivered, OnDone, Received
from hub import wiring
from hub.at_start import set_timers
from hub.broker_files import read_secrets, secrets_file
from hub.channel_ports import Mail
from hub.config import HubConfig
from hub.config_sections import BrokerConfig, MailConfig, RoomsConfig, SeatingConfig, StoreConfig
from hub.domain.alerts import Channel
from hub.domain.permissions import Part
from hub.domain.tasks import Task
from hub.meeting_sections import HouseWorkConfig
from hub.store.sql import SqlStore
from hub.usecases.acting import Acting, Deciding
from hub.web import create_app
from tests.conftest import SITE
from tests.hub.day.diary import Diary
from tests.hub.web.conftest import LONG
from tests.hub.web.scene import Browser, enter

ZONE = ZoneInfo("Asia/Shanghai")
DATE = datetime(2026, 12, 1, tzinfo=ZONE)
FAR = datetime(2100, 1, 1, tzinfo=UTC)
GRID = timedelta(seconds=30)
"""The clock never leaps further."""

WATCHFUL = timedelta(seconds=90)
"""So long after a device said something new the clock goes second by second: delays of sensors are in memory."""

BEATS = timedelta(seconds=15)
"""So often tablets and kiosks let the hub hear that they are there."""

HUM = timedelta(minutes=5)
"""So often everything in the rooms says again what it said last."""


def at(clock: str) -> datetime:
    """Return the instant of the event day at which the house's clocks show this."""
    hour, minute, second = map(int, (clock + ":00").split(":")[:3])
    return (DATE + timedelta(hours=hour, minutes=minute, seconds=second)).astimezone(UTC)


class HouseClock:
    """Shows what it was set to."""

    def __init__(self, shows: datetime) -> None:
        self.shows = shows

    def now(self) -> datetime:
        """Return the time it shows."""
        return self.shows

    def monotonic_ms(self) -> int:
        """Return the same in milliseconds."""
        return int(self.shows.timestamp() * 1000)


class Wire:
    """A link to a broker that takes everything at once; ``said`` is what the hub published, oldest first."""

    connected, problem, callback_errors = True, "", 0

    def __init__(self) -> None:
        self.said: list[tuple[str, bytes]] = []
        self.refused: Mapping[str, str] = {}

    def start(self) -> None:
        """Be connected."""

    def stop(self) -> None:
        """Be connected all the same."""

    pause = resume = start

    def publish(self, topic: str, payload: bytes, **_: Any) -> None:  # noqa: ANN401 - publish's own options
        """Take a message."""
        self.said.append((topic, payload))

    def publish_soon(self, topic: str, payload: bytes, on_done: Callable[..., None], **_: Any) -> None:  # noqa: ANN401
        """Take a message, and say so."""
        self.publish(topic, payload)
        done: OnDone = on_done
        problem: NotDelivered | None = None
        done(problem)

    def listen(self, filters: Mapping[str, int]) -> None:
        """Hear what is asked for."""

    def acknowledge(self, received: Received) -> None:
        """Note nothing: a message is not lost here."""


class Post:
    """A way to guests' mailboxes that keeps every letter (``GuestChannel``)."""

    name = "mail"

    def __init__(self) -> None:
        self.letters: list[Mail] = []

    def open(self) -> AbstractContextManager["Post"]:
        """Open the way."""

        @contextmanager
        def way() -> Iterator[Post]:
            yield self

        return way()

    def send(self, mail: Mail) -> None:
        """Take a letter."""
        self.letters.append(mail)


class Day:
    """The house on its day. Times of the house are written ``09:30`` or ``09:30:20``."""

    def __init__(self, database: str, folder: Path, patch: pytest.MonkeyPatch, begins: str) -> None:
        """Put the hub together on this database; it is ``begins`` o'clock."""
        self._folder = folder
        self.clock, self.wire, self.post = HouseClock(at(begins)), Wire(), Post()
        self._made = count()
        patch.setattr(wiring, "clock_of", lambda _: self.clock)
        patch.setattr(wiring, "mail_channel", lambda _: self.post)
        patch.setattr(wiring, "uuid7", self.id)
        patch.setattr(wiring, "create_app", lambda parts: create_app(replace(parts, ids=self.id, sessions=LONG)))
        self._hub = wiring.Hub(
            HubConfig(
                site=SITE,
                kiosks=("kiosk-1",),
                pagers=("pager-1",),
                data=folder,
                store=StoreConfig(url=database),
                broker=BrokerConfig(port=0),
                seating=SeatingConfig(lease=0),
                mail=MailConfig(host="mail.example", sender="house@example.com"),
                rooms=RoomsConfig(publishers=("hall-node",)),
                house_work=HouseWorkConfig(set_up_from_hours=1.0),
            )
        )
        self._writes = self._noted = self._announced = 0
        write = SqlStore.write

        def counted(store: SqlStore) -> AbstractContextManager[Any]:
            self._writes += 1
            return write(store)

        patch.setattr(SqlStore, "write", counted)
        self.store, self._outgoing = self._hub.store, self._hub._outgoing
        for part in (self._outgoing, self._hub.paging, self._hub.sensing):
            part.attach(self.wire)
        self._hub.ingest.attach(self.wire, self._hub.watch.nudge)
        self._app = self._hub._app()
        self._app.test_client_class = Browser
        self.diary = Diary(database, ZONE)
        self._tablets: dict[str, FlaskClient] = {}
        self.silent: set[str] = set()
        self._hums: dict[str, bytes] = {}
        self._beaten = at(begins) - BEATS
        self._humming = at(begins) - timedelta(minutes=2, seconds=30)
        self._watchful = self.clock.shows
        self.pulse: Callable[[], None] = lambda: None

    def id(self) -> str:
        """Return a UUIDv7 of the house's time, so that what is made at one instant is always in the same order."""
        digits = f"{self.clock.monotonic_ms():012x}7{0:03x}8{next(self._made):015x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def close(self) -> None:
        """Give the database back."""
        self.diary.close()
        self._hub.store.close()

    def acting(self, actor: str) -> Acting:
        """Return somebody at the hub's command line, now."""
        key = bytes.fromhex(read_secrets(secrets_file(self._folder / "broker", HUB)).lookup_key)
        return Acting(actor=actor, at=self.clock.shows, ids=self.id, bits=secrets.randbits, site_key=key)

    def deciding(self, actor: str) -> Deciding:
        """Return somebody who decides something, now."""
        return Deciding(actor=actor, at=self.clock.shows, ids=self.id)

    def starts(self) -> None:
        """Do what the hub does when it starts."""
        with self._hub.store.write() as tx:
            set_timers(tx, self._hub._config, self._hub._clock.now())
        self.settle()

    def failures(self) -> Mapping[str, int]:
        """Return what went wrong inside, by its part: messages that could not be used, timers and turns that failed."""
        hub = self._hub
        parts: dict[str, Any] = {
            "ingest": hub.ingest,
            "rooms": hub.sensing,
            "clock": hub._timekeeper,
            "dispatch": hub._dispatcher,
        }
        return {
            f"{name} {what}": times
            for name, part in parts.items()
            for what, times in part.counts.items()
            if times and ("fail" in what or what.startswith(("quarantined", "refused", "stale")))
        }

    # -- time ---------------------------------------------------------------------------------------------------------

    def until(self, clock: str) -> None:
        """Let time pass until the house's clocks show this, and everything be done that is due by then."""
        end = at(clock)
        assert end >= self.clock.shows, f"it is past {clock} already"
        while self.clock.shows < end:
            self.clock.shows = min(end, self._next())
            if self.clock.shows >= self._humming + HUM:
                self._hum()
            self.settle()

    def _next(self) -> datetime:
        """Return when the hub has something to do next, to the second at which its threads look."""
        now = self.clock.shows
        if now < self._watchful:
            return now + timedelta(seconds=1)
        with self.store.read() as tx:
            timer, tasks = tx.timers.next_due(FAR), tx.tasks.to_attend(FAR, 1)
            pages, letter = tx.alerts.next_due(Channel.PAGER, FAR, 1), tx.guest_messages.next_due(FAR)
        due = [timer.due_at] if timer else []
        due += [task.attend_at for task in tasks if task.attend_at]
        due += [alert.next_at for alert in pages if alert.next_at]
        due += [letter.next_at or now] if letter else []
        second = now + timedelta(seconds=1)
        grid = now - timedelta(seconds=now.timestamp() % GRID.total_seconds()) + GRID
        return max(second, min([grid, *(_whole(one) for one in due)]))

    def settle(self) -> None:
        """Let every part of the hub take its turn until nothing is left to do at this second."""
        self._beat()
        parts = (self._hub._timekeeper, self._hub._dispatcher, self._hub.paging, self._hub._postman)
        self._hub.sensing._one_turn()
        self._note()
        while self._turn(parts):
            self._hub.sensing._one_turn()
            self._note()
        if self._announced != self._writes:
            self._announced, self._outgoing._announced_ms = self._writes, 0
            self._outgoing.announce()
            self._note()

    def _turn(self, parts: tuple[Any, ...]) -> bool:
        busy = False
        for part in parts:
            while part.turn():
                busy = True
                self._note()
        return busy

    def _note(self) -> None:
        if self._noted != self._writes:
            self._noted = self._writes
            self.diary.look(self.clock.shows)
        self.diary.hear(self.clock.shows, self.wire.said)
        self.diary.post(self.clock.shows, self.post.letters)
        self._hub.watch.look()

    def beat(self) -> None:
        """Let every tablet that is on, and the kiosk, be heard now."""
        self._beaten = self.clock.shows
        self.pulse()
        with self.store.write() as tx:
            tx.duties.heard_of(
                [one.person for one in tx.duties.all() if one.person not in self.silent], self.clock.shows
            )

    def _beat(self) -> None:
        """Let every tablet that is on be heard, where the hub is about to look at somebody: they beat each 15 s."""
        with self.store.read() as tx:
            looks = bool(tx.tasks.to_attend(self.clock.shows, 1) or tx.timers.next_due(self.clock.shows))
        if (looks or self.clock.shows < self._watchful) and self.clock.shows >= self._beaten + BEATS:
            self.beat()

    # -- devices ------------------------------------------------------------------------------------------------------

    def hear(self, topic: str, payload: bytes) -> None:
        """Let one of our own devices say something, and the hub store and answer it."""
        self.take(topic, payload)
        self.settle()

    def take(self, topic: str, payload: bytes) -> None:
        """Let one of our own devices say something, and the hub store and answer it; nothing follows yet."""
        ingest = self._hub.ingest
        ingest.received(Received(topic, payload, token=1))
        while batch := ingest._lanes.take(0):
            ingest._keep(batch)

    def thing(self, topic: str, payload: bytes, *, retained: bool = False) -> None:
        """Let something in a room say something; it says so again from time to time."""
        if not retained:
            self._hums[topic] = payload
        self._hub.sensing.received(Received(topic, payload, retained=retained))
        self._watchful = self.clock.shows + WATCHFUL
        self.settle()

    def _hum(self) -> None:
        self._humming += HUM
        for topic, payload in self._hums.items():
            self._hub.sensing.received(Received(topic, payload))

    # -- people -------------------------------------------------------------------------------------------------------

    def tablet(self, person: str) -> FlaskClient:
        """Return a person's tablet, or a new browser."""
        known = self._tablets.setdefault(person, self._app.test_client())
        return enter(known, frozenset({Part.SERVICE}), "会议室面板") if person == "panel" else known

    def send(self, person: str, path: str, **form: str) -> TestResponse:
        """Post a form from a person's tablet, or a room's panel, as their page does."""
        headers = {"Origin": "http://localhost", "Accept": "application/json"}
        answer = self.tablet(person).post(path, data=form, headers=headers)
        assert answer.status_code < 400, f"{person}: {path} {answer.status_code} {answer.text[:600]}"
        self._note()
        self.settle()
        return answer

    def tap(self, person: str, tap: str, kind: str, what: str = "", **form: str) -> None:
        """Tap a step on the card of the open task of a kind; ``what`` is the end of its name in the diary."""
        self.send(person, f"/staff/tasks/{self.task(kind, what).id}/{tap}", **form)

    def task(self, kind: str, what: str = "") -> Task:
        """Return the one open task of a kind."""
        with self.store.read() as tx:
            found = [one for one in tx.tasks.open() if one.kind == kind]
        named = [one for one in found if self.diary.names[one.id].endswith(what)]
        assert len(named) == 1, [self.diary.names[one.id] for one in found]
        return named[0]

    def read(self, path: str, language: str = "zh") -> str:
        """Return a page as a browser in a language shows it."""
        client = enter(self._app.test_client())
        client.set_cookie("yingbin_language", language)
        answer = client.get(path)
        assert answer.status_code == 200, answer.text[:600]
        return answer.text


def _whole(due: datetime) -> datetime:
    """Return the first full second at or after an instant."""
    return due if due.microsecond == 0 else due.replace(microsecond=0) + timedelta(seconds=1)
