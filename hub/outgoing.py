"""What the hub says to devices after a commit: answers, roster pages, commands, and that it is there."""

import itertools
import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypedDict, TypeVar

from devices.contract import codec
from devices.contract.cards import EvacuationCard
from devices.contract.commands import Command, CommandKind
from devices.contract.envelope import MAX_BYTES
from devices.contract.messages import Answer, HubState, Reply, Request, RequestAnswer, RosterPage, Status
from devices.contract.topics import Leaf, hub_state, topic
from devices.ports import Clock, Link, NotDelivered
from hub.domain.commands import DeviceCommand
from hub.domain.incidents import evacuation
from hub.domain.runs import Gap
from hub.ports import Ids, Store, StoreUnavailable, Transaction
from hub.usecases.cards import evacuation_card
from hub.usecases.command_device import message_of, put_back, take_to_send
from hub.usecases.serve_roster import KINDS, Page
from hub.usecases.tell_progress import Teller

_log = logging.getLogger(__name__)
_ROOM_FOR_ANSWERS = MAX_BYTES - 512
ANNOUNCE_EVERY_MS = 500
COMMAND_EXPIRES_S = 30
"""A command that could not be delivered for so long is not obeyed any more (DESIGN 5)."""


_MOST_TOLD = 20

T = TypeVar("T", Answer, RequestAnswer)
Note = Callable[[str, int, int], None]


class _Stamp(TypedDict):
    id: str
    ts: datetime
    boot: str
    seq: int


class Outgoing:
    """Publishes without waiting: what gets lost is asked for again, because an answer is a function of stored rows."""

    def __init__(self, store: Store, *, site: str, clock: Clock, ids: Ids, note: Note = lambda *_: None) -> None:
        """Take the parts; ``attach`` the link before the first message.

        ``note`` is told the database's incarnation, its newest roster position, and the milliseconds since boot.
        """
        self._store = store
        self._site = site
        self._clock = clock
        self._ids = ids
        self._boot = ids()
        with store.read() as tx:
            self._incarnation = tx.feed.incarnation()
            self._head = tx.feed.head(KINDS)
            self._evacuation = told_to_leave(tx)
        self._note = note
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._link: Link | None = None
        self._announced: tuple[str, int, EvacuationCard | None] = ("", -1, None)
        self._announced_ms = 0
        self._teller = Teller()
        self.undelivered = 0

    def attach(self, link: Link) -> None:
        """Take the link to speak through."""
        self._link = link

    def presence(self, status: Status) -> bytes:
        """Write the hub's birth, farewell or will."""
        return codec.encode(self._state(status, self._head))

    def replies(self, answers: Iterable[tuple[str, Answer]]) -> list[tuple[str, bytes]]:
        """Write the answers of one batch, one or more messages for each kiosk, as topics and payloads to ``send``."""
        return [
            (topic(self._site, device, Leaf.DOWN_REPLY), self._reply(replies=tuple(part)))
            for device, theirs in _by_device(answers)
            for part in _portions(theirs)
        ]

    def told(self, answers: Iterable[tuple[str, RequestAnswer]]) -> list[tuple[str, bytes]]:
        """Write what became of requests, as ``replies`` does."""
        return [
            (topic(self._site, device, Leaf.DOWN_REPLY), self._reply(requests=tuple(part[at : at + _MOST_TOLD])))
            for device, theirs in _by_device(answers)
            for part in _portions(theirs)
            for at in range(0, len(part), _MOST_TOLD)
        ]

    def send(self, messages: Iterable[tuple[str, bytes]]) -> bool:
        """Send what is written; False when not all of it could be."""
        sent = [self._publish(where, payload) for where, payload in messages]
        return all(sent)

    def roster(self, device: str, request: Request, page: Page) -> None:
        """Send one roster page."""
        self._head = max(self._head, page.head)
        message = RosterPage(
            **self._stamp(),
            request=request.id,
            incarnation=self._incarnation,
            cursor=request.cursor or 0,
            to=page.to,
            head=page.head,
            items=page.items,
            fingerprint=page.fingerprint,
        )
        self._publish(topic(self._site, device, Leaf.DOWN_ROSTER), codec.encode(message))

    def resend(self, device: str, boot: str, gap: Gap) -> None:
        """Ask a device for events again (I9)."""
        message = Command(**self._stamp(), kind=CommandKind.RESEND, of_boot=boot, first=gap.first, last=gap.last)
        _log.warning("%s: asking for its events %d to %d of run %s again", device, gap.first, gap.last, boot)
        self._publish(topic(self._site, device, Leaf.DOWN_COMMAND), codec.encode(message), expiry_s=COMMAND_EXPIRES_S)

    def heard(self, state: HubState) -> None:
        """Say again that the hub is there when another of its processes, or an earlier run, has said that it is not."""
        if state.boot != self._boot and state.status is not Status.ONLINE:
            self._announced = ("", -1, None)

    def announce(self) -> None:
        """Tell kiosks, at most twice a second, that the roster has moved on, and how what they asked for goes on.

        What other processes have told devices to do is sent by the way.
        """
        now = self._clock.monotonic_ms()
        if self._link is None or not self._link.connected or now - self._announced_ms < ANNOUNCE_EVERY_MS:
            return
        try:
            with self._store.read() as tx:
                self._head = tx.feed.head(KINDS)
                self._incarnation = tx.feed.incarnation()
                self._evacuation = told_to_leave(tx)
                news = self._teller.news(tx, self._clock.now())
                told = bool(tx.commands.waiting(self._clock.now(), 1))
            if told:
                self._send_commands()
        except StoreUnavailable:
            return
        self._announced_ms = now
        if not self.send(self.told(news)):
            self._teller = Teller()  # begin anew, once there is a way again
        self._note(self._incarnation, self._head, now)
        known = (self._incarnation, self._head, self._evacuation)
        if known != self._announced and self._publish(
            hub_state(self._site), codec.encode(self._state(Status.ONLINE, self._head)), retain=True
        ):
            self._announced = known

    def _send_commands(self) -> None:
        """Send what waits to be told to devices; what finds no way waits on. Raises StoreUnavailable."""
        now = self._clock.now()
        with self._store.write() as tx:
            taken = take_to_send(tx, now)
        unsent = [command for command in taken if not self._command(command, now)]
        if unsent:
            with self._store.write() as tx:
                put_back(tx, unsent)

    def _command(self, command: DeviceCommand, now: datetime) -> bool:
        stamp = self._stamp()
        message = message_of(command, stamp["seq"], stamp["boot"], now)
        left_s = max(1, int((command.expires_at - now).total_seconds()))
        return self._publish(topic(self._site, command.device, Leaf.DOWN_COMMAND), message, expiry_s=left_s)

    def _reply(self, replies: tuple[Answer, ...] = (), requests: tuple[RequestAnswer, ...] = ()) -> bytes:
        return codec.encode(Reply(**self._stamp(), incarnation=self._incarnation, replies=replies, requests=requests))

    def _state(self, status: Status, roster: int) -> HubState:
        return HubState(
            **self._stamp(),
            status=status,
            incarnation=self._incarnation,
            roster=roster,
            evacuation=self._evacuation if status is Status.ONLINE else None,
        )

    def _stamp(self) -> _Stamp:
        with self._lock:
            number = next(self._numbers)
        return _Stamp(id=self._ids(), ts=self._clock.now(), boot=self._boot, seq=number)

    def _publish(self, where: str, payload: bytes, *, retain: bool = False, expiry_s: int | None = None) -> bool:
        if self._link is None:
            return False
        try:
            self._link.publish_soon(where, payload, self._count, retain=retain, expiry_s=expiry_s)
        except NotDelivered:
            self.undelivered += 1
            return False
        return True

    def _count(self, problem: NotDelivered | None) -> None:
        if problem:
            self.undelivered += 1
            _log.warning("a message to a device was not delivered: %s", problem)


def told_to_leave(tx: Transaction) -> EvacuationCard | None:
    """Return what every kiosk shows while everybody is to leave; None else (C.3.4)."""
    found = evacuation(tx.incidents.open())
    return evacuation_card(found, tx.meetings.venue()) if found else None


def _by_device(answers: Iterable[tuple[str, T]]) -> Iterable[tuple[str, list[T]]]:
    found: dict[str, list[T]] = {}
    for device, answer in answers:
        found.setdefault(device, []).append(answer)
    return found.items()


def _portions(answers: Sequence[T]) -> Iterable[list[T]]:
    """Cut answers into lists that fit into one message each."""
    if len(answers) == 1:
        yield list(answers)
        return
    part: list[T] = []
    room = _ROOM_FOR_ANSWERS
    for answer in answers:
        size = len(codec.dump_card(answer).encode()) + 1
        if part and size > room:
            yield part
            part, room = [], _ROOM_FOR_ANSWERS
        part.append(answer)
        room -= size
    if part:
        yield part
