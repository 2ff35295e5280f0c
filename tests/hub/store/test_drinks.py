from dataclasses import replace

from hub.domain.drinks import STANDARD_MENU, Drink, Prepared
from hub.domain.guests import InvitationStatus
from hub.domain.task_kinds import TaskKind
from hub.domain.words import Words
from hub.ports import Store
from tests.hub.build import T0, furnish, invited, task

MENU = (Drink(key="puer", name=Words("普洱", "Pu'er"), hot=True), Drink(key="cola", name=Words("可乐", "Cola")))


def test_a_house_without_a_menu_offers_the_usual_and_one_with_a_menu_its_own(store: Store) -> None:
    """In its order; taking it away brings the usual back."""
    with store.write() as tx:
        assert tx.drinks.menu() == STANDARD_MENU
        tx.drinks.put_menu(MENU)
    with store.read() as tx:
        assert tx.drinks.menu() == MENU
    with store.write() as tx:
        tx.drinks.put_menu(MENU[::-1])
        assert tx.drinks.menu() == MENU[::-1]
        tx.drinks.put_menu(())
        assert tx.drinks.menu() == STANDARD_MENU


def test_the_usual_menu_has_what_the_house_rules_name() -> None:
    """咖啡、茶包、果汁、礦泉水 (R110), with names in both languages."""
    assert {one.key for one in STANDARD_MENU} == {"coffee", "tea", "juice", "water"}
    assert all(one.name.zh and one.name.en for one in STANDARD_MENU)


def test_what_was_prepared_for_a_meeting_is_replaced_as_a_whole(store: Store) -> None:
    """A drink that is left out is not counted any more; none prepared is not the same."""
    with store.write() as tx:
        furnish(tx)
        assert tx.drinks.prepared(["m-launch"]) == {}
        tx.drinks.prepare("m-launch", {"tea": 40, "coffee": 0})
        tx.drinks.mark_out("m-launch", {"coffee", "beer"})
        assert tx.drinks.prepared(["m-launch"])["m-launch"]["coffee"] == Prepared(portions=0, out=True)
        tx.drinks.mark_out("m-launch", ())
        assert tx.drinks.prepared(["m-launch", "m-other"]) == {
            "m-launch": {"tea": Prepared(portions=40), "coffee": Prepared(portions=0)}
        }
        tx.drinks.prepare("m-launch", {"juice": 3})
    with store.read() as tx:
        assert tx.drinks.prepared(["m-launch"]) == {"m-launch": {"juice": Prepared(portions=3)}}


def test_what_guests_like_is_told_of_those_who_are_invited_vips_first(store: Store) -> None:
    """The highest level first; not of those who were uninvited, nor of those of whom no list says anything."""
    people = [invited(1), invited(2, vip=True), invited(3), invited(4)]
    people += [invited(5, vip=True, vip_level=2), invited(6, vip=True, vip_level=1)]
    likes = {1: "咖啡不加糖", 2: "绿茶", 3: "", 4: "Tea", 5: "白茶", 6: "红茶"}
    with store.write() as tx:
        furnish(tx, [replace(one, guest=replace(one.guest, drink=likes[at])) for at, one in enumerate(people, start=1)])
        tx.guests.set_status("inv-4", InvitationStatus.REVOKED, T0)
    with store.read() as tx:
        assert [one.guest.drink for one in tx.drinks.likes(["m-launch"])] == ["红茶", "白茶", "绿茶", "咖啡不加糖"]
        assert tx.drinks.likes([]) == ()


def test_the_drinks_of_a_meeting_are_its_tasks_done_or_not(store: Store) -> None:
    """The oldest first; other tasks and other meetings are none of them."""
    with store.write() as tx:
        furnish(tx)
        tx.tasks.raise_all(
            [
                replace(task("1", "a", TaskKind.DRINK), meeting="m-launch"),
                replace(task("2", "b", TaskKind.HELP), meeting="m-launch"),
                task("3", "c", TaskKind.DRINK),
            ]
        )
    with store.read() as tx:
        assert [one.id for one in tx.tasks.drinks(["m-launch"])] == ["task-1"]
        assert tx.tasks.drinks([]) == ()
