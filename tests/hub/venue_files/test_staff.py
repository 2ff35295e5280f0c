"""The people of the house and their roster in a venue file."""

from dataclasses import replace
from datetime import UTC, datetime

from devices.ids import uuid7
from hub.domain.staff import Duty
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
