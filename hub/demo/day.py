"""One event day at many times its speed: the house opens, people work, things go wrong, and at the end it must add up.

All programs share one fast clock (decision 50). What a kiosk's camera sees and how long a greeting stays is real time.
"""

import secrets
import threading
from collections.abc import Collection, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from devices.clock import SystemClock
from devices.ids import uuid7
from hub.demo import day_checks, rooms
from hub.demo.callers import Callers, plan_errands
from hub.demo.diary import Diary
from hub.demo.duties import Deeds
from hub.demo.errands import Errand
from hub.demo.house import Cast, cast_touches, open_house
from hub.demo.joining import let_kiosks_join
from hub.demo.kiosks import KioskProcess, make_kiosks
from hub.demo.people import HABITS, LEAD, RESTS, TECHNICIAN, Crew, Worker
from hub.demo.programme import FIRST_MS, Programme, Showing, append_showing, draw_up
from hub.demo.programs import CannotShow, Program
from hub.demo.settings import EVERY_MS, KIOSKS, ZONE, house_config, port_of, quarter_end
from hub.demo.story import WHOLE_DAY, Plan, Story, book_half_a_day
from hub.demo.summary import read_kiosk, summarise
from hub.demo.tablet import Tablet
from hub.demo.terminal import Terminal
from hub.demo.visitor import Visitor
from hub.demo.watcher import invite_watcher, list_watcher
from hub.demo.ways_in import look_at_ways_in
from hub.domain.guests import Invited
from hub.domain.meetings import Meeting
from hub.making import hub_secrets
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.enrol_device import invite_tablet
from hub.usecases.sign_in import give_pin
from hub.wiring import Hub

_TICK_S = 0.2
_HELD_MS = 3_500
_AFTER_DOORS = timedelta(seconds=50)
"""The first guest holds up a code so much after the doors have opened, so that no clock calls it too early."""

_LAMP_LASTS = timedelta(minutes=6)
"""So long after the lamp has died the projector that stands there is well: the spare, where somebody has swapped it."""

_CLOSES_S = 2.0


class Day:
    """The event day at ``speed``. ``over`` ends it at any time, ``seconds`` (real) before its last act.

    ``played`` are people whose tablets somebody else holds: they sign in with ``pins`` at a tablet that joins with
    ``invite``, and nothing is done for them here.
    """

    def __init__(  # noqa: PLR0913 - the demo's settings
        self,
        folder: Path,
        over: threading.Event,
        *,
        port: int,
        speed: float,
        seconds: int | None = None,
        plan: Plan = WHOLE_DAY,
        played: Collection[str] = (),
        terminal: Terminal | None = None,
    ) -> None:
        """Keep the settings, and let the house's clock run fast from now, the time at which the house opens."""
        now = datetime.now(UTC)  # noqa: TID251 - the demo itself decides how its house's clock runs
        self.plan, self._played, self._folder, self._over = plan, played, folder, over
        day = quarter_end(now.astimezone(ZONE).date())
        self.midnight = datetime.combine(day, datetime.min.time(), ZONE)
        offset = self.midnight + plan.opens - now
        self.config = house_config(folder, port, offset, speed=speed, since_s=now.timestamp())
        self.clock = SystemClock.of(self.config.clock_offset_s, speed, self.config.clock_since_s)
        self._began_ms, self._seconds = self.clock.monotonic_ms(), seconds
        self.terminal = terminal or Terminal(ZONE)
        self.tablets: dict[str, Tablet] = {}
        self.pins: dict[str, str] = {}
        self.lead, self.technician, self.rests = LEAD, TECHNICIAN, RESTS
        self.opened, self.closing = threading.Event(), threading.Event()
        self._hub: Hub | None = None
        self._meeting: Meeting | None = None
        self.late: Invited | None = None
        self._showings: list[Showing] = []
        self._door: tuple[KioskProcess, int] | None = None
        self._arrived: set[str] = set()
        self._diary = Diary()
        self._devices = rooms.RoomDiary()

    @property
    def store(self) -> Store:
        """Return the hub's store, once the house is open."""
        return self.hub.store

    @property
    def hub(self) -> Hub:
        """Return the hub, once it runs."""
        if self._hub is None:
            raise CannotShow("the house is not open yet")
        return self._hub

    @property
    def meeting(self) -> Meeting:
        """Return the meeting of the day, as it was planned."""
        if self._meeting is None:
            raise CannotShow("the house is not open yet")
        return self._meeting

    def say(self, text: str) -> None:
        """Tell what happens, with the house's time."""
        self.terminal.at(self.clock.now(), text)

    def invite(self, name: str) -> str:
        """Return the code by which one more tablet joins the house under a name."""
        with self.store.write() as tx:
            return invite_tablet(tx, name, self._acting(), secrets.randbelow)

    def hold(self, code: str) -> None:
        """Let somebody hold a code up at the first door now. Raises CannotShow while there is none."""
        if self._door is None:
            raise CannotShow("no door is open yet")
        kiosk, began_ms = self._door
        starts_ms = self.clock.monotonic_ms() - began_ms + 300
        showing = Showing(kiosk.plan.door.device, code, starts_ms, _HELD_MS, "phone", 0.1)
        append_showing(showing, kiosk.plan.script)
        self._showings.append(showing)

    def run(self) -> bool:
        """Play the day; True when every number adds up. Raises CannotShow."""
        self.terminal.begin_day(self.config.clock_speed)
        with ExitStack() as open_things:
            hub = self._hub = Hub(self.config)
            open_things.callback(hub.stop)
            watcher = list_watcher(hub.store, self._acting())
            hub.start()
            site_key = bytes.fromhex(hub_secrets(self.config).lookup_key)
            cast = open_house(hub.store, self.midnight.date(), self.clock.now(), site_key)
            self._meeting, self.late = book_half_a_day(hub.store, cast.meeting, cast.guests, self.clock.now())
            crew = self._come_to_work(hub)
            touches = cast_touches(hub.store, self._others(cast), self.clock.now(), site_key)
            venue = rooms.simulate(self._folder, self.config, port_of(hub, self.config), self._faults())
            open_things.callback(venue.stop)
            venue.start()
            programme = self._programme(cast, plan_errands(touches))
            self._showings = list(programme.showings)
            papers = let_kiosks_join(hub, self.config, self.clock, self._folder)
            kiosks = make_kiosks(hub.store, self.config, papers, self._folder, programme.showings)
            for kiosk in kiosks:
                open_things.callback(kiosk.stop)
                kiosk.start()
            doors_ms = self.clock.monotonic_ms()
            callers = Callers(kiosks, programme.visits, self.clock, self.say)
            self._diary = callers.diary
            open_things.callback(callers.stop)
            callers.start()
            open_things.callback(crew.stop)
            crew.start()
            self.terminal.announce(hub.address, kiosks, self.clock.now(), self._lasts_s())
            self.terminal.let_in(invite_watcher(hub.store, hub.address, watcher, self._acting()))
            self.terminal.invite(hub.address, self.invite("观众 watcher"), LEAD, self.pins[LEAD])
            self.opened.set()
            story = Story.of(self.plan, self.midnight)
            self._live(story, cast, kiosks, venue)
            self.closing.set()
            closed_ms = self.clock.monotonic_ms() - doors_ms
            ended = self.clock.now()
            callers.stop()
            crew.stop()
            ways_in = look_at_ways_in(hub, kiosks)
            for kiosk in kiosks:
                kiosk.stop()
            self._note()
            doors = [event for kiosk in kiosks for event in read_kiosk(kiosk.database)]
            summary = summarise(
                hub.store, doors, cast, self._showings, site_key, closed_ms=closed_ms, diary=self._diary
            )
            told = day_checks.Told(
                began=self.midnight + self.plan.opens,
                ended=ended,
                speed=self.config.clock_speed,
                plan=self.plan,
                midnight=self.midnight,
                meeting=self.meeting,
                late=self.late,
                stuck=(*story.stuck(), *crew.faults),
                troubles=dict(crew.workers[0].deeds.troubles) if crew.workers else {},
            )
            with hub.store.read() as tx:
                day_checks.check_day(summary, tx, told)
            summary.add(ways_in)
            return self.terminal.report(summary)

    def _come_to_work(self, hub: Hub) -> Crew:
        """List the staff, give each a PIN and a tablet, and let those sign in who are played here."""
        with hub.store.write() as tx:
            tx.staff.put([one.person for one in HABITS])
            for one in HABITS:
                self.pins[one.person.name] = give_pin(tx, one.person, self._acting(), secrets.randbelow)
        deeds = Deeds(self.meeting)
        workers = []
        for one in HABITS:
            name = one.person.name
            if name in self._played:
                continue
            tablet = self.tablets[name] = Tablet(self.config.web.port)
            tablet.join(self.invite(f"{name} 的平板"), self.pins[name])
            workers.append(Worker(one, tablet, hub.store, self.clock, deeds, self.say))
            self.say(f"{name} comes to work: {', '.join(sorted(one.person.roles))}")
        return Crew(workers)

    def _acting(self) -> Deciding:
        return Deciding(actor="demo", at=self.clock.now(), ids=uuid7)

    def _others(self, cast: Cast) -> Cast:
        """Return the guests who come at any time: not the late presenter, and not those who speak."""
        apart = {part.speaker for part in self.meeting.agenda if part.speaker}
        return replace(cast, guests=tuple(one for one in cast.guests if one.invitation.source_key not in apart))

    def _programme(self, cast: Cast, errands: Sequence[Errand]) -> Programme:
        """Line the guests up from when the doors open; who speaks comes first, but for the one who is late."""
        speak = {part.speaker for part in self.meeting.agenda if part.speaker}
        late = self.late.invitation.id if self.late else ""
        first = [
            one.invitation.code
            for one in cast.guests
            if one.invitation.source_key in speak and one.invitation.id != late
        ]
        doors_at = self.meeting.doors_at + _AFTER_DOORS
        waits_ms = max(FIRST_MS, self._real_ms(doors_at - self.clock.now()))
        lasts_ms = self._real_ms(self.midnight + self.plan.guests_until - self.clock.now()) - waits_ms
        drawn = draw_up(self._others(cast), KIOSKS, every_ms=EVERY_MS, lasts_ms=lasts_ms, errands=errands)
        return drawn.after(first, KIOSKS, waits_ms, EVERY_MS)

    def _real_ms(self, span: timedelta) -> int:
        return int(span.total_seconds() * 1000 / self.config.clock_speed)

    def _faults(self) -> Sequence[str]:
        """Say when the projector's lamp dies, as the simulated venue counts: in real seconds from its start."""
        if self.plan.lamp is None:
            return ()
        starts_s = self._real_ms(self.midnight + self.plan.lamp - self.clock.now()) / 1000
        lasts_s = self._real_ms(_LAMP_LASTS) / 1000
        return (f"lamp hall {lasts_s:.1f}s at {max(0.0, starts_s):.1f}s",)

    def _lasts_s(self) -> int:
        whole = self._real_ms(self.plan.closes - self.plan.opens) // 1000
        return min(whole, self._seconds) if self._seconds is not None else whole

    def _live(self, story: Story, cast: Cast, kiosks: Sequence[KioskProcess], venue: Program) -> None:
        """Go on with the story until the day, or the time for it, is over."""
        ends = self.midnight + self.plan.closes
        screen = Visitor(kiosks[0].plan.screen_port, self._over.wait)
        while not self._over.wait(_TICK_S):
            for program in (*kiosks, venue):
                if not program.alive:
                    raise CannotShow(f"{program.name} ended by itself:\n{program.last_words()}")
            now = self.clock.now()
            if self._door is None and screen.is_there():
                self._door = (kiosks[0], self.clock.monotonic_ms())
            self._tell_arrivals(cast)
            self._note()
            for done in rooms.place_all(self.store, now, self.technician):
                self.say(done)
            story.go_on(self, now)
            spent_s = (self.clock.monotonic_ms() - self._began_ms) / 1000
            if now >= ends or (self._seconds is not None and spent_s >= self._seconds - _CLOSES_S):
                return

    def _note(self) -> None:
        with self.store.read() as tx:
            self._diary.tasks |= {task.id for task in tx.tasks.open()}
            self._devices.note(tx)

    def _tell_arrivals(self, cast: Cast) -> None:
        with self.store.read() as tx:
            arrivals = tx.attendance.arrivals(cast.meeting.id, limit=50)
        for one in reversed(arrivals):
            if one.who.invitation not in self._arrived:
                self._arrived.add(one.who.invitation)
                self.terminal.arrival(one)
