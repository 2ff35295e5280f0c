from typing import Any

import pytest

from devices.contract.messages import DeviceInfo, DeviceState, Heartbeat, Need, Status
from devices.ids import uuid7
from hub.device_ports import DeviceRecord
from hub.ports import Store
from hub.usecases.hear_device import hear_heartbeat, hear_info, hear_state
from tests.hub.build import T0, at

FIRST, SECOND = uuid7(), uuid7()


def stamp(boot: str = FIRST) -> dict[str, Any]:
    """Return an envelope of one run."""
    return {"id": uuid7(), "ts": T0, "boot": boot, "seq": 1}


def state(store: Store, status: Status, boot: str = FIRST, seconds: float = 0) -> DeviceRecord:
    """Let a kiosk say how it is, and return what the hub knows then."""
    with store.write() as tx:
        hear_state(tx, "kiosk-1", DeviceState(**stamp(boot), status=status), at(seconds))
    return known(store)


def known(store: Store) -> DeviceRecord:
    """Return what the hub knows of the kiosk."""
    with store.read() as tx:
        record = tx.devices.get("kiosk-1")
    assert record
    return record


def test_a_kiosk_that_comes_and_goes_is_followed(sqlite_store: Store) -> None:
    """Online, a clean stop, and away without a word are three states, each with its time."""
    assert state(sqlite_store, Status.ONLINE).status == "online"
    assert state(sqlite_store, Status.STOPPING, seconds=5).status == "stopping"
    record = state(sqlite_store, Status.OFFLINE, seconds=9)
    assert (record.status, record.status_at) == ("offline", at(9))


def test_the_will_of_an_earlier_run_changes_nothing(sqlite_store: Store) -> None:
    """The kiosk restarted; its old connection's will comes afterwards."""
    state(sqlite_store, Status.ONLINE, FIRST)
    state(sqlite_store, Status.ONLINE, SECOND, 5)
    record = state(sqlite_store, Status.OFFLINE, FIRST, 6)
    assert (record.status, record.boot) == ("online", SECOND)


def test_saying_the_same_again_is_no_news(sqlite_store: Store) -> None:
    """A retained state that is replayed at every subscription leaves the time as it was."""
    state(sqlite_store, Status.ONLINE)
    assert state(sqlite_store, Status.ONLINE, seconds=60).status_at == T0


def test_what_a_device_is_and_how_it_is_are_kept_beside_its_state(sqlite_store: Store) -> None:
    """One record holds all that is known."""
    state(sqlite_store, Status.ONLINE)
    with sqlite_store.write() as tx:
        hear_info(
            tx,
            "kiosk-1",
            DeviceInfo(**stamp(), kind="kiosk", model="Pi 5", software="0.1", capabilities=("qr",)),
            at(1),
        )
        pulse = Heartbeat(**stamp(), max_seq=4, unacked=1, oldest_s=2.0, mono_ms=7, camera_ok=False)
        hear_heartbeat(tx, "kiosk-1", pulse, at(15), uuid7)
    record = known(sqlite_store)
    assert (record.status, record.model, record.software, record.seen_at) == ("online", "Pi 5", "0.1", at(15))
    assert record.capabilities == ("qr",)
    assert record.health is not None
    assert (record.health["unacked"], record.health["camera_ok"]) == (1, False)
    assert "frames_per_s" not in record.health


@pytest.mark.parametrize(("readings", "battery"), [({"battery": 87.0, "cpu": 4.0}, 87.0), ({"battery": None}, None)])
def test_the_battery_of_a_pager_is_part_of_its_health(
    sqlite_store: Store, readings: dict[str, float | None], battery: float | None
) -> None:
    """Other readings belong to rooms, and are kept there."""
    with sqlite_store.write() as tx:
        pulse = Heartbeat(**stamp(), max_seq=0, unacked=0, oldest_s=0.0, mono_ms=7, readings=readings)
        hear_heartbeat(tx, "kiosk-1", pulse, at(15), uuid7)
    health = known(sqlite_store).health or {}
    assert (health.get("battery"), "cpu" in health) == (battery, False)


def test_what_a_kiosk_needs_is_one_task_while_it_needs_it(sqlite_store: Store) -> None:
    """Said with every heartbeat, raised once, and closed by itself when it is over (I5)."""

    def needs(*what: Need) -> list[str]:
        pulse = Heartbeat(**stamp(), max_seq=0, unacked=0, oldest_s=0, mono_ms=7, needs=what)
        with sqlite_store.write() as tx:
            hear_heartbeat(tx, "kiosk-1", pulse, at(15), uuid7)
        with sqlite_store.read() as tx:
            return sorted(task.facts["need"] for task in tx.tasks.open())

    assert needs(Need.DISK_FULL) == needs(Need.DISK_FULL) == ["disk_full"]
    assert needs(Need.CLOCK_WRONG, Need.DISK_FULL) == ["clock_wrong", "disk_full"]
    assert needs(Need.CLOCK_WRONG) == ["clock_wrong"]
    assert needs() == []
    assert needs() == []
