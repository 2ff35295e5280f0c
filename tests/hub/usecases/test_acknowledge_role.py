"""Rostered people say that they know their part, and the rehearsal's list shows who has not (R81, R121)."""

from dataclasses import replace

import pytest

from hub.domain.errors import NotFound, Refused
from hub.domain.playbooks import IncidentKind, Playbook
from hub.domain.rehearsals import MINUTES, ROLES, Line, Part, Rehearsal, Result
from hub.domain.roster import Staffing, edition_of
from hub.ports import Store
from hub.usecases.acknowledge_role import acknowledge, playbooks_in_force
from hub.usecases.plan_shifts import drop_shift, plan_shift, staff_meeting
from hub.usecases.rehearse import pass_rehearsal
from hub.venue_files import standard_playbooks
from tests.hub.build import T0
from tests.hub.usecases.rehearsing import LAUNCH, furnish_hall, listed, pass_all
from tests.hub.usecases.rostering import CHEN, FANG, HOUR, LI, WANG, shift
from tests.hub.usecases.working import by

DAY = LAUNCH.doors_at


@pytest.fixture
def house(store: Store) -> Store:
    """Give the hall before its launch, for which three people are rostered."""
    with furnish_hall(store).write() as tx:
        tx.staff.put([WANG, LI, CHEN, FANG])
        tx.incidents.put_playbooks(standard_playbooks(), own=False)
        for one in (shift("li", begins=DAY), shift("fang", begins=DAY), shift("chen", begins=DAY, meeting="launch")):
            tx.staff.save_shift(one)
        tx.staff.save_shift(shift("wang", begins=DAY, meeting="gala"))
    return store


def edition(store: Store) -> str:
    """Return the playbooks' edition as it is now."""
    with store.read() as tx:
        return edition_of(playbooks_in_force(tx))


def know(store: Store, who: str, which: str = "") -> None:
    """Let somebody say that they know their part; they were shown the shifts three days before."""
    with store.write() as tx:
        staff = next(one for one in tx.staff.all() if one.key == who)
        acknowledge(tx, staff, [DAY], which, by(staff.name, T0))


def line(store: Store, what: str) -> Line | None:
    """Return a line of the list about people."""
    return next((one for one in listed(store).of(Part.PEOPLE) if one.item.what == what), None)


def said(store: Store, what: str) -> tuple[Result, float | None, int | None, str]:
    """Return how such a line stands."""
    found = line(store, what)
    assert found is not None
    assert found.mark is not None
    return found.result, found.mark.counted, found.item.wanted, found.mark.note


def test_the_list_counts_who_knows_their_part_and_names_the_others_anew_each_time(house: Store) -> None:
    """Who works for another meeting is not counted; nobody has to press a button for it."""
    assert said(house, ROLES) == (Result.FAILED, 0, 3, "missing.小李、小陈、老方")
    know(house, "li")
    assert said(house, ROLES) == (Result.FAILED, 1, 3, "missing.小陈、老方")
    know(house, "chen")
    know(house, "fang", edition(house))
    assert said(house, ROLES) == (Result.PASSED, 3, 3, "")
    with house.write() as tx:
        plan_shift(tx, shift("wang", begins=DAY + 6 * HOUR), by("王姐", T0))
        drop_shift(tx, "wang", DAY, by("王姐", T0))
        plan_shift(tx, shift("wang", begins=DAY), by("王姐", T0))
    assert said(house, ROLES) == (Result.FAILED, 3, 4, "missing.王姐")


def test_the_emergency_team_acknowledges_the_playbooks_that_they_were_shown(house: Store) -> None:
    """Changed meanwhile: refused. Changed afterwards: they are missing again."""
    with pytest.raises(Refused):
        know(house, "fang", "an older one")
    know(house, "fang", edition(house))
    assert "老方" not in said(house, ROLES)[3]
    with house.write() as tx:
        fire = tx.incidents.playbook(IncidentKind.FIRE)
        assert fire is not None
        changed = tuple(replace(one, phone="110") for one in fire.steps)
        tx.incidents.put_playbooks([Playbook(kind=IncidentKind.FIRE, steps=changed)], own=True)
    assert "老方" in said(house, ROLES)[3]


def test_what_somebody_acknowledged_is_in_the_log_and_a_shift_that_is_gone_cannot_be(house: Store) -> None:
    """Each shift, and the edition of the playbooks."""
    know(house, "fang", edition(house))
    told = [f"fang {DAY.isoformat()}", f"fang {edition(house)}"]
    with house.read() as tx:
        steps = [(one.actor, one.action) for words in told for one in tx.records.audited(words, T0, 9)]
    assert steps == [("老方", "shift.acknowledge"), ("老方", "staff.know_playbooks")]
    with house.write() as tx:
        drop_shift(tx, "li", DAY, by("王姐", T0))
    with pytest.raises(NotFound):
        know(house, "li")


def test_a_missing_minutes_taker_keeps_the_rehearsal_from_passing(house: Store) -> None:
    """Needed by importance or by order; nobody says that the list is complete before one is named (R121)."""
    for who in ("li", "chen"):
        know(house, who)
    know(house, "fang", edition(house))
    assert line(house, MINUTES) is None
    name(house, Staffing(importance=4))
    assert said(house, MINUTES) == (Result.FAILED, None, None, "nobody")
    name(house, Staffing(minutes=True))
    assert said(house, MINUTES)[0] is Result.FAILED
    pass_all(house)
    with pytest.raises(Refused), house.write() as tx:
        pass_rehearsal(tx, LAUNCH, by("王姐", T0))
    name(house, Staffing(minutes=True, minutes_taker="li"))
    assert said(house, MINUTES)[0] is Result.PASSED
    found = line(house, MINUTES)
    assert found is not None
    assert found.item.label == "小李"
    assert passed(house).passed


def test_a_rehearsal_that_has_passed_stays_so_when_the_roster_changes(house: Store) -> None:
    """The hub's lines rest after it (decision 39): the page of shifts goes on counting."""
    for who in ("li", "chen"):
        know(house, who)
    know(house, "fang", edition(house))
    pass_all(house)
    assert passed(house).passed
    with house.write() as tx:
        plan_shift(tx, shift("wang", begins=DAY, meeting="launch"), by("王姐", T0), instead_of=DAY)
    assert listed(house).passed


def name(store: Store, staffing: Staffing) -> None:
    """Say who does what for the launch."""
    with store.write() as tx:
        staff_meeting(tx, LAUNCH, staffing, by("王姐", T0))


def passed(store: Store) -> Rehearsal:
    """Say that the rehearsal passed; returns its list."""
    with store.write() as tx:
        pass_rehearsal(tx, LAUNCH, by("王姐", T0))
    return listed(store)
