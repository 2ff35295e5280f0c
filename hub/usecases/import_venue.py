"""A venue file is imported: the house, its ways and its meetings become what the file says, and nothing else changes.

A meeting that runs may be changed too: its agenda is live, and kiosks follow it (R98).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

from devices.contract import codec
from hub.domain.drinks import Drink
from hub.domain.house_work import HOUSE, FunctionSheet, HouseTimes
from hub.domain.materials import Materials
from hub.domain.meetings import Meeting, Room
from hub.domain.playbooks import Playbook
from hub.domain.rehearsal_window import WINDOW, Window
from hub.domain.room_set_ups import RoomSetUps
from hub.domain.roster import Staffing
from hub.domain.run_of_show import AgendaTimes, plan_of, replanned
from hub.domain.seats import Seat
from hub.ports import Transaction
from hub.usecases.acting import MEETING_NUMBER_BITS, Acting
from hub.usecases.cards import meeting_card
from hub.usecases.findings import Finding, mistakes
from hub.usecases.follow_agenda import TIMES
from hub.usecases.house_work_times import set_house_work
from hub.usecases.import_answers import AnswerPlan, plan_answers, write_answers
from hub.usecases.import_assets import AssetPlan, plan_assets, write_assets
from hub.usecases.import_devices import DevicePlan, plan_devices, write_devices
from hub.usecases.import_drinks import DrinkPlan, plan_drinks, write_drinks
from hub.usecases.import_house_work import changed_sheets, tight_turnovers
from hub.usecases.import_materials import changed_materials
from hub.usecases.import_playbooks import plan_playbooks, write_playbooks
from hub.usecases.import_rooms import (
    as_the_source_says,
    changed_set_ups,
    rooms_taken,
    set_ups_with,
    take_imported,
    too_small,
)
from hub.usecases.import_staff import StaffPlan, changed_staffing, plan_staff, write_staff
from hub.usecases.import_watching import WatchPlan, plan_watching, write_watching
from hub.usecases.keep_meetings import follow
from hub.usecases.place_device import place_by_area
from hub.usecases.remind import LEADS
from hub.usecases.run_agenda import LARGEST_CARD
from hub.usecases.venue_plan import MeetingEntry, VenueFile
from hub.usecases.watch_roster import look_soon

_IN_LISTS = frozenset(
    {
        "set_ups",
        "device",
        "answer",
        "asset",
        "room_class",
        "watching",
        "menu",
        "drinks",
        "sheet",
        "staff",
        "staffing",
        "shifts",
        "playbooks",
    }
)
"""What is written list by list, and not one by one."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing the file adds, changes or removes.

    ``what`` is venue, room, set_ups (of a room), device, door, place, meeting, seats, materials, answer, asset,
    room_class, watching (of a room), menu, drinks or sheet (of a meeting), staff, shifts, or playbooks.
    """

    what: str
    key: str
    new: bool
    gone: bool = False


@dataclass(slots=True)
class VenuePlan:
    """What an import would write, and what it would count as."""

    changed: list[Changed] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    before: dict[str, Meeting] = field(default_factory=dict)
    materials: dict[str, Materials] = field(default_factory=dict)
    seats: dict[str, tuple[Seat, ...]] = field(default_factory=dict)
    devices: DevicePlan = field(default_factory=DevicePlan)
    answers: AnswerPlan = field(default_factory=AnswerPlan)
    assets: AssetPlan = field(default_factory=AssetPlan)
    watching: WatchPlan = field(default_factory=WatchPlan)
    drinks: DrinkPlan = field(default_factory=DrinkPlan)
    playbooks: tuple[Playbook, ...] | None = None
    staff: StaffPlan = field(default_factory=StaffPlan)
    set_ups: list[RoomSetUps] = field(default_factory=list)
    sheets: Mapping[str, FunctionSheet] = field(default_factory=dict)
    staffing: Mapping[str, Staffing] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    kept: bool = False

    def writes(self, what: str, key: str) -> bool:
        """Say whether one thing is added or changed."""
        return any(one.what == what and one.key == key for one in self.changed)


def import_venue(
    tx: Transaction,
    file: VenueFile,
    acting: Acting,
    leads: Sequence[timedelta] = LEADS,
    window: Window = WINDOW,
    times: AgendaTimes = TIMES,
) -> VenuePlan:
    """Write what the file says, or nothing when it cannot be.

    ``leads``: how long before a meeting its guests are reminded; ``window``: when it is rehearsed; ``times``: the
    house's numbers for agendas, and when rooms are set up and struck.
    """
    known = {meeting.key: meeting.id for meeting in tx.meetings.all()}
    tx.meetings.lock([known[entry.key] for entry in file.meetings if entry.key in known])
    plan = look(tx, file, acting, times.house)
    if not mistakes(plan.findings):
        _write(tx, file, plan, acting)
        befores = {one.id: one for one in plan.before.values()}
        follow(tx, plan.meetings, befores, acting, replace(times, guest_leads=tuple(leads), rehearsal=window))
        take_imported(tx, plan.meetings, plan.set_ups, acting)
        set_house_work(tx, plan.meetings, acting.at, times.house, {*plan.sheets, *plan.materials})
        plan.kept = True
    return plan


def look(tx: Transaction, file: VenueFile, acting: Acting, house: HouseTimes = HOUSE) -> VenuePlan:
    """Work out what an import would do, without writing anything."""
    plan = VenuePlan(list(_house_changes(tx, file)))
    plan.before = {meeting.key: meeting for meeting in tx.meetings.all()}
    rooms = {room.key: room for room in (*tx.meetings.rooms(), *file.rooms)}
    for entry in file.meetings:
        _plan_meeting(tx, entry, plan.before.get(entry.key), plan, acting)
    plan.set_ups = changed_set_ups(tx, file)
    plan.changed += [Changed("set_ups", one.room, new=False) for one in plan.set_ups]
    plan.findings += rooms_taken(tx, file.meetings, plan.meetings, plan.set_ups, acting.at)
    plan.findings += too_small(file.meetings, plan.meetings, set_ups_with(tx, plan.set_ups))
    plan.devices = plan_devices(tx, file)
    plan.changed += [
        Changed("device", f"{one.room}/{one.key}", (one.room, one.key) in plan.devices.new) for one in plan.devices.put
    ]
    plan.changed += [Changed("device", f"{room}/{key}", new=False, gone=True) for room, key in plan.devices.gone]
    plan.watching = plan_watching(tx, file)
    plan.changed += [Changed("room_class", one.key, one.key in plan.watching.new) for one in plan.watching.classes]
    plan.changed += [Changed("watching", room, new=False) for room in plan.watching.changed_rooms()]
    plan.answers = plan_answers(tx, file, plan.meetings)
    plan.changed += [Changed("answer", one.key, one.key in plan.answers.new) for one in plan.answers.put]
    plan.changed += [Changed("answer", key, new=False, gone=True) for key in plan.answers.gone]
    plan.drinks = plan_drinks(tx, file, plan.meetings)
    plan.changed += [Changed("menu", "", new=False)] if plan.drinks.menu is not None else []
    plan.changed += [Changed("drinks", one.key, new=False) for one in plan.meetings if one.id in plan.drinks.portions]
    plan.playbooks = plan_playbooks(tx, file)
    plan.changed += [Changed("playbooks", "", new=False)] if plan.playbooks is not None else []
    plan.staffing = changed_staffing(tx, file.meetings, plan.meetings)
    plan.changed += [Changed("staffing", one.key, new=False) for one in plan.meetings if one.id in plan.staffing]
    plan.sheets = changed_sheets(tx, file.meetings, plan.meetings)
    plan.changed += [Changed("sheet", one.key, new=False) for one in plan.meetings if one.id in plan.sheets]
    plan.findings += tight_turnovers(file.meetings, plan.meetings, plan.before, house)
    plan.assets = plan_assets(tx, file, acting)
    plan.changed += [Changed("asset", one.label, one.label in plan.assets.new) for one in plan.assets.put]
    plan.findings += plan.assets.findings
    plan.staff = plan_staff(tx, file)
    plan.changed += [
        Changed("staff", one.key, one.key in plan.staff.new, gone=one.key in plan.staff.gone) for one in plan.staff.put
    ]
    plan.changed += [Changed("shifts", "", new=False)] if plan.staff.shifts is not None else []
    for entry, meeting in zip(file.meetings, plan.meetings, strict=True):
        materials = plan.materials.get(meeting.id) or tx.materials.of_meeting(meeting.id)
        plan.findings += _too_large(entry, meeting, rooms.get(meeting.room), file.menu or tx.drinks.menu(), materials)
        plan.findings += _no_way(tx, file, entry, meeting)
    return plan


def _house_changes(tx: Transaction, file: VenueFile) -> Iterator[Changed]:
    venue = tx.meetings.venue()
    if file.venue and file.venue != venue:
        yield Changed("venue", "", venue is None)
    rooms = {room.key: room for room in tx.meetings.rooms()}
    doors = tx.meetings.doors()
    places = {(place.device, place.key): place for place in tx.meetings.places()}
    for room in file.rooms:
        if rooms.get(room.key) != room:
            yield Changed("room", room.key, room.key not in rooms)
    for door in file.doors:
        if doors.get(door.device) != door:
            yield Changed("door", door.device, door.device not in doors)
    for place in file.places:
        if places.get((place.device, place.key)) != place:
            yield Changed("place", f"{place.device}/{place.key}", (place.device, place.key) not in places)


def _plan_meeting(
    tx: Transaction, entry: MeetingEntry, before: Meeting | None, plan: VenuePlan, acting: Acting
) -> None:
    base = before or Meeting(
        id=acting.ids(),
        key=entry.key,
        title=entry.title,
        room=entry.room,
        doors_at=entry.doors_at,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        zone=entry.zone,
        number=acting.bits(MEETING_NUMBER_BITS) or 1,
    )
    plan_before = plan_of(base)
    entry, theirs = as_the_source_says(tx, entry, plan_before if before else None)
    plan.findings += [theirs] if theirs else []
    meeting = replace(
        plan_before,
        title=entry.title,
        room=entry.room,
        doors_at=entry.doors_at,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        zone=entry.zone,
        style=base.style if entry.style is None else entry.style,
        lounge=base.lounge if entry.lounge is None else entry.lounge or None,
        cancelled=base.cancelled if entry.cancelled is None else entry.cancelled,
        agenda=plan_before.agenda if entry.agenda is None else entry.agenda,
    )
    meeting = replanned(base, meeting)
    plan.meetings.append(meeting)
    if meeting != before:
        plan.changed.append(Changed("meeting", meeting.key, before is None))
    materials = changed_materials(tx, entry, meeting)
    if materials is not None:
        plan.materials[meeting.id] = materials
        plan.changed.append(Changed("materials", meeting.key, before is None))
    if entry.seats is not None:
        _plan_seats(tx, entry, meeting, plan)


def _plan_seats(tx: Transaction, entry: MeetingEntry, meeting: Meeting, plan: VenuePlan) -> None:
    before = tuple(tx.seats.of_meeting(meeting.id))
    if entry.seats is None or before == tuple(sorted(entry.seats, key=lambda seat: seat.rank)):
        return
    labels = {seat.label for seat in entry.seats}
    lost = sorted(held.seat for held in tx.seats.assignments(meeting.id) if held.seat not in labels)
    if lost:
        shown = ", ".join(lost[:5]) + (f" and {len(lost) - 5} more" if len(lost) > 5 else "")  # noqa: PLR2004 - a few
        plan.findings.append(
            _finding(entry, "seats", f"would take away {shown}, which guests hold", "seat them elsewhere first")
        )
        return
    plan.seats[meeting.id] = entry.seats
    plan.changed.append(Changed("seats", meeting.key, not before))


def _too_large(
    entry: MeetingEntry, meeting: Meeting, room: Room | None, menu: Sequence[Drink], materials: Materials
) -> Iterator[Finding]:
    size = len(codec.dump_card(meeting_card(meeting, room, menu, materials)).encode())
    if size > LARGEST_CARD:
        yield _finding(
            entry, "agenda", f"takes {size:,} bytes, kiosks can be told {LARGEST_CARD:,}", "shorten its titles"
        )


def _no_way(tx: Transaction, file: VenueFile, entry: MeetingEntry, meeting: Meeting) -> Iterator[Finding]:
    """Warn of doors from which a kiosk cannot show the way to the room or the lounge."""
    doors = {*tx.meetings.doors(), *(door.device for door in file.doors)}
    ways = {(place.device, place.key) for place in (*tx.meetings.places(), *file.places)}
    for name, key in (("room", meeting.room), ("lounge", meeting.lounge)):
        missing = sorted(door for door in doors if key and (door, key) not in ways)
        if missing:
            yield _finding(
                entry,
                name,
                f"cannot be shown the way to from {', '.join(missing)}",
                f'add [[places]] with key "{key}" for each of these doors',
                warning=True,
            )


def _write(tx: Transaction, file: VenueFile, plan: VenuePlan, acting: Acting) -> None:
    house, rooms_before = tx.meetings, tx.meetings.rooms()
    saves: dict[tuple[str, str], Callable[[], None]] = {}
    if file.venue:
        saves["venue", ""] = partial(house.save_venue, file.venue)
    saves |= {("room", room.key): partial(house.save_room, room) for room in file.rooms}
    saves |= {("door", door.device): partial(house.save_door, door) for door in file.doors}
    saves |= {("place", f"{place.device}/{place.key}"): partial(house.save_place, place) for place in file.places}
    for meeting in plan.meetings:
        saves["meeting", meeting.key] = partial(house.save, meeting)
        if meeting.id in plan.materials:
            saves["materials", meeting.key] = partial(tx.materials.save, meeting.id, plan.materials[meeting.id])
        saves["seats", meeting.key] = partial(tx.seats.replace, meeting.id, plan.seats.get(meeting.id, ()))
    for one in plan.changed:
        if one.what not in _IN_LISTS:
            saves[one.what, one.key]()
        action = f"{one.what}.{'removed' if one.gone else 'added' if one.new else 'changed'}"
        tx.records.audit(acting.actor, action, one.key, acting.at)
    place_by_area(tx, rooms_before, acting)
    write_devices(tx, plan.devices)
    write_watching(tx, plan.watching, acting.at)
    write_answers(tx, plan.answers)
    write_assets(tx, plan.assets)
    write_drinks(tx, plan.drinks, acting.at)
    write_playbooks(tx, plan.playbooks)
    write_staff(tx, plan.staff, acting)
    for key, sheet in plan.sheets.items():
        tx.house_work.save_sheet(key, sheet)
    for key, staffing in plan.staffing.items():
        tx.roster.save_staffing(key, staffing)
    if plan.meetings or plan.staffing:
        look_soon(tx, acting.at)
    tx.feed.touch(_touched(tx, plan))


def _touched(tx: Transaction, plan: VenuePlan) -> list[tuple[str, str]]:
    """Return what kiosks and pages must hear of: ways, rooms, meetings (also in a renamed room), and seat maps."""
    places = [("place", one.key) for one in plan.changed if one.what == "place"]
    changed = [
        ("meeting", meeting.id)
        for meeting in tx.meetings.all()
        if any(
            plan.writes(*one) for one in (("meeting", meeting.key), ("room", meeting.room), ("materials", meeting.key))
        )
    ]
    seats = [("arrivals", meeting.id) for meeting in plan.meetings if plan.writes("seats", meeting.key)]
    rooms = [("room", one.key) for one in plan.changed if one.what == "room"]
    return places + rooms + changed + seats


def _finding(entry: MeetingEntry, name: str, problem: str, remedy: str, *, warning: bool = False) -> Finding:
    return Finding(line=entry.line, field=name, problem=problem, remedy=remedy, warning=warning, at=entry.at)
