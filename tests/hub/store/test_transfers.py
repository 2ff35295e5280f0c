from dataclasses import replace

from hub.domain.transfers import PlaceKind, Transfer, TransferState
from hub.domain.words import Words
from hub.ports import Store
from tests.hub.build import at, furnished, lookup

PICK_UP = Transfer(
    invitation="inv-1",
    kind=PlaceKind.STATION,
    place=Words("南站 出口 B", "South station, exit B"),
    eta=at(3600),
    note="G7",
    greeter="小李",
    greeter_phone="+86 138 0013 8000",
)


def test_a_pick_up_comes_back_whole_and_is_replaced_by_its_next_plan(store: Store) -> None:
    """A guest has one."""
    moved = replace(PICK_UP, eta=at(7200), state=TransferState.UNDER_WAY)
    with furnished(store).write() as tx:
        tx.transfers.save(PICK_UP)
        assert tx.transfers.get(["inv-1", "inv-2"]) == {"inv-1": PICK_UP}
        tx.transfers.save(moved)
    with store.read() as tx:
        assert tx.transfers.of_meeting("m-launch") == {"inv-1": moved}
        assert tx.transfers.of_meeting("m-other") == tx.transfers.get([]) == {}


def test_a_day_shows_those_who_arrive_in_it_the_earliest_first(store: Store) -> None:
    """From its first instant on, and before its end."""
    with furnished(store).write() as tx:
        for number, seconds in ((1, 300), (2, 100), (3, 400)):
            tx.transfers.save(replace(PICK_UP, invitation=f"inv-{number}", eta=at(seconds)))
    with store.read() as tx:
        assert [one.invitation for one in tx.transfers.between(at(100), at(400))] == ["inv-2", "inv-1"]


def test_a_scan_is_told_whose_pick_up_is_open(store: Store) -> None:
    """In the same journey as all else, and of nobody whose pick-up is over."""
    with furnished(store).write() as tx:
        for number, state in enumerate((TransferState.MET, TransferState.DELIVERED, TransferState.CANCELLED), 1):
            tx.transfers.save(replace(PICK_UP, invitation=f"inv-{number}", state=state))
        around = tx.scans.around({lookup(number) for number in (1, 2, 3)}, set())
        assert around.fetched == {"inv-1"}
