"""Every message on the wire: frozen, typed, with the limits the codec enforces (docs/mqtt.yaml).

Instants are aware and UTC. Names of fields are the names in the JSON. Fields may be added within version 1;
receivers ignore those they do not know.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from devices.contract.alerts import Alert, AlertAnswer
from devices.contract.cards import BusinessCard, Candidate, EvacuationCard, GuestCard
from devices.contract.commands import Command, CommandResult
from devices.contract.envelope import Envelope
from devices.contract.fields import Count, Hex, Key, Lookup, Name, Readings, Uuid
from devices.contract.limits import Items, Number, Text
from devices.contract.topics import Leaf


class Status(StrEnum):
    """Presence of a device or the hub: ``stopping`` is a clean stop, ``offline`` comes from the will."""

    ONLINE = "online"
    STOPPING = "stopping"
    OFFLINE = "offline"


class Clock(StrEnum):
    """Whether the sender's wall clock may be trusted; a Pi has none at boot."""

    SYNCED = "synced"
    UNSYNCED = "unsynced"


class CodeKind(StrEnum):
    """Which kind of code was held before the camera."""

    SHORT = "short"
    SIGNED = "signed"
    FOREIGN = "foreign"


class Method(StrEnum):
    """How a check-in came about (requirements R91, R94): ``found`` by name or phone, ``group`` by the group's code."""

    QR = "qr"
    TYPED = "typed"
    FOUND = "found"
    GROUP = "group"
    WALK_IN = "walk_in"
    PAPER = "paper"


class Verdict(StrEnum):
    """The answer to one scan; the words are stable, translations live with the screens."""

    WELCOME = "welcome"
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

    @property
    def admits(self) -> bool:
        """Say whether the guest may go in on this verdict."""
        return self in {Verdict.WELCOME, Verdict.ALREADY_IN}


class RequestKind(StrEnum):
    """What a device may ask for: a person, a page of the roster, or what a guest wants at its screen."""

    HELP = "help"
    ROSTER = "roster"
    TOO_COLD = "too_cold"
    TOO_HOT = "too_hot"
    TEA = "tea"
    DRINK = "drink"
    FIND = "find"
    IDENTIFY = "identify"
    WALK_IN = "walk_in"
    BUSINESS_CARD = "business_card"


class Progress(StrEnum):
    """How far a request has come. ``taken``: a person is told; ``answered``: it needed nobody; ``refused``: see why."""

    TAKEN = "taken"
    ACCEPTED = "accepted"
    DONE = "done"
    ANSWERED = "answered"
    REFUSED = "refused"


class Need(StrEnum):
    """What a kiosk needs a person for; each one opens one task while it lasts."""

    OUTBOX_FILLING = "outbox_filling"
    DISK_FULL = "disk_full"
    CLOCK_WRONG = "clock_wrong"
    DATABASE_DAMAGED = "database_damaged"
    CAMERA_LOST = "camera_lost"
    SCANNER_LOST = "scanner_lost"
    PAGE_LOST = "page_lost"
    PAPER_OUT = "paper_out"
    PRINTER_LOST = "printer_lost"
    OVERHEATED = "overheated"


class ItemKind(StrEnum):
    """What one roster item describes."""

    GUEST = "guest"
    MEETING = "meeting"
    PLACE = "place"
    KEY = "key"
    LEASE = "lease"
    GROUP = "group"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a device (``boot``) and the numbers of its events that it still keeps, from ``first`` to ``last``."""

    boot: Uuid
    first: Count
    last: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How a kiosk was used in the last ``minutes``, and how fast it answered (R92).

    ``scans`` codes were read; from reading one to its answer on the screen took ``p50_ms`` and ``p95_ms`` (absent
    without scans). ``busy`` is the share of the time in which a guest was on the screen, 0 to 1. ``row`` is how many
    guests have just come one right after the other, and ``longest_row`` the most of them: a kiosk cannot see a queue.
    """

    minutes: Count
    scans: Count
    p50_ms: Count | None = None
    p95_ms: Count | None = None
    busy: Annotated[float, Number(0, 1)]
    row: Count
    longest_row: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceState(Envelope):
    """Presence, retained; also the will, which carries the ``boot`` of the connection that left it."""

    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class HubState(Envelope):
    """The hub's presence, retained. ``roster`` is the newest roster position; ``incarnation`` names its database.

    ``evacuation`` stands while everybody is to leave. Only an online hub says by its absence that nobody has to: its
    farewell and its will say nothing about it.
    """

    status: Status
    incarnation: Uuid
    roster: Count = 0
    evacuation: EvacuationCard | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceInfo(Envelope):
    """What a device is, retained.

    ``kind`` is ``kiosk``, ``room`` (an agent in a room) or ``pager``. A capability such as ``switch:lights`` names a
    command and what it may be given to (``Command.which``). ``room`` is the key of the room it stands in.
    """

    kind: Key
    model: Name
    software: Name
    capabilities: Annotated[tuple[Key, ...], Items(32)] = ()
    room: Key | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat(Envelope):
    """A device's pulse: how far its events go, what the hub has not answered yet, and its health.

    An agent in a room and a pager have no events: their numbers are 0, and ``readings`` is what their instruments say
    now, of a pager its ``battery`` in percent.

    ``oldest_s`` is the age of the oldest unanswered event in seconds. ``mono_ms`` counts from the start of the machine,
    which ``machine`` names: with ``ts`` it ties that count to the time of day. ``runs`` are the newest runs whose
    events the kiosk keeps, so that the hub can find what it lacks (I9). ``needs`` is what a person must see to.
    ``page_s`` is how long ago its page was last seen drawn, ``up_s`` how long the program runs, both in seconds.
    ``power_low`` and ``slowed`` are what a Raspberry Pi says of its supply and of being slowed down, since its start.
    ``usage`` is how guests used it lately.
    """

    max_seq: Count
    unacked: Count
    oldest_s: Annotated[float, Number(0, 1e9)]
    mono_ms: Count
    clock: Clock = Clock.SYNCED
    roster: Count = 0
    camera_ok: bool | None = None
    frames_per_s: Annotated[float, Number(0, 1000)] | None = None
    cpu_c: Annotated[float, Number(-50, 200)] | None = None
    disk_free_mb: Count | None = None
    memory_mb: Count | None = None
    page_s: Annotated[float, Number(0, 1e9)] | None = None
    up_s: Count | None = None
    power_low: bool | None = None
    slowed: bool | None = None
    usage: Usage | None = None
    machine: Uuid | None = None
    runs: Annotated[tuple[Run, ...], Items(16)] = ()
    needs: Annotated[tuple[Need, ...], Items(16)] = ()
    readings: Readings | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedFacts:
    """What a verified signed code says, for a hub that may not know its text."""

    key_id: Annotated[int, Number(0, 65_535)]
    meeting: Hex
    invitation: Hex


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInEvent(Envelope):
    """One scan as the kiosk saw and answered it: a fact, never refused later (DESIGN 4).

    ``lookup`` is the keyed hash of the code, never the code. ``mono_ms`` counts from the start of the machine, which
    ``machine`` names. ``seat`` is the label of the seat that the kiosk tells this guest by its own word: a leased one
    that it gives away, or the one on its roster, which the hub may have given to another meanwhile. An older kiosk
    names leased ones only.
    """

    lookup: Lookup
    kind: CodeKind
    verdict: Verdict
    offline: bool
    mono_ms: Count
    clock: Clock = Clock.SYNCED
    method: Method = Method.QR
    invitation: Key | None = None
    meeting: Key | None = None
    signed: SignedFacts | None = None
    machine: Uuid | None = None
    seat: Annotated[str, Text(64)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Envelope):
    """A device asks: for roster items after ``cursor`` (``roster``), for a person (``help``), or for a guest's wish.

    A button in a ``room`` asks for ``help``, ``tea``, ``too_cold`` or ``too_hot``, and means its room.

    With ``check`` the last page carries a fingerprint of the whole roster, for a kiosk to compare its own copy with.
    ``note`` says which help (``seat``, ``luggage`` …) or which drink; ``about`` is the scan of the guest who asks;
    ``text`` is what was typed to ``find`` somebody, or a walk-in's name; ``phone`` a walk-in's number; ``lookup`` whom
    to ``identify``; ``meeting`` which of several a walk-in is for. All but rosters are answered with a RequestAnswer.
    """

    kind: RequestKind
    cursor: Count | None = None
    note: Key | None = None
    check: bool = False
    about: Uuid | None = None
    text: Annotated[str, Text(60)] = ""
    phone: Annotated[str, Text(20, pattern=r"[0-9+ -]{0,20}")] = ""
    lookup: Lookup | None = None
    meeting: Key | None = None
    card: BusinessCard | None = None
    room: Key | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The hub's verdict on one event, which clears that event from the kiosk's outbox.

    ``accepted`` is false when the event was quarantined: it is stored, a person looks at it. ``card`` is there for a
    known guest, unless they were scanned offline and more than a minute ago.
    """

    id: Uuid
    verdict: Verdict
    accepted: bool = True
    card: GuestCard | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAnswer:
    """What became of a request, or of the call for a VIP's host; told again whenever it changes.

    ``id`` is the request's, or the check-in event's whose guest somebody comes to meet. ``by`` is who accepted.
    ``found`` are those whom a search found, with ``more`` if there were too many to show. ``card`` is the guest who
    was identified or taken in as a walk-in, whom ``lookup`` admits. ``reason`` is why it was refused:
    ``too_many_questions``, ``not_found``, ``not_here``, ``no_walk_ins``, ``unknown_room``,
    ``drink_is_out``.
    """

    id: Uuid
    progress: Progress
    by: Name = ""
    found: Annotated[tuple[Candidate, ...], Items(5)] = ()
    more: bool = False
    lookup: Lookup | None = None
    card: GuestCard | None = None
    reason: Key | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(Envelope):
    """The hub's answers to one kiosk, in the order in which the events were stored, and to its requests."""

    incarnation: Uuid
    replies: Annotated[tuple[Answer, ...], Items(200)]
    requests: Annotated[tuple[RequestAnswer, ...], Items(20)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterItem:
    """One thing a kiosk should know from now on, or forget (``gone``).

    ``body`` is the card's JSON; a guest's or a group's is sealed under that guest's or group's own code
    (docs/credential.md), and its ``key`` is the lookup. Fields left out of a card hold their defaults.
    """

    kind: ItemKind
    key: Key
    seq: Count
    gone: bool = False
    body: Annotated[str, Text(12_000)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterPage(Envelope):
    """Roster items after ``cursor`` up to ``to``; ``head`` is the newest position, so ``to == head`` is complete.

    ``fingerprint`` (decision 11) comes with a complete page that was asked for with ``check``.
    """

    request: Uuid
    incarnation: Uuid
    cursor: Count
    to: Count
    head: Count
    items: Annotated[tuple[RosterItem, ...], Items(200)]
    fingerprint: Annotated[str, Text(80)] | None = None


DEVICE_MESSAGES: dict[Leaf, tuple[type[Envelope], ...]] = {
    Leaf.STATE: (DeviceState,),
    Leaf.INFO: (DeviceInfo,),
    Leaf.TELE: (Heartbeat,),
    Leaf.UP_CHECKIN: (CheckInEvent,),
    Leaf.UP_REQUEST: (Request,),
    Leaf.UP_ACK: (CommandResult, AlertAnswer),
    Leaf.DOWN_REPLY: (Reply,),
    Leaf.DOWN_ROSTER: (RosterPage,),
    Leaf.DOWN_COMMAND: (Command,),
    Leaf.DOWN_ALERT: (Alert,),
}
"""Which messages belong on which leaf of a device; the hub's own ``state`` carries HubState."""

ACKNOWLEDGEMENTS: dict[str, type[CommandResult] | type[AlertAnswer]] = {"command": CommandResult, "alert": AlertAnswer}
"""The messages of ``up/ack`` by the field that tells them apart."""
