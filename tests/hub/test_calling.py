"""Alerts go out of the house once, to whoever can be reached, whatever a service does and whenever the hub dies."""

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from hub.calling import Caller
from hub.calling_settings import writer
from hub.channel_ports import ChannelDown, NotTaken, PutOff, StaffNotice
from hub.channels.addresses import Address, AddressBook
from hub.domain.alerts import Alert, AlertKind, AlertState, Channel, Offer, Ring
from hub.domain.escalation import Level, Priority
from hub.domain.meetings import Venue
from hub.domain.staff import Staff
from hub.domain.task_kinds import Role, TaskKind
from hub.domain.tasks import TaskState, raise_task
from hub.domain.words import Language, Words
from hub.ports import Store, StoreUnavailable
from hub.usecases.call_outside import IN_HAND
from tests.hub.build import at
from tests.hub.web.scene import StillClock


@dataclass
class Telephones:
    """A way out that keeps what it sends, and does as told for an address."""

    name: str = "telephones"
    sent: list[StaffNotice] = field(default_factory=list)
    does: dict[str, Callable[[], object]] = field(default_factory=dict)

    def send(self, notice: StaffNotice) -> None:
        """Send, or do as told."""
        self.does.get(f"{notice.to} {notice.address}", lambda: None)()
        self.sent.append(notice)

    def told(self) -> list[str]:
        """Return whom it was sent, in order."""
        return sorted(f"{one.to} {one.address}" for one in self.sent)


def fails(problem: Exception) -> Callable[[], None]:
    """Return what raises."""

    def fail() -> None:
        raise problem

    return fail


BOOK = AddressBook(
    {
        "li": (Address("li", "ntfys", "ntfys://x/li"), Address("li", "wecombot", "wecombot://li")),
        "wang": (Address("wang", "feishu", "feishu://wang"),),
        "leads": (Address("leads", "dingtalk", "dingtalk://leads"),),
    }
)


@pytest.fixture
def clock() -> StillClock:
    """Return a clock that moves only when told; the alerts below are due."""
    return StillClock(at(10))


@pytest.fixture
def telephones() -> Telephones:
    """Return the way out."""
    return Telephones()


@pytest.fixture
def house(store: Store) -> Store:
    """Return a store with three people, and a VIP at the door whom 小李 was offered."""
    with store.write() as tx:
        tx.meetings.save_venue(Venue(name=Words("云栖会议中心", "Yunqi Centre"), zone="Asia/Shanghai"))
        roles = frozenset({Role.RECEPTIONIST})
        tx.staff.put(
            [
                Staff(key="li", name="小李", roles=roles),
                Staff(key="wang", name="Wang", roles=roles, language=Language.EN),
                Staff(key="zhao", name="小赵", roles=roles),
            ]
        )
        facts = {"name": "王建国", "salutation_zh": "王总", "salutation_en": "Mr Wang", "phone": "13800138000"}
        task = raise_task(TaskKind.VIP_ARRIVAL, "inv-1", task_id="task-1", at=at(0), facts=facts)
        tx.tasks.raise_all([replace(task, state=TaskState.OFFERED)])
        tx.alerts.put([alert("a-1")])
    return store


def alert(alert_id: str, person: str = "小李", **changes: object) -> Alert:
    """Return an alert that waits to go out of the house."""
    fields: dict[str, object] = {
        "id": alert_id,
        "person": person,
        "channel": Channel.OUTSIDE,
        "kind": AlertKind.OFFER,
        "ring": Ring.LOUD,
        "priority": Priority.HIGH,
        "tag": "task-1",
        "task": "task-1",
        "created_at": at(0),
        "next_at": at(5),
        "expires_at": at(3600),
    }
    return Alert(**(fields | changes))  # type: ignore[arg-type]  # fields of every kind


def caller(store: Store, telephones: Telephones, clock: StillClock, limit_s: float = 10) -> Caller:
    """Return who alerts by these telephones."""
    write = writer(BOOK, "https://yingbin.example.com/staff")
    return Caller(store, telephones, write, reachable=lambda owner: bool(BOOK.of(owner)), clock=clock, limit_s=limit_s)


def run(one: Caller) -> None:
    """Turn until nothing is left to do, or on its way."""
    for _ in range(200):
        if not one.turn():
            return
    pytest.fail("it never ends")


def kept(store: Store, alert_id: str = "a-1") -> Alert:
    """Return an alert as kept."""
    with store.read() as tx:
        found = tx.alerts.get(alert_id)
    assert found
    return found


def test_an_alert_goes_to_each_address_of_a_person_once(
    house: Store, telephones: Telephones, clock: StillClock
) -> None:
    """In their language, without the guest's name or number."""
    one = caller(house, telephones, clock)
    run(one)
    run(one)
    assert telephones.told() == ["li ntfys", "li wecombot"]
    told = telephones.sent[0]
    assert told.glance == "贵宾到场 · 王总 · 09:02 前"
    assert (told.priority, told.link, told.language) == (1, "https://yingbin.example.com/staff", "zh")
    assert (kept(house).state, kept(house).sent_at, kept(house).tries) == (AlertState.SENT, at(10), 1)
    assert one.counts["sent"] == 2
    assert one.turn() == 0


def test_nothing_goes_out_before_its_time(house: Store, telephones: Telephones, clock: StillClock) -> None:
    """The devices in the house have five seconds first (S18)."""
    clock.forward(-6)
    one = caller(house, telephones, clock)
    assert one.turn() == 0
    clock.forward(1)
    run(one)
    assert len(telephones.sent) == 2


@pytest.mark.parametrize(
    ("spoil", "why"),
    [("taken", "taken"), ("expired", "expired"), ("shown", "shown"), ("no_address", "no_address")],
)
def test_what_nobody_needs_is_dropped_and_counted(
    spoil: str, why: str, house: Store, telephones: Telephones, clock: StillClock
) -> None:
    """Somebody has it, its time is over, it was seen on a tablet; or the person has no address."""
    with house.write() as tx:
        if spoil == "taken":
            task = tx.tasks.get("task-1")
            assert task
            tx.tasks.save(replace(task, state=TaskState.ACCEPTED, accepted_by="Wang"))
        elif spoil == "expired":
            clock.forward(3600)
        elif spoil == "shown":
            tx.alerts.put([alert("a-0", channel=Channel.TABLET, state=AlertState.SENT, shown_at=at(2))])
        else:
            tx.alerts.save(alert("a-1", person="小赵"))
    one = caller(house, telephones, clock)
    run(one)
    assert telephones.sent == []
    assert (kept(house).state, kept(house).problem) == (AlertState.OVER, why)
    assert one.counts[f"dropped_{why}"] == 1


def test_one_dead_address_costs_the_others_nothing(house: Store, telephones: Telephones, clock: StillClock) -> None:
    """The person was told by the other, so nothing is tried again; the dead one is left alone for a while."""
    telephones.does["li ntfys"] = fails(ChannelDown("no answer in time"))
    one = caller(house, telephones, clock)
    run(one)
    assert telephones.told() == ["li wecombot"]
    assert kept(house).state is AlertState.SENT
    assert (one.down, one.counts["channel_down"]) == (1, 1)


def test_a_channel_that_is_down_is_tried_ever_more_seldom_up_to_five_minutes(
    house: Store, telephones: Telephones, clock: StillClock
) -> None:
    """One second, two, four …; when it is back, the alert goes out."""
    with house.write() as tx:
        tx.alerts.save(alert("a-1", person="Wang", expires_at=at(99_999)))
    tries: list[float] = []

    def down() -> None:
        tries.append(clock.monotonic_ms() / 1000)
        raise ChannelDown("no way")

    telephones.does["wang feishu"] = down
    one = caller(house, telephones, clock)
    for _ in range(1200):
        run(one)
        clock.forward(1)
    pauses = [round(later - earlier) for earlier, later in itertools.pairwise(tries)]
    assert pauses[:10] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]
    assert "wang: feishu: no way" in kept(house).problem
    del telephones.does["wang feishu"]
    clock.forward(300)
    run(one)
    assert telephones.told() == ["wang feishu"]
    assert one.down == 0


def test_too_many_messages_wait_as_long_as_the_service_says(
    house: Store, telephones: Telephones, clock: StillClock
) -> None:
    """Not a second less."""
    with house.write() as tx:
        tx.alerts.save(alert("a-1", person="Wang"))
    telephones.does["wang feishu"] = fails(PutOff("429", 42))
    one = caller(house, telephones, clock)
    run(one)
    del telephones.does["wang feishu"]
    clock.forward(41)
    run(one)
    assert telephones.sent == []
    clock.forward(2)
    run(one)
    assert telephones.told() == ["wang feishu"]


def test_what_no_service_takes_is_given_up_and_the_address_not_asked_again_and_again(
    house: Store, telephones: Telephones, clock: StillClock
) -> None:
    """A wrong key stays wrong."""
    with house.write() as tx:
        tx.alerts.save(alert("a-1", person="Wang"))
        tx.alerts.put([alert("a-2", person="Wang", next_at=at(20))])
    asked: list[int] = []

    def refuse() -> None:
        asked.append(1)
        raise NotTaken("code 93000")

    telephones.does["wang feishu"] = refuse
    one = caller(house, telephones, clock)
    run(one)
    clock.forward(20)
    run(one)
    assert len(asked) == 1
    assert [kept(house, name).state for name in ("a-1", "a-2")] == [AlertState.OVER] * 2
    assert one.counts["given_up"] == 2


def test_an_error_nobody_knows_is_told_by_its_kind_alone(
    house: Store, telephones: Telephones, clock: StillClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Its text could hold the address."""
    telephones.does["li ntfys"] = telephones.does["li wecombot"] = fails(ValueError("wecombot://secret"))
    run(caller(house, telephones, clock))
    assert "ValueError" in kept(house).problem
    assert "secret" not in kept(house).problem + caplog.text


def test_a_hanging_address_does_not_hold_the_others_and_is_not_asked_twice(
    house: Store, telephones: Telephones, clock: StillClock
) -> None:
    """After its time the hub goes on; what it says in the end still counts."""
    freed = threading.Event()
    telephones.does["wang feishu"] = lambda: freed.wait(60)
    with house.write() as tx:
        tx.alerts.put([alert("a-2", person="Wang", priority=Priority.HIGH, created_at=at(-1))])
    one = caller(house, telephones, clock)
    one.turn()
    while kept(house).state is not AlertState.SENT:
        one.turn()
    assert telephones.told() == ["li ntfys", "li wecombot"]
    clock.forward(11)
    one.turn()
    assert one.counts["hanging"] == 1
    clock.forward(5)
    run(one)
    assert kept(house, "a-2").state is AlertState.WAITING
    assert len(telephones.sent) == 2
    freed.set()
    while not one.counts["late"]:
        one.turn()
        clock.forward(1)
    run(one)
    assert kept(house, "a-2").state is AlertState.SENT
    assert telephones.told() == ["li ntfys", "li wecombot", "wang feishu"]


def test_who_dies_after_taking_it_in_hand_leaves_it_to_the_next(
    house: Store, telephones: Telephones, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody else sends it before its time in hand is over, and then once."""
    dying = caller(house, telephones, clock)

    def die(*_: object) -> None:
        raise StoreUnavailable("killed")

    monkeypatch.setattr(dying, "_begin", die)
    with pytest.raises(StoreUnavailable):
        dying.turn()
    run(caller(house, telephones, clock))
    assert telephones.sent == []
    clock.forward(IN_HAND.total_seconds())
    run(caller(house, telephones, clock))
    assert telephones.told() == ["li ntfys", "li wecombot"]


def test_what_became_of_an_alert_is_written_down_when_the_database_is_back(
    house: Store, telephones: Telephones, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that it does not go out again."""
    one = caller(house, telephones, clock)
    write = house.write

    def away(*_: object) -> None:
        raise StoreUnavailable("away")

    one._take()
    monkeypatch.setattr(house, "write", away)
    with pytest.raises(StoreUnavailable):
        run(one)
    monkeypatch.setattr(house, "write", write)
    clock.forward(IN_HAND.total_seconds() + 1)
    one._keep()
    run(one)
    assert len(telephones.sent) == 2
    assert kept(house).state is AlertState.SENT


def test_the_leads_chat_is_told_once_when_a_task_comes_to_the_leads(
    house: Store, telephones: Telephones, clock: StillClock
) -> None:
    """However many leads there are."""
    with house.write() as tx:
        tx.alerts.put([alert("a-2", person="Wang", next_at=at(20))])
        tx.alerts.offer(Offer(task="task-1", person=name, level=Level.LEAD, at=at(0)) for name in ("小李", "Wang"))
    one = caller(house, telephones, clock)
    run(one)
    clock.forward(20)
    run(one)
    assert telephones.told() == ["leads dingtalk", "li ntfys", "li wecombot", "wang feishu"]
    assert kept(house, "a-2").state is AlertState.SENT


def test_a_test_and_a_flood_are_said_in_words_of_their_own(
    house: Store, telephones: Telephones, clock: StillClock
) -> None:
    """Neither is about a task; a test goes every way, though the tablet has shown it."""
    with house.write() as tx:
        tx.alerts.save(alert("a-1", kind=AlertKind.TEST, task="", tag="test"))
        tablet = alert("a-0", kind=AlertKind.TEST, task="", tag="test", channel=Channel.TABLET)
        tx.alerts.put([replace(tablet, state=AlertState.SENT, shown_at=at(2))])
        tx.alerts.put([alert("a-2", person="Wang", kind=AlertKind.DIGEST, task="", tag="digest", count=12)])
    run(caller(house, telephones, clock))
    said = {one.to: one.glance for one in telephones.sent}
    assert said == {"li": "迎宾系统测试", "wang": "12 tasks wait, please look at the list"}


def test_who_ends_waits_for_what_is_on_its_way(house: Store, telephones: Telephones, clock: StillClock) -> None:
    """Else the next run would send it again."""
    begun, freed = threading.Event(), threading.Event()

    def slowly() -> None:
        begun.set()
        freed.wait(60)

    telephones.does["li ntfys"] = slowly
    one = caller(house, telephones, clock)
    one.start()
    assert begun.wait(30)
    threading.Timer(0.3, freed.set).start()
    one.stop()
    assert not one.alive
    assert kept(house).state is AlertState.SENT
    assert kept(house).sent_at == clock.now()
