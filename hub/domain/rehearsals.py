"""The rehearsal (彩排) of a meeting: what is looked at one or two days before, and how it was found (R77-R85). Pure.

會前1-2天進行流程預演,走一遍每個環節. The list is made from what the hub knows of the meeting and its room; only what
was found is kept. A line whose segment, device or room is no longer part of the meeting is not on the list any more.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from hub.domain.house_work import NO_SHEET, FunctionSheet
from hub.domain.materials import NOTHING, Materials
from hub.domain.meetings import Meeting
from hub.domain.room_checks import CheckLine, Flaw
from hub.domain.room_devices import DeviceKind, RoomDevice
from hub.domain.run_of_show import keyed
from hub.domain.sign_in_sheets import sheet_of
from hub.domain.words import Words

HUB = "hub"
"""Who has looked where the hub did so by itself; as in the audit log."""


class Part(StrEnum):
    """The parts of the list, in its order."""

    AGENDA = "agenda"
    EQUIPMENT = "equipment"
    SET_UP = "set_up"
    MATERIALS = "materials"
    PLACES = "places"
    PEOPLE = "people"


class Result(StrEnum):
    """How a line stands."""

    NOT_YET = "not_yet"
    PASSED = "passed"
    FAILED = "failed"


SOUND, MICROPHONES, PROJECTOR = (
    Words("音响", "Sound"),
    Words("麦克风", "Microphones"),
    Words("投影仪", "Projector"),
)
DEVICE, KIOSK = "device", "kiosk"
"""What speaks for itself: a field device of the room, a kiosk at a door."""

OWNER = "owner"
"""Who answers for a segment: a line of the list only where nobody does."""

BACKDROP, LAYOUT, LIGHTS = "backdrop", "layout", "lights"
SIGN_IN_SHEETS, BADGES, BAGS, GIFTS = "sign_in_sheets", "badges", "bags", "gifts"
HAND_OUT, DOCUMENT = "hand_out", "document"
"""What the venue file names: a hand-out for each guest, and a document that two people check (R48)."""
STAGE = "stage"
TEA_BREAK, TOILET_SIGNS, TEMPERATURE = "tea_break", "toilet_signs", "temperature"
ROLES, MINUTES = "roles", "minutes"
"""Whether people know their part (R81), and whether somebody takes the minutes where that is needed (R121)."""

_SET_UP = {BACKDROP: Words("背景板", "Backdrop"), LAYOUT: Words("桌椅排列", "Layout"), LIGHTS: Words("灯光", "Lights")}
_MATERIALS = {
    SIGN_IN_SHEETS: Words("签到表", "Sign-in sheets"),
    BADGES: Words("胸牌", "Badges"),
    BAGS: Words("资料袋", "Bags"),
    GIFTS: Words("礼品", "Gifts"),
}
STAGE_NAME = Words("舞台", "Stage")
_PEOPLE = {ROLES: Words("岗位职责确认", "Roles acknowledged"), MINUTES: Words("会议记录人员", "Minutes-taker")}
CHECKS = (1, 2)
"""Each document is checked so often, by different people."""
_PLACES = {
    TEA_BREAK: Words("茶歇位置", "Tea-break location"),
    TOILET_SIGNS: Words("卫生间指示牌", "Toilet signs"),
    TEMPERATURE: Words("室内温度", "Room temperature"),
}

LEAST_LEAD = timedelta(hours=1)
"""For a meeting that begins sooner nobody is called to rehearse; its list is there all the same."""

BEFORE_DOORS = timedelta(minutes=30)
"""A meeting that was imported late is rehearsed by then."""

LEAST_TIME = timedelta(minutes=15)
"""However late it is, somebody has so long for a rehearsal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When meetings are rehearsed: from ``opens`` before their start until ``due`` before it (R77)."""

    opens: timedelta = timedelta(days=2)
    due: timedelta = timedelta(days=1)

    def opens_at(self, meeting: Meeting) -> datetime:
        """Return when the rehearsal's task is raised."""
        return meeting.starts_at - self.opens

    def due_at(self, meeting: Meeting, opened_at: datetime) -> datetime:
        """Return by when it must have passed, where its task was raised at ``opened_at``."""
        due = meeting.starts_at - self.due
        return due if opened_at < due else max(meeting.doors_at - BEFORE_DOORS, opened_at + LEAST_TIME)


WINDOW = Window()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to look at. ``key`` is its name in this meeting's list; ``what`` says which of the usual things it is.

    ``by_hub``: the hub looks at it by itself, and nobody else does. ``thing`` is the key of a place in the room whose
    piece can be swapped, ``label`` what stands on that piece, ``source`` the id of a device or a kiosk. ``wanted`` is
    how many pieces there should be, None where nothing is counted. ``at`` is when a segment begins.
    """

    key: str
    part: Part
    name: Words
    what: str = ""
    by_hub: bool = False
    thing: str = ""
    label: str = ""
    source: str = ""
    wanted: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How one line was found: by whom (``hub`` where it looked by itself), when (UTC), with a note or a count.

    The hub's note is a word of its own (``offline``), which pages translate. ``counted`` are pieces or degrees Celsius.
    """

    line: str
    result: Result
    by: str
    at: datetime
    note: str = ""
    counted: float | None = None
    wanted: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list, with how it was found; ``mark`` is None before anybody has looked."""

    item: Item
    mark: Mark | None = None

    @property
    def result(self) -> Result:
        """Return how it stands."""
        return self.mark.result if self.mark else Result.NOT_YET

    @property
    def is_new_to_hub(self) -> bool:
        """Say whether the hub is still to look at it: after the rehearsal a device more is no reason for another."""
        return self.item.by_hub and self.mark is None

    @property
    def wanted(self) -> int | None:
        """Return how many there should be: as somebody has said, else as is usual."""
        said = self.mark.wanted if self.mark else None
        return self.item.wanted if said is None else said


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What is kept of a rehearsal beside its lines: when its task was raised, and when who said that it passed; UTC."""

    meeting: str
    opened_at: datetime | None = None
    passed_at: datetime | None = None
    passed_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """The list of one meeting as it stands. ``course`` is None where nobody was called and nobody has begun."""

    lines: Sequence[Line]
    course: Course | None = None

    def of(self, part: Part) -> Sequence[Line]:
        """Return the lines of a part."""
        return [line for line in self.lines if line.item.part is part]

    def line(self, key: str) -> Line | None:
        """Return the line with a key."""
        return next((line for line in self.lines if line.item.key == key), None)

    def count(self, result: Result) -> int:
        """Count the lines that stand so."""
        return sum(line.result is result for line in self.lines)

    @property
    def complete(self) -> bool:
        """Say whether every line passed, so that somebody may say that the rehearsal did (R84)."""
        return all(line.result is Result.PASSED for line in self.lines)

    @property
    def passed(self) -> bool:
        """Say whether somebody said that it passed, and nothing has come up since that people should look at."""
        if self.course is None or self.course.passed_at is None:
            return False
        return all(line.result is Result.PASSED or line.is_new_to_hub for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the hub knows of a meeting's surroundings.

    ``things`` are the room's, ``labels`` the pieces in them by key. ``devices`` and ``kiosks`` are the names by id of
    those that speak for themselves; ``serves`` says which thing a device is, empty for none. ``feels``: a sensor
    measures the room's temperature. ``guests`` is how many are invited, ``sheet`` what was
    ordered, ``materials`` what is handed out. ``rostered`` counts the people whose shifts are for the meeting,
    ``unsure`` names those who have not said that they know their part. ``minutes``: somebody has to take the minutes,
    ``minutes_taker`` names who does.
    """

    things: Sequence[RoomDevice] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    devices: Mapping[str, Words] = field(default_factory=dict)
    serves: Mapping[str, str] = field(default_factory=dict)
    kiosks: Mapping[str, Words] = field(default_factory=dict)
    feels: bool = False
    guests: int = 0
    sheet: FunctionSheet = NO_SHEET
    materials: Materials = NOTHING
    rostered: int = 0
    unsure: tuple[str, ...] = ()
    minutes: bool = False
    minutes_taker: str = ""

    @property
    def packed_for(self) -> int:
        """Return for how many guests things are packed (R48)."""
        return self.guests if self.sheet.guaranteed is None else self.sheet.guaranteed


def items(meeting: Meeting, known: Known) -> Iterator[Item]:
    """Return everything that is looked at for a meeting, in the order of its parts."""
    yield from _agenda(meeting)
    yield from _equipment(meeting.room, known)
    for key, name in _SET_UP.items():
        yield Item(key=f"{meeting.room} set_up {key}", part=Part.SET_UP, name=name, what=key)
    if known.sheet.stage:
        yield Item(key=f"{meeting.room} set_up {STAGE}", part=Part.SET_UP, name=STAGE_NAME, what=STAGE)
    for key, name in _MATERIALS.items():
        wanted = (sheet_of(known.guests) if known.guests else 0) if key == SIGN_IN_SHEETS else known.packed_for
        yield Item(key=f"material {key}", part=Part.MATERIALS, name=name, what=key, wanted=wanted)
    yield from _handed_out(known)
    for key, name in _PLACES.items():
        felt = key == TEMPERATURE and known.feels
        yield Item(key=f"{meeting.room} place {key}", part=Part.PLACES, name=name, what=key, by_hub=felt)
    yield from _people(known)


def _people(known: Known) -> Iterator[Item]:
    """Name what the hub knows of the people: a meeting for which nobody is rostered has no line for them."""
    if known.rostered:
        yield Item(
            key=f"people {ROLES}",
            part=Part.PEOPLE,
            name=_PEOPLE[ROLES],
            what=ROLES,
            by_hub=True,
            wanted=known.rostered,
        )
    if known.minutes:
        name, label = _PEOPLE[MINUTES], known.minutes_taker
        yield Item(key=f"people {MINUTES}", part=Part.PEOPLE, name=name, what=MINUTES, by_hub=True, label=label)


def _handed_out(known: Known) -> Iterator[Item]:
    """Name what the venue file does: hand-outs for each guest, and each document twice: two people check it."""
    for one in known.materials.hand_outs:
        if one.per_guest:
            key = f"material hand_out {one.key}"
            wanted = known.packed_for
            yield Item(key=key, part=Part.MATERIALS, name=one.name, what=HAND_OUT, source=one.key, wanted=wanted)
    for document in known.materials.documents:
        for check in CHECKS:
            key = f"material document {document.link} {check}"
            yield Item(key=key, part=Part.MATERIALS, name=document.title, what=DOCUMENT, source=document.link)


def checked_by_another(line: Line, rehearsal: Rehearsal, by: str) -> bool:
    """Say whether a document's other check may stand beside this one: the same person does not check twice."""
    others = (one for one in rehearsal.lines if one.item.what == DOCUMENT and one.item.source == line.item.source)
    return not any(
        one.mark and one.mark.by == by for one in others if one.item != line.item and one.result is Result.PASSED
    )


def _agenda(meeting: Meeting) -> Iterator[Item]:
    """Name segments by what they are, so that one which is put off stays rehearsed.

    One without an owner fails by itself until the agenda names who answers for it (R7: 責任邊界).
    """
    seen: Counter[str] = Counter()
    for segment in sorted(meeting.agenda, key=lambda one: one.starts_at):
        key = f"agenda {segment.kind} {segment.title.zh}"
        seen[key] += 1
        again = f" #{seen[key]}" if seen[key] > 1 else ""
        yield Item(key=key + again, part=Part.AGENDA, name=segment.title, what=segment.kind, at=segment.starts_at)
    for segment in keyed(meeting.agenda):
        if not segment.owner:
            key, at = f"agenda owner {segment.key}", segment.starts_at
            yield Item(key=key, part=Part.AGENDA, name=segment.title, what=OWNER, at=at, by_hub=True)


def _equipment(room: str, known: Known) -> Iterator[Item]:
    kinds = {one.kind for one in known.things}
    for one in known.things:
        label = known.labels.get(one.key, "")
        yield _by_hand(f"{room} thing {one.key}", one.name, thing=one.key, label=label, what=one.kind)
    if DeviceKind.PROJECTOR not in kinds:
        yield _by_hand(f"{room} projector", PROJECTOR, what=DeviceKind.PROJECTOR)
    if DeviceKind.SOUND not in kinds:
        yield _by_hand(f"{room} sound", SOUND, what=DeviceKind.SOUND)
    yield _by_hand(f"{room} microphones", MICROPHONES, what="microphones")
    for kind, found in ((DEVICE, known.devices), (KIOSK, known.kiosks)):
        for source, name in found.items():
            key = f"{room} device {source}" if kind == DEVICE else f"kiosk {source}"
            thing = known.serves.get(source, "") if kind == DEVICE else ""
            yield Item(key=key, part=Part.EQUIPMENT, name=name, what=kind, by_hub=True, source=source, thing=thing)


def _by_hand(key: str, name: Words, *, what: str, thing: str = "", label: str = "") -> Item:
    return Item(key=key, part=Part.EQUIPMENT, name=name, what=what, thing=thing, label=label)


def with_marks(listed: Iterator[Item], marks: Sequence[Mark]) -> tuple[Line, ...]:
    """Return the lines with how each was found.

    What a sensor said of the temperature stays when the sensor falls silent: it was found so.
    """
    found = {mark.line: mark for mark in marks}
    return tuple(Line(item, found.get(item.key)) for item in listed)


def judged(line: Line, mark: Mark) -> Mark:
    """Return the mark as it counts: fewer pieces than are wanted are never enough (R80, R84)."""
    wanted = line.wanted if mark.wanted is None else mark.wanted
    if wanted is None or mark.result is not Result.PASSED:
        return mark
    counted = wanted if mark.counted is None else mark.counted
    return replace(mark, counted=counted, result=Result.PASSED if counted >= wanted else Result.FAILED)


INSPECTION = Words("设备检查", "Equipment inspection")
"""What stands for all the equipment that somebody is still to look at."""


def not_ready(lines: Iterable[Line]) -> Iterator[CheckLine]:
    """Return why a room is not ready by its meeting's rehearsal: equipment failed, or was not looked at (R38, R85).

    The room's own devices are left out: its check looks at those itself.
    """
    ours = [line for line in lines if line.item.part is Part.EQUIPMENT and line.item.what != DEVICE]
    for line in ours:
        if line.result is Result.FAILED:
            note = line.mark.note if line.mark and not line.item.by_hub else ""
            key = line.item.thing or line.item.source or line.item.what
            yield CheckLine(key=key, name=line.item.name, flaw=Flaw.REHEARSAL, detail=note)
    waiting = sum(line.result is Result.NOT_YET and not line.item.by_hub for line in ours)
    if waiting:
        yield CheckLine(key="inspection", name=INSPECTION, flaw=Flaw.INSPECTION, detail=str(waiting))
