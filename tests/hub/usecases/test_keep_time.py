from datetime import UTC, datetime, timedelta
from typing import Any

from devices.contract.messages import Clock, Heartbeat
from devices.ids import uuid7
from hub.domain.check_ins import Class
from hub.ports import Store
from hub.usecases.hear_device import hear_heartbeat
from tests.hub.build import T0, at, furnished
from tests.hub.usecases.scans import scan, take

MACHINE = uuid7()
WOKE = datetime(1970, 1, 1, 0, 1, tzinfo=UTC)
"""What the kiosk's wall clock says a minute after its machine was started, which was at T0."""


def dazed(number: int, true_s: float, device: str = "kiosk-1", **changes: Any) -> Any:  # noqa: ANN401 - an Incoming
    """Make a scan at a kiosk that believes it is 1970."""
    wrong = {"ts": WOKE + timedelta(seconds=true_s), "clock": Clock.UNSYNCED, "mono_ms": int(true_s * 1000)}
    return scan(number, true_s, device, **(wrong | {"machine": MACHINE, "offline": True} | changes))


def beat(store: Store, true_s: float, *, clock: Clock = Clock.UNSYNCED, late_s: float = 0.0) -> None:
    """Let that kiosk's heartbeat reach the hub."""
    wall = at(true_s) if clock is Clock.SYNCED else WOKE + timedelta(seconds=true_s)
    pulse = Heartbeat(
        id=uuid7(),
        ts=wall,
        boot=uuid7(),
        seq=1,
        max_seq=0,
        unacked=0,
        oldest_s=0,
        mono_ms=int(true_s * 1000),
        clock=clock,
        machine=MACHINE,
    )
    with store.write() as tx:
        hear_heartbeat(tx, "kiosk-1", pulse, at(true_s + late_s), uuid7)


def admitted_at(store: Store, number: int = 1) -> tuple[datetime, str]:
    """Return when and where a guest came in."""
    with store.read() as tx:
        admission = tx.check_ins.admissions([f"inv-{number}"])[f"inv-{number}"]
    return admission.at, admission.device


def test_a_scan_of_a_kiosk_that_woke_in_1970_has_its_true_time(store: Store) -> None:
    """The heartbeat that ties its machine's count to the day came first."""
    furnished(store)
    beat(store, 300)
    take(store, dazed(1, 120), now=at(301))
    assert admitted_at(store) == (at(120), "kiosk-1")


def test_a_scan_that_came_before_the_anchor_is_timed_anew(store: Store) -> None:
    """And who was first is judged again: the guest stood at this door an hour before the other one (I6)."""
    furnished(store)
    take(store, dazed(1, 60), scan(1, 3600, "kiosk-2"), now=at(3700))
    assert admitted_at(store) == (at(3600), "kiosk-2")
    beat(store, 3800)
    assert admitted_at(store) == (at(60), "kiosk-1")
    with store.read() as tx:
        events = sorted(tx.check_ins.of_invitations(["inv-1"])["inv-1"], key=lambda event: event.scan.at)
    assert [(event.scan.device, event.classed) for event in events] == [
        ("kiosk-1", Class.ADMITTED),
        ("kiosk-2", Class.DUPLICATE),
    ]
    assert events[0].door_at.year == 1970, "what the kiosk said stays on record"


def test_an_admission_moves_to_a_later_time_too_when_its_clock_was_wrong(store: Store) -> None:
    """A clock that ran hours behind must not make its door the first for ever."""
    furnished(store)
    behind = scan(1, 7200, machine=MACHINE, ts=T0, clock=Clock.UNSYNCED, mono_ms=7_200_000, offline=True)
    take(store, behind, scan(1, 3600, "kiosk-2"), now=at(7300))
    assert admitted_at(store) == (T0, "kiosk-1")
    beat(store, 7400)
    assert admitted_at(store) == (at(3600), "kiosk-2")


def test_the_kiosks_own_clock_once_set_is_better_than_the_moment_of_receipt(store: Store) -> None:
    """The heartbeat took nine seconds; then the time service was found."""
    furnished(store)
    beat(store, 200, late_s=9)
    take(store, dazed(1, 120), now=at(301))
    assert admitted_at(store)[0] == at(129)
    beat(store, 320, clock=Clock.SYNCED)
    assert admitted_at(store)[0] == at(120)


def test_the_order_of_anchor_and_scans_does_not_matter(store: Store) -> None:
    """Two guests, the same story told both ways round (I6)."""
    furnished(store)
    take(store, dazed(1, 60), now=at(400))
    beat(store, 500)
    take(store, dazed(2, 60, boot=uuid7()), now=at(600))
    assert admitted_at(store, 1) == admitted_at(store, 2) == (at(60), "kiosk-1")
