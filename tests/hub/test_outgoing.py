"""What the hub says unasked: news that could not be sent are told once there is a way again."""

from typing import Any, cast

from devices.contract import codec
from devices.contract.messages import Progress, Reply, RequestKind
from devices.contract.topics import Leaf
from devices.ids import uuid7
from devices.ports import Link, NotDelivered
from hub.outgoing import Outgoing
from hub.ports import Store
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

    def publish_soon(self, topic: str, payload: bytes, done: object, **options: Any) -> None:  # noqa: ANN401 - a link's own options
        """Take a message, or not."""
        del done, options
        if not self.takes:
            raise NotDelivered("the queue is full")
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
