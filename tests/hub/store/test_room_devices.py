from hub.domain.meetings import Room
from hub.domain.room_devices import DeviceKind, RoomDevice
from hub.domain.words import Words
from hub.ports import Store

STEPS = (Words("按“投影”键", "Press Projector"), Words("接上电脑", "Plug your computer in"))


def device(key: str, room: str = "hall", position: int = 0, *steps: Words) -> RoomDevice:
    """Return a projector."""
    name = Words("投影仪", "Projector")
    return RoomDevice(room=room, key=key, kind=DeviceKind.PROJECTOR, name=name, guide=steps, position=position)


def kept(store: Store, *devices: RoomDevice) -> Store:
    """Store the rooms and what stands in them."""
    with store.write() as tx:
        for key in ("hall", "annex"):
            tx.meetings.save_room(Room(key=key, name=Words(key, key)))
        tx.room_devices.put(devices)
    return store


def test_devices_come_back_whole_and_in_the_order_of_their_list(store: Store) -> None:
    """Kind, name, and each step of the guide in both languages; a guide may be empty."""
    first, second, there = device("z", "hall", 0, *STEPS), device("a", "hall", 1), device("a", "annex", 0, *STEPS)
    with kept(store, second, there, first).read() as tx:
        assert tx.room_devices.of_room("hall") == [first, second]
        assert tx.room_devices.all() == [there, first, second]
        assert tx.room_devices.of_room("nowhere") == []


def test_a_device_is_changed_and_removed_by_room_and_key(store: Store) -> None:
    """The same key in another room is another device."""
    kept(store, device("a"), device("b"), device("a", "annex"))
    with store.write() as tx:
        tx.room_devices.put([device("a", "hall", 0, *STEPS)])
        tx.room_devices.remove([("hall", "b"), ("hall", "none")])
        tx.room_devices.remove([])
    with store.read() as tx:
        assert tx.room_devices.all() == [device("a", "annex"), device("a", "hall", 0, *STEPS)]
