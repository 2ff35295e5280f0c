"""The roster's rules: who fits a task, who is not here, who knows their part (R81, R116, R121)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hub.domain.errors import InvalidInput
from hub.domain.playbooks import IncidentKind, Playbook, PlaybookStep
from hub.domain.roster import (
    ROSTER,
    Fit,
    KnowsPlaybooks,
    Staffing,
    acknowledged,
    check_shift,
    edition_of,
    ending,
    fit,
    needs_minutes,
    next_change,
    not_here,
    of_meeting,
    technicians_of,
)
from hub.domain.staff import Shift
from hub.domain.task_kinds import Role
from hub.domain.words import Words
from tests.hub.build import T0, at, meeting
from tests.hub.on_duty import somebody

HOUR = timedelta(hours=1)
LI = somebody("小李", key="li")
WU = somebody("小吴", Role.TECHNICIAN, Role.RECEPTIONIST, key="wu")
FANG = somebody("老方", Role.EMERGENCY, key="fang")
PEOPLE = {one.key: one for one in (LI, WU, FANG)}
STEP = PlaybookStep(key="call", words=Words("拨打 119", "Call 119"), owner=Role.EMERGENCY, within=timedelta(seconds=60))
FIRE = Playbook(kind=IncidentKind.FIRE, steps=(STEP,))


def shift(staff: str = "li", **changes: object) -> Shift:
    """Return a shift from T0 on, for four hours."""
    told = {"staff": staff, "starts_at": T0, "ends_at": T0 + 4 * HOUR}
    return Shift(**told | changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("meetings", "task", "found"),
    [
        ({"launch"}, "launch", Fit.ITS_MEETING),
        ({"", "launch"}, "launch", Fit.ITS_MEETING),
        ({""}, "launch", Fit.ON_SHIFT),
        ({"other"}, "", Fit.ON_SHIFT),
        ({"other"}, "launch", Fit.HERE),
        (set(), "launch", Fit.HERE),
        (set(), "", Fit.HERE),
    ],
)
def test_a_shift_for_the_tasks_meeting_is_best_and_one_for_another_meeting_is_none(
    meetings: set[str], task: str, found: Fit
) -> None:
    """Then comes a shift for the house, then whoever merely signed in."""
    assert fit(meetings, task) is found


def test_who_is_late_for_their_shift_is_missed_after_the_grace_and_until_its_end() -> None:
    """Not before, not when they are at work, and not when they have left the house."""
    shifts, grace = [shift("li"), shift("wu"), shift("gone")], ROSTER.grace
    assert not_here(shifts, PEOPLE, {"小吴"}, T0 + grace - timedelta(seconds=1), grace) == []
    assert not_here(shifts, PEOPLE, {"小吴"}, T0 + grace, grace) == [shifts[0]]
    assert not_here(shifts, PEOPLE, {"小吴"}, T0 + 4 * HOUR, grace) == []
    assert not_here(shifts, {"li": replace(LI, active=False)}, (), T0 + grace, grace) == []


def test_the_technician_is_who_is_named_else_whose_shift_is_on_as_one() -> None:
    """A technician who works at the reception today, or for another meeting, is none (R116)."""
    launch = meeting()
    assert technicians_of(launch, Staffing(technician="wu"), [], PEOPLE, T0) == [WU]
    assert technicians_of(launch, Staffing(), [shift("wu"), shift("li")], PEOPLE, T0) == [WU]
    for other in ({"role": Role.RECEPTIONIST}, {"meeting": "gala"}, {"ends_at": T0}):
        assert technicians_of(launch, Staffing(), [shift("wu", **other)], PEOPLE, T0) == []
    gone = {"wu": replace(WU, active=False)}
    assert technicians_of(launch, Staffing(technician="wu"), [shift("wu")], gone, T0) == []


def test_where_no_shift_is_on_a_technician_at_work_is_the_technician() -> None:
    """A house that keeps no shifts is not called at every meeting; one that does goes by them."""
    launch = meeting()
    assert technicians_of(launch, Staffing(), [], PEOPLE, T0, {"小吴", "小李"}) == [WU]
    assert technicians_of(launch, Staffing(), [], PEOPLE, T0, {"小李"}) == []
    assert technicians_of(launch, Staffing(), [shift("li")], PEOPLE, T0, {"小吴"}) == []


def test_a_meetings_people_are_those_of_its_shifts_and_the_houses_while_it_is_on() -> None:
    """A shift that is over before the doors open is not for it."""
    launch = meeting()
    named, house = shift(meeting="launch", starts_at=at(-9e4), ends_at=at(-8e4)), shift("wu")
    early, other = shift(ends_at=T0, starts_at=T0 - HOUR), shift("fang", meeting="gala")
    assert of_meeting([named, house, early, other], launch) == [named, house]


def test_the_emergency_team_knows_its_part_only_with_the_playbooks_as_they_are_now() -> None:
    """A changed word is another edition, and has to be read again (R81)."""
    shifts = [shift("li", acknowledged_at=T0), shift("wu"), shift("fang", acknowledged_at=T0)]
    edition = edition_of([FIRE])
    told = acknowledged(shifts, PEOPLE, {"fang": KnowsPlaybooks(edition=edition, at=T0)}, edition)
    assert (told.known, told.people, told.missing) == (2, 3, ("小吴",))
    changed = edition_of([replace(FIRE, steps=(replace(STEP, phone="119"),))])
    assert changed != edition
    assert acknowledged(shifts, PEOPLE, {"fang": KnowsPlaybooks(edition=edition, at=T0)}, changed).missing == (
        "小吴",
        "老方",
    )


def test_the_edition_follows_from_the_words_and_not_from_their_order() -> None:
    """Both books in either order are the same edition."""
    quake = replace(FIRE, kind=IncidentKind.EARTHQUAKE)
    assert edition_of([FIRE, quake]) == edition_of([quake, FIRE]) != edition_of([FIRE])


def test_minutes_are_needed_from_an_importance_on_or_when_they_were_ordered() -> None:
    """R121: 根據會議重要程度和需求."""
    assert [needs_minutes(Staffing(importance=one), 4) for one in range(6)] == [False] * 4 + [True] * 2
    assert needs_minutes(Staffing(minutes=True), 6)
    assert not needs_minutes(Staffing(importance=5), 6)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_at": T0}, "until"),
        ({"ends_at": T0 + 17 * HOUR}, "until"),
        ({"starts_at": T0 - HOUR, "ends_at": T0 + HOUR}, "from"),
    ],
)
def test_a_shift_that_cannot_be_is_refused_by_field(changes: dict[str, Any], field: str) -> None:
    """Nobody is at two shifts at once; another person may be."""
    with pytest.raises(InvalidInput) as wrong:
        check_shift(shift(**changes), [shift(), shift("wu")])
    assert wrong.value.field == field
    check_shift(shift("fang"), [shift(), shift("wu")])


def test_the_next_look_is_at_the_next_moment_that_matters() -> None:
    """A beginning, the end of its grace, an end, doors: never one that has passed."""
    launch = meeting(doors_at=at(600), starts_at=at(3600))
    moments, now = [], T0 - timedelta(seconds=1)
    while (now_next := next_change([shift()], [launch], now, ROSTER.grace)) is not None:
        now = now_next
        moments.append((now - T0).total_seconds())
    assert moments == [0, 300, 600, 10_800, 14_400]


def test_a_shift_ends_for_handing_over_unless_the_next_one_follows_on() -> None:
    """From a quarter of an hour before its end on, and after it for whoever is still there."""
    end = T0 + 4 * HOUR
    assert ending([shift()], "li", end - timedelta(minutes=16), ROSTER) is None
    for minutes in (-15, 0, 30):
        assert ending([shift()], "li", end + timedelta(minutes=minutes), ROSTER) == shift()
    assert ending([shift(), shift(starts_at=end, ends_at=end + HOUR)], "li", end, ROSTER) is None
    assert ending([shift("wu")], "li", end, ROSTER) is None
