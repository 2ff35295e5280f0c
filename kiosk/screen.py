"""What the guest is shown for an answer, as data. Pure: words are chosen by key when the page is drawn."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from devices.contract.cards import Arrival, DrinkCard, GuestCard, MeetingCard, PlaceCard, SeatLabel, Words
from devices.contract.messages import Need, Verdict
from kiosk.eyes.hints import Reason

TEA_BREAK = "tea_break"
"""Kind of the agenda segment that is announced to guests (R98)."""

RESTROOM = "restroom"
"""Key of the place that every greeting names (R99)."""

EXIT = "exit"
"""Key of the place that is shown while everybody leaves the house: the emergency exit from this kiosk."""

LANGUAGES = ("zh", "en")

_ADDRESSED = frozenset({Verdict.TOO_EARLY, Verdict.TOO_LATE, Verdict.CANCELLED})
"""Refusals that may name the guest; with the others the code may be in the wrong hands."""


class Kind(StrEnum):
    """One look of the screen; a refusal's kind is its verdict's own word."""

    IDLE = "idle"
    READING = "reading"
    WELCOME = "welcome"
    VIP = "vip"
    ALREADY_IN = "already_in"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    REVOKED = "revoked"
    REPLACED = "replaced"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    BAD_SIGNATURE = "bad_signature"
    DAMAGED = "damaged"
    UNKNOWN = "unknown"
    FOREIGN = "foreign"
    TWO_CODES = "two_codes"
    STAFF_COMING = "staff_coming"
    STAFF_BUSY = "staff_busy"
    OUT_OF_ORDER = "out_of_order"
    ASKING = "asking"
    NO_CODE = "no_code"
    FOUND = "found"
    WALK_IN = "walk_in"
    HELP = "help"
    SERVICES = "services"
    PRIVACY = "privacy"
    AGENDA = "agenda"
    ANSWERS = "answers"
    GROUP = "group"
    GROUP_IN = "group_in"
    BUSINESS_CARD = "business_card"
    TOLD = "told"
    HINT_DARK = "hint_dark"
    HINT_GLARE = "hint_glare"
    HINT_FAR = "hint_far"
    NO_EYE = "no_eye"
    USE_SCANNER = "use_scanner"
    EVACUATE = "evacuate"

    @property
    def waits(self) -> bool:
        """Say whether this waits for the next guest: the idle screen, or a remark of the eye's in its place."""
        return self in {Kind.IDLE, Kind.HINT_DARK, Kind.HINT_GLARE, Kind.HINT_FAR, Kind.NO_EYE, Kind.USE_SCANNER}

    @property
    def admits(self) -> bool:
        """Say whether this is a greeting, with the seat and the way."""
        return self in {Kind.WELCOME, Kind.VIP, Kind.ALREADY_IN}


_LASTS_S: Mapping[Kind, float] = {
    Kind.READING: 8.0,
    Kind.TWO_CODES: 15.0,
    Kind.STAFF_COMING: 8.0,
    Kind.STAFF_BUSY: 12.0,
    Kind.VIP: 60.0,
    Kind.BUSINESS_CARD: 40.0,
}
_REMARK_LASTS_S = 8.0
"""A remark is laid anew as long as it holds; without that, as when the eye's thread hangs, it goes."""

_URGENCY = (
    Need.DISK_FULL,
    Need.OUTBOX_FILLING,
    Need.DATABASE_DAMAGED,
    Need.CAMERA_LOST,
    Need.SCANNER_LOST,
    Need.PAPER_OUT,
    Need.PRINTER_LOST,
    Need.CLOCK_WRONG,
    Need.OVERHEATED,
    Need.PAGE_LOST,
)
_GREETING_LASTS_S = 45.0
_REFUSAL_LASTS_S = 40.0
_WHO_COMES_S = 20.0
"""A call that is followed stays so long, and as long again when somebody has accepted it."""

WARNING_S = 20.0
"""Seconds before the end of a longer screen in which the guest is warned and may ask for more time (WCAG 2.2.1)."""

ASKING_LASTS_S = 40.0 + WARNING_S
"""How long a screen that asks waits for a touch or a key: 40 seconds, and those of the warning (G12)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where to go from this kiosk; without ``words`` the kiosk knows the name only.

    ``arrow`` is empty for a step-free way: the place's arrow belongs to the ordinary one, which may be the stairs.
    """

    name: Words
    words: Words | None = None
    arrow: str = ""
    step_free: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tea:
    """The tea break that is next or on now, and where."""

    starts_at: datetime
    ends_at: datetime
    place: Words | None = None


USUAL_DRINKS = (
    DrinkCard(drink="tea", name=Words(zh="茶", en="Tea")),
    DrinkCard(drink="coffee", name=Words(zh="咖啡", en="Coffee")),
    DrinkCard(drink="water", name=Words(zh="水", en="Water")),
)
"""What is offered where the hub, an older one, does not say what its house has."""

MOST_DRINKS = 4
"""Drinks that fit beside a greeting on the smallest screen; of a longer menu the first that are there."""


class Order(StrEnum):
    """How far the choice of a drink on a greeting is (G21)."""

    OFFERED = "offered"
    ASKED = "asked"
    TAKEN = "taken"
    DECLINED = "declined"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Everything one screen shows. ``languages`` has one entry, or both; the board puts the right one first.

    After ``lasts_s`` seconds the kiosk goes back to idle; None stays. A screen that ``asks`` waits for the guest's
    input: without ``lasts_s`` it has ``ASKING_LASTS_S`` from the last touch or key. Times are aware UTC. ``called``
    says that a person has been told of this guest, under the id ``request`` where it was asked for by touch; ``staff``
    is who accepted and is on the way. ``order`` is there where a drink may be chosen, of ``drinks``.
    ``hand_outs`` are what the guest is to be given.
    """

    kind: Kind
    languages: tuple[str, ...] = LANGUAGES
    scan_id: str = ""
    lasts_s: float | None = None
    asks: bool = False
    at: datetime | None = None
    salutation: Words | None = None
    title: str = ""
    host: str = ""
    meeting: Words | None = None
    opens_at: datetime | None = None
    hours: tuple[datetime, datetime] | None = None
    room: Words | None = None
    arrived: Arrival | None = None
    seat: SeatLabel | None = None
    way: Way | None = None
    lounge: Way | None = None
    restroom: Way | None = None
    tea: Tea | None = None
    called: bool = False
    request: str = ""
    staff: str = ""
    order: Order | None = None
    drinks: tuple[DrinkCard, ...] = ()
    hand_outs: tuple[Words, ...] = ()

    @property
    def language(self) -> str:
        """Return the leading language."""
        return self.languages[0]

    @property
    def time_s(self) -> float | None:
        """Return how many seconds it stays after the last touch or key; None stays."""
        return ASKING_LASTS_S if self.asks and self.lasts_s is None else self.lasts_s

    @property
    def warns(self) -> bool:
        """Say whether its end is announced: of every screen long enough to be read or answered."""
        return self.kind is not Kind.IDLE and self.time_s is not None and self.time_s > WARNING_S

    def in_language(self, language: str) -> "Screen":
        """Return the same step in (or led by) another language."""
        rest = tuple(other for other in self.languages if other != language) if len(self.languages) > 1 else ()
        return replace(self, languages=(language, *rest))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One answered scan: the verdict and all that is known of guest, meeting and the ways from this kiosk.

    ``from_hub`` says whose verdict it is; guests see no difference. ``called`` says that a person was told.
    ``online`` says that the hub is there, so that a drink may be asked for.
    """

    scan_id: str
    verdict: Verdict
    card: GuestCard | None = None
    meeting: MeetingCard | None = None
    places: Mapping[str, PlaceCard] = field(default_factory=lambda: MappingProxyType({}))
    from_hub: bool = False
    called: bool = False
    online: bool = False


def staff_notice(needs: Collection[Need]) -> Need | None:
    """Return what staff who pass by are asked to see to: the most urgent need, beneath whatever a guest sees.

    The hub makes a task of each need, but when the outbox fills or the disk is full nobody may hear of it there.
    """
    return next((need for need in _URGENCY if need in needs), None)


def idle(lead: str = "zh") -> Screen:
    """Return the screen that waits for the next guest, in both languages, the house's own (``lead``) first."""
    return Screen(kind=Kind.IDLE).in_language(lead)


def reading(scan_id: str) -> Screen:
    """Return the screen that says a code was seen, for the moment before the answer."""
    return Screen(kind=Kind.READING, scan_id=scan_id, lasts_s=_LASTS_S[Kind.READING])


def two_codes(scan_id: str) -> Screen:
    """Return the screen for two codes held at once: nobody is checked in, one at a time please."""
    return Screen(kind=Kind.TWO_CODES, scan_id=scan_id, lasts_s=_LASTS_S[Kind.TWO_CODES])


def hint(reason: Reason) -> Screen:
    """Return what helps a guest whose code is not read, in the place of the idle screen (G20)."""
    return Screen(kind=Kind(f"hint_{reason}"), lasts_s=_REMARK_LASTS_S)


def no_eye(*, scanner: bool) -> Screen:
    """Return what a guest is told while there is no camera: to use the ``scanner``, where one works, or to call."""
    return Screen(kind=Kind.USE_SCANNER if scanner else Kind.NO_EYE, lasts_s=_REMARK_LASTS_S)


def out_of_order(scan_id: str) -> Screen:
    """Return the screen for a scan that could not be kept: nothing is promised, a person will do it."""
    return Screen(kind=Kind.OUT_OF_ORDER, scan_id=scan_id, lasts_s=_REFUSAL_LASTS_S)


def staff_called(*, reached: bool, request: str = "", staff: str = "") -> Screen:
    """Return the answer to a call for help: a person comes, or where to find one when none could be told."""
    kind = Kind.STAFF_COMING if reached else Kind.STAFF_BUSY
    lasts_s = _WHO_COMES_S if request else _LASTS_S[kind]
    return Screen(kind=kind, lasts_s=lasts_s, request=request, staff=staff)


def accepted(screen: Screen, about: str, staff: str) -> Screen | None:
    """Return the screen that now says who is on the way; None where nobody was called under this id (G7, G11)."""
    waits = (screen.kind is Kind.VIP and screen.scan_id == about) or (
        screen.kind in {Kind.STAFF_COMING, Kind.TOLD} and screen.request == about
    )
    return replace(screen, staff=staff, called=True) if about and waits else None


def after_choice(before: Screen, later: Screen) -> Screen:
    """Return the hub's later word on a greeting, with the drink that its guest has chosen meanwhile."""
    chosen = before.order not in {None, Order.OFFERED} and later.order is Order.OFFERED
    return replace(later, order=before.order, request=before.request) if chosen else later


def answer(outcome: Outcome, now: datetime) -> Screen:
    """Return the screen for one answered scan at ``now`` (aware UTC).

    A guest whose card is known is addressed in the card's language, anybody else in both.
    """
    card = outcome.card
    kind = Kind(outcome.verdict.value)
    if kind is Kind.WELCOME and card is not None and card.vip:
        kind = Kind.VIP
    base = Screen(
        kind=kind,
        languages=(card.language,) if card else LANGUAGES,
        scan_id=outcome.scan_id,
        lasts_s=_LASTS_S.get(kind, _GREETING_LASTS_S if kind.admits else _REFUSAL_LASTS_S),
        at=now,
        meeting=outcome.meeting.title if outcome.meeting else None,
        called=outcome.called,
    )
    return _greeting(base, outcome, now) if kind.admits else _refusal(base, outcome)


def way_to_room(meeting: MeetingCard, places: Mapping[str, PlaceCard], *, step_free: bool = False) -> Way:
    """Return how to walk to a meeting's room from here, which bears its name in that meeting."""
    found = _way(places.get(meeting.room), step_free=step_free)
    return replace(found, name=meeting.room_name) if found else Way(name=meeting.room_name)


def _greeting(base: Screen, outcome: Outcome, now: datetime) -> Screen:
    card, meeting = outcome.card, outcome.meeting
    step_free = bool(card and card.step_free)
    seen = replace(base, way=way_to_room(meeting, outcome.places, step_free=step_free) if meeting else None)
    if base.kind is Kind.WELCOME:
        restroom = _way(outcome.places.get(RESTROOM), step_free=step_free)
        seen = replace(seen, tea=_next_tea(meeting, now) if meeting else None, restroom=restroom)
    if base.kind is not Kind.ALREADY_IN and meeting:
        seen = replace(seen, hand_outs=meeting.hand_outs)
    if base.kind is Kind.VIP and meeting and meeting.lounge:
        seen = replace(seen, lounge=_way(outcome.places.get(meeting.lounge), step_free=step_free))
    if outcome.online and base.kind is not Kind.VIP:
        drinks = USUAL_DRINKS if meeting is None or meeting.drinks is None else meeting.drinks[:MOST_DRINKS]
        seen = replace(seen, order=Order.OFFERED if drinks else None, drinks=drinks)
    if card is None:
        return seen
    return replace(
        seen,
        salutation=card.salutation,
        title=card.title,
        host=card.host,
        seat=card.seat,
        arrived=card.arrived,
    )


def _refusal(base: Screen, outcome: Outcome) -> Screen:
    if outcome.verdict not in _ADDRESSED:
        return replace(base, meeting=None)
    base = replace(base, salutation=outcome.card.salutation if outcome.card else None)
    meeting = outcome.meeting
    if meeting is None or outcome.verdict is Verdict.CANCELLED:
        return base
    return replace(
        base,
        room=meeting.room_name,
        hours=(meeting.starts_at, meeting.ends_at),
        opens_at=meeting.doors_at if outcome.verdict is Verdict.TOO_EARLY else None,
    )


def _next_tea(meeting: MeetingCard, now: datetime) -> Tea | None:
    breaks = [part for part in meeting.segments if part.kind == TEA_BREAK and part.ends_at > now]
    if not breaks:
        return None
    first = min(breaks, key=lambda part: part.starts_at)
    return Tea(starts_at=first.starts_at, ends_at=first.ends_at, place=first.place)


def _way(place: PlaceCard | None, *, step_free: bool) -> Way | None:
    if place is None:
        return None
    if step_free and place.step_free_way is not None:
        return Way(name=place.name, words=place.step_free_way, step_free=True)
    return Way(name=place.name, words=place.way, arrow=place.arrow)
