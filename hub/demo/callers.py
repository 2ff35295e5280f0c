"""The visitors at work: a thread for each kiosk's screen, where one after the other has it for a time."""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from devices.contract.messages import RequestKind
from devices.ports import Clock
from hub.demo import errands
from hub.demo.diary import Came, Diary, Wish
from hub.demo.errands import Errand
from hub.demo.house import TouchCast
from hub.demo.kiosks import KioskProcess
from hub.demo.programme import Visit
from hub.demo.visitor import GivesWay, Page, Visitor
from hub.domain.meetings import Door

_GLANCE_S = 0.05
_END_S = 15

_AFTER = {
    RequestKind.HELP: ("staff_coming", "told"),
    RequestKind.TOO_COLD: ("told",),
    RequestKind.TOO_HOT: ("told",),
    RequestKind.DRINK: errands.GREETINGS,
    RequestKind.FIND: ("found", "told", "no_code"),
    RequestKind.IDENTIFY: (*errands.GREETINGS, "told"),
    RequestKind.WALK_IN: ("told",),
}
"""The kinds of screen on which a visitor sees what became of a wish."""

_STEPS = {"help", "services", "no_code", "found", "walk_in", "asking", "staff_busy", "told", "idle"}
"""Whatever else is on the screen then is the next guest's, whose code was quicker than the answer."""


def plan_errands(cast: TouchCast) -> list[Errand]:
    """Return the errands in the order in which they come: each kind once, then now and then another wish."""
    guests = iter(cast.alone)
    first = [
        errands.call_a_person(),
        errands.drink(next(guests), "tea"),
        errands.be_found(cast.found, cast.letters),
        errands.help_with(next(guests), "luggage"),
        errands.come_together(cast.group, cast.members),
        errands.comfort(next(guests), RequestKind.TOO_COLD),
        errands.walk_in(),
        errands.look_around(),
    ]
    later = [
        errands.drink(next(guests), "coffee"),
        errands.comfort(next(guests), RequestKind.TOO_HOT),
        errands.help_with(next(guests), "small_item"),
        errands.drink(next(guests), "water"),
        errands.look_around(),
    ]
    return [*first, *later]


@dataclass(slots=True)
class Caller:
    """One visitor at one door's kiosk, and the diary."""

    visitor: Visitor
    door: Door
    diary: Diary
    clock: Clock
    say: Callable[[str], None]

    def asks(self, kind: RequestKind, action: str, value: str = "", **more: str) -> Page:
        """Touch what asks the hub for something, and note it with what followed.

        Raises GivesWay when the next guest's code takes the screen before the answer is on it: nothing is noted then.
        """
        typed = more.pop("typed", None)
        began = self.clock.now()
        page = self.visitor.touch(action, value, typed=typed)
        seen = page.kind in _AFTER[kind] and not page.offers(action, value)
        if not seen and page.kind not in _STEPS:
            raise GivesWay(f"the next guest's code came before the answer: {page.kind}")
        wish = Wish(kiosk=self.door.device, kind=kind, began=began, ended=self.clock.now(), seen=seen, **more)
        self.diary.wishes.append(wish)
        return page

    def came(self, *guests: Came) -> None:
        """Note who was let in by touch."""
        self.diary.came += guests

    def looked(self, *things: str) -> None:
        """Note what was looked at."""
        self.diary.looked += things

    def tell(self, told: str) -> None:
        """Say on the terminal what the visitor does, and where."""
        self.say(f"{self.door.name.en}: {told}")


class Callers:
    """All visits of a programme. ``start`` begins, ``stop`` lets who stands there leave."""

    def __init__(
        self, kiosks: Iterable[KioskProcess], visits: Sequence[Visit], clock: Clock, say: Callable[[str], None]
    ) -> None:
        """Take the kiosks, which are starting just now."""
        self.diary = Diary()
        self._clock = clock
        self._say = say
        self._closed = threading.Event()
        self._threads = [
            threading.Thread(target=self._at, args=(kiosk, visits), name=f"visitors {kiosk.plan.door.device}")
            for kiosk in kiosks
        ]

    def start(self) -> None:
        """Let the first ones come."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let nobody come any more; what is being asked is still answered."""
        self._closed.set()
        for thread in self._threads:
            thread.join(_END_S)

    def _at(self, kiosk: KioskProcess, visits: Sequence[Visit]) -> None:
        """Send those who come to one kiosk, each at their time, which counts from when its page was there."""
        door = Visitor(kiosk.plan.screen_port, self._closed.wait)
        while not door.is_there():
            if self._closed.wait(_GLANCE_S):
                return
        began_ms = self._clock.monotonic_ms()
        for visit in visits:
            starts_ms = began_ms + visit.starts_ms
            if visit.kiosk != kiosk.plan.door.device:
                continue
            if self._closed.wait(max(0, starts_ms - self._clock.monotonic_ms()) / 1000):
                return
            self._visit(kiosk, visit, starts_ms + visit.lasts_ms)

    def _visit(self, kiosk: KioskProcess, visit: Visit, ends_ms: int) -> None:
        visitor = Visitor(kiosk.plan.screen_port, self._closed.wait, lambda: self._clock.monotonic_ms() > ends_ms)
        try:
            visit.errand.go(Caller(visitor, kiosk.plan.door, self.diary, self._clock, self._say))
        except GivesWay as why:
            self.diary.gave_way.append(f"{kiosk.plan.door.name.en}: {why}")
