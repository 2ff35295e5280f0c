"""The promises I1 to I15 (DESIGN 4), each as one check that yields a sentence for every breach it finds."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime

from tests.faults.case import SUSPICIONS, Case
from tests.faults.evidence import Row
from tests.faults.rules import ARRIVALS, CLASSES, door_time, judge, judge_stranger

ADMITTING = frozenset({"welcome", "already_in"})
"""Verdicts of a kiosk by which the guest went in."""

PAPER = "paper"
"""The device of check-ins that a person wrote down from a signed sheet (docs/decisions/0018)."""

TASK_OF_VIP = "vip_arrival"
TASK_OF_REVOKED = "revoked_inside"
TASK_OF_STRANGER = "unknown_inside"
TASK_WITHOUT_SEAT = "no_seat"
TASK_OF_CLASH = "seat_conflict"
TASK_OF_SUSPECT = "suspect_event"
PERSONAL = ("phone", "email", "company", "title", "diet_note")
"""What must not be known of a guest after the term, beside the name, which is then # and digits (docs/privacy.md)."""

OF_INVITATIONS = {"guest_messages": ("facts", "problem"), "transfers": ("note", "greeter_phone")}

NO_ACCIDENT = 3
"""The same unusable bytes from one device so often call the technician."""

Check = Callable[[Case], Iterator[str]]
CHECKS: dict[str, Check] = {}
ALWAYS: set[str] = set()


def _invariant(name: str, *, always: bool = False) -> Callable[[Check], Check]:
    """Register a check; one that holds ``always`` may also be made while the storm blows."""

    def register(check: Check) -> Check:
        CHECKS[name] = check
        if always:
            ALWAYS.add(name)
        return check

    return register


@_invariant("I1")
def i1_no_welcome_is_lost(case: Case) -> Iterator[str]:
    """Every event whose welcome was seen on a screen is in the hub's check_ins."""
    for line in case.evidence.witnessed:
        if line["event"] not in case.check_ins and line["event"] not in case.quarantined_events:
            yield f"event {line['event']} was welcomed at {line['device']} ({line['verdict']}); the hub has no such row"


@_invariant("I2", always=True)
def i2_nothing_counts_twice(case: Case) -> Iterator[str]:
    """No event is stored twice, nobody is admitted twice, and admissions rest on scans that let somebody in."""
    yield from _twice(case, "check_ins", ("id",))
    yield from _twice(case, "check_ins", ("device", "boot", "seq"))
    yield from _twice(case, "admissions", ("invitation",))
    yield from _twice(case, "admissions", ("check_in",))
    guests = [
        (case.invitations[row["invitation"]]["guest"], row["meeting"])
        for row in case.table("admissions")
        if row["invitation"] in case.invitations
    ]
    for (guest, meeting), times in Counter(guests).items():
        if times > 1:
            yield f"guest {guest} has {times} admissions to meeting {meeting}"
    for row in case.table("admissions"):
        scan = case.check_ins.get(row["check_in"])
        if scan is None:
            yield f"the admission of {row['invitation']} names check-in {row['check_in']}, which does not exist"
        elif not scan["admits"]:
            yield f"the admission of {row['invitation']} rests on check-in {row['check_in']}, which let nobody in"
    for invitation, events in case.by_invitation.items():
        if (
            any(event["admits"] for event in events)
            and invitation not in case.admissions
            and invitation not in case.ruled
        ):
            yield f"invitation {invitation} was let in {len(events)} times and has no admission"


@_invariant("I3", always=True)
def i3_every_event_has_its_class(case: Case) -> Iterator[str]:
    """Each stored event has one known class; each invitation let in has one arrival, the one the rule names."""
    for row in case.table("check_ins"):
        if row["classed"] not in CLASSES:
            yield f"check-in {row['id']} has the class {row['classed']!r}, which is none"
        if row["kiosk_verdict"] in ADMITTING and not row["admits"]:
            yield f"check-in {row['id']} was let in by its kiosk ({row['kiosk_verdict']}) but does not count as let in"
        if row["invitation"] is None and row["classed"] != judge_stranger(row) and row["id"] not in case.ruled:
            yield f"check-in {row['id']} of a stranger is {row['classed']}, not {judge_stranger(row)}"
    for invitation, expected in case.expected.items():
        events = {row["id"]: row for row in case.by_invitation[invitation]}
        arrivals = [key for key, row in events.items() if row["classed"] in ARRIVALS]
        if len(arrivals) != (1 if expected.arrival else 0):
            yield f"invitation {invitation} has {len(arrivals)} arrivals: {', '.join(sorted(arrivals)) or 'none'}"
        for key, classed in expected.classes.items():
            if events[key]["classed"] != classed:
                yield f"check-in {key} of invitation {invitation} is {events[key]['classed']}, the rule says {classed}"


@_invariant("I4", always=True)
def i4_no_seat_twice(case: Case) -> Iterator[str]:
    """No seat is given twice, no guest has two, each exists, and a seat shown on a screen is the one that is stored."""
    yield from _twice(case, "seat_assignments", ("meeting", "seat"))
    yield from _twice(case, "seat_assignments", ("invitation",))
    seats = {(row["meeting"], row["label"]): row for row in case.table("seats")}
    given: dict[str, Row] = {}
    for row in case.table("seat_assignments"):
        seat = seats.get((row["meeting"], row["seat"]))
        if seat is None:
            yield f"invitation {row['invitation']} has seat {row['seat']}, which meeting {row['meeting']} lacks"
        else:
            given[row["invitation"]] = seat
    for line in case.evidence.witnessed:
        scan = case.check_ins.get(line["event"])
        if line["seat"] is None or scan is None or scan["invitation"] is None or scan["device"] != line["device"]:
            continue  # of another device: its id was stolen, and the kiosk's own event is set aside
        held = given.get(scan["invitation"])
        stored = [held["zone"], held["row"], held["number"]] if held else None
        if stored != line["seat"] and not _may_differ(case, scan["invitation"], by_hub=line["from_hub"]):
            word = "the hub's" if line["from_hub"] else "the kiosk's"
            yield (
                f"event {line['event']}: the screen said seat {line['seat']} ({word} word), the hub has {stored};"
                f" its guest's scans: {'; '.join(_scans(case, scan['invitation']))}"
            )


def _scans(case: Case, invitation: str) -> Iterator[str]:
    """Tell a guest's scans, for whoever has to find out what happened."""
    for event in case.by_invitation[invitation]:
        yield " ".join(f"{name}={event.get(name)}" for name in ("id", "device", "at", "seat", "offline", "classed"))


def _may_differ(case: Case, invitation: str, *, by_hub: bool) -> bool:
    """Say whether a guest may sit elsewhere than a screen said: a person was called, or two doors each said a seat.

    A kiosk without the hub may tell a second seat to a guest who was told one at another door; the first one stays.
    """
    doors = {event["device"] for event in case.by_invitation[invitation] if event["admits"]}
    return f"{TASK_OF_CLASH}:{invitation}" in case.tasks or (not by_hub and len(doors) > 1)


@_invariant("I5")
def i5_one_task_for_each_thing(case: Case) -> Iterator[str]:
    """At most one open task for each thing; what needs a person has a task, and no task is about nothing."""
    for dedupe, tasks in case.tasks.items():
        unfinished = [row["id"] for row in tasks if row["state"] != "closed"]
        if len(unfinished) > 1:
            yield f"{dedupe} has {len(unfinished)} open tasks: {', '.join(sorted(unfinished))}"
    needed = set(_needed_tasks(case))
    for dedupe in sorted(needed - case.tasks.keys()):
        yield f"nobody was told: there is no task {dedupe}"
    kinds = {TASK_OF_VIP, TASK_OF_STRANGER, TASK_OF_SUSPECT}
    for dedupe, tasks in case.tasks.items():
        if tasks[0]["kind"] in kinds and dedupe not in needed and dedupe.partition(":")[2] not in case.ruled:
            yield f"task {tasks[0]['id']} is about nothing that happened: {dedupe}"


@_invariant("I6", always=True)
def i6_any_order_gives_the_same(case: Case) -> Iterator[str]:
    """Hold that times and admissions as stored equal those worked out anew from the set of events, in any order."""
    anchors = {(row["device"], row["machine"]): row for row in case.table("anchors")}
    for row in case.table("check_ins"):
        counts = door_time(row, anchors.get((row["device"], row["machine"])))
        if row["at"] != counts:
            yield f"check-in {row['id']} counts as of {row['at']}; by its kiosk's clocks it was {counts}"
    for invitation, expected in case.expected.items():
        events = case.by_invitation[invitation]
        if judge([*reversed(events), *events], case.revoked_at.get(invitation)) != expected:
            yield f"the rule itself depends on order for invitation {invitation}"
        stored = case.admissions.get(invitation, [])
        first = expected.arrival
        if first is None:
            if stored:
                yield f"invitation {invitation} has an admission and no scan that let anybody in"
            continue
        wanted = (first["id"], first["device"], first["at"], expected.flagged)
        for row in stored:
            found = (row["check_in"], row["device"], row["at"], bool(row["flagged"]))
            if found != wanted:
                yield f"the admission of {invitation} is {_told(found)}; from its events it is {_told(wanted)}"


@_invariant("I7")
def i7_nothing_from_strangers(case: Case) -> Iterator[str]:
    """Every stored event came from an enrolled device, and is what that device's own file says it sent.

    Or it was signed on paper, and the audit log names the person who wrote it down.
    """
    for row in case.table("check_ins"):
        if row["device"] == PAPER:
            if row["id"] not in case.written_down:
                yield f"check-in {row['id']} is said to stand on paper, and nobody wrote it down by the audit log"
            continue
        if row["device"] not in case.evidence.enrolled:
            yield f"check-in {row['id']} came from {row['device']}, which is not enrolled"
            continue
        if row["device"] not in case.sent:
            continue
        sent = case.sent[row["device"]].get(row["id"])
        if sent is None:
            yield f"check-in {row['id']} is said to come from {row['device']}, whose file does not know it"
            continue
        for name, theirs in (("boot", "boot"), ("seq", "seq"), ("lookup", "lookup"), ("door_at", "at")):
            if row[name] != sent[theirs]:
                yield f"check-in {row['id']}: {name} is {row[name]} in the hub and {sent[theirs]} on {row['device']}"


@_invariant("I8", always=True)
def i8_what_was_cleared_is_kept(case: Case) -> Iterator[str]:
    """Every event a kiosk counts as answered is in the hub, or was set aside there with an answer."""
    for device, kiosk in case.evidence.kiosks.items():
        for row in kiosk.events:
            if row["answered_at"] is None or row["id"] in case.check_ins or row["id"] in case.quarantined_events:
                continue
            yield f"event {row['id']} (number {row['seq']}) is answered on {device}, and the hub has no such row"


@_invariant("I9")
def i9_no_gap_in_the_numbers(case: Case) -> Iterator[str]:
    """For each run of each device the hub holds every number from 1 to the kiosk's last."""
    held: dict[tuple[str, str], set[int]] = defaultdict(set)
    for row in case.table("check_ins"):
        held[row["device"], row["boot"]].add(row["seq"])
    aside = case.quarantined_events
    last: dict[tuple[str, str], int] = {run: max(numbers) for run, numbers in held.items()}
    for device, kiosk in case.evidence.kiosks.items():
        for row in kiosk.events:
            run = (device, row["boot"])
            last[run] = max(last.get(run, 0), row["seq"])
            if row["id"] in aside:
                held[run].add(row["seq"])
    for (device, boot), top in sorted(last.items()):
        missing = sorted(set(range(1, top + 1)) - held[device, boot])
        if missing:
            yield f"of {device}, boot {boot}, the hub lacks {len(missing)} of {top} numbers: {_few(missing)}"


_UNCLAIMED = frozenset({"new", "offered"})
_OWNED = frozenset({"accepted", "working", "waiting"})
_TAKEN = frozenset({"task.accept", "task.assign", "task.start", "task.wait", "task.promise", "task.not_yet"})
_ENDED = frozenset({"task.finish", "task.answer", "task.clear", "task.cancel"})


@_invariant("I10")
def i10_no_task_is_forgotten(case: Case) -> Iterator[str]:
    """Tasks that nobody owns were offered, or a look at them is planned; no offer of one that is owned stands."""
    offered: dict[str, set[str]] = defaultdict(set)
    for row in case.table("offers"):
        if row["ended_at"] is None:
            offered[row["task"]].add(row["person"])
    for task in case.table("tasks"):
        if task["attend_at"] is not None:
            continue  # the hub will look at it
        if task["state"] in _UNCLAIMED and not offered[task["id"]]:
            yield f"task {task['id']} ({task['dedupe']}) is nobody's, and nobody will be asked"
        if task["state"] not in _UNCLAIMED and offered[task["id"]]:
            names = ", ".join(sorted(offered[task["id"]]))
            yield f"task {task['id']} is {task['state']}, and {names} may still think that it is theirs to take"


@_invariant("I11")
def i11_each_admission_reaches_the_books_once(case: Case) -> Iterator[str]:
    """Hold that the venue's booking database counts for each meeting as many as were admitted, in one row."""
    told: dict[str, list[Row]] = defaultdict(list)
    for row in case.evidence.books or ():
        told[row["booking"]].append(row)
    came = Counter(row["meeting"] for row in case.table("admissions"))
    for link in case.table("booking_links"):
        rows, admitted = told.pop(link["key"], []), came[link["meeting"]]
        if len(rows) > 1:
            yield f"the booking {link['key']} of meeting {link['meeting']} has {len(rows)} outcomes"
        counted = sum(row["attended"] for row in rows)
        if counted != admitted:
            yield f"the booking database counts {counted} at meeting {link['meeting']}, and {admitted} were admitted"
    for key in sorted(told):
        yield f"there is an outcome of the booking {key}, of which the hub knows no meeting"


@_invariant("I12")
def i12_changes_have_an_actor(case: Case) -> Iterator[str]:
    """Each audit row names who, and each task that a person took or closed has its row."""
    noted: dict[str, set[str]] = defaultdict(set)
    for row in case.table("audit"):
        noted[row["subject"]].add(row["action"])
        if not (row["actor"] or "").strip():
            yield f"audit row {row['id']} ({row['action']} {row['subject']}) has no actor"
    for task in case.table("tasks"):
        if task["state"] in {"done", "closed"} and not noted[task["id"]] & _ENDED:
            yield f"task {task['id']} is done and nobody did it: there is no audit row"
        if task["state"] in _OWNED and not noted[task["id"]] & _TAKEN:
            yield f"task {task['id']} is accepted by {task['accepted_by']!r} without an audit row"


@_invariant("I13")
def i13_nothing_grows_without_end(case: Case) -> Iterator[str]:
    """Kiosks' files, their logs and the quarantine stay below their caps."""
    for device, kiosk in case.evidence.kiosks.items():
        if kiosk.size > case.caps.kiosk_bytes:
            yield f"the database of {device} has {kiosk.size} bytes, more than {case.caps.kiosk_bytes}"
        if kiosk.wal_size > case.caps.wal_bytes:
            yield f"the log (WAL) of {device} has {kiosk.wal_size} bytes, more than {case.caps.wal_bytes}"
    if len(case.table("quarantine")) > case.caps.quarantined:
        yield f"the quarantine has {len(case.table('quarantine'))} rows, more than {case.caps.quarantined}"


@_invariant("I14")
def i14_nothing_personal_outlasts_its_term(case: Case) -> Iterator[str]:
    """Of guests whose last meeting is long over nothing is known but that they came; rubbish by wire is gone."""
    if case.now is None:
        return
    yield from _guests_long_gone(case, case.now - case.caps.guests)
    for row in case.table("quarantine"):
        if case.now - row["last_at"] > case.caps.rubbish:
            yield f"the quarantine keeps {row['id']}, which came last on {row['last_at']}"


def _guests_long_gone(case: Case, before: datetime) -> Iterator[str]:
    last: dict[str, datetime] = {}
    for key, end in case.ends.items():
        guest = case.invitations[key]["guest"]
        last[guest] = max(end, last.get(guest, end))
    for row in case.table("guests"):
        known = [name for name in PERSONAL if row[name]] + ([] if row["name"].startswith("#") else ["name"])
        if known and last.get(row["id"], before) < before:
            yield f"guest {row['id']} was last expected on {last[row['id']]}, and the {', '.join(known)} is kept"
    for table, fields in OF_INVITATIONS.items():
        for row in case.table(table):
            known = [name for name in fields if row[name] not in ("", "{}", {})]
            if known and case.ends.get(row["invitation"], before) < before:
                yield f"{table} keeps the {', '.join(known)} of {row['invitation']} though the meeting is long over"


@_invariant("I15")
def i15_all_drains_and_lives(case: Case) -> Iterator[str]:
    """After the storm no event waits on a kiosk, and every process runs."""
    for device, kiosk in case.evidence.kiosks.items():
        waiting = [row["id"] for row in kiosk.events if row["answered_at"] is None]
        if waiting:
            yield f"{len(waiting)} events still wait on {device}: {_few(waiting)}"
    for name, alive in case.evidence.alive.items():
        if not alive:
            yield f"{name} is dead"


def _twice(case: Case, table: str, columns: tuple[str, ...]) -> Iterator[str]:
    counts = Counter(tuple(row[column] for column in columns) for row in case.table(table))
    for key, times in counts.items():
        if times > 1:
            named = ", ".join(f"{column} {value}" for column, value in zip(columns, key, strict=True))
            yield f"{table} has {times} rows with {named}"


def _needed_tasks(case: Case) -> Iterator[str]:
    """Name the tasks that what is stored must have led to."""
    with_seats = {row["meeting"] for row in case.table("seats")}
    seated = {row["invitation"] for row in case.table("seat_assignments")}
    for invitation, rows in case.admissions.items():
        invited = case.invitations.get(invitation)
        if invited is not None and invited["vip"]:
            yield f"{TASK_OF_VIP}:{invitation}"
        if any(row["flagged"] for row in rows):
            yield f"{TASK_OF_REVOKED}:{invitation}"
        if rows[0]["meeting"] in with_seats and invitation not in seated:
            yield f"{TASK_WITHOUT_SEAT}:{invitation}"
    for row in case.table("check_ins"):
        if row["invitation"] is None and row["admits"]:
            yield f"{TASK_OF_STRANGER}:{row['id']}"
    for row in case.table("quarantine"):
        doubtful = row["reason"] in SUSPICIONS and row["detail"].startswith("event ")
        insistent = (
            row["leaf"] == "up/checkin" and row["times"] >= NO_ACCIDENT and row["device"] in case.evidence.enrolled
        )
        if doubtful or insistent:
            yield f"{TASK_OF_SUSPECT}:{row['device']}"


def _told(row: tuple[object, ...]) -> str:
    return " ".join(str(part) for part in row)


def _few(values: list[int] | list[str], most: int = 8) -> str:
    return ", ".join(str(value) for value in values[:most]) + (" …" if len(values) > most else "")
