"""One run of the demo: open the house, let guests arrive, show what happens on the terminal, close, add up."""

import socket
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from devices.clock import SystemClock
from hub.broker_files import secrets_file
from hub.config import HubConfig
from hub.config_sections import BrokerConfig, RoomsConfig, WebConfig
from hub.demo import rooms, staff
from hub.demo.asked import check_asked
from hub.demo.callers import Callers, plan_errands
from hub.demo.diary import Diary
from hub.demo.house import Cast, cast_touches, insert_tea_break, open_house
from hub.demo.kiosks import KioskPlan, KioskProcess
from hub.demo.programme import Showing, draw_up, write_scripts
from hub.demo.programs import Program
from hub.demo.summary import read_kiosk, summarise
from hub.demo.terminal import Terminal
from hub.domain.words import Words
from hub.making import hub_secrets
from hub.wiring import Hub

SITE = "demo"
KIOSKS = ("kiosk-1", "kiosk-2")
EVERY_MS = 2_100
"""Between two guests at one kiosk: quicker than a real door, slow enough to read a greeting or two."""

CLOSING_S = 7
TEA_AFTER_S = 20
_MORNING = timedelta(hours=9, minutes=1)
_ZONE = ZoneInfo("Asia/Shanghai")
_TEA_PLACE = Words("会议室旁边的休息室", "the lounge beside the hall")
_TICK_S = 0.4
_ALL_DAY_MS = 6 * 3_600_000


class CannotShow(Exception):
    """The demo could not go on: one of its programs ended by itself. The text holds its last words."""

    code = "cannot_show"


class Show:
    """The demo. ``over`` ends it at any time, ``seconds`` by itself."""

    def __init__(self, folder: Path, over: threading.Event, *, port: int, seconds: int | None) -> None:
        """Keep the settings and move the house's clock to the morning of the launch."""
        now = datetime.now(UTC)  # noqa: TID251 - the demo itself decides how far its house's clock is moved
        self._day = quarter_end(now.astimezone(_ZONE).date())
        offset = datetime.combine(self._day, datetime.min.time(), _ZONE) + _MORNING - now
        self._clock = SystemClock(offset)
        self._began_ms = self._clock.monotonic_ms()
        self._folder = folder
        self._over = over
        self._seconds = seconds
        self._terminal = Terminal(_ZONE)
        self._say = self._terminal.say
        self._config = HubConfig(
            site=SITE,
            kiosks=KIOSKS,
            agents=rooms.AGENTS,
            sensors=rooms.SENSORS,
            rooms=RoomsConfig(publishers=rooms.PUBLISHERS),
            data=folder / "hub",
            broker=BrokerConfig(port=0),
            web=WebConfig(port=_free(port)),
            clock_offset_s=offset.total_seconds(),
        )
        self._arrived: set[str] = set()
        self._devices = rooms.RoomDiary()
        self._day_began = self._clock.now()

    def run(self) -> bool:
        """Show everything; True when every number adds up. Raises CannotShow."""
        self._terminal.begin()
        with ExitStack() as open_things:
            self._say("opening the hub: database, MQTT broker, pages")
            hub = Hub(self._config)
            open_things.callback(hub.stop)
            hub.start()
            site_key = bytes.fromhex(hub_secrets(self._config).lookup_key)
            self._say("importing venue, agenda and guest list, and issuing the codes")
            cast = open_house(hub.store, self._day, self._clock.now(), site_key)
            staff.come_to_work(hub.store, (*staff.PEOPLE, rooms.TECHNICIAN), self._clock.now())
            errands = plan_errands(cast_touches(hub.store, cast, self._clock.now(), site_key))
            self._say("starting the devices in the rooms: sensors, plugs, an agent, a Zigbee gateway")
            venue = rooms.simulate(
                self._folder,
                secrets=self._config.data / "broker",
                port=self._port(hub),
                site=SITE,
                offset_s=self._config.clock_offset_s,
            )
            open_things.callback(venue.stop)
            venue.start()
            rooms_ms = self._clock.monotonic_ms()
            self._say("starting two kiosks that look at camera pictures of letters and phones")
            programme = draw_up(cast, KIOSKS, every_ms=EVERY_MS, lasts_ms=self._guests_ms(), errands=errands)
            kiosks = self._kiosks(hub, programme.showings)
            for kiosk in kiosks:
                open_things.callback(kiosk.stop)
                kiosk.start()
            began_ms = self._clock.monotonic_ms()
            callers = Callers(kiosks, programme.visits, self._clock, self._say)
            open_things.callback(callers.stop)
            callers.start()
            self._terminal.announce(hub.address, kiosks, self._clock.now(), self._seconds)
            self._live(hub, cast, [*kiosks, venue], callers.diary)
            closed_ms = self._clock.monotonic_ms() - began_ms
            self._say("closing the doors; each kiosk waits for the hub's last answers")
            callers.stop()
            for kiosk in kiosks:
                kiosk.stop()
            self._note_tasks(hub, callers.diary)
            lasted_s = (self._clock.monotonic_ms() - rooms_ms) / 1000
            doors = [event for kiosk in kiosks for event in read_kiosk(kiosk.database)]
            summary = summarise(
                hub.store,
                doors,
                cast,
                programme.showings,
                site_key,
                closed_ms=closed_ms,
                diary=callers.diary,
            )
            with hub.store.read() as tx:
                check_asked(summary, tx, callers.diary.tasks, self._day_began, self._clock.now())
                rooms.check_rooms(summary, tx, self._devices, hub.sensing.counts, lasted_s=lasted_s)
            return self._terminal.report(summary)

    def _guests_ms(self) -> int:
        """Return how long guests come, in milliseconds of a kiosk's camera."""
        if self._seconds is None:
            return _ALL_DAY_MS
        return max(8, self._seconds - CLOSING_S - 4 - self._elapsed_s()) * 1000

    def _elapsed_s(self) -> int:
        return (self._clock.monotonic_ms() - self._began_ms) // 1000

    def _kiosks(self, hub: Hub, showings: Sequence[Showing]) -> list[KioskProcess]:
        folder = self._folder / "codes"
        folder.mkdir(mode=0o700)
        scripts = write_scripts(showings, folder)
        with hub.store.read() as tx:
            doors = tx.meetings.doors()
        port = self._port(hub)
        return [
            KioskProcess(
                KioskPlan(
                    door=doors[device],
                    folder=self._folder / device,
                    script=scripts.get(device, folder / "nobody.jsonl"),
                    secret=secrets_file(self._config.data / "broker", device),
                    broker_port=port,
                    screen_port=_free(8780 + number),
                    site=SITE,
                    zone=_ZONE.key,
                    offset_s=self._config.clock_offset_s,
                )
            )
            for number, device in enumerate(KIOSKS, start=1)
        ]

    def _port(self, hub: Hub) -> int:
        return hub.broker.port if hub.broker else self._config.broker.port

    def _live(self, hub: Hub, cast: Cast, programs: Sequence[Program], diary: Diary) -> None:
        """Tell what happens until the time is up or somebody ends it."""
        tea_due = True
        everybody = False
        while not self._over.wait(_TICK_S):
            for program in programs:
                if not program.alive:
                    raise CannotShow(f"{program.name} ended by itself:\n{program.last_words()}")
            self._tell_arrivals(hub, cast)
            self._note_tasks(hub, diary)
            for done in (*staff.work(hub.store, self._clock.now()), *rooms.work(hub.store, self._clock.now())):
                self._say(done)
            if tea_due and self._elapsed_s() >= TEA_AFTER_S:
                tea = insert_tea_break(hub.store, cast.meeting, _TEA_PLACE)
                at = f"{tea.starts_at.astimezone(_ZONE):%H:%M}"
                self._say(f"the coordinator puts a tea break into the agenda at {at}: greetings name it from now on")
                tea_due = False
            if self._seconds is not None and self._elapsed_s() >= self._seconds - CLOSING_S:
                return
            if not everybody and len(self._arrived) == len(cast.guests):
                self._say("everybody has come; the house stays open")
                everybody = True

    def _note_tasks(self, hub: Hub, diary: Diary) -> None:
        """Keep which tasks there were: the hub lists the open ones alone."""
        with hub.store.read() as tx:
            diary.tasks |= {task.id for task in tx.tasks.open()}
            self._devices.note(tx)

    def _tell_arrivals(self, hub: Hub, cast: Cast) -> None:
        with hub.store.read() as tx:
            arrivals = tx.attendance.arrivals(cast.meeting.id, limit=50)
        for one in reversed(arrivals):
            if one.who.invitation not in self._arrived:
                self._arrived.add(one.who.invitation)
                self._terminal.arrival(one)


def quarter_end(today: date) -> date:
    """Return the last day of the quarter: when the policy's example launches its product (R22)."""
    month = (today.month - 1) // 3 * 3 + 3
    return (date(today.year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _free(port: int) -> int:
    """Return a port of loopback that nobody listens on: this one if it may be had."""
    for wanted in (port, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", wanted))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise CannotShow("no port of this machine's loopback is free")
