"""A VIP who comes in has tea brought to the lounge, once, with what they like, on both databases (R100)."""

import pytest

from devices.contract.messages import RequestKind
from hub.domain.drinks import stock
from hub.domain.meetings import Place
from hub.domain.rulings import RulingKind
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.work_task import accept_task, finish_task
from tests.hub.build import at, furnished, guest, invited, meeting
from tests.hub.usecases.asks import ask
from tests.hub.usecases.housekeeping import of
from tests.hub.usecases.scans import scan, take
from tests.hub.usecases.test_rule import decide


@pytest.fixture
def house(store: Store) -> Store:
    """Give the launch with a lounge, and guest 1 as a VIP who likes coffee."""
    furnished(store)
    with store.write() as tx:
        tx.meetings.save(meeting(lounge="lounge"))
        tx.meetings.save_place(
            Place(device="kiosk-1", key="lounge", name=Words("贵宾室", "VIP Lounge"), way=Words("左转", "left"))
        )
        tx.guests.change(guest(1, drink="咖啡"), invited(1, vip=True).invitation)
    return store


def teas(store: Store) -> list[Task]:
    """Return the drinks that are on their way."""
    return of(store, TaskKind.DRINK)


def test_the_tea_goes_to_the_lounge_in_the_same_moment_as_the_greeter_is_called(house: Store) -> None:
    """Once, however often the VIP is scanned; nobody else has tea made for them."""
    take(house, scan(1), scan(2, 11), scan(1, 12, "kiosk-2"))
    (tea,) = teas(house)
    said = {name: tea.facts[name] for name in ("place_zh", "drink_zh", "note", "hot", "vip", "invitation")}
    assert list(said.values()) == ["贵宾室", "咖啡", "coffee", "yes", "yes", "inv-1"]
    assert tea.created_at == at(10)
    assert len(of(house, TaskKind.VIP_ARRIVAL)) == 1


@pytest.mark.parametrize(
    ("drink", "expected"),
    [
        ("", ("tea", "茶", "Tea")),
        ("龙井，不加糖", (None, "龙井，不加糖", "龙井，不加糖")),
        ("Juice", ("juice", "果汁", "Juice")),
    ],
)
def test_it_is_what_they_like_in_the_menus_words_where_it_has_them(
    house: Store, drink: str, expected: tuple[str | None, str, str]
) -> None:
    """Tea where nobody knows."""
    with house.write() as tx:
        tx.guests.change(guest(1, drink=drink), invited(1, vip=True).invitation)
    take(house, scan(1))
    (tea,) = teas(house)
    assert (tea.facts.get("note"), tea.facts["drink_zh"], tea.facts["drink_en"]) == expected


def test_what_a_vip_chooses_at_the_kiosk_is_brought_in_its_place(house: Store) -> None:
    """One walk, one drink, counted once."""
    arrival = scan(1)
    take(house, arrival)
    ask(house, RequestKind.DRINK, note="juice", about=arrival.event.id)
    (tea,) = teas(house)
    assert (tea.facts["note"], tea.facts["drink_zh"], tea.facts["place_zh"]) == ("juice", "果汁", "贵宾室")
    assert "hot" not in tea.facts
    with house.read() as tx:
        counted = stock(tx.drinks.menu(), {}, tx.tasks.drinks(["m-launch"]))
    assert {one.drink.key: one.chosen for one in counted} == {"tea": 0, "coffee": 0, "juice": 1, "water": 0}


def test_a_second_drink_after_the_first_was_brought_is_a_second_walk(house: Store) -> None:
    """A VIP may be thirsty twice."""
    arrival = scan(1)
    take(house, arrival)
    (first,) = teas(house)
    with house.write() as tx:
        finish_task(tx, accept_task(tx, first.id, "小李", at(30)).id, "小李", at(60))
    ask(house, RequestKind.DRINK, note="juice", about=arrival.event.id)
    (second,) = teas(house)
    assert second.facts["note"] == "juice"
    decide(house, arrival, RulingKind.UNDO)
    decide(house, arrival, RulingKind.LET_IN)
    assert [one.facts["note"] for one in teas(house)] == ["juice"]  # who is let in again has one on its way


def test_a_vip_who_was_not_there_after_all_has_no_tea(house: Store) -> None:
    """Undone by a person."""
    arrival = scan(1)
    take(house, arrival)
    decide(house, arrival, RulingKind.UNDO)
    assert teas(house) == []
