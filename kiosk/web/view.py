"""A screen put into words: what each language says, and the icon and tone that go with it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from devices.contract.cards import SeatLabel, Words
from devices.texts import LANGUAGE_TAGS, Texts, clock_time, day, same_day
from kiosk.evacuation import WayOut
from kiosk.screen import Kind, Order, Screen, Tea, Way
from kiosk.steps.press import FINDABLE


@dataclass(frozen=True, slots=True)
class Look:
    """Which template draws a kind, and its tone and icon: a tone has a colour and a shape, never a colour alone."""

    layout: str
    tone: str
    icon: str


LOOKS: Mapping[Kind, Look] = MappingProxyType(
    {
        Kind.IDLE: Look("idle", "house", "phone"),
        Kind.READING: Look("notice", "calm", "dots"),
        Kind.WELCOME: Look("greeting", "good", "check"),
        Kind.VIP: Look("vip", "honour", "check"),
        Kind.ALREADY_IN: Look("greeting", "good", "double_check"),
        Kind.TOO_EARLY: Look("notice", "time", "clock"),
        Kind.TOO_LATE: Look("notice", "time", "moon"),
        Kind.REVOKED: Look("notice", "person", "letter_off"),
        Kind.REPLACED: Look("notice", "again", "swap"),
        Kind.CANCELLED: Look("notice", "person", "calendar_off"),
        Kind.EXPIRED: Look("notice", "person", "hourglass"),
        Kind.BAD_SIGNATURE: Look("notice", "person", "shield"),
        Kind.DAMAGED: Look("notice", "again", "torn_code"),
        Kind.UNKNOWN: Look("notice", "person", "question"),
        Kind.FOREIGN: Look("notice", "again", "barcode"),
        Kind.TWO_CODES: Look("notice", "again", "two_codes"),
        Kind.STAFF_COMING: Look("notice", "good", "bell"),
        Kind.STAFF_BUSY: Look("notice", "calm", "desk"),
        Kind.OUT_OF_ORDER: Look("notice", "calm", "host"),
        Kind.ASKING: Look("step", "calm", "dots"),
        Kind.NO_CODE: Look("step", "calm", "pen"),
        Kind.FOUND: Look("step", "calm", "host"),
        Kind.WALK_IN: Look("step", "calm", "list"),
        Kind.HELP: Look("step", "calm", "bell"),
        Kind.SERVICES: Look("step", "calm", "desk"),
        Kind.PRIVACY: Look("step", "calm", "shield"),
        Kind.AGENDA: Look("step", "calm", "list"),
        Kind.ANSWERS: Look("step", "calm", "question"),
        Kind.GROUP: Look("step", "good", "host"),
        Kind.GROUP_IN: Look("step", "good", "double_check"),
        Kind.BUSINESS_CARD: Look("step", "calm", "card"),
        Kind.TOLD: Look("step", "calm", "desk"),
        Kind.HINT_DARK: Look("notice", "calm", "lamp"),
        Kind.HINT_GLARE: Look("notice", "calm", "glare"),
        Kind.HINT_FAR: Look("notice", "calm", "closer"),
        Kind.EVACUATE: Look("evacuate", "good", "exit"),
        Kind.NO_EYE: Look("notice", "calm", "no_eye"),
        Kind.USE_SCANNER: Look("notice", "calm", "scanner"),
    }
)

_BY_NAME = frozenset({Kind.WELCOME, Kind.VIP, Kind.ALREADY_IN, Kind.TOO_EARLY, Kind.TOO_LATE})
"""Kinds whose heading addresses the guest, where the salutation is known."""

_PHONED = frozenset({Kind.OUT_OF_ORDER, Kind.STAFF_BUSY})
"""Kinds where a guest may have to telephone, for nobody can be told here."""
_OWN_NEXT = frozenset(
    {
        *(Kind.READING, Kind.REPLACED, Kind.DAMAGED, Kind.FOREIGN, Kind.TWO_CODES, Kind.OUT_OF_ORDER),
        *(Kind.HINT_DARK, Kind.HINT_GLARE, Kind.HINT_FAR, Kind.USE_SCANNER),
    }
)
"""Kinds that say what to do next in a sentence of their own."""

_HOLE = "\ue000"
_NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a seat, split so that the value can be set large: ``Row``, ``3`` or ``3``, ``排``."""

    before: str
    value: str
    after: str

    @property
    def text(self) -> str:
        """Return the whole part as read."""
        return f"{self.before}{self.value}{self.after}"


@dataclass(frozen=True, slots=True)
class Direction:
    """The way to one place: an icon with its meaning in words, the place's name, and how to walk."""

    icon: str
    meaning: str
    name: str
    words: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A line of good-to-know: what to take along, tea break, restrooms."""

    icon: str
    label: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A button: what it does, with what, and how it reads. ``ticked`` is there on those that are ticked or not."""

    action: str
    label: str
    value: str = ""
    icon: str = ""
    detail: str = ""
    first: bool = False
    off: bool = False
    ticked: bool | None = None


@dataclass(frozen=True, slots=True)
class Say:
    """The house's texts in one language, with what they are written with: its zone and telephone number."""

    texts: Texts
    zone: ZoneInfo
    language: str
    phone: str = ""

    def __call__(self, key: str, **values: object) -> str:
        """Return one text."""
        return self.texts(key, self.language, **values)

    def phone_line(self) -> str:
        """Return the line that names the house's telephone, or nothing."""
        return self("label.phone", phone=self.phone) if self.phone else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What one language says on a screen; ``tag`` is the HTML language. Empty parts are left out."""

    tag: str
    heading: str
    title: str = ""
    lead: str = ""
    seat: tuple[Part, ...] = ()
    seat_line: str = ""
    way: Direction | None = None
    notes: tuple[Note, ...] = ()
    next_step: str = ""
    phone: str = ""
    order: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes screens in one language."""

    texts: Texts
    zone: ZoneInfo
    language: str
    phone: str = ""

    @property
    def say(self) -> Say:
        """Return the texts this writes with."""
        return Say(self.texts, self.zone, self.language, self.phone)

    def view(self, screen: Screen) -> View:
        """Put a screen into this language's words."""
        if isinstance(screen, WayOut):
            return self._way_out(screen)
        base = View(tag=LANGUAGE_TAGS[self.language], heading=self._heading(screen))
        if screen.kind is Kind.IDLE:
            ways = (self._button("no_code", icon="pen"), self._button("services", key="services_idle", icon="question"))
            return replace(base, lead=self._say("idle.greeting"), choices=ways)
        if screen.kind is Kind.VIP:
            return self._vip(base, screen)
        if screen.kind.admits:
            return self._greeting(base, screen)
        meeting = self._meeting(screen)
        phone = self.say.phone_line() if screen.kind in _PHONED else ""
        choices = [self._button("no_code", key="find_me", icon="search")] if screen.kind in FINDABLE else []
        if screen.kind.waits:
            choices.append(self._button("services", icon="question"))
        return replace(base, lead=meeting, next_step=self._next_step(screen), phone=phone, choices=tuple(choices))

    def _button(self, action: str, value: str = "", *, key: str = "", icon: str = "") -> Choice:
        return Choice(action=action, value=value, label=self._say(f"button.{key or value or action}"), icon=icon)

    def _say(self, key: str, **values: object) -> str:
        return self.texts(key, self.language, **values)

    def _heading(self, screen: Screen) -> str:
        fixed = {Kind.IDLE: "idle.ask", Kind.STAFF_COMING: "staff.coming", Kind.STAFF_BUSY: "staff.desk"}
        if screen.kind is Kind.STAFF_COMING and screen.staff:
            return self._say("staff.accepted", staff=screen.staff)
        if screen.kind in fixed:
            return self._say(fixed[screen.kind])
        if screen.kind not in _BY_NAME:
            return self._say(f"{screen.kind}.heading")
        if screen.salutation is None:
            unnamed = Kind.WELCOME if screen.kind is Kind.VIP else screen.kind
            return self._say(f"{unnamed}.heading_unnamed")
        return self._say(f"{screen.kind}.heading", salutation=screen.salutation.in_language(self.language))

    def _way_out(self, screen: WayOut) -> View:
        way = screen.exit or Way(name=Words(zh="", en=""))
        icon = way.arrow or "exit"
        where = way.words.in_language(self.language) if way.words else self._say("evacuate.signs")
        notes = []
        if screen.assembly is not None and not screen.called:
            gather = self._say("evacuate.gather", place=screen.assembly.in_language(self.language))
            notes.append(Note("room", "", (gather,)))
        if screen.step_free is not None and not screen.called:
            step_free = screen.step_free.in_language(self.language)
            notes.append(Note("step_free", self._say("label.step_free"), (step_free,)))
        return View(
            tag=LANGUAGE_TAGS[self.language],
            heading=self._say(f"evacuate.{screen.why}"),
            lead=self._say("label.drill") if screen.drill else "",
            way=Direction(icon, self._say(f"arrow.{icon}"), way.name.in_language(self.language), where),
            notes=tuple(notes),
            next_step=self._say("evacuate.told") if screen.called else "",
        )

    def _greeting(self, base: View, screen: Screen) -> View:
        seat = self._seat(screen.seat) if screen.seat else ()
        unknown = screen.kind is Kind.ALREADY_IN and screen.salutation is None
        order, choices = self._order(screen)
        return replace(
            base,
            title=screen.title,
            lead=self._already(screen) if screen.kind is Kind.ALREADY_IN else self._lead(screen),
            seat=seat,
            seat_line="" if seat or unknown else self._say("welcome.no_seat"),
            way=self._direction(screen.way) if screen.way else None,
            notes=self._notes(screen),
            order=order,
            choices=choices,
        )

    def _vip(self, base: View, screen: Screen) -> View:
        seat = self._seat(screen.seat) if screen.seat else ()
        way = screen.lounge or screen.way
        joint = " · " if self.language == "en" else " "
        told = joint.join(part.text.replace(" ", _NO_BREAK) for part in seat)
        return replace(
            base,
            title=screen.title,
            lead=self._say("vip.lead"),
            seat_line=self._say("vip.seat", seat=told) if seat else "",
            way=self._direction(way) if way else None,
            next_step=self._host(screen),
        )

    def _lead(self, screen: Screen) -> str:
        if screen.meeting is None:
            return ""
        return self._say("welcome.lead", meeting=screen.meeting.in_language(self.language))

    def _meeting(self, screen: Screen) -> str:
        """Name the meeting a refused guest is invited to, with its room and hours where those are the matter."""
        if screen.meeting is None:
            return ""
        named = [screen.meeting.in_language(self.language)]
        if screen.room is not None and screen.hours is not None:
            begins, ends = screen.hours
            hours = f"{self._time(begins, screen.at)}–{clock_time(ends, self.zone)}"
            named += [screen.room.in_language(self.language), hours]
        return (", " if self.language == "en" else "，").join(named)

    def _order(self, screen: Screen) -> tuple[str, tuple[Choice, ...]]:
        """Say what became of a guest's drink, or ask, with a button for each."""
        if screen.order is None:
            return "", ()
        services = self._button("services", key="more")
        if screen.order is not Order.OFFERED:
            return self._say(f"drink.{screen.order}"), (services,)
        drinks = [
            Choice(action="drink", value=one.drink, label=one.name.in_language(self.language)) for one in screen.drinks
        ]
        return self._say("drink.ask"), (*drinks, self._button("drink", "none"), services)

    def _host(self, screen: Screen) -> str:
        if screen.staff:
            return self._say("vip.accepted", staff=screen.staff)
        if not screen.called:
            return self._say("vip.rest")
        return self._say("vip.host", host=screen.host) if screen.host else self._say("vip.host_unnamed")

    def _already(self, screen: Screen) -> str:
        if screen.arrived is None:
            return self._say("already_in.lead_unknown")
        door = screen.arrived.door.in_language(self.language)
        return self._say("already_in.lead", time=self._time(screen.arrived.at, screen.at), door=door)

    def _seat(self, seat: SeatLabel) -> tuple[Part, ...]:
        named = [("label.table" if seat.table else "label.zone", seat.zone)]
        named += [("label.row", seat.row), ("label.number", seat.number)]
        return tuple(self._part(key, value) for key, value in named if value)

    def _part(self, key: str, value: str) -> Part:
        before, _, after = self._say(key, value=_HOLE).partition(_HOLE)
        return Part(before, value, after)

    def _direction(self, way: Way) -> Direction:
        icon = "step_free" if way.step_free else way.arrow or "room"
        return Direction(
            icon=icon,
            meaning=self._say(f"arrow.{icon}"),
            name=way.name.in_language(self.language),
            words=way.words.in_language(self.language) if way.words else "",
            caption=self._say("label.step_free") if way.step_free else "",
        )

    def _notes(self, screen: Screen) -> tuple[Note, ...]:
        notes = []
        if screen.hand_outs:
            named = self._say("label.between").join(one.in_language(self.language) for one in screen.hand_outs)
            notes.append(Note("bag", self._say("label.hand_outs"), (named,)))
        if screen.tea is not None and screen.at is not None:
            notes.append(Note("tea", self._say("label.tea"), self._tea(screen.tea, screen.at)))
        if screen.restroom is not None and screen.restroom.words is not None:
            words = screen.restroom.words.in_language(self.language)
            notes.append(Note("restroom", self._say("label.restroom"), (words,)))
        return tuple(notes)

    def _tea(self, tea: Tea, now: datetime) -> tuple[str, ...]:
        is_on = tea.starts_at <= now
        time = self._time(tea.ends_at if is_on else tea.starts_at, now)
        place = tea.place.in_language(self.language) if tea.place else ""
        return (self._say("label.tea_now", time=time) if is_on else time, *([place] if place else []))

    def _next_step(self, screen: Screen) -> str:
        match screen.kind:
            case Kind.STAFF_COMING:
                return ""
            case Kind.STAFF_BUSY:
                return self._say("staff.desk_next")
            case Kind.TOO_EARLY if screen.opens_at is not None:
                return self._say("too_early.next", time=self._time(screen.opens_at, screen.at))
            case Kind.TOO_EARLY:
                return self._say("too_early.next_unknown")
            case kind if kind in _OWN_NEXT:
                return self._say(f"{kind}.next")
            case _:
                return self._say("staff.wait" if screen.called else "staff.press_help")

    def _time(self, moment: datetime, now: datetime | None) -> str:
        """Write a time, with its day where that is not today."""
        time = clock_time(moment, self.zone)
        if now is None or same_day(moment, now, self.zone):
            return time
        return self._say("label.day_time", day=day(moment, self.zone, self.language), time=time)
