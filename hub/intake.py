"""One message that came by wire: read it, and hand it to its use case within the batch's transaction."""

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from devices.contract import codec
from devices.contract.alerts import AlertAnswer
from devices.contract.codec import UnreadableMessage
from devices.contract.commands import CommandResult
from devices.contract.envelope import MAX_BYTES, Envelope
from devices.contract.messages import (
    ACKNOWLEDGEMENTS,
    DEVICE_MESSAGES,
    Answer,
    CheckInEvent,
    DeviceInfo,
    DeviceState,
    Heartbeat,
    HubState,
    Request,
    RequestAnswer,
    RequestKind,
    Status,
)
from devices.contract.topics import HUB, LEAVES_OF_HUB, RETAINED, Address, InvalidTopic, Leaf, parse
from devices.ports import Received
from hub.domain.runs import Gap
from hub.ports import Ids, Transaction
from hub.usecases.acting import Deciding
from hub.usecases.ask_from_room import FROM_ROOMS
from hub.usecases.asking import Asking, Service
from hub.usecases.check_in import Desk, check_in
from hub.usecases.command_device import hear_answer
from hub.usecases.find_gaps import hear_result
from hub.usecases.hear_device import hear_heartbeat, hear_info, hear_state
from hub.usecases.hear_pager import hear_alert_answer
from hub.usecases.judging import Incoming
from hub.usecases.page_alerts import page_again
from hub.usecases.plans import Plans
from hub.usecases.quarantine import Unusable, quarantine
from hub.usecases.serve_request import serve_request
from hub.usecases.serve_roster import Page, Seal, roster_page

LEAVES = frozenset(leaf for leaf, _ in LEAVES_OF_HUB)


@dataclass(slots=True)
class Work:
    """One batch on its way through a transaction, and what is to be said once it is on disk.

    ``spoken`` are devices that said that they are there, each with its run (``boot``), in the order in which they did.
    """

    now: datetime
    check_ins: list[Incoming] = field(default_factory=list)
    answers: list[tuple[str, Answer]] = field(default_factory=list)
    asked: list[tuple[str, Request, Received]] = field(default_factory=list)
    told: list[tuple[str, RequestAnswer]] = field(default_factory=list)
    searches: list[tuple[str, Request]] = field(default_factory=list)
    pages: list[tuple[str, Request, Page]] = field(default_factory=list)
    gaps: list[tuple[str, str, Gap]] = field(default_factory=list)
    pulses: dict[str, Heartbeat] = field(default_factory=dict)
    fellows: list[HubState] = field(default_factory=list)
    spoken: list[tuple[str, str]] = field(default_factory=list)


class Intake:
    """What each kind of message does. Used by the writer's thread alone; ``counts`` is for people who watch."""

    def __init__(
        self,
        *,
        service: Service,
        seal: Seal,
        enrolled: Collection[str],
        agents: Collection[str] = (),
        pagers: Collection[str] = (),
        counts: Counter[str],
    ) -> None:
        """Take the parts. ``enrolled`` are the kiosks the house knows, beside ``agents`` in rooms and ``pagers``."""
        self._service = service
        self._ids: Ids = service.ids
        self._seal = seal
        self._desk = Desk(service.ids, frozenset(enrolled))
        self._agents = frozenset(agents)
        self._pagers = frozenset(pagers)
        self._devices = self._agents.union(enrolled, pagers)
        self._counts = counts

    @property
    def plans(self) -> Plans:
        """Return the seating plans at hand, for the writer's thread."""
        return self._desk.plans

    def take_all(self, tx: Transaction, batch: Sequence[Received], now: datetime) -> Work:
        """Store what a batch says; returns what is to be answered after the commit."""
        work = Work(now)
        for message in batch:
            if not _deletes(message):
                self.take(tx, message, work)
        answers = check_in(tx, work.check_ins, self._desk, now)
        work.answers = [(item.device, answer) for item, answer in zip(work.check_ins, answers, strict=True)]
        for device, request, message in work.asked:  # after the scans, for they may be about one of these
            self._serve(tx, device, request, message, work)
        return work

    def set_aside(self, tx: Transaction, batch: Sequence[Received], now: datetime) -> Work:
        """Quarantine what our own code cannot digest, so that it blocks nobody."""
        for message in batch:
            self._quarantine(tx, message, "internal_error", "this program failed on the message; see its log", "", now)
        return Work(now)

    def take(self, tx: Transaction, message: Received, work: Work) -> None:
        """Read one message and hand it to its use case; what cannot be read is quarantined."""
        try:
            address = parse(message.topic)
            if address.device == HUB:
                work.fellows += [codec.decode(message.payload, HubState)] if address.leaf is Leaf.STATE else []
                return
            device, decoded = self._read(message, address)
        except UnreadableMessage as problem:
            self._quarantine(tx, message, problem.reason, str(problem), problem.field, work.now)
            return
        except InvalidTopic as problem:
            self._quarantine(tx, message, "invalid_topic", str(problem), "", work.now)
            return
        match decoded:
            case CheckInEvent():
                work.check_ins.append(Incoming(device, decoded, hashlib.sha256(message.payload).hexdigest()))
            case Request():
                self._sort(tx, device, decoded, message, work)
            case DeviceState():
                hear_state(tx, device, decoded, work.now)
                work.spoken += _spoken(device, decoded, message)
            case DeviceInfo():
                hear_info(tx, device, decoded, work.now)
                self._counts["alerts.again"] += page_again(tx, device, work.now)
            case Heartbeat():
                found = hear_heartbeat(tx, device, decoded, work.now, self._ids)
                work.gaps += [(device, boot, gap) for boot, gap in found]
                work.pulses[device] = decoded
                work.spoken.append((device, decoded.boot))
            case CommandResult() | AlertAnswer():
                self._hear(tx, device, decoded, message, work)
            case _:
                self._quarantine(tx, message, "unexpected", "no use case takes this message", "", work.now)

    def _hear(
        self, tx: Transaction, device: str, said: CommandResult | AlertAnswer, message: Received, work: Work
    ) -> None:
        if isinstance(said, CommandResult):
            if not hear_answer(tx, device, said, work.now):
                hear_result(tx, device, said, work.now, self._ids)
            return
        who = Deciding(actor=device, at=work.now, ids=self._ids)
        if hear_alert_answer(tx, device, said, who, self._service.times):
            self._counts[f"alerts.{said.did}"] += 1
        else:
            detail = f"{said.alert} is no alert of {device}"
            self._quarantine(tx, message, "unknown_alert", detail, "alert", work.now)

    def _read(self, message: Received, address: Address) -> tuple[str, Envelope]:
        if len(message.payload) > MAX_BYTES:
            raise UnreadableMessage("too_large", f"more than {MAX_BYTES} bytes are not taken")
        if message.retained and address.leaf not in RETAINED:
            raise UnreadableMessage("retained", "events are never retained: this one is a ghost of an earlier run")
        if address.leaf not in LEAVES:
            raise UnreadableMessage("unexpected", f"nothing is expected on {address.leaf}")
        if address.device not in self._devices:
            raise UnreadableMessage("unknown_device", f"{address.device} is not among this hub's devices")
        decoded = _decode(address.leaf, message.payload)
        if address.device in self._agents and not _for_rooms(decoded):
            raise UnreadableMessage("not_allowed", "an agent in a room asks for its room alone, and knows no guest")
        if address.device in self._pagers and isinstance(decoded, CheckInEvent | Request):
            raise UnreadableMessage("not_allowed", "a pager answers alerts, and asks for nothing")
        if address.device not in self._pagers and isinstance(decoded, AlertAnswer):
            raise UnreadableMessage("not_allowed", "only a pager answers alerts")
        return address.device, decoded

    def _sort(self, tx: Transaction, device: str, request: Request, message: Received, work: Work) -> None:
        match request.kind:
            case RequestKind.ROSTER:
                work.pages.append((device, request, roster_page(tx, device, request, self._seal, work.now)))
            case RequestKind.FIND:
                work.searches.append((device, request))
            case _:
                work.asked.append((device, request, message))

    def _serve(self, tx: Transaction, device: str, request: Request, message: Received, work: Work) -> None:
        answer = serve_request(Asking(tx=tx, device=device, request=request, now=work.now, service=self._service))
        if answer is None:
            self._quarantine(tx, message, "same_id_other_body", f"request {request.id}", "id", work.now)
            return
        work.told.append((device, answer))
        self._counts[f"requests.{request.kind}"] += 1
        if answer.reason:
            self._counts[f"requests_refused.{answer.reason}"] += 1

    def _quarantine(self, tx: Transaction, message: Received, reason: str, detail: str, at: str, now: datetime) -> None:
        self._counts[f"quarantined.{reason}"] += 1
        _, _, rest = message.topic.partition("/v1/")
        _, _, place = rest.partition("/")
        device, _, leaf = place.partition("/")
        item = Unusable(
            device=device[:32],
            leaf=leaf[:120],
            reason=reason,
            detail=detail,
            field=at,
            payload=message.payload,
            again=message.again,
        )
        known = device in self._desk.enrolled and leaf == Leaf.UP_CHECKIN
        quarantine(tx, item, now=now, ids=self._ids, insistent=known)


def _deletes(message: Received) -> bool:
    """Say whether somebody has only deleted what the broker kept of a device, which then was put out."""
    return not message.payload and message.topic.rpartition("/")[2] in RETAINED


def _spoken(device: str, said: DeviceState, message: Received) -> list[tuple[str, str]]:
    """Return which run has the device's name; what comes again may be older than what has come since."""
    return [(device, said.boot)] if said.status is Status.ONLINE and not message.again else []


def _decode(leaf: Leaf, payload: bytes) -> Envelope:
    if leaf is Leaf.UP_ACK:
        return codec.decode_one_of(payload, ACKNOWLEDGEMENTS)
    (kind,) = DEVICE_MESSAGES[leaf]
    return codec.decode(payload, kind)


def _for_rooms(message: Envelope) -> bool:
    """Say whether an agent in a room may send this: it checks nobody in and looks nobody up (I7)."""
    if isinstance(message, Request):
        return message.kind in FROM_ROOMS and message.room is not None
    return not isinstance(message, CheckInEvent)
