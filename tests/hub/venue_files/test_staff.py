"""The people of the house and their roster in a venue file."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from devices.ids import uuid7
from hub.domain.roster import Staffing
from hub.domain.staff import Duty, Shift, Staff
from hub.domain.task_kinds import Role
from hub.domain.words import Language
from hub.ports import Store
from hub.usecases.acting import Acting
from hub.usecases.import_venue import import_venue
from hub.usecases.venue_plan import House, known_house
from hub.venue_files import read
from tests.hub.build import T0

HOUSE = House(zone="Asia/Shanghai", doors=frozenset({"kiosk-1"}))
LIST = """
[[staff]]
key = "li"
name = "小李"
roles = ["receptionist"]
zones = ["kiosk-1"]
skills = ["en"]
pager = "pager-1"

[[staff]]
key = "wang"
name = "王姐"
roles = ["supervisor"]
language = "en"

[[shifts]]
staff = ["li", "wang"]
date = 2026-12-30
from = "08:00"
until = "17:30"

[[shifts]]
staff = ["li"]
date = 2026-12-31
from = "22:00"
until = "06:00"
"""


def acting() -> Acting:
    """Let somebody import."""
    return Acting(actor="desk", at=T0, ids=uuid7, bits=lambda _: 1, site_key=b"k" * 32)


def test_people_and_their_shifts_are_read_in_the_houses_own_time() -> None:
    """A shift that ends before it begins ends the next morning."""
    found = read(LIST.encode(), HOUSE)
    assert found.findings == ()
    li, wang = found.file.staff or ()
    assert (li.name, li.roles, li.zones, li.skills, li.pager) == (
        "小李",
        frozenset({Role.RECEPTIONIST}),
        frozenset({"kiosk-1"}),
        frozenset({"en"}),
        "pager-1",
    )
    assert (wang.roles, wang.language) == (frozenset({Role.SUPERVISOR}), Language.EN)
    assert [(one.staff, one.starts_at, one.ends_at) for one in found.file.shifts or ()] == [
        ("li", datetime(2026, 12, 30, 0, 0, tzinfo=UTC), datetime(2026, 12, 30, 9, 30, tzinfo=UTC)),
        ("wang", datetime(2026, 12, 30, 0, 0, tzinfo=UTC), datetime(2026, 12, 30, 9, 30, tzinfo=UTC)),
        ("li", datetime(2026, 12, 31, 14, 0, tzinfo=UTC), datetime(2026, 12, 31, 22, 0, tzinfo=UTC)),
    ]


def test_every_mistake_is_named_with_its_remedy() -> None:
    """All of them in one go."""
    bad = """
[[staff]]
key = "li"
name = "小李"
roles = ["waiter"]
zones = ["roof"]

[[staff]]
key = "chen"
name = "小陈"

[[staff]]
key = "zhao"
name = "小赵"
roles = ["technician"]

[[staff]]
key = "zhao2"
name = "小赵"
roles = ["technician"]

[[shifts]]
staff = ["nobody"]
date = 2026-12-30
from = "08:00"
until = "25:00"
"""
    found = {(one.field, one.problem) for one in read(bad.encode(), HOUSE).findings}
    assert ("roles", "'waiter' is not known") in found
    assert ("zones", "'roof' is not known") in found
    assert ("roles", "is missing") in found
    assert ("staff", "'小赵' is also that of 'zhao'") in found
    assert ("staff", "'nobody' is not known") in found
    assert ("until", "'25:00' is no time of the day") in found


def test_an_import_adds_and_changes_people_and_lets_go_of_those_who_are_not_listed_any_more(store: Store) -> None:
    """Who has left is off at once; an acknowledged shift stays acknowledged."""
    with store.write() as tx:
        assert import_venue(tx, read(LIST.encode(), HOUSE).file, acting()).kept
    with store.write() as tx:
        tx.duties.put(Duty(person="小李", since=T0))
        (shift, *_) = tx.staff.shifts(datetime(2026, 12, 30, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC))
        tx.staff.save_shift(replace(shift, acknowledged_at=T0))
    with store.write() as tx:
        again = read(LIST.encode(), replace(known_house(tx), zone=HOUSE.zone, doors=HOUSE.doors))
        assert import_venue(tx, again.file, acting()).changed == []
    shorter = LIST[LIST.index('[[staff]]\nkey = "wang"') : LIST.index("[[shifts]]")]
    with store.write() as tx:
        plan = import_venue(tx, read(shorter.encode(), HOUSE).file, acting())
    assert [(one.what, one.key, one.gone) for one in plan.changed] == [("staff", "li", True)]
    with store.read() as tx:
        assert {one.name: one.active for one in tx.staff.all()} == {"小李": False, "王姐": True}
        assert tx.duties.all() == []
        kept = tx.staff.shifts(datetime(2026, 12, 30, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC))
    assert [one.acknowledged_at for one in kept] == [T0, None, None]


ROSTERED = (
    LIST
    + """
[[rooms]]
key = "hall"
name = "大厅"

[[meetings]]
key = "launch"
title = "发布会"
room = "hall"
date = 2026-12-30
start = "09:00"
end = "11:00"
importance = 4
minutes = true
minutes_taker = "li"
technician = "wang"

[[shifts]]
staff = ["wang"]
date = 2027-01-02
from = "08:00"
until = "12:00"
meeting = "launch"
role = "supervisor"
"""
)
VENUE = """
[venue]
name = "会场"
zone = "Asia/Shanghai"

[[doors]]
device = "kiosk-1"
name = "东门"
"""
JANUARY = datetime(2027, 1, 1, tzinfo=UTC)


def test_a_shift_may_be_for_a_meeting_and_a_team_and_a_meeting_names_its_people() -> None:
    """R116, R121: who looks after the equipment, who takes the minutes, and how important it is."""
    found = read(ROSTERED.encode(), HOUSE)
    assert [one.problem for one in found.findings if not one.warning] == []
    last = (found.file.shifts or ())[-1]
    assert (last.staff, last.meeting, last.role) == ("wang", "launch", Role.SUPERVISOR)
    assert found.file.meetings[0].staffing == Staffing(
        importance=4, minutes=True, minutes_taker="li", technician="wang"
    )


def test_wrong_words_about_a_meetings_people_are_named_with_their_remedy() -> None:
    """A person, a meeting, a team that is not there, and an importance that is none."""
    changes = (
        ("importance = 4", "importance = 9"),
        ('minutes_taker = "li"', 'minutes_taker = "x"'),
        ('meeting = "launch"', 'meeting = "gala"'),
        ('role = "supervisor"', 'role = "waiter"'),
    )
    text = ROSTERED
    for old, new in changes:
        text = text.replace(old, new)
    found = {one.field for one in read(text.encode(), HOUSE).findings if not one.warning and one.remedy}
    assert found == {"importance", "minutes_taker", "meeting", "role"}


def test_a_file_keeps_a_meetings_people_and_leaves_alone_what_a_supervisor_did_by_hand(store: Store) -> None:
    """The same file again changes nothing; one without a person sends only those away who came from a file."""
    with store.write() as tx:
        import_venue(tx, read(f"{VENUE}{ROSTERED}".encode(), known_house(tx)).file, acting())
        zhao = Staff(key="zhao", name="小赵", roles=frozenset({Role.TECHNICIAN}), by_hand=True)
        tx.staff.put([zhao])
        made = Shift(staff="zhao", starts_at=JANUARY, ends_at=JANUARY + timedelta(hours=4), by_hand=True)
        tx.staff.save_shift(made)
    with store.write() as tx:
        again = import_venue(tx, read(f"{VENUE}{ROSTERED}".encode(), known_house(tx)).file, acting())
        assert again.changed == []
        fewer = ROSTERED.replace('staff = ["li", "wang"]', 'staff = ["wang"]')
        import_venue(tx, read(f"{VENUE}{fewer}".encode(), known_house(tx)).file, acting())
    with store.read() as tx:
        assert tx.staff.by_name("小赵") == zhao
        shifts = tx.staff.shifts(JANUARY - timedelta(days=9), JANUARY + timedelta(days=9))
        assert made in shifts
        assert [one.staff for one in shifts].count("li") == 1
        launch = tx.meetings.by_key("launch")
        assert launch is not None
        assert tx.roster.staffing([launch.id])[launch.id].minutes_taker == "li"
