"""Drinks are counted as they are chosen and brought, and how warm they were is kept (R107, R110)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from devices.contract.messages import Progress, RequestAnswer, RequestKind
from devices.ids import uuid7
from hub.domain.bands import Band
from hub.domain.drinks import Drink
from hub.domain.errors import BadTemperature, InvalidInput, NotFound, NotOpen
from hub.domain.task_kinds import RULES, Role, TaskKind
from hub.domain.tasks import Task, TaskState
from hub.domain.transfers import Leads
from hub.domain.watch_settings import RoomClass, Tea
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.pass_time import fire_next
from hub.usecases.serve_drinks import prepare, serve, stock_of
from hub.usecases.timer_rules import timer_rules
from hub.usecases.work_task import STANDARD, accept_task, finish_task
from tests.hub.build import at, furnished, invited, meeting, task
from tests.hub.usecases.asks import ask, tasks
from tests.hub.usecases.scans import scan, take

T1, T30, T100 = at(1), at(30), at(100)
RULES_NOW = timer_rules(STANDARD, Leads())


def who(now: datetime, name: str = "小李") -> Deciding:
    """Return somebody at work."""
    return Deciding(actor=name, at=now, ids=uuid7)


def count(store: Store, now: datetime) -> None:
    """Let what is due happen."""
    while fire_next(store, who(now, "hub"), RULES_NOW):
        pass


def choose(store: Store, number: int, drink: str = "coffee", now: datetime = T30) -> RequestAnswer:
    """Let guest ``number`` come in and choose a drink."""
    event = scan(number, seconds=10 + number)
    take(store, event)
    return ask(store, RequestKind.DRINK, note=drink, about=event.event.id, now=now)


def prepared(store: Store, drink: str, said: str, now: datetime = T1) -> None:
    """Say how many there are."""
    with store.write() as tx:
        prepare(tx, meeting(), drink, said, who(now))
    count(store, now)


def short(store: Store) -> list[Task]:
    """Return the open tasks about a drink that runs short."""
    return [one for one in tasks(store) if one.kind is TaskKind.DRINKS_SHORT]


def counted(store: Store, drink: str = "coffee") -> tuple[int, int, int | None]:
    """Return how many chose a drink, how many have theirs, and how many are left."""
    with store.read() as tx:
        one = next(one for one in stock_of(tx, "m-launch") if one.drink.key == drink)
    return one.chosen, one.served, one.left


def bring(store: Store, now: datetime) -> None:
    """Bring the guest who has waited longest their drink."""
    first = min((one for one in tasks(store) if one.kind is TaskKind.DRINK), key=lambda one: one.created_at)
    with store.write() as tx:
        finish_task(tx, first.id, "小李", now)
    count(store, now)


def test_a_choice_is_the_guests_and_survives_a_restart(store: Store) -> None:
    """It stands in the database with the guest, the drink in both languages and the seat."""
    choose(furnished(store), 1, "juice")
    (chosen,) = tasks(store)
    facts = chosen.facts
    assert (facts["invitation"], facts["note"], facts["drink_zh"], facts["drink_en"]) == (
        "inv-1",
        "juice",
        "果汁",
        "Juice",
    )
    assert (chosen.meeting, counted(store, "juice")) == ("m-launch", (1, 0, None))


def test_a_portion_is_counted_down_when_it_has_been_brought_and_not_before(store: Store) -> None:
    """And not for the tea of the room."""
    prepared(furnished(store), "coffee", "10")
    choose(store, 1)
    choose(store, 2)
    assert counted(store) == (2, 0, 10)
    bring(store, at(60))
    assert counted(store) == (2, 1, 9)


def test_a_drink_that_runs_short_is_one_task_for_logistics_while_it_does(store: Store) -> None:
    """Two are left and three wait: somebody fetches more; then the task is gone by itself (I5)."""
    prepared(furnished(store, 5), "coffee", "3")
    for number in (1, 2, 3):
        choose(store, number)
    count(store, at(31))
    assert short(store) == []
    prepared(store, "coffee", "2", at(32))
    (called,) = short(store)
    assert RULES[called.kind].owner is Role.LOGISTICS
    assert (called.facts["thing_en"], called.facts["left"], called.facts["waiting"]) == ("Coffee", "2", "3")
    bring(store, at(40))
    (same,) = short(store)
    assert (same.id, same.facts["left"], same.facts["waiting"]) == (called.id, "1", "2")
    prepared(store, "coffee", "30", at(50))
    assert short(store) == []


def test_the_last_tenth_is_told_and_the_house_may_choose_another_share(store: Store) -> None:
    """Ten portions, nine served: one is left, which is no less than a tenth, but less than a quarter."""
    prepared(furnished(store, 9), "coffee", "10")
    for number in range(1, 10):
        choose(store, number)
        bring(store, at(60))
    assert (counted(store), short(store)) == ((9, 9, 1), [])
    with store.write() as tx:
        tx.watch_settings.put_classes([RoomClass(key="c", tea=Tea(scarce=0.25))])
        tx.watch_settings.put_rooms({"hall": "c"})
    prepared(store, "coffee", "10", at(70))
    assert [one.facts["left"] for one in short(store)] == ["1"]


def test_who_says_that_it_is_seen_to_is_not_called_again_at_once(store: Store) -> None:
    """After a quarter of an hour somebody is, if it still runs short; not when the meeting is over."""
    prepared(furnished(store), "coffee", "0")
    choose_at = at(30)
    with store.write() as tx:
        guest = {"note": "coffee", "invitation": "inv-1"}
        tx.tasks.raise_all([replace(task("w", "w", TaskKind.DRINK), meeting="m-launch", facts=guest)])
    prepared(store, "coffee", "0", choose_at)
    (called,) = short(store)
    with store.write() as tx:
        finish_task(tx, called.id, "小李", at(60))
    prepared(store, "coffee", "0", at(120))
    assert short(store) == []
    prepared(store, "coffee", "0", at(60) + timedelta(minutes=15, seconds=1))
    assert len(short(store)) == 1
    prepared(store, "coffee", "0", meeting().ends_at)
    assert short(store) == []


def test_when_the_meeting_is_over_nobody_is_called_any_more(store: Store) -> None:
    """The task goes by itself, without anything else that happens (I5)."""
    prepared(furnished(store), "coffee", "1")
    choose(store, 1)
    bring(store, at(60))
    assert len(short(store)) == 1
    count(store, meeting().ends_at - timedelta(seconds=1))
    assert len(short(store)) == 1
    count(store, meeting().ends_at)
    assert short(store) == []


def test_a_drink_that_is_out_is_refused_and_kiosks_hear_of_it_and_of_its_return(store: Store) -> None:
    """The next guest would get none: the meeting's card goes out again without it, and later with it."""
    prepared(furnished(store), "coffee", "1")
    with store.read() as tx:
        head = tx.feed.head()
    assert choose(store, 1).progress is Progress.TAKEN
    refused = choose(store, 2)
    assert (refused.progress, refused.reason) == (Progress.REFUSED, "drink_is_out")
    assert choose(store, 3, "tea").progress is Progress.TAKEN
    count(store, at(31))
    with store.read() as tx:
        assert tx.drinks.prepared(["m-launch"])["m-launch"]["coffee"].out
        assert ("meeting", "m-launch") in {(one.kind, one.key) for one in tx.feed.after(head, ["meeting"], 10)}
        head = tx.feed.head()
    count(store, at(32))
    with store.read() as tx:
        assert not tx.feed.after(head, ["meeting"], 10)
    prepared(store, "coffee", "2", at(33))
    with store.read() as tx:
        assert not tx.drinks.prepared(["m-launch"])["m-launch"]["coffee"].out
        assert len(tx.feed.after(head, ["meeting"], 10)) == 1
    assert choose(store, 2, now=at(34)).progress is Progress.TAKEN


@pytest.mark.parametrize("said", ["-1", "1.5", "many", "1000001", "99999999999999999999", "٣"])
def test_portions_that_are_none_are_refused(store: Store, said: str) -> None:
    """And a drink that is not on the menu."""
    with furnished(store).write() as tx:
        with pytest.raises(InvalidInput) as refused:
            prepare(tx, meeting(), "coffee", said, who(at(1)))
        assert refused.value.field == "portions"
        with pytest.raises(InvalidInput):
            prepare(tx, meeting(), "beer", "3", who(at(1)))


def test_nothing_said_of_portions_means_that_nobody_counts_them(store: Store) -> None:
    """The drink is there for everybody again."""
    prepared(furnished(store), "coffee", "0")
    prepared(store, "coffee", "", at(2))
    assert (counted(store), choose(store, 1).progress) == ((0, 0, None), Progress.TAKEN)


def served(store: Store, task_id: str, said: str, now: datetime = T100) -> Task:
    """Finish bringing a drink, with what was written as its temperature."""
    with store.write() as tx:
        return serve(tx, task_id, said, who(now), STANDARD)


def tea(store: Store, note: str = "tea", *, invitation: str = "inv-1", key: str = "d") -> str:
    """Raise a task that somebody has accepted."""
    with store.write() as tx:
        facts = {"note": note} | ({"invitation": invitation} if invitation else {"room": "hall"})
        tx.tasks.raise_all([replace(task(key, key, TaskKind.DRINK), meeting="m-launch", facts=facts)])
        accept_task(tx, f"task-{key}", "小李", at(90))
    return f"task-{key}"


@pytest.mark.parametrize("said", ["62", ""])
def test_a_warm_drink_or_one_that_nobody_measured_is_done(store: Store, said: str) -> None:
    """The temperature is kept with the task."""
    done = served(store, tea(furnished(store)), said)
    assert (done.state, done.facts.get("celsius", "")) == (TaskState.CLOSED, said)


@pytest.mark.parametrize(("said", "side"), [("48", "too_low"), ("82.5", "too_high")])
@pytest.mark.parametrize("invitation", ["inv-1", ""])
def test_a_drink_that_is_not_right_stays_in_hand_and_is_done_all_the_same_or_changed(
    store: Store, said: str, side: str, invitation: str
) -> None:
    """茶水應溫度適宜 (R107): at a seat and in a room. The log keeps each measurement."""
    first = tea(furnished(store), invitation=invitation)
    warned = served(store, first, said)
    assert (warned.state, warned.facts["celsius"], warned.facts["warmth"]) == (TaskState.ACCEPTED, said, side)
    assert served(store, first, "").state is TaskState.CLOSED
    second = tea(store, invitation=invitation, key="e")
    served(store, second, said)
    changed = served(store, second, "60")
    assert (changed.state, changed.facts["celsius"], changed.facts["warmth"]) == (TaskState.CLOSED, "60", "")
    with store.read() as tx:
        log = [one.action for task in (first, second) for one in tx.records.audited(task, at(0), 9)]
    measured = sorted(one.removeprefix("task.temperature:") for one in log if one.startswith("task.temperature:"))
    assert measured == sorted([f"{said}:{side}", f"{said}:{side}", "60"])


def test_the_band_is_the_rooms_and_a_cold_drink_has_none(store: Store) -> None:
    """As the house says in its file; which drink is hot stands on its menu."""
    with furnished(store).write() as tx:
        tx.watch_settings.put_classes([RoomClass(key="c", tea=Tea(warmth=Band(low=40, high=50)))])
        tx.watch_settings.put_rooms({"hall": "c"})
        puer = Drink(key="puer", name=Words("普洱", "Pu'er"), hot=True)
        tx.drinks.put_menu([puer, Drink(key="cola", name=Words("可乐", "Cola"))])
    assert served(store, tea(store, "puer"), "48").state is TaskState.CLOSED
    assert served(store, tea(store, "puer", key="e"), "60").state is TaskState.ACCEPTED
    assert served(store, tea(store, "cola", key="f"), "4").state is TaskState.CLOSED


@pytest.mark.parametrize("said", ["NaN", "900", "warm"])
def test_a_slip_changes_nothing(store: Store, said: str) -> None:
    """Nor does a temperature for a task that is no drink, is done, or was never there."""
    here = tea(furnished(store))
    with pytest.raises(BadTemperature):
        served(store, here, said)
    with store.read() as tx:
        kept = tx.tasks.get(here)
    assert kept is not None
    assert (kept.state, "celsius" in kept.facts) == (TaskState.ACCEPTED, False)
    served(store, here, "60")
    with pytest.raises(NotOpen):
        served(store, here, "20")
    with pytest.raises(NotFound):
        served(store, "none", "60")
    with store.write() as tx:
        tx.tasks.raise_all([task("h", "h")])
    with pytest.raises(InvalidInput):
        served(store, "task-h", "60")


def test_guests_likes_and_vips_are_told_with_their_drink(store: Store) -> None:
    """What a list says of them goes with the task to whoever brings it."""
    with furnished(store).write() as tx:
        vip = invited(4, vip=True)
        tx.guests.add(replace(vip.guest, drink="咖啡不加糖"), vip.invitation)
    choose(store, 4)
    (facts,) = (one.facts for one in tasks(store) if one.kind is TaskKind.DRINK)
    assert (facts["likes"], facts["vip"]) == ("咖啡不加糖", "yes")
