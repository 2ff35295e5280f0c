"""What the hub says unasked: news that could not be sent are told once there is a way again."""

from typing import Any, cast

from devices.contract import codec
from devices.contract.commands import Command, CommandKind
from devices.contract.messages import HubState, Progress, Reply, RequestKind, Status
from devices.contract.topics import Leaf, hub_state
from devices.ids import uuid7
from devices.ports import Link, NotDelivered
from hub.device_ports import DeviceRecord
from hub.domain.incidents import HOUSE
from hub.domain.meetings import Venue
from hub.domain.playbooks import IncidentKind
from hub.domain.words import Words
from hub.outgoing import Outgoing
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.command_device import command_device
from hub.usecases.report_incident import report_incident
from hub.usecases.work_incident import dismiss
from hub.usecases.work_task import accept_task
from tests.conftest import SITE
from tests.hub.build import at
from tests.hub.hall import HallClock
from tests.hub.usecases.asks import ask, tasks


class Shaky:
    """A link that looks connected and takes nothing until told to."""

    connected = True

    def __init__(self) -> None:
        self.takes = False
        self.told: list[tuple[str, Progress, str]] = []
        self.commands: list[tuple[str, str, int]] = []
        self.states: list[HubState] = []

    def publish_soon(self, topic: str, payload: bytes, done: object, **options: Any) -> None:  # noqa: ANN401 - a link's own options
        """Take a message, or not."""
        del done
        if not self.takes:
            raise NotDelivered("the queue is full")
        if topic.endswith(Leaf.DOWN_COMMAND):
            self.commands.append((topic, codec.decode(payload, Command).id, options["expiry_s"]))
        if topic == hub_state(SITE):
            assert options["retain"]
            self.states.append(codec.decode(payload, HubState))
        if topic.endswith(Leaf.DOWN_REPLY):
            self.told += [(one.id, one.progress, one.by) for one in codec.decode(payload, Reply).requests]


def test_news_that_could_not_be_sent_are_told_later(sqlite_store: Store) -> None:
    """The guest still waits to hear who comes."""
    link = Shaky()
    outgoing = Outgoing(sqlite_store, site=SITE, clock=HallClock(), ids=uuid7)
    outgoing.attach(cast(Link, link))
    request = ask(sqlite_store, RequestKind.HELP).id
    (task,) = tasks(sqlite_store)
    with sqlite_store.write() as tx:
        accept_task(tx, task.id, "李娜", at(21))
    outgoing.announce()
    assert link.told == []
    link.takes = True
    outgoing.announce()
    outgoing.announce()
    assert link.told == [(request, Progress.ACCEPTED, "李娜")]


def test_a_command_of_any_process_is_sent_once_and_expires_with_its_row(sqlite_store: Store) -> None:
    """It waits while there is no way, and a second announcement does not repeat it."""
    link = Shaky()
    clock = HallClock()
    outgoing = Outgoing(sqlite_store, site=SITE, clock=clock, ids=uuid7)
    outgoing.attach(cast(Link, link))
    with sqlite_store.write() as tx:
        tx.devices.save(DeviceRecord(id="kiosk-1"))
        who = Deciding(actor="张强", at=clock.now(), ids=uuid7)
        command = command_device(tx, "kiosk-1", CommandKind.SCREENSHOT, who)
    outgoing.announce()
    assert link.commands == []
    link.takes = True
    for _ in range(3):
        outgoing.announce()
    assert link.commands == [(f"yingbin/v1/{SITE}/kiosk-1/down/command", command.id, 30)]


def test_everybody_leaving_is_in_the_hub_s_retained_word_at_once_and_after_a_restart(sqlite_store: Store) -> None:
    """Said once for each change; the birth of the next run has it; a farewell says nothing of it."""
    link, clock = Shaky(), HallClock()
    link.takes = True
    with sqlite_store.write() as tx:
        tx.meetings.save_venue(
            Venue(name=Words("会场", "Venue"), zone="Asia/Shanghai", assembly=Words("东广场", "East"))
        )
    outgoing = Outgoing(sqlite_store, site=SITE, clock=clock, ids=uuid7)
    outgoing.attach(cast(Link, link))

    def announce() -> list[str]:
        outgoing.announce()
        return [one.evacuation.kind if one.evacuation else "" for one in link.states]

    announce()
    who = Deciding(actor="张强", at=clock.now(), ids=uuid7)
    with sqlite_store.write() as tx:
        fire = report_incident(tx, IncidentKind.FIRE, HOUSE, who)
        report_incident(tx, IncidentKind.OTHER, HOUSE, who)
    announce()
    assert announce() == ["", "fire"]
    told = link.states[-1].evacuation
    assert told is not None
    assert (told.incident, told.drill, told.since) == (fire.id, False, clock.now().replace(microsecond=123_000))
    assert told.assembly is not None
    assert told.assembly.en == "East"
    again = Outgoing(sqlite_store, site=SITE, clock=clock, ids=uuid7)
    assert codec.decode(again.presence(Status.ONLINE), HubState).evacuation == told
    assert codec.decode(again.presence(Status.OFFLINE), HubState).evacuation is None
    with sqlite_store.write() as tx:
        dismiss(tx, fire.id, who)
    assert announce() == ["", "fire", ""]
