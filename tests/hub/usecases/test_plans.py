from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from devices.contract.messages import Answer
from devices.ids import uuid7
from hub.domain.floor import Floor
from hub.domain.seating import SeatingPlan
from hub.domain.seats import SeatAssignment
from hub.ports import Store
from hub.seat_ports import SeatVersion
from hub.store.sql import open_store
from hub.usecases import plans
from hub.usecases.check_in import Desk, check_in
from hub.usecases.judging import Incoming
from hub.usecases.plans import Plans
from tests.hub.build import at, furnished, lookup, seat_map
from tests.hub.usecases.scans import KIOSKS, scan


def _take(store: Store, desk: Desk, *batch: Incoming) -> Sequence[Answer]:
    with store.write() as tx:
        return check_in(tx, list(batch), desk, at(100))


def _held(store: Store) -> dict[str, str]:
    with store.read() as tx:
        return {one.invitation: one.seat for one in tx.seats.assignments("m-launch")}


def _fail(store: Store, desk: Desk, *batch: Incoming) -> None:
    with store.write() as tx:
        check_in(tx, list(batch), desk, at(100))
        raise ZeroDivisionError


def test_a_crowd_s_seats_are_read_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lone guest does not wait until 7,000 chairs are read; rescans between arrivals change nothing of that."""
    furnished(store, guests=9)
    laid_out: list[Floor] = []
    lay_out = SeatingPlan.of

    def of(floor: Floor, taken: Mapping[str, str]) -> SeatingPlan:
        laid_out.append(floor)
        return lay_out(floor, taken)

    monkeypatch.setattr(SeatingPlan, "of", of)
    desk = Desk(uuid7, KIOSKS)
    for number in range(1, 10):
        _take(store, desk, scan(number))
        _take(store, desk, scan(number, 20))
    assert len(laid_out) == 1
    assert len(set(_held(store).values())) == 9


def test_a_batch_that_fails_leaves_nothing_of_its_plan(store: Store) -> None:
    """A chair given in a transaction that was undone is free again."""
    furnished(store)
    desk = Desk(uuid7, KIOSKS)
    _take(store, desk, scan(1))
    before = _held(store)
    with pytest.raises(ZeroDivisionError):
        _fail(store, desk, scan(2))
    _take(store, desk, scan(3))
    held = _held(store)
    assert held.keys() == {"inv-1", "inv-3"}
    assert held["inv-1"] == before["inv-1"]
    with store.write() as tx:
        version = tx.scans.around({lookup(1)}, ()).versions["m-launch"]
        assert desk.plans.of(tx, "m-launch", version).held == held


@pytest.mark.postgresql
def test_what_another_process_gave_or_freed_is_seen(postgresql_url: str) -> None:
    """Two ingest processes take turns at one meeting: no seat twice, and freed ones are given again."""
    store, other = furnished(open_store(postgresql_url), guests=40), open_store(postgresql_url)
    desks = (Desk(uuid7, KIOSKS), Desk(uuid7, KIOSKS))
    for number in range(1, 40):
        _take((store, other)[number % 2], desks[number % 2], scan(number))
    freed = _held(store)["inv-7"]
    with other.write() as tx:
        tx.seats.release(["inv-7"])
    with store.write() as tx:
        tx.seats.assign([SeatAssignment(meeting="m-launch", seat=freed, invitation="inv-7")])
        tx.seats.release(["inv-8"])
    (answer,) = _take(store, desks[0], scan(40, 90))
    store.close()
    assert len(set(_held(other).values())) == len(_held(other)) == 39
    assert answer.card is not None
    assert answer.card.seat is not None
    other.close()


def test_a_new_seat_map_is_seen(store: Store) -> None:
    """The room is set up anew while guests come."""
    furnished(store)
    desk = Desk(uuid7, KIOSKS)
    _take(store, desk, scan(1))
    with store.write() as tx:
        tx.seats.replace("m-launch", [*seat_map(), replace(seat_map()[0], label="Z-1", zone="Z", run="Z")])
    _take(store, desk, scan(2))
    with store.write() as tx:
        version = tx.scans.around({lookup(1)}, ()).versions["m-launch"]
        assert "Z-1" in desk.plans.of(tx, "m-launch", version).floor.numbers


def test_plans_of_meetings_long_over_are_let_go(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hub's memory stays the same all season (I13): the one used longest ago goes first."""
    monkeypatch.setattr(plans, "MOST_PLANS", 2)
    kept = Plans()
    for meeting in ("a", "b", "a", "c"):
        with store.write() as tx:
            kept.of(tx, meeting, SeatVersion(0, 0))
    assert set(kept._kept) == {"a", "c"}
