"""Hypothesis drives two doors and a hub through any sequence of faults, and looks at the invariants after each step.

A failure is shrunk to the shortest story that shows it. ``YINGBIN_EXAMPLES=20000`` tells more stories than usual.
"""

import contextlib
import os
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from devices.contract.messages import Answer
from devices.ids import uuid7
from hub.domain.check_ins import CheckIn, Class, Scan
from hub.domain.errors import HubError
from hub.domain.guests import InvitationStatus
from hub.domain.meetings import PAPER
from hub.ports import Quarantined
from hub.usecases.check_in import Desk, check_in
from hub.usecases.judging import Incoming
from tests.faults.doors import GUESTS, INVITATIONS, MEETING, STRANGER, WINDOW, Crash, HubProcess, Kiosk, forged
from tests.hub.usecases.scans import KIOSKS

EXAMPLES = int(os.environ.get("YINGBIN_EXAMPLES", "50"))
STEPS = 50

door = st.sampled_from(range(len(KIOSKS)))
guest = st.integers(1, GUESTS)
order = st.integers(0, 2**32)


class Doors(RuleBasedStateMachine):
    """Two kiosks, the air between, a hub."""

    def __init__(self) -> None:
        super().__init__()
        self.hub = HubProcess()
        self.kiosks = [Kiosk(device) for device in KIOSKS]
        self.air: list[Incoming] = []
        self.replies: list[tuple[str, Answer]] = []
        self.last_guest = 1
        self.strange: set[str] = set()
        self.papers: dict[int, set[str]] = {}
        self.judged_with = dict.fromkeys(INVITATIONS.values(), None) | self.hub.withdrawn()
        self.seats: dict[str, str] = {}
        self.changed = True

    def teardown(self) -> None:
        """Let the storm end: everything drains, nothing is missing (I1, I9, I15)."""
        try:
            for kiosk in self.kiosks:
                kiosk.online = True
            while any(kiosk.waiting for kiosk in self.kiosks):
                before = sum(len(kiosk.waiting) for kiosk in self.kiosks)
                self.air.clear()
                for number in range(len(self.kiosks)):
                    self.send_again(number)
                self.deliver(len(self.air), 0)
                for number in range(len(self.kiosks)):
                    self.hear(number)
                assert sum(len(kiosk.waiting) for kiosk in self.kiosks) < before, "what waits is answered at the end"
            self.changed = True
            self.everything_holds()
            stored, quarantined = self._stored()
            for kiosk in self.kiosks:
                assert kiosk.recorded.keys() <= stored.keys() | quarantined
        finally:
            self.hub.end()

    # At the doors

    @rule(at=door, number=st.one_of(guest, st.just(STRANGER)))
    def scan(self, at: int, number: int) -> None:
        """Hold a code before a kiosk."""
        self.last_guest = number
        item = self.kiosks[at].scan(number, self.hub.now)
        if self.kiosks[at].online:
            self.air.append(item)

    @rule(at=door)
    def scan_the_same_guest(self, at: int) -> None:
        """Hold the same code again before this kiosk or the other."""
        self.scan(at, self.last_guest)

    @rule(seconds=st.sampled_from((0.5, 20, 45, 60, 400, 4_000)))
    def time_passes(self, seconds: float) -> None:
        """Wait, everywhere."""
        self.hub.now += timedelta(seconds=seconds)

    @rule(at=door, seconds=st.sampled_from((0, 30, -30, 3_600, -3_600, -(10**9))), synced=st.booleans())
    def clock_jumps(self, at: int, seconds: int, *, synced: bool) -> None:
        """Set a kiosk's wall clock, wrongly or rightly."""
        self.kiosks[at].off_by = timedelta(seconds=seconds)
        self.kiosks[at].synced = synced

    @rule(at=door)
    def kiosk_reboots(self, at: int) -> None:
        """Start a kiosk anew; its disk stays."""
        self.kiosks[at].reboot()

    @rule(at=door)
    def hear_the_roster(self, at: int) -> None:
        """Tell a kiosk that is online who may come in and who is in."""
        kiosk = self.kiosks[at]
        if kiosk.online:
            kiosk.roster, arrived = self.hub.standing()
            kiosk.arrived |= arrived

    # The network

    @rule(at=door)
    def partition(self, at: int) -> None:
        """Cut a door off."""
        self.kiosks[at].online = False

    @rule(at=door)
    def heal(self, at: int) -> None:
        """Let it come back."""
        self.kiosks[at].online = True
        self.send_again(at)

    @rule(at=door)
    def send_again(self, at: int) -> None:
        """Send what a kiosk has no answer to."""
        kiosk = self.kiosks[at]
        if kiosk.online:
            self.air += list(kiosk.waiting.values())[:WINDOW]

    @precondition(lambda self: self.air)
    @rule(seed=order)
    def duplicate(self, seed: int) -> None:
        """Let the broker deliver something twice."""
        self.air.append(Random(seed).choice(self.air))

    @precondition(lambda self: self.air)
    @rule(seed=order)
    def drop(self, seed: int) -> None:
        """Let the broker forget something."""
        self.air.remove(Random(seed).choice(self.air))

    @precondition(lambda self: self.air)
    @rule(seed=order)
    def reorder(self, seed: int) -> None:
        """Let the broker mix everything up."""
        Random(seed).shuffle(self.air)

    @precondition(lambda self: self.replies)
    @rule(seed=order)
    def lose_a_reply(self, seed: int) -> None:
        """Let an answer never arrive."""
        self.replies.remove(Random(seed).choice(self.replies))

    @rule(at=door)
    def hear(self, at: int) -> None:
        """Give a kiosk that is online its answers."""
        kiosk = self.kiosks[at]
        if kiosk.online:
            kiosk.hear([answer for device, answer in self.replies if device == kiosk.device])
            self.replies = [reply for reply in self.replies if reply[0] != kiosk.device]

    # The hub

    @precondition(lambda self: self.air)
    @rule(most=st.integers(1, 30), seed=order)
    def deliver(self, most: int, seed: int) -> None:
        """Let the hub take a batch of what is in the air, and answer."""
        batch = self._batch(most, seed)
        known, _ = self._stored()
        answers = self.hub.take(batch)
        self._judged(batch, answers, known)
        for item, answer in zip(batch, answers, strict=True):
            assert answer.id == item.event.id
            self.air.remove(item)
            self.replies.append((item.device, answer))

    @precondition(lambda self: self.air)
    @rule(most=st.integers(1, 30), seed=order)
    def crash_before_the_commit(self, most: int, seed: int) -> None:
        """Lose a batch before it is kept: nothing was acknowledged, the broker has it still."""
        with pytest.raises(Crash):
            self.hub.take(self._batch(most, seed), crash=True)
        self.hub.restart()
        self.changed = True

    @precondition(lambda self: self.air)
    @rule(most=st.integers(1, 30), seed=order)
    def crash_after_the_commit(self, most: int, seed: int) -> None:
        """Keep a batch and answer nobody: the broker delivers it again."""
        batch = self._batch(most, seed)
        known, _ = self._stored()
        self._judged(batch, self.hub.take(batch), known)
        self.hub.restart()

    @rule()
    def restart(self) -> None:
        """End the hub in good order and start it."""
        self.hub.restart()

    @rule(number=guest, status=st.sampled_from((InvitationStatus.REVOKED, InvitationStatus.VALID)))
    def withdraw(self, number: int, status: InvitationStatus) -> None:
        """Withdraw an invitation or restore it; kiosks learn of it later."""
        self.hub.withdraw(number, status)

    @rule(number=guest, minutes=st.sampled_from((0, 1, 30, 300)))
    def sign_on_paper(self, number: int, minutes: int) -> None:
        """Write down that a guest signed so long ago: the first time it is an event, afterwards nothing."""
        made = self.hub.write_down(number, self.hub.now - timedelta(minutes=minutes))
        assert len(made) == (0 if number in self.papers else 1), "one signature, one event (I2)"
        if made:
            self.changed = True
            self.papers.setdefault(number, set()).update(made)
            self.judged_with[INVITATIONS[number]] = self.hub.withdrawn()[INVITATIONS[number]]

    @precondition(lambda self: self.air)
    @rule(seed=order)
    def forge(self, seed: int) -> None:
        """Send another event under an id of ours."""
        self.air.append(forged(Random(seed).choice(self.air)))

    @precondition(lambda self: self.air)
    @rule(seed=order)
    def strange_device(self, seed: int) -> None:
        """Let a device that nobody knows send an event of its own."""
        item = Kiosk("stranger").scan(1 + seed % GUESTS, self.hub.now)
        self.strange.add(item.event.id)
        self.air.append(item)

    # What must always hold

    @invariant()
    def everything_holds(self) -> None:
        """I2 to I9, after each step that may have changed the hub's database or cleared an event."""
        stored, quarantined = self._stored()
        self._acknowledgements_are_sound(stored, quarantined)
        if self.changed:
            self.changed = False
            self._facts_are_counted_once(stored)
            self._classes_follow_from_the_order(stored)
            self._seats_are_given_once()

    def _facts_are_counted_once(self, stored: dict[str, CheckIn]) -> None:
        with self.hub.store.read() as tx:
            tally = tx.check_ins.tally()
            tasks = [task.dedupe for task in tx.tasks.open()]
        assert sum(tally.values()) == len(stored), "every stored event has one class (I2, I3)"
        assert not stored.keys() & self.strange, "no row of a device nobody knows (I7)"
        assert {one.scan.device for one in stored.values()} <= {*KIOSKS, PAPER}
        assert len(tasks) == len(set(tasks)), "one open task for each subject (I5)"

    def _classes_follow_from_the_order(self, stored: dict[str, CheckIn]) -> None:
        with self.hub.store.read() as tx:
            admissions = tx.check_ins.admissions(INVITATIONS.values())
        for key in INVITATIONS.values():
            scans: list[Scan] = [one.scan for one in stored.values() if one.invitation == key]
            found = {one.scan.id: one.classed for one in stored.values() if one.invitation == key}
            assert found == classes_of(scans, self.judged_with[key]), "classes follow from the order at the doors (I6)"
            first = min((one for one in scans if one.admits), key=_place, default=None)
            admission = admissions.get(key)
            assert (admission.check_in if admission else None) == (first.id if first else None), "the first is in (I2)"
            arrivals = [classed for classed in found.values() if classed in {Class.ADMITTED, Class.REVOKED}]
            assert len(arrivals) == (1 if first else 0)

    def _seats_are_given_once(self) -> None:
        with self.hub.store.read() as tx:
            seats = {one.invitation: one.seat for one in tx.seats.assignments(MEETING)}
        assert len(set(seats.values())) == len(seats), "no seat twice (I4)"
        assert self.seats.items() <= seats.items(), "a seat once given stays given"
        self.seats = seats

    def _acknowledgements_are_sound(self, stored: dict[str, CheckIn], quarantined: set[str]) -> None:
        for kiosk in self.kiosks:
            assert kiosk.cleared.keys() <= stored.keys() | quarantined, "what was cleared is in the hub (I8)"
            missing = kiosk.recorded.keys() - stored.keys() - quarantined
            assert missing <= kiosk.waiting.keys(), "what the hub lacks waits at its kiosk (I1, I9)"
            numbers: dict[str, list[int]] = {}
            for item in kiosk.recorded.values():
                numbers.setdefault(item.event.boot, []).append(item.event.seq)
            assert all(found == list(range(1, len(found) + 1)) for found in numbers.values()), "no gap in a boot (I9)"

    def _stored(self) -> tuple[dict[str, CheckIn], set[str]]:
        """Return the stored events by id, and the ids of those that were set aside."""
        ids = [key for kiosk in self.kiosks for key in kiosk.recorded]
        ids += [key for made in self.papers.values() for key in made]
        with self.hub.store.read() as tx:
            return dict(tx.check_ins.known([*ids, *self.strange])), {
                _event_of(one) for one in tx.records.quarantined(10_000)
            }

    def _batch(self, most: int, seed: int) -> list[Incoming]:
        return Random(seed).sample(self.air, min(most, len(self.air)))

    def _judged(self, batch: list[Incoming], answers: list[Answer], known: dict[str, CheckIn]) -> None:
        """Note with which withdrawals the hub has just judged: a later one counts from the next scan on."""
        self.changed = True
        withdrawn = self.hub.withdrawn()
        for item, answer in zip(batch, answers, strict=True):
            key = INVITATIONS.get(int(item.event.lookup, 16))
            if key and answer.accepted and item.event.id not in known:
                self.judged_with[key] = withdrawn[key]


def _event_of(item: Quarantined) -> str:
    """Read the event's id where the use case writes it: "event <id>, boot …"."""
    return item.detail.removeprefix("event ").partition(",")[0]


def _place(scan: Scan) -> tuple[datetime, str, str, int]:
    return scan.at, scan.device, scan.boot, scan.seq


def classes_of(scans: Iterable[Scan], withdrawn: datetime | None) -> dict[str, Class]:
    """Work the classes out a second way, by walking once along the order at the doors."""
    classes: dict[str, Class] = {}
    last_at: dict[str, datetime] = {}
    for scan in sorted(scans, key=_place):
        if not scan.admits:
            classes[scan.id] = Class.REFUSED
            continue
        if not last_at:
            classes[scan.id] = Class.REVOKED if withdrawn and scan.at >= withdrawn else Class.ADMITTED
        else:
            soon = scan.device in last_at and (scan.at - last_at[scan.device]).total_seconds() <= 60
            classes[scan.id] = Class.RESCAN if soon else Class.DUPLICATE
        last_at[scan.device] = scan.at
    return classes


def _settings(examples: int, **changes: Any) -> settings:  # noqa: ANN401 - any of Hypothesis's settings
    usual: dict[str, Any] = {
        "max_examples": examples,
        "stateful_step_count": STEPS,
        "deadline": None,
        "suppress_health_check": list(HealthCheck),
    }
    return settings(**(usual | changes))


@pytest.mark.timeout(120 + EXAMPLES)
def test_no_story_of_faults_breaks_an_invariant() -> None:
    """Scan, rescan, second door, partition, withdrawal, clock jump, doubling, loss, disorder, crash, forgery."""
    run_state_machine_as_test(Doors, settings=_settings(EXAMPLES))


def _answered_before_the_commit(hub: HubProcess, batch: Sequence[Incoming], *, crash: bool = False) -> list[Answer]:
    with contextlib.suppress(Crash), hub.store.write() as tx:
        answers = check_in(tx, batch, Desk(uuid7, KIOSKS), hub.now)
        if crash or len(batch) > 2:
            raise Crash
    if crash:
        raise Crash
    return answers


MUTANTS: dict[str, tuple[str, Callable[..., object]]] = {
    "late events change no class": ("hub.store.check_ins.SqlCheckIns.reclass", lambda *_: None),
    "an admission never moves": ("hub.usecases.judging.arrival", lambda scans: next(iter(scans), None)),
    "the order of arrival decides": ("hub.domain.check_ins.Scan.order", lambda _: 0),
    "every event is believed": ("hub.usecases.check_in._suspicion", lambda *_: ""),
    "a kiosk is answered before the commit": ("tests.faults.doors.HubProcess.take", _answered_before_the_commit),
    "a signature counts each time it is entered": ("hub.usecases.sign_on_paper._stands", lambda *_: False),
    "taken seats look free": ("hub.store.seats.SqlSeats.holders", lambda *_: {}),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_the_stories_show_a_hub_that_is_wrong(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each seeded mistake is found, so that silence means something."""
    monkeypatch.setattr(*MUTANTS[mutant])
    few = _settings(40, phases=[Phase.generate], report_multiple_bugs=False, database=None, derandomize=True)
    with pytest.raises((AssertionError, HubError)):
        run_state_machine_as_test(Doors, settings=few)
