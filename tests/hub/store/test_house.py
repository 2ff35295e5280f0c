from hub.domain.meetings import Door, Place, Room, Venue
from hub.domain.words import Words
from hub.ports import Store


def test_the_house_is_not_there_before_it_is_saved_and_is_one_house_after(store: Store) -> None:
    """A second import changes the house, it does not add one."""
    with store.read() as tx:
        assert tx.meetings.venue() is None
    for phone in ("1", "2"):
        venue = Venue(name=Words("楼", "House"), zone="Asia/Shanghai", parking=Words("地下", "Below"), phone=phone)
        with store.write() as tx:
            tx.meetings.save_venue(venue)
    with store.read() as tx:
        assert tx.meetings.venue() == venue


def test_rooms_come_by_key_in_the_same_order_on_both_databases(store: Store) -> None:
    """A server's locale would sort 中 and small letters differently from SQLite."""
    rooms = [Room(key=key, name=Words(key, ""), floor="2") for key in ("中", "b", "B", "a-1", "a1")]
    with store.write() as tx:
        for room in [Room(key="b", name=Words("old", "")), *rooms]:
            tx.meetings.save_room(room)
    with store.read() as tx:
        assert tx.meetings.rooms() == sorted(rooms, key=lambda room: room.key)


def test_doors_are_found_by_device(store: Store) -> None:
    """The device is what a check-in names."""
    doors = {name: Door(device=name, name=Words(f"{name}门", name)) for name in ("kiosk-1", "kiosk-2")}
    with store.write() as tx:
        for door in doors.values():
            tx.meetings.save_door(door)
    with store.read() as tx:
        assert tx.meetings.doors() == doors


def test_ways_are_those_from_one_kiosk_or_all(store: Store) -> None:
    """Each kiosk shows only the ways from where it stands; a way may have a step-free one beside it."""
    here = Place(device="kiosk-1", key="lounge", name=Words("贵宾室", "Lounge"), way=Words("左", "Left"), arrow="left")
    there = Place(
        device="kiosk-2",
        key="lounge",
        name=Words("贵宾室", "Lounge"),
        way=Words("上楼", "Up"),
        step_free_way=Words("电梯", "Lift"),
    )
    with store.write() as tx:
        tx.meetings.save_place(there)
        tx.meetings.save_place(here)
    with store.read() as tx:
        assert tx.meetings.places() == [here, there]
        assert tx.meetings.places("kiosk-2") == [there]
        assert tx.meetings.places("kiosk-3") == []
