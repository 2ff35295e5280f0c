from hub.device_ports import DeviceRecord
from hub.ports import Store
from tests.hub.build import at


def test_a_device_comes_back_whole_and_is_changed_in_place(store: Store) -> None:
    """With its health as numbers and words, or none."""
    first = DeviceRecord(id="kiosk-1")
    full = DeviceRecord(
        id="kiosk-1",
        status="online",
        boot="b",
        status_at=at(1),
        seen_at=at(2),
        kind="kiosk",
        model="Pi 5",
        software="1.0",
        health={"temperature": 51.5, "unacked": 0, "clock": "synced", "note": "热", "ok": True, "gone": None},
    )
    other = DeviceRecord(id="a-button", health={})
    with store.write() as tx:
        assert tx.devices.get("kiosk-1") is None
        tx.devices.save(first)
        assert tx.devices.get("kiosk-1") == first
        tx.devices.save(full)
        tx.devices.save(other)
    with store.read() as tx:
        assert tx.devices.get("kiosk-1") == full
        assert tx.devices.all() == [other, full]
