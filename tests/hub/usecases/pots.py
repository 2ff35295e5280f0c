"""A hall with three tea pots on scales, for tests of tea."""

from hub.domain.field_devices import Quantity
from hub.domain.tea_pots import LearnedPot
from hub.ports import Store
from tests.hub.usecases.watching import Day, node, point

CALL = "drink:room hall:tea"
POTS = [point(f"pot-{number}", "weight", Quantity.WEIGHT) for number in (1, 2, 3)]
BUTTON = point("pot-1", "button", Quantity.EVENT, component="event")
WARMTH = point("pot-1", "temperature", Quantity.TEMPERATURE)
FULL, LOW = 2300.0, 1200.0


def weighed_hall(store: Store) -> Day:
    """Return a hall with three pots that are known, the meeting under way."""
    devices = [node(f"pot-{number}") for number in (1, 2, 3)]
    day = Day(store, devices, [*POTS, BUTTON, WARMTH])
    with store.write() as tx:
        tx.watch_settings.save_pots(LearnedPot(point=pot.id, empty=1100, full=2300) for pot in POTS)
    day.start()
    return day


def stand(day: Day, *kilograms: float, seconds: int = 20) -> None:
    """Let each pot stand at a weight, which its scale says each ten seconds."""
    for _ in range(seconds // 10):
        for pot, kg in zip(POTS, kilograms, strict=False):
            day.say(pot.id, kg)
        day.wait(10)
