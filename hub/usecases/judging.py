"""Judging a batch of scans: pure bookkeeping over what was read, before anything is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from devices.contract.admission import Standing, judge
from devices.contract.messages import CheckInEvent, Clock, Verdict
from hub.domain.check_ins import Admission, CheckIn, Class, Scan, arrival, classify
from hub.domain.door_time import Anchor, Reading, door_time
from hub.domain.guests import InvitationStatus, Invited
from hub.domain.meetings import Meeting
from hub.domain.pace import real
from hub.domain.rulings import Ruling, ruled

PROMPT = timedelta(seconds=10)
"""A guest who was turned away may wait this long for the hub's better knowledge; later the kiosk's answer stands."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One event as it came from one kiosk; ``body`` is the SHA-256 of its bytes."""

    device: str
    event: CheckInEvent
    body: str


@dataclass(slots=True)
class Judging:
    """What is known of the invitations in a batch, and what the batch changes.

    ``invited`` is by lookup, ``history`` by invitation and event id, ``rulings`` by invitation; ``current`` holds those
    invitations whose scanned code is an old one, with their current code, which alone can be withdrawn. After
    ``settle``: ``new`` holds the new events with their classes, ``reclassed`` the old ones whose class changed,
    ``admitted`` the new or moved admissions, ``arrivals`` the invitations that had none before, ``before`` the
    admissions that were moved or taken back as they had been, and ``settled`` all invitations that were looked at.
    """

    now: datetime
    invited: Mapping[str, Invited]
    meetings: Mapping[str, Meeting]
    history: dict[str, dict[str, CheckIn]]
    admissions: dict[str, Admission]
    anchors: Mapping[tuple[str, str], Anchor] = field(default_factory=dict)
    rulings: Mapping[str, Sequence[Ruling]] = field(default_factory=dict)
    current: Mapping[str, Invited] = field(default_factory=dict)
    new: dict[str, CheckIn] = field(default_factory=dict)
    reclassed: dict[str, Class] = field(default_factory=dict)
    admitted: dict[str, Admission] = field(default_factory=dict)
    arrivals: list[Invited] = field(default_factory=list)
    before: dict[str, Admission] = field(default_factory=dict)
    settled: dict[str, Invited] = field(default_factory=dict)

    def take(self, item: Incoming) -> None:
        """Judge one new event by itself; its class follows in ``settle``."""
        event = item.event
        invited = self.invited.get(event.lookup)
        meeting = self.meetings.get(invited.invitation.meeting) if invited else None
        at = self._door_time(item)
        verdict = _verdict(event, at, invited, meeting)
        admits = event.verdict.admits or (verdict is Verdict.WELCOME and _still_there(event, self.now))
        check_in = CheckIn(
            scan=Scan(id=event.id, device=item.device, boot=event.boot, seq=event.seq, at=at, admits=admits),
            body=item.body,
            door_at=event.ts,
            received_at=self.now,
            mono_ms=event.mono_ms,
            clock=event.clock.value,
            kind=event.kind.value,
            method=event.method.value,
            offline=event.offline,
            lookup=event.lookup,
            kiosk_verdict=event.verdict.value,
            verdict=verdict.value,
            classed=Class.QUARANTINED if admits else Class.REFUSED,
            invitation=invited.invitation.id if invited else None,
            meeting=meeting.id if meeting else None,
            machine=event.machine or "",
            seat=event.seat,
        )
        self.new[event.id] = check_in
        if invited:
            self.history[invited.invitation.id][event.id] = check_in

    def _door_time(self, item: Incoming) -> datetime:
        event = item.event
        reading = Reading(
            wall=event.ts, mono_ms=event.mono_ms, synced=event.clock is Clock.SYNCED, received_at=self.now
        )
        return door_time(reading, self.anchors.get((item.device, event.machine or "")))

    def settle(self) -> None:
        """Classify all events of the invitations that were scanned, and move their admissions."""
        by_id = {invited.invitation.id: invited for invited in self.invited.values()}
        for invitation in dict.fromkeys(one.invitation for one in self.new.values() if one.invitation):
            self.settle_one(by_id[invitation])

    def strangers(self) -> list[CheckIn]:
        """Return new events whose bearer was let in although nobody here invited them."""
        return [one for one in self.new.values() if one.invitation is None and one.scan.admits]

    def gone(self) -> list[str]:
        """Return the invitations whose admission was taken back: their guests are not in after all."""
        return [invitation for invitation in self.before if invitation not in self.admissions]

    def displaced(self) -> list[str]:
        """Return the invitations whose admission was taken back, or moved to a later scan after a ruling."""
        now = self.admissions
        return [key for key, before in self.before.items() if key not in now or now[key].at > before.at]

    def settle_one(self, invited: Invited) -> None:
        """Classify all events of one invitation, as people ruled on them, and move its admission."""
        self.settled[invited.invitation.id] = invited
        invitation = self.current.get(invited.invitation.id, invited).invitation
        events = self.history[invitation.id]
        revoked_at = invitation.status_at if invitation.status is InvitationStatus.REVOKED else None
        scans = ruled((one.scan for one in events.values()), self.rulings.get(invitation.id, ()))
        for event_id, classed in classify(scans, revoked_at).items():
            event = events[event_id]
            if event.classed is classed:
                continue
            events[event_id] = replace(event, classed=classed)
            if event_id in self.new:
                self.new[event_id] = events[event_id]
            else:
                self.reclassed[event_id] = classed
        self._admit(invited, events, arrival(scans))

    def _admit(self, invited: Invited, events: Mapping[str, CheckIn], first: Scan | None) -> None:
        invitation = invited.invitation
        before = self.admissions.get(invitation.id)
        if first is None:
            if before is not None:
                self.before[invitation.id] = self.admissions.pop(invitation.id)
            return
        admission = Admission(
            meeting=invitation.meeting,
            invitation=invitation.id,
            check_in=first.id,
            device=first.device,
            at=first.at,
            flagged=events[first.id].classed is Class.REVOKED,
        )
        if admission == before:
            return
        self.admissions[invitation.id] = self.admitted[invitation.id] = admission
        if before is None:
            self.arrivals.append(invited)
        else:
            self.before[invitation.id] = before


def answer_verdict(check_in: CheckIn) -> Verdict:
    """Say what a kiosk should now show for a stored event."""
    if check_in.classed is Class.ADMITTED:
        return Verdict.WELCOME
    if check_in.classed is Class.REVOKED:
        return Verdict.REVOKED
    if check_in.classed in {Class.DUPLICATE, Class.RESCAN}:
        return Verdict.ALREADY_IN
    return Verdict(check_in.verdict)


def _verdict(event: CheckInEvent, at: datetime, invited: Invited | None, meeting: Meeting | None) -> Verdict:
    """Say what the hub thinks of one scan by itself, without what came before it."""
    if invited is None or meeting is None:
        return Verdict.UNKNOWN if event.verdict.admits else event.verdict
    standing = Standing(
        status=invited.invitation.status.value,
        cancelled=meeting.cancelled,
        doors_at=meeting.doors_at,
        ends_at=meeting.ends_at,
    )
    return judge(standing, at, event.clock)


def _still_there(event: CheckInEvent, now: datetime) -> bool:
    """Say whether the hub's answer can still reach the guest before the screen."""
    if event.offline:
        return False
    return event.clock is Clock.UNSYNCED or abs(now - event.ts) <= real(PROMPT)
