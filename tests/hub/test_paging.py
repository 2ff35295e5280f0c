"""A task finds its person by their pager, through a real broker, and comes back accepted, whatever breaks meanwhile."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from devices.clock import SystemClock
from devices.contract import codec
from devices.contract.alerts import AlertAnswer, Did
from devices.contract.messages import CheckInEvent, CodeKind, Verdict
from devices.contract.topics import LEAVES_OF_HUB, Leaf, every_device, hub_state, topic
from devices.ids import uuid7
from devices.link import MqttLink
from devices.ports import LinkSettings, Received
from devices.simulation.config import BrokerConfig
from devices.simulation.pager import Button, Pager, Sound
from devices.simulation.paging import Worn
from devices.simulation.wiring import wear
from devices.texts import Texts
from hub.broker import Broker, BrokerSettings
from hub.domain.alerts import Alert, AlertState, Channel
from hub.domain.staff import Duty
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task, TaskState, raise_task
from hub.letters.pagers import PagerWords
from hub.letters.wording import TEXTS_FOLDER
from hub.outgoing import Outgoing
from hub.paging import Pages, tag_of
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.attend_tasks import attend_due
from hub.usecases.call_staff import call
from hub.usecases.page_alerts import keep_paged, page_again, take_pages
from hub.usecases.work_task import accept_task
from hub.web.parts import load_texts
from tests.conftest import SITE
from tests.hub.hall import make_ingest
from tests.hub.on_duty import somebody

pytestmark = pytest.mark.broker
Wait = Callable[[Callable[[], object]], None]
WORDS = PagerWords(load_texts(), Texts.load(TEXTS_FOLDER))
PAGER = "pager-1"
LI = somebody("小李", pager=PAGER)


class Wearer:
    """Who wears the pager: sees each line once, and presses when told to."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.rang: list[Sound] = []
        self.press: Button | None = None

    def __call__(self, pager: Pager, sound: Sound, now_ms: int) -> None:
        """Look once."""
        line = pager.note or (pager.top.alert.glance if pager.top else "")
        self.lines += [line] if line and self.lines[-1:] != [line] else []
        self.rang += [sound] if sound is not Sound.NONE else []
        if self.press and pager.top:
            unsent = len(pager.unsent)
            pager.press(self.press, now_ms)
            self.press = self.press if len(pager.unsent) == unsent else None


class House:
    """A hub's doors to a broker with one pager on it."""

    def __init__(self, broker: Broker, folder: Path, store: Store, wait_until: Wait) -> None:
        self.store = store
        self._wait = wait_until
        self.clock = SystemClock()
        self._way = BrokerConfig(port=broker.port, secrets=folder)
        self.wearer = Wearer()
        outgoing = Outgoing(store, site=SITE, clock=self.clock, ids=uuid7)
        self.ingest = make_ingest(store, outgoing, self.clock, enrolled=["kiosk-1"], pagers=[PAGER])  # type: ignore[arg-type]
        settings = LinkSettings(
            host="127.0.0.1",
            port=broker.port,
            client_id="hub",
            username="hub",
            password=broker.secrets("hub").password,
            state_topic=hub_state(SITE),
            presence=outgoing.presence,
            subscriptions=tuple((every_device(SITE, leaf), qos) for leaf, qos in LEAVES_OF_HUB),
            manual_ack=True,
        )
        self.link = MqttLink(settings, self.ingest.received)
        self.ingest.attach(self.link, lambda: None)
        outgoing.attach(self.link)
        self.pages = self.new_pages()
        self.pager: Worn | None = None

    def new_pages(self, pagers: tuple[str, ...] = (PAGER,)) -> Pages:
        """Make the door to the pagers."""
        pages = Pages(self.store, WORDS.write, site=SITE, pagers=pagers, clock=self.clock, ids=uuid7)
        pages.attach(self.link)
        return pages

    def start(self) -> None:
        """Open."""
        self.ingest.start()
        self.link.start()

    def put_on(self) -> Worn:
        """Let 小李 put the pager on, and wait until the broker knows it."""
        self.pager = worn = wear(SITE, PAGER, self._way, self.wearer)
        worn.start()
        self._wait(lambda: worn.link.connected)
        return worn

    def deciding(self) -> Deciding:
        """Let the hub decide now."""
        return Deciding(actor="hub", at=self.clock.now(), ids=uuid7)

    def raise_task(self, kind: TaskKind = TaskKind.DRINK, subject: str = "room-1", **facts: str) -> Task:
        """Raise a task, and let it find 小李."""
        with self.store.write() as tx:
            tx.staff.put([LI])
            tx.duties.put(Duty(person=LI.name, since=self.clock.now(), seen_at=self.clock.now()))
            made = call(tx, raise_task(kind, subject, task_id=uuid7(), at=self.clock.now(), facts=facts))
        while attend_due(self.store, self.deciding()).tasks:
            pass
        return made

    def task(self, task: Task) -> Task:
        """Return it as it is now."""
        with self.store.read() as tx:
            found = tx.tasks.get(task.id)
        assert found
        return found

    def alerts(self) -> list[Alert]:
        """Return what was written for the pager."""
        with self.store.read() as tx:
            since = self.clock.now() - timedelta(days=1)
            return list(tx.alerts.of_person(LI.name, Channel.PAGER, since))

    def reasons(self) -> list[str]:
        """Return why messages were quarantined."""
        with self.store.read() as tx:
            return sorted(item.reason for item in tx.records.quarantined(500))

    def stop(self) -> None:
        """Close."""
        if self.pager:
            self.pager.stop()
        self.pages.stop()
        self.ingest.stop()
        self.link.stop()


@pytest.fixture
def house(tmp_path: Path, store: Store, wait_until: Wait) -> Iterator[House]:
    """Give a hub with a broker that knows a pager and a kiosk."""
    broker = Broker(BrokerSettings(tmp_path / "broker", SITE, (PAGER, "kiosk-1")))
    broker.start()
    made = House(broker, tmp_path / "broker", store, wait_until)
    made.start()
    wait_until(lambda: made.link.connected)
    yield made
    made.stop()
    broker.stop()


def test_a_task_is_felt_on_the_pager_and_accepted_by_its_button(house: House, wait_until: Wait) -> None:
    """COMMIT, outbox, broker, screen, press, and the task is 小李's, each step with its instant."""
    house.pages.start()
    house.put_on()
    task = house.raise_task(door_zh="东门", salutation_zh="王总")
    wait_until(lambda: house.alerts()[0].shown_at)
    assert house.wearer.lines[0].startswith("送饮品 · 王总 · 东门")
    assert house.wearer.rang
    house.wearer.press = Button.FIRST
    wait_until(lambda: house.task(task).accepted_by == "小李")
    (alert,) = house.alerts()
    assert (alert.answer, alert.state) == ("accept", AlertState.OVER)
    house.wearer.press = Button.FIRST
    wait_until(lambda: house.task(task).state not in {TaskState.ACCEPTED, TaskState.WORKING})
    assert house.ingest.counts["alerts.shown"] == 1
    assert house.reasons() == []


def test_an_alert_that_was_committed_before_a_restart_still_goes_out_once(house: House, wait_until: Wait) -> None:
    """The hub died between taking it in hand and publishing it; the one after it does, and the pager shows it once."""
    house.raise_task()
    with house.store.write() as tx:
        taken = take_pages(tx, house.clock.now() - timedelta(seconds=4), 10, [PAGER])
        assert len(taken) == 0, "not due before it was written"
        (page,) = take_pages(tx, house.clock.now(), 10, [PAGER])
    house.put_on()
    house.pages.start()
    wait_until(lambda: house.alerts()[0].shown_at)
    (alert,) = house.alerts()
    assert (alert.id, alert.tries) == (page.alert.id, 2)
    assert len(house.wearer.lines) == 1


def test_an_alert_published_twice_is_shown_once(house: House, wait_until: Wait) -> None:
    """The hub died after publishing, before it kept that: it goes out again under the same id."""
    house.put_on()
    house.raise_task()
    first = house.new_pages()
    assert first.turn() == 1
    wait_until(lambda: house.alerts()[0].shown_at)
    assert house.alerts()[0].state is AlertState.WAITING, "nobody has kept that the broker took it"
    house.pages.start()
    wait_until(lambda: house.pages.counts["again"] == 1 and house.alerts()[0].state is AlertState.SENT)
    house.wearer.press = Button.FIRST
    wait_until(lambda: house.alerts()[0].answer == "accept")
    assert len(house.wearer.lines) == 1
    assert house.ingest.counts["alerts.shown"] == 1


def test_what_somebody_else_took_goes_off_the_pager_and_says_who(house: House, wait_until: Wait) -> None:
    """小陈 已接: within a second or two, without a press (S3)."""
    house.pages.start()
    house.put_on()
    task = house.raise_task()
    wait_until(lambda: house.alerts()[0].shown_at)
    with house.store.write() as tx:
        accept_task(tx, task.id, "小陈", house.clock.now())
    while attend_due(house.store, house.deciding()).tasks:
        pass
    wait_until(lambda: house.wearer.lines[-1:] == ["小陈 已接"])


def test_a_pager_that_is_away_when_it_is_called_gets_it_when_it_is_back(house: House, wait_until: Wait) -> None:
    """Within the alert's time; the broker keeps it, and nothing of it is retained."""
    pager = house.put_on()
    pager.link.pause()
    wait_until(lambda: not pager.link.connected)
    house.pages.start()
    house.raise_task()
    wait_until(lambda: house.alerts()[0].state is AlertState.SENT)
    assert house.alerts()[0].shown_at is None, "no receipt: another channel is tried"
    pager.link.resume()
    wait_until(lambda: house.alerts()[0].shown_at)


def test_what_was_said_before_a_pager_was_ever_there_is_said_when_it_first_connects(
    house: House, wait_until: Wait
) -> None:
    """The broker dropped it; what still counts is felt at once, and what somebody took meanwhile is not."""
    house.pages.start()
    gone = house.raise_task(TaskKind.HELP, "kiosk-9")
    task = house.raise_task(door_zh="东门", salutation_zh="王总")
    wait_until(lambda: [one.state for one in house.alerts()] == [AlertState.SENT] * 2)
    with house.store.write() as tx:
        accept_task(tx, gone.id, "小陈", house.clock.now())
    house.put_on()
    wait_until(lambda: {one.task for one in house.alerts() if one.shown_at} == {task.id})
    assert house.wearer.lines[0].startswith("送饮品 · 王总 · 东门")
    house.wearer.press = Button.FIRST
    wait_until(lambda: house.task(task).accepted_by == "小李")
    assert len([line for line in house.wearer.lines if "东门" in line]) == 1


def test_a_broker_s_word_that_comes_after_the_pager_s_first_does_not_take_an_alert_for_said(house: House) -> None:
    """It was published before anybody heard it; the hub had not kept yet that the broker took it."""
    house.raise_task()
    with house.store.write() as tx:
        (page,) = take_pages(tx, house.clock.now(), 10, [PAGER])
        assert page_again(tx, PAGER, house.clock.now()) == 1
        keep_paged(tx, [page.alert.id], house.clock.now())
        (again,) = take_pages(tx, house.clock.now(), 10, [PAGER])
        keep_paged(tx, [page.alert.id], house.clock.now())
    assert again.alert.id == page.alert.id
    assert [one.state for one in house.alerts()] == [AlertState.SENT]


def test_what_a_pager_has_shown_or_what_is_over_is_not_said_again(house: House, wait_until: Wait) -> None:
    """At its next connection, that is."""
    house.pages.start()
    pager = house.put_on()
    house.raise_task()
    wait_until(lambda: house.alerts()[0].shown_at and house.alerts()[0].state is AlertState.SENT)
    pager.link.pause()
    wait_until(lambda: not pager.link.connected)
    pager.link.resume()
    wait_until(lambda: pager.link.connected)
    with house.store.write() as tx:
        assert page_again(tx, PAGER, house.clock.now()) == 0
    assert len(house.wearer.lines) == 1


def test_an_alert_for_a_pager_nobody_enrolled_is_dropped_with_its_reason(house: House) -> None:
    """Its wearer is reached by other channels."""
    house.raise_task()
    assert house.new_pages(pagers=()).turn() == 0
    assert [(one.state, one.problem) for one in house.alerts()] == [(AlertState.OVER, "no_pager")]


def test_one_alert_that_cannot_be_written_costs_the_others_nothing(house: House, wait_until: Wait) -> None:
    """It is logged, counted, and tried until it expires."""
    first, second = house.raise_task(), house.raise_task(TaskKind.HELP, "kiosk-9")

    def write(page: object) -> object:
        if getattr(page, "task", None) and page.task.id == first.id:  # type: ignore[attr-defined]
            raise ValueError("no words for it")
        return WORDS.write(page)  # type: ignore[arg-type]

    house.put_on()
    pages = Pages(house.store, write, site=SITE, pagers=[PAGER], clock=house.clock, ids=uuid7)  # type: ignore[arg-type]
    pages.attach(house.link)
    pages.turn()
    wait_until(lambda: any(one.shown_at for one in house.alerts() if one.task == second.id))
    assert (pages.counts["cannot_write"], pages.counts["sent"]) == (1, 1)


def test_what_a_pager_may_not_say_and_what_no_pager_may_say_is_quarantined(house: House, wait_until: Wait) -> None:
    """I7: it checks nobody in; a kiosk answers no alert; an alert that is not known is set aside with its reason."""
    now = datetime.now(UTC)
    event = CheckInEvent(
        id=uuid7(),
        ts=now,
        boot=uuid7(),
        seq=1,
        lookup="0" * 32,
        kind=CodeKind.SHORT,
        verdict=Verdict.WELCOME,
        offline=False,
        mono_ms=5,
    )
    answer = AlertAnswer(id=uuid7(), ts=now, boot=uuid7(), seq=1, alert=uuid7(), did=Did.ACCEPT)
    both = codec.encode(answer)[:-1] + f',"command":"{uuid7()}"}}'.encode()
    for device, leaf, payload in (
        (PAGER, Leaf.UP_CHECKIN, codec.encode(event)),
        ("kiosk-1", Leaf.UP_ACK, codec.encode(answer)),
        (PAGER, Leaf.UP_ACK, codec.encode(answer)),
        (PAGER, Leaf.UP_ACK, both),
    ):
        house.ingest.received(Received(topic(SITE, device, leaf), payload))
    house.ingest.received(Received(topic(SITE, PAGER, Leaf.UP_ACK), codec.encode(answer), retained=True))
    expected = ["not_allowed", "not_allowed", "retained", "two_in_one", "unknown_alert"]
    wait_until(lambda: house.reasons() == expected)


def test_a_pager_that_is_switched_off_is_known_to_be_away(house: House, wait_until: Wait) -> None:
    """As every station of ours; its wearer is then known not to be reached there."""
    house.put_on()

    def status() -> str:
        with house.store.read() as tx:
            return next((one.status for one in tx.devices.all() if one.id == PAGER), "")

    wait_until(lambda: status() == "online")
    assert house.pager
    house.pager.stop()
    wait_until(lambda: status() == "stopping")


def test_a_tag_that_is_no_uuid_becomes_one_that_is_always_the_same() -> None:
    """A task's id stays as it is: it is what a device may compare."""
    task = uuid7()
    assert tag_of(task) == task
    assert tag_of("digest 小李") == tag_of("digest 小李") != tag_of("digest 小陈")
