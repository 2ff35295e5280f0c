from dataclasses import replace
from itertools import pairwise

import pytest

from hub.domain.errors import Refused
from hub.domain.meetings import Door
from hub.domain.words import Words
from hub.ports import Store, Transaction
from hub.seat_ports import SeatVersion
from tests.hub.build import admission, assignment, check_in, furnished, invited, lookup, meeting, seat_map


def test_all_that_is_known_around_scans_is_read_in_one_go(store: Store) -> None:
    """Of two guests, one is in and seated; the code of the third is nobody's."""
    furnished(store)
    door = Door(device="kiosk-1", name=Words("东门", "East"))
    with store.write() as tx:
        tx.meetings.save_door(door)
        tx.check_ins.add([check_in(1), check_in(3)])
        tx.check_ins.admit([admission(check_in(1))])
        tx.seats.assign([assignment("A-1-2", 1)])
    with store.write() as tx:
        found = tx.scans.around([lookup(1), lookup(2), "nobody's"], ["ev-3", "ev-9"])
        assert found.invited == {lookup(1): invited(1), lookup(2): invited(2)}
        assert found.meetings == {"m-launch": replace(meeting(), agenda=())}
        assert found.events == {"ev-1": check_in(1), "ev-3": check_in(3)}
        assert found.admissions == {"inv-1": admission(check_in(1))}
        assert found.seats == {"inv-1": seat_map()[1]}
        assert found.doors == {"kiosk-1": door}
        assert tx.scans.around([], []).invited == {}


def test_the_seats_version_changes_with_each_seat_given_or_freed_and_each_new_map(store: Store) -> None:
    """By it whoever keeps a plan knows that it is right."""
    furnished(store)

    def version() -> SeatVersion:
        with store.write() as tx:
            return tx.scans.around([lookup(1)], []).versions["m-launch"]

    seen = [version(), version()]
    with store.write() as tx:
        tx.seats.assign([assignment("A-1-2", 1)])
    seen.append(version())
    with store.write() as tx:
        tx.seats.release(["inv-1"])
    seen.append(version())
    with store.write() as tx:
        tx.seats.release(["inv-1"])
        tx.seats.occupy(["inv-1"])
    seen.append(version())
    with store.write() as tx:
        tx.seats.replace("m-launch", seat_map(rows=5))
    seen.append(version())
    assert [one == other for one, other in pairwise(seen)] == [True, False, False, True, False]


def test_who_waits_for_the_commit_is_told_the_positions_and_only_then(store: Store) -> None:
    """A plan may be kept only when what it says is kept."""
    told: list[dict[tuple[str, str], int]] = []
    for name in ("a", "b"):
        with store.write() as tx:
            tx.feed.on_commit(lambda positions: told.append(dict(positions)))
            tx.feed.touch([("guest", name), ("arrivals", "m")])
            assert len(told) == "ab".index(name)
    with store.read() as tx:
        kept = {(change.kind, change.key): change.seq for change in tx.feed.after(0, ("guest", "arrivals"), 9)}
    assert {**told[0], **told[1]} == kept
    with pytest.raises(ZeroDivisionError), store.write() as tx:
        _wait_and_fail(tx, told)
    assert len(told) == 2


def _wait_and_fail(tx: Transaction, told: list[dict[tuple[str, str], int]]) -> None:
    tx.feed.on_commit(lambda positions: told.append(dict(positions)))
    raise ZeroDivisionError


def _send(store: Store, number: int) -> None:
    with store.write() as tx:
        tx.defer()
        tx.check_ins.add([check_in(number)])
        tx.seats.assign([assignment("A-1-2", 1)])
        tx.feed.touch([("guest", "a")])


def test_what_is_sent_together_is_refused_together(store: Store) -> None:
    """Nothing is kept when one statement of many fails, wherever the database says so, and the next batch works."""
    furnished(store)
    _send(store, 1)
    with pytest.raises(Refused, match=r"given to somebody else|has a seat already"):
        _send(store, 2)
    with store.write() as tx:
        tx.defer()
        tx.check_ins.add([check_in(3)])
        assert tx.check_ins.known(["ev-1", "ev-2", "ev-3"]).keys() == {"ev-1", "ev-3"}
