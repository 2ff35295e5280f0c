from datetime import timedelta

from hub.domain.bands import Band, Measure
from hub.domain.field_devices import FieldDevice, Point
from hub.domain.lasting import Delays
from hub.domain.plug_power import PlugMemory, PlugState
from hub.domain.plug_watch import Plug
from hub.domain.room_wishes import RoomWish
from hub.domain.tea_pots import LearnedPot
from hub.domain.watch_settings import RoomClass, SensorSettings, Tea, WatchSettings
from hub.ports import Store
from tests.hub.build import at, furnish

CLASS = RoomClass(
    key="big",
    bands={Measure.TEMPERATURE: Band(low=18.5, high=27, margin=0.5, per_minute=2), Measure.HUMIDITY: None},
    delays=Delays(on=timedelta(seconds=5), off=timedelta(seconds=7.5)),
    silence=timedelta(minutes=3),
    tea=Tea(
        served=False,
        lead=timedelta(minutes=1),
        every=timedelta(minutes=2),
        guests=3,
        low_for=timedelta(seconds=0),
        together=timedelta(minutes=4),
        warmth=Band(low=50, high=70.5),
        scarce=0.25,
    ),
)
TAG = SensorSettings(
    device="tag",
    room="hall",
    bands={Measure.BATTERY: Band(low=1)},
    silence=timedelta(hours=2),
    pot=False,
    empty_kg=1.5,
    button=RoomWish.TEA,
    needed=True,
)


def test_settings_come_back_whole_and_are_changed_in_place(store: Store) -> None:
    """Also what is not said."""
    plain = SensorSettings(device="plain", room="hall")
    with store.write() as tx:
        furnish(tx)
        assert tx.watch_settings.all() == WatchSettings()
        tx.watch_settings.put_classes([CLASS, RoomClass(key="usual")])
        tx.watch_settings.put_rooms({"hall": "big"})
        tx.watch_settings.put_sensors("hall", [TAG, plain])
    with store.read() as tx:
        assert tx.watch_settings.all() == WatchSettings(
            classes={"big": CLASS, "usual": RoomClass(key="usual")},
            rooms={"hall": "big"},
            sensors={"tag": TAG, "plain": plain},
        )
    with store.write() as tx:
        tx.watch_settings.put_classes([RoomClass(key="big")])
        tx.watch_settings.put_rooms({"hall": ""})
        tx.watch_settings.put_sensors("hall", [plain])
    with store.read() as tx:
        found = tx.watch_settings.all()
    assert (found.classes["big"], found.rooms, found.sensors) == (RoomClass(key="big"), {}, {"plain": plain})


def test_what_was_learned_of_pots_is_kept(store: Store) -> None:
    """What is not known yet too."""
    with store.write() as tx:
        tx.field_devices.save(FieldDevice(id="d", publisher="d", identity="d", name="d", announced_at=at(0)))
        tx.field_devices.save_points(
            Point(id=f"d.{key}", device="d", key=key, component="sensor", name=key) for key in ("a", "b")
        )
        tx.watch_settings.save_pots([LearnedPot(point="d.a", full=2.0), LearnedPot(point="d.b")])
        tx.watch_settings.save_pots([LearnedPot(point="d.a", zero=-0.01, empty=1.1, full=2.3)])
        tx.watch_settings.save_pots([])
    with store.read() as tx:
        assert tx.watch_settings.pots() == {
            "d.a": LearnedPot(point="d.a", zero=-0.01, empty=1.1, full=2.3),
            "d.b": LearnedPot(point="d.b"),
        }


def test_what_was_learned_of_plugs_is_kept(store: Store) -> None:
    """Levels and instants, to the microsecond."""
    levels = tuple(range(48))
    known = PlugMemory(seconds=levels, watts=4.25, at=at(1.5), on_since=at(1), nothing_since=None)
    with store.write() as tx:
        tx.field_devices.save(FieldDevice(id="d", publisher="d", identity="d", name="d", announced_at=at(0)))
        tx.field_devices.save_points(
            Point(id=f"d.{key}", device="d", key=key, component="sensor", name=key) for key in ("a", "b")
        )
        tx.watch_settings.save_plugs([Plug(point="d.a", state=PlugState.ON), Plug(point="d.b")])
        tx.watch_settings.save_plugs([Plug(point="d.a", memory=known, state=PlugState.STANDBY)])
        tx.watch_settings.save_plugs([])
    with store.read() as tx:
        assert tx.watch_settings.plugs() == {
            "d.a": Plug(point="d.a", memory=known, state=PlugState.STANDBY),
            "d.b": Plug(point="d.b"),
        }
