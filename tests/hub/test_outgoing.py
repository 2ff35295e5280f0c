"""What the hub says unasked: news that could not be sent are told once there is a way again."""

from typing import Any, cast

from devices.contract import codec
from devices.contract.commands import Command, CommandKind
from devices.contract.messages import Progress, Reply, RequestKind
from devices.contract.topics import Leaf
from devices.ids import uuid7
from devices.ports import Link, NotDelivered
from hub.outgoing import Outgoing
from hub.ports import DeviceRecord, Store
from hub.usecases.acting import Deciding
from hub.usecases.command_device import command_device
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

    def publish_soon(self, topic: str, payload: bytes, done: object, **options: Any) -> None:  # noqa: ANN401 - a link's own options
        """Take a message, or not."""
        del done
        if not self.takes:
            raise NotDelivered("the queue is full")
        if topic.endswith(Leaf.DOWN_COMMAND):
            self.commands.append((topic, codec.decode(payload, Command).id, options["expiry_s"]))
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
