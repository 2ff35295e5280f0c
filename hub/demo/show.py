"""One run of the demo: open the house, let guests arrive, show what happens on the terminal, close, add up."""

import threading
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from devices.clock import SystemClock
from devices.ids import uuid7
from hub.demo import bookings, rooms, staff
from hub.demo.asked import check_asked
from hub.demo.callers import Callers, plan_errands
from hub.demo.diary import Diary
from hub.demo.house import Cast, cast_touches, insert_tea_break, open_house
from hub.demo.joining import let_kiosks_join
from hub.demo.kiosks import make_kiosks
from hub.demo.programme import draw_up
from hub.demo.programs import CannotShow, Program
from hub.demo.settings import EVERY_MS, KIOSKS, ZONE, house_config, port_of, quarter_end
from hub.demo.summary import read_kiosk, summarise
from hub.demo.terminal import Terminal
from hub.demo.watcher import invite_watcher, list_watcher
from hub.demo.ways_in import look_at_ways_in
from hub.domain.words import Words
from hub.making import hub_secrets
from hub.usecases.acting import Deciding
from hub.wiring import Hub

CLOSING_S = 7
TEA_AFTER_S = 20
MOVED_AFTER_S = 18
_MORNING = timedelta(hours=9, minutes=1)
_TEA_PLACE = Words("会议室旁边的休息室", "the lounge beside the hall")
_TICK_S = 0.4
_ALL_DAY_MS = 6 * 3_600_000


class Show:
    """The demo. ``over`` ends it at any time, ``seconds`` by itself."""

    def __init__(self, folder: Path, over: threading.Event, *, port: int, seconds: int | None) -> None:
        """Keep the settings and move the house's clock to the morning of the launch."""
        now = datetime.now(UTC)  # noqa: TID251 - the demo itself decides how far its house's clock is moved
        self._day = quarter_end(now.astimezone(ZONE).date())
        offset = datetime.combine(self._day, datetime.min.time(), ZONE) + _MORNING - now
        self._clock = SystemClock(offset)
        self._began_ms = self._clock.monotonic_ms()
        self._folder = folder
        self._over = over
        self._seconds = seconds
        self._terminal = Terminal(ZONE)
        self._say = self._terminal.say
        self._config = house_config(folder, port, offset, sources=[bookings.source_in(folder)])
        self._arrived: set[str] = set()
        self._devices = rooms.RoomDiary()
        self._day_began = self._clock.now()

    def run(self) -> bool:
        """Show everything; True when every number adds up. Raises CannotShow."""
        self._terminal.begin()
        with ExitStack() as open_things:
            self._say("opening the hub: database, MQTT broker, pages")
            bookings.begin(self._folder)
            hub = Hub(self._config)
            open_things.callback(hub.stop)
            who = Deciding(actor="demo", at=self._clock.now(), ids=uuid7)
            watcher = list_watcher(hub.store, who)
            hub.start()
            site_key = bytes.fromhex(hub_secrets(self._config).lookup_key)
            self._say("importing venue, agenda and guest list, and issuing the codes")
            cast = open_house(hub.store, self._day, self._clock.now(), site_key)
            self._say("the sales team enters three bookings in a database of its own, which the hub follows")
            bookings.enter(self._folder, self._day)
            staff.come_to_work(hub.store, (*staff.PEOPLE, rooms.TECHNICIAN), self._clock.now())
            errands = plan_errands(cast_touches(hub.store, cast, self._clock.now(), site_key))
            self._say("starting the devices in the rooms: sensors, plugs, an agent, a Zigbee gateway")
            venue = rooms.simulate(self._folder, self._config, port_of(hub, self._config))
            open_things.callback(venue.stop)
            venue.start()
            rooms_ms = self._clock.monotonic_ms()
            self._say("two kiosks join: each makes a key, and the house's authority signs a certificate for it")
            papers = let_kiosks_join(hub, self._config, self._clock, self._folder)
            self._say("starting the kiosks, which look at camera pictures of letters and phones")
            programme = draw_up(cast, KIOSKS, every_ms=EVERY_MS, lasts_ms=self._guests_ms(), errands=errands)
            kiosks = make_kiosks(hub.store, self._config, papers, self._folder, programme.showings)
            for kiosk in kiosks:
                open_things.callback(kiosk.stop)
                kiosk.start()
            began_ms = self._clock.monotonic_ms()
            callers = Callers(kiosks, programme.visits, self._clock, self._say)
            open_things.callback(callers.stop)
            callers.start()
            self._terminal.announce(hub.address, kiosks, self._clock.now(), self._seconds)
            self._terminal.let_in(invite_watcher(hub.store, hub.address, watcher, who))
            self._live(hub, cast, [*kiosks, venue], callers.diary)
            closed_ms = self._clock.monotonic_ms() - began_ms
            self._say("closing the doors; each kiosk waits for the hub's last answers")
            callers.stop()
            ways_in = look_at_ways_in(hub, kiosks)
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
                bookings.check_bookings(summary, tx, self._folder)
                rooms.check_rooms(summary, tx, self._devices, hub.sensing.counts, lasted_s=lasted_s)
            summary.add(ways_in)
            return self._terminal.report(summary)

    def _guests_ms(self) -> int:
        """Return how long guests come, in milliseconds of a kiosk's camera."""
        if self._seconds is None:
            return _ALL_DAY_MS
        return max(8, self._seconds - CLOSING_S - 4 - self._elapsed_s()) * 1000

    def _elapsed_s(self) -> int:
        return (self._clock.monotonic_ms() - self._began_ms) // 1000

    def _live(self, hub: Hub, cast: Cast, programs: Sequence[Program], diary: Diary) -> None:
        """Tell what happens until the time is up or somebody ends it."""
        tea_due = move_due = True
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
                at = f"{tea.starts_at.astimezone(ZONE):%H:%M}"
                self._say(f"the coordinator puts a tea break into the agenda at {at}: greetings name it from now on")
                tea_due = False
            if move_due and self._elapsed_s() >= MOVED_AFTER_S and bookings.is_followed(self._folder, hub.store):
                self._say(bookings.move(self._folder))
                move_due = False
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
