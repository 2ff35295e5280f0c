"""A supervisor plans shifts and names people for meetings, each change under their name (I12)."""

from collections.abc import Callable

import pytest

from hub.domain.errors import InvalidInput, NotFound
from hub.domain.roster import Staffing
from hub.domain.staff import Shift
from hub.domain.task_kinds import Role
from hub.ports import Store
from hub.usecases.plan_shifts import drop_shift, plan_shift, staff_meeting
from tests.hub.build import T0
from tests.hub.usecases.rostering import HOUR, LAUNCH, rostered, shift
from tests.hub.usecases.working import by

WHO = by("王姐", T0 - HOUR)


def kept(store: Store) -> list[Shift]:
    """Return the roster."""
    with store.read() as tx:
        return list(tx.staff.shifts(T0 - 24 * HOUR, T0 + 48 * HOUR))


def test_a_shift_is_added_changed_and_removed_and_the_log_names_who_did_it(store: Store) -> None:
    """A changed one has to be acknowledged anew."""
    house = rostered(store)
    with house.write() as tx:
        made = plan_shift(tx, shift("li", meeting="launch", role=Role.RECEPTIONIST), WHO)
        assert made.by_hand
        plan_shift(tx, shift("li", begins=T0 + HOUR, acknowledged_at=T0), WHO, instead_of=T0)
    (one,) = kept(house)
    assert (one.starts_at, one.acknowledged_at, one.meeting) == (T0 + HOUR, None, "")
    with house.write() as tx:
        drop_shift(tx, "li", T0 + HOUR, WHO)
    assert kept(house) == []
    with house.read() as tx:
        first, then = (f"li {begins.isoformat()} {(begins + 4 * HOUR).isoformat()}" for begins in (T0, T0 + HOUR))
        told = [
            *tx.records.audited(then, T0 - 2 * HOUR, 9),
            *tx.records.audited(f"{first} launch receptionist", T0 - 2 * HOUR, 9),
        ]
    assert [(one.actor, one.action) for one in told] == [
        ("王姐", "shift.remove"),
        ("王姐", "shift.change"),
        ("王姐", "shift.add"),
    ]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (lambda: shift("nobody"), "staff"),
        (lambda: shift(meeting="no-such"), "meeting"),
        (lambda: shift(role=Role.TECHNICIAN), "role"),
        (lambda: shift(hours=17), "until"),
        (lambda: shift(begins=T0 - 9 * HOUR), "until"),
        (lambda: shift(begins=T0 + 3 * HOUR), "from"),
    ],
)
def test_a_shift_that_cannot_be_is_refused_and_nothing_changes(
    store: Store, wrong: Callable[[], Shift], field: str
) -> None:
    """Nobody, no meeting, not their team, too long, over, or at the time of another one."""
    house = rostered(store, shift("li"))
    with pytest.raises(InvalidInput) as refused, house.write() as tx:
        plan_shift(tx, wrong(), WHO)
    assert refused.value.field == field
    assert kept(house) == [shift("li")]


def test_what_is_not_there_any_more_cannot_be_changed(store: Store) -> None:
    """Somebody else has removed it meanwhile."""
    house = rostered(store)
    for step in (
        lambda tx: plan_shift(tx, shift("li"), WHO, instead_of=T0 + HOUR),
        lambda tx: drop_shift(tx, "li", T0, WHO),
    ):
        with pytest.raises(NotFound), house.write() as tx:
            step(tx)


def test_a_meetings_people_are_named_and_only_a_technician_is_its_technician(store: Store) -> None:
    """The same said again is no change."""
    house = rostered(store)
    said = Staffing(importance=5, minutes=True, minutes_taker="li", technician="wu")
    with house.write() as tx:
        assert [staff_meeting(tx, LAUNCH, said, WHO) for _ in range(2)] == [said, said]
    with house.read() as tx:
        assert tx.roster.staffing([LAUNCH.id]) == {LAUNCH.id: said}
        words = "launch technician=wu minutes_taker=li importance=5 minutes=True"
        assert [one.actor for one in tx.records.audited(words, T0 - 2 * HOUR, 9)] == ["王姐"]
    for bad, field in (
        (Staffing(technician="li"), "technician"),
        (Staffing(minutes_taker="x"), "minutes_taker"),
        (Staffing(importance=6), "importance"),
    ):
        with pytest.raises(InvalidInput) as refused, house.write() as tx:
            staff_meeting(tx, LAUNCH, bad, WHO)
        assert refused.value.field == field
