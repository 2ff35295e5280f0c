"""Small builders of domain values for tests. Times start from T0; ``inv-7`` belongs to ``guest-7``."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from hub.domain.check_ins import Admission, CheckIn, Class, Scan
from hub.domain.guests import Guest, Invitation, Invited
from hub.domain.meetings import Meeting, Room, Segment, SegmentKind
from hub.domain.seats import Seat, SeatAssignment
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task, raise_task
from hub.domain.words import Words
from hub.ports import Store, Transaction

T0 = datetime(2026, 12, 1, 1, 0, 0, 123456, tzinfo=UTC)
"""09:00 in Shanghai, and a bit, so that microseconds are seen to survive."""

HALL = Room(key="hall", name=Words("大厅", "Grand Hall"), floor="1")


def at(seconds: float) -> datetime:
    """Return the instant so long after T0."""
    return T0 + timedelta(seconds=seconds)


def meeting(key: str = "launch", **changes: Any) -> Meeting:  # noqa: ANN401 - any field of a meeting
    """Return a meeting in the hall, with an agenda of two rows, whose id is ``m-{key}``."""
    talk = Segment(
        kind=SegmentKind.TALK,
        title=Words("新品发布", "The launch"),
        starts_at=at(3600),
        ends_at=at(5400),
        presenter="王总",
        owner="技术组",
    )
    tea = Segment(
        kind=SegmentKind.TEA_BREAK,
        title=Words("茶歇", "Tea"),
        starts_at=at(5400),
        ends_at=at(6300),
        place=Words("前厅", "Foyer"),
        owner="后勤组",
    )
    values: dict[str, Any] = {
        "id": f"m-{key}",
        "key": key,
        "title": Words("发布会", "Launch"),
        "room": HALL.key,
        "doors_at": T0,
        "starts_at": at(3600),
        "ends_at": at(10800),
        "zone": "Asia/Shanghai",
        "agenda": (talk, tea),
    }
    return Meeting(**(values | changes))


def guest(number: int = 1, **changes: Any) -> Guest:  # noqa: ANN401 - any field of a guest
    """Return a guest."""
    values: dict[str, Any] = {
        "id": f"guest-{number}",
        "name": f"王{number}",
        "salutation": Words("王总", "Mr Wang"),
        "company": "示例",
    }
    return Guest(**(values | changes))


def invited(number: int = 1, in_meeting: str = "m-launch", **changes: Any) -> Invited:  # noqa: ANN401 - any field of an invitation
    """Return guest ``number`` with an invitation to a meeting, whose code is ``CODE-{number}``."""
    person = guest(number)
    values: dict[str, Any] = {
        "id": f"inv-{number}",
        "meeting": in_meeting,
        "guest": person.id,
        "code": f"CODE-{number}",
        "lookup": lookup(number),
    }
    return Invited(invitation=Invitation(**(values | changes)), guest=person)


def lookup(number: int) -> str:
    """Return the keyed hash that stands for a guest's code."""
    return f"{number:032x}"


def seat_map(rows: int = 4, numbers: int = 10) -> list[Seat]:
    """Return a block of chairs in zone A, ranked from the front left; labels are ``A-1-1`` and on."""
    return [
        Seat(
            label=f"A-{row}-{number}",
            zone="A",
            row=str(row),
            number=str(number),
            x=float(number),
            y=float(row),
            run=f"A-{row}",
            place=number,
            rank=(row - 1) * numbers + number - 1,
        )
        for row in range(1, rows + 1)
        for number in range(1, numbers + 1)
    ]


def assignment(seat: str, number: int = 1, in_meeting: str = "m-launch") -> SeatAssignment:
    """Return that guest ``number`` holds a seat."""
    return SeatAssignment(meeting=in_meeting, seat=seat, invitation=f"inv-{number}")


def check_in(number: int = 1, key: str = "", **changes: Any) -> CheckIn:  # noqa: ANN401 - any field of a check-in
    """Return the stored event of guest ``number`` being scanned ``number`` seconds after T0, under id ``ev-{key}``."""
    scan = Scan(id=f"ev-{key or number}", device="kiosk-1", boot="boot-1", seq=number, at=at(number), admits=True)
    values: dict[str, Any] = {
        "scan": scan,
        "door_at": at(number),
        "body": f"{number:064x}",
        "received_at": at(number + 1),
        "mono_ms": number,
        "clock": "synced",
        "kind": "scan",
        "method": "qr",
        "offline": False,
        "lookup": lookup(number),
        "kiosk_verdict": "welcome",
        "verdict": "welcome",
        "classed": Class.ADMITTED,
        "invitation": f"inv-{number}",
        "meeting": "m-launch",
    }
    return CheckIn(**(values | changes))


def admission(event: CheckIn) -> Admission:
    """Return the admission that follows from an event."""
    if event.meeting is None or event.invitation is None:
        raise ValueError("a stranger is not admitted")
    scan = event.scan
    return Admission(
        meeting=event.meeting, invitation=event.invitation, check_in=scan.id, device=scan.device, at=scan.at
    )


def task(key: str = "1", subject: str = "kiosk-1", kind: TaskKind = TaskKind.HELP) -> Task:
    """Return a new task ``task-{key}`` about a subject."""
    return raise_task(kind, subject, task_id=f"task-{key}", at=T0, facts={"door_zh": "东门"})


def furnish(tx: Transaction, guests: Iterable[Invited] = (), rows: int = 4, numbers: int = 10) -> None:
    """Store the hall, the launch with its seat map, and guests."""
    tx.meetings.save_room(HALL)
    tx.meetings.save(meeting())
    tx.seats.replace("m-launch", seat_map(rows, numbers))
    for one in guests:
        tx.guests.add(one.guest, one.invitation)


def furnished(store: Store, guests: int = 3) -> Store:
    """Furnish a store with this many guests, numbered from 1, and return it."""
    with store.write() as tx:
        furnish(tx, [invited(number) for number in range(1, guests + 1)])
    return store
